"""Where the requests of Traffics flow: settles each when its clients, its target or what answers there changes.

One of our own kinds, without a twin upstream; the part of kube-proxy and of ingress controllers is in it. A container
whose script fetches a page of the cluster in a loop is a client too: its pod gets a Traffic of its own. Keys of the
agenda: Traffics, and `pod:NAME` for a pod that may be such a client.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from simulator.engine.causes import Cause, _
from simulator.engine.clock import SECOND
from simulator.engine.journal import Change
from simulator.engine.objects import (
    condition,
    conditions_of,
    controller_of,
    instant_of,
    key_of,
    labels_of,
    name_of,
    namespace_of,
    owner_reference,
    spec_of,
    status_of,
    timestamp,
    uid_of,
    with_condition,
)
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Body, Instant, Key
from simulator.engine.selectors import of as selector_of
from simulator.engine.workloads.behaviors import RESOURCE as BEHAVIORS
from simulator.engine.workloads.containers import running
from simulator.engine.workloads.resolver import SERVICE_NAME
from simulator.engine.workloads.traffic import loops, slices, targets
from simulator.engine.workloads.traffic.backends import Memo
from simulator.engine.workloads.traffic.flows import RESOURCE, SLICES, Flows
from simulator.engine.workloads.traffic.settling import settle
from simulator.engine.workloads.traffic.targets import Found
from simulator.engine.world import World

_POD = "pod:"
_Reason = tuple[str, str, dict[str, str]]


class TrafficController(Reconciler):
    """The note of a Traffic is the instant of its creation, which its metadata rounds to seconds."""

    name = "traffic-controller"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._flows, self._memo = Flows(), Memo()
        world.add_index(RESOURCE, "about", _about)
        world.watch(RESOURCE, self._changed)
        world.watch(SLICES, self._listed)
        world.watch("services", lambda change: self._target_changed(change.key, change.revision))
        world.watch("endpointslices.discovery.k8s.io", self._slice_changed)
        world.watch("ingresses.networking.k8s.io", lambda change: self._all("ingress", change.revision))
        world.watch("pods", self._pod_changed)
        world.watch(BEHAVIORS, self._behaves)

    def start(self) -> None:
        self._flows, self._memo = Flows(self.world), Memo()

    def reconcile(self, key: Key) -> None:
        if key.name.startswith(_POD):
            self._adopt(Key(key.namespace, key.name.removeprefix(_POD)))
            return
        traffic = self.world.get(RESOURCE, *key)
        if traffic is None:
            return
        created = self.world.note(self.name, "/".join(key)) or instant_of(traffic["metadata"]["creationTimestamp"])
        found, (reason, sentence, about) = self._state(traffic, created)
        settlement = settle(
            self.world,
            traffic,
            found,
            self.world.now,
            began=created,
            others=self._flows,
            draw=lambda client: self.world.hash("client", uid_of(traffic), client),
            memo=self._memo,
        )
        cause = self.cause("settle", sentence, **about)
        self._list(traffic, settlement.backends, cause)
        self._write(traffic, settlement.parts, reason, sentence.format(**about), cause)

    # --- what is so ----------------------------------------------------------------------------------------------

    def _state(self, traffic: Body, created: Instant) -> tuple[Found | None, _Reason]:
        """Who answers, None if nobody asks; and the condition."""
        spec, now, about = spec_of(traffic), self.world.now, {"traffic": name_of(traffic)}
        begin = created + (spec.get("startAfterSeconds") or 0) * SECOND
        end = begin + spec["durationSeconds"] * SECOND if spec.get("durationSeconds") is not None else None
        self._book(key_of(traffic), begin if now < begin else end if end is None or now < end else None)
        if spec.get("suspend"):
            return None, ("Suspended", _("{traffic} is suspended."), about)
        if now < begin:
            return None, ("Waiting", _("{traffic} is yet to begin."), about)
        if end is not None and now >= end:
            return None, ("Completed", _("{traffic} is over."), about)
        if not self._has_source(traffic):
            return None, ("SourceNotRunning", _("No pod that sends the requests of {traffic} runs."), about)
        found = targets.find(self.world, traffic, now, self._known)
        if not found.ends:
            return found, (found.reason, found.sentence, found.about)
        about["count"] = str(len(found.ends))
        return found, ("Flowing", _("{traffic} is answered by {count} pod(s)."), about)

    def _book(self, key: Key, instant: Instant | None) -> None:
        """The next instant at which it begins or ends, unless it is to be looked at before."""
        text = "/".join(key)
        booked = self.world.clock.booked(self.name, text)
        if instant is not None and (booked is None or booked.due > instant):
            self.world.clock.move(self.name, text, instant, led_by=self.led_by)

    def _has_source(self, traffic: Body) -> bool:
        source, namespace = spec_of(traffic).get("source") or {}, namespace_of(traffic)
        if source.get("pod"):
            pod = self.world.get("pods", namespace, source["pod"])
            owner = controller_of(traffic)
            owned = owner is None or owner.get("kind") != "Pod" or (pod is not None and owner["uid"] == uid_of(pod))
            return pod is not None and owned and _sends(pod, owner is not None)
        if source.get("podSelector") is None:
            return True
        chosen = selector_of(source["podSelector"])
        return any(chosen.matches(labels_of(pod)) and _sends(pod, False) for pod in self.world.list("pods", namespace))

    def _known(self, pod: Body, port: int) -> str | None:
        """The container that was found to listen before, in the same run."""
        starts = dict(running(pod))
        for flow in self._flows.of_pod(pod):
            known = starts.get(flow.container)
            if flow.backend["port"] == port and known is not None and timestamp(known) == flow.began:
                return flow.container
        return None

    def _list(self, traffic: Body, backends: list[dict[str, Any]], cause: Cause) -> None:
        """Writes the slices that list other backends than before."""
        found = slices.changes(traffic, self._flows.slices(key_of(traffic)), backends)
        for body in found.gone:
            self.world.delete(SLICES, *key_of(body), cause)
        for body in found.other:
            self.world.update(SLICES, body, cause)
        for body in found.new:
            self.world.create(SLICES, body, cause)

    def _write(self, traffic: Body, parts: Body, reason: str, message: str, cause: Cause) -> None:
        """Writes the status, unless it says this already."""
        old, known, generation = (
            status_of(traffic),
            condition(traffic, "Flowing"),
            traffic["metadata"].get("generation"),
        )
        flowing = "True" if reason == "Flowing" else "False"
        unchanged = known is not None and known["status"] == flowing
        new: Body = {
            "type": "Flowing",
            "status": flowing,
            "lastTransitionTime": known["lastTransitionTime"] if known and unchanged else timestamp(self.world.now),
            "reason": reason,
            "message": message,
            "observedGeneration": generation,
        }
        status = {**old, **parts, "conditions": with_condition(conditions_of(traffic), new)}
        status["observedGeneration"] = generation
        if status != old:
            self.world.update_status(RESOURCE, {**traffic, "status": status}, cause)

    # --- load generators -----------------------------------------------------------------------------------------

    def _adopt(self, key: Key) -> None:
        """Gives a pod a Traffic for the page that its script fetches, if it does and has none."""
        pod = self.world.get("pods", *key)
        if pod is None or any(resource == RESOURCE for resource, _body in self.world.dependents(uid_of(pod))):
            return
        fetching = loops.fetching(pod)
        target = targets.named(self.world, fetching.host, fetching.port, key.namespace) if fetching else None
        if fetching is None or target is None:
            return
        name = {"name": key.name} if self.world.get(RESOURCE, *key) is None else {"generateName": f"{key.name}-"}
        spec: Body = {"target": target, "source": {"pod": key.name}, "method": fetching.method, "path": fetching.path}
        spec["pauseMilliseconds"] = fetching.pause // 1000
        if fetching.timeout is not None:
            spec["timeoutSeconds"] = fetching.timeout
        meta = {
            **name,
            "namespace": key.namespace,
            "ownerReferences": [owner_reference({"apiVersion": "v1", "kind": "Pod", **pod})],
        }
        cause = self.cause(
            "adopt", _("The script of pod {pod} asks {host} again and again."), pod=key.name, host=fetching.host
        )
        self.world.create(RESOURCE, {"metadata": meta, "spec": spec}, cause)

    # --- what is heard -------------------------------------------------------------------------------------------

    def _changed(self, change: Change) -> None:
        key, before = change.key, change.before
        if change.operation == "DELETED":
            self.world.set_note(self.name, "/".join(key), None)
            self.world.clock.cancel(self.name, "/".join(key))
            self._rivals(key, self._flows.drop(key), change.revision)
            return
        if before is None:
            self.world.set_note(self.name, "/".join(key), change.at)
        elif status_of(before).get("flow") != status_of(change.body).get("flow"):
            self._rivals(key, self._flows.put(change.body), change.revision)
        if before is None or spec_of(before) != spec_of(change.body):
            self.enqueue(key, after=0, led_by=change.revision)

    def _listed(self, change: Change) -> None:
        """Requests reach other pods. A slice that somebody else takes away is made again."""
        owner = controller_of(change.body) or {}
        traffic = Key(change.key.namespace, owner.get("name") or "")
        if change.operation == "DELETED":
            pods = self._flows.drop_slice(change.key)
            if change.cause.component != self.name and self.world.get(RESOURCE, *traffic) is not None:
                self.enqueue(traffic, led_by=change.revision)
        else:
            pods = self._flows.put_slice(change.body)
        self._rivals(traffic, pods, change.revision)

    def _rivals(self, key: Key, pods: Iterable[Key], revision: int) -> None:
        """Other Traffics that reach the same pods have another part of their CPU."""
        for other in sorted({one for pod in pods for one in self._flows.to(pod)} - {key}):
            self.enqueue(other, led_by=revision)

    def _target_changed(self, service: Key, revision: int) -> None:
        for traffic in self.world.indexed(RESOURCE, "about", ("service", *service)):
            self.enqueue(key_of(traffic), led_by=revision)
        self._all("ingress", revision)

    def _slice_changed(self, change: Change) -> None:
        service = labels_of(change.body).get(SERVICE_NAME)
        if service:
            self._target_changed(Key(change.key.namespace, service), change.revision)

    def _all(self, about: str, revision: int) -> None:
        for traffic in self.world.indexed(RESOURCE, "about", (about,)):
            self.enqueue(key_of(traffic), led_by=revision)

    def _pod_changed(self, change: Change) -> None:
        pod, before = change.body, change.before
        if change.operation == "DELETED":
            self._memo.pop(change.key, None)
        elif before is not None and _same(before, pod):
            return
        elif status_of(pod).get("phase") == "Running" and loops.fetching(pod) is not None:
            self.enqueue(Key(change.key.namespace, _POD + change.key.name), led_by=change.revision)
        if not self.world.count(RESOURCE):
            return
        about = self.world.indexed(RESOURCE, "about", ("pod", *change.key))
        about += self.world.indexed(RESOURCE, "about", ("selector", change.key.namespace))
        for key in sorted({*map(key_of, about), *self._flows.to(change.key)}):
            self.enqueue(key, led_by=change.revision)

    def _behaves(self, change: Change) -> None:
        """Requests may cost something else from now on."""
        for key in self._flows.within(change.key.namespace):
            self.enqueue(key, led_by=change.revision)


def _about(traffic: Body) -> list[tuple[str, ...]]:
    """What a Traffic has to do with: a Service, pods, all Ingresses, the pods of its namespace."""
    spec, namespace = spec_of(traffic), namespace_of(traffic)
    target, source, found = spec.get("target") or {}, spec.get("source") or {}, list[tuple[str, ...]]()
    if target.get("service") is not None:
        found.append(("service", target["service"].get("namespace") or namespace, target["service"].get("name") or ""))
    if target.get("ingress") is not None:
        found.append(("ingress",))
    names = {(target.get("pod") or {}).get("name"), source.get("pod")} - {None}
    found += [("pod", namespace, str(name)) for name in sorted(map(str, names))]
    if source.get("podSelector") is not None:
        found.append(("selector", namespace))
    return found


def _same(before: Body, pod: Body) -> bool:
    """Whether nothing changed that requests depend on."""
    if before.get("status") is pod.get("status") and before["spec"] is pod["spec"]:
        return True
    return _seen(before) == _seen(pod)


def _seen(pod: Body) -> tuple[object, ...]:
    status = status_of(pod)
    held = [(one.get("state"), one.get("resources")) for one in status.get("containerStatuses") or ()]
    return status.get("phase"), held, status.get("podIP"), labels_of(pod)


def _sends(pod: Body, adopted: bool) -> bool:
    if status_of(pod).get("phase") != "Running":
        return False
    return not adopted or loops.fetching(pod) is not None
