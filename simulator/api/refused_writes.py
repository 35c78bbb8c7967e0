"""Writes that a cluster's API has refused. They leave nothing in its log, and are what a learner asks about first."""

from __future__ import annotations

import logging

from django.db import DatabaseError

from simulator.api.calls import Call
from simulator.engine.errors import StatusError
from simulator.models import Refusal

log = logging.getLogger(__name__)

KEPT = 200
_WRITES = ("POST", "PUT", "PATCH", "DELETE")
_TOLD = (400, 403, 409, 422, 429)


def remember(call: Call, error: StatusError) -> None:
    """Keeps a refusal of somebody who may change the cluster; a trial is none. Never raises."""
    if call.method not in _WRITES or error.code not in _TOLD or call.is_stranger or call.is_onlooker:
        return
    if "dryRun" in call.query or call.route is None or error.may_pass:
        return
    try:
        _keep(call, error)
    except DatabaseError:
        log.warning("a refusal of cluster %s is not remembered", call.cluster.name, exc_info=True)


def _keep(call: Call, error: StatusError) -> None:
    row = Refusal.objects.create(
        cluster=call.cluster,
        at=call.now,
        user=call.user[:253],
        verb=call.route.verb[:32],
        resource=call.route.kind.resource[:253],
        namespace=(call.route.namespace or "")[:63],
        name=str(error.details.get("name") or call.route.name)[:253],
        code=error.code,
        reason=error.reason[:100],
        message=error.message[:4000],
    )
    past = Refusal.objects.filter(cluster=call.cluster, pk__lt=row.pk).order_by("-pk").values_list("pk", flat=True)
    if too_old := list(past[KEPT - 1 : KEPT]):
        Refusal.objects.filter(cluster=call.cluster, pk__lte=too_old[0]).delete()
