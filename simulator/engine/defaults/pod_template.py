"""What the API server fills into a pod's spec, alone or in a template.

A spec that lacks nothing comes back as the same object, and so does every part of it: pods are made from templates that
were filled in once, and share their containers with them.
Follows pkg/apis/core/v1/defaults.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import is_
from typing import Any

from .. import pods, quantity
from ..objects import fill_in
from ..registry import Body
from . import volume_sources
from .features import without_disabled

_MODE = 0o644
_TOKEN_SECONDS = 3600
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_FULL = frozenset({"imagePullPolicy", "terminationMessagePath", "terminationMessagePolicy"})
_NESTED = frozenset({"ports", "env", "lifecycle", *_PROBES})


def template(holder: Body) -> Body:
    """A workload's spec with its pod template filled in."""
    held = holder.get("template") or {}
    spec = held.get("spec") or {}
    changed: Body = {}
    if held.get("metadata") is None:
        changed["metadata"] = {}
    _put(changed, held, "spec", pod_spec(spec))
    return {**holder, "template": {**held, **changed}} if changed else holder


def pod_spec(spec: Body) -> Body:
    """A pod's spec with what every PodSpec gets, in a pod or in a template, and without what is off."""
    changed = _changed(spec, "containers", _container)
    for key in ("initContainers", "ephemeralContainers"):
        if spec.get(key):
            changed.update(_changed(spec, key, _container))
    if spec.get("volumes"):
        changed.update(_changed(spec, "volumes", _volume))
    account = spec.get("serviceAccountName") or spec.get("serviceAccount")
    if account and (spec.get("serviceAccount") != account or spec.get("serviceAccountName") != account):
        changed["serviceAccountName"] = changed["serviceAccount"] = account
    if spec.get("overhead"):
        _put(changed, spec, "overhead", quantity.canonical_map(spec["overhead"]))
    for key, value in _SPEC:
        if spec.get(key) in (None, ""):
            changed[key] = value
    return without_disabled({**spec, **changed} if changed else spec)


_SPEC: tuple[tuple[str, Any], ...] = (
    ("restartPolicy", "Always"),
    ("terminationGracePeriodSeconds", 30),
    ("dnsPolicy", "ClusterFirst"),
    ("securityContext", {}),
    ("schedulerName", "default-scheduler"),
)


def pod(spec: Body) -> Body:
    """A pod's spec with what only pods get: requests from limits, service links, the ports of the host's network."""
    spec = pod_spec(spec)
    changed: Body = {}
    for key in ("containers", "initContainers"):
        if spec.get(key):
            changed.update(_changed(spec, key, _requests_from_limits))
    if spec.get("resources"):
        _put(changed, spec, "resources", _pod_resources(spec))
    if spec.get("hostNetwork"):
        for key in ("containers", "initContainers"):
            changed.update(_changed({**spec, **changed}, key, _host_ports))
    if spec.get("enableServiceLinks") is None:
        changed["enableServiceLinks"] = True
    return {**spec, **changed} if changed else spec


def _put(changed: Body, old: Body, key: str, new: Any) -> None:
    if new is not old.get(key):
        changed[key] = new


def _changed(body: Body, key: str, function: Callable[[Body], Body]) -> Body:
    """{key: new list} if the function changes anything in the list under the key, else {}."""
    items = body.get(key)
    if not items:
        return {}
    new = list(map(function, items))
    return {} if all(map(is_, new, items)) else {key: new}


# --- containers --------------------------------------------------------------------------------------------------


def _container(container: Body) -> Body:
    if not container.get("resources", True) and container.keys() >= _FULL and _NESTED.isdisjoint(container):
        return container
    changed: Body = {}
    if not container.get("imagePullPolicy"):
        changed["imagePullPolicy"] = pull_policy(container.get("image") or "")
    if not container.get("terminationMessagePath"):
        changed["terminationMessagePath"] = "/dev/termination-log"
    if not container.get("terminationMessagePolicy"):
        changed["terminationMessagePolicy"] = "File"
    _put(changed, container, "resources", _resources(container.get("resources")))
    if container.get("ports"):
        changed.update(_changed(container, "ports", _port))
    if container.get("env"):
        changed.update(_changed(container, "env", _env))
    for key in _PROBES:
        if container.get(key) is not None:
            _put(changed, container, key, _probe(container[key]))
    if container.get("lifecycle"):
        _put(changed, container, "lifecycle", _lifecycle(container["lifecycle"]))
    return {**container, **changed} if changed else container


def pull_policy(image: str) -> str:
    """Always for the tag `latest`, said or not; IfNotPresent for any other tag and for a digest."""
    name, at, _ = image.partition("@")
    tag = name.rpartition("/")[2].partition(":")[2]
    return "Always" if tag == "latest" or not (tag or at) else "IfNotPresent"


_NO_RESOURCES: Body = {}


def _resources(resources: Body | None) -> Body:
    if resources is None:
        return _NO_RESOURCES
    changed: Body = {}
    for key in ("limits", "requests"):
        if resources.get(key):
            _put(changed, resources, key, quantity.canonical_map(resources[key]))
    return {**resources, **changed} if changed else resources


