"""LimitRanger: defaults and bounds. The cases follow plugin/pkg/admission/limitranger/admission_test.go, v1.34."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.admission import Attributes
from simulator.engine.admission.limit_ranger import PLUGIN
from simulator.engine.registry import KINDS, Body, Kind
from tests.engine.kinds.builders import container, pod

from .rig import Cluster, admitted, changing, creating, refused

CLAIMS = Kind(group="", version="v1", kind="PersistentVolumeClaim", plural="persistentvolumeclaims")


def limit_range(*items: Body, name: str = "limits") -> tuple[str, Body]:
    body = {"metadata": {"name": name, "namespace": "default"}, "spec": {"limits": list(items)}}
    return "limitranges", KINDS["limitranges"].default(body)


def item(kind: str = "Container", **parts: dict[str, str]) -> Body:
    return {"type": kind, **parts}


def asking(name: str = "web", requests: dict[str, str] | None = None, limits: dict[str, str] | None = None) -> Body:
    resources = {key: value for key, value in (("requests", requests), ("limits", limits)) if value}
    return container(name, resources=resources)


# --- defaults ----------------------------------------------------------------------------------------------------


def test_it_works() -> None:
    cluster = Cluster(limit_range(item(default={"cpu": "500m"}, defaultRequest={"cpu": "100m", "memory": "64Mi"})))
    made = admitted(PLUGIN, creating("pods", pod(container())), cluster)
    assert made["spec"]["containers"][0]["resources"] == {
        "requests": {"cpu": "100m", "memory": "64Mi"},
        "limits": {"cpu": "500m"},
    }
    assert made["metadata"]["annotations"] == {
        "kubernetes.io/limit-ranger": (
            "LimitRanger plugin set: cpu, memory request for container web; cpu limit for container web"
        )
    }


@pytest.mark.parametrize(
    ("items", "containers", "resources", "said"),
    [
        ([], [asking()], [{}], None),
        ([item("Pod", max={"cpu": "1"})], [asking()], [{}], None),
        (
            [item(max={"cpu": "800m"}, min={"cpu": "100m", "memory": "10Mi"})],
            [asking()],
            [{"limits": {"cpu": "800m"}, "requests": {"cpu": "800m", "memory": "10Mi"}}],
            "cpu, memory request for container web; cpu limit for container web",
        ),
        (
            [item(default={"cpu": "1"}, defaultRequest={"cpu": "500m"})],
            [asking(requests={"cpu": "700m"})],
            [{"limits": {"cpu": "1"}, "requests": {"cpu": "700m"}}],
            "cpu limit for container web",
        ),
        # What the API server makes of a limit alone comes first: the request is the limit.
        (
            [item(default={"cpu": "1"}, defaultRequest={"cpu": "500m"})],
            [asking(limits={"cpu": "2"})],
            [{"limits": {"cpu": "2"}, "requests": {"cpu": "2"}}],
            None,
        ),
        (
            [item(defaultRequest={"cpu": "1m"})],
            [asking("a"), asking("b", requests={"cpu": "1"}), asking("c")],
            [{"requests": {"cpu": "1m"}}, {"requests": {"cpu": "1"}}, {"requests": {"cpu": "1m"}}],
            "cpu request for container a; cpu request for container c",
        ),
    ],
)
def test_defaults(items: list[Body], containers: list[Body], resources: list[Body], said: str | None) -> None:
    made = admitted(PLUGIN, creating("pods", pod(*containers)), Cluster(limit_range(*items)))
    assert [one["resources"] for one in made["spec"]["containers"]] == resources
    told = (made["metadata"].get("annotations") or {}).get("kubernetes.io/limit-ranger")
    assert told == (said and f"LimitRanger plugin set: {said}")


def test_init_containers_get_defaults_too() -> None:
    cluster = Cluster(limit_range(item(defaultRequest={"cpu": "1m"})))
    made = admitted(PLUGIN, creating("pods", pod(container(), initContainers=[container("init")])), cluster)
    assert made["spec"]["initContainers"][0]["resources"] == {"requests": {"cpu": "1m"}}
    assert made["metadata"]["annotations"]["kubernetes.io/limit-ranger"].endswith(
        "cpu request for container web; cpu request for init container init"
    )


def test_nothing_to_fill_in_leaves_the_pod_as_it_is() -> None:
    asked = creating("pods", pod(asking(requests={"cpu": "1"})))
    assert admitted(PLUGIN, asked, Cluster(limit_range(item(defaultRequest={"cpu": "1m"})))) is asked.body
    assert admitted(PLUGIN, asked, Cluster()) is asked.body


# --- bounds ------------------------------------------------------------------------------------------------------

FORBIDDEN = 'pods "web" is forbidden: '


@pytest.mark.parametrize(
    ("limits", "containers", "said"),
    [
        (item(min={"cpu": "100m"}), [asking(requests={"cpu": "100m"})], ""),
        (item(min={"cpu": "100m"}), [asking()], "minimum cpu usage per Container is 100m.  No request is specified"),
        (
            item(min={"cpu": "100m"}),
            [asking(requests={"cpu": "50m"}, limits={"cpu": "1"})],
            "minimum cpu usage per Container is 100m, but request is 50m",
        ),
        (
            item("Pod", min={"memory": "2Gi"}),
            [asking("a", requests={"memory": "2Gi"}), asking("b", limits={"memory": "1Gi"})],
            "minimum memory usage per Pod is 2Gi, but limit is 1Gi",
        ),
        (item(max={"cpu": "800m"}), [asking()], "maximum cpu usage per Container is 800m.  No limit is specified"),
        (
            item(max={"cpu": "800m"}),
            [asking(limits={"cpu": "1500m"})],
            "maximum cpu usage per Container is 800m, but limit is 1500m",
        ),
        (
            item("Pod", max={"cpu": "1"}),
            [asking("a", requests={"cpu": "2"}), asking("b", limits={"cpu": "500m"})],
            "maximum cpu usage per Pod is 1, but request is 2500m",
        ),
        (
            item(maxLimitRequestRatio={"cpu": "2"}),
            [asking(requests={"cpu": "500m"}, limits={"cpu": "1"})],
            "",
        ),
        (
            item(maxLimitRequestRatio={"cpu": "1500m"}),
            [asking(requests={"cpu": "500m"}, limits={"cpu": "1"})],
            "cpu max limit to request ratio per Container is 1500m, but provided ratio is 2.000000",
        ),
        (
            item(maxLimitRequestRatio={"cpu": "2"}),
            [asking(limits={"memory": "1Gi"})],
            "cpu max limit to request ratio per Container is 2, but no request is specified or request is 0",
        ),
        (
            item(maxLimitRequestRatio={"cpu": "2"}),
            [asking(requests={"cpu": "1"})],
            "cpu max limit to request ratio per Container is 2, but no limit is specified or limit is 0",
        ),
        (
            item(max={"cpu": "1", "memory": "1Gi"}),
            [asking(limits={"cpu": "2", "memory": "2Gi"})],
            "[maximum cpu usage per Container is 1, but limit is 2, "
            "maximum memory usage per Container is 1Gi, but limit is 2Gi]",
        ),
        # The same words about two containers are said once.
        (
            item(max={"cpu": "1"}),
            [asking("a", limits={"cpu": "2"}), asking("b", limits={"cpu": "2"})],
            "maximum cpu usage per Container is 1, but limit is 2",
        ),
        (
            item("Pod", max={"cpu": "1"}),
            [asking("a", limits={"cpu": "600m"}), asking("b", limits={"cpu": "600m"})],
            "maximum cpu usage per Pod is 1, but limit is 1200m",
        ),
        (
            item("Pod", min={"memory": "3Gi"}),
            [asking("a", requests={"memory": "1Gi"}), asking("b", requests={"memory": "1Gi"})],
            "minimum memory usage per Pod is 3Gi, but request is 2Gi",
        ),
        (
            item("Pod", maxLimitRequestRatio={"memory": "3"}),
            [asking(requests={"memory": "100Mi"}, limits={"memory": "400Mi"})],
            "memory max limit to request ratio per Pod is 3, but provided ratio is 4.000000",
        ),
        (item("PersistentVolumeClaim", max={"storage": "1Gi"}), [asking()], ""),
    ],
)
def test_bounds(limits: Body, containers: list[Body], said: str) -> None:
    bare = ("limitranges", {"metadata": {"name": "l", "namespace": "default"}, "spec": {"limits": [limits]}})
    found = refused(PLUGIN, creating("pods", pod(*containers)), Cluster(bare))
    assert found == (f"{FORBIDDEN}{said}" if said else "")


def test_a_default_that_contradicts_the_pod_makes_it_invalid() -> None:
    cluster = Cluster(limit_range(item(default={"cpu": "500m"})))
    made = admitted(PLUGIN, creating("pods", pod(asking(requests={"cpu": "700m"}))), cluster)
    assert refused(PLUGIN, creating("pods", made), cluster) == (
        'Pod "web" is invalid: spec.containers[0].resources.requests: Invalid value: "700m": must be less than or '
        "equal to cpu limit of 500m"
    )


def test_init_containers_are_bounded_one_by_one_and_count_for_the_pod_as_the_highest() -> None:
    body = pod(asking(limits={"cpu": "500m"}), initContainers=[asking("init", limits={"cpu": "2"})])
    one = Cluster(limit_range(item("Container", max={"cpu": "1"})))
    assert refused(PLUGIN, creating("pods", body), one).endswith("per Container is 1, but limit is 2")
    whole = Cluster(limit_range(item("Pod", max={"cpu": "1"})))
    assert refused(PLUGIN, creating("pods", body), whole).endswith("per Pod is 1, but limit is 2")


def test_the_resources_of_the_pod_as_a_whole_count_for_it() -> None:
    body = pod(asking(limits={"cpu": "500m"}), resources={"limits": {"cpu": "3"}, "requests": {"cpu": "3"}})
    assert refused(PLUGIN, creating("pods", body), Cluster(limit_range(item("Pod", max={"cpu": "1"})))).endswith(
        "per Pod is 1, but limit is 3"
    )


def test_a_pod_that_runs_is_left_alone_unless_it_is_resized() -> None:
    cluster = Cluster(limit_range(item(max={"cpu": "1"})))
    old, new = pod(asking(limits={"cpu": "1"})), pod(asking(limits={"cpu": "2"}))
    assert refused(PLUGIN, changing("pods", old, new), cluster) == ""
    assert refused(PLUGIN, changing("pods", old, new, "resize"), cluster).endswith("is 1, but limit is 2")


@pytest.mark.parametrize(
    ("limits", "storage", "said"),
    [
        ({"max": {"storage": "2Gi"}}, "1Gi", ""),
        ({"max": {"storage": "2Gi"}}, "3Gi", "maximum storage usage per {} is 2Gi, but request is 3Gi"),
        ({"min": {"storage": "1Gi"}}, "1Mi", "minimum storage usage per {} is 1Gi, but request is 1Mi"),
        ({"max": {"storage": "2Gi"}}, None, "maximum storage usage per {} is 2Gi.  No request is specified"),
    ],
)
def test_claims(limits: dict[str, Any], storage: str | None, said: str) -> None:
    resources = {"requests": {"storage": storage}} if storage else {}
    claim = {"metadata": {"name": "data", "namespace": "default"}, "spec": {"resources": resources}}
    cluster = Cluster(limit_range(item("PersistentVolumeClaim", **limits)))
    found = refused(PLUGIN, Attributes("CREATE", CLAIMS, claim, None), cluster)
    words = said.format("PersistentVolumeClaim")
    assert found == (f'persistentvolumeclaims "data" is forbidden: {words}' if said else "")
