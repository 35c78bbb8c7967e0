"""The EndpointSlice controller: the addresses behind a Service, in slices of up to a hundred.

Follows staging/src/k8s.io/endpointslice/{reconciler,utils}.go, v1.34: a slice that need not change is not written, what
is new goes where a write is due anyway, then into the slice that it fills best, then into new slices.
"""

from __future__ import annotations

from collections.abc import Iterator

from simulator.engine import events
from simulator.engine.causes import _
from simulator.engine.controllers import service_pods
from simulator.engine.controllers.endpoint_hints import Hints
from simulator.engine.controllers.pod_control import is_terminating
from simulator.engine.controllers.service_pods import PortKey, ServiceReconciler
from simulator.engine.controllers.slice_drafts import Draft, Drafts, add, port_key
from simulator.engine.errors import StatusError
from simulator.engine.journal import Change
from simulator.engine.objects import (
    annotations_of,
    controller_of,
    is_deleting,
    key_of,
    labels_of,
    name_of,
    namespace_of,
    owner_reference,
    spec_of,
    status_of,
    uid_of,
)
from simulator.engine.pods import is_ready
from simulator.engine.registry import Body, Key
from simulator.engine.world import World

_RESOURCE = "endpointslices.discovery.k8s.io"
_SERVICE = "kubernetes.io/service-name"
_MANAGER = "endpointslice.kubernetes.io/managed-by"
_SELF = "endpointslice-controller.k8s.io"
_RESERVED = frozenset({_SERVICE, _MANAGER, service_pods.HEADLESS})


def _service_of(slice: Body) -> Iterator[tuple[str, str]]:
    name = labels_of(slice).get(_SERVICE)
    if name and labels_of(slice).get(_MANAGER) == _SELF:
        yield namespace_of(slice), name


