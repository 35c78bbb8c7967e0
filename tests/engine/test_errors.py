"""Refusals are Status objects in upstream's words."""

from __future__ import annotations

import pytest

from simulator.engine import errors
from simulator.engine.errors import FieldError


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (errors.required("a.b"), "a.b: Required value"),
        (errors.required("a", "say it"), "a: Required value: say it"),
        (errors.invalid_value("a", "x", "is bad"), 'a: Invalid value: "x": is bad'),
        (errors.invalid_value("a", 5, "is bad"), "a: Invalid value: 5: is bad"),
        (errors.invalid_value("a", True, "is bad"), "a: Invalid value: true: is bad"),
        (errors.invalid_value("a", None, "is bad"), "a: Invalid value: null: is bad"),
        (errors.invalid_value("a", {"b": [1]}, "is bad"), 'a: Invalid value: {"b":[1]}: is bad'),
        (errors.forbidden_value("a", "not now"), "a: Forbidden: not now"),
        (errors.duplicate("a", "x"), 'a: Duplicate value: "x"'),
        (errors.not_found_value("a", "x"), 'a: Not found: "x"'),
        (errors.too_long("a", 5), "a: Too long: may not be more than 5 bytes"),
        (errors.not_supported("a", "x", ("z", "y")), 'a: Unsupported value: "x": supported values: "z", "y"'),
        (
            FieldError("FieldValueTooMany", "a", 9, "must have at most 5 items"),
            "a: Too many: 9: must have at most 5 items",
        ),
    ],
)
def test_field_errors(error: FieldError, text: str) -> None:
    assert error.text() == text


@pytest.mark.parametrize(
    ("refusal", "code", "reason", "message", "details"),
    [
        (
            errors.not_found("pods", "web"), 404, "NotFound", 'pods "web" not found', {"name": "web", "kind": "pods"},
        ),
        (
            errors.already_exists("deployments.apps", "web"),
            409,
            "AlreadyExists",
            'deployments.apps "web" already exists',
            {"name": "web", "group": "apps", "kind": "deployments"},
        ),
        (
            errors.conflict("pods", "web"),
            409,
            "Conflict",
            'Operation cannot be fulfilled on pods "web": the object has been modified; please apply '
            'your changes to the '
            "latest version and try again",
            {"name": "web", "kind": "pods"},
        ),
        (
            errors.forbidden("namespaces", "default", "this namespace may not be deleted"),
            403,
            "Forbidden",
            'namespaces "default" is forbidden: this namespace may not be deleted',
            {"name": "default", "kind": "namespaces"},
        ),
    ],
)  # fmt: skip
def test_refusals(refusal: errors.StatusError, code: int, reason: str, message: str, details: dict[str, str]) -> None:
    assert refusal.status() == {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": message,
        "reason": reason,
        "details": details,
        "code": code,
    }


def test_invalid_names_every_cause_once() -> None:
    one, two = errors.required("a"), errors.duplicate("b", "x")
    single = errors.invalid("", "Pod", "web", [one])
    assert single.message == 'Pod "web" is invalid: a: Required value'
    several = errors.invalid("apps", "Deployment", "web", [one, two, one])
    assert several.message == 'Deployment.apps "web" is invalid: [a: Required value, b: Duplicate value: "x"]'
    assert several.code == 422
    assert several.details["causes"][1] == {
        "reason": "FieldValueDuplicate",
        "message": 'Duplicate value: "x"',
        "field": "b",
    }
