"""The page's questions about autoscalers, in JSON."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from simulator import store
from simulator.autoscaling import charts, comparisons
from simulator.clusters import NotUnderstood
from simulator.engine.clock import SECOND
from simulator.engine.registry import Key
from simulator.questions import asked_by, cluster_for, in_json

_SHOWN, _LONGEST = 1_800, 86_400


@in_json
@require_GET
def listed(request: HttpRequest, name: str) -> HttpResponse:
    """The autoscalers of the cluster."""
    return JsonResponse({"autoscalers": charts.listed(cluster_for(request, name))})


@in_json
@require_GET
def chart(request: HttpRequest, name: str, namespace: str, autoscaler: str) -> HttpResponse:
    """What an autoscaler saw and did in the ?last= seconds."""
    cluster = cluster_for(request, name)
    text = request.GET.get("last", str(_SHOWN))
    if not (text.isascii() and text.isdigit() and len(text) < 10 and 0 < int(text) <= _LONGEST):
        raise NotUnderstood(_("{which} must be a number of seconds, up to a day.").format(which="last"))
    now = store.instant(cluster, store.wall())
    return JsonResponse(charts.of(cluster, Key(namespace, autoscaler), now - int(text) * SECOND, now))


@in_json
@require_POST
def compare(request: HttpRequest, name: str, namespace: str, autoscaler: str) -> HttpResponse:
    """The cluster run ahead twice from now, the autoscaler with one behavior and with another."""
    cluster = cluster_for(request, name)
    return JsonResponse(comparisons.compare(cluster, Key(namespace, autoscaler), asked_by(request)))
