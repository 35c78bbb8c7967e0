"""Whatever schema a definition has and whatever is sent to it: never an error of ours.

What is accepted can be read, printed, patched and deleted.
"""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.engine.custom_resources.kinds import DEFINITIONS
from simulator.models import KubeObject
from tests.api.conftest import Api
from tests.api.test_custom_resources import CRDS, MERGE, NAME, TABLE, TABS
from tests.api.test_random_requests import JUNK

FIELDS = st.sampled_from(["a", "b", "spec", "status", "metadata", "items", "properties", "$ref", "default"])
TEXTS = st.sampled_from(["", "a", "abc", "1Gi", "2024-01-01T00:00:00Z", "10%"]) | st.text(max_size=4)
RULES = st.sampled_from(
    ["has(self.a)", "self.a == 1", "self == oldSelf", "self.", "size(self) < 3", "self.all(k, true)"]
)


@st.composite
def schemas(draw: st.DrawFn, depth: int = 0) -> dict[str, Any]:
    """A schema, mostly a structural one."""
    kind = draw(st.sampled_from(["object", "array", "string", "integer", "number", "boolean", "either", "any", "map"]))
    if depth > 2 and kind in ("object", "array", "map"):
        kind = "string"
    made: dict[str, Any] = {"type": kind}
    match kind:
        case "object":
            made["properties"] = draw(st.dictionaries(FIELDS, schemas(depth + 1), max_size=3))
            made["required"] = draw(st.lists(FIELDS, max_size=1))
        case "map":
            made = {"type": "object", "additionalProperties": draw(schemas(depth + 1))}
        case "array":
            made["items"] = draw(schemas(depth + 1))
            made["maxItems"] = draw(st.integers(0, 3))
        case "string":
            made |= draw(
                st.sampled_from([{}, {"maxLength": 2}, {"pattern": "^a"}, {"format": "date-time"}, {"enum": ["a"]}])
            )
        case "integer" | "number":
            made |= draw(st.sampled_from([{}, {"maximum": 3}, {"minimum": 0.5}, {"multipleOf": 2}, {"default": 1}]))
        case "either":
            made = {"x-kubernetes-int-or-string": True}
        case "any":
            made = {"x-kubernetes-preserve-unknown-fields": True}
    if draw(st.integers(0, 3)) == 0:
        extra = [{"nullable": True}, {"default": draw(JUNK)}, {"oneOf": [{"minLength": 1}, {"required": ["a"]}]}]
        made |= draw(st.sampled_from([*extra, {"x-kubernetes-validations": [{"rule": draw(RULES)}]}]))
    return made


@st.composite
def roots(draw: st.DrawFn) -> dict[str, Any]:
    names = st.sampled_from(["spec", "status", "other"])
    return {"type": "object", "properties": draw(st.dictionaries(names, schemas(), max_size=3))}


@st.composite
def values(draw: st.DrawFn, schema: dict[str, Any]) -> Any:
    """A value of a schema, sometimes not of it at all."""
    if draw(st.integers(0, 9)) == 0:
        return draw(JUNK)
    match schema.get("type"):
        case "object" if "additionalProperties" in schema:
            return draw(st.dictionaries(TEXTS, values(schema["additionalProperties"]), max_size=2))
        case "object":
            known = schema.get("properties") or {}
            return {name: draw(values(one)) for name, one in known.items() if draw(st.booleans())}
        case "array":
            return draw(st.lists(values(schema["items"]), max_size=3))
        case "string":
            return draw(TEXTS)
        case "integer":
            return draw(st.integers(-1, 5))
        case "number":
            return draw(st.floats(-1, 5))
        case "boolean":
            return draw(st.booleans())
    return draw(JUNK)


def definition(schema: dict[str, Any], path: str) -> dict[str, Any]:
    column = {"name": "X", "type": "string", "jsonPath": path}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    names = {"plural": "crontabs", "singular": "crontab", "kind": "CronTab", "listKind": "CronTabList"}
    return {
        "metadata": {"name": NAME},
        "spec": {
            "group": "stable.example.com",
            "scope": "Namespaced",
            "names": names,
            "versions": [{**version, "additionalPrinterColumns": [column]}],
        },
    }


PATHS = st.sampled_from([".spec", ".spec.a", ".spec.items[0]", ".status[*].a", ".other[?(@.a==1)]", ".x[", "."])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data(), schema=roots(), path=PATHS)
def test_what_is_accepted_can_be_read_printed_patched_and_deleted(
    api: Api, data: st.DataObject, schema: dict[str, Any], path: str
) -> None:
    KubeObject.objects.filter(resource__in=(NAME, DEFINITIONS)).delete()  # an example that failed leaves some
    made = api.post(CRDS, definition(schema, path))
    assert made.code in (201, 400, 422), made.text
    if made.code != 201:
        return
    established = {"type": "Established", "status": "True"}
    status = {"acceptedNames": made.body["spec"]["names"], "conditions": [established]}
    assert api("PATCH", f"{CRDS}/{NAME}/status", {"status": status}, MERGE).code == 200
    assert api.get("openapi/v3/apis/stable.example.com/v1").code == 200
    body = data.draw(values(schema))
    sent = api.post(TABS, {**(body if isinstance(body, dict) else {}), "metadata": {"name": "one"}})
    assert sent.code in (201, 400, 422), sent.text
    if sent.code == 201:
        read = api.get(f"{TABS}/one")
        assert read.body == sent.body
        for form in (TABLE, "application/yaml"):
            assert api.get(TABS, Accept=form).code == 200
        patched = api("PATCH", f"{TABS}/one", {"metadata": {"labels": {"a": "b"}}, "spec": data.draw(JUNK)}, MERGE)
        assert patched.code in (200, 400, 422), patched.text
        assert api("PUT", f"{TABS}/one", api.get(f"{TABS}/one").body).code == 200
        assert api("DELETE", f"{TABS}/one").code == 200
    gone = api("DELETE", f"{CRDS}/{NAME}").body
    meta = {"metadata": {"finalizers": None}}
    assert api("PATCH", f"{CRDS}/{gone['metadata']['name']}", meta, MERGE).code == 200
    assert api.get(f"{CRDS}/{NAME}").code == 404
