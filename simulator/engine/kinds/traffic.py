"""Traffic: clients that send requests to a Service, an Ingress or a Pod. One of our own kinds.

What its requests do is `workloads/traffic/`; here are its fields, its rules and how it is shown.
"""

from __future__ import annotations

from typing import Any

from .. import quantity
from ..definitions.traffic import METHODS, SCHEMES, TARGETS, TRAFFIC
from ..errors import FieldError, forbidden_value, invalid_value, required
from ..objects import condition, fill_in, get_in, spec_of, status_of
from ..printing import AGE, NAME, NONE, UNKNOWN, field, selector_text
from ..registry import Body, Column, Instant, Kind, status_part
from ..validation import names
from ..validation.conditions import conditions
from ..validation.fields import formed, named, one_of, port
from ..validation.selectors import label_selector
from ..validation.usage import amount, curves, positive
from ..validation.workloads import figures
from ..workloads.traffic.flows import is_sound, settled

_DEFAULTS: dict[str, Any] = {
    "clients": 1,
    "method": "GET",
    "path": "/",
    "keepAlive": False,
    "timeoutSeconds": 10,
    "startAfterSeconds": 0,
    "suspend": False,
}


def _default(body: Body) -> Body:
    held = body.get("spec") or {}
    spec = fill_in(held, **_DEFAULTS)
    ingress = get_in(spec, "target", "ingress")
    if ingress is not None and not ingress.get("scheme"):
        spec = {**spec, "target": {**spec["target"], "ingress": {**ingress, "scheme": "HTTP"}}}
    return body if spec is held else {**body, "spec": spec}


def _prepare_create(body: Body) -> Body:
    return body if "status" in body else {**body, "status": {}}


def _validate(body: Body) -> list[FieldError]:
    spec = spec_of(body)
    errors = _target("spec.target", spec.get("target") or {})
    errors += _source_errors("spec.source", spec.get("source") or {})
    errors += positive("spec.clients", spec.get("clients"))
    errors += _pace(spec)
    errors += one_of("spec.method", spec.get("method"), METHODS)
    if not (spec.get("path") or "").startswith("/"):
        errors.append(invalid_value("spec.path", spec.get("path") or "", "must be an absolute path"))
    for position, header in enumerate(spec.get("headers") or ()):
        errors += formed(f"spec.headers[{position}].name", header.get("name") or "", names.header_name)
    errors += figures("spec", spec, "startAfterSeconds")
    errors += positive("spec.durationSeconds", spec.get("durationSeconds"))
    return errors + positive("spec.timeoutSeconds", spec.get("timeoutSeconds"))


def _source_errors(at: str, source: Body) -> list[FieldError]:
    errors = label_selector(f"{at}.podSelector", source.get("podSelector"))
    if source.get("pod") is None:
        return errors
    if source.get("podSelector") is not None:
        errors.append(forbidden_value(f"{at}.pod", "may not be specified when podSelector is specified"))
    return errors + formed(f"{at}.pod", source["pod"], names.dns_subdomain)


def _pace(spec: Body) -> list[FieldError]:
    """How often clients ask: at a rate, or after a pause."""
    errors = curves("spec.curves", spec.get("curves") or [])
    if spec.get("pauseMilliseconds") is None:
        return errors + ([required("spec.rate")] if spec.get("rate") is None else amount("spec.rate", spec["rate"]))
    for key in ("rate", "curves"):
        if spec.get(key):
            errors.append(forbidden_value(f"spec.{key}", "may not be specified when pauseMilliseconds is specified"))
    return errors + figures("spec", spec, "pauseMilliseconds")


def _target(at: str, target: Body) -> list[FieldError]:
    given = [key for key in TARGETS if target.get(key) is not None]
    if not given:
        return [required(at, "must specify one of: `service`, `ingress`, `pod`")]
    first, *more = given
    held, errors = target[first], [] if not more else _too_many(at, more)
    if first == "ingress":
        errors += named(f"{at}.ingress.host", held.get("host"), names.dns_subdomain)
        return errors + one_of(f"{at}.ingress.scheme", held.get("scheme"), SCHEMES)
    check = names.dns_1035_label if first == "service" else names.dns_subdomain
    errors += named(f"{at}.{first}.name", held.get("name"), check)
    if first == "service" and held.get("namespace") is not None:
        errors += formed(f"{at}.service.namespace", held["namespace"], names.dns_label)
    return errors + (port(f"{at}.{first}.port", held["port"]) if held.get("port") is not None else [])


