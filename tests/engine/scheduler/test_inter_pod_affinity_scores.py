"""InterPodAffinity as a score: what the pods in a node's domains are worth, and as 0 to 100."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from simulator.engine.registry import Body
from simulator.engine.scheduler.plugins.inter_pod_affinity import InterPodAffinity
from tests.engine.scheduler.harness import judge
from tests.engine.scheduler.pod_affinity import (
    both,
    far,
    namespace,
    near,
    of,
    on,
    rather_far,
    rather_near,
    term,
    where,
    who,
)

WEB, DB = of(app="web"), of(app="db")
A, B, C = on("a", zone="z1", region="r1"), on("b", zone="z1", region="r1"), on("c", zone="z2", region="r1")
BARE = on("bare")


class Case(NamedTuple):
    """scores: raw and normalised by node; empty: the plugin has nothing to say."""

    incoming: Body
    running: list[Body]
    scores: dict[str, tuple[int, int]]
    nodes: list[Body] = [A, B, C]
    arguments: Body = {}
    among: list[str] | None = None


def web(name: str = "web", on: str = "a", affinity: Body | None = None, namespace: str = "default") -> Body:
    return who(name, {"app": "web"}, on=on, affinity=affinity, namespace=namespace)


def db(name: str, on: str) -> Body:
    return who(name, {"app": "db"}, on=on)


CASES: dict[str, Case] = {
    "no terms, nobody there": Case(who(), [], {}),
    "no terms, others without terms": Case(who(), [web()], {}),
    "wants to be near: who is there": Case(
        who(affinity=rather_near((5, term(WEB)))), [web()], {"a": (5, 100), "b": (5, 100), "c": (0, 0)}),
    "wants to be near: nobody of them is there": Case(who(affinity=rather_near((5, term(WEB)))), [db("x", "a")], {}),
    "wants to be near: they are on a node without the label": Case(
        who(affinity=rather_near((5, term(WEB)))), [web(on="bare")], {}, nodes=[A, BARE]),
    "wants to be near: a node without the label gets nothing": Case(
        who(affinity=rather_near((5, term(WEB)))), [web()], {"a": (5, 100), "bare": (0, 0)}, nodes=[A, BARE]),
    "wants to be near: each pod counts": Case(
        who(affinity=rather_near((5, term(WEB, "host")))), [web("x"), web("y"), web("z", "b")],
        {"a": (10, 100), "b": (5, 50), "c": (0, 0)}),
    "wants to be near: terms add up": Case(
        who(affinity=rather_near((8, term(WEB)), (2, term(DB, "host")), (1, term(WEB, "region")))),
        [web(), db("x", "c")], {"a": (9, 100), "b": (9, 100), "c": (3, 0)}),
    "wants to be near: one pod for two terms of one key": Case(
        who(affinity=rather_near((8, term(WEB)), (2, term(where("app", "Exists"))))), [web()],
        {"a": (10, 100), "b": (10, 100), "c": (0, 0)}),
    "the whole region is worth the same": Case(
        who(affinity=rather_near((8, term(WEB, "region")))), [web()], {"a": (8, 0), "b": (8, 0), "c": (8, 0)}),
    "proportions are cut off": Case(
        who(affinity=rather_near((1, term(WEB, "host")))),
        [web("x1"), web("x2"), web("x3"), web("y", "b"), web("y2", "b")], {"a": (3, 100), "b": (2, 66), "c": (0, 0)}),
    "wants to be far": Case(
        who(affinity=rather_far((5, term(WEB)))), [web()], {"a": (-5, 0), "b": (-5, 0), "c": (0, 100)}),
    "wants to be far: the fewer the better": Case(
        who(affinity=rather_far((3, term(WEB, "host")))), [web("x"), web("y"), web("z", "b")],
        {"a": (-6, 0), "b": (-3, 50), "c": (0, 100)}),
    "wants to be far: all are below zero": Case(
        who(affinity=rather_far((3, term(WEB, "host")))), [web("x"), web("y"), web("z", "b")],
        {"a": (-6, 0), "b": (-3, 100)}, nodes=[A, B]),
    "near some, far from others": Case(
        who(affinity=both(rather_near((8, term(WEB))), rather_far((5, term(DB))))),
        [web(), db("x", "a"), db("y", "c")], {"a": (3, 100), "b": (3, 100), "c": (-5, 0)}),
    "near and far outweigh each other: still told": Case(
        who(affinity=both(rather_near((5, term(WEB))), rather_far((5, term(WEB))))), [web()],
        {"a": (0, 0), "b": (0, 0), "c": (0, 0)}),
    "others want it near": Case(
        web("p", ""), [who("x", on="c", affinity=rather_near((7, term(WEB))))],
        {"a": (0, 0), "b": (0, 0), "c": (7, 100)}),
    "others want it far": Case(
        web("p", ""), [who("x", on="a", affinity=rather_far((7, term(WEB, "host"))))],
        {"a": (-7, 0), "b": (0, 100), "c": (0, 100)}),
    "others want somebody else near": Case(who(), [who("x", on="c", affinity=rather_near((7, term(WEB))))], {}),
    "others on a node without the label": Case(
        web("p", ""), [who("x", on="bare", affinity=rather_near((7, term(WEB))))], {}, nodes=[A, BARE]),
    "others have the same term twice": Case(
        web("p", ""), [who("x", on="c", affinity=rather_near((7, term(WEB)), (2, term(WEB))))],
        {"a": (0, 0), "b": (0, 0), "c": (9, 100)}),
    "each wants the other near": Case(
        web("p", "", affinity=rather_near((3, term(WEB)))), [web(affinity=rather_near((4, term(WEB))))],
        {"a": (7, 100), "b": (7, 100), "c": (0, 0)}),
    "others must be near it": Case(
        web("p", ""), [who("x", on="c", affinity=near(term(WEB)))], {"a": (0, 0), "b": (0, 0), "c": (1, 100)}),
    "others must be near it, twice": Case(
        web("p", ""), [who("x", on="c", affinity=near(term(WEB), term(where("app", "Exists"), "host")))],
        {"a": (0, 0), "b": (0, 0), "c": (2, 100)}),
    "others must be near it: with a weight": Case(
        web("p", ""), [who("x", on="c", affinity=near(term(WEB)))], {"a": (0, 0), "b": (0, 0), "c": (50, 100)},
        arguments={"hardPodAffinityWeight": 50}),
    "others must be near it: with no weight": Case(
        web("p", ""), [who("x", on="c", affinity=near(term(WEB)))], {}, arguments={"hardPodAffinityWeight": 0}),
    "others must be near it, and want it far": Case(
        web("p", ""), [who("x", on="c", affinity=both(near(term(WEB)), rather_far((3, term(WEB)))))],
        {"a": (0, 100), "b": (0, 100), "c": (-2, 0)}),
    "what others must be far from does not score": Case(
        web("p", ""), [who("x", on="bare", affinity=far(term(WEB)))], {}),
    "what it must be near does not score": Case(who(affinity=near(term(WEB))), [web()], {}),
    "others' preferences are ignored by one that has none": Case(
        web("p", ""), [who("x", on="c", affinity=both(rather_near((7, term(WEB))), near(term(WEB))))], {},
        arguments={"ignorePreferredTermsOfExistingPods": True}),
    "others' preferences count for one that has some": Case(
        web("p", "", affinity=rather_near((3, term(DB)))), [who("x", on="c", affinity=rather_near((7, term(WEB))))],
        {"a": (0, 0), "b": (0, 0), "c": (7, 100)}, arguments={"ignorePreferredTermsOfExistingPods": True}),
    "only those that are ranked are compared": Case(
        who(affinity=rather_near((5, term(WEB, "host")))), [web("x"), web("y"), web("z", "b")],
        {"b": (5, 100), "c": (0, 0)}, among=["b", "c"]),
}  # fmt: skip

TEAM = {"namespaceSelector": of(team="a")}
SPACES = [namespace("default"), namespace("blue", team="a"), namespace("red", team="b")]
NAMESPACES: dict[str, Case] = {
    "another namespace is not meant": Case(who(affinity=rather_near((5, term(WEB)))), [web(namespace="blue")], {}),
    "by name": Case(
        who(affinity=rather_near((5, term(WEB, namespaces=["blue"])))), [web(namespace="blue"), web("y", "c")],
        {"a": (5, 100), "b": (5, 100), "c": (0, 0)}),
    "by label": Case(
        who(affinity=rather_near((5, term(WEB, **TEAM)))),
        [web(namespace="blue"), web("y", "c"), web("z", "c", namespace="red")],
        {"a": (5, 100), "b": (5, 100), "c": (0, 0)}),
    "all of them": Case(
        who(affinity=rather_far((5, term(WEB, "host", namespaceSelector={})))),
        [web(namespace="blue"), web("y", "b", namespace="gone")], {"a": (-5, 0), "b": (-5, 0), "c": (0, 100)}),
    "others mean its namespace by label": Case(
        web("p", "", namespace="blue"), [who("x", on="c", affinity=rather_near((7, term(WEB, **TEAM))))],
        {"a": (0, 0), "b": (0, 0), "c": (7, 100)}),
    "others mean another namespace": Case(
        web("p", "", namespace="red"), [who("x", on="c", affinity=rather_near((7, term(WEB, **TEAM))))], {}),
    "others must be near it, by the label of its namespace": Case(
        web("p", "", namespace="blue"), [who("x", on="c", affinity=near(term(WEB, **TEAM)))],
        {"a": (0, 0), "b": (0, 0), "c": (1, 100)}),
}  # fmt: skip


@pytest.mark.parametrize("case", [*CASES.values(), *NAMESPACES.values()], ids=[*CASES, *NAMESPACES])
def test_what_the_nodes_are_worth(case: Case) -> None:
    told = judge(
        InterPodAffinity,
        case.incoming,
        nodes=case.nodes,
        pods=case.running,
        objects=SPACES,
        arguments=case.arguments,
        among=case.among,
    )
    assert told.raw == {name: raw for name, (raw, _) in case.scores.items()}
    assert told.normalized == {name: score for name, (_, score) in case.scores.items()}
