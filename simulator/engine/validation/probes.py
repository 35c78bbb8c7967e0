"""Probes and lifecycle hooks.

Follows validateProbe and validateHandler in pkg/apis/core/validation/validation.go, v1.34.
"""

from __future__ import annotations

from ..errors import FieldError, forbidden_value, invalid_value, not_supported, required
from ..registry import Body
from . import names
from .fields import formed, not_negative, port

_FIGURES = ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")


def probe(field: str, kind: str, held: Body | None, grace: int | None) -> list[FieldError]:
    """`kind` is the probe's key in the container, such as `livenessProbe`."""
    if held is None:
        return []
    errors = _handler(field, held, ("exec", "httpGet", "tcpSocket", "grpc"), grace)
    for key in _FIGURES:
        errors += not_negative(f"{field}.{key}", held.get(key))
    own = held.get("terminationGracePeriodSeconds")
    if own is not None and own <= 0:
        errors.append(invalid_value(f"{field}.terminationGracePeriodSeconds", own, "must be greater than 0"))
    if own is not None and kind == "readinessProbe":
        detail = "must not be set for readinessProbes"
        errors.append(invalid_value(f"{field}.terminationGracePeriodSeconds", own, detail))
    if kind != "readinessProbe" and held.get("successThreshold") != 1:
        errors.append(invalid_value(f"{field}.successThreshold", held.get("successThreshold"), "must be 1"))
    return errors


def lifecycle(field: str, held: Body | None, grace: int | None) -> list[FieldError]:
    errors: list[FieldError] = []
    for key in ("postStart", "preStop"):
        if held and held.get(key) is not None:
            errors += _handler(f"{field}.{key}", held[key], ("exec", "httpGet", "tcpSocket", "sleep"), grace)
    return errors


def _handler(field: str, held: Body, kinds: tuple[str, ...], grace: int | None) -> list[FieldError]:
    given = [kind for kind in kinds if held.get(kind) is not None]
    if not given:
        return [required(field, "must specify a handler type")]
    errors = _action(f"{field}.{given[0]}", given[0], held[given[0]], grace)
    detail = "may not specify more than 1 handler type"
    return errors + [forbidden_value(f"{field}.{kind}", detail) for kind in given[1:]]


def _action(field: str, kind: str, action: Body, grace: int | None) -> list[FieldError]:
    match kind:
        case "exec":
            return [] if action.get("command") else [required(f"{field}.command")]
        case "httpGet":
            return _http(field, action)
        case "sleep":
            seconds = action.get("seconds") or 0
            if grace is None or 0 <= seconds <= grace:
                return []
            detail = f"must be non-negative and less than terminationGracePeriodSeconds ({grace})"
            return [invalid_value(field, seconds, detail)]
    return port(f"{field}.port", action.get("port"))


def _http(field: str, action: Body) -> list[FieldError]:
    errors = [] if action.get("path") else [required(f"{field}.path")]
    errors += port(f"{field}.port", action.get("port"))
    scheme = action.get("scheme") or ""
    if scheme not in ("HTTP", "HTTPS"):
        errors.append(not_supported(f"{field}.scheme", scheme, ("HTTP", "HTTPS")))
    for header in action.get("httpHeaders") or ():
        errors += formed(f"{field}.httpHeaders", header.get("name") or "", names.header_name)
    return errors
