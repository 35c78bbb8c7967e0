"""How the page's questions are answered: in JSON, for those who may ask, and in words where one makes no sense."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import orjson
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from simulator import access, clusters, reading, states
from simulator.access import May, Visitor
from simulator.engine.errors import StatusError
from simulator.models import Cluster
from simulator.states import State

_LARGEST = 1 << 20

View = Callable[..., HttpResponse]


def in_json(view: View) -> View:
    """A view for scripts: what is wrong with the question, and what is not there for them, is said in JSON."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Http404 as error:
            return JsonResponse({"message": str(error)}, status=404)
        except clusters.NotUnderstood as error:
            return JsonResponse({"message": str(error), **error.details}, status=400)
        except reading.Compacted:
            message = _("That was too long ago: the log of the cluster no longer reaches back so far.")
            return JsonResponse({"message": message}, status=410)
        except PermissionDenied as error:
            return JsonResponse({"message": str(error)}, status=403)
        except StatusError as error:
            return JsonResponse(error.status(), status=error.code)

    return answered


def cluster_for(request: HttpRequest, name: str, least: May = May.LOOK) -> Cluster:
    """The cluster of this name. Raises Http404 where there is none for whoever asks.

    Raises PermissionDenied for those who may look at it but not do what `least` says.
    """
    cluster = reading.find_cluster(name)
    given = May.NOTHING if cluster is None else access.may(Visitor.of(request), cluster)
    if cluster is None or given == May.NOTHING or "\0" in request.path:  # PostgreSQL chokes on NUL
        raise Http404(_("There is no cluster of this name for you."))
    if given < least:
        raise PermissionDenied(_("This cluster is shared with you to look at, not to change."))
    return cluster


def state_for(request: HttpRequest, name: str) -> State:
    """The cluster of this name as it is, or as it was ?at= an instant in microseconds. Raises as `cluster_for`.

    Raises NotUnderstood and reading.Compacted where there is nothing of that instant to show.
    """
    cluster, given = cluster_for(request, name), request.GET.get("at")
    if given is not None and not (given.isascii() and given.isdigit() and len(given) < 19):
        raise clusters.NotUnderstood(_("at must be an instant, in microseconds."))
    return states.of(cluster, None if given is None else int(given))


def asked_by(request: HttpRequest) -> dict[str, Any]:
    """The JSON object that was sent. Raises NotUnderstood."""
    try:
        asked = orjson.loads(request.body[:_LARGEST])
    except orjson.JSONDecodeError as error:
        raise clusters.NotUnderstood(f"not JSON: {error}") from None
    if not isinstance(asked, dict):
        raise clusters.NotUnderstood(_("The request must be a JSON object."))
    return asked
