"""A Job with pods of all sorts, and what one sync of the controller makes of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from simulator.engine.clock import SECOND
from simulator.engine.controllers.job.indexes import INDEX
from simulator.engine.controllers.job.state import FINALIZER
from simulator.engine.journal import Change
from simulator.engine.objects import is_deleting, owner_reference, set_in, timestamp
from simulator.engine.registry import Body

from .rig import START, USER, Rig

JOBS = "jobs.batch"
LONG_AGO = timestamp(START - 3600 * SECOND)


def job(name: str = "j", **spec: Any) -> Body:
    """A Job's manifest; what is None is left out, and `template` adds to its pods' spec."""
    pod = {"containers": [{"name": "c", "image": "busybox:1.36"}], "restartPolicy": "Never", **spec.pop("template", {})}
    held = {key: value for key, value in spec.items() if value is not None}
    return {"metadata": {"namespace": "default", "name": name}, "spec": {**held, "template": {"spec": pod}}}


class JobRig(Rig):
    """Without kubelet and scheduler: pods are put there as a case says."""

    def __init__(self) -> None:
        super().__init__(nodes=1, kubelet=False)

    def job(self, *, deleting: bool = False, status: Body | None = None, **spec: Any) -> Body:
        body = job(**spec)
        if deleting:
            body = set_in(body, ("metadata", "finalizers"), ["example.com/wait"])
        made = self.create(JOBS, body)
        if status:
            made = self.world.update_status(JOBS, {**made, "status": status}, USER)
        if deleting:
            self.delete(JOBS, "j", propagation="Background")
        return self.get(JOBS, "j")

    def put(
        self, job: Body, phase: str, *, index: str = "", ready: bool = False, leaving: bool = False, **more: Any
    ) -> Body:
        """A pod of the Job. more: annotations, what else the status has, restarts."""
        labels = dict(job["spec"]["template"]["metadata"]["labels"])
        annotations = {**({INDEX: index} if index else {}), **more.pop("annotations", {})}
        meta = {
            "namespace": "default",
            "name": f"p-{self.world.revision:05}",
            "labels": labels,
            "annotations": annotations,
        }
        meta.update({"ownerReferences": [owner_reference(job)], "finalizers": [FINALIZER]})
        spec = {**job["spec"]["template"]["spec"], "nodeName": "node-0"}
        made = self.create("pods", {"metadata": meta, "spec": spec})
        status: Body = {"phase": phase, **more}
        if phase in ("Failed", "Succeeded") and "containerStatuses" not in more:
            ended = {"exitCode": int(phase == "Failed"), "finishedAt": LONG_AGO}
            status["containerStatuses"] = [{"name": "c", "state": {"terminated": ended}}]
        if ready:
            held = {"type": "Ready", "status": "True", "lastTransitionTime": LONG_AGO}
            status["conditions"] = [*status.get("conditions", []), held]
        made = self.world.update_status("pods", {**made, "status": status}, USER)
        if leaving:
            self.delete("pods", made["metadata"]["name"])
        return self.get("pods", made["metadata"]["name"])

    def sync(self) -> list[Change]:
        """What the controller does about the Job at once: pods' own news come later."""
        self.world.drain()
        self.run(0.5)
        return [change for change in self.world.drain().changes if change.cause.component == "job-controller"]


def creations(changes: Iterable[Change]) -> list[Body]:
    return [one.body for one in changes if one.resource == "pods" and one.operation == "ADDED"]


def deletions(changes: Iterable[Change]) -> int:
    """How many pods began to be deleted."""
    return sum(
        one.resource == "pods" and is_deleting(one.body) and one.before is not None and not is_deleting(one.before)
        for one in changes
    )


def patches(changes: Iterable[Change]) -> int:
    """How many pods lost the Job's finalizer."""

    def has(body: Body | None) -> bool:
        return body is not None and FINALIZER in (body["metadata"].get("finalizers") or ())

    return sum(one.resource == "pods" and has(one.before) and not has(one.body) for one in changes)


def conditions(body: Body) -> list[tuple[str, str, str]]:
    held = body["status"].get("conditions") or []
    return [(one["type"], one["status"], one.get("reason", "")) for one in held]
