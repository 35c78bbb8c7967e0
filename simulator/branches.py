"""Branches: a cluster of one's own that goes on from where another one is."""

from __future__ import annotations

import secrets
from typing import Any
from zlib import crc32

from django.conf import settings
from django.db import models

from simulator import store
from simulator.clusters import NotUnderstood
from simulator.models import Change, Cluster, KubeObject, Memory


def branch(cluster: Cluster, at: int, *, name: str | None = None, owner: Any = None, session: str = "") -> Cluster:
    """A new cluster that goes on exactly as this one, from the instant at which it is now. Raises NotUnderstood."""
    with store.locked(cluster.pk) as held:
        if at < held.now:
            raise NotUnderstood("A cluster can only be branched where it is now.")
        place = name or f"{held.name[:55].rstrip('-')}-{secrets.token_hex(3)}"
        made = Cluster.objects.get(pk=held.pk)
        made.pk, made.name, made.owner, made.session = None, place, owner, session
        made._state.adding = True
        made.shared, made.token, made.holder, made.held_until = False, secrets.token_urlsafe(32), "", 0
        made.shard, made.anchor = crc32(place.encode()) % settings.SHARDS, store.wall()
        made.save(force_insert=True)
        for model in (KubeObject, Change, Memory):
            _copy(model, held, made)
    return made


def _copy(model: type[models.Model], old: Cluster, new: Cluster) -> None:
    rows = []
    for row in model._default_manager.filter(cluster=old).iterator(chunk_size=2000):
        row.pk = None
        row.cluster = new  # type: ignore[attr-defined]
        rows.append(row)
    model._default_manager.bulk_create(rows, batch_size=500)
