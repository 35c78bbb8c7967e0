"""What may change in a pod's spec and annotations once it exists.

Follows ValidatePodUpdate and ValidatePodSpecificAnnotationUpdates in pkg/apis/core/validation/validation.go, v1.34.
"""

from __future__ import annotations

from ..errors import FieldError, forbidden_value, invalid_value, required
from ..objects import annotations_of
from ..registry import Body
from .containers import untrimmed
from .differences import difference
from .fields import number
from .go_values import NODE_SELECTOR_TERM, shown
from .pod_parts import MIRROR
from .profiles import APP_ARMOR
from .scheduling import tolerations

_MAX = 2**31 - 1
_UPDATABLE = (
    "`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only "
    "additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was "
    "previously negative)"
)
_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_ONLY_ADDITIONS = "only additions are allowed (no mutations or deletions)"
_LISTS = ("containers", "initContainers")


def fixed_annotations(field: str, new: Body, old: Body) -> list[FieldError]:
    """Which annotations stay as they are. `field` is that of the annotations."""
    now, was = annotations_of(new), annotations_of(old)
    errors = []
    for key in sorted({*now, *was}):
        kind = "mirror pod annotation" if key == MIRROR else "AppArmor annotations" if key.startswith(APP_ARMOR) else ""
        if kind and now.get(key) != was.get(key):
            verb = "add" if key not in was else "remove or update"
            errors.append(forbidden_value(f"{field}[{key}]", f"may not {verb} {kind}"))
    return errors


def spec(field: str, new: Body, old: Body) -> list[FieldError]:
    """What is wrong with replacing a pod's spec."""
    errors: list[FieldError] = []
    for key in _LISTS:
        if len(new.get(key) or ()) != len(old.get(key) or ()):
            return [*errors, forbidden_value(f"{field}.{key}", "pod updates may not add or remove containers")]
        for position, one in enumerate(new.get(key) or ()):
            if not one.get("image"):
                errors.append(required(f"{field}.{key}[{position}].image"))
            errors += untrimmed(f"{field}.{key}[{position}]", one)
    late = _deadline(f"{field}.activeDeadlineSeconds", new, old)
    if late and new.get("activeDeadlineSeconds") is not None:
        return errors + late
    errors += late + _tolerations(f"{field}.tolerations", new, old)
    known = {gate.get("name") for gate in old.get("schedulingGates") or ()}
    for position, gate in enumerate(new.get("schedulingGates") or ()):
        if gate.get("name") not in known:
            detail = f"only deletion is allowed, but found new scheduling gate '{gate.get('name') or ''}'"
            errors.append(forbidden_value(f"{field}.schedulingGates[{position}].name", detail))
    if known:
        errors += _gated(field, new, old)
    fixed, held_fixed = _fixed(new, old), _fixed(old, old)
    if fixed == held_fixed:
        return errors
    detail = f"pod updates may not change fields other than {_UPDATABLE}\n{difference(held_fixed, fixed, 'spec')}"
    return [*errors, forbidden_value(field, detail)]


def _deadline(field: str, new: Body, old: Body) -> list[FieldError]:
    seconds, held = new.get("activeDeadlineSeconds"), old.get("activeDeadlineSeconds")
    if seconds is None:
        if held is None:
            return []
        return [invalid_value(field, None, "must not update from a positive integer to nil value")]
    if not 0 <= seconds <= _MAX:
        return number(field, seconds, 0, _MAX)
    if held is not None and held < seconds:
        return [invalid_value(field, seconds, "must be less than or equal to previous value")]
    return []


def _tolerations(field: str, new: Body, old: Body) -> list[FieldError]:
    held = new.get("tolerations") or []
    if all(any(_same_toleration(kept, one) for one in held) for kept in old.get("tolerations") or ()):
        return tolerations(field, held)
    return [forbidden_value(field, "existing toleration can not be modified except its tolerationSeconds")]


def _same_toleration(one: Body, other: Body) -> bool:
    return {**one, "tolerationSeconds": None} == {**other, "tolerationSeconds": None}


def _gated(field: str, new: Body, old: Body) -> list[FieldError]:
    """What a pod that waits behind a gate may change: it may become harder to place."""
    errors = []
    chosen, kept = new.get("nodeSelector") or {}, old.get("nodeSelector") or {}
    if any(chosen.get(key) != value for key, value in kept.items()):
        detail = "only additions to spec.nodeSelector are allowed (no mutations or deletions)"
        errors.append(invalid_value(f"{field}.nodeSelector", dict(sorted(chosen.items())) or None, detail))
    at = f"{field}.affinity.nodeAffinity.{_REQUIRED}.nodeSelectorTerms"
    terms, held = _terms(new), _terms(old)
    if held and len(held) != len(terms):
        detail = "no additions/deletions to non-empty NodeSelectorTerms list are allowed"
        value = shown(terms, NODE_SELECTOR_TERM) or None
        return [*errors, invalid_value(at, value, detail)]
    for position, old_term in enumerate(held):
        if not _only_adds(terms[position], old_term):
            value = shown(terms[position], NODE_SELECTOR_TERM)
            errors.append(invalid_value(f"{at}[{position}]", value, _ONLY_ADDITIONS))
    return errors


def _terms(spec_: Body) -> list[Body]:
    affinity = (spec_.get("affinity") or {}).get("nodeAffinity") or {}
    return (affinity.get(_REQUIRED) or {}).get("nodeSelectorTerms") or []


def _only_adds(new: Body, old: Body) -> bool:
    pairs = [(new.get(key) or [], old.get(key) or []) for key in ("matchExpressions", "matchFields")]
    if not any(held for _, held in pairs):
        return not any(asked for asked, _ in pairs)
    return all(asked[: len(held)] == held for asked, held in pairs)


def _fixed(spec_: Body, old: Body) -> Body:
    """The parts of a spec that nobody may change, with empty and absent made equal."""
    fixed = {key: value for key, value in spec_.items() if value not in (None, "", [], {}, False)}
    for key in ("activeDeadlineSeconds", "tolerations", "schedulingGates"):
        fixed.pop(key, None)
    if (old.get("terminationGracePeriodSeconds") or 0) < 0 and spec_.get("terminationGracePeriodSeconds") == 1:
        fixed["terminationGracePeriodSeconds"] = old["terminationGracePeriodSeconds"]
    if old.get("schedulingGates"):
        fixed.pop("nodeSelector", None)
        others = {key: value for key, value in (spec_.get("affinity") or {}).items() if key != "nodeAffinity" and value}
        fixed.pop("affinity", None)
        fixed |= {"affinity": others} if others else {}
    for key in _LISTS:
        if spec_.get(key):
            fixed[key] = [
                {name: value for name, value in one.items() if name != "image" and value not in (None, [], {}, "")}
                for one in spec_[key]
            ]
    return fixed
