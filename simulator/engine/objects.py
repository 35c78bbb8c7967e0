"""The vocabulary all kinds share: names, labels, owners, conditions, timestamps, changing a body by replacing it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from .registry import Body, Instant, Key

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def name_of(body: Body) -> str:
    name: str = body["metadata"].get("name", "")
    return name


def namespace_of(body: Body) -> str:
    namespace: str = body["metadata"].get("namespace", "")
    return namespace


def key_of(body: Body) -> Key:
    meta = body["metadata"]
    return Key(meta.get("namespace", ""), meta.get("name", ""))


def uid_of(body: Body) -> str:
    uid: str = body["metadata"].get("uid", "")
    return uid


def labels_of(body: Body) -> dict[str, str]:
    return body["metadata"].get("labels") or {}


def annotations_of(body: Body) -> dict[str, str]:
    return body["metadata"].get("annotations") or {}


def revision_of(body: Body) -> int:
    return int(body["metadata"].get("resourceVersion") or 0)


def spec_of(body: Body) -> Body:
    return body.get("spec") or {}


def status_of(body: Body) -> Body:
    return body.get("status") or {}


def is_deleting(body: Body) -> bool:
    return "deletionTimestamp" in body["metadata"]


def controller_of(body: Body) -> Body | None:
    """The owner reference that manages the object, or None. Follows metav1.GetControllerOf."""
    owners: list[Body] = body["metadata"].get("ownerReferences") or []
    for owner in owners:
        if owner.get("controller"):
            return owner
    return None


def drawn_controller(body: Body) -> Body | None:
    """Its controller as the diagram shows it; None if it has none."""
    owner = controller_of(body)
    return {"kind": owner.get("kind", ""), "name": owner.get("name", "")} if owner else None


def owner_reference(owner: Body) -> Body:
    """A controller reference to `owner`, as controllers write it. Follows metav1.NewControllerRef."""
    return {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }


def text_of(key: Key) -> str:
    """A key as work queues write it: `namespace/name`, or the name alone."""
    return f"{key.namespace}/{key.name}" if key.namespace else key.name


def key_from(text: str) -> Key:
    namespace, slash, name = text.rpartition("/")
    return Key(namespace if slash else "", name)


def get_in(body: Any, *path: str, default: Any = None) -> Any:
    """The value at a path of keys; `default` where the path ends early or holds null."""
    for step in path:
        if not isinstance(body, dict):
            return default
        body = body.get(step)
    return default if body is None else body


def set_in(body: Body, path: tuple[str, ...], value: Any) -> Body:
    """A copy of the body with `value` at the path; only the dicts on the path are new."""
    head, *rest = path
    inner = value if not rest else set_in(body.get(head) or {}, tuple(rest), value)
    return {**body, head: inner}


def drop_in(body: Body, path: tuple[str, ...]) -> Body:
    """A copy of the body without the key at the end of the path; the body itself if it is not there."""
    head, *rest = path
    if head not in body:
        return body
    if not rest:
        return {key: value for key, value in body.items() if key != head}
    inner = body[head]
    if not isinstance(inner, dict):
        return body
    return {**body, head: drop_in(inner, tuple(rest))}


def fill_in(body: Body, **defaults: Any) -> Body:
    """A copy of the body with each default put where the key is absent or null; the body itself if none is."""
    missing = {key: value for key, value in defaults.items() if body.get(key) is None}
    return {**body, **missing} if missing else body


def conditions_of(body: Body) -> list[Body]:
    return status_of(body).get("conditions") or []


def condition(body: Body, kind: str) -> Body | None:
    for one in conditions_of(body):
        if one.get("type") == kind:
            return one
    return None


def is_condition_true(body: Body, kind: str) -> bool:
    found = condition(body, kind)
    return found is not None and found.get("status") == "True"


def with_condition(conditions: list[Body], new: Body) -> list[Body]:
    """The list with `new` in the place of the condition of its type, or at the end."""
    if any(one.get("type") == new["type"] for one in conditions):
        return [new if one.get("type") == new["type"] else one for one in conditions]
    return [*conditions, new]


def containers_of(pod_spec: Body) -> Iterator[Body]:
    """Init containers, then containers, in the order of the spec."""
    yield from pod_spec.get("initContainers") or ()
    yield from pod_spec.get("containers") or ()


_LAST_SECOND = 253_402_300_799
"""The end of the year 9999: whatever is later (a grace period of ages) is written as that."""


@lru_cache(maxsize=4096)
def _second(seconds: int) -> str:
    return (_EPOCH + timedelta(seconds=min(seconds, _LAST_SECOND))).strftime("%Y-%m-%dT%H:%M:%SZ")


def timestamp(instant: Instant) -> str:
    """metav1.Time: whole seconds, rounded down, UTC."""
    return _second(instant // 1_000_000)


def micro_timestamp(instant: Instant) -> str:
    """metav1.MicroTime: six decimals, UTC."""
    return f"{_second(instant // 1_000_000)[:-1]}.{instant % 1_000_000:06d}Z"


@lru_cache(maxsize=4096)
def instant_of(text: str) -> Instant:
    """The instant of an RFC 3339 timestamp. Raises ValueError if it is none."""
    delta = datetime.fromisoformat(text.replace("Z", "+00:00")) - _EPOCH
    return delta // timedelta(microseconds=1)
