"""The cluster run ahead twice from now: under a node's hard thresholds, and under a soft one as well."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from simulator.engine.objects import instant_of
from simulator.models import Change, Cluster, KubeObject, Memory
from simulator.reading import DatabaseReader
from tests.doors.conftest import post, run
from tests.doors.scheduled import MAPS
from tests.doors.test_pressure import leaks, use

pytestmark = pytest.mark.django_db

COMPARE = "/c/demo/node/worker-1/pressure/compare/"
POD = "/k8s/demo/api/v1/namespaces/default/pods/leaks"


def compared(guest: Client, **asked: Any) -> dict[str, Any]:
    answer = post(guest, COMPARE, asked)
    assert answer.status_code == 200, answer.content
    body: dict[str, Any] = answer.json()
    return body


def first(side: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = side["evictions"][0]
    return found


def test_soft_goes_before_hard(guest: Client, demo: Cluster, kubectl: Client) -> None:
    leaks(kubectl)
    use(kubectl, "calm", {"idle": "100Mi"}, "1Gi")
    run(demo, 30)
    told = compared(guest, soft={"threshold": "1Gi", "gracePeriod": "30s", "maxPodGracePeriod": 7})
    hard, soft = told["hard"], told["soft"]
    assert (told["signal"], told["resource"], told["complete"]) == ("memory.available", "memory", True)
    assert [one["kind"] for one in hard["thresholds"]] == ["hard"]
    assert [(one["kind"], one["level"]) for one in soft["thresholds"]] == [("hard", 100 << 20), ("soft", 1 << 30)]
    assert first(hard)["name"] == first(soft)["name"] == "leaks"
    assert (first(hard)["graceSeconds"], first(soft)["graceSeconds"]) == (1, 7)
    assert first(hard)["available"] < 100 << 20 < first(soft)["available"] < 1 << 30
    (met,) = soft["thresholds"][1]["met"]
    assert first(soft)["after"] - met["since"] == 30_000_000
    assert "The node was low on resource: memory. Threshold quantity: 1Gi, " in first(soft)["message"]
    assert "The node was low on resource: memory. Threshold quantity: 100Mi, " in first(hard)["message"]
    for side in (hard, soft):
        assert first(side)["ended"] > first(side)["after"] and first(side)["exitCodes"] == [0]
        assert side["condition"]["type"] == "MemoryPressure"
        assert side["condition"]["spans"][0]["since"] <= first(side)["after"]
        assert len(side["after"]) == len(side["available"]) and side["after"] == sorted(side["after"])
        assert (side["after"][0], side["after"][-1] <= told["lastMicroseconds"]) == (0, True)
        why = first(side)["why"]
        assert (why["resource"], why["place"]["name"], why["place"]["over"]) == ("memory", "leaks", True)
        assert (why["place"]["before"], why["next"]["name"]) == ("over", "calm")
    assert soft["condition"]["spans"][0]["since"] == met["since"]
    assert first(hard)["after"] > first(soft)["after"]


def test_a_run_foretells_what_comes(guest: Client, demo: Cluster, kubectl: Client) -> None:
    leaks(kubectl)
    run(demo, 30)
    told = compared(guest)
    run(demo, first(told["hard"])["ended"] // 1_000_000 + 1)
    pod = kubectl.get(POD).json()
    assert (pod["status"]["reason"], pod["status"]["message"]) == ("Evicted", first(told["hard"])["message"])
    (evicted,) = (one for one in DatabaseReader(demo).list("events", "default") if one["reason"] == "Evicted")
    start = instant_of(told["at"])
    assert instant_of(evicted["firstTimestamp"]) == (start + first(told["hard"])["after"]) // 1_000_000 * 1_000_000


def test_nothing_of_it_is_written(guest: Client, demo: Cluster, kubectl: Client) -> None:
    leaks(kubectl)
    run(demo, 30)

    def held() -> tuple[Any, ...]:
        rows = [list(model.objects.order_by("pk").values_list()) for model in (KubeObject, Memory, Change)]
        return (*rows, Cluster.objects.filter(pk=demo.pk).values_list().get())

    before = held()
    assert compared(guest)["hard"]["evictions"]
    assert held() == before


def test_what_is_not_said_is_as_the_node_has_it(guest: Client, demo: Cluster, kubectl: Client) -> None:
    told = compared(guest, minutes=1)
    assert told["hard"]["asked"] == {"threshold": "100Mi", "minimumReclaim": ""}
    assert told["soft"]["asked"] == {
        "threshold": "300Mi",
        "gracePeriod": "1m30s",
        "maxPodGracePeriod": 30,
        "minimumReclaim": "",
    }
    assert compared(guest, minutes=1, signal="nodefs.available")["soft"]["asked"]["threshold"] == "30%"
    text = """evictionHard: {memory.available: 200Mi}
