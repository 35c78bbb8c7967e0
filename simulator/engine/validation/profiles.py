"""Seccomp and AppArmor profiles: the fields, the annotations that came before them, and that both agree.

Follows validateSeccompProfileField, ValidateAppArmorProfileField, ValidateSeccompPodAnnotations,
ValidateAppArmorPodAnnotations and what compares them in pkg/apis/core/validation/validation.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ..errors import FieldError, forbidden_value, invalid_value, not_supported, required, too_long
from ..registry import Body
from .go_values import SECCOMP, shown
from .paths import inside

SECCOMP_POD = "seccomp.security.alpha.kubernetes.io/pod"
SECCOMP_CONTAINER = "container.seccomp.security.alpha.kubernetes.io/"
APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/"
_TYPES = ("Localhost", "RuntimeDefault", "Unconfined")
_LONGEST = 4095
_LISTS = ("initContainers", "containers", "ephemeralContainers")


def containers_with_paths(field: str, spec: Body) -> Iterator[tuple[str, Body]]:
    """Every container of a pod's spec with its path, in upstream's order."""
    for key in _LISTS:
        for position, one in enumerate(spec.get(key) or ()):
            yield f"{field}.{key}[{position}]", one


# --- fields ------------------------------------------------------------------------------------------------------


def seccomp(field: str, profile: Body | None) -> list[FieldError]:
    if profile is None:
        return []
    kind, path = profile.get("type") or "", profile.get("localhostProfile")
    errors: list[FieldError] = []
    if not kind:
        errors.append(required(f"{field}.type", "type is required when seccompProfile is set"))
    elif kind not in _TYPES:
        errors.append(not_supported(f"{field}.type", kind, _TYPES))
    at = f"{field}.localhostProfile"
    if kind == "Localhost":
        if path is None:
            return [*errors, required(at, "must be set when seccomp type is Localhost")]
        return errors + inside(at, path)
    if path is not None:
        detail = "can only be set when seccomp type is Localhost"
        errors.append(invalid_value(at, shown(profile, SECCOMP), detail))
    return errors


def app_armor(field: str, profile: Body | None) -> list[FieldError]:
    if profile is None:
        return []
    kind, path = profile.get("type") or "", profile.get("localhostProfile")
    at = f"{field}.localhostProfile"
    if not kind:
        return [required(f"{field}.type", "type is required when appArmorProfile is set")]
    if kind not in _TYPES:
        return [not_supported(f"{field}.type", kind, _TYPES)]
    if kind != "Localhost":
        if path is None:
            return []
        return [invalid_value(at, path, "can only be set when AppArmor type is Localhost")]
    if path is None:
        return [required(at, "must be set when AppArmor type is Localhost")]
    errors = []
    if path.strip() != path:
        errors.append(invalid_value(at, path, "must not be padded with whitespace"))
    elif not path:
        errors.append(required(at, "must be set when AppArmor type is Localhost"))
    return [*errors, too_long(at, _LONGEST)] if len(path.encode()) > _LONGEST else errors


# --- annotations -------------------------------------------------------------------------------------------------


def of_annotations(field: str, held: Mapping[str, str], spec: Body) -> list[FieldError]:
    """What the annotations of a pod or a template say of profiles. `field` is that of the annotations."""
    errors: list[FieldError] = []
    if SECCOMP_POD in held:
        errors += _seccomp_annotation(f"{field}.{SECCOMP_POD}", held[SECCOMP_POD])
    for key in sorted(held):
        if key.startswith(SECCOMP_CONTAINER):
            errors += _seccomp_annotation(f"{field}.{key}", held[key])
    names = {one.get("name") for _, one in containers_with_paths("", spec)}
    for key in sorted(held):
        if not key.startswith(APP_ARMOR):
            continue
        name, profile, at = key.removeprefix(APP_ARMOR), held[key], f"{field}[{key}]"
        if name not in names:
            errors.append(invalid_value(at, name, "container not found"))
        if profile not in ("", "runtime/default", "unconfined") and not profile.startswith("localhost/"):
            errors.append(invalid_value(at, profile, f'invalid AppArmor profile name: "{profile}"'))
    return errors


def _seccomp_annotation(field: str, profile: str) -> list[FieldError]:
    if profile in ("runtime/default", "docker/default", "unconfined"):
        return []
    if profile.startswith("localhost/"):
        return inside(field, profile.removeprefix("localhost/"))
    return [invalid_value(field, profile, "must be a valid seccomp profile")]


def agree(field: str, held: Mapping[str, str], spec: Body) -> list[FieldError]:
    """That the annotations and the fields of a new pod or template do not contradict each other."""
    context = spec.get("securityContext") or {}
    errors: list[FieldError] = []
    if SECCOMP_POD in held:
        at = f"{field}.securityContext.seccompProfile"
        errors += _agrees(at, context.get("seccompProfile"), held[SECCOMP_POD], "seccomp")
    errors += _each(field, spec, held, SECCOMP_CONTAINER, "seccomp", lambda own: own.get("seccompProfile"))
    if (spec.get("os") or {}).get("name") == "windows":
        return errors

    def profile(own: Body) -> Body | None:
        return own.get("appArmorProfile") or context.get("appArmorProfile")

    return errors + _each(field, spec, held, APP_ARMOR, "apparmor", profile)


def _each(
    field: str, spec: Body, held: Mapping[str, str], prefix: str, kind: str, profile: Callable[[Body], Body | None]
) -> list[FieldError]:
    errors: list[FieldError] = []
    key = "seccompProfile" if kind == "seccomp" else "appArmorProfile"
    for at, one in containers_with_paths(field, spec):
        said = held.get(f"{prefix}{one.get('name')}")
        if said is not None:
            own = profile(one.get("securityContext") or {})
            errors += _agrees(f"{at}.securityContext.{key}", own, said, kind)
    return errors


def _agrees(field: str, profile: Body | None, said: str, kind: str) -> list[FieldError]:
    if profile is None:
        return []
    match profile.get("type"):
        case "Unconfined":
            same = said == "unconfined"
        case "RuntimeDefault":
            same = said == "runtime/default" or (kind == "seccomp" and said == "docker/default")
        case "Localhost":
            same = said.startswith("localhost/")
            if same and said.removeprefix("localhost/") != profile.get("localhostProfile"):
                detail = f"{kind} profile in annotation and field must match"
                return [forbidden_value(f"{field}.localhostProfile", detail)]
        case _:
            same = True
    return [] if same else [forbidden_value(f"{field}.type", f"{kind} type in annotation and field must match")]
