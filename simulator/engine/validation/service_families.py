"""The addresses and address families of a Service, and how they may change.

Follows ValidateServiceClusterIPsRelatedFields, validateUpgradeDowngradeClusterIPs and
validateUpgradeDowngradeIPFamilies in pkg/apis/core/validation/validation.go and
pkg/registry/core/service/storage/alloc.go, v1.34, on a cluster whose Services have IPv4 alone.
"""

from __future__ import annotations

from ..errors import FieldError, duplicate, invalid_value, not_supported, required
from ..registry import Body
from .addresses import ip, one_of_each_family, parse

_NONE = "None"
_FAMILIES = ("IPv4", "IPv6")
_POLICIES = ("PreferDualStack", "RequireDualStack", "SingleStack")
_STAYS = "may not change once set"


def is_headless(spec: Body) -> bool:
    return (spec.get("clusterIPs") or [spec.get("clusterIP")]) == [_NONE]


def addresses(spec: Body) -> list[FieldError]:
    """What is wrong with the addresses and families of a Service that is no mere name."""
    errors = _in_step(spec) + _families(spec)
    listed, at = spec.get("clusterIPs") or [], "spec.clusterIPs"
    broken: list[FieldError] = []
    for position, address in enumerate(listed):
        if position or address != _NONE:
            broken += ip(f"{at}[{position}]", address)
        elif len(listed) > 1:
            broken.append(invalid_value(at, listed, "'None' must be the first and only value"))
    errors += broken
    if len(listed) > 2:
        errors.append(invalid_value(at, listed, "may only hold up to 2 values"))
    if broken:
        return errors
    if len(listed) > 1 and not one_of_each_family(listed):
        errors.append(invalid_value(at, listed, "may specify no more than one IP for each IP family"))
    if not is_headless(spec):
        for position, (address, family) in enumerate(zip(listed, spec.get("ipFamilies") or [], strict=False)):
            parsed = parse(address)
            if parsed is not None and parsed.version == 6 and family == "IPv4":
                detail = f"expected an IPv4 value as indicated by `ipFamilies[{position}]`"
                errors.append(invalid_value(f"{at}[{position}]", address, detail))
    return errors


def _in_step(spec: Body) -> list[FieldError]:
    """That `clusterIP` is the first of `clusterIPs`."""
    own, listed, at = spec.get("clusterIP") or "", spec.get("clusterIPs") or [], "spec.clusterIPs"
    if own and not listed:
        return [required(at)]
    if own and listed[0] != own:
        return [invalid_value(at, listed, "first value must match `clusterIP`")]
    if listed and not own:
        return [invalid_value(at, listed, "must be empty when `clusterIP` is not specified")]
    return []


def _families(spec: Body) -> list[FieldError]:
    policy, families = spec.get("ipFamilyPolicy"), spec.get("ipFamilies") or []
    bare = _NONE in (spec.get("clusterIPs") or [spec.get("clusterIP")]) and not spec.get("selector")
    errors: list[FieldError] = []
    for position, family in enumerate(families):
        at = f"spec.ipFamilies[{position}]"
        if family not in _FAMILIES:
            errors.append(not_supported(at, family, _FAMILIES))
        elif family == "IPv6" and not bare:
            errors.append(invalid_value(at, family, "not configured on this cluster"))
        if family in families[:position]:
            errors.append(duplicate(at, family))
    if policy is not None and policy not in _POLICIES:
        errors.append(not_supported("spec.ipFamilyPolicy", policy, _POLICIES))
    if policy == "RequireDualStack" and not bare:
        detail = "this cluster is not configured for dual-stack services"
        errors.append(invalid_value("spec.ipFamilyPolicy", policy, detail))
    return errors


# --- changes -----------------------------------------------------------------------------------------------------


def changes(new: Body, old: Body) -> list[FieldError]:
    if "ExternalName" in (new.get("type"), old.get("type")):
        return []
    headless = is_headless(new), is_headless(old)
    errors = [] if all(headless) else _released(new, old, "clusterIPs", "clusterIP")
    return errors if any(headless) else errors + _released(new, old, "ipFamilies", "ipFamily")


def _released(new: Body, old: Body, key: str, one: str) -> list[FieldError]:
    """That the first value stays, and that the second goes only with the policy SingleStack."""
    given, held, at = new.get(key) or [], old.get(key) or [], f"spec.{key}"
    if len(given) == len(held):
        return [
            invalid_value(f"{at}[{position if key == 'clusterIPs' else 0}]", given, _STAYS)
            for position, value in enumerate(held)
            if value != given[position]
        ]
    errors = []
    if len(held) > len(given) and not new.get("clusterIPs"):
        value = new.get(key)
        errors.append(invalid_value(f"{at}[0]", value, f"primary {one} can not be unset"))
    if held and given and held[0] != given[0]:
        errors.append(invalid_value(f"{at}[0]", new.get("clusterIPs"), _STAYS))
    if len(held) > len(given) == 1 and new.get("ipFamilyPolicy") != "SingleStack":
        detail = f"must be set to 'SingleStack' when releasing the secondary {one}"
        errors.append(invalid_value("spec.ipFamilyPolicy", new.get("ipFamilyPolicy"), detail))
    return errors
