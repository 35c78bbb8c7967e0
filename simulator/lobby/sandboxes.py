"""Clusters of one's own: made, deleted, taken along at sign-in, and cleared away with all else when a guest is gone."""

from __future__ import annotations

from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from simulator import access, clusters
from simulator.access import Visitor
from simulator.demos import authoring, seats
from simulator.demos.presentations import Owner
from simulator.engine.topology import Topology
from simulator.lobby.forms import MOST_OF_A_GUEST, MOST_OF_A_USER
from simulator.models import Cluster


def make(visitor: Visitor, name: str, nodes: Topology, latency: str) -> Cluster:
    """A new cluster that belongs to the visitor. Raises NotUnderstood when there are too many already."""
    check_room(visitor)
    with transaction.atomic():
        return clusters.create(
            name, nodes=nodes, latency=latency, owner=visitor.user, session="" if visitor.user else visitor.session
        )


def check_room(visitor: Visitor) -> None:
    """Raises NotUnderstood when the visitor has as many clusters as one may have."""
    most = MOST_OF_A_GUEST if visitor.user is None else MOST_OF_A_USER
    unlimited = visitor.user is not None and visitor.is_instructor
    if not unlimited and access.own(visitor).count() >= most:
        raise clusters.NotUnderstood(
            _("You have %(most)d clusters, the most that one may have: delete one first.") % {"most": most}
        )


@transaction.atomic
def take_along(session: str, to: Owner) -> None:
    """What a guest has made, and where the guest sits, belongs to the user that the guest signs in as."""
    if session:
        Cluster.objects.filter(session=session).update(owner=to.user, session="")
        authoring.take_along(session, to.user)
        seats.take_along(session, to)


def clear() -> int:
    """Deletes the clusters and demos of guests whose sessions have run out; how many clusters there were."""
    held = set(Cluster.objects.exclude(session="").values_list("session", flat=True)) | authoring.guests()
    living = Session.objects.filter(session_key__in=held, expire_date__gt=timezone.now())
    gone = held - set(living.values_list("pk", flat=True))
    left = list(Cluster.objects.filter(session__in=gone))
    for cluster in left:
        clusters.delete(cluster)
    authoring.forget(gone)
    return len(left)
