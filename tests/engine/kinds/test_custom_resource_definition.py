# ruff: noqa: E501 - the tables have a line for each case
"""CustomResourceDefinitions: what is filled in, what may be in them, what may change."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.objects import set_in
from simulator.engine.registry import KINDS

KIND = KINDS["customresourcedefinitions.apiextensions.k8s.io"]
OBJECT: dict[str, Any] = {"type": "object"}


def version(schema: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    given = {"name": "v1", "served": True, "storage": True, **more}
    return {**given, "schema": {"openAPIV3Schema": OBJECT if schema is None else schema}}


def definition(*versions: dict[str, Any], **spec: Any) -> dict[str, Any]:
    names = {"plural": "crontabs", "kind": "CronTab"}
    held = {"group": "stable.example.com", "scope": "Namespaced", "names": names}
    body = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "crontabs.stable.example.com"},
        "spec": {**held, "versions": list(versions or [version()]), **spec},
    }
    return KIND.prepare_create(KIND.default(body))


def said(body: dict[str, Any]) -> list[str]:
    return [one.text() for one in KIND.validate(body)]


def of_schema(schema: dict[str, Any], **more: Any) -> list[str]:
    """What is said of a version's schema, with the path to it left out."""
    path = "spec.versions[0].schema.openAPIV3Schema"
    return [one.removeprefix(path) for one in said(definition(version(schema, **more)))]


def properties(**schemas: Any) -> dict[str, Any]:
    return {"type": "object", "properties": schemas}


def test_what_is_filled_in() -> None:
    made = definition()
    assert made["spec"]["names"] == {
        "plural": "crontabs", "kind": "CronTab", "singular": "crontab", "listKind": "CronTabList",
    }  # fmt: skip
    assert made["spec"]["conversion"] == {"strategy": "None"}
    assert made["status"] == {"acceptedNames": {"kind": "", "plural": ""}, "conditions": [], "storedVersions": ["v1"]}
    assert said(made) == []


DNS = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
NAMES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "no group": ({"group": ""}, ['metadata.name: Invalid value: "crontabs.stable.example.com": must be spec.names.plural+"."+spec.group', "spec.group: Required value"]),
    "a group without a dot": ({"group": "stable"}, ['metadata.name: Invalid value: "crontabs.stable.example.com": must be spec.names.plural+"."+spec.group', 'spec.group: Invalid value: "stable": should be a domain with at least one dot']),
    "another name": ({"names": {"plural": "tabs", "kind": "CronTab"}}, ['metadata.name: Invalid value: "crontabs.stable.example.com": must be spec.names.plural+"."+spec.group']),
    "no scope": ({"scope": ""}, ["spec.scope: Required value"]),
    "a wrong scope": ({"scope": "Global"}, ['spec.scope: Unsupported value: "Global": supported values: "Cluster", "Namespaced"']),
    "no kind": ({"names": {"plural": "crontabs"}}, ["spec.names.singular: Required value", "spec.names.kind: Required value", "spec.names.listKind: Required value"]),
    "a kind with a space": ({"names": {"plural": "crontabs", "kind": "Cron Tab", "singular": "crontab", "listKind": "L"}}, [f'spec.names.kind: Invalid value: "Cron Tab": may have mixed case, but should otherwise match: {DNS}']),
    "a bad short name": ({"names": {"plural": "crontabs", "kind": "CronTab", "shortNames": ["CT"]}}, [f'spec.names.shortNames[0]: Invalid value: "CT": {DNS}']),
    "a list of the same kind": ({"names": {"plural": "crontabs", "kind": "CronTab", "listKind": "CronTab"}}, ['spec.names.listKind: Invalid value: "CronTab": kind and listKind may not be the same']),
    "unknown fields are kept by the schema alone": ({"preserveUnknownFields": True}, ["spec.preserveUnknownFields: Invalid value: true: cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead"]),
    "a webhook without an address": ({"conversion": {"strategy": "Webhook", "webhook": {"conversionReviewVersions": ["v1"]}}}, ["spec.conversion.webhookClientConfig: Required value: required when strategy is set to Webhook"]),
    "a webhook without versions": ({"conversion": {"strategy": "Webhook", "webhook": {"clientConfig": {"url": "https://example.com"}}}}, ["spec.conversion.conversionReviewVersions: Required value"]),
    "a webhook that is not asked": ({"conversion": {"strategy": "None", "webhook": {"clientConfig": {"url": "https://example.com"}}}}, ["spec.conversion.webhookClientConfig: Forbidden: should not be set when strategy is not set to Webhook"]),
    "a wrong strategy": ({"conversion": {"strategy": "Magic"}}, ['spec.conversion.strategy: Unsupported value: "Magic": supported values: "None", "Webhook"']),
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_names_scope_and_conversion(name: str) -> None:
    spec, expected = NAMES[name]
    assert said(definition(**spec)) == expected


