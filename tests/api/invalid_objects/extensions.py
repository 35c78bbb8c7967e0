"""CustomResourceDefinitions that are refused; what their schemas may say has tables of its own in tests/engine."""

from __future__ import annotations

from typing import Any

from tests.api.invalid_objects import Case, required, unsupported, wrong
from tests.api.invalid_objects.services import DNS_1035

DEFINITION = "customresourcedefinitions.apiextensions.k8s.io"


def definition(**spec: Any) -> dict[str, Any]:
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": {"type": "object"}}}
    names = {"plural": "gadgets", "singular": "gadget", "kind": "Gadget", "listKind": "GadgetList"}
    whole = {"group": "example.com", "scope": "Namespaced", "names": names, "versions": [version], **spec}
    return {"metadata": {"name": "gadgets.example.com"}, "spec": whole}


CASES = [
    Case(
        "another name",
        DEFINITION,
        {**definition(), "metadata": {"name": "things.example.com"}},
        [wrong("metadata.name", '"things.example.com"', 'must be spec.names.plural+"."+spec.group')],
    ),
    Case(
        "an unknown scope",
        DEFINITION,
        definition(scope="Galaxy"),
        [unsupported("spec.scope", "Galaxy", "Cluster", "Namespaced")],
    ),
    Case(
        "a stored version without a name",
        DEFINITION,
        definition(versions=[{"served": True, "storage": True, "schema": {"openAPIV3Schema": {"type": "object"}}}]),
        [wrong("spec.versions[0].name", '""', DNS_1035)],
    ),
    Case(
        "no schema",
        DEFINITION,
        definition(versions=[{"name": "v1", "served": True, "storage": True}]),
        [required("spec.versions[0].schema.openAPIV3Schema")],
    ),
]
