"""The KubeletConfiguration of each node: where it is kept, what it says, and what is wrong with it.

Follows staging/src/k8s.io/kubelet/config/v1beta1/types.go, pkg/kubelet/apis/config/{v1beta1/defaults.go,
validation/validation.go} and parseResourceList in cmd/kubelet/app/server.go, v1.34. As kubeadm keeps it, the ConfigMap
`kubelet-config` in kube-system holds that of all nodes under the key `kubelet`; what `kubelet-config-NODE` says besides
counts for one node. A text that is wrong changes nothing: the node goes on with the last good one, the note
`config:NODE`. The flags of older kubelets are the same settings by other names:

    --eviction-hard                          evictionHard
    --eviction-soft                          evictionSoft
    --eviction-soft-grace-period             evictionSoftGracePeriod
    --eviction-max-pod-grace-period          evictionMaxPodGracePeriod
    --eviction-minimum-reclaim               evictionMinimumReclaim
    --eviction-pressure-transition-period    evictionPressureTransitionPeriod
    --image-gc-high-threshold                imageGCHighThresholdPercent
    --image-gc-low-threshold                 imageGCLowThresholdPercent
    --minimum-image-ttl-duration             imageMinimumGCAge
    --system-reserved                        systemReserved
    --kube-reserved                          kubeReserved
    --max-pods                               maxPods
    --pod-max-pids                           podPidsLimit
    --enforce-node-allocatable               enforceNodeAllocatable
    --serialize-image-pulls                  serializeImagePulls
    --node-status-update-frequency           nodeStatusUpdateFrequency
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from .. import cron, events, pods, quantity
from ..clock import SECOND
from ..objects import name_of
from ..registry import Body, Reader
from ..world import World
from . import enforcement
from .configuration_fields import DEFAULTS, FIELDS, InvalidConfiguration, read
from .eviction import thresholds
from .eviction.thresholds import Threshold
from .turn import COMPONENT

NAMESPACE, SHARED, FIELD = "kube-system", "kubelet-config", "kubelet"
_RESERVABLE = ("cpu", "memory", "ephemeral-storage", "pid")


class Configuration(NamedTuple):
    """What a kubelet goes by. Durations are microseconds; reserved: by resource, in the units of `pods.figure`."""

    fields: Mapping[str, Any]
    thresholds: tuple[Threshold, ...]
    reserved: Mapping[str, int]

    def period(self, field: str) -> int:
        return cron.duration(self.fields[field]) // 1000

    def number(self, field: str) -> int:
        return int(self.fields[field])

    def enforces(self, what: str) -> bool:
        """Whether enforceNodeAllocatable lists it."""
        return what in self.fields["enforceNodeAllocatable"]


def running(world: World, node: str) -> Configuration:
    """The configuration by which a node's kubelet goes now."""
    held = world.note(COMPONENT, f"config:{node}")
    return _from(json.dumps(held, sort_keys=True)) if held else DEFAULT


def seen(reader: Reader, node: str) -> Configuration:
    """The same for whoever does not know what kubelets remember: what the ConfigMaps ask for, if that can run."""
    if isinstance(reader, World):
        return running(reader, node)
    try:
        return _from(json.dumps(_set(wanted(reader, node)), sort_keys=True))
    except InvalidConfiguration:
        return DEFAULT


def of(world: World, node: str) -> Mapping[str, Any]:
    """The fields by which a node's kubelet goes now, defaults included."""
    return running(world, node).fields


def parallel_pulls(world: World, node: str) -> int | None:
    """How many images a node pulls at once, None for any number."""
    fields = of(world, node)
    if fields["serializeImagePulls"]:
        return 1
    most: int | None = fields["maxParallelImagePulls"]
    return most


def wanted(reader: Reader, node: str) -> dict[str, Any]:
    """The fields that the ConfigMaps set for a node. Raises InvalidConfiguration."""
    found: dict[str, Any] = {}
    for name in (SHARED, f"{SHARED}-{node}"):
        body = reader.get("configmaps", NAMESPACE, name)
        text = ((body or {}).get("data") or {}).get(FIELD) or ""
        found |= read(text)
    return found


