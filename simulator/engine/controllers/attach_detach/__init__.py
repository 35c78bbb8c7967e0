"""The attach/detach controller: CSI volumes are attached to the nodes whose pods need them, and detached after that.

Follows pkg/controller/volume/attachdetach/{attach_detach_controller,reconciler/reconciler}.go and
pkg/volume/util/operationexecutor/operation_generator.go, v1.34. Its loop turns every 100 ms; here it turns when
something has changed. What attaches is the driver's attacher, which answers a VolumeAttachment.
"""

from __future__ import annotations

from typing import Any, Literal

from simulator.engine import csi_volumes, events
from simulator.engine.causes import _
from simulator.engine.clock import MILLISECOND, SECOND
from simulator.engine.controllers.attach_detach import volumes
from simulator.engine.controllers.attach_detach.volumes import ATTACHMENTS, VOLUMES
from simulator.engine.controllers.pvc_protection import RESOURCE as CLAIMS
from simulator.engine.controllers.pvc_protection import claims_of
from simulator.engine.journal import Change
from simulator.engine.objects import (
    drop_in,
    get_in,
    is_condition_true,
    is_deleting,
    name_of,
    namespace_of,
    set_in,
    spec_of,
    status_of,
)
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Bodies, Body, Instant, Key
from simulator.engine.world import World

_LOOP = 100 * MILLISECOND
_UNMOUNT = 360 * SECOND
"""How long a volume that is still mounted is waited for, if its node is not well."""

_ANSWER = 120 * SECOND
_FIRST_RETRY, _LAST_RETRY = 500 * MILLISECOND, 122 * SECOND
_OUT_OF_SERVICE = "node.kubernetes.io/out-of-service"
_BY_VOLUME, _BY_NODE = "volume", "node"
_ATTACHED = ("status", "volumesAttached")


