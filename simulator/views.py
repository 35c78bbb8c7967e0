"""The pages, and the page's own questions in JSON: steer the clock, where would this pod fit, why is it so."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import orjson
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from simulator import access, clusters, reading, schema, store, why
from simulator.decoding import WrongType, decode
from simulator.engine.errors import StatusError
from simulator.engine.registry import KINDS, Key
from simulator.engine.scheduler import trace
from simulator.engine.world import World
from simulator.live import frames
from simulator.models import Cluster

_LARGEST = 1 << 20

View = Callable[..., HttpResponse]


def in_json(view: View) -> View:
    """A view for scripts: what is not there for them is said in JSON."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Http404 as error:
            return JsonResponse({"message": str(error)}, status=404)

    return answered


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The clusters that one may see; with just one, that one."""
    seen = [cluster for cluster in Cluster.objects.all() if access.allowed(request, cluster)]
    if len(seen) == 1:
        return redirect("cluster", name=seen[0].name)
    return render(request, "home.html", {"clusters": seen})


@require_GET
def cluster_page(request: HttpRequest, name: str) -> HttpResponse:
    cluster = _find(request, name)
    config = {
        "cluster": cluster.name,
        "ws": f"/ws/c/{cluster.name}/",
        "api": f"/k8s/{cluster.name}",
        "csrf": get_token(request),
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
    }
    return render(request, "cluster.html", {"cluster": cluster, "config": config})


@in_json
@require_POST
def control(request: HttpRequest, name: str) -> HttpResponse:
    cluster = _find(request, name)
    return _answer(request, lambda asked: _control(cluster, asked))


def _control(cluster: Cluster, asked: dict[str, Any]) -> Any:
    if asked.get("do") == "reset":
        clusters.reset(cluster)
        return frames.clock(Cluster.objects.get(pk=cluster.pk))
    steered = clusters.control(cluster, asked.get("do", ""), speed=asked.get("speed"), by=asked.get("by"))
    return frames.clock(steered)


@in_json
@require_POST
def feasible(request: HttpRequest, name: str) -> HttpResponse:
    """For each node, whether the scheduler's filters would let this pod onto it, and which one refuses."""
    cluster = _find(request, name)
    return _answer(request, lambda asked: {"nodes": _feasible(cluster, asked)})


def _feasible(cluster: Cluster, asked: dict[str, Any]) -> list[dict[str, Any]]:
    body = asked.get("pod")
    if not isinstance(body, dict):
        raise clusters.NotUnderstood(_("The request needs a pod."))
    kind = KINDS["pods"]
    try:
        body, complaints = decode(body, schema.of_kind(kind))
    except WrongType as error:
        raise clusters.NotUnderstood(str(error)) from error
    if complaints:
        raise clusters.NotUnderstood(", ".join(one.message for one in complaints))
    given = {key: value for key, value in (body.get("metadata") or {}).items() if value}
    body = {**body, "metadata": {"name": "carried", "namespace": "default", **given}}
    made: list[dict[str, Any]] = []

    def try_out(work: store.Transaction) -> None:
        cause = why.asked("feasible")
        made.append(work.create(kind, body, cause))

    store.write(cluster, try_out, dry_run=True)
    answer = trace.trace(_world(cluster), made[0])
    return [
        {
            "name": node["name"],
            "feasible": node["filter"] is None,
            "plugin": node["filter"] and node["filter"]["plugin"],
            "reasons": node["filter"]["reasons"] if node["filter"] else [],
        }
        for node in answer["nodes"]
    ]


def _world(cluster: Cluster) -> World:
    """The nodes, pods and namespaces of a cluster as a world that only the scheduler looks at."""
    world = World(seed=cluster.seed, now=store.instant(cluster, store.wall()), revision=cluster.revision)
    reader = reading.DatabaseReader(cluster)
    for resource in ("namespaces", "nodes", "pods"):
        for body in reader.list(resource):
            world.load(resource, body)
    return world


@in_json
@require_GET
def trace_json(request: HttpRequest, name: str, namespace: str, pod: str) -> HttpResponse:
    """The scheduler's view of one pod on the cluster as it is now, node by node."""
    cluster = _find(request, name)
    body = reading.DatabaseReader(cluster).get("pods", namespace, pod)
    if body is None:
        return JsonResponse({"message": f'pods "{pod}" not found'}, status=404)
    unbound = {**body, "spec": {key: value for key, value in body["spec"].items() if key != "nodeName"}}
    return JsonResponse(trace.trace(_world(cluster), unbound))


@in_json
@require_GET
def why_json(request: HttpRequest, name: str, resource: str, namespace: str, object_name: str) -> HttpResponse:
    """The chain of causes behind an object as it is now, effect first, root last."""
    cluster = _find(request, name)
    key = Key("" if namespace == "-" else namespace, object_name)
    chain = why.chain(cluster, resource, key)
    if chain is None:
        return JsonResponse({"message": f'{resource} "{object_name}" not found'}, status=404)
    return JsonResponse(chain)


def _find(request: HttpRequest, name: str) -> Cluster:
    cluster = reading.find_cluster(name)
    if cluster is None or not access.allowed(request, cluster) or "\0" in request.path:  # PostgreSQL chokes on NUL
        raise Http404(_("There is no cluster of this name for you."))
    return cluster


def _answer(request: HttpRequest, work: Callable[[dict[str, Any]], Any]) -> HttpResponse:
    """Reads a JSON object, does the work, and answers in JSON whatever happens."""
    try:
        asked = orjson.loads(request.body[:_LARGEST])
        if not isinstance(asked, dict):
            raise clusters.NotUnderstood(_("The request must be a JSON object."))
        return JsonResponse(work(asked))
    except orjson.JSONDecodeError as error:
        return JsonResponse({"message": f"not JSON: {error}"}, status=400)
    except clusters.NotUnderstood as error:
        return JsonResponse({"message": str(error)}, status=400)
    except StatusError as error:
        return JsonResponse(error.status(), status=error.code)