class EndpointSliceController(ServiceReconciler):
    """Keeps the slices of every Service that selects pods."""

    name = "endpoint-slice-controller"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._homes: dict[Key, dict[Key, str]] = {}
        self._hints = Hints(world, self.name)
        world.add_index(_RESOURCE, "service", _service_of)
        world.watch(_RESOURCE, self._slice_changed)

    def start(self) -> None:
        super().start()
        self._homes = {}
        self._hints.start()

    def reconcile(self, key: Key) -> None:
        service = self.world.get("services", *key)
        if service is None or is_deleting(service):
            self._changed.pop(key, None)
            self._homes.pop(key, None)
            self._hints.forget(key)
            return
        if spec_of(service).get("type") == "ExternalName" or not spec_of(service).get("selector"):
            return
        changed = self.changed_pods(key)
        drafts = self._drafts(service)
        first = not drafts.slices
        if changed is None:
            for draft in drafts.slices:
                draft.stale = draft.held is not None and _own(labels_of(draft.held)) != _own(labels_of(service))
            homes = self._homes[key] = {pod: one.name for one in drafts.slices for pod in one.endpoints}
            changed = sorted({*homes, *(key_of(pod) for pod in self.selected(service))})
        self._place(service, drafts, changed)
        told = self._hints.give(service, drafts)
        try:
            self._write(service, drafts, service_pods.trigger_time(drafts.moved, service if first else None))
        except StatusError as refusal:
            self._changed.pop(key, None)
            if not is_terminating(refusal):
                raise
        for one in told:
            events.record(
                self.world, service, one.type, one.reason, one.message, component=self.name, led_by=self.led_by
            )

    def _drafts(self, service: Body) -> Drafts:
        slices = self.world.indexed(_RESOURCE, "service", (namespace_of(service), name_of(service)))
        staying = (one for one in slices if not is_deleting(one))
        return Drafts([Draft(one, port_key(one), ours=_is_owned(one, service)) for one in staying])

    # --- placing -------------------------------------------------------------------------------------------------

    def _place(self, service: Body, drafts: Drafts, changed: list[Key]) -> None:
        """Brings the drafts up to date with the pods that changed."""
        homes, by_name = self._homes[key_of(service)], {draft.name: draft for draft in drafts.slices}
        new: dict[PortKey, dict[Key, Body]] = {}
        selector = spec_of(service)["selector"]
        for key in changed:
            pod = self.world.get("pods", *key)
            if pod is not None and any(labels_of(pod).get(name) != value for name, value in selector.items()):
                pod = None
            endpoint = self._endpoint(service, pod) if pod is not None else None
            ports = service_pods.ports_of(service, pod) if pod is not None else ()
            home = by_name.get(homes.get(key, ""))
            if home is not None and endpoint is not None and sorted(home.ports) == sorted(ports):
                if {name: one for name, one in home.endpoints[key].items() if name != "hints"} == endpoint:
                    continue
                home.endpoints[key] = endpoint
                home.touched = True
            else:
                if home is not None:
                    del home.endpoints[key], homes[key]
                    home.touched = True
                if endpoint is None:
                    continue
                new.setdefault(ports, {})[key] = endpoint
            if pod is not None:
                drafts.moved.append(pod)
        for ports in sorted(new):
            add(drafts, ports, new[ports])

    def _endpoint(self, service: Body, pod: Body) -> Body | None:
        if not service_pods.belongs(pod, deleting=True):
            return None
        node_name = pod["spec"].get("nodeName") or ""
        node = self.world.get("nodes", "", node_name)
        if node is None and not service_pods.publishes_all(service):
            return None
        serving, terminating = is_ready(pod), is_deleting(pod)
        endpoint: Body = {
            "addresses": [status_of(pod)["podIP"]],
            "conditions": {
                "ready": service_pods.publishes_all(service) or (serving and not terminating),
                "serving": serving,
                "terminating": terminating,
            },
            "targetRef": service_pods.target_of(pod),
        }
        if node_name:
            endpoint["nodeName"] = node_name
        if node is not None and service_pods.zone_of(node):
            endpoint["zone"] = service_pods.zone_of(node)
        hostname = service_pods.hostname_of(pod, service)
        return {**endpoint, "hostname": hostname} if hostname else endpoint

    def _node_changed(self, change: Change) -> None:
        super()._node_changed(change)
        for key in self._hints.node_changed(change):
            self.doubt(key, change.revision)

    # --- writing -------------------------------------------------------------------------------------------------

    def _write(self, service: Body, drafts: Drafts, trigger: str) -> None:
        filled = [draft for draft in drafts.slices if len(draft)]
        empty = [draft for draft in drafts.slices if not len(draft) and draft.held is not None]
        for draft in filled:
            if draft.held is not None and (draft.touched or draft.stale):
                self._update(service, draft, trigger)
        fresh = [draft for draft in filled if draft.held is None]
        if not filled:
            keeper = next((one for one in empty if _is_placeholder(one, service)), None)
            if keeper is not None:
                empty.remove(keeper)
            else:
                fresh.append(Draft(None, ()))
        for draft in fresh:
            reused = next((one for one in empty if one.ours), None)
            if reused is not None:
                empty.remove(reused)
                draft.held = reused.held
                self._update(service, draft, trigger)
            else:
                self._create(service, draft, trigger)
        for draft in empty:
            cause = self.cause("finalize", _("{service} no longer needs this slice."), service=name_of(service))
            self.world.delete(_RESOURCE, namespace_of(service), draft.name, cause)

    def _update(self, service: Body, draft: Draft, trigger: str) -> None:
        held = draft.held or {}
        cause = self.cause(
            "finalize",
            _("Pods of {service} changed: this slice has {count} endpoints, {ready} of them ready."),
            service=name_of(service),
            count=len(draft.endpoints),
            ready=_ready(draft),
        )
        meta = {
            **held["metadata"],
            "labels": _labels(service),
            "annotations": service_pods.with_trigger_time(annotations_of(held), trigger),
        }
        self.world.update(_RESOURCE, {**held, **_content(draft), "metadata": meta}, cause)
        self._settle(service, draft, draft.name)

    def _create(self, service: Body, draft: Draft, trigger: str) -> None:
        cause = self.cause(
            "finalize",
            _("{service} needs a slice for {count} endpoints, {ready} of them ready."),
            service=name_of(service),
            count=len(draft.endpoints),
            ready=_ready(draft),
        )
        meta: Body = {
            "generateName": f"{name_of(service)}-",
            "namespace": namespace_of(service),
            "labels": _labels(service),
            "ownerReferences": [owner_reference({"apiVersion": "v1", "kind": "Service", **service})],
        }
        if trigger:
            meta["annotations"] = service_pods.with_trigger_time({}, trigger)
        made = self.world.create(_RESOURCE, {"metadata": meta, "addressType": "IPv4", **_content(draft)}, cause)
        self._settle(service, draft, name_of(made))

    def _settle(self, service: Body, draft: Draft, name: str) -> None:
        homes = self._homes[key_of(service)]
        for pod in draft.endpoints:
            homes[pod] = name

    def _slice_changed(self, change: Change) -> None:
        if change.cause.component == self.name:
            return
        for body in (change.before, change.body):
            name = labels_of(body).get(_SERVICE) if body is not None else None
            if name and body is not None and labels_of(body).get(_MANAGER) == _SELF:
                self.doubt(Key(change.key.namespace, name), change.revision)


def _own(labels: dict[str, str]) -> dict[str, str]:
    """Labels but for those that slices have of their own, for which no slice is written again."""
    return {name: text for name, text in labels.items() if name not in _RESERVED}


def _labels(service: Body) -> dict[str, str]:
    labels = {**_own(labels_of(service)), _SERVICE: name_of(service), _MANAGER: _SELF}
    return {**labels, service_pods.HEADLESS: ""} if service_pods.is_headless(service) else labels


def _is_placeholder(draft: Draft, service: Body) -> bool:
    """Whether a slice without endpoints is what a Service without pods should have."""
    return not draft.touched and not draft.ports and labels_of(draft.held or {}) == _labels(service)


def _content(draft: Draft) -> Body:
    return {
        "endpoints": list(draft.endpoints.values()),
        "ports": service_pods.port_bodies(draft.ports, always_named=True),
    }


def _is_owned(slice: Body, service: Body) -> bool:
    owner = controller_of(slice)
    return owner is not None and owner["uid"] == uid_of(service) and slice["addressType"] == "IPv4"


def _ready(draft: Draft) -> int:
    return sum(one["conditions"]["ready"] for one in draft.endpoints.values())
