"""Who may see and change which cluster, whichever door they come through. Nobody reads another person's cluster.

On loopback the clusters that are open to guests need no sign-in. Beyond loopback one signs in, unless GUESTS allows it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from simulator.models import Cluster, Follower


def allowed(request: HttpRequest, cluster: Cluster) -> bool:
    """True if this request's user or guest may see and change the cluster."""
    return _allowed(
        user=getattr(request, "user", None),
        session=getattr(request, "session", None),
        host=request.get_host(),
        cluster=cluster,
    )


def may_see(scope: Mapping[str, Any], cluster: Cluster) -> bool:
    """True if a WebSocket's user, guest or follower may see the cluster."""
    if may_follow(scope.get("session"), cluster):
        return True
    headers = dict(scope.get("headers", ()))
    host = headers.get(b"host", b"").decode("latin-1")
    return _allowed(user=scope.get("user"), session=scope.get("session"), host=host, cluster=cluster)


def may_read(request: HttpRequest, cluster: Cluster) -> bool:
    """True for those who may change the cluster, and for the audience of a presentation on it, who only look."""
    looks = request.method in ("GET", "HEAD") and may_follow(getattr(request, "session", None), cluster)
    return looks or allowed(request, cluster)


def may_follow(session: Any, cluster: Cluster) -> bool:
    """True for a browser that has joined the presentation which runs on the cluster."""
    key = getattr(session, "session_key", None)
    return bool(key) and Follower.objects.filter(session=key, presentation__cluster=cluster).exists()


def may_present(request: HttpRequest) -> bool:
    """True for those who may present a demo, which makes a cluster of their own."""
    return request.user.is_authenticated or may_be_guest(request)


def may_be_guest(request: HttpRequest) -> bool:
    """True where clusters can be had without signing in."""
    return is_loopback(request.get_host()) or settings.GUESTS


def _allowed(*, user: Any, session: Any, host: str, cluster: Cluster) -> bool:
    if user is not None and user.is_authenticated:
        return user.is_staff or cluster.owner_id == user.pk or cluster.shared
    if not (is_loopback(host) or settings.GUESTS):
        return False
    key = getattr(session, "session_key", None)
    return cluster.shared or bool(key and cluster.session == key)


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