def test_versions() -> None:
    twice = definition(version(), version(storage=False))
    assert [one.partition(": Invalid value")[0] for one in said(twice)] == ["spec.versions"]
    assert said(twice)[0].endswith("must contain unique version names")
    (none,) = [one for one in said(definition(version(storage=False))) if one.startswith("spec.versions")]
    assert none.endswith("must have exactly one version marked as storage version")
    two = definition(version(), version(name="v2"))
    assert said(two)[0].endswith("must have exactly one version marked as storage version")
    assert said(definition({"name": "v1", "served": True, "storage": True})) == [
        "spec.versions[0].schema.openAPIV3Schema: Required value"
    ]
    assert said(definition(version(name="1")))[0].startswith('spec.versions[0].name: Invalid value: "1": a DNS-1035')
    assert said(definition(version(deprecationWarning="old"))) == [
        'spec.versions[0].deprecationWarning: Invalid value: "old": can only be set for deprecated versions'
    ]


STRUCTURE: dict[str, tuple[dict[str, Any], list[str]]] = {
    "no type at the root": ({"properties": {"spec": OBJECT}}, [".type: Required value: must not be empty at the root"]),
    "another type at the root": ({"type": "string"}, ['.type: Invalid value: "string": must be object at the root']),
    "no type of a field": (properties(a={}), [".properties[a].type: Required value: must not be empty for specified object fields"]),
    "no type of items": (properties(a={"type": "array", "items": {}}), [".properties[a].items.type: Required value: must not be empty for specified array items"]),
    "no items": (properties(a={"type": "array"}), [".properties[a].items: Required value: must be specified"]),
    "a map at the root": ({"type": "object", "additionalProperties": {"type": "string"}}, [".additionalProperties: Forbidden: must not be used at the root"]),
    "metadata": (properties(metadata={"type": "object", "properties": {"labels": OBJECT}}), [".properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified"]),
    "a type inside a condition": (properties(a={"type": "string", "anyOf": [{"type": "string", "minLength": 1}]}), [".properties[a].anyOf[0].type: Forbidden: must be empty to be structural"]),
    "a description inside a condition": (properties(a={"type": "string", "not": {"description": "x"}}), [".properties[a].not.description: Forbidden: must be empty to be structural"]),
    "a field that only a condition knows": ({"type": "object", "oneOf": [{"properties": {"b": {"minLength": 1}}}]}, [".properties[b]: Required value: because it is defined in spec.versions[0].schema.openAPIV3Schema.oneOf[0].properties[b]"]),
    "a pattern that is none": (properties(a={"type": "string", "pattern": "("}), [".properties[a].pattern: Invalid value: \"(\": must be a valid regular expression, but isn't: error parsing regexp: missing ): ("]),
    "embedded without fields": (properties(a={"type": "object", "x-kubernetes-embedded-resource": True}), [".properties[a].properties: Required value: must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields"]),
    "either and anything": (properties(a={"x-kubernetes-int-or-string": True, "x-kubernetes-preserve-unknown-fields": True}), [".properties[a].x-kubernetes-preserve-unknown-fields: Invalid value: true: must be false if x-kubernetes-int-or-string is true"]),
    "an unknown type": (properties(a={"type": "text"}), ['.properties[a].type: Unsupported value: "text": supported values: "array", "boolean", "integer", "number", "object", "string"']),
    "unique items": (properties(a={"type": "array", "items": {"type": "string"}, "uniqueItems": True}), [".properties[a].uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic"]),
    "fields and values": (properties(a={"type": "object", "properties": {"b": OBJECT}, "additionalProperties": OBJECT}), [".properties[a].additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive"]),
    "a reference": (properties(a={"type": "object", "$ref": "#/x"}), [".properties[a].$ref: Forbidden: $ref is not supported"]),
    "unknown fields that are not kept": (properties(a={"type": "object", "x-kubernetes-preserve-unknown-fields": False}), [".properties[a].x-kubernetes-preserve-unknown-fields: Invalid value: false: must be true or undefined"]),
    "a list type of no list": (properties(a={"type": "string", "x-kubernetes-list-type": "set"}), ['.properties[a].type: Invalid value: "string": must be array if x-kubernetes-list-type is specified']),
    "a wrong list type": (properties(a={"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "bag"}), ['.properties[a].x-kubernetes-list-type: Unsupported value: "bag": supported values: "atomic", "set", "map"']),
    "a map without keys": (properties(a={"type": "array", "items": OBJECT, "x-kubernetes-list-type": "map"}), [".properties[a].x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map"]),
    "a key that may be missing": (properties(a={"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"], "items": properties(k={"type": "string"})}), [".properties[a].items.properties[k].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property"]),
    "a key that is no field": (properties(a={"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"], "items": OBJECT}), ['.properties[a].x-kubernetes-list-map-keys: Invalid value: ["k"]: entries must all be names of item properties']),
    "a null root": ({"type": "object", "nullable": True}, [".nullable: Forbidden: nullable cannot be true at the root"]),
    "a wrong default": (properties(a={"type": "integer", "default": "x"}), ['.properties[a].default: Invalid value: "string":  in body must be of type integer: "string"']),
    "a default of unknown fields": (properties(a={"type": "object", "default": {"b": 1}}), ['.properties[a].default: Invalid value: {"b":1}: must not have unknown fields']),
    "no rule": (properties(a={**OBJECT, "x-kubernetes-validations": [{"rule": " "}]}), [".properties[a].x-kubernetes-validations[0].rule: Required value: rule is not specified"]),
    "a rule of two lines": (properties(a={**OBJECT, "x-kubernetes-validations": [{"rule": "true\n&& true"}]}), [".properties[a].x-kubernetes-validations[0].message: Required value: message must be specified if rule contains line breaks"]),
    "a reason that is none": (properties(a={**OBJECT, "x-kubernetes-validations": [{"rule": "true", "reason": "Why"}]}), ['.properties[a].x-kubernetes-validations[0].reason: Unsupported value: "Why": supported values: "FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"']),
}  # fmt: skip


@pytest.mark.parametrize("name", STRUCTURE)
def test_schemas(name: str) -> None:
    schema, expected = STRUCTURE[name]
    assert of_schema(schema) == expected


def test_a_rule_that_does_not_compile() -> None:
    (wrong,) = of_schema(properties(a={**OBJECT, "x-kubernetes-validations": [{"rule": "self."}]}))
    assert wrong.startswith(
        '.properties[a].x-kubernetes-validations[0].rule: Invalid value: {"Rule":"self.","Message":"",'
    )
    assert "compilation failed: ERROR: <input>:1:6: Syntax error" in wrong


def test_the_status_subresource_wants_a_plain_root() -> None:
    (wrong,) = of_schema({**OBJECT, "oneOf": [{"required": ["spec"]}]}, subresources={"status": {}})
    assert wrong.endswith("fields are allowed at the root of the schema if the status subresource is enabled")


PIECES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "a column without a path": ({"additionalPrinterColumns": [{"name": "A", "type": "string"}]}, [".additionalPrinterColumns[0].JSONPath: Required value"]),
    "a column of no type": ({"additionalPrinterColumns": [{"name": "A", "type": "text", "jsonPath": ".a"}]}, ['.additionalPrinterColumns[0].type: Invalid value: "text": must be one of boolean,date,integer,number,string']),
    "a column with a bad path": ({"additionalPrinterColumns": [{"name": "A", "type": "string", "jsonPath": "a"}]}, ['.additionalPrinterColumns[0].JSONPath: Invalid value: "a": must be a simple json path starting with .']),
    "a scale elsewhere": ({"subresources": {"scale": {"specReplicasPath": ".replicas", "statusReplicasPath": ".status.replicas"}}}, ['.subresources.scale.specReplicasPath: Invalid value: ".replicas": should be a json path under .spec']),
    "a selector elsewhere": ({"subresources": {"scale": {"specReplicasPath": ".spec.n", "statusReplicasPath": ".status.n", "labelSelectorPath": ".a"}}}, ['.subresources.scale.labelSelectorPath: Invalid value: ".a": should be a json path under either .spec or .status']),
    "a field that is not there": ({"selectableFields": [{"jsonPath": ".spec.a"}]}, ['.selectableFields[0].jsonPath: Invalid value: ".spec.a": is an invalid path: does not refer to a valid field']),
}  # fmt: skip