def concerns(body: Body) -> str | None:
    """Which node a ConfigMap configures, "" for all of them; None if it is about something else."""
    meta = body["metadata"]
    if meta.get("namespace") != NAMESPACE or not meta["name"].startswith(SHARED):
        return None
    rest = meta["name"].removeprefix(SHARED)
    return "" if not rest else rest[1:] if rest.startswith("-") else None


def is_other(world: World, node: str) -> bool:
    """Whether the ConfigMaps ask for something else than what runs, or for nothing that can run."""
    try:
        return _set(wanted(world, node)) != (world.note(COMPONENT, f"config:{node}") or {})
    except InvalidConfiguration:
        return True


def take_over(world: World, node: Body, led_by: int | None) -> bool:
    """Goes by what the ConfigMaps ask for from now on; whether it does. Says so in an Event of the node."""
    name = name_of(node)
    try:
        fields = _set(wanted(world, name))
        parsed(fields, node)
    except InvalidConfiguration as error:
        _tell(world, node, "Warning", "InvalidConfiguration", f"{error}; the running configuration stays", led_by)
        return False
    if fields == (world.note(COMPONENT, f"config:{name}") or {}):
        return False
    world.set_note(COMPONENT, f"config:{name}", fields or None)
    said = ", ".join(sorted(fields)) or "the defaults"
    _tell(world, node, "Normal", "ConfigurationLoaded", f"Kubelet configuration: {said}", led_by)
    return True


def parsed(fields: Mapping[str, Any], node: Body | None = None) -> Configuration:
    """What fields mean, those that are not set by default; for a node: also whether it has what is reserved.

    Raises InvalidConfiguration.
    """
    whole = {**DEFAULTS, **{key: one for key, one in fields.items() if one is not None}}
    hard = thresholds.DEFAULT_HARD if whole["evictionHard"] is None else whole["evictionHard"]
    if whole["mergeDefaultEvictionSettings"]:
        hard = {**thresholds.DEFAULT_HARD, **hard}
    whole["evictionHard"] = hard
    faults = _faults(whole)
    if faults:
        raise InvalidConfiguration(faults)
    try:
        found = thresholds.parse(
            hard,
            whole["evictionSoft"],
            whole["evictionSoftGracePeriod"],
            whole["evictionMinimumReclaim"],
            enforced=whole["enforceNodeAllocatable"],
        )
        reserved = _reserved(whole["systemReserved"], whole["kubeReserved"])
    except ValueError as error:
        raise InvalidConfiguration([str(error)]) from None
    configuration = Configuration(whole, found, reserved)
    if node is not None:
        _fits(configuration, node)
    return configuration


def allocatable(configuration: Configuration, capacity: Mapping[str, str]) -> dict[str, str]:
    """What a node of this capacity can give to pods. Follows cm/node_container_manager_linux.go, v1.34."""
    found = dict(capacity)
    kept = _kept(configuration, capacity)
    huge = sum(pods.figure(name, text) for name, text in capacity.items() if name.startswith("hugepages-"))
    if huge:
        kept["memory"] = kept.get("memory", 0) + huge
    for name, figure in kept.items():
        left = max(0, pods.figure(name, capacity[name]) - figure)
        found[name] = quantity.from_milli(left) if name == "cpu" else quantity.from_bytes(left)
    return found


def _kept(configuration: Configuration, capacity: Mapping[str, str]) -> dict[str, int]:
    """What of a node's capacity is reserved or kept free by hard eviction."""
    kept = {name: figure for name, figure in configuration.reserved.items() if name in capacity and figure}
    for one in configuration.thresholds:
        name = {"memory.available": "memory", "nodefs.available": "ephemeral-storage"}.get(one.signal)
        if name in capacity and one.is_hard:
            assert name is not None
            kept[name] = kept.get(name, 0) + one.value.of(pods.figure(name, capacity[name]))
    return kept


def _fits(configuration: Configuration, node: Body) -> None:
    capacity = (node.get("status") or {}).get("capacity") or {}
    faults = [
        f'Resource "{name}" has a reservation of {_written(name, figure)} but capacity of {capacity[name]}. '
        "Expected capacity >= reservation."
        for name, figure in _kept(configuration, capacity).items()
        if figure > pods.figure(name, capacity[name])
    ]
    if faults:
        raise InvalidConfiguration([f"invalid Node Allocatable configuration. {' '.join(faults)}"])


def _written(name: str, figure: int) -> str:
    return quantity.from_milli(figure) if name == "cpu" else quantity.from_bytes(figure)