evictionSoft: {memory.available: 1Gi}
evictionSoftGracePeriod: {memory.available: 2m}
evictionMinimumReclaim: {memory.available: 50Mi}
evictionMaxPodGracePeriod: 9
"""
    body = {"metadata": {"name": "kubelet-config-worker-1"}, "data": {"kubelet": text}}
    assert post(kubectl, MAPS, body).status_code == 201
    run(demo, 5)
    told = compared(guest, minutes=1)
    assert told["hard"]["asked"] == {"threshold": "200Mi", "minimumReclaim": "50Mi"}
    assert told["soft"]["asked"] == {
        "threshold": "1Gi",
        "gracePeriod": "2m",
        "maxPodGracePeriod": 9,
        "minimumReclaim": "50Mi",
    }
    assert [one["until"] - one["level"] for one in told["soft"]["thresholds"]] == [50 << 20] * 2
    assert (told["hard"]["evictions"], told["lastMicroseconds"], told["complete"]) == ([], 60_000_000, True)


def test_the_minimum_reclaim_takes_more(guest: Client, demo: Cluster, kubectl: Client) -> None:
    leaks(kubectl)
    use(kubectl, "next", {"idle": "700Mi"})
    run(demo, 30)
    names = {
        reclaim: [one["name"] for one in compared(guest, hard={"minimumReclaim": reclaim})["hard"]["evictions"]]
        for reclaim in ("", "3500Mi")
    }
    assert names == {"": ["leaks"], "3500Mi": ["leaks", "next"]}


def test_a_soft_threshold_that_comes_too_late(guest: Client, demo: Cluster, kubectl: Client) -> None:
    leaks(kubectl)
    run(demo, 30)
    told = compared(guest, soft={"threshold": "200Mi", "gracePeriod": "1h"})
    assert first(told["soft"])["after"] == first(told["hard"])["after"]
    assert first(told["soft"])["graceSeconds"] == 1


FAULTS: dict[str, tuple[dict[str, Any], str, str]] = {
    "a threshold that is none": ({"hard": {"threshold": "lots"}}, "hard.threshold", "quantities must match"),
    "nothing at all": (
        {"hard": {"threshold": "0"}},
        "hard.threshold",
        "eviction threshold memory.available must be positive: 0",
    ),
    "more than all": (
        {"soft": {"threshold": "101%"}},
        "soft.threshold",
        "eviction percentage threshold memory.available must be <= 100%: 101%",
    ),
    "a number": ({"soft": {"threshold": 5}}, "soft.threshold", "This must be a short text."),
    "a long text": ({"soft": {"threshold": "1" * 99}}, "soft.threshold", "This must be a short text."),
    "a grace period that is none": (
        {"soft": {"gracePeriod": "soon"}},
        "soft.gracePeriod",
        'time: invalid duration "soon"',
    ),
    "a grace period before it begins": (
        {"soft": {"gracePeriod": "-1s"}},
        "soft.gracePeriod",
        "invalid eviction grace period specified: -1s, must be a positive value",
    ),
    "a pod's grace that is none": (
        {"soft": {"maxPodGracePeriod": "30"}},
        "soft.maxPodGracePeriod",
        "evictionMaxPodGracePeriod must be a number of seconds.",
    ),
    "a pod's grace below zero": (
        {"soft": {"maxPodGracePeriod": -1}},
        "soft.maxPodGracePeriod",
        "evictionMaxPodGracePeriod must be a number of seconds.",
    ),
    "a reclaim below zero": (
        {"hard": {"minimumReclaim": "-1Mi"}},
        "hard.minimumReclaim",
        "negative eviction minimum reclaim specified for memory.available",
    ),
    "more than the node has": (
        {"hard": {"threshold": "64Gi"}},
        "hard.threshold",
        "invalid Node Allocatable configuration.",
    ),
    "no time": ({"minutes": 0}, "minutes", "This must be a number of minutes from 1 to 240."),
    "another signal": ({"signal": "hope.available"}, "signal", "The signal must be one of memory.available, "),
}  # fmt: skip


@pytest.mark.parametrize(("asked", "field", "message"), FAULTS.values(), ids=FAULTS)
def test_a_question_that_makes_no_sense(
    guest: Client, demo: Cluster, asked: dict[str, Any], field: str, message: str
) -> None:
    answer = post(guest, COMPARE, asked)
    assert answer.status_code == 400
    (fault,) = answer.json()["errors"]
    assert fault["field"] == field
    assert fault["message"].startswith(message) and answer.json()["message"] == fault["message"]


@pytest.mark.parametrize("text", ["1e999999", "99999999999Ei", "nan%", "1e39%", "\0", "%", "１Gi", ""])
@pytest.mark.parametrize("field", ["threshold", "minimumReclaim"])
def test_odd_figures_are_refused_or_taken(guest: Client, demo: Cluster, field: str, text: str) -> None:
    answer = post(guest, COMPARE, {"minutes": 1, "hard": {field: text}, "soft": None})
    told = answer.json()
    if (field, text) in (("minimumReclaim", ""), ("minimumReclaim", "1e999999"), ("minimumReclaim", "99999999999Ei")):
        assert answer.status_code == 200
    else:
        assert (answer.status_code, told["errors"][0]["field"]) == (400, f"hard.{field}")


@pytest.mark.parametrize("body", [b"", b"[]", b'{"hard": 3}', b'{"soft": []}', b'{"hard": {"threshold": null}}'])
def test_a_question_that_is_none(guest: Client, demo: Cluster, body: bytes) -> None:
    answer = post(guest, COMPARE, body)
    assert answer.status_code == 400 and answer.json()["message"]


def test_what_is_not_there(guest: Client, demo: Cluster) -> None:
    assert post(guest, COMPARE.replace("worker-1", "nothing"), {}).status_code == 404
    assert guest.get(COMPARE).status_code == 405


def test_a_cluster_that_goes_meanwhile(guest: Client, demo: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(pk: int) -> None:
        raise Cluster.DoesNotExist

    monkeypatch.setattr("simulator.store.locked", gone)
    assert post(guest, COMPARE, {}).status_code == 404


def test_a_large_cluster_is_not_run_ahead(guest: Client, demo: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.replay.MOST_OBJECTS", 3)
    answer = post(guest, COMPARE, {})
    assert (answer.status_code, answer.json()["message"]) == (
        400,
        "This cluster is too large for that: to answer, it would be copied into memory.",
    )


def test_it_ends_when_the_wall_clock_says_so(
    guest: Client, demo: Cluster, kubectl: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaks(kubectl)
    run(demo, 30)
    monkeypatch.setattr("simulator.ahead._WALL", 0)
    told = compared(guest)
    assert (told["complete"], told["hard"]["evictions"]) == (False, [])
    assert told["lastMicroseconds"] < 60_000_000