@pytest.mark.parametrize("name", PIECES)
def test_columns_subresources_and_selectable_fields(name: str) -> None:
    more, expected = PIECES[name]
    assert [one.removeprefix("spec.versions[0]") for one in said(definition(version(**more)))] == expected


def test_a_group_of_the_community_needs_its_approval() -> None:
    name = {"name": "crontabs.batch.k8s.io"}
    body = {**definition(group="batch.k8s.io"), "metadata": name}
    see = "see https://github.com/kubernetes/enhancements/pull/1111"
    where = "metadata.annotations[api-approved.kubernetes.io]"
    needed = 'protected groups must have approval annotation "api-approved.kubernetes.io"'
    assert said(body) == [f"{where}: Required value: {needed}, {see}"]
    for text, wrong in (("https://github.com/kubernetes/pull/1", 0), ("unapproved, an experiment", 0), ("yes", 1)):
        approved = {**body, "metadata": {**name, "annotations": {"api-approved.kubernetes.io": text}}}
        assert len(said(approved)) == wrong


def test_what_may_not_change() -> None:
    old = definition()
    old["status"]["conditions"] = [{"type": "Established", "status": "True"}]
    for path in (("scope",), ("names", "kind"), ("group",), ("names", "plural")):
        new = set_in(old, ("spec", *path), "Other")
        (wrong,) = KIND.validate_update(new, old)
        assert wrong.text() == f'spec.{".".join(path)}: Invalid value: "Other": field is immutable'
    assert KIND.validate_update(set_in(definition(), ("spec", "scope"), "Cluster"), definition()) == []


def test_versions_that_were_stored_stay() -> None:
    old = definition()
    new = KIND.prepare_update(definition(version(storage=False), version(name="v2")), old)
    assert new["status"]["storedVersions"] == ["v1", "v2"]
    assert said(new) == []
    gone = KIND.prepare_update(definition(version(name="v2")), old)
    assert said(gone)[0].startswith('status.storedVersions[0]: Invalid value: "v1": missing from spec.versions; v1 was')
