"""What loads the pods of an autoscaler's target, and can be changed: rates of Traffics, and CPU in Behaviors."""

from __future__ import annotations

from typing import Any, NamedTuple

from simulator.engine import quantity
from simulator.engine.objects import get_in, labels_of, name_of, namespace_of, set_in, spec_of
from simulator.engine.registry import Bodies, Body, Instant
from simulator.engine.workloads.behaviors import RESOURCE as BEHAVIORS
from simulator.engine.workloads.behaviors import Behaviors
from simulator.engine.workloads.traffic import targets
from simulator.reading import DatabaseReader, kinds_of

TRAFFICS = "traffics.sim.k8sviz.io"
PATHS = {TRAFFICS: ("spec", "rate"), BEHAVIORS: ("spec", "cpu", "idle")}
"""Which field of each kind is the load."""
_MOST = 20


class _Pod(NamedTuple):
    """A pod as the target makes them, and the labels that all of them have."""

    body: Body
    labels: dict[str, str]


def of(reader: DatabaseReader, autoscaler: Body, now: Instant) -> list[dict[str, Any]]:
    """The loads of an autoscaler's target: Traffics that reach its pods, then Behaviors of their containers."""
    pod = _pod(reader, autoscaler)
    if pod is None:
        return []
    traffics = [one for one in reader.list(TRAFFICS) if _reaches(reader, one, pod, now)]
    told = [_told(TRAFFICS, one) for one in traffics] + [_told(BEHAVIORS, one) for one in _behaviors(reader, pod)]
    return told[:_MOST]


def loaded(resource: str, body: Body, value: str) -> Body:
    """The object with another load."""
    return set_in(body, PATHS[resource], value)


def _pod(reader: DatabaseReader, autoscaler: Body) -> _Pod | None:
    reference, namespace = spec_of(autoscaler).get("scaleTargetRef") or {}, namespace_of(autoscaler)
    kind = kinds_of(reader.cluster).find(reference.get("apiVersion") or "", reference.get("kind") or "")
    target = None if kind is None else reader.get(kind.storage, namespace, reference.get("name") or "")
    template = get_in(target, "spec", "template") if target is not None else None
    if not isinstance(template, dict) or "spec" not in template:
        return None
    meta = {**(template.get("metadata") or {}), "namespace": namespace}
    pod = {"metadata": meta, "spec": template["spec"]}
    return _Pod(pod, labels_of(pod))


def _reaches(reader: DatabaseReader, traffic: Body, pod: _Pod, now: Instant) -> bool:
    found = targets.find(reader, traffic, now)
    namespace = namespace_of(pod.body)
    for key in found.services:
        service = reader.get("services", *key) if key.namespace == namespace else None
        selector = spec_of(service).get("selector") if service is not None else None
        if selector and selector.items() <= pod.labels.items():
            return True
    here = [one.pod for one in found.ends if namespace_of(one.pod) == namespace]
    return any(pod.labels.items() <= labels_of(one).items() for one in here)


def _behaviors(reader: DatabaseReader, pod: _Pod) -> Bodies:
    """The Behavior that counts for each container, once."""
    chosen = Behaviors(reader, namespace_of(pod.body)).of_pod(pod.body)
    held = [chosen.of(one["name"]) for one in spec_of(pod.body).get("containers") or ()]
    return list({name_of(one): one for one in held if one}.values())


def _told(resource: str, body: Body) -> dict[str, Any]:
    """text: as the object says it, empty if it does not. waits: clients wait for answers, so that there is no rate."""
    text = get_in(body, *PATHS[resource])
    spec = spec_of(body)
    return {
        "resource": resource,
        "namespace": namespace_of(body),
        "name": name_of(body),
        "text": "" if text is None else str(text),
        "value": None if text is None else quantity.milli(text) / 1000,
        "waits": spec.get("pauseMilliseconds") is not None,
        "suspended": bool(spec.get("suspend")),
    }