def _too_many(at: str, more: list[str]) -> list[FieldError]:
    return [forbidden_value(f"{at}.{key}", "may not specify more than 1 target") for key in more]


def _validate_status(new: Body, old: Body) -> list[FieldError]:
    status = status_of(new)
    errors = figures("status", status, "observedGeneration")
    if status.get("flow") is not None and not is_sound(new):
        errors.append(invalid_value("status.flow", "", "must be as the traffic-controller writes it"))
    return errors + conditions("status.conditions", status.get("conditions") or [])


def _shown_target(body: Body, now: Instant) -> str:
    target = spec_of(body).get("target") or {}
    for key in ("service", "pod"):
        if target.get(key) is not None:
            text = f"{key}/{target[key].get('name', '')}"
            return f"{text}:{target[key]['port']}" if target[key].get("port") is not None else text
    ingress = target.get("ingress")
    return f"{ingress.get('scheme', 'HTTP').lower()}://{ingress.get('host', '')}" if ingress else NONE


def _source(body: Body, now: Instant) -> str:
    source = spec_of(body).get("source") or {}
    if source.get("pod"):
        return f"pod/{source['pod']}"
    chosen = source.get("podSelector")
    return "<external>" if chosen is None else selector_text(chosen)


def _rate(body: Body, now: Instant) -> str:
    """The rate that is asked for; of clients that wait for answers, the one that comes of it."""
    said = spec_of(body).get("rate")
    flow = settled(body) if said is None else None
    if flow is None:
        return NONE if said is None else str(said)
    return quantity.from_milli(round(flow.service.served(flow.rate(max(now, flow.since))) * 1000))


def _flowing(body: Body, now: Instant) -> str:
    held = condition(body, "Flowing") or {}
    return held.get("reason") or UNKNOWN


def _backends(body: Body, now: Instant) -> int:
    held = status_of(body).get("backends")
    return held if isinstance(held, int) else 0


def _latency(body: Body, now: Instant) -> str:
    flow = settled(body)
    if flow is None or not flow.service.served(flow.rate(max(now, flow.since))):
        return NONE
    return f"{round(flow.service.seconds(flow.rate(max(now, flow.since))) * 1000)}ms"


def _errors(body: Body, now: Instant) -> str:
    flow = settled(body)
    rate = flow.rate(max(now, flow.since)) if flow is not None else None
    if flow is None or not rate:
        return NONE
    return f"{round(flow.service.failing(rate) / rate * 100)}%"


KIND = Kind(
    group="sim.k8sviz.io",
    version="v1",
    kind="Traffic",
    plural="traffics",
    categories=("sim",),
    columns=(
        NAME,
        Column("Target", _shown_target, description="Whom the requests are for."),
        Column("Rate", _rate, description="Requests per second of all clients together."),
        Column("Clients", field("spec", "clients", default=1), "integer", description="How many clients there are."),
        Column(
            "Suspend",
            lambda body, now: str(bool(spec_of(body).get("suspend"))),
            "boolean",
            description="Whether requests are held back.",
        ),
        Column("Flowing", _flowing, description="Whether requests are answered, or why not."),
        Column("Backends", _backends, "integer", description="How many pods answer."),
        Column("Latency", _latency, description="How long an answer takes on average."),
        Column("Errors", _errors, description="How many of a hundred requests fail."),
        AGE,
        Column("Source", _source, priority=1, description="The pods that send the requests, by their labels."),
        Column("Method", field("spec", "method"), priority=1, description="The HTTP method."),
        Column("Path", field("spec", "path"), priority=1, description="The path that is asked for."),
    ),
    default=_default,
    prepare_create=_prepare_create,
    validate=_validate,
    parts=status_part(_validate_status),
    definition=TRAFFIC,
)
