"""The page's questions about the log, in JSON."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from simulator import why
from simulator.clusters import NotUnderstood
from simulator.logbook import lines
from simulator.questions import cluster_for, in_json

_LONGEST = 300
_LARGEST = 1 << 62


@in_json
@require_GET
def log(request: HttpRequest, name: str) -> HttpResponse:
    """Lines of the log, newest first: ?text=&resource=&namespace=&component=&operation=&people=1&before=REVISION."""
    cluster = cluster_for(request, name)
    given = {field: _text(request, field) for field in ("text", "resource", "namespace", "component", "operation")}
    sought = lines.Sought(**given, people=request.GET.get("people") == "1", before=_before(request))
    return JsonResponse(lines.page(cluster, sought))


@in_json
@require_GET
def choices(request: HttpRequest, name: str) -> HttpResponse:
    """What the filters of the log can be set to."""
    return JsonResponse(lines.choices(cluster_for(request, name)))


@in_json
@require_GET
def line(request: HttpRequest, name: str, revision: int) -> HttpResponse:
    """The chain of causes behind one line of the log, effect first, root last."""
    chain = why.chain_of(cluster_for(request, name), min(revision, _LARGEST))
    if chain is None:
        raise Http404(_("The log has no line {revision} any more.").format(revision=revision))
    return JsonResponse(chain)


def _text(request: HttpRequest, field: str) -> str:
    given = request.GET.get(field, "")
    if len(given) > _LONGEST or "\0" in given:
        raise NotUnderstood(_("{field} must be a text of at most {most} letters.").format(field=field, most=_LONGEST))
    return given


def _before(request: HttpRequest) -> int | None:
    given = request.GET.get("before")
    if given is None:
        return None
    if not (given.isascii() and given.isdigit() and len(given) < 19):
        raise NotUnderstood(_("{which} must be a revision.").format(which="before"))
    return int(given)
