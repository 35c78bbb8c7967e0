"""Who may see and change which cluster, whichever door they come through. Nobody reads another person's cluster.

On loopback the clusters that are open to guests need no sign-in. Beyond loopback one signs in, unless GUESTS allows it.
A class is a group of users: those of its members who are instructors may look at the clusters of the others.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from enum import IntEnum
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.models import Group
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from simulator.models import Cluster, Follower, Share

INSTRUCTORS = "instructors"
"""The name of the group whose members present to classes."""


class May(IntEnum):
    """What somebody may do with a cluster."""

    NOTHING = 0
    LOOK = 1
    CHANGE = 2


class Visitor(NamedTuple):
    """Who comes. user: None for somebody who has not signed in; session: the key of a guest's session, if any."""

    user: Any
    session: str
    is_near: bool

    @classmethod
    def of(cls, request: HttpRequest) -> Visitor:
        session = getattr(request, "session", None)
        return cls._made(getattr(request, "user", None), session, request.get_host())

    @classmethod
    def of_socket(cls, scope: Mapping[str, Any]) -> Visitor:
        host = dict(scope.get("headers", ())).get(b"host", b"").decode("latin-1")
        return cls._made(scope.get("user"), scope.get("session"), host)

    @classmethod
    def _made(cls, user: Any, session: Any, host: str) -> Visitor:
        signed_in = user is not None and user.is_authenticated
        return cls(user if signed_in else None, getattr(session, "session_key", None) or "", is_loopback(host))

    @property
    def is_let_in(self) -> bool:
        """Guests come from this very machine, or from anywhere if the site wants them."""
        return self.user is not None or self.is_near or settings.GUESTS

    @property
    def is_instructor(self) -> bool:
        return self.user is not None and (self.user.is_staff or self.user.groups.filter(name=INSTRUCTORS).exists())


def may(visitor: Visitor, cluster: Cluster) -> May:
    """What the visitor may do with the cluster."""
    given = _may(visitor, cluster)
    return May.LOOK if given == May.NOTHING and may_follow(visitor.session, cluster) else given


def _may(visitor: Visitor, cluster: Cluster) -> May:
    if not visitor.is_let_in:
        return May.NOTHING
    if cluster.shared or owns(visitor, cluster) or (visitor.user is not None and visitor.user.is_staff):
        return May.CHANGE
    if visitor.user is None:
        return May.NOTHING
    shares = Share.objects.filter(_meant_for(visitor), cluster=cluster).values_list("may_change", flat=True)
    if shares:
        return May.CHANGE if any(shares) else May.LOOK
    return May.LOOK if _teaches(visitor, cluster) else May.NOTHING


def may_see(scope: Mapping[str, Any], cluster: Cluster) -> bool:
    """Whether whoever opened a WebSocket may look at the cluster."""
    return may(Visitor.of_socket(scope), cluster) >= May.LOOK


def may_follow(session: str, cluster: Cluster) -> bool:
    """True for a browser that has joined the presentation which runs on the cluster: it looks, and no more."""
    return bool(session) and Follower.objects.filter(session=session, presentation__cluster=cluster).exists()


def may_present(request: HttpRequest) -> bool:
    """True for instructors, and for whoever sits at this very machine."""
    visitor = Visitor.of(request)
    return visitor.is_instructor or visitor.is_near


def owns(visitor: Visitor, cluster: Cluster) -> bool:
    """Whether the cluster is the visitor's own, so that it is theirs to share and to delete."""
    if visitor.user is not None:
        return bool(cluster.owner_id == visitor.user.pk)
    return bool(visitor.session) and cluster.session == visitor.session


def own(visitor: Visitor) -> QuerySet[Cluster]:
    """The visitor's own clusters."""
    if visitor.user is not None:
        return Cluster.objects.filter(owner=visitor.user)
    if visitor.session and visitor.is_let_in:
        return Cluster.objects.filter(session=visitor.session)
    return Cluster.objects.none()


def of_others(visitor: Visitor) -> QuerySet[Cluster]:
    """The clusters that others let the visitor see: those open to all and those shared; to the staff, all."""
    if not visitor.is_let_in:
        return Cluster.objects.none()
    open_to_all = Q(shared=True)
    if visitor.user is not None:
        open_to_all |= Q(shares__in=Share.objects.filter(_meant_for(visitor)))
        if visitor.user.is_staff:
            open_to_all = Q()
    return Cluster.objects.filter(open_to_all).exclude(pk__in=own(visitor)).distinct()


def classes(visitor: Visitor) -> QuerySet[Group]:
    """The groups that an instructor teaches: the instructor's own, but for that of the instructors."""
    if not visitor.is_instructor:
        return Group.objects.none()
    if visitor.user.is_staff:
        return Group.objects.exclude(name=INSTRUCTORS)
    held: QuerySet[Group] = visitor.user.groups.exclude(name=INSTRUCTORS)
    return held


def _meant_for(visitor: Visitor) -> Q:
    return Q(user=visitor.user) | Q(group__in=visitor.user.groups.all())


def _teaches(visitor: Visitor, cluster: Cluster) -> bool:
    if cluster.owner_id is None or not visitor.is_instructor:
        return False
    return bool(classes(visitor).filter(user=cluster.owner_id).exists())


def is_loopback(host: str) -> bool:
    """True for the names and addresses of this very machine, with or without a port."""
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    name = name.strip("[]")
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
