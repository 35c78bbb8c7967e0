"""NetworkPolicy: which traffic the chosen pods may have.

Follows pkg/registry/networking/networkpolicy/strategy.go, pkg/apis/networking/v1/defaults.go, ValidateNetworkPolicy in
pkg/apis/networking/validation/validation.go and printNetworkPolicy in pkg/printers/internalversion/printers.go, v1.34.
"""

from __future__ import annotations

from ..errors import FieldError, forbidden_value, invalid_value, not_supported, required
from ..objects import fill_in, get_in, spec_of
from ..printing import AGE, NAME, selector_text
from ..registry import Body, Column, Kind
from ..validation import names
from ..validation.addresses import cidr, parse_range
from ..validation.fields import formed
from ..validation.selectors import label_selector

_PROTOCOLS = ("TCP", "UDP", "SCTP")
_TYPES = ("Ingress", "Egress")
_DIRECTIONS = (("ingress", "from"), ("egress", "to"))


def _default(body: Body) -> Body:
    held = body.get("spec") or {}
    spec = fill_in(held, podSelector={})
    for direction, _ in _DIRECTIONS:
        rules = [_rule(one) for one in spec.get(direction) or ()]
        if rules != (spec.get(direction) or []):
            spec = {**spec, direction: rules}
    if not spec.get("policyTypes"):
        spec = {**spec, "policyTypes": ["Ingress", "Egress"] if spec.get("egress") else ["Ingress"]}
    return body if spec is held else {**body, "spec": spec}


def _rule(rule: Body) -> Body:
    ports = rule.get("ports")
    return {**rule, "ports": [fill_in(port, protocol="TCP") for port in ports]} if ports else rule


def _validate(body: Body) -> list[FieldError]:
    spec = spec_of(body)
    errors = label_selector("spec.podSelector", spec.get("podSelector"))
    for direction, side in _DIRECTIONS:
        for position, rule in enumerate(spec.get(direction) or ()):
            at = f"spec.{direction}[{position}]"
            for index, port in enumerate(rule.get("ports") or ()):
                errors += _port(f"{at}.ports[{index}]", port)
            for index, peer in enumerate(rule.get(side) or ()):
                errors += _peer(f"{at}.{side}[{index}]", peer)
    types = spec.get("policyTypes") or []
    if len(types) > len(_TYPES):
        return [*errors, invalid_value("spec.policyTypes", types, "may not specify more than two policyTypes")]
    return errors + [
        not_supported(f"spec.policyTypes[{position}]", one, _TYPES)
        for position, one in enumerate(types)
        if one not in _TYPES
    ]


def _port(at: str, one: Body) -> list[FieldError]:
    protocol, port, end = one.get("protocol"), one.get("port"), one.get("endPort")
    errors: list[FieldError] = []
    if protocol is not None and protocol not in _PROTOCOLS:
        errors.append(not_supported(f"{at}.protocol", protocol, _PROTOCOLS))
    if port is None:
        detail = "may not be specified when `port` is not specified"
        return errors if end is None else [*errors, invalid_value(f"{at}.endPort", end, detail)]
    if isinstance(port, str):
        if end is not None:
            errors.append(invalid_value(f"{at}.endPort", end, "may not be specified when `port` is non-numeric"))
        return errors + formed(f"{at}.port", port, names.port_name)
    errors += [invalid_value(f"{at}.port", port, message) for message in names.port_number(port)]
    if end is None:
        return errors
    if end < port:
        errors.append(invalid_value(f"{at}.endPort", end, "must be greater than or equal to `port`"))
    return errors + [invalid_value(f"{at}.endPort", end, message) for message in names.port_number(end)]


def _peer(at: str, peer: Body) -> list[FieldError]:
    given = [key for key in ("podSelector", "namespaceSelector", "ipBlock") if peer.get(key) is not None]
    errors = [error for key in given[:2] if key != "ipBlock" for error in label_selector(f"{at}.{key}", peer[key])]
    if "ipBlock" in given:
        errors += _block(f"{at}.ipBlock", peer["ipBlock"])
        if len(given) > 1:
            errors.append(forbidden_value(at, "may not specify both ipBlock and another peer"))
    return errors if given else [*errors, required(at, "must specify a peer")]


def _block(at: str, block: Body) -> list[FieldError]:
    text = block.get("cidr") or ""
    if not text:
        return [required(f"{at}.cidr")]
    errors, whole = cidr(f"{at}.cidr", text), parse_range(text)
    if whole is None:
        return errors
    for position, part in enumerate(block.get("except") or ()):
        where, inner = f"{at}.except[{position}]", parse_range(part)
        errors += cidr(where, part)
        if inner is None:
            continue
        is_inside = inner.version == whole.version and inner.network_address in whole
        if not is_inside or whole.prefixlen >= inner.prefixlen:
            errors.append(invalid_value(where, part, "must be a strict subset of `cidr`"))
    return errors


KIND = Kind(
    group="networking.k8s.io",
    version="v1",
    kind="NetworkPolicy",
    plural="networkpolicies",
    short_names=("netpol",),
    subresources=frozenset(),
    columns=(
        NAME,
        Column(
            "Pod-Selector",
            lambda body, now: selector_text(get_in(body, "spec", "podSelector")),
            documented="networking.v1.NetworkPolicySpec.podSelector",
        ),
        AGE,
    ),
    default=_default,
    validate=_validate,
)
