"""The VPA recommender: it samples what containers use and says what they should ask for.

Follows vertical-pod-autoscaler/pkg/recommender/routines/recommender.go and input/cluster_feeder.go of
kubernetes/autoscaler. Upstream looks once a minute. What a container uses is a function of time, so the samples of all
minutes that have passed are taken together: when something about the pods or their load changes, from the world as it
was before that, and after 1, 2, 4, 8, then every 15 minutes. The note of an object: `at`, up to when samples were
taken; `wait`, until they are next, in minutes; `containers` and `pods`, see `aggregate.py`.
"""

from __future__ import annotations

from typing import Any

from simulator.engine import pods as pod_figures
from simulator.engine.causes import _
from simulator.engine.clock import SECOND, Entry
from simulator.engine.controllers.vertical_pod_autoscaler import targets
from simulator.engine.controllers.vertical_pod_autoscaler.aggregate import Aggregate, Window
from simulator.engine.controllers.vertical_pod_autoscaler.estimator import recommendations
from simulator.engine.journal import Change
from simulator.engine.objects import (
    get_in,
    instant_of,
    is_deleting,
    key_of,
    labels_of,
    name_of,
    status_of,
    text_of,
    timestamp,
)
from simulator.engine.pods import is_terminal, node_of
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Bodies, Body, Instant, Key, Reader
from simulator.engine.workloads import usage
from simulator.engine.workloads.behaviors import RESOURCE as BEHAVIORS
from simulator.engine.workloads.containers import container_of
from simulator.engine.workloads.traffic.flows import RESOURCE as TRAFFICS
from simulator.engine.workloads.traffic.flows import SLICES
from simulator.engine.world import World

RESOURCE = "verticalpodautoscalers.autoscaling.k8s.io"
_MINUTE = 60 * SECOND
_LONGEST = 15


