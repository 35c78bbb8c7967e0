"""The ReplicaSet controller: keeps as many pods of one template as the spec says.

Follows pkg/controller/replicaset/replica_set.go and replica_set_utils.go, v1.34.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import ClassVar

from simulator.engine import selectors
from simulator.engine.causes import _
from simulator.engine.controllers import ownership, pod_control, slow_start
from simulator.engine.controllers.owned_pods import OwnedPods, Standing, standing_of
from simulator.engine.controllers.pod_ranking import least_needed
from simulator.engine.errors import StatusError
from simulator.engine.journal import Change
from simulator.engine.objects import (
    conditions_of,
    controller_of,
    is_deleting,
    key_of,
    labels_of,
    name_of,
    namespace_of,
    status_of,
    text_of,
    timestamp,
    uid_of,
)
from simulator.engine.pods import is_active
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Body, Key
from simulator.engine.selectors import Selector
from simulator.engine.world import World

_BURST = 500
_FAILURE = "ReplicaFailure"


class ReplicaSetController(Reconciler):
    """Creates, adopts, releases and deletes pods, and reports how many there are.

    A subclass may keep another kind that has a ReplicaSet's shape: it names its resource and reads its selector.
    """

    name = "replicaset-controller"
    kind: ClassVar[str] = "ReplicaSet"
    resource: ClassVar[str] = "replicasets.apps"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._owned: dict[str, OwnedPods] = {}
        self._standings: dict[Key, Standing] = {}
        ownership.add_indexes(world, "pods")
        ownership.add_indexes(world, self.resource)
        world.watch(self.resource, self._replicaset_changed)
        world.watch("pods", self._pod_changed)

    def start(self) -> None:
        self._owned, self._standings = {}, {}
        for pod in self.world.list("pods"):
            standing = standing_of(pod, self.kind)
            if standing is not None:
                self._standings[key_of(pod)] = standing
                self._of(standing.uid).add(key_of(pod), standing)

    def reconcile(self, key: Key) -> None:
        rs = self.world.get(self.resource, *key)
        if rs is None:
            slow_start.stop(self, key)
            return
        owned = self._of(uid_of(rs))
        if len(owned) < rs["spec"]["replicas"] and not is_deleting(rs) and slow_start.is_waiting(self, key):
            return
        owned.keep_to(rs["spec"], self.selector)
        failure: StatusError | None = None
        if is_deleting(rs):
            slow_start.stop(self, key)
        else:
            self._claim(rs, owned)
            try:
                if self._manage(rs, owned):
                    return
            except StatusError as refusal:
                slow_start.stop(self, key)
                failure = None if pod_control.is_terminating(refusal) else refusal
        self._report(rs, owned, failure)
        if failure is not None:
            raise failure

    @staticmethod
    def selector(spec: Body) -> Selector:
        """The selector of a spec."""
        return selectors.of(spec["selector"])

    # --- pods ----------------------------------------------------------------------------------------------------

    def _claim(self, rs: Body, owned: OwnedPods) -> None:
        for key in list(owned.strays):
            pod = self.world.get("pods", *key)
            if pod is not None:
                ownership.release(self, "pods", rs, pod)
        for pod in ownership.orphans(self.world, "pods", namespace_of(rs), self.selector(rs["spec"])):
            if is_active(pod):
                ownership.adopt(self, "pods", rs, pod)

    def _manage(self, rs: Body, owned: OwnedPods) -> bool:
        """Creates or deletes what the count asks for; True if more batches follow. Raises StatusError."""
        have, want = len(owned), rs["spec"]["replicas"]
        if have < want:
            return self._create(rs, have, want)
        slow_start.stop(self, key_of(rs))
        if have > want:
            self._delete(rs, have, want)
        return False

    def _create(self, rs: Body, have: int, want: int) -> bool:
        count = slow_start.next_batch(self, key_of(rs), want - have, _BURST)
        cause = self.cause(
            "manageReplicas",
            _("{replicaset} has {have} of {want} pods: creating {count}."),
            replicaset=name_of(rs),
            have=have,
            want=want,
            count=count,
        )
        pod = pod_control.pod_from(rs["spec"]["template"], rs)
        pod_control.create_batch(self, rs, [(pod, cause)] * count)
        return slow_start.advance(self, key_of(rs), count, want - have, _BURST)

    def _delete(self, rs: Body, have: int, want: int) -> None:
        count = min(have - want, _BURST)
        cause = self.cause(
            "manageReplicas",
            _("{replicaset} has {have} pod(s) and wants {want}: deleting {count}."),
            replicaset=name_of(rs),
            have=have,
            want=want,
            count=count,
        )
        ranks = self._of(uid_of(rs)).ranks(self._pod)
        for key in least_needed(ranks, count, self._crowd(rs), self.world.now):
            pod_control.delete_pod(self, rs, self._pod(key), cause)
        if have - count > want:
            self.enqueue(key_of(rs), led_by=self.led_by)

    def _pod(self, key: Key) -> Body:
        return self.world.held("pods", key)

    def _crowd(self, rs: Body) -> Mapping[str, int]:
        """How many pods of all ReplicaSets with the same controller each node has; none for a ReplicaSet on its own."""
        owner, crowd = controller_of(rs), Counter[str]()
        if owner is not None:
            for sibling in self.world.indexed(self.resource, "controller", owner["uid"]):
                crowd.update(self._of(uid_of(sibling)).nodes)
        return crowd

    # --- status --------------------------------------------------------------------------------------------------

    def _report(self, rs: Body, owned: OwnedPods, failure: StatusError | None) -> None:
        available, next_one = owned.available(rs["spec"].get("minReadySeconds") or 0, self.world.now)
        figures = {
            "fullyLabeledReplicas": owned.labeled,
            "readyReplicas": owned.ready,
            "availableReplicas": available,
            "observedGeneration": rs["metadata"].get("generation", 0),
        }
        status: Body = {"replicas": len(owned), **{name: figure for name, figure in figures.items() if figure}}
        conditions = self._conditions(rs, owned, failure)
        if conditions:
            status["conditions"] = conditions
        if status != status_of(rs):
            cause = self.cause(
                "updateReplicaSetStatus",
                _("{replicaset} has {count} pod(s), {ready} ready and {available} available."),
                replicaset=name_of(rs),
                count=len(owned),
                ready=owned.ready,
                available=available,
            )
            self.world.update_status(self.resource, {**rs, "status": status}, cause)
        if next_one is not None:
            self.enqueue(key_of(rs), after=next_one - self.world.now, led_by=self.led_by)

    def _conditions(self, rs: Body, owned: OwnedPods, failure: StatusError | None) -> list[Body]:
        held = conditions_of(rs)
        failed = any(one["type"] == _FAILURE for one in held)
        if failure is not None and not failed:
            reason = "FailedCreate" if len(owned) < rs["spec"]["replicas"] else "FailedDelete"
            new = {
                "type": _FAILURE,
                "status": "True",
                "lastTransitionTime": timestamp(self.world.now),
                "reason": reason,
                "message": failure.message,
            }
            return [*held, new]
        if failure is None and failed:
            return [one for one in held if one["type"] != _FAILURE]
        return held

    # --- watching ------------------------------------------------------------------------------------------------

    def _of(self, uid: str) -> OwnedPods:
        owned = self._owned.get(uid)
        if owned is None:
            owned = self._owned[uid] = OwnedPods()
        return owned

    def _replicaset_changed(self, change: Change) -> None:
        if change.operation == "DELETED":
            self._owned.pop(uid_of(change.body), None)
        if change.cause.component == self.name:
            return
        if change.before is not None and change.before["spec"]["replicas"] < change.body["spec"]["replicas"]:
            # A reconcile that is due sooner would act on a size that it cannot know yet, and a rollout would for a
            # moment have more pods than it may: the old ReplicaSet, scaled down before, has to act first.
            self.world.clock.move(
                self.name, text_of(change.key), self.world.now + self.world.latency.watch, led_by=change.revision
            )
        else:
            self.enqueue(change.key, led_by=change.revision)

    def _pod_changed(self, change: Change) -> None:
        before = self._standings.pop(change.key, None)
        after = standing_of(change.body, self.kind) if change.operation != "DELETED" else None
        if after is not None:
            self._standings[change.key] = after
        if before is not None and after is not None and before[:3] == after[:3]:
            self._of(after.uid).turn(change.key, before, after)
            if before.ready != after.ready:
                self._tell(after, change)
        elif before != after:
            if before is not None:
                self._of(before.uid).remove(change.key, before)
                self._tell(before, change)
            if after is not None:
                self._of(after.uid).add(change.key, after)
                self._tell(after, change)
        if after is None and change.operation != "DELETED":
            self._orphan_changed(change)

    def _tell(self, standing: Standing, change: Change) -> None:
        if change.cause.component != self.name:
            self.enqueue(Key(change.key.namespace, standing.owner), led_by=change.revision)

    def _orphan_changed(self, change: Change) -> None:
        pod, before = change.body, change.before
        if controller_of(pod) is not None or not is_active(pod):
            return
        if before is not None and labels_of(before) == labels_of(pod) and controller_of(before) is None:
            return
        for rs in self.world.list(self.resource, change.key.namespace):
            if self.selector(rs["spec"]).matches(labels_of(pod)):
                self.enqueue(key_of(rs), led_by=change.revision)
