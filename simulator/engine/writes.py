"""What happens to an object on its way in and out: name, defaults, stamps, generation, grace, finalizers.

The one definition of a write: the engine's world and the API's store both call these functions, which are pure.
Follows staging/src/k8s.io/apiserver/pkg/registry/rest/{create,update,delete}.go and registry/generic/registry/store.go,
v1.34.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from .apply.managers import differ_by_time_alone, readable
from .objects import drop_in, is_deleting, set_in, timestamp, with_condition
from .registry import Body, Instant, Kind

_OPEN_BY_STATUS = ("annotations", "labels", "finalizers", "managedFields")
_SERVER_OWNED = (
    "uid",
    "creationTimestamp",
    "selfLink",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "generation",
)
Propagation = Literal["Background", "Foreground", "Orphan"]


class Deletion(NamedTuple):
    """The outcome of a delete: `body` is the object after it; `gone` says whether it leaves the store now."""

    body: Body
    gone: bool


def created(kind: Kind, body: Body, *, now: Instant, revision: int, uid: str, restored: bool = False) -> Body:
    """A new object as it is stored: defaults filled in, status reset, metadata stamped. The name must be set.

    restored: an object that another cluster exported; it keeps its status, its uid and the instant of its creation.
    """
    kept = body["metadata"] if restored else {}
    meta = _without_owned(body["metadata"])
    if not kind.namespaced:
        meta.pop("namespace", None)
    if "managedFields" in meta:
        meta["managedFields"] = readable(meta["managedFields"])
    meta = _with_managers(meta, None)
    meta["uid"] = kept.get("uid") or uid
    meta["resourceVersion"] = str(revision)
    meta["creationTimestamp"] = kept.get("creationTimestamp") or timestamp(now)
    if kind.has_generation:
        meta["generation"] = 1
    body = {"apiVersion": kind.api_version, "kind": kind.kind, **body, "metadata": meta}
    if kind.has_status and not kind.keeps_status and not restored:
        body = drop_in(body, ("status",))
    return kind.prepare_create(kind.default(body))


def _with_managers(meta: Body, held: list[Body] | None) -> Body:
    """The metadata with the managed fields that it brings, else with those that are held; an empty list is none."""
    entries = meta.get("managedFields", held)
    if entries:
        meta["managedFields"] = entries
    else:
        meta.pop("managedFields", None)
    return meta


def _without_owned(meta: Body) -> Body:
    """A copy of the metadata without what clients have no say in."""
    left = dict(meta)
    for key in _SERVER_OWNED:
        left.pop(key, None)
    return left


def updated(kind: Kind, old: Body, new: Body, *, revision: int, subresource: str = "") -> Body | None:
    """`old` replaced by `new`, or None if nothing would change. `subresource` is "" or the one that is written through.

    A write of the object keeps the stored status, a write of the status keeps all but status and metadata lists that
    clients may set. Raises nothing: compare-and-set and validation come before.
    """
    if subresource in kind.parts:
        new = kind.parts[subresource].take(new, old)
    if subresource == "status":
        meta = {**old["metadata"], **{key: new["metadata"][key] for key in _OPEN_BY_STATUS if key in new["metadata"]}}
        new = {**old, "metadata": meta} if "status" not in new else {**old, "metadata": meta, "status": new["status"]}
    else:
        kept = {key: old["metadata"][key] for key in _SERVER_OWNED if key in old["metadata"]}
        new = kind.default({**new, "metadata": {**_without_owned(new["metadata"]), **kept}})
        if kind.has_status:
            new = set_in(new, ("status",), old["status"]) if "status" in old else drop_in(new, ("status",))
        if not subresource:
            new = kind.prepare_update(new, old)
        if kind.has_generation and subresource != "binding" and _content(kind, new) != _content(kind, old):
            new = set_in(new, ("metadata", "generation"), old["metadata"].get("generation", 0) + 1)
    meta = {**new["metadata"], "resourceVersion": old["metadata"]["resourceVersion"]}
    meta = _with_managers(meta, old["metadata"].get("managedFields"))
    new = {"apiVersion": kind.api_version, "kind": kind.kind, **new, "metadata": meta}
    if new == old or differ_by_time_alone(new, old):
        return None
    meta["resourceVersion"] = str(revision)
    return new


def bound(old: Body, node: str, *, now: Instant, revision: int) -> Body:
    """A pod on its node, and marked as scheduled: what a Binding makes of it, in one write.

    Follows assignPod of pkg/registry/core/pod/storage/storage.go, v1.34.
    """
    status = old.get("status") or {}
    scheduled = {
        "type": "PodScheduled",
        "status": "True",
        "lastProbeTime": None,
        "lastTransitionTime": timestamp(now),
    }
    return {
        **old,
        "metadata": {**old["metadata"], "resourceVersion": str(revision)},
        "spec": {**old["spec"], "nodeName": node},
        "status": {
            **{key: value for key, value in status.items() if key != "nominatedNodeName"},
            "conditions": with_condition(status.get("conditions") or [], scheduled),
        },
    }


def _content(kind: Kind, body: Body) -> Body:
    """What a generation is of: all but the metadata and a status that is written through its own subresource."""
    outside = ("metadata", "status") if kind.has_status or kind.structural is None else ("metadata",)
    return {key: value for key, value in body.items() if key not in outside}


def deleted(
    kind: Kind,
    old: Body,
    *,
    now: Instant,
    revision: int,
    grace: int | None = None,
    propagation: Propagation | None = None,
) -> Deletion | None:
    """What a delete makes of an object; None if it changes nothing (the object is already on its way out as asked).

    grace: seconds asked for, None for the kind's own. Foreground and orphan deletion leave a finalizer for the garbage
    collector.
    """
    meta = dict(old["metadata"])
    finalizers = list(meta.get("finalizers") or ())
    if propagation is None and kind.orphans and {"foregroundDeletion", "orphan"}.isdisjoint(finalizers):
        propagation = "Orphan"
    for asked, finalizer in (("Foreground", "foregroundDeletion"), ("Orphan", "orphan")):
        if propagation == asked and finalizer not in finalizers:
            finalizers.append(finalizer)
        elif propagation is not None and propagation != asked and finalizer in finalizers:
            finalizers.remove(finalizer)
    own = kind.grace(old)
    seconds = own if grace is None else min(grace, own) if own == 0 else grace
    if is_deleting(old):
        seconds = min(seconds, meta.get("deletionGracePeriodSeconds", 0))
    meta["resourceVersion"] = str(revision)
    if kind.deletion_finalizer and not is_deleting(old) and kind.deletion_finalizer not in finalizers:
        finalizers.append(kind.deletion_finalizer)
    waits = bool(finalizers) or bool(_spec_finalizers(kind, old))
    if seconds == 0 and not waits:
        return Deletion({**old, "metadata": meta}, gone=True)
    if finalizers or "finalizers" in meta:
        meta["finalizers"] = finalizers
    if "deletionTimestamp" not in meta or seconds < meta.get("deletionGracePeriodSeconds", 0):
        meta["deletionTimestamp"] = timestamp(now + seconds * 1_000_000)
        meta["deletionGracePeriodSeconds"] = seconds
        if kind.has_generation and "generation" in meta:
            meta["generation"] += 1
    elif finalizers == (old["metadata"].get("finalizers") or []):
        return None
    body: Body = {**old, "metadata": meta}
    return Deletion(body if is_deleting(old) else kind.prepare_delete(body), gone=False)


def _spec_finalizers(kind: Kind, body: Body) -> list[str]:
    """What a namespace waits for besides the finalizers of its metadata."""
    if "finalize" not in kind.subresources:
        return []
    return (body.get("spec") or {}).get("finalizers") or []


def is_released(kind: Kind, body: Body) -> bool:
    """True for an object that was waiting for finalizers or its grace period and now leaves the store."""
    meta = body["metadata"]
    return (
        is_deleting(body)
        and not meta.get("finalizers")
        and not _spec_finalizers(kind, body)
        and not meta.get("deletionGracePeriodSeconds")
    )
