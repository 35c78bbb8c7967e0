"""What a node's eviction manager sees, and what is left of its memory and its disk over time."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from simulator.engine.objects import instant_of
from simulator.models import Cluster
from tests.doors.conftest import post, run
from tests.doors.scheduled import MAPS, create

pytestmark = pytest.mark.django_db

PRESSURE = "/c/demo/node/worker-1/pressure.json"
BEHAVIORS = "/k8s/demo/apis/sim.k8sviz.io/v1/namespaces/default/behaviors"
SOFT = """apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
evictionSoft: {memory.available: 2Gi}
evictionSoftGracePeriod: {memory.available: 1m}
evictionMinimumReclaim: {memory.available: 100Mi}
"""


def use(kubectl: Client, name: str, memory: dict[str, Any], request: str = "", **spec: Any) -> None:
    """A pod on worker-1 that uses memory as said."""
    labels = {"app": name}
    said = {"metadata": {"name": name}, "spec": {"selector": {"matchLabels": labels}, "memory": memory}}
    assert post(kubectl, BEHAVIORS, said).status_code == 201
    amounts = {"requests": {"memory": request}} if request else {}
    container = {"name": "main", "image": "nginx", "resources": amounts}
    meta = {"name": name, "namespace": "default", "labels": labels}
    create(kubectl, {"metadata": meta, "spec": {"nodeName": "worker-1", "containers": [container], **spec}})


def leaks(kubectl: Client, per_second: str = "10Mi") -> None:
    use(kubectl, "leaks", {"idle": "64Mi", "curves": [{"type": "Leak", "leak": {"perSecond": per_second}}]})


def configure(kubectl: Client) -> None:
    body = {"metadata": {"name": "kubelet-config-worker-1"}, "data": {"kubelet": SOFT}}
    assert post(kubectl, MAPS, body).status_code == 201


def told(guest: Client) -> dict[str, Any]:
    answer = guest.get(PRESSURE)
    assert answer.status_code == 200, answer.content
    body: dict[str, Any] = answer.json()
    return body


def memory(pressure: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in pressure["signals"] if one["signal"] == "memory.available")
    return found


def line(pressure: dict[str, Any], signal: str = "memory.available") -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in pressure["lines"] if one["signal"] == signal)
    return found


def until(pressure: dict[str, Any], instant: str) -> float:
    """In how many seconds an instant comes."""
    return (instant_of(instant) - instant_of(pressure["at"])) / 1_000_000


def by_instant(pressure: dict[str, Any]) -> dict[int, int]:
    shown = line(pressure)
    now, every = instant_of(pressure["at"]), shown["everyMicroseconds"]
    begin = now - (now - instant_of(shown["since"])) // every * every
    return {begin + every * n: left for n, left in enumerate(shown["available"])}


def test_a_quiet_node(guest: Client, demo: Cluster) -> None:
    run(demo, 5)
    pressure = told(guest)
    assert (pressure["short"], pressure["conditions"], pressure["going"], pressure["kubelet"]) == ("", [], [], "up")
    assert {one["signal"] for one in pressure["signals"]} > {
        "memory.available",
        "nodefs.available",
        "imagefs.available",
    }
    shown = memory(pressure)
    assert (shown["condition"], shown["capacity"]) == ("MemoryPressure", 4 << 30)
    (hard,) = shown["thresholds"]
    assert (hard["kind"], hard["level"], hard["met"], hard["crosses"]) == ("hard", 100 << 20, False, None)
    assert [one["crossings"] for one in pressure["lines"]] == [[], []]
    assert [len(one["available"]) for one in pressure["lines"]] == [61, 61]


def test_who_goes_first_and_why(guest: Client, demo: Cluster, kubectl: Client) -> None:
    leaks(kubectl)
    use(kubectl, "calm", {"idle": "100Mi"}, "1Gi")
    use(kubectl, "vital", {"idle": "200Mi"}, priorityClassName="system-node-critical")
    run(demo, 40)
    ranking = next(one for one in told(guest)["rankings"] if one["resource"] == "memory")
    found = {one["name"]: one for one in ranking["pods"]}
    assert next(iter(found)) == "leaks"
    first, calm, vital = (found[name] for name in ("leaks", "calm", "vital"))
    assert (first["first"], first["over"], first["request"], first["priority"]) == (True, True, 0, 0)
    assert first["excess"] == first["used"] > 64 << 20
    assert (calm["over"], calm["excess"], calm["first"]) == (False, (100 << 20) - (1 << 30), False)
    assert (vital["spared"], vital["over"], vital["priority"]) == (True, True, 2_000_001_000)
    assert (first["before"], calm["before"], vital["before"]) == ("over", "", "")
    assert [one["goes"] for one in ranking["pods"]] == [False] * len(found)


def test_a_line_foretells_what_comes(guest: Client, demo: Cluster, kubectl: Client) -> None:
    configure(kubectl)
    leaks(kubectl)
    run(demo, 30)
    before = told(guest)
    ahead, crossings = by_instant(before), line(before)["crossings"]
    assert ahead[instant_of(before["at"])] == memory(before)["available"]
    assert [(one["kind"], one["level"], one["met"]) for one in crossings[:1]] == [("soft", 2 << 30, True)]
    soft = next(one for one in memory(before)["thresholds"] if one["kind"] == "soft")
    assert (soft["minimumReclaim"], soft["graceMicroseconds"]) == (100 << 20, 60_000_000)
    assert soft["crosses"] == crossings[0]["at"]
    run(demo, 60)
    later = told(guest)
    now = instant_of(later["at"])
    assert memory(later)["available"] == ahead[now]
    started = next(at for at, left in by_instant(later).items() if left < max(by_instant(later).values()))
    shared = {at for at in by_instant(later) if started <= at <= now} & set(ahead)
    assert len(shared) > 5 and all(by_instant(later)[at] == ahead[at] for at in shared)
    run(demo, until(later, crossings[0]["at"]) - 1)
    assert not any(one["met"] for one in memory(told(guest))["thresholds"])
    run(demo, 12)
    met = next(one for one in memory(told(guest))["thresholds"] if one["met"])
    assert met["kind"] == "soft" and met["since"] < met["acts"]
    assert [one["type"] for one in told(guest)["conditions"]] == ["MemoryPressure"]
    run(demo, until(told(guest), met["acts"]) + 11)
    pod = kubectl.get("/k8s/demo/api/v1/namespaces/default/pods/leaks").json()
    assert pod["status"]["reason"] == "Evicted"


def test_what_has_not_begun_has_used_nothing(guest: Client, demo: Cluster, kubectl: Client) -> None:
    run(demo, 30)
    free = memory(told(guest))["available"]
    use(kubectl, "calm", {"idle": "512Mi"})
    run(demo, 30)
    pressure = told(guest)
    left = by_instant(pressure)
    assert memory(pressure)["available"] == free - (512 << 20)
    assert left[instant_of(pressure["at"]) - 30_000_000] == free


def test_waves_cross_again_and_again(guest: Client, demo: Cluster, kubectl: Client) -> None:
    sine = {"type": "Sine", "sine": {"amplitude": "3900Mi", "periodSeconds": 60}}
    configure(kubectl)
    use(kubectl, "waves", {"idle": "10Mi", "curves": [sine]})
    run(demo, 12)
    crossings = [one for one in line(told(guest))["crossings"] if one["kind"] == "soft"]
    assert len(crossings) > 8
    assert [one["met"] for one in crossings] == [n % 2 == 0 for n in range(len(crossings))]


def test_a_node_that_is_not_there(guest: Client, demo: Cluster) -> None:
    answer = guest.get("/c/demo/node/nothing/pressure.json")
    assert answer.status_code == 404 and "not found" in answer.json()["message"]
