"""The two things that happen to managedFields: a write of any kind updates them, an apply decides by them.

Follows staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/{fieldmanager,structuredmerge,skipnonapplied,
managedfieldsupdater,versioncheck}.go, v1.34.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .. import errors
from ..errors import StatusError
from ..objects import timestamp
from ..registry import Body, Instant, Kind
from . import conflicts, fields, last_applied, managers, sets, typed, updater
from .fields import Fields
from .managers import APPLY, UPDATE, Managed, Manager, Managers
from .sets import Comparison
from .typed import Schema

_BEFORE = "before-first-apply"
_STATUS = fields.of(("f:status",))
_SPEC = fields.of(("f:spec",))
_KEPT_BY_STATUS = {
    "pods": fields.of(("f:spec",), ("f:metadata", "f:deletionTimestamp"), ("f:metadata", "f:ownerReferences")),
    "deployments.apps": fields.of(("f:spec",), ("f:metadata", "f:labels")),
}


def reset_fields(kind: Kind, subresource: str) -> Fields:
    """What a writer through this subresource cannot set and so does not manage.

    Follows GetResetFields of pkg/registry/*/*/strategy.go and of apiextensions-apiserver's
    pkg/registry/customresource/status_strategy.go, v1.34.
    """
    if subresource == "status":
        if kind.definition is not None:
            return fields.of(("f:metadata",), ("f:spec",))
        return _KEPT_BY_STATUS.get(kind.storage, _SPEC)
    return _STATUS if kind.has_status and not subresource else {}


@dataclass(frozen=True)
class FieldManager:
    """Keeps the managed fields of the objects of a kind that are written through one (sub)resource.

    typed: the schema of the kind as it is stored; spoken: that of the version that is written, where it is another.
    Fields are those of the stored version, whatever the version that a manager speaks.
    """

    kind: Kind
    typed: Schema
    subresource: str = ""
    ignored: Fields = field(default_factory=dict)
    spoken: Schema | None = None

    def update(self, live: Body | None, new: Body, *, manager: str, now: Instant) -> Body:
        """`new`, which replaces `live` (None: is created), with its managed fields as they are after this write.

        Its own managedFields are what the writer sent: an empty entry resets them, and what nobody can read counts
        as not sent.
        """
        held = _entries(live) if live else []
        given = _sent(_entries(new), held, is_subresource=bool(self.subresource))
        if not given and live is not None:
            return _with_entries(new, [])
        if live is None:
            added = fields.without(sets.created(_bare(new), self.typed), self.ignored)
            others, mine = updater.dispossessed(given, Comparison({}, {}, added)), added
        else:
            others, mine = updater.update(_bare(live), _bare(new), self.typed, given, self.ignored)
        return _with_entries(new, managers.encode(managers.cap(self._credited(others, mine, manager, now))))

    def _credited(self, others: Managers, mine: Fields, name: str, now: Instant) -> Managers:
        """The managers with what an updater changed now added to what it managed before."""
        mine = managers.stripped(mine)
        if not mine:
            return others
        who = managers.manager(name, UPDATE, self.kind.api_version, self.subresource)
        before = others.get(who)
        both = fields.union(before.fields, mine) if before else mine
        return {**others, who: Managed(both, self.kind.api_version, timestamp(now))}

    def apply(self, live: Body | None, config: Any, *, manager: str, force: bool, now: Instant) -> Body:
        """What an applied configuration makes of an object (None: of nothing): not yet defaulted, and not in canonical
        form; with an empty list where nobody manages anything. Raises StatusError."""
        self._check(config)
        config = self.kind.to_stored(config)
        try:
            held = managers.decode(_entries(live) if live else [])
        except managers.BadEntry as error:
            raise failed(f"failed to decode managed fields: {error}") from None
        if live is not None and not held:
            existing = fields.without(sets.created(_bare(live), self.typed), self.ignored)
            held = self._credited({}, existing, _BEFORE, now)
        who = managers.manager(manager, APPLY, "", self.subresource)
        body, after = self._merged(live, config, held, who, force)
        if body is None:
            body = _bare(live or {})
        elif who in after:
            after[who] = after[who]._replace(time=timestamp(now), entry=None)
        body = {**body, "metadata": body.get("metadata") or {}}
        managers.strip(after, who)
        if manager == last_applied.KUBECTL:
            body = last_applied.kept_up(body, config)
        return {**body, "metadata": {**body["metadata"], "managedFields": managers.encode(after)}}

    def _merged(
        self, live: Body | None, config: Body, held: Managers, who: Manager, force: bool
    ) -> tuple[Body | None, Managers]:
        """(The object or None if it stays as it is, its managers.) Raises StatusError on conflicts."""
        bare = _bare(live) if live else {}

        def attempt(force: bool) -> tuple[Body | None, Managers]:
            return updater.apply(
                bare,
                config,
                self.typed,
                held,
                who,
                api_version=self.kind.api_version,
                ignored=self.ignored,
                force=force,
            )

        try:
            return attempt(force)
        except conflicts.Conflicts as found:
            mine = last_applied.allowed(live, self.typed) if live and who.name == last_applied.KUBECTL else None
            if mine is None:
                raise found.error() from None
            left = [one for one in found.found if not fields.has(mine, one.path)]
            if left:
                raise conflicts.Conflicts(left).error() from None
        return attempt(True)

    def _check(self, config: Any) -> None:
        """Raises StatusError on a configuration of another kind, with managed fields, or that does not fit."""
        config = config if isinstance(config, dict) else {}
        asked = _group_version_kind(config)
        own = f"{self.kind.group}/{self.kind.version}, Kind={self.kind.kind}"
        if asked != own:
            raise errors.bad_request(f"invalid object type: {asked}")
        meta = config.get("metadata")
        if isinstance(meta, dict) and isinstance(meta.get("managedFields"), list):
            raise errors.bad_request("metadata.managedFields must be nil")
        wrong = typed.misfits(config, self.spoken or self.typed)
        if wrong:
            named = described(config)
            raise failed(f"failed to create typed patch object ({named}): {typed.text_of(wrong)}")


def failed(message: str) -> StatusError:
    """What upstream answers where an error has no status of its own: 500 without a reason."""
    return StatusError(500, "", message)


def described(body: Body) -> str:
    """An object as messages of the field manager name it: `default/web; apps/v1, Kind=Deployment`."""
    meta = body.get("metadata") if isinstance(body.get("metadata"), dict) else {}
    assert isinstance(meta, dict)
    place = "/".join(one if isinstance(one, str) else "" for one in (meta.get("namespace"), meta.get("name")))
    return f"{place}; {_group_version_kind(body)}"


def _group_version_kind(body: Body) -> str:
    version, kind = (one if isinstance(one, str) else "" for one in (body.get("apiVersion"), body.get("kind")))
    if version.count("/") > 1:
        version = kind = ""
    group, _, version = version.rpartition("/")
    return f"{group}/{version}, Kind={kind}"


def _sent(given: Any, held: managers.Entries, *, is_subresource: bool) -> Managers:
    """The managers to begin with: those that the writer sent, else those of the live object."""
    if not is_subresource and given is not held and given != held:
        if managers.is_reset(given):
            return {}
        try:
            sent = managers.decode_foreign(given)
        except managers.BadEntry:
            sent = {}
        if sent:
            return sent
    try:
        return managers.decode(held)
    except managers.BadEntry:
        return {}


def _entries(body: Body) -> managers.Entries:
    entries: managers.Entries = body["metadata"].get("managedFields") or []
    return entries


def _bare(body: Body) -> Body:
    """The body without its managed fields."""
    meta = body.get("metadata") or {}
    if "managedFields" not in meta:
        return body
    return {**body, "metadata": {key: value for key, value in meta.items() if key != "managedFields"}}


def _with_entries(body: Body, entries: managers.Entries) -> Body:
    bare = _bare(body)
    return {**bare, "metadata": {**bare.get("metadata", {}), "managedFields": entries}} if entries else bare
