"""The spec of an Ingress.

Follows ValidateIngressSpec in pkg/apis/networking/validation/validation.go, v1.34.
"""

from __future__ import annotations

from ..errors import FieldError, invalid_value, not_supported, required
from ..registry import Body
from . import names
from .addresses import is_ip
from .fields import formed, named
from .references import local_reference

_PATH_TYPES = ("Exact", "ImplementationSpecific", "Prefix")
_SEQUENCES = ("//", "/./", "/../", "%2f", "%2F")
_SUFFIXES = ("/..", "/.")
_ABSOLUTE = "must be an absolute path"


def ingress_spec(field: str, spec: Body) -> list[FieldError]:
    rules, backend = spec.get("rules") or [], spec.get("defaultBackend")
    errors: list[FieldError] = []
    if not rules and backend is None:
        detail = "either `defaultBackend` or `rules` must be specified"
        errors.append(invalid_value(field, spec.get("rules"), detail))
    if backend is not None:
        errors += _backend(f"{field}.defaultBackend", backend)
    for position, rule in enumerate(rules):
        errors += _rule(f"{field}.rules[{position}]", rule)
    for position, one in enumerate(spec.get("tls") or ()):
        errors += _tls(f"{field}.tls[{position}]", one)
    if spec.get("ingressClassName") is not None:
        errors += formed(f"{field}.ingressClassName", spec["ingressClassName"], names.dns_subdomain)
    return errors


def _host(field: str, host: str) -> list[FieldError]:
    return formed(field, host, names.wildcard_subdomain if "*" in host else names.dns_subdomain)


def _tls(field: str, one: Body) -> list[FieldError]:
    errors: list[FieldError] = []
    for position, host in enumerate(one.get("hosts") or ()):
        errors += _host(f"{field}.hosts[{position}]", host)
    if one.get("secretName"):
        errors += formed(f"{field}.secretName", one["secretName"], names.dns_subdomain)
    return errors


def _rule(field: str, rule: Body) -> list[FieldError]:
    host, http = rule.get("host") or "", rule.get("http")
    errors: list[FieldError] = []
    if is_ip(host):
        errors.append(invalid_value(f"{field}.host", host, "must be a DNS name, not an IP address"))
    errors += _host(f"{field}.host", host) if host else []
    if http is None:
        return errors
    paths = http.get("paths") or []
    if not paths:
        errors.append(required(f"{field}.http.paths"))
    for position, one in enumerate(paths):
        errors += _path(f"{field}.http.paths[{position}]", one)
    return errors


def _path(field: str, one: Body) -> list[FieldError]:
    kind, path, at = one.get("pathType"), one.get("path") or "", f"{field}.path"
    if kind is None:
        return [required(f"{field}.pathType", "pathType must be specified")]
    errors: list[FieldError] = []
    match kind:
        case "Exact" | "Prefix":
            errors += [] if path.startswith("/") else [invalid_value(at, path, _ABSOLUTE)]
            errors += [invalid_value(at, path, f"must not contain '{one}'") for one in _SEQUENCES if one in path]
            errors += [invalid_value(at, path, f"cannot end with '{one}'") for one in _SUFFIXES if path.endswith(one)]
        case "ImplementationSpecific":
            errors += [invalid_value(at, path, _ABSOLUTE)] if path and not path.startswith("/") else []
        case _:
            errors.append(not_supported(f"{field}.pathType", kind, _PATH_TYPES))
    return errors + _backend(f"{field}.backend", one.get("backend") or {})


def _backend(field: str, backend: Body) -> list[FieldError]:
    resource, service = backend.get("resource"), backend.get("service")
    if resource is not None and service is not None:
        return [invalid_value(field, "", "cannot set both resource and service backends")]
    if resource is not None:
        return local_reference(f"{field}.resource", resource)
    if service is None:
        return [invalid_value(field, "", "resource or service backend is required")]
    errors = named(f"{field}.service.name", service.get("name"), names.dns_1035_label)
    port = service.get("port") or {}
    name, number = port.get("name") or "", port.get("number") or 0
    at = f"{field}.service.port"
    if name and number:
        errors.append(invalid_value(field, "", "cannot set both port name & port number"))
    elif name:
        errors += formed(f"{at}.name", name, names.port_name)
    elif number:
        errors += [invalid_value(f"{at}.number", number, message) for message in names.port_number(number)]
    else:
        errors.append(required(field, "port name or number is required"))
    return errors
