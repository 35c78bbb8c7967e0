"""Ingress: which HTTP requests from outside go to which Service.

Follows pkg/registry/networking/ingress/strategy.go, ValidateIngress in pkg/apis/networking/validation/validation.go and
printIngress in pkg/printers/internalversion/printers.go, v1.34.
"""

from __future__ import annotations

from ..errors import FieldError, invalid_value
from ..objects import annotations_of, get_in, spec_of, status_of
from ..printing import AGE, NAME, NONE, field
from ..registry import Body, Column, Instant, Kind, Part
from ..validation.addresses import ip
from ..validation.ingresses import ingress_spec
from ..validation.services import host

_OLD_CLASS = "kubernetes.io/ingress.class"
_SHOWN = 3


def _default(body: Body) -> Body:
    return body if body.get("spec") is not None else {**body, "spec": {}}


def _prepare_create(body: Body) -> Body:
    return body if "status" in body else {**body, "status": {"loadBalancer": {}}}


def _validate(body: Body) -> list[FieldError]:
    return ingress_spec("spec", spec_of(body))


def _validate_create(body: Body) -> list[FieldError]:
    old, new = annotations_of(body).get(_OLD_CLASS), spec_of(body).get("ingressClassName")
    if old is None or new is None or old == new:
        return []
    detail = "must match `ingressClassName` when both are specified"
    return [invalid_value(f"annotations.{_OLD_CLASS}", old, detail)]


def _validate_status(new: Body, old: Body) -> list[FieldError]:
    errors: list[FieldError] = []
    for position, one in enumerate(_given(new)):
        at = f"status.loadBalancer.ingress[{position}]"
        errors += ip(f"{at}.ip", one["ip"]) if one.get("ip") else []
        errors += host(f"{at}.hostname", one.get("hostname") or "")
    return errors


# --- kubectl get -------------------------------------------------------------------------------------------------


def _given(body: Body) -> list[Body]:
    held: list[Body] = get_in(status_of(body), "loadBalancer", "ingress", default=[])
    return held


def _hosts(body: Body, now: Instant) -> str:
    rules = spec_of(body).get("rules") or []
    hosts = [rule["host"] for rule in rules if rule.get("host")]
    if not hosts:
        return "*"
    # Upstream looks at rules until three hosts are found, and counts what is beyond them by rules.
    shown: list[str] = []
    for rule in rules:
        if len(shown) == _SHOWN:
            return f"{','.join(shown)} + {len(rules) - _SHOWN} more..."
        shown += [rule["host"]] if rule.get("host") else []
    return ",".join(shown)


def _address(body: Body, now: Instant) -> str:
    return ",".join(sorted({one.get("ip") or one.get("hostname") or "" for one in _given(body)} - {""}))


KIND = Kind(
    group="networking.k8s.io",
    version="v1",
    kind="Ingress",
    plural="ingresses",
    short_names=("ing",),
    parts={"status": Part(lambda new, old: new, _validate_status)},
    columns=(
        NAME,
        Column(
            "Class",
            field("spec", "ingressClassName", default=NONE),
            description="The name of the IngressClass resource that should be used for additional configuration",
        ),
        Column(
            "Hosts",
            _hosts,
            description="Hosts that incoming requests are matched against before the ingress rule",
        ),
        Column(
            "Address",
            _address,
            description="Address is a list containing ingress points for the load-balancer",
        ),
        Column(
            "Ports",
            lambda body, now: "80, 443" if spec_of(body).get("tls") else "80",
            description="Ports of TLS configurations that open",
        ),
        AGE,
    ),
    default=_default,
    prepare_create=_prepare_create,
    validate=_validate,
    validate_create=_validate_create,
)
