"""The page's questions about the scheduler, now or ?at= an instant, in JSON."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from simulator.clusters import NotUnderstood
from simulator.engine.registry import Key
from simulator.questions import asked_by, cluster_for, in_json, state_for
from simulator.scheduling import decisions, overview, what_if


@in_json
@require_GET
def trace(request: HttpRequest, name: str, namespace: str, pod: str) -> HttpResponse:
    """A decision about one pod, node by node: the newest up to ?revision=, else the one that put it where it is.

    Or where it was ?at= an instant.
    """
    state = state_for(request, name)
    revision = request.GET.get("revision")
    if revision is not None and not (revision.isascii() and revision.isdigit() and len(revision) < 19):
        raise NotUnderstood(_("The revision must be a number."))
    return JsonResponse(decisions.trace_of(state, Key(namespace, pod), None if revision is None else int(revision)))


@in_json
@require_POST
def feasible(request: HttpRequest, name: str) -> HttpResponse:
    """For each node, whether the scheduler's filters would let this pod onto it, and which one refuses."""
    return JsonResponse({"nodes": what_if.feasible(state_for(request, name), asked_by(request))})


@in_json
@require_POST
def compare(request: HttpRequest, name: str) -> HttpResponse:
    """The same pod under two configurations."""
    return JsonResponse({"answers": what_if.compare(state_for(request, name), asked_by(request))})


@in_json
@require_POST
def fit(request: HttpRequest, name: str) -> HttpResponse:
    """How many more replicas of a pod fit, and what stops the next one."""
    return JsonResponse(what_if.fit(state_for(request, name), asked_by(request)))


@in_json
@require_GET
def scheduler(request: HttpRequest, name: str) -> HttpResponse:
    """The configuration that runs, and the pods that the scheduler has in hand."""
    return JsonResponse(overview.overview(state_for(request, name)))


@in_json
@require_POST
def check(request: HttpRequest, name: str) -> HttpResponse:
    """What is wrong with the text of a configuration, and the profiles that it comes to."""
    cluster_for(request, name)
    return JsonResponse(overview.check(asked_by(request)))
