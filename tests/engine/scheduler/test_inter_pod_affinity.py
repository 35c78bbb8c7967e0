"""InterPodAffinity as a filter: which nodes it refuses to a pod, and why."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from simulator.engine.registry import Body
from simulator.engine.scheduler.plugins.inter_pod_affinity import InterPodAffinity
from tests.engine.scheduler.harness import judge
from tests.engine.scheduler.pod_affinity import (
    AFFINITY,
    ANTI_AFFINITY,
    EXISTING,
    both,
    far,
    near,
    of,
    on,
    term,
    where,
    who,
)

WEB = of(app="web")
A, B, C = on("a", zone="z1", region="r1"), on("b", zone="z1", region="r1"), on("c", zone="z2", region="r1")
BARE = on("bare")
NODES = [A, B, C]
NOWHERE = dict.fromkeys(("a", "b", "c"), AFFINITY)


class Case(NamedTuple):
    """refused: the reasons by node; of the others, none is refused."""

    incoming: Body
    running: list[Body]
    refused: dict[str, tuple[str, ...]]
    nodes: list[Body] = NODES


def web(name: str = "web", on: str = "a", **fields: Any) -> Body:
    return who(name, {"app": "web"}, on=on, **fields)


CASES: dict[str, Case] = {
    "no terms, nobody there": Case(who(), [], {}),
    "no terms, others there": Case(who(), [web()], {}),
    "near: the zone of the other": Case(who(affinity=near(term(WEB))), [web()], {"c": AFFINITY}),
    "near: the host of the other": Case(
        who(affinity=near(term(WEB, "host"))), [web()], {"b": AFFINITY, "c": AFFINITY}),
    "near: the region of the other": Case(who(affinity=near(term(WEB, "region"))), [web()], {}),
    "near: no such pod": Case(
        who(affinity=near(term(of(app="db")))), [web()], NOWHERE),
    "near: NotIn takes a pod without the label": Case(
        who(affinity=near(term(where("tier", "NotIn", "back")))), [web()], {"c": AFFINITY}),
    "near: NotIn, but all are": Case(
        web("p", "", affinity=near(term(where("app", "NotIn", "web")))), [web()], NOWHERE),
    "near: Exists": Case(
        who(affinity=near(term(where("app", "Exists")))), [web(on="c")], {"a": AFFINITY, "b": AFFINITY}),
    "near: DoesNotExist": Case(
        who(affinity=near(term(where("app", "DoesNotExist")))), [web(on="c"), who("x", on="a")], {"c": AFFINITY}),
    "near: In, several values": Case(
        who(affinity=near(term(where("app", "In", "db", "web")))), [web()], {"c": AFFINITY}),
    "near: an empty selector means every pod": Case(
        who(affinity=near(term({}))), [who("x", {"any": "thing"}, on="c")], {"a": AFFINITY, "b": AFFINITY}),
    "near: no selector means no pod": Case(
        who(affinity=near(term(None))), [web()], NOWHERE),
    "near: no topology key, a label that no node has": Case(
        who(affinity=near({"labelSelector": WEB})), [web()], NOWHERE),
    "near: no topology key, and the pod means itself": Case(
        web("p", "", affinity=near(term(WEB, ""))), [], NOWHERE),
    "near: a node without the label is refused": Case(
        who(affinity=near(term(WEB))), [web(on="bare"), web("w2", "a")], {"bare": AFFINITY, "c": AFFINITY},
        nodes=[*NODES, BARE]),
    "near: pods on a node without the label are nowhere": Case(
        who(affinity=near(term(WEB))), [web(on="bare")], {**NOWHERE, "bare": AFFINITY},
        nodes=[*NODES, BARE]),
    "near: pods on a node that is gone do not count": Case(
        who(affinity=near(term(WEB))), [web(on="gone")], NOWHERE),
    "near: both expressions of one selector": Case(
        who(affinity=near(term({"matchExpressions": [
            {"key": "app", "operator": "In", "values": ["web"]}, {"key": "tier", "operator": "Exists"}]}))),
        [web(), who("x", {"app": "web", "tier": "front"}, on="c")], {"a": AFFINITY, "b": AFFINITY}),
    "near: labels and expressions of one selector": Case(
        who(affinity=near(term({**WEB, **where("tier", "DoesNotExist")}))),
        [web(), who("x", {"app": "web", "tier": "front"}, on="c")], {"c": AFFINITY}),
    "near: two terms, one pod meets both": Case(
        who(affinity=near(term(WEB), term(where("tier", "Exists"), "region"))),
        [who("x", {"app": "web", "tier": "front"}, on="a")], {"c": AFFINITY}),
    "near: two terms, each met by another pod": Case(
        who(affinity=near(term(WEB, "region"), term(where("tier", "Exists"), "region"))),
        [web(), who("x", {"tier": "front"}, on="a")], NOWHERE),
    "near: two keys, a node lacks one": Case(
        who(affinity=near(term(WEB, "zone"), term(WEB, "rack"))), [web()], NOWHERE),
    "near: two keys of one pod hold where both domains are its own": Case(
        who(affinity=near(term(WEB, "region"), term(WEB, "host"))), [web()], {"b": AFFINITY, "c": AFFINITY}),
    "near itself: the first of its kind goes anywhere": Case(
        who("p", {"app": "web"}, affinity=near(term(WEB))), [], {}),
    "near itself: anywhere that has the label": Case(
        who("p", {"app": "web"}, affinity=near(term(WEB))), [], {"bare": AFFINITY}, nodes=[*NODES, BARE]),
    "near itself: not the first": Case(
        who("p", {"app": "web"}, affinity=near(term(WEB))), [web(on="c")], {"a": AFFINITY, "b": AFFINITY}),
    "near itself: others of its kind are in no domain": Case(
        who("p", {"app": "web"}, affinity=near(term(WEB))), [web(on="bare")], {"bare": AFFINITY},
        nodes=[*NODES, BARE]),
    "near itself: but only one of two terms": Case(
        who("p", {"app": "web"}, affinity=near(term(WEB), term(of(app="db")))), [], NOWHERE),
    "near itself: both of two terms": Case(
        who("p", {"app": "web", "tier": "x"}, affinity=near(term(WEB), term(where("tier", "Exists"), "host"))), [], {}),
    "near itself: the first, but the nodes lack one of two keys": Case(
        who("p", {"app": "web"}, affinity=near(term(WEB, "zone"), term(WEB, "rack"))), [], NOWHERE),
    "near itself: one of two keys is settled by another": Case(
        who("p", {"app": "web"}, affinity=near(term(WEB, "zone"), term(WEB, "rack"))), [web()],
        {"c": AFFINITY, "b": AFFINITY, "a": AFFINITY, "r": AFFINITY}, nodes=[*NODES, on("r", zone="z3", rack="1")]),
    "near itself: in another namespace": Case(
        who("p", {"app": "web"}, affinity=near(term(WEB, namespaces=["other"]))), [], NOWHERE),
    "far: not the zone of the other": Case(
        who(affinity=far(term(WEB))), [web()], {"a": ANTI_AFFINITY, "b": ANTI_AFFINITY}),
    "far: not the host of the other": Case(who(affinity=far(term(WEB, "host"))), [web()], {"a": ANTI_AFFINITY}),
    "far: nobody is meant": Case(who(affinity=far(term(of(app="db")))), [web()], {}),
    "far: an empty selector means every pod": Case(
        who(affinity=far(term({}, "host"))), [who("x", on="b")], {"b": ANTI_AFFINITY}),
    "far: no selector means no pod": Case(who(affinity=far(term(None))), [web()], {}),
    "far: itself is not there yet": Case(who("p", {"app": "web"}, affinity=far(term(WEB))), [], {}),
    "far: a node without the label is free": Case(
        who(affinity=far(term(WEB))), [web(on="bare"), web("w2", "a")],
        {"a": ANTI_AFFINITY, "b": ANTI_AFFINITY}, nodes=[*NODES, BARE]),
    "far: either of two terms": Case(
        who(affinity=far(term(WEB, "host"), term(of(app="db"), "zone"))),
        [web(on="a"), who("db", {"app": "db"}, on="c")], {"a": ANTI_AFFINITY, "c": ANTI_AFFINITY}),
    "far: two terms of one key": Case(
        who(affinity=far(term(WEB), term(where("tier", "Exists")))),
        [who("x", {"tier": "front"}, on="c")], {"c": ANTI_AFFINITY}),
    "near one, far from another": Case(
        who(affinity=both(near(term(WEB, "region")), far(term(of(app="db"))))),
        [web(), who("db", {"app": "db"}, on="a")], {"a": ANTI_AFFINITY, "b": ANTI_AFFINITY}),
    "near and far from the same, by zone and by host": Case(
        who(affinity=both(near(term(WEB)), far(term(WEB, "host")))), [web()], {"a": ANTI_AFFINITY, "c": AFFINITY}),
    "near comes before far": Case(
        who(affinity=both(near(term(of(app="db"))), far(term(WEB)))), [web()], NOWHERE),
    "near itself and far from itself": Case(
        who("p", {"app": "web"}, affinity=both(near(term(WEB)), far(term(WEB, "host")))), [], {}),
    "another is far from it": Case(
        who("p", {"app": "web"}), [who("x", on="a", affinity=far(term(WEB)))], {"a": EXISTING, "b": EXISTING}),
    "another is far from it, by host": Case(
        who("p", {"app": "web"}), [who("x", on="a", affinity=far(term(WEB, "host")))], {"a": EXISTING}),
    "another is far from somebody else": Case(who(), [who("x", on="a", affinity=far(term(WEB)))], {}),
    "another is far from it, on a node without the label": Case(
        who("p", {"app": "web"}), [who("x", on="bare", affinity=far(term(WEB)))], {}, nodes=[*NODES, BARE]),
    "another is far from it by either of its terms": Case(
        who("p", {"app": "web"}),
        [who("x", on="a", affinity=far(term(of(app="db")), term(where("app", "Exists"), "host")))], {"a": EXISTING}),
    "two others, two keys": Case(
        who("p", {"app": "web"}),
        [who("x", on="a", affinity=far(term(WEB, "host"))), who("y", on="c", affinity=far(term(WEB)))],
        {"a": EXISTING, "c": EXISTING}),
    "what others want to be near does not bind it": Case(
        who("p", {"app": "web"}), [who("x", on="a", affinity=near(term(of(app="db"))))], {}),
    "own anti-affinity is told before that of others": Case(
        who("p", {"app": "web"}, affinity=far(term(WEB, "host"))), [web(affinity=far(term(WEB)))],
        {"a": ANTI_AFFINITY, "b": EXISTING}),
    "its kind, one to a host": Case(
        web("p", "", affinity=far(term(WEB, "host"))),
        [web(f"r{number}", name, affinity=far(term(WEB, "host"))) for number, name in enumerate("ab")],
        {"a": ANTI_AFFINITY, "b": ANTI_AFFINITY}),
    "no node has the key": Case(
        who(affinity=far(term(WEB, "rack"))), [web(affinity=far(term(WEB, "rack")))], {}),
    "pods that are being deleted count": Case(
        who(affinity=near(term(WEB))),
        [{**web(), "metadata": {**web()["metadata"], "deletionTimestamp": "2024-01-01T00:00:00Z"}}], {"c": AFFINITY}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_who_is_refused(case: Case) -> None:
    told = judge(InterPodAffinity, case.incoming, nodes=case.nodes, pods=case.running)
    assert told.refused == case.refused
    assert told.resolvable == {name for name, reasons in case.refused.items() if reasons != AFFINITY}
    assert told.rejected == ""


BAD = "{{.bad-value.}}"
UNLIKE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)
UNPARSED: dict[str, tuple[Body, str]] = {
    "affinity": (
        near(term(where("app", "In", BAD))),
        f'requiredAffinityTerms: values[0][app]: Invalid value: "{BAD}": {UNLIKE}'),
    "anti-affinity": (
        far(term(WEB), term(of(app=BAD))),
        f'requiredAntiAffinityTerms: values[0][app]: Invalid value: "{BAD}": {UNLIKE}'),
    "preferred affinity": (
        {"podAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [
            {"weight": 1, "podAffinityTerm": term(where("app", "Perhaps"))}]}},
        'preferredAffinityTerms: "Perhaps" is not a valid label selector operator'),
    "namespaces": (
        near(term(WEB, namespaceSelector=where("team", "In"))),
        "requiredAffinityTerms: values: Invalid value: null: for 'in', 'notin' operators, values set can't be empty"),
    "several": (
        both(near(term(where("app", "Exists", "x"))), far(term(where("app", "")))),
        '[requiredAffinityTerms: values: Invalid value: ["x"]: values set must be empty for exists and does not exist, '
        'requiredAntiAffinityTerms: "" is not a valid label selector operator]'),
}  # fmt: skip


@pytest.mark.parametrize("case", UNPARSED.values(), ids=UNPARSED.keys())
def test_selectors_that_cannot_be_parsed_refuse_the_pod(case: tuple[Body, str]) -> None:
    affinity, error = case
    told = judge(InterPodAffinity, who(affinity=affinity), nodes=NODES)
    assert (told.rejected, told.refused) == (f"parsing pod: {error}", {})


def test_terms_of_running_pods_that_cannot_be_parsed_count_for_nothing() -> None:
    broken = both(far(term(WEB), term(of(app=BAD))))
    sound = both(near(term(of(app=BAD))), far(term(WEB, "host")))
    running = [who("x", on="a", affinity=broken), who("y", on="c", affinity=sound)]
    assert judge(InterPodAffinity, who("p", {"app": "web"}), nodes=NODES, pods=running).refused == {"c": EXISTING}