def _requests_from_limits(container: Body) -> Body:
    resources = container.get("resources") or _NO_RESOURCES
    limits = resources.get("limits")
    if not limits:
        return container
    requests = resources.get("requests") or {}
    missing = {name: amount for name, amount in limits.items() if name not in requests}
    if not missing:
        return container
    return {**container, "resources": {**resources, "requests": {**requests, **missing}}}


def _pod_resources(spec: Body) -> Body:
    """Pod-level requests where there are pod-level limits: what the containers ask for together, else the limit."""
    resources = _resources(spec["resources"])
    limits, requests = resources.get("limits") or {}, resources.get("requests") or {}
    if not limits:
        return resources
    lists = {key: spec[key] for key in ("containers", "initContainers") if spec.get(key)}
    asked = {
        name: quantity.from_milli(figure) if name == "cpu" else quantity.from_bytes(figure)
        for name, figure in pods.requests(lists).items()
        if figure and (name in ("cpu", "memory") or name.startswith("hugepages-"))
    }
    missing = {name: amount for name, amount in {**limits, **asked}.items() if name not in requests}
    return {**resources, "requests": {**requests, **missing}} if missing else resources


def _port(port: Body) -> Body:
    return port if port.get("protocol") else {**port, "protocol": "TCP"}


def _host_ports(container: Body) -> Body:
    changed = _changed(container, "ports", _host_port)
    return {**container, **changed} if changed else container


def _host_port(port: Body) -> Body:
    return port if port.get("hostPort") else {**port, "hostPort": port.get("containerPort")}


def _env(variable: Body) -> Body:
    source = variable.get("valueFrom")
    if not source:
        return variable
    new = _with_field_version(source)
    if source.get("resourceFieldRef"):
        new = {**new, "resourceFieldRef": fill_in(source["resourceFieldRef"], divisor="0")}
    return variable if new == source else {**variable, "valueFrom": new}


def _with_field_version(holder: Body) -> Body:
    field = holder.get("fieldRef")
    return holder if not field or field.get("apiVersion") else {**holder, "fieldRef": {"apiVersion": "v1", **field}}


def _probe(probe: Body) -> Body:
    new = _handler(probe)
    figures = {key: figure for key, figure in _PROBE.items() if not probe.get(key)}
    return {**new, **figures} if figures else new


_PROBE = {"timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3}


def _lifecycle(lifecycle: Body) -> Body:
    changed: Body = {}
    for key in ("postStart", "preStop"):
        if lifecycle.get(key):
            _put(changed, lifecycle, key, _handler(lifecycle[key]))
    return {**lifecycle, **changed} if changed else lifecycle


def _handler(handler: Body) -> Body:
    changed: Body = {}
    get, grpc = handler.get("httpGet"), handler.get("grpc")
    if get and not (get.get("path") and get.get("scheme")):
        changed["httpGet"] = {**get, "path": get.get("path") or "/", "scheme": get.get("scheme") or "HTTP"}
    if grpc and grpc.get("service") is None:
        changed["grpc"] = {**grpc, "service": ""}
    return {**handler, **changed} if changed else handler


# --- volumes -----------------------------------------------------------------------------------------------------


def _volume(volume: Body) -> Body:
    sources = [key for key in volume if key != "name" and volume[key] is not None]
    if not sources:
        return {**volume, "emptyDir": {}}
    key = sources[0]
    filler = _VOLUMES.get(key)
    new = volume_sources.source(key, volume[key]) if filler is None else filler(volume[key])
    return volume if new is volume[key] else {**volume, key: new}


def _with_mode(source: Body) -> Body:
    return source if source.get("defaultMode") is not None else {**source, "defaultMode": _MODE}


def _downward(source: Body) -> Body:
    changed = _changed(source, "items", _with_field_version)
    return _with_mode({**source, **changed} if changed else source)


def _projected(source: Body) -> Body:
    changed = _changed(source, "sources", _projection)
    return _with_mode({**source, **changed} if changed else source)


def _projection(projection: Body) -> Body:
    token, downward = projection.get("serviceAccountToken"), projection.get("downwardAPI")
    if token and token.get("expirationSeconds") is None:
        return {**projection, "serviceAccountToken": {**token, "expirationSeconds": _TOKEN_SECONDS}}
    if downward:
        changed = _changed(downward, "items", _with_field_version)
        return {**projection, "downwardAPI": {**downward, **changed}} if changed else projection
    return projection


def _empty_dir(source: Body) -> Body:
    size = source.get("sizeLimit")
    if size is None:
        return source
    canonical = quantity.canonical_map({"": size})[""]
    return source if canonical == size else {**source, "sizeLimit": canonical}


def _ephemeral(source: Body) -> Body:
    claim = source.get("volumeClaimTemplate") or {}
    if not claim.get("spec") or claim["spec"].get("volumeMode"):
        return source
    return {**source, "volumeClaimTemplate": {**claim, "spec": {**claim["spec"], "volumeMode": "Filesystem"}}}


_VOLUMES: dict[str, Callable[[Body], Body]] = {
    "configMap": _with_mode,
    "secret": _with_mode,
    "projected": _projected,
    "downwardAPI": _downward,
    "emptyDir": _empty_dir,
    "ephemeral": _ephemeral,
}
