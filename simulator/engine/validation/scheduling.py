"""What a pod says about where it may run: tolerations, affinity, topology spread, and a node's taints.

Follows pkg/apis/core/validation/validation.go, v1.34.
"""

from __future__ import annotations

from ..errors import FieldError, duplicate, forbidden_value, invalid_value, not_supported, required
from ..registry import Body
from . import names
from .fields import NOT_POSITIVE, formed, one_of
from .go_values import TAINT, shown
from .selectors import label_selector, node_selector, node_selector_term

EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
_NO_SELECTOR = "must not be specified when labelSelector is not set"
_IN_BOTH = "exists in both matchLabelKeys and labelSelector"
_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"


def tolerations(field: str, held: list[Body]) -> list[FieldError]:
    errors: list[FieldError] = []
    for position, one in enumerate(held):
        errors += _toleration(f"{field}[{position}]", one)
    return errors


def _toleration(field: str, one: Body) -> list[FieldError]:
    key, operator, value, effect = (one.get(part) or "" for part in ("key", "operator", "value", "effect"))
    errors = formed(f"{field}.key", key, names.qualified_name) if key else []
    if not key and operator != "Exists":
        detail = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'
        errors.append(invalid_value(f"{field}.operator", operator, detail))
    if one.get("tolerationSeconds") is not None and effect != "NoExecute":
        detail = "effect must be 'NoExecute' when `tolerationSeconds` is set"
        errors.append(invalid_value(f"{field}.effect", effect, detail))
    if operator in ("", "Equal"):
        if broken := names.label_value(value):
            errors.append(invalid_value(f"{field}.operator", value, ";".join(broken)))
    elif operator == "Exists":
        if value:
            errors.append(invalid_value(f"{field}.operator", value, "value must be empty when `operator` is 'Exists'"))
    else:
        errors.append(not_supported(f"{field}.operator", operator, ("Equal", "Exists")))
    if effect and effect not in EFFECTS:
        errors.append(not_supported(f"{field}.effect", effect, EFFECTS))
    return errors


def taints(field: str, held: list[Body]) -> list[FieldError]:
    """A node's taints, unique by key and effect."""
    errors: list[FieldError] = []
    known: set[tuple[str, str]] = set()
    for position, taint in enumerate(held):
        at, key, effect = f"{field}[{position}]", taint.get("key") or "", taint.get("effect") or ""
        errors += formed(f"{at}.key", key, names.qualified_name)
        if broken := names.label_value(taint.get("value") or ""):
            errors.append(invalid_value(f"{at}.value", taint["value"], ";".join(broken)))
        errors += one_of(f"{at}.effect", effect, EFFECTS)
        if (key, effect) in known:
            again = duplicate(at, shown(taint, TAINT))
            errors.append(again._replace(detail="taints must be unique by key and effect pair"))
        known.add((key, effect))
    return errors


# --- affinity ----------------------------------------------------------------------------------------------------


def affinity(field: str, held: Body | None) -> list[FieldError]:
    errors: list[FieldError] = []
    if not held:
        return errors
    if nodes := held.get("nodeAffinity"):
        errors += _node_affinity(f"{field}.nodeAffinity", nodes)
    for key in ("podAffinity", "podAntiAffinity"):
        if pods := held.get(key):
            errors += _pod_affinity(f"{field}.{key}", pods)
    return errors


def _node_affinity(field: str, held: Body) -> list[FieldError]:
    errors: list[FieldError] = []
    if held.get(_REQUIRED) is not None:
        errors += node_selector(f"{field}.{_REQUIRED}", held[_REQUIRED])
    for position, term in enumerate(held.get(_PREFERRED) or ()):
        at = f"{field}.{_PREFERRED}[{position}]"
        errors += _weight(at, term)
        errors += node_selector_term(f"{at}.preference", term.get("preference") or {}, any_value=True)
    return errors


def _pod_affinity(field: str, held: Body) -> list[FieldError]:
    errors: list[FieldError] = []
    for position, term in enumerate(held.get(_REQUIRED) or ()):
        errors += _pod_term(f"{field}.{_REQUIRED}[{position}]", term)
    for position, term in enumerate(held.get(_PREFERRED) or ()):
        at = f"{field}.{_PREFERRED}[{position}]"
        errors += _weight(at, term)
        errors += _pod_term(f"{at}.podAffinityTerm", term.get("podAffinityTerm") or {})
    return errors


def _weight(field: str, term: Body) -> list[FieldError]:
    weight = term.get("weight") or 0
    return [] if 0 < weight <= 100 else [invalid_value(f"{field}.weight", weight, "must be in the range 1-100")]


