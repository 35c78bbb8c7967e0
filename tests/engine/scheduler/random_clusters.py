"""Random nodes, pods and namespaces that between them ask every plugin something."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from simulator.engine.registry import Body
from tests.engine.scheduler.builders import ZONE, container, labels, node, preferred, required, taint

HOSTNAME = "kubernetes.io/hostname"
NAMESPACES = ("default", "other")
_EFFECTS = st.sampled_from(["NoSchedule", "NoExecute", "PreferNoSchedule"])
_TAINTS = st.lists(st.builds(taint, st.sampled_from("xy"), st.sampled_from(["", "1"]), _EFFECTS), max_size=1)
_CPU, _BYTES = st.sampled_from(["0", "500m", "1", "2"]), st.sampled_from(["0", "512Mi", "1Gi", "3Gi"])
_NODE_TERMS = st.builds(
    labels, st.sampled_from(["disk", ZONE]), st.sampled_from(["In", "NotIn", "Exists"]), st.sampled_from(["ssd", "z0"])
).map(lambda one: {**one, "matchExpressions": [_sound(term) for term in one["matchExpressions"]]})
_SELECTORS = st.one_of(
    st.builds(lambda value: {"matchLabels": {"app": value}}, st.sampled_from("ab")),
    st.builds(lambda operator: labels("app", operator), st.sampled_from(["Exists", "DoesNotExist"])),
    st.builds(lambda value: labels("app", "NotIn", value), st.sampled_from("ab")),
)
_KEYS = st.sampled_from([ZONE, HOSTNAME, "disk"])


def _sound(requirement: Body) -> Body:
    return {**requirement, "values": []} if requirement["operator"] == "Exists" else requirement


def seldom(strategy: st.SearchStrategy[Any], otherwise: Any) -> st.SearchStrategy[Any]:
    """Mostly the plain thing, so that a cluster is not all exceptions."""
    return st.one_of(st.just(otherwise), st.just(otherwise), strategy)


@st.composite
def nodes(draw: Any, name: str) -> Body:
    held = {HOSTNAME: name} if draw(st.integers(0, 5)) else {}
    held |= {ZONE: draw(st.sampled_from(["z0", "z1"]))} if draw(st.integers(0, 3)) else {}
    held |= {"disk": draw(st.sampled_from(["ssd", "hdd"]))} if draw(st.booleans()) else {}
    made = node(
        name,
        draw(st.sampled_from(["1", "2", "4"])),
        draw(st.sampled_from(["1Gi", "4Gi"])),
        draw(st.sampled_from(["2", "110"])),
        labels=held,
        taints=draw(_TAINTS),
        unschedulable=draw(seldom(st.booleans(), False)),
        **draw(st.sampled_from([{}, {"example.com__gpu": "1"}])),
    )
    images = draw(seldom(st.just([{"names": ["nginx"], "sizeBytes": 500 << 20}]), []))
    return {**made, "status": {**made["status"], "images": images}}


@st.composite
def _pod_terms(draw: Any) -> Body:
    where = draw(
        st.sampled_from([
            {}, {}, {"namespaces": list(NAMESPACES)}, {"namespaceSelector": {}},
            {"namespaceSelector": {"matchLabels": {"team": "red"}}},
        ])
    )  # fmt: skip
    more = draw(st.sampled_from([{}, {}, {"matchLabelKeys": ["app"]}, {"mismatchLabelKeys": ["app"]}]))
    return {"labelSelector": draw(_SELECTORS), "topologyKey": draw(_KEYS), **where, **more}


@st.composite
def _pod_affinity(draw: Any) -> Body:
    terms = draw(st.lists(_pod_terms(), min_size=1, max_size=2))
    if draw(st.booleans()):
        return {"requiredDuringSchedulingIgnoredDuringExecution": terms}
    weighted = [{"weight": draw(st.sampled_from([1, 50])), "podAffinityTerm": term} for term in terms]
    return {"preferredDuringSchedulingIgnoredDuringExecution": weighted}


@st.composite
def constraints(draw: Any) -> Body:
    made: Body = {
        "maxSkew": draw(st.sampled_from([1, 2])),
        "topologyKey": draw(_KEYS),
        "whenUnsatisfiable": draw(st.sampled_from(["DoNotSchedule", "ScheduleAnyway"])),
        "labelSelector": draw(_SELECTORS),
    }
    if made["whenUnsatisfiable"] == "DoNotSchedule":
        made |= draw(st.sampled_from([{}, {}, {"minDomains": 3}]))
    made |= draw(st.sampled_from([{}, {}, {"matchLabelKeys": ["app"]}]))
    made |= draw(st.sampled_from([{}, {"nodeAffinityPolicy": "Ignore"}, {"nodeTaintsPolicy": "Honor"}]))
    return made


@st.composite
def _specs(draw: Any) -> Body:
    asked = draw(seldom(st.just({"example.com__gpu": "1"}), {}))
    if draw(st.booleans()):
        asked = {**asked, "cpu": draw(_CPU), "memory": draw(_BYTES)}
    affinity: Body = draw(seldom(st.one_of(st.builds(required, _NODE_TERMS), st.builds(_weighted, _NODE_TERMS)), {}))
    affinity = {**affinity, **draw(seldom(st.builds(lambda one: {"podAffinity": one}, _pod_affinity()), {}))}
    affinity |= draw(seldom(st.builds(lambda one: {"podAntiAffinity": one}, _pod_affinity()), {}))
    spec: Body = {"containers": [container(**asked)], "schedulerName": "default-scheduler"}
    if affinity:
        spec["affinity"] = affinity
    spread = draw(seldom(st.lists(constraints(), min_size=1, max_size=2, unique_by=_one_of_each), []))
    if spread:
        spec["topologySpreadConstraints"] = spread
    if draw(st.booleans()):
        spec["tolerations"] = [{"key": draw(st.sampled_from("xy")), "operator": "Exists"}]
    if not draw(st.integers(0, 3)):
        spec["containers"][0]["ports"] = [{"containerPort": 80, "hostPort": draw(st.sampled_from([80, 81]))}]
    if not draw(st.integers(0, 4)):
        spec["volumes"] = [{"name": "disk", "gcePersistentDisk": {"pdName": draw(st.sampled_from("vw"))}}]
    spec["priority"] = draw(st.sampled_from([0, 0, 5, 10]))
    return spec


def _weighted(term: Body) -> Body:
    return preferred((10, term))


def _one_of_each(constraint: Body) -> tuple[str, str]:
    return constraint["topologyKey"], constraint["whenUnsatisfiable"]


@st.composite
def pods(draw: Any, name: str = "pod") -> Body:
    """A pod of either namespace, with a few labels."""
    held = draw(st.sampled_from([{}, {"app": "a"}, {"app": "a"}, {"app": "b"}]))
    metadata = {"name": name, "namespace": draw(st.sampled_from(NAMESPACES)), "labels": held, "uid": f"uid-{name}"}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": draw(_specs())}


def namespace(name: str, team: str = "") -> Body:
    metadata = {"name": name, "uid": f"uid-{name}", "labels": {"team": team} if team else {}}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}


def service(namespace: str, app: str) -> Body:
    metadata = {"name": f"{app}s", "namespace": namespace, "uid": f"uid-{namespace}-{app}"}
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": {"selector": {"app": app}}}
