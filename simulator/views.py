"""The pages, and two of the page's own questions: steer the clock, why is it so."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from simulator import access, clusters, why
from simulator.access import May, Visitor
from simulator.demos import seats
from simulator.engine.registry import KINDS, Key
from simulator.live import frames
from simulator.models import Cluster
from simulator.questions import asked_by, cluster_for, in_json


@require_GET
def cluster_page(request: HttpRequest, name: str) -> HttpResponse:
    cluster = cluster_for(request, name)
    visitor = Visitor.of(request)
    if access.owns(visitor, cluster) and visitor.user is None:
        request.session.modified = True  # a guest's cluster lives as long as the session: each visit prolongs it
    return render(request, "cluster.html", {"cluster": cluster, "config": page_config(request, cluster)})


def page_config(request: HttpRequest, cluster: Cluster) -> dict[str, Any]:
    """What a page with a cluster's picture has to know."""
    name, visitor = cluster.name, Visitor.of(request)
    return {
        "cluster": cluster.name,
        "ws": f"/ws/c/{cluster.name}/",
        "api": f"/k8s/{cluster.name}",
        "csrf": get_token(request),
        "mayChange": access.may(visitor, cluster) >= May.CHANGE,
        "lang": get_language(),
        "kinds": [
            {
                "resource": kind.resource,
                "kind": kind.kind,
                "plural": kind.plural,
                "group": kind.group,
                "version": kind.version,
                "namespaced": kind.namespaced,
            }
            for kind in KINDS
        ],
        "urls": {
            "control": reverse("control", args=[name]),
            "feasible": reverse("feasible", args=[name]),
            "why": f"/c/{name}/why/",
            "setLanguage": reverse("set_language"),
        },
        "record": reverse("demo-record", args=[name]) if access.may_present(request) else "",
        "presentation": seats.left(request, cluster),
    }


@in_json
@require_POST
def control(request: HttpRequest, name: str) -> HttpResponse:
    cluster = cluster_for(request, name, May.CHANGE)
    return JsonResponse(_control(cluster, asked_by(request)))


def _control(cluster: Cluster, asked: dict[str, Any]) -> Any:
    if asked.get("do") == "reset":
        clusters.reset(cluster)
        return frames.clock(Cluster.objects.get(pk=cluster.pk))
    steered = clusters.control(cluster, asked.get("do", ""), speed=asked.get("speed"), by=asked.get("by"))
    return frames.clock(steered)


@in_json
@require_GET
def why_json(request: HttpRequest, name: str, resource: str, namespace: str, object_name: str) -> HttpResponse:
    """The chain of causes behind an object as it is now, effect first, root last."""
    cluster = cluster_for(request, name)
    key = Key("" if namespace == "-" else namespace, object_name)
    chain = why.chain(cluster, resource, key)
    if chain is None:
        return JsonResponse({"message": f'{resource} "{object_name}" not found'}, status=404)
    return JsonResponse(chain)
