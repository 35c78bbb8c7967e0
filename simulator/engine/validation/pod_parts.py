"""The subresources of a pod that change a part of it: ephemeralcontainers and resize.

Follows ValidatePodEphemeralContainersUpdate and ValidatePodResize in pkg/apis/core/validation/validation.go and the
strategies of pkg/registry/core/pod/strategy.go, v1.34.
"""

from __future__ import annotations

from .. import pods
from ..errors import FieldError, forbidden_value, invalid_value
from ..objects import annotations_of, drop_in, set_in, spec_of, status_of
from ..registry import Body

MIRROR = "kubernetes.io/config.mirror"
_LISTS = ("containers", "initContainers")
_MUTABLE = ("cpu", "memory")


def with_ephemeral_containers(new: Body, old: Body) -> Body:
    """The old pod with the ephemeral containers of the new one."""
    held = spec_of(new).get("ephemeralContainers")
    path = ("spec", "ephemeralContainers")
    return set_in(old, path, held) if held else drop_in(old, path)


def ephemeral_containers(new: Body, old: Body) -> list[FieldError]:
    """What is wrong with a change of the ephemeral containers: those that are there stay as they are."""
    if MIRROR in annotations_of(old):
        return [forbidden_value("[]", "static pods do not support ephemeral containers")]
    given = {one.get("name"): one for one in spec_of(new).get("ephemeralContainers") or ()}
    errors = []
    for held in spec_of(old).get("ephemeralContainers") or ():
        name = held.get("name") or ""
        if held.get("name") not in given:
            detail = f'existing ephemeral containers "{name}" may not be removed\n'
        elif held != given[held.get("name")]:
            detail = f'existing ephemeral containers "{name}" may not be changed\n'
        else:
            continue
        errors.append(forbidden_value("spec.ephemeralContainers", detail))
    return errors


def with_resources(new: Body, old: Body) -> Body:
    """The old pod with the containers' resources and resize policies of the new one.

    Where containers were added, removed or renamed, the new pod as it is, for validation to refuse.
    """
    spec = spec_of(old)
    for key in _LISTS:
        given, held = spec_of(new).get(key) or [], spec_of(old).get(key) or []
        if [one.get("name") for one in given] != [one.get("name") for one in held]:
            return new
        if held:
            spec = {**spec, key: [_resized(one, other) for one, other in zip(given, held, strict=True)]}
    return {**old, "spec": spec}


def _resized(new: Body, old: Body) -> Body:
    kept = {key: value for key, value in old.items() if key not in ("resources", "resizePolicy")}
    return kept | {key: new[key] for key in ("resources", "resizePolicy") if key in new}


def resize(new: Body, old: Body) -> list[FieldError]:
    """What is wrong with new resources of a pod that may be running."""
    for pod in (old, new):
        overall = spec_of(pod).get("resources") or {}
        if overall.get("requests") or overall.get("limits"):
            return [forbidden_value("[]", "pods with pod-level resources cannot be resized")]
    if MIRROR in annotations_of(old):
        return [forbidden_value("[]", "static pods cannot be resized")]
    if (spec_of(old).get("os") or {}).get("name") == "windows":
        return [forbidden_value("[]", "windows pods cannot be resized")]
    for key in _LISTS:
        if len(spec_of(new).get(key) or ()) != len(spec_of(old).get(key) or ()):
            return [forbidden_value(f"spec.{key}", "pod resize may not add or remove containers")]
    errors = []
    quality = status_of(old).get("qosClass") or pods.qos(spec_of(old))
    if pods.qos(spec_of(new)) != quality:
        errors.append(invalid_value("spec", quality, "Pod QOS Class may not change as a result of resizing"))
    return errors + _containers(spec_of(new), spec_of(old))


def _containers(new: Body, old: Body) -> list[FieldError]:
    errors = []
    for key in _LISTS:
        for position, (one, held) in enumerate(zip(new.get(key) or (), old.get(key) or (), strict=True)):
            is_init = key == "initContainers"
            if is_init and not pods.is_sidecar(held):
                if one != held:
                    errors.append(forbidden_value("spec", "resources for non-sidecar init containers are immutable"))
                continue
            errors += _removed(f"spec.{key}[{position}].resources", one, held)
            if _without_mutable(one, held) != _without_mutable(held, held):
                what = "resources for sidecar containers" if is_init else "resources"
                errors.append(forbidden_value("spec", f"only cpu and memory {what} are mutable"))
    return errors


def _removed(field: str, new: Body, old: Body) -> list[FieldError]:
    errors = []
    for key in ("requests", "limits"):
        given, held = ((one.get("resources") or {}).get(key) or {} for one in (new, old))
        if set(held) - set(given):
            errors.append(forbidden_value(f"{field}.{key}", f"resource {key} cannot be removed"))
    return errors


def _without_mutable(container: Body, old: Body) -> Body:
    """The container without what a resize may change."""
    held = container.get("resources") or {}
    fixed = {
        key: {name: value for name, value in (held.get(key) or {}).items() if name not in _MUTABLE}
        for key in ("requests", "limits")
    }
    rest = {key: value for key, value in held.items() if key not in fixed}
    return {**container, "resources": {**rest, **fixed}, "resizePolicy": old.get("resizePolicy")}
