"""The only writer of cluster objects: compare-and-set, revisions, the change log. The database plays etcd.

Two doors, one write path. `write` is the API server's: one transaction under the cluster's row lock. `commit` is the
engine's: what a tick did, in bulk, in the transaction that has held the lock since the tick began (`locked`). Both
end in `rows.append`, so that every change has a revision and a cause, and nothing is ever half-written.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, TypeVar

from django.conf import settings
from django.db import DatabaseError, connection, transaction

from simulator import news, rows
from simulator.engine import admission, errors, writes
from simulator.engine.admission import unheard
from simulator.engine.apply.components import Manage
from simulator.engine.causes import Cause
from simulator.engine.journal import Batch, Change
from simulator.engine.objects import key_of
from simulator.engine.registry import Bodies, Body, Instant, Key, Kind
from simulator.engine.world import World
from simulator.models import Cluster
from simulator.reading import SteadyReader
from simulator.rows import Fenced

Result = TypeVar("Result")


class _DryRun(Exception):
    """Unwinds a transaction that was only asked what it would do."""


def wall() -> int:
    """The wall clock in microseconds."""
    return time.time_ns() // 1000


def trouble_of(error: DatabaseError) -> str:
    """What is wrong with the database and what to do, for people."""
    text = str(error).strip()
    if "full" in text or "No space left" in text:
        return f"the disk that holds {settings.DATA_DIR} is full ({text}); free some space on it"
    if "locked" in text:
        return f"the database was busy for too long ({text}); try again"
    return f"the database does not answer ({text})"


_WRITER = threading.RLock()


def _one_writer() -> AbstractContextManager[Any]:
    """SQLite's writers queue up here, within a process: its own way to wait is to sleep and look again."""
    return _WRITER if connection.vendor == "sqlite" else nullcontext()


@contextmanager
def locked(pk: int) -> Iterator[Cluster]:
    """One transaction that holds the cluster's row: API writes and ticks come one after the other.

    Raises Cluster.DoesNotExist.
    """
    with _one_writer(), transaction.atomic():
        yield Cluster.objects.select_for_update().get(pk=pk)


def instant(cluster: Cluster, at: int) -> Instant:
    """The virtual instant at the wall-clock instant `at`.

    Never past the next event that is due: the engine comes first, and what happens next is written at that instant.
    """
    if cluster.paused or cluster.speed == 0:
        return cluster.now
    reached = cluster.now + round(max(0, at - cluster.anchor) * cluster.speed)
    return reached if cluster.due is None else max(cluster.now, min(reached, cluster.due))


class _DatabaseWorld(World):
    """A world that holds only what this transaction wrote and reads all else from the database."""

    def __init__(self, cluster: Cluster) -> None:
        super().__init__(
            seed=cluster.seed, now=instant(cluster, wall()), revision=cluster.revision, skipped=cluster.skipped
        )
        self._database = SteadyReader(cluster)
        self._gone: set[tuple[str, Key]] = set()
        self.watch("*", self._note_deletion)

    def get(self, resource: str, namespace: str, name: str) -> Body | None:
        if (resource, (namespace, name)) in self._gone:
            return None
        return super().get(resource, namespace, name) or self._database.get(resource, namespace, name)

    def list(self, resource: str, namespace: str | None = None) -> Bodies:
        found = {key_of(body): body for body in self._database.list(resource, namespace)}
        found |= {key_of(body): body for body in super().list(resource, namespace)}
        return [found[key] for key in sorted(found) if (resource, key) not in self._gone]

    def _note_deletion(self, change: Change) -> None:
        place = (change.resource, change.key)
        if change.operation == "DELETED":
            self._gone.add(place)
        else:
            self._gone.discard(place)


