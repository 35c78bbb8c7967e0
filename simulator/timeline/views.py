"""The page's questions and orders about time, in JSON."""

from __future__ import annotations

import re
from typing import Any

from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from simulator import access, branches, store
from simulator.access import May, Visitor
from simulator.clusters import NotUnderstood
from simulator.live import frames
from simulator.lobby import sandboxes
from simulator.models import Cluster, Mark
from simulator.questions import asked_by, cluster_for, in_json
from simulator.timeline import differences, marks, pictures

_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


@in_json
@require_GET
def picture(request: HttpRequest, name: str, instant: int) -> HttpResponse:
    """The picture as it was at a virtual instant, in microseconds."""
    cluster = _at_present(cluster_for(request, name))
    return JsonResponse(pictures.at(cluster, instant, get_language() or "en"))


@in_json
@require_GET
def line(request: HttpRequest, name: str) -> HttpResponse:
    """What the line of time shows: where it begins and how far one can go back, marks, branches, failures.

    Of the failures those above revision ?since= alone; `revision` is where to go on.
    """
    cluster = _at_present(cluster_for(request, name))
    since = _number(request, "since", _("since must be a revision.")) or 0
    return JsonResponse(
        {
            "revision": cluster.revision,
            "start": cluster.born,
            "reach": branches.reach(cluster),
            "now": cluster.now,
            "marks": marks.of(cluster),
            "failures": marks.failures(cluster, since),
            "branches": _family(request, cluster),
        }
    )


@in_json
@require_POST
def mark(request: HttpRequest, name: str) -> HttpResponse:
    """A bookmark of one's own: {at, text}."""
    cluster, asked = _at_present(cluster_for(request, name, May.CHANGE)), asked_by(request)
    text = asked.get("text", "")
    if not isinstance(text, str):
        raise NotUnderstood(_("text must be a text."))
    made = marks.add(cluster, _instant(asked), "bookmark", text.strip())
    return JsonResponse({"id": made.pk, "at": made.at, "kind": made.kind, "text": made.text}, status=201)


@in_json
@require_POST
def unmark(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """Takes a bookmark away."""
    cluster = cluster_for(request, name, May.CHANGE)
    gone, _rows = Mark.objects.filter(cluster=cluster, pk=pk, kind="bookmark").delete()
    if not gone:
        raise Http404(_("There is no such mark."))
    return JsonResponse({})


@in_json
@require_POST
def branch(request: HttpRequest, name: str) -> HttpResponse:
    """A cluster of one's own that goes on from an instant of this one: {at, name?}."""
    cluster, asked = _at_present(cluster_for(request, name)), asked_by(request)
    if not request.session.session_key:
        request.session.create()
    visitor = Visitor.of(request)
    sandboxes.check_room(visitor)
    session = "" if visitor.user else visitor.session
    wanted = _name(asked)
    try:
        with transaction.atomic():
            made = branches.branch(cluster, _instant(asked), name=wanted, owner=visitor.user, session=session)
    except IntegrityError:
        raise NotUnderstood(_("There is a cluster of this name already.")) from None
    return JsonResponse({"name": made.name, "url": f"/c/{made.name}/"}, status=201)


@in_json
@require_POST
def rewind(request: HttpRequest, name: str) -> HttpResponse:
    """Takes the cluster itself back to an instant: {at}."""
    cluster = _at_present(cluster_for(request, name, May.CHANGE))
    return JsonResponse(frames.clock(branches.rewind(cluster, _instant(asked_by(request)))))


@in_json
@require_GET
def compare(request: HttpRequest, name: str, other: str) -> HttpResponse:
    """How two clusters differ, now or at ?at=, an instant that both have got to."""
    left, right = _at_present(cluster_for(request, name)), _at_present(cluster_for(request, other))
    given = _number(request, "at", _("at must be an instant, in microseconds."))
    instants = [side.now if given is None else given for side in (left, right)]
    return JsonResponse(differences.of(left, instants[0], right, instants[1]))


def _at_present(cluster: Cluster) -> Cluster:
    """The cluster with its clock at the present instant."""
    cluster.now = store.instant(cluster, store.wall())
    return cluster


def _number(request: HttpRequest, which: str, problem: str) -> int | None:
    given = request.GET.get(which)
    if given is None:
        return None
    if not (given.isascii() and given.isdigit() and len(given) < 19):
        raise NotUnderstood(problem)
    return int(given)


def _instant(asked: dict[str, Any]) -> int:
    at = asked.get("at")
    if not isinstance(at, int) or isinstance(at, bool) or not 0 <= at < 1 << 62:
        raise NotUnderstood(_("at must be an instant, in microseconds."))
    return at


def _name(asked: dict[str, Any]) -> str:
    name = asked.get("name") or ""
    if not isinstance(name, str) or (name and not _NAME.fullmatch(name)):
        raise NotUnderstood(_("Use a DNS label: a-z, 0-9 and -, at most 63."))
    return name


def _family(request: HttpRequest, cluster: Cluster) -> list[dict[str, Any]]:
    """The cluster's family, as far as the visitor may see it."""
    visitor = Visitor.of(request)
    return [
        {
            "name": one.name,
            "parent": one.parent.name if one.parent is not None else None,
            "at": one.branched_at,
            "now": store.instant(one, store.wall()),
            "own": access.owns(visitor, one),
        }
        for one in branches.family(cluster)
        if access.may(visitor, one) >= May.LOOK
    ]