class VerticalPodAutoscalers(Reconciler):
    name = "vpa-recommender"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        # A later sample only refines what is already recommended: nobody waits for it.
        world.clock.handle(f"{self.name}/sample", self._sample_due, housekeeping=True)
        world.watch(RESOURCE, self._vpa_changed)
        world.watch("pods", self._pod_changed)
        for resource in (BEHAVIORS, TRAFFICS, SLICES):
            world.watch(resource, self._load_changed)

    def _sample_due(self, text: str, entry: Entry) -> None:
        self._due(text, entry)

    def reconcile(self, key: Key) -> None:
        vpa, text = self.world.get(RESOURCE, *key), text_of(key)
        if vpa is None:
            self.world.set_note(self.name, text, None)
            return
        note: dict[str, Any] = self.world.note(self.name, text) or {"at": self.world.now, "wait": 1}
        target = targets.target_of(self.world, vpa)
        pods = [pod for pod in targets.pods_of(self.world, vpa) if not is_terminal(pod)]
        samples = Samples(self.world, note)
        samples.take(pods, self.world.now)
        said = recommendations(samples.seen(), _policies(vpa))
        self._report(vpa, said, target.unsupported, matched=bool(pods))
        self._book(key, note, samples, pods)

    def _book(self, key: Key, note: dict[str, Any], samples: Samples, pods: Bodies) -> None:
        """The next samples: soon while little is known, rarely later, and none while no pod runs."""
        now, text = self.world.now, text_of(key)
        passed = now // _MINUTE > note["at"] // _MINUTE
        wait = min(note["wait"] * 2, _LONGEST) if passed and samples.seen() else note["wait"]
        self.world.set_note(self.name, text, {**samples.note(), "at": now, "wait": wait})
        if not any(node_of(pod) for pod in pods):
            return
        due = (now // _MINUTE + wait) * _MINUTE
        component = f"{self.name}/sample" if samples.seen() else self.name
        self.world.clock.at(component, text, due, led_by=self.led_by)

    def _report(self, vpa: Body, said: list[Body], unsupported: str, *, matched: bool) -> None:
        """Follows UpdateConditions and UpdateVpaStatusIfNeeded."""
        reason, message = ("", "") if matched else ("NoPodsMatched", "No pods match this VPA object")
        wanted = {"RecommendationProvided": ("True", "", "") if said else ("False", reason, message)}
        if not matched:
            wanted["NoPodsMatched"] = ("True", reason, message)
        if unsupported:
            wanted["ConfigUnsupported"] = ("True", "", unsupported)
        conditions = [self._condition(vpa, kind, *wanted[kind]) for kind in sorted(wanted)]
        status: Body = {"conditions": conditions}
        if said:
            status = {"recommendation": {"containerRecommendations": said}, **status}
        if status == status_of(vpa):
            return
        first = (said[0]["target"] if said else {}) | {"container": said[0]["containerName"] if said else ""}
        if said:
            sentence = _("By what its pods have used, {container} should ask for {cpu} CPU and {memory} of memory.")
        else:
            sentence = _("{vpa} has nothing to recommend yet.")
        inputs = {"vpa": name_of(vpa), "cpu": "-", "memory": "-", **first}
        cause = self.cause("UpdateVPAs", sentence, **inputs)
        self.world.update_status(RESOURCE, {**vpa, "status": status}, cause)

    def _condition(self, vpa: Body, kind: str, value: str, reason: str, message: str) -> Body:
        held = status_of(vpa).get("conditions") or ()
        known: Body = next((one for one in held if one["type"] == kind and one["status"] == value), {})
        new = {"type": kind, "status": value, "lastTransitionTime": known.get("lastTransitionTime")}
        new["lastTransitionTime"] = new["lastTransitionTime"] or timestamp(self.world.now)
        return {**new, **({"reason": reason} if reason else {}), **({"message": message} if message else {})}

    # --- watching ------------------------------------------------------------------------------------------------

    def _vpa_changed(self, change: Change) -> None:
        if change.cause.component != self.name:
            self.enqueue(change.key, led_by=change.revision)

    def _pod_changed(self, change: Change) -> None:
        vpas = self.world.list(RESOURCE, change.key.namespace)
        is_change = change.before is not None and change.operation != "DELETED"
        if not vpas or (is_change and change.before and not _matters(change.body, change.before)):
            return
        for vpa in vpas:
            selector = targets.target_of(self.world, vpa).selector
            if selector is not None and selector.matches(labels_of(change.body)):
                self._catch_up(vpa, change)
                self.enqueue(key_of(vpa), after=0, led_by=change.revision)

    def _load_changed(self, change: Change) -> None:
        for vpa in self.world.list(RESOURCE):
            self._catch_up(vpa, change)

    def _catch_up(self, vpa: Body, change: Change) -> None:
        """Takes the samples of the minutes before a change, from the world as it was until then."""
        text = text_of(key_of(vpa))
        note = self.world.note(self.name, text)
        if note is None or note["at"] // _MINUTE == self.world.now // _MINUTE:
            return
        before = Before(self.world, change)
        samples = Samples(before, note)
        samples.take([pod for pod in targets.pods_of(before, vpa) if not is_terminal(pod)], self.world.now)
        self.world.set_note(self.name, text, {**note, **samples.note(), "at": self.world.now})


class Before:
    """The objects as they were before one of them changed."""

    def __init__(self, world: World, change: Change) -> None:
        self._world, self._change = world, change
        self.kinds = world.kinds

    def get(self, resource: str, namespace: str, name: str) -> Body | None:
        if resource == self._change.resource and Key(namespace, name) == self._change.key:
            return self._change.before
        return self._world.get(resource, namespace, name)

    def list(self, resource: str, namespace: str | None = None) -> Bodies:
        held = self._world.list(resource, namespace)
        change = self._change
        if resource != change.resource or (namespace is not None and namespace != change.key.namespace):
            return held
        others = [body for body in held if key_of(body) != change.key]
        return sorted([*others, *([change.before] if change.before else [])], key=key_of)


class Samples:
    """What was sampled for one object so far."""

    def __init__(self, reader: Reader, note: dict[str, Any]) -> None:
        self._reader, self._at = reader, note["at"]
        self._containers = {name: Aggregate(held) for name, held in (note.get("containers") or {}).items()}
        self._windows = {name: Window(held) for name, held in (note.get("pods") or {}).items()}

    def seen(self) -> dict[str, Aggregate]:
        """The containers of which there are samples of both."""
        return {name: one for name, one in self._containers.items() if one.count and not one.memory.is_empty()}

    def note(self) -> dict[str, Any]:
        return {
            "containers": {name: one.note() for name, one in sorted(self._containers.items())},
            "pods": {name: one.note() for name, one in sorted(self._windows.items())},
        }

    def take(self, pods: Bodies, now: Instant) -> None:
        """The samples of all minutes that have passed, and what was killed for want of memory."""
        there = {text_of(key_of(pod)) for pod in pods}
        self._windows = {name: one for name, one in self._windows.items() if name.rpartition("/")[0] in there}
        for minute in range(self._at // _MINUTE + 1, now // _MINUTE + 1):
            self._sample(pods, minute * _MINUTE)
        for pod in pods:
            self._look_for_kills(pod)

    def _sample(self, pods: Bodies, at: Instant) -> None:
        names = {node_of(pod) for pod in pods if node_of(pod)}
        nodes = [node for name in sorted(names) if (node := self._reader.get("nodes", "", name)) is not None]
        beside = [pod for pod in self._reader.list("pods") if node_of(pod) in names]
        found = usage.of_pods(self._reader, beside, nodes, at)
        for pod in pods:
            for name, used in found.get(key_of(pod), {}).items():
                if not any(one["name"] == name for one in pod["spec"].get("containers") or ()):
                    continue
                held = self._containers.setdefault(name, Aggregate())
                asked = pod_figures.amounts(container_of(pod, name)).get("cpu", 0) / 1000
                held.add_cpu(used.cpu / 1e9, asked, at)
                self._window(pod, name).add(held, used.memory, at)

    def _look_for_kills(self, pod: Body) -> None:
        for one in status_of(pod).get("containerStatuses") or ():
            ended = get_in(one, "lastState", "terminated", default={}) or {}
            if ended.get("reason") != "OOMKilled" or not ended.get("finishedAt"):
                continue
            window = self._window(pod, one["name"])
            if window.killed == ended["finishedAt"]:
                continue
            window.killed = ended["finishedAt"]
            held = self._containers.setdefault(one["name"], Aggregate())
            asked = pod_figures.amounts(container_of(pod, one["name"])).get("memory", 0)
            window.record_oom(held, asked, instant_of(window.killed))

    def _window(self, pod: Body, container: str) -> Window:
        return self._windows.setdefault(f"{text_of(key_of(pod))}/{container}", Window())


def _policies(vpa: Body) -> dict[str, Body]:
    held: Bodies = get_in(vpa, "spec", "resourcePolicy", "containerPolicies", default=[])
    return {one["containerName"]: one for one in held}


def _matters(new: Body, old: Body) -> bool:
    """False for a change of a pod after which it uses what it used before."""
    return any(look(new) != look(old) for look in (node_of, is_deleting, is_terminal, labels_of, _restarts))


def _restarts(pod: Body) -> list[tuple[object, ...]]:
    held = status_of(pod).get("containerStatuses") or ()
    return [(one.get("name"), one.get("restartCount"), "running" in (one.get("state") or {})) for one in held]
