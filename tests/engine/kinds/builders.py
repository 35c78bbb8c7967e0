"""Objects for the kinds' tests, as short as they can be, and the ways in which the API server takes them in."""

from __future__ import annotations

from typing import Any

from simulator.engine import writes
from simulator.engine.clock import SECOND
from simulator.engine.errors import FieldError
from simulator.engine.objects import timestamp
from simulator.engine.registry import KINDS, Body

NOW = 1_700_000_000 * SECOND


def ago(seconds: int) -> str:
    """The timestamp of so many seconds before NOW."""
    return timestamp(NOW - seconds * SECOND)


def container(name: str = "web", image: str = "nginx:1.27", **more: Any) -> Body:
    return {"name": name, "image": image, **more}


def pod(*containers: Body, name: str = "web", meta: Body | None = None, **spec: Any) -> Body:
    return {
        "metadata": {"name": name, "namespace": "default", **(meta or {})},
        "spec": {"containers": list(containers) or [container()], **spec},
    }


def workload(name: str = "web", labels: dict[str, str] | None = None, **spec: Any) -> Body:
    labels = {"app": "web"} if labels is None else labels
    return {
        "metadata": {"name": name, "namespace": "default"},
        "spec": {
            "selector": {"matchLabels": {"app": "web"}},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [container()]}},
            **spec,
        },
    }


def service(*ports: Body, name: str = "web", **spec: Any) -> Body:
    return {
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"selector": {"app": "web"}, "ports": list(ports) or [{"port": 80}], **spec},
    }


def made(resource: str, body: Body, *, restored: bool = False) -> Body:
    """The object as it is stored when it is created at NOW."""
    return writes.created(KINDS[resource], body, now=NOW, revision=1, uid="uid-1", restored=restored)


def broken(resource: str, body: Body) -> list[str]:
    """What the kind's validation says to a new object."""
    kind, stored = KINDS[resource], made(resource, body)
    return texts([*kind.validate(stored), *kind.validate_create(stored)])


def changed(resource: str, old: Body, **parts: Any) -> Body:
    """The stored object after a person has replaced its spec's parts."""
    new = writes.updated(KINDS[resource], old, {**old, "spec": {**old["spec"], **parts}}, revision=2)
    return old if new is None else new


def broken_change(resource: str, old: Body, **parts: Any) -> list[str]:
    return texts(KINDS[resource].validate_update(changed(resource, old, **parts), old))


def texts(errors: list[FieldError]) -> list[str]:
    return [error.text() for error in errors]


def row(resource: str, body: Body, *, wide: bool = False) -> dict[str, Any]:
    """What `kubectl get` shows of the object at NOW, by column."""
    columns = KINDS[resource].columns
    return {column.name: column.cell(body, NOW) for column in columns if wide or not column.priority}


def replaced(resource: str, old: Body, new: Body) -> list[str]:
    """What is wrong with replacing a stored object by another that differs from it."""
    stored = writes.updated(KINDS[resource], old, new, revision=2)
    assert stored is not None
    return texts(KINDS[resource].validate_update(stored, old))


def with_spec(body: Body, **spec: Any) -> Body:
    return {**body, "spec": {key: value for key, value in {**body["spec"], **spec}.items() if value is not None}}
