"""Who may see and change which cluster, whichever door they come through. Nobody reads another person's cluster.

On loopback the clusters that are open to guests need no sign-in. Beyond loopback one signs in, unless GUESTS allows it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from simulator.models import Cluster


def allowed(request: HttpRequest, cluster: Cluster) -> bool:
    """True if this request's user or guest may see and change the cluster."""
    return _allowed(
        user=getattr(request, "user", None),
        session=getattr(request, "session", None),
        host=request.get_host(),
        cluster=cluster,
    )


def may_see(scope: Mapping[str, Any], cluster: Cluster) -> bool:
    """The same for a WebSocket's scope."""
    headers = dict(scope.get("headers", ()))
    host = headers.get(b"host", b"").decode("latin-1")
    return _allowed(user=scope.get("user"), session=scope.get("session"), host=host, cluster=cluster)


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
