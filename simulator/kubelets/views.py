"""The page's questions about the kubelets, in JSON."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from simulator import store
from simulator.clusters import NotUnderstood
from simulator.engine.clock import SECOND
from simulator.engine.objects import instant_of, micro_timestamp
from simulator.engine.registry import Instant, Key
from simulator.kubelets import anatomy, comparisons, memory, pressures
from simulator.kubelets import nodes_use as use_of_nodes
from simulator.kubelets import use as use_over_time
from simulator.questions import asked_by, cluster_for, in_json, state_for

_SHOWN = 600
_LONGEST = 86_400 * SECOND


@in_json
@require_GET
def pod(request: HttpRequest, name: str, namespace: str, pod: str) -> HttpResponse:
    """What a pod is made of now or ?at= an instant, and its probes until then.

    The probes are those from ?since= until ?until=, or of the ?last= seconds before that.
    """
    state = state_for(request, name)
    since, until = _span(request, state.now)
    return JsonResponse(anatomy.of(state, Key(namespace, pod), since, until))


@in_json
@require_GET
def use(request: HttpRequest, name: str, namespace: str, pod: str) -> HttpResponse:
    """What a pod used in the same span, which ends now at the latest; of one that is gone, before it went."""
    cluster = cluster_for(request, name)
    now = store.instant(cluster, store.wall())
    since, until = _span(request, now)
    if until > now:
        raise NotUnderstood(_("The cluster has not got there yet: it is {now}.").format(now=micro_timestamp(now)))
    return JsonResponse(use_over_time.of(cluster, Key(namespace, pod), since, until))


@in_json
@require_GET
def windows(request: HttpRequest, name: str, namespace: str, pod: str) -> HttpResponse:
    """Ten periods of the CPU quota of the ?container= until ?at=, or now."""
    cluster = cluster_for(request, name)
    now = store.instant(cluster, store.wall())
    at = min(_instant(request, "at", now), now)
    return JsonResponse(use_over_time.windows(cluster, Key(namespace, pod), request.GET.get("container", ""), at))


@in_json
@require_GET
def nodes_use(request: HttpRequest, name: str) -> HttpResponse:
    """What each node uses now or ?at= an instant."""
    return JsonResponse(use_of_nodes.of(state_for(request, name)))


@in_json
@require_GET
def cgroups(request: HttpRequest, name: str, node: str) -> HttpResponse:
    """The tree of a node's cgroups now or ?at= an instant."""
    return JsonResponse(memory.cgroups_of(state_for(request, name), node))


@in_json
@require_GET
def pressure(request: HttpRequest, name: str, node: str) -> HttpResponse:
    """What a node's eviction manager sees now or ?at= an instant, and the course of its memory and disk around then."""
    return JsonResponse(pressures.of(state_for(request, name), node))


@in_json
@require_POST
def compare(request: HttpRequest, name: str, node: str) -> HttpResponse:
    """The cluster run ahead twice from now or ?at= an instant: under a node's hard thresholds, and a soft one too."""
    return JsonResponse(comparisons.compare(state_for(request, name), node, asked_by(request)))


def _span(request: HttpRequest, now: Instant) -> tuple[Instant, Instant]:
    until = _instant(request, "until", now)
    since = _instant(request, "since", until - _seconds(request) * SECOND)
    if not 0 <= until - since <= _LONGEST:
        raise NotUnderstood(_("The span must end after it begins, and be no longer than a day."))
    return since, until


def _seconds(request: HttpRequest) -> int:
    text = request.GET.get("last", str(_SHOWN))
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise NotUnderstood(_("{which} must be a number of seconds.").format(which="last"))
    return int(text)


def _instant(request: HttpRequest, which: str, default: Instant) -> Instant:
    text = request.GET.get(which)
    if text is None:
        return default
    try:
        return instant_of(text)
    except (ValueError, TypeError):
        raise NotUnderstood(_("{which} must be an instant as in RFC 3339.").format(which=which)) from None
