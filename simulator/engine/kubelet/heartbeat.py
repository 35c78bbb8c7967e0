"""The signs of life of a node's kubelet: they stop when it stops or is cut off, and come again when it is back.

Follows staging/src/k8s.io/component-helpers/apimachinery/lease/controller.go and pkg/kubelet/kubelet_node_status.go,
v1.34. Nothing is written while a kubelet is well (see `renewal.py`): only the last sign and the first one are.
"""

from __future__ import annotations

from ..causes import Cause, _
from ..clock import SECOND
from ..kinds.lease import renewed
from ..objects import annotations_of, conditions_of, micro_timestamp, spec_of, status_of, timestamp
from ..registry import Body, Instant
from ..renewal import HEARTBEAT, LEASES, NAMESPACE, RENEWS, beats, latest, period
from ..world import World
from . import node as registration
from .turn import COMPONENT

_STOPPED = {
    "power": _("{node} has lost power: its kubelet renews this no more."),
    "shutdown": _("{node} has been shut down: its kubelet renews this no more."),
    "kubelet": _("The kubelet of {node} has stopped: it renews this no more."),
    "network": _("{node} is cut off: what its kubelet sends does not arrive."),
}


def stop(world: World, node: str, why: str, led_by: int | None) -> str:
    """Writes down the last signs of life; returns the beats of the lease as they were (see `renewal.beats`).

    why: what the node has lost, `power`, `shutdown`, `kubelet` or `network`.
    """
    lease = world.get(LEASES, NAMESPACE, node)
    if lease is not None and RENEWS in annotations_of(lease):
        spec = lease["spec"]
        last = renewed(lease, world.now)
        if last is not None:
            spec = {**spec, "renewTime": micro_timestamp(last)}
        frozen = {**lease, "metadata": _without(lease, RENEWS), "spec": spec}
        world.update(LEASES, frozen, Cause(f"{COMPONENT}/{node}", "NodeLease", _STOPPED[why], {"node": node}, led_by))
    body = world.get("nodes", "", node)
    if body is not None and HEARTBEAT in annotations_of(body):
        last = latest(annotations_of(body)[HEARTBEAT], world.now)
        held = conditions_of(body)
        if last is not None:
            held = [{**one, "lastHeartbeatTime": _later(one, timestamp(last))} for one in held]
        frozen = {**body, "metadata": _without(body, HEARTBEAT), "status": {**status_of(body), "conditions": held}}
        cause = Cause(f"{COMPONENT}/{node}", "syncNodeStatus", _STOPPED[why], {"node": node}, led_by)
        world.update_status("nodes", frozen, cause)
    return annotations_of(lease).get(RENEWS, "") if lease is not None else ""


def _without(body: Body, annotation: str) -> Body:
    kept = {key: value for key, value in annotations_of(body).items() if key != annotation}
    return {**body["metadata"], "annotations": kept}


def _later(condition: Body, text: str) -> str:
    return max(condition.get("lastHeartbeatTime") or "", text)


def renew(world: World, node: str, first: Instant, led_by: int | None) -> None:
    """The lease is renewed again from `first` on. Without its Node there is none."""
    body, lease = world.get("nodes", "", node), world.get(LEASES, NAMESPACE, node)
    if body is None or world.get("namespaces", "", NAMESPACE) is None:
        return
    every = registration.renewal(world, node)
    sentence = _("The kubelet renews this every {seconds} seconds to say that its node lives.")
    inputs = {"node": node, "seconds": f"{every / SECOND:g}"}
    cause = Cause(f"{COMPONENT}/{node}", "NodeLease", sentence, inputs, led_by)
    if lease is None:
        world.create(LEASES, registration.lease(world, body, first), cause)
        return
    text = beats(first, every)
    meta = {**lease["metadata"], "annotations": {**annotations_of(lease), RENEWS: text}}
    spec = {**(lease.get("spec") or {}), "holderIdentity": node}
    spec["leaseDurationSeconds"] = registration.lease_duration(world, node)
    if first <= world.now:
        spec["renewTime"] = micro_timestamp(first)
    world.update(LEASES, {**lease, "metadata": meta, "spec": spec}, cause)


def next_beat(text: str, now: Instant) -> Instant:
    """When a kubelet that went on next tries to renew its lease; text: the beats of the lease as they were."""
    last = latest(text, now)
    return now if last is None or last == now else last + period(text)


def changed(world: World, node: str, led_by: int | None) -> None:
    """The kubelet goes by another configuration: the lease and the status are sent as often as it says from now on."""
    lease, body = world.get(LEASES, NAMESPACE, node), world.get("nodes", "", node)
    every, counts = registration.renewal(world, node), registration.lease_duration(world, node)
    renews = annotations_of(lease).get(RENEWS) if lease is not None else None
    if lease is not None and renews and (period(renews), spec_of(lease).get("leaseDurationSeconds")) != (every, counts):
        renew(world, node, world.now, led_by)
    beat = annotations_of(body).get(HEARTBEAT) if body is not None else None
    often = registration.reporting(world, node)
    if body is not None and beat and period(beat) != often:
        now = timestamp(world.now)
        held = [{**one, "lastHeartbeatTime": _later(one, now)} for one in conditions_of(body)]
        meta = {**body["metadata"], "annotations": {**annotations_of(body), HEARTBEAT: beats(world.now, often)}}
        new = {**body, "metadata": meta, "status": {**status_of(body), "conditions": held}}
        sentence = _("The kubelet reports the conditions of {node} every {seconds} seconds.")
        inputs = {"node": node, "seconds": f"{often / SECOND:g}"}
        world.update_status("nodes", new, Cause(f"{COMPONENT}/{node}", "syncNodeStatus", sentence, inputs, led_by))