class AttachDetachController(Reconciler):
    """Its keys are PersistentVolumes.

    The note of one: `asked`, node -> [since when it waits for the attacher, how often that failed]; `freed`, node ->
    since when nobody needs the volume there; `told`, the nodes whose pods heard that it is attached elsewhere.
    """

    name = "attachdetach-controller"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        world.add_index("pods", "claim", claims_of)
        world.add_index(ATTACHMENTS, _BY_VOLUME, lambda one: filter(None, [volume_of(one)]))
        world.add_index(ATTACHMENTS, _BY_NODE, lambda one: (spec_of(one).get("nodeName") or "",))
        world.watch("pods", self._pod_changed)
        world.watch("nodes", self._node_changed)
        world.watch(CLAIMS, self._claim_changed)
        world.watch(VOLUMES, self._volume_changed)
        world.watch(ATTACHMENTS, self._attachment_changed)

    def reconcile(self, key: Key) -> None:
        volume = self.world.get(VOLUMES, *key)
        pods = volumes.users(self.world, volume) if volume is not None else {}
        held = self._held(key.name, volume)
        known: dict[str, Any] = self.world.note(self.name, key.name) or {}
        asked, freed = dict(known.get("asked") or {}), dict(known.get("freed") or {})
        told = [node for node in known.get("told") or () if node in pods]
        for node in sorted(held):
            if node not in pods and not is_deleting(held[node]):
                self._release(key.name, held[node], asked, freed)
        for node in sorted(pods):
            freed.pop(node, None)
            self._bind(volume or {}, node, pods, held, asked, told)
        note = {
            "asked": {node: one for node, one in asked.items() if node in held},
            "freed": {node: one for node, one in freed.items() if node in held},
            "told": told,
        }
        kept = {name: value for name, value in note.items() if value}
        self.world.set_note(self.name, key.name, kept or None)

    def _held(self, name: str, volume: Body | None) -> dict[str, Body]:
        """The attachments of a volume by node; those that others made of it are none of ours."""
        found = self.world.indexed(ATTACHMENTS, _BY_VOLUME, name)
        if volume is None:
            ours = [one for one in found if volumes.is_attachment_name(name_of(one))]
        elif spec_of(volume).get("csi"):
            unique = csi_volumes.unique_name(volume)
            ours = [one for one in found if _is_of(unique, one)]
        else:
            ours = []
        return {spec_of(one)["nodeName"]: one for one in ours}

    # --- attaching -----------------------------------------------------------------------------------------------

    def _bind(
        self,
        volume: Body,
        node: str,
        pods: dict[str, Bodies],
        held: dict[str, Body],
        asked: dict[str, list[int]],
        told: list[str],
    ) -> None:
        """Brings the volume to a node whose pods need it."""
        attachment = held.get(node)
        if attachment is None:
            others = [other for other in held if other != node]
            if others and not volumes.is_shared(volume):
                if node not in told:
                    told.append(node)
                    self._tell_of_others(volume, pods[node], [pod for one in others for pod in pods.get(one, ())])
                return
            held[node] = self._ask(volume, node, pods[node])
            asked[node] = [self.world.now, 0]
            self._look(name_of(volume), self.world.now + _ANSWER)
        elif get_in(attachment, "status", "attached"):
            asked.pop(node, None)
            self._report(volume, node, pods[node])
        elif not is_deleting(attachment):
            self._await(volume, attachment, pods[node], asked)

    def _ask(self, volume: Body, node: str, pods: Bodies) -> Body:
        unique = csi_volumes.unique_name(volume)
        cause = self.cause(
            "AttachVolume",
            _("{pod} on {node} needs {volume}: the attacher of {driver} is asked to attach it."),
            pod=name_of(pods[0]),
            node=node,
            volume=name_of(volume),
            driver=spec_of(volume)["csi"]["driver"],
        )
        spec = {
            "attacher": spec_of(volume)["csi"]["driver"],
            "nodeName": node,
            "source": {"persistentVolumeName": name_of(volume)},
        }
        return self.world.create(
            ATTACHMENTS, {"metadata": {"name": volumes.attachment_name(unique, node)}, "spec": spec}, cause
        )

    def _await(self, volume: Body, attachment: Body, pods: Bodies, asked: dict[str, list[int]]) -> None:
        """Says what the attacher says, or that it says nothing; then waits again, longer each time."""
        node, now = spec_of(attachment)["nodeName"], self.world.now
        since, failures = asked.setdefault(node, [now, 0])
        fault = get_in(attachment, "status", "attachError", "message") or ""
        if not fault and now >= since + _ANSWER:
            csi = spec_of(volume)["csi"]
            fault = (
                f"timed out waiting for external-attacher of {csi['driver']} CSI driver to attach volume "
                f"{csi['volumeHandle']}"
            )
        if fault and now >= since:
            said = f'AttachVolume.Attach failed for volume "{name_of(volume)}" : {fault} '
            for pod in pods:
                self._tell(pod, "Warning", "FailedAttachVolume", said)
            since = now + min(_FIRST_RETRY << min(failures, 20), _LAST_RETRY)
            asked[node] = [since, failures + 1]
        is_refused = bool(get_in(attachment, "status", "attachError"))
        self._look(name_of(volume), since if is_refused and since > now else since + _ANSWER)

    def _report(self, volume: Body, node: str, pods: Bodies) -> None:
        """Tells the pods, and the node's kubelet by the node's status, that the volume is attached."""
        body, unique = self.world.get("nodes", "", node), csi_volumes.unique_name(volume)
        if body is None or csi_volumes.is_attached(body, volume):
            return
        listed = status_of(body).get("volumesAttached") or []
        for pod in pods:
            said = f'AttachVolume.Attach succeeded for volume "{name_of(volume)}" '
            self._tell(pod, "Normal", "SuccessfulAttachVolume", said)
        cause = self.cause(
            "UpdateNodeStatuses", _("{volume} is attached to {node}."), volume=name_of(volume), node=node
        )
        now_listed = sorted([*listed, {"name": unique, "devicePath": ""}], key=lambda one: str(one["name"]))
        self.world.update_status("nodes", set_in(body, _ATTACHED, now_listed), cause)

    def _tell_of_others(self, volume: Body, pods: Bodies, others: Bodies) -> None:
        for pod in pods:
            near = [name_of(one) for one in others if namespace_of(one) == namespace_of(pod)]
            far = len(others) - len(near)
            said = "Volume is already exclusively attached to one node and can't be attached to another"
            if near:
                said = f"Volume is already used by pod(s) {', '.join(near)}"
                said += f" and {far} pod(s) in different namespaces" if far else ""
            elif far:
                said = f"Volume is already used by {far} pod(s) in different namespaces"
            message = f'Multi-Attach error for volume "{name_of(volume)}" {said}'
            self._tell(pod, "Warning", "FailedAttachVolume", message)

    def _tell(self, pod: Body, type: Literal["Normal", "Warning"], reason: str, message: str) -> None:
        events.record(self.world, pod, type, reason, message, component=self.name, led_by=self.led_by)

    # --- detaching -----------------------------------------------------------------------------------------------

    def _release(self, volume: str, attachment: Body, asked: dict[str, list[int]], freed: dict[str, Instant]) -> None:
        """Takes the volume from a node where nobody needs it, when its kubelet has let go of it."""
        node, now = spec_of(attachment)["nodeName"], self.world.now
        if not get_in(attachment, "status", "attached"):
            end = asked.get(node, [0, 0])[0] + _ANSWER
            if now < end and not get_in(attachment, "status", "attachError"):
                self._look(volume, end)
                return
        body = self.world.get("nodes", "", node)
        since = freed.setdefault(node, now)
        if _is_mounted(body, attachment) and not _is_out_of_service(body):
            if now <= since + _UNMOUNT:
                self._look(volume, since + _UNMOUNT + _LOOP)
                return
            if body is not None and is_condition_true(body, "Ready"):
                return
        self._unlist(body, attachment)
        cause = self.cause(
            "DetachVolume", _("No pod on {node} needs {volume} any more: it is detached."), node=node, volume=volume
        )
        self.world.delete(ATTACHMENTS, "", name_of(attachment), cause)

    def _unlist(self, node: Body | None, attachment: Body) -> None:
        listed = status_of(node or {}).get("volumesAttached") or []
        kept = [one for one in listed if not _is_of(one["name"], attachment)]
        if node is not None and kept != listed:
            cause = self.cause(
                "UpdateNodeStatuses",
                _("{volume} is to be detached from {node}: no new pod may mount it."),
                volume=volume_of(attachment),
                node=name_of(node),
            )
            new = set_in(node, _ATTACHED, kept) if kept else drop_in(node, _ATTACHED)
            self.world.update_status("nodes", new, cause)

    # --- watching ------------------------------------------------------------------------------------------------

    def _pod_changed(self, change: Change) -> None:
        before = csi_volumes.needs_on(change.before) if change.before is not None else ""
        after = csi_volumes.needs_on(change.body) if change.operation != "DELETED" else ""
        if before != after:
            for name in volumes.volume_names(self.world, change.body):
                self._queue(name, change.revision)

    def _node_changed(self, change: Change) -> None:
        if change.operation == "MODIFIED" and change.before and _seen(change.before) == _seen(change.body):
            return
        for one in self.world.indexed(ATTACHMENTS, _BY_NODE, change.key.name):
            self._queue(volume_of(one), change.revision)
        if change.operation == "ADDED":
            for pod in self.world.indexed("pods", "node", change.key.name):
                for name in volumes.volume_names(self.world, pod):
                    self._queue(name, change.revision)

    def _claim_changed(self, change: Change) -> None:
        name = spec_of(change.body).get("volumeName")
        phases = {status_of(body).get("phase") for body in (change.before, change.body) if body is not None}
        if name and (change.operation != "MODIFIED" or len(phases) > 1):
            self._queue(name, change.revision)

    def _volume_changed(self, change: Change) -> None:
        before = spec_of(change.before).get("claimRef") if change.before is not None else None
        if change.operation == "DELETED" or before != spec_of(change.body).get("claimRef"):
            self._queue(change.key.name, change.revision)

    def _attachment_changed(self, change: Change) -> None:
        if change.cause.component != self.name and volume_of(change.body):
            self._queue(volume_of(change.body), change.revision)

    def _queue(self, volume: str, led_by: int) -> None:
        heard = self.world.now + self.world.latency.watch
        self.enqueue(Key("", volume), after=-(-heard // _LOOP) * _LOOP - self.world.now, led_by=led_by)

    def _look(self, volume: str, at: Instant) -> None:
        self.enqueue(Key("", volume), after=at - self.world.now, led_by=self.led_by)


def volume_of(attachment: Body) -> str:
    """The PersistentVolume of a VolumeAttachment that this controller made; empty for one that others made."""
    return str(get_in(attachment, "spec", "source", "persistentVolumeName", default=""))


def _seen(node: Body) -> tuple[object, ...]:
    """What matters of a node: whether it is well, what it says that it uses, and by whom its volumes are attached."""
    in_use = status_of(node).get("volumesInUse") or []
    return in_use, is_condition_true(node, "Ready"), _is_out_of_service(node), csi_volumes.is_managed(node)


def _is_of(unique: str, attachment: Body) -> bool:
    return volumes.attachment_name(unique, spec_of(attachment)["nodeName"]) == name_of(attachment)


def _is_mounted(node: Body | None, attachment: Body) -> bool:
    """True if the kubelet says that it uses the volume; of a node that is gone nobody knows."""
    return node is None or any(_is_of(one, attachment) for one in status_of(node).get("volumesInUse") or ())


def _is_out_of_service(node: Body | None) -> bool:
    return node is not None and any(one.get("key") == _OUT_OF_SERVICE for one in spec_of(node).get("taints") or ())