class Transaction:
    """The API's side of a write: reads and checked writes of one cluster at one instant, all or nothing.

    dry_run: nothing of it will stay, so what was written is shown without the revision that it would get.
    """

    def __init__(
        self,
        cluster: Cluster,
        *,
        dry_run: bool = False,
        guard: Guard | None = None,
        warn: Callable[[str], None] = unheard,
    ) -> None:
        self._world = _DatabaseWorld(cluster)
        self._world.warn = warn
        self._dry_run = dry_run
        self._guard = guard
        self.get = self._world.get
        self.list = self._world.list
        self.kinds = self._world.kinds
        self.now = self._world.now

    @property
    def revision(self) -> int:
        return self._world.revision

    def create(
        self, kind: Kind, body: Body, cause: Cause, *, restored: bool = False, manage: Manage | None = None
    ) -> Body:
        """Stores a new object, named, defaulted, admitted and validated. Raises StatusError."""
        if self._guard:
            self._guard(self, kind, body, None)
        new = self._world.create(kind.storage, body, cause, restored=restored, checked=True, view=kind, manage=manage)
        return self._shown(new, None)

    def admit(self, kind: Kind, body: Body, subresource: str) -> None:
        """Asks admission about a create through a subresource of `body`, such as an eviction. Raises StatusError."""
        asked = admission.Attributes("CREATE", kind, body, None, subresource, self._world.warn)
        admission.judge(asked, self._world)

    def update(
        self,
        kind: Kind,
        body: Body,
        cause: Cause,
        *,
        subresource: str = "",
        expected: str | None = None,
        manage: Manage | None = None,
    ) -> Body:
        """Replaces an object, or its status. `expected`: the resourceVersion that it must still have.

        Returns what is stored, which is the old object if nothing changed. Raises StatusError.
        """
        old = self.get(kind.storage, *key_of(body))
        if self._guard and not subresource:
            self._guard(self, kind, body, old)
        new = self._world.update(
            kind.storage,
            body,
            cause,
            subresource=subresource,
            expected=expected,
            checked=True,
            view=kind,
            manage=manage,
        )
        return self._shown(new, old)

    def delete(
        self,
        kind: Kind,
        namespace: str,
        name: str,
        cause: Cause,
        *,
        grace: int | None = None,
        propagation: writes.Propagation | None = None,
        preconditions: Body | None = None,
    ) -> tuple[Body, bool]:
        """Starts or ends an object's deletion: (the object after it, whether it is gone). Raises StatusError."""
        asked = preconditions or {}
        old = self._world.held(kind.storage, Key(namespace, name), asked.get("resourceVersion"))
        held = old["metadata"]["uid"]
        if asked.get("uid") not in (None, held):
            detail = f"Precondition failed: UID in precondition: {asked['uid']}, UID in object meta: {held}"
            raise errors.conflict(kind.resource, name, detail)
        outcome = self._world.delete(kind.storage, namespace, name, cause, grace=grace, propagation=propagation)
        after, gone = outcome or (old, False)
        return self._shown(after, old), gone

    def _shown(self, new: Body, old: Body | None) -> Body:
        """An object as its writer sees it. Follows apiserver/pkg/registry/generic/registry/dryrun.go, v1.34."""
        if not self._dry_run:
            return new
        meta = {key: value for key, value in new["metadata"].items() if key != "resourceVersion"}
        if old is not None:
            meta["resourceVersion"] = old["metadata"]["resourceVersion"]
        return {**new, "metadata": meta}

    def changes(self) -> list[Change]:
        """What was changed since the last call, in order."""
        return self._world.drain().changes


Guard = Callable[[Transaction, Kind, Body, Body | None], None]
"""Raises StatusError for an object that a client may not write, given the one that it replaces."""


def write(
    cluster: Cluster,
    make: Callable[[Transaction], Result],
    *,
    dry_run: bool = False,
    guard: Guard | None = None,
    warn: Callable[[str], None] = unheard,
) -> Result:
    """Runs `make` in one transaction of the cluster and stores what it changed, all or nothing.

    warn: takes what admission warns of. Raises StatusError as `make` does, and NotFound when the cluster is gone.
    """
    try:
        with locked(cluster.pk) as fresh:
            work = Transaction(fresh, dry_run=dry_run, guard=guard, warn=warn)
            result = make(work)
            if dry_run:
                raise _DryRun
            changes = work.changes()
            if changes:
                rows.append(fresh, changes)
                _move(fresh, work.now)
                fresh.due = work.now if fresh.due is None else min(fresh.due, work.now)
                fresh.save(update_fields=["revision", "now", "anchor", "due", "access"])
                transaction.on_commit(lambda: news.tell(fresh, wake=not fresh.paused))
    except _DryRun:
        pass
    except Cluster.DoesNotExist:
        raise errors.not_found("clusters.sim.k8sviz.io", cluster.name) from None
    return result


def commit(cluster: Cluster, batch: Batch, *, fence: int, start: Instant | None = None) -> None:
    """Stores what a tick did. The caller holds `locked`, has set the cluster's clock, and saves nothing itself.

    start: the instant at which the tick began. Raises Fenced if the cluster has another holder by now.
    """
    if cluster.fence != fence:
        raise Fenced(cluster.name)
    began = cluster.revision
    rows.append(cluster, batch.changes)
    rows.remember(cluster, batch, began=began, start=cluster.now if start is None else start)
    cluster.heard = cluster.revision
    cluster.save()
    transaction.on_commit(lambda: news.tell(cluster, wake=False))


def _move(cluster: Cluster, to: Instant) -> None:
    """Moves the clock along its own line: the wall-clock anchor moves with it, so no time is lost or won."""
    if cluster.speed and not cluster.paused:
        cluster.anchor += round((to - cluster.now) / cluster.speed)
    cluster.now = to
