"""The indexed object store that the components watch; it journals every change with its cause.

A world is one cluster's objects in memory at one revision, with its clock. Lists come in etcd's order (namespace,
name), so that a world that is rebuilt from the database behaves exactly as the one it replaces.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from . import admission, errors, writes
from .apply import components
from .causes import Cause
from .chance import Chance
from .clock import Clock
from .custom_resources.cluster import ClusterKinds
from .index import Objects
from .journal import Batch, Change, Memory, Operation
from .latency import PROFILES, Latency
from .notes import Notes
from .objects import is_deleting, key_of, revision_of
from .registry import Body, Instant, Key, Kind, Kinds
from .scraping.scraped import EXPORTERS
from .scraping.targets import Exporter
from .validation import metadata

Watcher = Callable[[Change], None]
Memories = list[Memory]
_NAME_TRIES = 8


class World(Objects, Chance, Notes):
    """One cluster in memory. All writes of components go through create, update, update_status and delete."""

    secret = b""  # what the tokens of service accounts are signed with

    def __init__(
        self, *, seed: int, now: Instant, revision: int = 0, skipped: int = 0, latency: Latency | None = None
    ) -> None:
        """skipped: revisions that rewinding left out; draws do not count them, so that a run can be repeated."""
        Objects.__init__(self)
        Chance.__init__(self, seed)
        Notes.__init__(self)
        self.clock = Clock(now)
        self.revision = revision
        self.skipped = skipped
        self.latency = latency or PROFILES["realistic"]
        self.kinds: Kinds = ClusterKinds(self)
        self.types: components.Types | None = None
        self._watchers: dict[str, list[Watcher]] = {}
        self._journal: list[Change] = []
        self.warn: Callable[[str], None] = admission.unheard
        self.exporters: Sequence[Exporter] = EXPORTERS

    # --- reading -------------------------------------------------------------------------------------------------

    @property
    def now(self) -> Instant:
        return self.clock.now

    # --- watching ------------------------------------------------------------------------------------------------

    def watch(self, resource: str, watcher: Watcher) -> None:
        """Calls `watcher` at once with every change of a resource ("*": of all). It may only book and note."""
        self._watchers.setdefault(resource, []).append(watcher)

    # --- writing -------------------------------------------------------------------------------------------------

    def create(
        self,
        resource: str,
        body: Body,
        cause: Cause,
        *,
        restored: bool = False,
        checked: bool = False,
        view: Kind | None = None,
        manage: components.Manage | None = None,
    ) -> Body:
        """Stores a new object and returns it as stored: named, defaulted, admitted, stamped.

        checked: also validate it, as for everything that people send; components write what their templates, which
        were validated, say. view: the version or view of the kind through which it was sent, whose own rules hold for
        it too. restored: see `writes.created`. manage: notes who manages its fields. Raises StatusError.
        """
        kind = self._kind(resource)
        body = self.named(kind, body)
        key = key_of(body)
        broken = metadata.validate(kind, body) if checked else []
        if not key.name:
            _refuse(kind, key.name, broken)
        body = kind.default(body)
        if manage:
            body = manage(None, body)
        asked = admission.Attributes("CREATE", kind, body, None, warn=self.warn)
        body = admission.admit(asked, self)
        stored = writes.created(
            kind, body, now=self.now, revision=self.revision + 1, uid=self.uid(resource, key), restored=restored
        )
        if checked:
            broken = [*broken, *kind.validate(stored), *kind.validate_create(stored)]
            _refuse(kind, key.name, broken + (view.validate(stored) if view and view is not kind else []))
        follow_ups = [] if restored else admission.validate(asked._replace(body=stored), self)
        if self.get(resource, *key) is not None:
            raise errors.already_exists(resource, key.name)
        return self._record("ADDED", resource, key, stored, None, cause, follow_ups)

    def named(self, kind: Kind, body: Body) -> Body:
        """The body with a name made from generateName where it has none; a name that is taken is drawn again."""
        meta = body["metadata"]
        if meta.get("name") or not meta.get("generateName"):
            return body
        prefix, namespace = meta["generateName"][:58], meta.get("namespace", "")
        for tries in range(_NAME_TRIES):
            drawn = (kind.resource, namespace, prefix, self.revision - self.skipped, *([tries] if tries else []))
            name = prefix + self.suffix(*drawn)
            if self.get(kind.resource, namespace, name) is None:
                break
        return {**body, "metadata": {**meta, "name": name}}

    def uid(self, resource: str, key: Key) -> str:
        """The uid of an object made at the next revision."""
        return self.uuid(resource, key.namespace, key.name, self.revision - self.skipped)

    def update(
        self,
        resource: str,
        body: Body,
        cause: Cause,
        *,
        subresource: str = "",
        expected: str | None = None,
        checked: bool = False,
        view: Kind | None = None,
        manage: components.Manage | None = None,
    ) -> Body:
        """Replaces an object but for its status; returns what is stored (the same object if nothing changed).

        expected: the resourceVersion that it must still have. checked, view, manage: as for `create`. Raises
        StatusError.
        """
        key, kind = key_of(body), self._kind(resource)
        old = self.held(resource, key, expected)
        new = writes.updated(kind, old, body, revision=self.revision + 1, subresource=subresource)
        if new is None:
            return old
        if manage:
            new = manage(old, new)
        elif self.types and "managedFields" in old["metadata"]:
            new = components.noted(kind, self.types(kind), subresource, old, new, cause.component, self.now)
        follow_ups: admission.FollowUps = []
        if checked:
            asked = admission.Attributes("UPDATE", kind, new, old, subresource, self.warn)
            new = admission.admit(asked, self)
            broken = metadata.validate_update(kind, new, old)
            if not subresource:
                broken += [] if kind.structural is not None else kind.validate(new)
                broken += kind.validate_update(new, old)
                broken += view.validate_update(new, old) if view and view is not kind else []
            elif subresource in kind.parts:
                broken = [*broken, *kind.parts[subresource].validate(new, old)]
            _refuse(kind, key.name, broken)
            follow_ups = admission.validate(asked._replace(body=new), self)
        gone = writes.is_released(kind, new)
        return self._record("DELETED" if gone else "MODIFIED", resource, key, new, old, cause, follow_ups)

    def update_status(self, resource: str, body: Body, cause: Cause) -> Body:
        """Replaces an object's status; returns what is stored (the same object if nothing changed)."""
        return self.update(resource, body, cause, subresource="status")

    def bind(self, key: Key, node: str, cause: Cause) -> Body:
        """Puts a pod on a node and marks it as scheduled, in one write; returns what is stored. Raises StatusError."""
        old = self.held("pods", key)
        if is_deleting(old):
            detail = f"pod {key.name} is being deleted, cannot be assigned to a host"
            raise errors.conflict("pods/binding", key.name, detail)
        if held := old["spec"].get("nodeName"):
            raise errors.conflict("pods/binding", key.name, f'pod {key.name} is already assigned to node "{held}"')
        new = writes.bound(old, node, now=self.now, revision=self.revision + 1)
        return self._record("MODIFIED", "pods", key, new, old, cause)

    def delete(
        self,
        resource: str,
        namespace: str,
        name: str,
        cause: Cause,
        *,
        grace: int | None = None,
        propagation: writes.Propagation | None = None,
    ) -> tuple[Body, bool] | None:
        """Starts or ends a deletion: (the object after it, is it gone), None if it is not there. Raises StatusError."""
        kind, key = self._kind(resource), Key(namespace, name)
        old = self.get(resource, *key)
        if old is None:
            return None
        admission.judge(admission.Attributes("DELETE", kind, old, old, warn=self.warn), self)
        outcome = writes.deleted(
            kind, old, now=self.now, revision=self.revision + 1, grace=grace, propagation=propagation
        )
        if outcome is None:
            return old, False
        self._record("DELETED" if outcome.gone else "MODIFIED", resource, key, outcome.body, old, cause)
        return outcome

    def _kind(self, resource: str) -> Kind:
        """The kind of a resource. Raises StatusError where the definition of a custom one has gone."""
        try:
            return self.kinds[resource]
        except KeyError:
            raise errors.no_such_resource() from None

    def held(self, resource: str, key: Key, expected: str | None = None) -> Body:
        """The object, which must be there and, if asked, at the resourceVersion `expected`. Raises StatusError."""
        old = self.get(resource, *key)
        if old is None:
            raise errors.not_found(resource, key.name)
        if expected and expected != old["metadata"]["resourceVersion"]:
            raise errors.conflict(resource, key.name)
        return old

    # --- the log -------------------------------------------------------------------------------------------------

    def load(self, resource: str, body: Body) -> None:
        """Puts an object in as it is written down, telling nobody."""
        self.place(resource, key_of(body), None, body)
        self.revision = max(self.revision, revision_of(body))

    def remember(self, memory: Memory) -> None:
        """Puts a memory back as it is written down."""
        if memory.note is not None:
            self._notes[memory.component, memory.key] = memory.note
        if memory.entry is not None:
            self.clock.restore(memory.entry)

    def apply(self, change: Change) -> None:
        """Takes over a change that somebody else committed (an API write), at its own instant."""
        before = self.get(change.resource, *change.key)
        self.clock.move_to(change.at)
        self.revision = change.revision
        self.place(change.resource, change.key, before, None if change.operation == "DELETED" else change.body)
        self._tell(change._replace(before=before))

    def drain(self) -> Batch:
        """Hands over what happened since the last call, for the store to commit."""
        changes, self._journal = self._journal, []
        dirty = sorted(self._noted | self.clock.changed)
        self._noted, self.clock.changed = set(), set()
        memories = [Memory(c, k, self._notes.get((c, k)), self.clock.booked(c, k)) for c, k in dirty]
        return Batch(changes, memories)

    def memories(self) -> Memories:
        """Everything that the components remember now, sorted."""
        keys = sorted({*self._notes, *((entry.component, entry.key) for entry in self.clock.entries())})
        return [Memory(c, k, self._notes.get((c, k)), self.clock.booked(c, k)) for c, k in keys]

    def _record(
        self,
        operation: Operation,
        resource: str,
        key: Key,
        body: Body,
        before: Body | None,
        cause: Cause,
        follow_ups: admission.FollowUps | None = None,
    ) -> Body:
        self.revision += 1
        change = Change(self.revision, self.now, operation, resource, key, body, before, cause)
        self._journal.append(change)
        self.place(resource, key, before, None if operation == "DELETED" else body)
        self._tell(change)
        for one in follow_ups or ():
            self.update_status(one.resource, one.body, one.cause._replace(led_by=change.revision))
        return body

    def _tell(self, change: Change) -> None:
        for watcher in self._watchers.get(change.resource, ()):
            watcher(change)
        for watcher in self._watchers.get("*", ()):
            watcher(change)


def _refuse(kind: Kind, name: str, broken: list[errors.FieldError]) -> None:
    if broken:
        raise errors.invalid(kind.group, kind.kind, name, broken)
