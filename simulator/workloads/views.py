"""The page's questions about workloads, in JSON."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from simulator import store
from simulator.clusters import NotUnderstood
from simulator.engine.clock import SECOND
from simulator.engine.registry import Key
from simulator.questions import cluster_for, in_json
from simulator.workloads import deployments, histories, other_sets

_LONGEST = 86_400 * 30
_COURSES = {"deployments.apps": deployments.of, **dict.fromkeys(other_sets.RESOURCES, other_sets.of)}


@in_json
@require_GET
def rollout(request: HttpRequest, name: str, resource: str, namespace: str, workload: str) -> HttpResponse:
    """A workload's pods over time, of the ?last= seconds, else since its template changed last."""
    cluster = cluster_for(request, name)
    if resource not in _COURSES:
        raise Http404(_("{resource} have no rollout.").format(resource=resource))
    last = _number(request, "last", _LONGEST)
    now = store.instant(cluster, store.wall())
    told = _COURSES[resource](cluster, resource, Key(namespace, workload), now, None if last is None else last * SECOND)
    return JsonResponse(told)


@in_json
@require_GET
def history(request: HttpRequest, name: str, resource: str, namespace: str, workload: str) -> HttpResponse:
    """The revisions of a workload's template that are kept, newest first, each with what would bring it back."""
    cluster = cluster_for(request, name)
    return JsonResponse({"revisions": histories.of(cluster, resource, Key(namespace, workload))})


@in_json
@require_GET
def diff(request: HttpRequest, name: str, resource: str, namespace: str, workload: str) -> HttpResponse:
    """Line by line, how the pod template of revision ?to= differs from that of ?from=."""
    cluster = cluster_for(request, name)
    old, new = _number(request, "from", 1 << 62), _number(request, "to", 1 << 62)
    if old is None or new is None:
        raise NotUnderstood(_("The request needs two revisions, from and to."))
    return JsonResponse({"lines": histories.diff(cluster, resource, Key(namespace, workload), old, new)})


def _number(request: HttpRequest, which: str, most: int) -> int | None:
    text = request.GET.get(which)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= most):
        raise NotUnderstood(_("{which} must be a whole number, at most {most}.").format(which=which, most=most))
    return int(text)
