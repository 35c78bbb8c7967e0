"""Whether a node takes a pod that is bound to it: the kubelet checks again what a scheduler would have.

Follows pkg/kubelet/lifecycle/predicate.go and AdmissionCheck in pkg/scheduler/eventhandlers.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from .. import pods, selectors
from ..causes import _
from ..objects import labels_of, name_of, status_of, timestamp
from ..registry import Body
from ..tolerations import first_untolerated
from . import conditions
from .ledger import Account, host_ports
from .turn import Turn, is_static

_FIRST = ("cpu", "memory", "ephemeral-storage")


class Refusal(NamedTuple):
    """Why a node does not take a pod, in upstream's words."""

    reason: str
    message: str


def refuse(pod: Body, node: Body, account: Account) -> Refusal | None:
    """The first reason against the pod, None if it is taken."""
    spec = pod["spec"]
    system = (spec.get("os") or {}).get("name")
    if system not in (None, "linux"):
        return Refusal("PodOSNotSupported", "Failed to admit pod as the OS field doesn't match node OS")
    return _short_of(spec, node, account) or refuse_besides(pod, node, account)


def refuse_besides(pod: Body, node: Body, account: Account) -> Refusal | None:
    """The first reason against the pod that is not about what the node can give."""
    spec = pod["spec"]
    return (
        _failed("NodeAffinity", "node(s) didn't match Pod's node affinity/selector", not _wants(spec, node))
        or _failed("NodePorts", "node(s) didn't have free ports for the requested pod ports", _clash(spec, account))
        or _failed(
            "TaintToleration",
            "node(s) had taints that the pod didn't tolerate",
            not is_static(pod) and _is_driven(spec, node),
        )
    )


def _failed(predicate: str, why: str, failed: bool) -> Refusal | None:
    return Refusal(predicate, f"Predicate {predicate} failed: {why}") if failed else None


def _short_of(spec: Body, node: Body, account: Account) -> Refusal | None:
    for name in shortages(spec, node, account):
        figure, used = {"pods": 1, **pods.requests(spec)}[name], account.requests.get(name, 0)
        capacity = account.offer(status_of(node).get("allocatable") or {}).get(name, 0)
        message = f"Node didn't have enough resource: {name}, requested: {figure}, used: {used}, capacity: {capacity}"
        return Refusal(f"OutOf{name}", message)
    return None


def shortages(spec: Body, node: Body, account: Account) -> dict[str, int]:
    """How much of what is missing for a pod on the node."""
    allocatable = account.offer(status_of(node).get("allocatable") or {})
    wanted, found = {"pods": 1, **pods.requests(spec)}, {}
    for name in ("pods", *_FIRST, *sorted(key for key in wanted if key not in ("pods", *_FIRST))):
        figure = wanted.get(name, 0)
        if not figure or (name not in allocatable and "/" in name):
            continue
        missing = account.requests.get(name, 0) + figure - allocatable.get(name, 0)
        if missing > 0:
            found[name] = missing
    return found


def _wants(spec: Body, node: Body) -> bool:
    """The pod's node selector and its required node affinity."""
    labels = labels_of(node)
    if any(labels.get(key) != value for key, value in (spec.get("nodeSelector") or {}).items()):
        return False
    affinity = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution")
    if required is None:
        return True
    return any(_term(term, labels, name_of(node)) for term in required.get("nodeSelectorTerms") or ())


def _term(term: Body, labels: Mapping[str, str], name: str) -> bool:
    expressions, fields = term.get("matchExpressions") or (), term.get("matchFields") or ()
    if not expressions and not fields:
        return False
    return _all(expressions, labels) and _all(fields, {"metadata.name": name})


def _all(expressions: Iterable[Body], values: Mapping[str, str]) -> bool:
    try:
        return all(one.matches(values) for one in selectors.expressions(expressions))
    except ValueError:
        return False


def _clash(spec: Body, account: Account) -> bool:
    for ip, protocol, port in host_ports(spec):
        for held_ip, held_protocol, held_port in account.ports:
            same = ip == held_ip or "0.0.0.0" in (ip, held_ip)
            if same and (protocol, port) == (held_protocol, held_port):
                return True
    return False


def _is_driven(spec: Body, node: Body) -> bool:
    """Whether a NoExecute taint of the node is not tolerated."""
    taints = node["spec"].get("taints") or ()
    return first_untolerated(spec.get("tolerations") or (), taints, ("NoExecute",)) is not None


def reject(turn: Turn, refusal: Refusal) -> None:
    """The pod has failed, as its node does not take it. Follows rejectPod in pkg/kubelet/kubelet.go, v1.34."""
    turn.event("Warning", refusal.reason, refusal.message)
    tell(turn, refusal)


def tell(turn: Turn, refusal: Refusal, *, runs: bool = False) -> None:
    """Writes the status of a pod that is not taken. As long as its containers may run it has not failed yet."""
    if turn.silent:
        return
    old = turn.pod.get("status") or {}
    others = [one for one in old.get("conditions") or () if one["type"] not in conditions.OWNED]
    said = {"message": f"Pod was rejected: {refusal.message}", "phase": "Failed", "reason": refusal.reason}
    status: Body = {
        **({key: old[key] for key in said if key in old} if runs else said),
        "qosClass": old.get("qosClass") or pods.qos(turn.pod["spec"]),
        "startTime": old.get("startTime") or timestamp(turn.now),
    }
    if others:
        status["conditions"] = others
    if turn.pod["metadata"].get("generation"):
        status["observedGeneration"] = turn.pod["metadata"]["generation"]
    sentence = _("{node} does not take the pod: {why}")
    cause = turn.cause("predicateAdmitHandler", sentence, why=refusal.message)
    turn.pod = turn.world.update_status("pods", {**turn.pod, "status": status}, cause)
    turn.led_by = turn.world.revision
