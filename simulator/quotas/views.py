"""The page's questions about quotas and limits, now or ?at= an instant, in JSON."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from simulator.questions import in_json, state_for
from simulator.quotas import overview


@in_json
@require_GET
def namespaces(request: HttpRequest, name: str) -> HttpResponse:
    """The namespaces, and how full their fullest quotas are."""
    return JsonResponse({"namespaces": overview.namespaces(state_for(request, name))})


@in_json
@require_GET
def namespace(request: HttpRequest, name: str, namespace: str) -> HttpResponse:
    """What bounds one namespace, what was filled in and what was refused there."""
    told = overview.of(state_for(request, name), namespace)
    if told is None:
        raise Http404(_('There is no namespace "{name}".').format(name=namespace))
    return JsonResponse(told)
