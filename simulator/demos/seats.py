"""Who somebody is at a presentation: its presenter, a follower, or a follower who explores on their own."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from simulator.demos import presentations
from simulator.demos.models import Follower, Presentation
from simulator.demos.presentations import Owner
from simulator.models import Cluster


def owner_of(request: HttpRequest) -> Owner:
    """Whoever asks, as the owner of what they make."""
    user = request.user if request.user.is_authenticated else None
    name = (user.get_full_name() or user.get_username()) if user is not None else ""
    return Owner(user, request.session.session_key or "", name)


def seated(request: HttpRequest) -> Owner:
    """The same, with a session even for who has none yet. Only for requests that change something."""
    if not request.session.session_key:
        request.session.create()
    return owner_of(request)


def led(request: HttpRequest, code: str) -> Presentation:
    """The presentation of this code, which must be theirs. Raises Http404."""
    found = presentations.by_code(code)
    if found is None or not owner_of(request).has(found):
        raise Http404(_("You present nothing under this code."))
    return found


def joined(request: HttpRequest, presentation: Presentation) -> bool:
    """True if this browser sits in the audience, or its presenter looks at what the audience sees."""
    if owner_of(request).has(presentation):
        return True
    key = request.session.session_key
    return bool(key) and Follower.objects.filter(presentation=presentation, session=key).exists()


def take_along(session: str, to: Owner) -> None:
    """A guest who signs in goes on presenting, and keeps their seat in the audience."""
    mine = Presentation.objects.filter(owner=None, session=session)
    mine.filter(presenter="").update(presenter=to.name)
    mine.update(**to.fields)
    Follower.objects.filter(session=session).update(session=to.session)


def left(request: HttpRequest, cluster: Cluster) -> dict[str, Any] | None:
    """The presentation that was left for this cluster, to go back to."""
    key = request.session.session_key
    seat = key and Follower.objects.filter(session=key, branch=cluster).select_related("presentation").first()
    return {"back": reverse("join-code", args=[seat.presentation.code])} if seat else None