def _pod_term(field: str, term: Body) -> list[FieldError]:
    errors = label_selector(f"{field}.labelSelector", term.get("labelSelector"))
    errors += label_selector(f"{field}.namespaceSelector", term.get("namespaceSelector"))
    for name in term.get("namespaces") or ():
        errors += formed(f"{field}.namespace", name, names.dns_label)
    errors += _label_keys(field, term)
    key = term.get("topologyKey") or ""
    if not key:
        errors.append(required(f"{field}.topologyKey", "can not be empty"))
    return errors + formed(f"{field}.topologyKey", key, names.qualified_name)


def _label_keys(field: str, term: Body) -> list[FieldError]:
    selector, own = term.get("labelSelector"), term.get("matchLabelKeys") or []
    other = term.get("mismatchLabelKeys") or []
    errors: list[FieldError] = []
    for key, held in (("matchLabelKeys", own), ("mismatchLabelKeys", other)):
        if held and selector is None:
            errors.append(forbidden_value(f"{field}.{key}", _NO_SELECTOR))
        elif held:
            errors += _label_names(f"{field}.{key}", held)
    # What the server itself has added to the selector is there once; what a person says beside it is there twice.
    seen = set((selector or {}).get("matchLabels") or ())
    for expression in (selector or {}).get("matchExpressions") or ():
        name = expression.get("key") or ""
        if name in own and name in seen:
            errors.append(invalid_value(f"{field}[{own.index(name)}]", name, _IN_BOTH))
        seen.add(name)
    for position, name in enumerate(own):
        if name in other:
            detail = "exists in both matchLabelKeys and mismatchLabelKeys"
            errors.append(invalid_value(f"{field}.matchLabelKeys[{position}]", name, detail))
    return errors


def _label_names(field: str, held: list[str]) -> list[FieldError]:
    return [
        error
        for position, name in enumerate(held)
        for error in formed(f"{field}[{position}]", name, names.qualified_name)
    ]


# --- topology spread ---------------------------------------------------------------------------------------------


def topology_spread(field: str, held: list[Body]) -> list[FieldError]:
    errors: list[FieldError] = []
    pairs = [(one.get("topologyKey") or "", one.get("whenUnsatisfiable") or "") for one in held]
    for position, one in enumerate(held):
        at, (key, action) = f"{field}[{position}]", pairs[position]
        if (one.get("maxSkew") or 0) <= 0:
            errors.append(invalid_value(f"{at}.maxSkew", one.get("maxSkew") or 0, NOT_POSITIVE))
        errors += [] if key else [required(f"{at}.topologyKey", "can not be empty")]
        if action not in ("DoNotSchedule", "ScheduleAnyway"):
            errors.append(not_supported(f"{at}.whenUnsatisfiable", action, ("DoNotSchedule", "ScheduleAnyway")))
        if (key, action) in pairs[position + 1 :]:
            errors.append(duplicate(f"{at}.{{topologyKey, whenUnsatisfiable}}", f"{{{key}, {action}}}"))
        errors += _domains(at, one)
        for policy in ("nodeAffinityPolicy", "nodeTaintsPolicy"):
            if one.get(policy) is not None and one[policy] not in ("Honor", "Ignore"):
                errors.append(not_supported(f"{at}.{policy}", one[policy], ("Honor", "Ignore")))
        errors += _spread_keys(f"{at}.matchLabelKeys", one)
        errors += label_selector(f"{at}.labelSelector", one.get("labelSelector"))
    return errors


def _spread_keys(field: str, one: Body) -> list[FieldError]:
    own, selector = one.get("matchLabelKeys") or [], one.get("labelSelector")
    if not own:
        return []
    if selector is None:
        return [forbidden_value(field, _NO_SELECTOR)]
    errors = _label_names(field, own)
    seen = set(selector.get("matchLabels") or ())
    for expression in selector.get("matchExpressions") or ():
        name = expression.get("key") or ""
        if name in own and name in seen:
            errors.append(invalid_value(f"{field}[{own.index(name)}]", name, _IN_BOTH))
        seen.add(name)
    return errors


def _domains(field: str, one: Body) -> list[FieldError]:
    least = one.get("minDomains")
    if least is None:
        return []
    errors = []
    if least <= 0:
        errors.append(invalid_value(f"{field}.minDomains", least, NOT_POSITIVE))
    if one.get("whenUnsatisfiable") != "DoNotSchedule":
        detail = f"can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {one.get('whenUnsatisfiable') or ''}"
        errors.append(invalid_value(f"{field}.minDomains", least, detail))
    return errors
