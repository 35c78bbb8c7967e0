"""What a pod used over time, worked out from the log, and the periods of its CPU quotas."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from simulator import tasks
from simulator.engine.clock import SECOND
from simulator.engine.kubelet import cgroups
from simulator.engine.objects import instant_of, micro_timestamp
from simulator.kubelets import node_past
from simulator.kubelets.memory import NodeReader
from simulator.models import Change, Cluster
from tests.doors.conftest import run
from tests.doors.scheduled import create
from tests.doors.test_kubelets import BUSYBOX, container, web

pytestmark = pytest.mark.django_db

USE = "/c/demo/pod/default/web/use.json"
WINDOWS = "/c/demo/pod/default/web/windows.json"
API = "/k8s/demo/api/v1/namespaces/default/pods/web"
LEAKS = {
    "apiVersion": "sim.k8sviz.io/v1",
    "kind": "Behavior",
    "metadata": {"name": "leak", "namespace": "default"},
    "spec": {"memory": {"idle": "8Mi", "curves": [{"type": "Leak", "leak": {"perSecond": "1Mi"}}]}},
}


def told(guest: Client, query: str = "?last=300", path: str = USE) -> dict[str, Any]:
    answer = guest.get(path + query)
    assert answer.status_code == 200, answer.content
    body: dict[str, Any] = answer.json()
    return body


def behave(kubectl: Client, **spec: Any) -> None:
    body = {**LEAKS, "spec": spec or LEAKS["spec"]}
    path = "/k8s/demo/apis/sim.k8sviz.io/v1/namespaces/default/behaviors"
    answer = kubectl.post(path, body, content_type="application/json")
    assert answer.status_code == 201, answer.content


def remove(kubectl: Client) -> None:
    answer = kubectl.delete(API, {"gracePeriodSeconds": 0}, content_type="application/json")
    assert answer.status_code == 200, answer.content


def test_use_against_requests_and_limits(guest: Client, demo: Cluster, kubectl: Client) -> None:
    amounts = {"requests": {"cpu": "100m", "memory": "16Mi"}, "limits": {"cpu": "500m", "memory": "64Mi"}}
    create(kubectl, web(container(resources=amounts), container("log", BUSYBOX, command=["sleep", "1000"])))
    run(demo, 60)
    use = told(guest)
    main, log = use["containers"]
    assert (main["name"], main["kind"], log["name"]) == ("main", "app", "log")
    assert main["bounds"][-1] | {"at": 0} == {
        "at": 0,
        "requests": {"cpu": 100, "memory": 16 << 20},
        "limits": {"cpu": 500, "memory": 64 << 20},
    }
    assert use["pod"]["bounds"][-1]["requests"] == {"cpu": 100, "memory": 16 << 20}
    assert use["pod"]["bounds"][-1]["limits"] == {}, "a container without a limit leaves the pod without one"
    assert [one["kind"] for one in main["states"]][-1] == "running"
    assert use["at"][0] >= use["created"] and use["at"][-1] == use["until"]
    assert len(use["at"]) == len(main["cpu"]) == len(main["memory"]) == len(use["pod"]["memory"])
    assert use["pod"]["memory"][-1] == main["memory"][-1] + log["memory"][-1]
    assert main["cpu"][0] is None, "it did not run yet"


def test_the_past_is_what_was_seen_then(guest: Client, demo: Cluster, kubectl: Client) -> None:
    """Held against what the cgroups were, looked at when it was so; others on the node come, hog and go meanwhile."""
    create(kubectl, web(container(image=BUSYBOX, command=["sh", "-c", "while true; do :; done"])))
    run(demo, 20)
    node, seen = told(guest)["node"], dict[int, tuple[float, int]]()
    for round_ in range(4):
        if round_ == 1:
            hog = {"metadata": {"name": "hog", "namespace": "default"}, "spec": {"nodeName": node}}
            hog["spec"] |= {"containers": [container(image="polinux/stress", args=["--cpu", "4"])]}
            create(kubectl, hog)
            behave(kubectl, memory={"idle": "32Mi"}, container="main", selector={"matchLabels": {"no": "one"}})
        if round_ == 3:
            path = "/k8s/demo/api/v1/namespaces/default/pods/hog"
            kubectl.delete(path, {"gracePeriodSeconds": 0}, content_type="application/json")
        run(demo, 30)
        demo.refresh_from_db()
        reader = NodeReader(demo, node)
        tree = cgroups.tree(reader, reader.get("nodes", "", node) or {}, demo.now)
        group = next(one for _path, one in tree.walk() if one.about == ("default", "web", "main"))
        seen[demo.now] = round(float(group.cpu * 1000), 1), group.memory
    assert len({cpu for cpu, _memory in seen.values()}) > 2, "the hog took from it"
    run(demo, 60)
    for at, figures in seen.items():
        (main,) = told(guest, f"?last=60&until={micro_timestamp(at)}")["containers"]
        assert (main["cpu"][-1], main["memory"][-1]) == figures
    whole = told(guest, "?last=180")
    assert max(one for one in whole["pod"]["cpu"] if one is not None) > 900
    assert min(one for one in whole["pod"]["cpu"][-5:]) > 900


def test_a_leak_is_killed_at_its_limit(guest: Client, demo: Cluster, kubectl: Client) -> None:
    behave(kubectl)
    create(kubectl, web(container(resources={"limits": {"memory": "32Mi"}})))
    run(demo, 90)
    (main,) = told(guest)["containers"]
    ends = main["ends"]
    assert [(one["exitCode"], one["reason"]) for one in ends[:2]] == [(137, "OOMKilled")] * 2
    assert {one["reason"] for one in main["states"] if one["kind"] == "waiting"} >= {"CrashLoopBackOff"}
    use = told(guest)
    for one in ends[:2]:
        before = [figure for at, figure in zip(use["at"], main["memory"], strict=True) if at == one["at"] - 1]
        after = [figure for at, figure in zip(use["at"], main["memory"], strict=True) if at == one["at"]]
        assert before and before[0] >= 31 << 20, "it filled its limit until that instant"
        assert after == [None]


def test_the_windows_of_a_quota_explain_throttling_at_low_average_use(
    guest: Client, demo: Cluster, kubectl: Client
) -> None:
    behave(kubectl, cpu={"idle": "100m", "burst": {"threads": 8, "everyMilliseconds": 2000}})
    create(kubectl, web(container(resources={"limits": {"cpu": "500m", "memory": "64Mi"}})))
    run(demo, 30)
    shown = told(guest, "?container=main", WINDOWS)
    assert (shown["quota"], shown["periodMicroseconds"], shown["threads"]) == (50_000, 100_000, 8)
    periods = [(one["used"], one["waited"] > 0) for one in shown["periods"]]
    assert periods == [(50_000, True)] * 3 + [(50_000, False)] + [(0, False)] * 6
    assert shown["burst"] == {"alone": 25_000, "heldUp": 306_250}
    assert shown["stat"]["nr_throttled"] / shown["stat"]["nr_periods"] == pytest.approx(0.75, abs=0.02)
    (main,) = told(guest)["containers"]
    assert (main["cpu"][-1], main["throttled"][-1]) == (100, 0.75)


def test_without_a_limit_there_is_no_window(guest: Client, demo: Cluster, kubectl: Client) -> None:
    create(kubectl, web(container()))
    run(demo, 20)
    shown = told(guest, "?container=main", WINDOWS)
    assert (shown["quota"], shown["running"], shown["periods"], shown["stat"]) == (None, True, [], None)


def test_the_windows_of_a_former_instant(guest: Client, demo: Cluster, kubectl: Client) -> None:
    limits = {"limits": {"cpu": "100m", "memory": "32Mi"}}
    create(kubectl, web(container(image=BUSYBOX, command=["sh", "-c", "while true; do :; done"], resources=limits)))
    run(demo, 30)
    now = told(guest, "?container=main", WINDOWS)
    run(demo, 60)
    remove(kubectl)
    then = told(guest, f"?container=main&at={micro_timestamp(now['at'])}", WINDOWS)
    assert then == now and all(one["used"] == 10_000 and one["waited"] > 0 for one in then["periods"])


def test_a_pod_without_a_node_uses_nothing(guest: Client, demo: Cluster, kubectl: Client) -> None:
    create(kubectl, web(container(resources={"requests": {"cpu": "64"}})))
    run(demo, 5)
    use = told(guest)
    assert (use["node"], use["gone"]) == ("", None)
    assert set(use["pod"]["cpu"]) == {None}
    assert [one["kind"] for one in use["containers"][0]["states"]] == [""]
    assert told(guest, "?container=main", WINDOWS)["running"] is False


def test_a_pod_that_is_gone_is_shown_as_it_went(guest: Client, demo: Cluster, kubectl: Client) -> None:
    create(kubectl, web(container()))
    run(demo, 60)
    before = told(guest)
    remove(kubectl)
    run(demo, 120)
    use = told(guest, "?last=60")
    assert use["gone"] is not None and use["until"] == use["gone"] and use["until"] - use["since"] == 60 * SECOND
    assert use["uid"] == before["uid"]
    memory = [one for one in use["pod"]["memory"] if one]
    assert memory and set(memory) <= set(before["pod"]["memory"])


def test_a_new_pod_of_the_name_has_nothing_of_the_old(guest: Client, demo: Cluster, kubectl: Client) -> None:
    create(kubectl, web(container(image=BUSYBOX, command=["false"])))
    run(demo, 30)
    old = told(guest)
    assert old["containers"][0]["ends"]
    remove(kubectl)
    create(kubectl, web(container()))
    run(demo, 5)
    use = told(guest)
    assert use["uid"] != old["uid"] and use["containers"][0]["ends"] == []
    assert use["at"][0] >= use["created"]


def test_where_the_log_does_not_reach_is_a_gap(
    guest: Client, demo: Cluster, kubectl: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    create(kubectl, web(container()))
    run(demo, 120)
    kept = Change.objects.filter(cluster=demo).count()
    run(demo, 60)
    demo.refresh_from_db()
    monkeypatch.setattr(tasks, "_KEEP", 10)
    tasks.compact()
    assert Change.objects.filter(cluster=demo).count() < kept
    demo.refresh_from_db()
    use = told(guest, "?last=3600")
    assert use["reach"] == node_past.reach(demo) > use["since"] and use["at"][0] == use["reach"]
    assert use["pod"]["memory"][-1] > 0
    early = micro_timestamp(use["reach"] - SECOND)
    assert guest.get(f"{WINDOWS}?container=main&at={early}").status_code == 410


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/c/demo/pod/default/nothing/use.json", 404), ("/c/demo/pod/default/nothing/windows.json?container=x", 404),
        (f"{WINDOWS}?container=nothing", 404), (WINDOWS, 404), (f"{WINDOWS}?container=main&at=yesterday", 400),
        (f"{WINDOWS}?container=main&at=1970-01-01T00:00:00Z", 410), (f"{USE}?last=-1", 400), (f"{USE}?last=1e3", 400),
        (f"{USE}?until=2100-01-01T00:00:00Z", 400), (f"{USE}?last=86401", 400), ("/c/other/pod/a/b/use.json", 404),
        (f"{USE}?last=0", 200), (f"{USE}?last=86400", 200),
    ],
)  # fmt: skip
def test_what_makes_no_sense_or_is_not_there(
    guest: Client, demo: Cluster, kubectl: Client, path: str, code: int
) -> None:
    create(kubectl, web(container()))
    run(demo, 10)
    answer = guest.get(path)
    assert answer.status_code == code, answer.content
    assert code == 200 or answer.json()["message"]


def test_nobody_sees_the_use_of_anothers_pods(guest: Client, private: Cluster, demo: Cluster) -> None:
    assert guest.get(f"/c/{private.name}/pod/kube-system/x/use.json").status_code == 404
    assert guest.get(f"/c/{private.name}/pod/kube-system/x/windows.json").status_code == 404
    assert guest.post(USE).status_code == 405


def test_instants_are_those_of_the_clock(guest: Client, demo: Cluster, kubectl: Client) -> None:
    create(kubectl, web(container()))
    run(demo, 10)
    use = told(guest)
    created = kubectl.get(API).json()["metadata"]["creationTimestamp"]
    assert use["created"] == instant_of(created) and use["at"] == sorted(set(use["at"]))