def _reserved(*held: Mapping[str, str]) -> dict[str, int]:
    total: dict[str, int] = {}
    for one in held:
        for name, text in one.items():
            if name not in _RESERVABLE:
                raise ValueError(f'cannot reserve "{name}" resource')
            try:
                figure = quantity.parse(text)[0]
            except ValueError as error:
                raise ValueError(f'failed to parse quantity "{text}" for "{name}" resource: {error}') from None
            if figure < 0:
                raise ValueError(f'resource quantity for "{name}" cannot be negative: {text}')
            total[name] = total.get(name, 0) + pods.figure(name, text)
    return total


def _faults(fields: Mapping[str, Any]) -> list[str]:
    """What upstream's validation says, in its order."""
    listed = fields["shutdownGracePeriodByPodPriority"]
    spans = {name: cron.duration(fields[name]) for name, kind in FIELDS.items() if kind == "duration"}
    high, low = fields["imageGCHighThresholdPercent"], fields["imageGCLowThresholdPercent"]
    least, most = fields["imageMinimumGCAge"], fields["imageMaximumGCAge"]
    pulls, whole, part = fields["maxParallelImagePulls"], "shutdownGracePeriod", "shutdownGracePeriodCriticalPods"
    at_once = spans["imageMaximumGCAge"] > 0 and spans["imageMaximumGCAge"] <= spans["imageMinimumGCAge"]
    checks = (
        (fields["nodeLeaseDurationSeconds"] <= 0, "nodeLeaseDurationSeconds must be greater than 0"),
        (not 0 <= high <= 100, f"imageGCHighThresholdPercent (--image-gc-high-threshold) {high} {_SHARE}"),
        (not 0 <= low <= 100, f"imageGCLowThresholdPercent (--image-gc-low-threshold) {low} {_SHARE}"),
        (
            low >= high,
            f"imageGCLowThresholdPercent (--image-gc-low-threshold) {low} must be less than "
            f"imageGCHighThresholdPercent (--image-gc-high-threshold) {high}",
        ),
        (spans["imageMinimumGCAge"] < 0, f"imageMinimumGCAge {least} must not be negative"),
        (spans["imageMaximumGCAge"] < 0, f"imageMaximumGCAge {most} must not be negative"),
        (at_once, f"imageMaximumGCAge {most} must be greater than imageMinimumGCAge {least}"),
        (fields["maxPods"] < 0, f"maxPods (--max-pods) {fields['maxPods']} must not be a negative number"),
        (pulls is not None and pulls < 1, f"maxParallelImagePulls {pulls} must be a positive number"),
        (
            fields["serializeImagePulls"] and (pulls or 0) > 1,
            "maxParallelImagePulls cannot be larger than 1 unless SerializeImagePulls (--serialize-image-pulls) is set "
            "to false",
        ),
        (spans[part] > spans[whole], f"{part} {{{fields[part]}}} must be <= {whole} {{{fields[whole]}}}"),
        (
            bool(listed) and (spans[whole] > 0 or spans[part] > 0),
            "Cannot specify both shutdownGracePeriodByPodPriority and shutdownGracePeriod at the same time",
        ),
        *((_is_short(spans[one]), f"{one} {{{fields[one]}}} {_SECOND}") for one in (whole, part)),
    )
    found = [f"invalid configuration: {said}" for is_wrong, said in checks if is_wrong]
    return found + [f"invalid configuration: {said}" for said in enforcement.faults(fields)]


_SHARE = "must be between 0 and 100, inclusive"
_SECOND = "must be either zero or otherwise >= 1 sec"


def _is_short(nanoseconds: int) -> bool:
    return nanoseconds < 0 or 0 < nanoseconds < SECOND * 1000


def _set(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that say something else than the defaults."""
    return {key: one for key, one in fields.items() if one is not None and one != DEFAULTS.get(key)}


@lru_cache(maxsize=256)
def _from(text: str) -> Configuration:
    return parsed(json.loads(text))


def _tell(
    world: World, node: Body, kind: Literal["Normal", "Warning"], reason: str, message: str, led_by: int | None
) -> None:
    events.record(world, node, kind, reason, message[:1024], component=COMPONENT, host=name_of(node), led_by=led_by)


DEFAULT = parsed({})
