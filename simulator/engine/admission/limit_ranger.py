"""LimitRanger: what a namespace's LimitRanges fill into containers, and the bounds that they set.

Follows plugin/pkg/admission/limitranger/admission.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from .. import errors, quantity
from ..objects import annotations_of, name_of, namespace_of, set_in, spec_of
from ..quota.amounts import Held, figure, of_pod
from ..registry import Bodies, Body, Reader
from ..validation.resources import requirements
from .attributes import ON_WRITE, Attributes, FollowUp, Plugin

ANNOTATION = "kubernetes.io/limit-ranger"
_CONTAINERS = (("containers", "container"), ("initContainers", "init container"))


def _ranges(attributes: Attributes, reader: Reader) -> Bodies:
    """The limit ranges that bound the object; a pod's resources change only through its subresource `resize`."""
    if attributes.kind.resource == "pods":
        if attributes.operation == "UPDATE" and attributes.subresource != "resize":
            return []
    elif attributes.subresource:
        return []
    return reader.list("limitranges", namespace_of(attributes.body))


def admit(attributes: Attributes, reader: Reader) -> Body:
    body = attributes.body
    if attributes.kind.resource == "pods":
        for limit_range in _ranges(attributes, reader):
            body = _with_defaults(body, limit_range)
    return body


def validate(attributes: Attributes, reader: Reader) -> Iterable[FollowUp]:
    check = _of_pod if attributes.kind.resource == "pods" else _of_claim
    ranges = _ranges(attributes, reader)
    if ranges and attributes.kind.resource == "pods":
        _refuse_contradictions(attributes.body)
    for limit_range in ranges:
        found = list(dict.fromkeys(check(attributes.body, spec_of(limit_range).get("limits") or [])))
        if found:
            detail = found[0] if len(found) == 1 else f"[{', '.join(found)}]"
            raise errors.forbidden(attributes.kind.resource, name_of(attributes.body), detail)
    return ()


def _refuse_contradictions(pod: Body) -> None:
    """Raises StatusError if a default limit is below a request. Upstream validates all pods; here those of templates
    are valid but for what was filled in."""
    found = [
        error
        for key, _word in _CONTAINERS
        for position, container in enumerate(pod["spec"].get(key) or ())
        for error in requirements(f"spec.{key}[{position}].resources", container.get("resources"))
    ]
    if found:
        raise errors.invalid("", "Pod", name_of(pod), found)


# --- defaults ----------------------------------------------------------------------------------------------------


def _with_defaults(pod: Body, limit_range: Body) -> Body:
    limits: dict[str, str] = {}
    requests: dict[str, str] = {}
    for item in spec_of(limit_range).get("limits") or ():
        if item.get("type") == "Container":
            requests |= item.get("defaultRequest") or {}
            limits |= item.get("default") or {}
    said: list[str] = []
    changed: Body = {}
    for key, word in _CONTAINERS:
        held = pod["spec"].get(key)
        if held:
            changed[key] = [_filled(one, requests, limits, word, said) for one in held]
    if not said:
        return pod
    told = {**annotations_of(pod), ANNOTATION: f"LimitRanger plugin set: {'; '.join(said)}"}
    return {**set_in(pod, ("metadata", "annotations"), told), "spec": {**pod["spec"], **changed}}


def _filled(container: Body, requests: Held, limits: Held, word: str, said: list[str]) -> Body:
    resources = container.get("resources") or {}
    changed: Body = {}
    for key, noun, defaults in (("requests", "request", requests), ("limits", "limit", limits)):
        held = resources.get(key) or {}
        missing = {name: defaults[name] for name in sorted(defaults) if name not in held}
        if missing:
            changed[key] = {**held, **missing}
            said.append(f"{', '.join(missing)} {noun} for {word} {container.get('name', '')}")
    return {**container, "resources": {**resources, **changed}} if changed else container


# --- bounds ------------------------------------------------------------------------------------------------------


def _of_pod(pod: Body, items: Bodies) -> Iterator[str]:
    spec = pod["spec"]
    for item in items:
        if item.get("type") == "Container":
            for key, _word in _CONTAINERS:
                for container in spec.get(key) or ():
                    resources = container.get("resources") or {}
                    yield from _bounded(item, resources.get("requests") or {}, resources.get("limits") or {})
        elif item.get("type") == "Pod":
            yield from _bounded(item, *(of_pod(spec, which, overhead=False) for which in ("requests", "limits")))


def _of_claim(claim: Body, items: Bodies) -> Iterator[str]:
    requests = (spec_of(claim).get("resources") or {}).get("requests") or {}
    for item in items:
        if item.get("type") == "PersistentVolumeClaim":
            for name, bound in sorted((item.get("min") or {}).items()):
                yield from _least(item["type"], name, bound, requests, {})
            for name, bound in sorted((item.get("max") or {}).items()):
                yield from _most_requested(item["type"], name, bound, requests)


def _bounded(item: Body, requests: Held, limits: Held) -> Iterator[str]:
    bounds: tuple[tuple[str, Callable[[str, str, str, Held, Held], Iterator[str]]], ...] = (
        ("min", _least),
        ("max", _most),
        ("maxLimitRequestRatio", _ratio),
    )
    for key, check in bounds:
        for name, bound in sorted((item.get(key) or {}).items()):
            yield from check(item["type"], name, bound, requests, limits)


def _least(kind: str, name: str, bound: str, requests: Held, limits: Held) -> Iterator[str]:
    head = f"minimum {name} usage per {kind} is {quantity.canonical(bound)}"
    if name not in requests:
        yield f"{head}.  No request is specified"
    elif figure(requests[name]) < figure(bound):
        yield f"{head}, but request is {quantity.canonical(requests[name])}"
    elif name in limits and figure(limits[name]) < figure(bound):
        yield f"{head}, but limit is {quantity.canonical(limits[name])}"


def _most(kind: str, name: str, bound: str, requests: Held, limits: Held) -> Iterator[str]:
    head = f"maximum {name} usage per {kind} is {quantity.canonical(bound)}"
    if name not in limits:
        yield f"{head}.  No limit is specified"
    elif figure(limits[name]) > figure(bound):
        yield f"{head}, but limit is {quantity.canonical(limits[name])}"
    elif name in requests and figure(requests[name]) > figure(bound):
        yield f"{head}, but request is {quantity.canonical(requests[name])}"


def _most_requested(kind: str, name: str, bound: str, requests: Held) -> Iterator[str]:
    head = f"maximum {name} usage per {kind} is {quantity.canonical(bound)}"
    if name not in requests:
        yield f"{head}.  No request is specified"
    elif figure(requests[name]) > figure(bound):
        yield f"{head}, but request is {quantity.canonical(requests[name])}"


def _ratio(kind: str, name: str, bound: str, requests: Held, limits: Held) -> Iterator[str]:
    head = f"{name} max limit to request ratio per {kind} is {quantity.canonical(bound)}"
    asked, limit = figure(requests.get(name, "0")), figure(limits.get(name, "0"))
    if not asked:
        yield f"{head}, but no request is specified or request is 0"
    elif not limit:
        yield f"{head}, but no limit is specified or limit is 0"
    elif limit / asked > figure(bound):
        yield f"{head}, but provided ratio is {float(limit / asked):f}"


PLUGIN = Plugin(
    "LimitRanger",
    operations=ON_WRITE,
    resources=frozenset({"pods", "persistentvolumeclaims"}),
    subresources=frozenset({"", "resize"}),
    admit=admit,
    validate=validate,
)
