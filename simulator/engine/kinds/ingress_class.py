"""IngressClass: which controller serves Ingresses that name it.

Follows pkg/registry/networking/ingressclass/strategy.go, pkg/apis/networking/v1/defaults.go, ValidateIngressClass in
pkg/apis/networking/validation/validation.go and printIngressClass in pkg/printers/internalversion/printers.go, v1.34.
"""

from __future__ import annotations

import re

from ..errors import FieldError, forbidden_value, invalid_value, not_supported, required, too_long
from ..objects import annotations_of, fill_in, get_in, set_in, spec_of
from ..printing import AGE, NAME, NONE, field
from ..registry import Body, Column, Instant, Kind
from ..validation import names
from ..validation.fields import formed
from ..validation.metadata import immutable
from ..validation.references import local_reference

_DEFAULT = "ingressclass.kubernetes.io/is-default-class"
_LONGEST = 250
_PATH = r"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+"
_PATH_FORM = re.compile(_PATH)
_SCOPES = ("Cluster", "Namespace")


def is_default(body: Body) -> bool:
    """True for a class that Ingresses get that name none."""
    return annotations_of(body).get(_DEFAULT) == "true"


def _default(body: Body) -> Body:
    held = get_in(body, "spec", "parameters")
    if held is None or held.get("scope") is not None:
        return body
    return set_in(body, ("spec", "parameters"), fill_in(held, scope="Cluster"))


def _validate(body: Body) -> list[FieldError]:
    spec = spec_of(body)
    controller = spec.get("controller") or ""
    errors = [] if controller else [required("spec.controller")]
    if len(controller.encode()) > _LONGEST:
        errors.append(too_long("spec.controller", _LONGEST))
    errors += _domain_path("spec.controller", controller) if controller else []
    return errors if spec.get("parameters") is None else errors + _parameters("spec.parameters", spec["parameters"])


def _domain_path(at: str, text: str) -> list[FieldError]:
    """A path that begins with a domain. Follows IsDomainPrefixedPath."""
    domain, _, path = text.partition("/")
    if not domain or not path:
        return [invalid_value(at, text, 'must be a domain-prefixed path (such as "acme.io/foo")')]
    errors = formed(at, domain, names.dns_subdomain)
    if not _PATH_FORM.fullmatch(path):
        errors.append(invalid_value(at, path, f"Invalid path (regex used for validation is '{_PATH}')"))
    return errors


def _parameters(at: str, held: Body) -> list[FieldError]:
    errors = local_reference(at, held)
    scope, namespace = held.get("scope"), held.get("namespace")
    if scope is None:
        return [*errors, required(f"{at}.scope")]
    if scope not in _SCOPES:
        return [*errors, not_supported(f"{at}.scope", scope, _SCOPES)]
    if scope == "Cluster":
        detail = "`parameters.scope` is set to 'Cluster'"
        return errors if namespace is None else [*errors, forbidden_value(f"{at}.namespace", detail)]
    if namespace is None:
        return [*errors, required(f"{at}.namespace", "`parameters.scope` is set to 'Namespace'")]
    return errors + formed(f"{at}.namespace", namespace, names.dns_label)


def _validate_update(new: Body, old: Body) -> list[FieldError]:
    return immutable("spec.controller", spec_of(new).get("controller"), spec_of(old).get("controller"))


def _shown(body: Body, now: Instant) -> str:
    held = spec_of(body).get("parameters")
    if held is None:
        return NONE
    group = held.get("apiGroup")
    return f"{held.get('kind') or ''}{'' if group is None else f'.{group}'}/{held.get('name') or ''}"


KIND = Kind(
    group="networking.k8s.io",
    version="v1",
    kind="IngressClass",
    plural="ingressclasses",
    namespaced=False,
    subresources=frozenset(),
    columns=(
        NAME,
        Column(
            "Controller",
            field("spec", "controller"),
            description="Controller that is responsible for handling this class",
        ),
        Column("Parameters", _shown, description="A reference to a resource with additional parameters"),
        AGE,
    ),
    default=_default,
    validate=_validate,
    validate_update=_validate_update,
)
