"""How `kubectl get` writes what all kinds share: ages, labels, selectors, container names.

Follows staging/src/k8s.io/apimachinery/pkg/util/duration/duration.go and
pkg/printers/internalversion/printers.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from . import selectors
from .clock import SECOND
from .objects import annotations_of, get_in, instant_of, labels_of, name_of, spec_of, status_of
from .registry import Body, Column, Instant

NONE = "<none>"
UNKNOWN = "<unknown>"
UNSET = "<unset>"
_MODES = (("ReadWriteOnce", "RWO"), ("ReadOnlyMany", "ROX"), ("ReadWriteMany", "RWX"), ("ReadWriteOncePod", "RWOP"))
_OLD_CLASS = "volume.beta.kubernetes.io/storage-class"


def human_duration(microseconds: int) -> str:
    """A length of time in two or three figures: `45s`, `3m20s`, `5h12m`, `9d`, `2y40d`. One second ahead is `0s`."""
    seconds = int(microseconds / SECOND)
    if seconds < -1:
        return "<invalid>"
    if seconds < 0:
        return "0s"
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86_400
    if seconds < 120:
        return f"{seconds}s"
    if minutes < 10:
        return _two(minutes, "m", seconds % 60, "s")
    if minutes < 180:
        return f"{minutes}m"
    if hours < 8:
        return _two(hours, "h", minutes % 60, "m")
    if hours < 48:
        return f"{hours}h"
    if hours < 24 * 8:
        return _two(days, "d", hours % 24, "h")
    if days < 365 * 2:
        return f"{days}d"
    if days < 365 * 8:
        return _two(days // 365, "y", days % 365, "d")
    return f"{days // 365}y"


def _two(large: int, large_unit: str, small: int, small_unit: str) -> str:
    return f"{large}{large_unit}{small}{small_unit}" if small else f"{large}{large_unit}"


def since(timestamp: str | None, now: Instant) -> str:
    """The time from an RFC 3339 timestamp to `now`, as the AGE column writes it."""
    return human_duration(now - instant_of(timestamp)) if timestamp else UNKNOWN


def age(body: Body, now: Instant) -> str:
    return since(body["metadata"].get("creationTimestamp"), now)


def field(*path: str, default: Any = "") -> Callable[[Body, Instant], Any]:
    """A cell that shows what is at a path of keys."""
    return lambda body, now: get_in(body, *path, default=default)


def labels_text(labels: Mapping[str, str] | None) -> str:
    """`a=1,b=2`, sorted by key, or `<none>`."""
    return ",".join(f"{key}={labels[key]}" for key in sorted(labels)) if labels else NONE


def selector_text(selector: Body | None) -> str:
    """A LabelSelector as one line, `<none>` for one that selects everything."""
    try:
        chosen = selectors.of(selector)
    except (ValueError, KeyError, TypeError):
        return "<error>"
    return chosen.text() or NONE


def access_modes(held: list[str] | None) -> str:
    """A volume's or a claim's access modes, in short."""
    return ",".join(short for mode, short in _MODES if mode in (held or ()))


def class_of(body: Body, now: Instant) -> str:
    """The storage class of a volume or a claim: the annotation of old before the field."""
    return str(annotations_of(body).get(_OLD_CLASS) or get_in(body, "spec", "storageClassName", default=""))


def container_names(pod_spec: Body) -> str:
    return ",".join(one.get("name", "") for one in pod_spec.get("containers") or ())


def container_images(pod_spec: Body) -> str:
    return ",".join(one.get("image", "") for one in pod_spec.get("containers") or ())


def ready_replicas(body: Body, now: Instant) -> str:
    """How many replicas of a Deployment or a StatefulSet are ready, of how many: `2/3`."""
    return f"{status_of(body).get('readyReplicas', 0)}/{spec_of(body).get('replicas', 0)}"


def drawn_replicas(body: Body) -> Mapping[str, Any]:
    """A Deployment or a StatefulSet as the diagram shows it."""
    status = status_of(body)
    return {
        "desired": spec_of(body).get("replicas", 0),
        "ready": status.get("readyReplicas", 0),
        "updated": status.get("updatedReplicas", 0),
        "available": status.get("availableReplicas", 0),
        "owner": None,
        "labels": labels_of(body),
    }


NAME = Column(
    "Name",
    lambda body, now: name_of(body),
    format="name",
    documented="meta.v1.ObjectMeta.name",
)
AGE = Column("Age", age, documented="meta.v1.ObjectMeta.creationTimestamp")
CONTAINERS = Column(
    "Containers",
    lambda body, now: container_names(get_in(body, "spec", "template", "spec", default={})),
    priority=1,
    description="Names of each container in the template.",
)
IMAGES = Column(
    "Images",
    lambda body, now: container_images(get_in(body, "spec", "template", "spec", default={})),
    priority=1,
    description="Images referenced by each container in the template.",
)
SELECTOR = Column(
    "Selector",
    lambda body, now: selector_text(get_in(body, "spec", "selector")),
    priority=1,
    description="Label selector for pods.",
)
CREATED_AT = Column(
    "Created At",
    lambda body, now: body["metadata"].get("creationTimestamp"),
    type="date",
    documented="meta.v1.ObjectMeta.creationTimestamp",
)


def _role(body: Body, now: Instant) -> str:
    reference = body.get("roleRef") or {}
    return f"{reference.get('kind', '')}/{reference.get('name', '')}"


def _subjects(kind: str) -> Callable[[Body, Instant], str]:
    """A cell that lists the subjects of a kind; service accounts with their namespace."""

    def cell(body: Body, now: Instant) -> str:
        found = [one for one in body.get("subjects") or () if one.get("kind") == kind]
        if kind == "ServiceAccount":
            return ", ".join(f"{one.get('namespace', '')}/{one.get('name', '')}" for one in found)
        return ", ".join(one.get("name", "") for one in found)

    return cell


BINDING = (
    NAME,
    Column(
        "Role",
        _role,
        description="RoleRef can reference a Role in the current namespace or a ClusterRole in the global namespace. "
        "If the RoleRef cannot be resolved, the Authorizer must return an error. This field is immutable.",
    ),
    AGE,
    Column("Users", _subjects("User"), priority=1, description="Users in the roleBinding"),
    Column("Groups", _subjects("Group"), priority=1, description="Groups in the roleBinding"),
    Column(
        "ServiceAccounts", _subjects("ServiceAccount"), priority=1, description="ServiceAccounts in the roleBinding"
    ),
)
