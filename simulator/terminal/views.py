"""The doors of the page's terminal: run a line, complete a line, fetch a kubeconfig."""

from __future__ import annotations

from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from simulator import access
from simulator.access import May, Visitor
from simulator.authentication import Caller
from simulator.clusters import NotUnderstood
from simulator.engine.rbac.subjects import ADMIN
from simulator.models import Cluster
from simulator.questions import asked_by, cluster_for, in_json
from simulator.terminal import completing, kubeconfigs, running
from simulator.terminal.client import Client

_SALT = "simulator.terminal"
_AGENT = "kubectl"
"""Causes tell of the terminal as they tell of kubectl: its requests are the same."""


@in_json
@require_POST
def run(request: HttpRequest, name: str) -> HttpResponse:
    """Runs the first command of a text, or goes on with one that was not finished."""
    cluster = cluster_for(request, name)
    asked = asked_by(request)
    text, namespace = _text(asked, "text"), _text(asked, "namespace") or "default"
    state = _state(asked, text)
    caller = _caller(request, cluster)
    outcome = running.run(cluster, caller, text, namespace=namespace, state=state)
    told: dict[str, Any] = {
        "out": outcome.out,
        "err": outcome.err,
        "code": outcome.code,
        "rest": outcome.rest,
        "links": outcome.links,
        "incomplete": outcome.incomplete,
        "namespace": outcome.namespace,
        "state": None,
        "hint": outcome.hint,
        "fetch": _fetch(request, name) if outcome.hint else "",
    }
    if outcome.state is not None:
        told["state"] = signing.dumps({"text": text, "state": outcome.state}, salt=_SALT, compress=True)
    return JsonResponse(told)


def _caller(request: HttpRequest, cluster: Cluster) -> Caller:
    """Whoever uses the page, as the cluster's API knows them."""
    may = access.may(Visitor.of(request), cluster)
    return Caller(ADMIN, _AGENT, is_onlooker=may < May.CHANGE)


def _text(asked: dict[str, Any], field: str) -> str:
    """Raises NotUnderstood."""
    text = asked.get(field, "")
    if not isinstance(text, str) or "\0" in text:  # PostgreSQL chokes on NUL
        raise NotUnderstood(_("{field} must be a text.").format(field=field))
    return text


def _state(asked: dict[str, Any], text: str) -> dict[str, Any] | None:
    """What the command left when it was to be asked again. Raises NotUnderstood."""
    if asked.get("state") is None:
        return None
    try:
        held = signing.loads(str(asked["state"]), salt=_SALT)
    except signing.BadSignature:
        held = {}
    if held.get("text") != text:
        raise NotUnderstood(_("That is not how this command goes on: run it anew."))
    state: dict[str, Any] = held["state"]
    return state


def _fetch(request: HttpRequest, name: str) -> str:
    """The line that fetches a kubeconfig."""
    address = request.build_absolute_uri(reverse("terminal-kubeconfig", args=[name]))
    return f"curl -so kubeconfig {address} && export KUBECONFIG=$PWD/kubeconfig"


@in_json
@require_POST
def complete(request: HttpRequest, name: str) -> HttpResponse:
    """What may stand where the cursor is."""
    cluster = cluster_for(request, name)
    asked = asked_by(request)
    line, namespace = _text(asked, "line"), _text(asked, "namespace") or "default"
    at = asked.get("at", len(line))
    if not isinstance(at, int) or not 0 <= at <= len(line):
        raise NotUnderstood(_("{field} must be a place in the line.").format(field="at"))
    caller = _caller(request, cluster)
    found = completing.complete(Client(cluster, caller), line[:at], namespace)
    return JsonResponse({"start": found.start, "choices": found.choices})


@in_json
@require_GET
def kubeconfig(request: HttpRequest, name: str) -> HttpResponse:
    """The settings with which the machine's own kubectl reaches this cluster; their token may do everything."""
    cluster = cluster_for(request, name, May.CHANGE)
    host = request.get_host()
    text = kubeconfigs.text_of(cluster, host=host, is_secure=request.is_secure())
    response = HttpResponse(text, content_type="application/yaml")
    response["Content-Disposition"] = 'attachment; filename="kubeconfig"'
    response["Cache-Control"] = "no-store"
    return response
