"""The page's questions about the scheduler, in JSON."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from simulator.clusters import NotUnderstood
from simulator.engine.registry import Key
from simulator.questions import asked_by, cluster_for, in_json
from simulator.scheduling import decisions, overview, what_if


@in_json
@require_GET
def trace(request: HttpRequest, name: str, namespace: str, pod: str) -> HttpResponse:
    """A decision about one pod, node by node: the newest up to ?revision=, else the one that put it where it is."""
    cluster = cluster_for(request, name)
    revision = request.GET.get("revision")
    if revision is not None and not (revision.isascii() and revision.isdigit() and len(revision) < 19):
        raise NotUnderstood(_("The revision must be a number."))
    return JsonResponse(decisions.trace_of(cluster, Key(namespace, pod), None if revision is None else int(revision)))


@in_json
@require_POST
def feasible(request: HttpRequest, name: str) -> HttpResponse:
    """For each node, whether the scheduler's filters would let this pod onto it, and which one refuses."""
    cluster = cluster_for(request, name)
    return JsonResponse({"nodes": what_if.feasible(cluster, asked_by(request))})


@in_json
@require_POST
def compare(request: HttpRequest, name: str) -> HttpResponse:
    """The same pod under two configurations."""
    cluster = cluster_for(request, name)
    return JsonResponse({"answers": what_if.compare(cluster, asked_by(request))})


@in_json
@require_POST
def fit(request: HttpRequest, name: str) -> HttpResponse:
    """How many more replicas of a pod fit, and what stops the next one."""
    cluster = cluster_for(request, name)
    return JsonResponse(what_if.fit(cluster, asked_by(request)))


@in_json
@require_GET
def scheduler(request: HttpRequest, name: str) -> HttpResponse:
    """The configuration that runs, and the pods that the scheduler has in hand."""
    return JsonResponse(overview.overview(cluster_for(request, name)))


@in_json
@require_POST
def check(request: HttpRequest, name: str) -> HttpResponse:
    """What is wrong with the text of a configuration, and the profiles that it comes to."""
    cluster_for(request, name)
    return JsonResponse(overview.check(asked_by(request)))
