# ruff: noqa: E501 - the tables have a line for each case
"""Whatever is sent, the answer is a Status that says what is wrong, and never an error of ours (500)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator import schema
from simulator.api import routes, view
from simulator.engine.registry import KINDS
from simulator.models import Cluster
from tests import random_objects
from tests.api.conftest import TOKEN, at_once, drained
from tests.api.test_invalid_objects import collection
from tests.api.test_random_objects import OF_SCHEMA

JUNK: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(
    ["all", "all", "all", "default", "kube-system", "one", "Bad Name", "", "..", "a" * 300, "\x00", "é"]
) | st.text(max_size=6)


@st.composite
def values(draw: st.DrawFn, kind: schema.Type, depth: int = 0) -> Any:
    """A value of a type, sometimes not of that type at all."""
    if draw(st.integers(0, 24)) == 0:
        return draw(JUNK)
    match kind.form:
        case "object":
            if depth > 5:
                return {}
            names = sorted(kind.fields)
            chosen = draw(st.lists(st.sampled_from(names), max_size=5, unique=True)) if names else []
            needed = [name for name, field in kind.fields.items() if field.required]
            return {name: draw(values(kind.fields[name].type, depth + 1)) for name in dict.fromkeys([*needed, *chosen])}
        case "list":
            return draw(st.lists(values(kind.item, depth + 1), max_size=2))
        case "map":
            return draw(st.dictionaries(st.text(max_size=5), values(kind.item, depth + 1), max_size=2))
        case "integer" | "number":
            return draw(st.integers(-5, 70_000) | st.integers())
        case "boolean":
            return draw(st.booleans())
        case "quantity":
            return draw(st.sampled_from(["1", "100m", "1Gi", "-1", "1x", 5, 0.5, "1e3", ""]))
        case "time" | "microtime":
            return draw(
                st.sampled_from(["2024-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59+14:00", "soon"])
            )
        case "raw":
            return draw(JUNK)
    return draw(
        st.sampled_from(["a", "x=y", "Always", "TCP", "ClusterIP", "", "None", "10.0.0.1"]) | st.text(max_size=8)
    )


@st.composite
def objects(draw: st.DrawFn) -> tuple[str, Any]:
    """(collection path, object): an object of a random kind, roughly in its shape."""
    kind = draw(st.sampled_from(list(KINDS.served())))
    root = f"apis/{kind.group}/{kind.version}" if kind.group else f"api/{kind.version}"
    path = f"{root}/namespaces/default/{kind.plural}" if kind.namespaced else f"{root}/{kind.plural}"
    body = draw(values(schema.of_kind(kind)))
    if isinstance(body, dict):
        meta = body.get("metadata") if isinstance(body.get("metadata"), dict) else {}
        body |= {"apiVersion": kind.api_version, "kind": kind.kind, "metadata": {**meta, "name": draw(NAMES)}}
        body["metadata"].pop("namespace", None)
    return path, body


PARTS = st.sampled_from([*routes.SUBRESOURCES, "x", ""])
QUERIES = st.dictionaries(
    st.sampled_from(
        [
            "limit",
            "continue",
            "resourceVersion",
            "resourceVersionMatch",
            "labelSelector",
            "fieldSelector",
            "watch",
            "dryRun",
            "fieldValidation",
            "gracePeriodSeconds",
            "propagationPolicy",
            "orphanDependents",
            "sendInitialEvents",
            "timeoutSeconds",
            "tailLines",
            "includeObject",
            "sinceTime",
            "sinceSeconds",
            "limitBytes",
            "timestamps",
            "previous",
            "stream",
            "command",
            "stdin",
            "stdout",
            "tty",
            "ports",
            "path",
            "fieldManager",
            "force",
            "container",
            "follow",
            "pretty",
        ]
    ),
    st.sampled_from(
        ["", "0", "1", "-1", "true", "All", "Strict", "a=b", "!a", "a in (b,c)", "metadata.name=x", "Foreground"]
    )
    | st.text(max_size=6),
    max_size=3,
)
MEDIA = st.sampled_from(
    [
        "application/json", "application/yaml", "application/json-patch+json", "application/merge-patch+json",
        "application/strategic-merge-patch+json", "application/apply-patch+yaml", "application/vnd.kubernetes.protobuf", "x",
    ]
)  # fmt: skip
ACCEPTS = st.sampled_from(
    [
        "*/*", "application/json", "application/yaml", "application/json;as=Table;v=v1;g=meta.k8s.io", ";=,",
        "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io", "application/vnd.kubernetes.protobuf",
        "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io",
    ]
)  # fmt: skip

HEADERS = st.dictionaries(
    st.sampled_from(
        ["Impersonate-User", "Impersonate-Group", "Impersonate-Uid", "Impersonate-Extra-a", "If-None-Match", "Connection",
         "Upgrade", "X-Stream-Protocol-Version", "Sec-WebSocket-Protocol", "User-Agent", "Content-Encoding", "Range"]
    ),
    st.sampled_from(["", "jane", "system:masters", "Upgrade", "SPDY/3.1", "websocket", "v4.channel.k8s.io", "gzip", "\"x\"", "bytes=0-"]),
    max_size=2,
)  # fmt: skip


@st.composite
def subresources(draw: st.DrawFn) -> tuple[str, Any]:
    """(path, body): a subresource of an object that is there, with what it speaks of, or with the object itself."""
    kind = draw(st.sampled_from([kind for kind in random_objects.KEPT if kind.subresources]))
    name = draw(st.sampled_from(sorted(kind.subresources)))
    path = f"{collection(kind)}/{random_objects.started(kind)['metadata']['name']}/{name}"
    if name == "proxy":
        path += draw(st.sampled_from(["", "/", "/index.html", "/../x", "/%00", "/a?b"]))
    spoken = routes.SUBRESOURCES[name]
    typed = schema.name_of(spoken.group, spoken.version, spoken.kind)
    if typed:
        return path, draw(values(schema.of(typed)))
    chance = draw(st.randoms(use_true_random=False))
    return path, random_objects.changed(chance, kind, random_objects.started(kind))


@st.composite
def requests(draw: st.DrawFn) -> dict[str, Any]:
    is_of_part = draw(st.booleans())
    path, body = draw(subresources() if is_of_part else objects())
    path = path if is_of_part else draw(
        st.sampled_from([path, path, f"{path}/{{}}", f"{path}/{{}}/{draw(PARTS)}", f"watch/{path}", "api/v1/{}", "apis/{}/{}", "{}", "openapi/v3/{}"])
    ).replace("{}", draw(NAMES))  # fmt: skip
    data = json.dumps(body).encode()
    match draw(st.integers(0, 9)):
        case 0:
            data = draw(st.binary(max_size=40))
        case 1:
            cut = draw(st.integers(0, len(data)))
            data = data[:cut] + draw(st.binary(max_size=3)) + data[cut:]
        case 2:
            data = b"k8s\0" + draw(st.binary(max_size=40))
        case 3:
            operation = st.fixed_dictionaries(
                {
                    "op": st.sampled_from(["add", "remove", "test", "move", "x"]),
                    "path": st.text(max_size=5),
                    "value": JUNK,
                }
            )
            data = json.dumps(draw(st.lists(operation | JUNK, max_size=2))).encode()
    return {
        "method": draw(st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])),
        "path": path,
        "data": data,
        "media": draw(MEDIA),
        "query": draw(QUERIES),
        "accept": draw(ACCEPTS),
        "headers": draw(HEADERS),
    }


def send(
    method: str, path: str, data: bytes, media: str, query: dict[str, str], accept: str, headers: dict[str, str]
) -> tuple[int, str, bytes]:
    request = RequestFactory().generic(
        method,
        "/k8s/lab/",
        data,
        media,
        headers={"Authorization": f"Bearer {TOKEN}", "Accept": accept, **headers},
        query_params=query,
    )
    answer = view.answered(request, "lab", path, data)
    is_endless = not {"watch", "follow"}.isdisjoint(query)
    content = answer.content if answer.stream is None or is_endless else drained(answer.stream)
    return answer.code, answer.content_type, content


@pytest.fixture(autouse=True)
def _no_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.api.threads.run", at_once)


@pytest.fixture
def everything(cluster: Cluster) -> None:
    """An object of every kind is there."""
    for kind in random_objects.KEPT:
        made = json.dumps(random_objects.started(kind)).encode()
        code, _, content = send("POST", collection(kind), made, "application/json", {}, "", {})
        assert code in (201, 409), content


@pytest.mark.usefixtures("everything")
@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(request=requests())
def test_never_an_error_of_ours(request: dict[str, Any]) -> None:
    code, kind, content = send(**request)
    assert code != 500 or any(words.encode() in content for words in OF_SCHEMA), content
    if code >= 400 and kind == "application/json":
        status = json.loads(content)
        assert status["kind"] == "Status" and status["code"] == code and status["message"]
