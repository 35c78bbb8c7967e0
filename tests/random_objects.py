# ruff: noqa: E501 - the tables have a line for each case
"""Objects that are almost right: the example of a kind, changed at random places by what its schema allows there.

All chance comes from a `random.Random`: from hypothesis, which makes what it found smaller, or from a seed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from random import Random
from typing import Any

from simulator import schema
from simulator.engine.registry import KINDS, Kind
from tests.examples import CLUSTER_WIDE, SPECS, Body, example

_OWN: Mapping[str, Body] = {
    "events.k8s.io/v1 Event": {
        "eventTime": "2024-01-01T00:00:00.000000Z", "reportingController": "example.com/me", "reportingInstance": "me",
        "action": "Test", "reason": "R", "type": "Normal", "regarding": {"kind": "Pod", "name": "all", "namespace": "default"},
    },
    "autoscaling/v1 HorizontalPodAutoscaler": SPECS["autoscaling/v2 HorizontalPodAutoscaler"],
    "storage.k8s.io/v1 CSIStorageCapacity": {"storageClassName": "all", "capacity": "1Gi"},
    "storage.k8s.io/v1 VolumeAttributesClass": {"driverName": "example.com", "parameters": {"a": "b"}},
    "authentication.k8s.io/v1 SelfSubjectReview": {},
    "authentication.k8s.io/v1 TokenReview": {"spec": {"token": "letmein"}},
    **{
        f"authorization.k8s.io/v1 {kind}": {"spec": {"resourceAttributes": {"verb": "get", "resource": "pods"}, **more}}
        for kind, more in (
            ("SelfSubjectAccessReview", {}), ("SubjectAccessReview", {"user": "jane"}),
            ("LocalSubjectAccessReview", {"user": "jane", "resourceAttributes": {"namespace": "default", "verb": "get"}}),
        )
    },
    "authorization.k8s.io/v1 SelfSubjectRulesReview": {"spec": {"namespace": "default"}},
}  # fmt: skip
"""The kinds that nobody keeps in a file, and other versions of those that people do."""

CREATED = [kind for kind in KINDS.served() if "create" in kind.verbs]
KEPT = [kind for kind in CREATED if kind.is_kept]

_NAMES = ["all", "web", "default", "worker-1", "example.com", "a", "kube-system", "x.y", "sa-1"]
_CIDRS = ["10.0.0.0/24", "192.168.0.0/16", "0.0.0.0/0", "fd00::/64", "10.0.0.1/24"]
_ADDRESSES = ["10.1.2.3", "10.96.0.77", "fd00::1", "127.0.0.1", "None", ""]
_PATHS = ["/data", "/", "/var/log/x", "a/b", "/../x", "", "spec.x", "metadata.name", "metadata.labels['app']"]
_LABELS = ["app", "all", "tier", "example.com/role", "kubernetes.io/hostname", "kubernetes.io/os", "topology.kubernetes.io/zone"]  # fmt: skip
_PLAUSIBLE: tuple[tuple[str, list[str]], ...] = (
    ("image", ["nginx", "busybox", "busybox:1.36", "registry.example.com/a/b:v1", f"nginx@sha256:{'0' * 64}", "NGINX", ""]),
    ("cidr", _CIDRS), ("except", _CIDRS),
    ("ip", _ADDRESSES), ("address", [*_ADDRESSES, "a.example.com"]),
    ("schedule", ["*/5 * * * *", "0 0 * * 1", "@daily", "@every 1h", "60 * * * *", "TZ=UTC * * * * *"]),
    ("timezone", ["Etc/UTC", "Europe/Berlin", "Local", "Mars/Base"]),
    ("path", _PATHS), ("dir", _PATHS),
    ("key", _LABELS), ("labels", [*_LABELS, "1", "true", "", "a b"]), ("topology", _LABELS), ("taint", _LABELS),
    ("verbs", ["get", "list", "*", "watch", "create", "delete"]),
    ("groups", ["", "apps", "*", "batch"]), ("apigroup", ["", "apps", "rbac.authorization.k8s.io"]),
    ("resources", ["pods", "*", "pods/log", "deployments", "services"]),
    ("apiversion", ["v1", "apps/v1", "apps/v1beta1", "batch/v1"]),
    ("kind", ["Pod", "Deployment", "Node", "ReplicaSet", "Service", "ServiceAccount", "User", "Group", "Role", "ClusterRole"]),
    ("condition", ["Ready", "Available", "example.com/gate"]),
    ("status", ["True", "False", "Unknown"]),
    ("host", ["example.com", "*.example.com", "web.example.com", "Example.com", "-"]),
    ("uid", ["6f3f0d4e-0000-4000-8000-000000000001", "x"]),
    ("command", ["sh", "-c", "sleep 5; exit 1", "echo $(A) $$(B)", "true", "exit 3", "nginx", "cat /data/x", "sleep 1000"]),
    ("args", ["-c", "sleep 1", "$(HOSTNAME)", "--port=80"]),
    ("value", ["1", "a", "$(A)", "100m", "50%", "text with spaces", "zone-a", "\u00e9", ""]),
    ("port", ["http", "web", "80", "a-very-long-port-name"]),
    ("percent", ["25%"]), ("resource", ["limits.cpu", "requests.memory", "pods", "cpu", "memory"]),
    ("name", _NAMES), ("class", [*_NAMES, ""]), ("user", ["jane", "system:admin", "system:serviceaccount:default:default"]),
)  # fmt: skip
"""What a text may be, by a part of the name of its field, in small letters. Said from special to general."""
_MAPS: Mapping[str, list[str]] = {
    "hard": ["pods", "cpu", "requests.memory", "count/deployments.apps", "services.nodeports", "limits.cpu", "example.com/gpu"],
    "limits": ["cpu", "memory", "ephemeral-storage", "example.com/gpu", "hugepages-2Mi"],
    "requests": ["cpu", "memory", "ephemeral-storage", "storage", "example.com/gpu", "hugepages-2Mi"],
    "annotations": ["a", "example.com/x", "kubectl.kubernetes.io/last-applied-configuration", "deployment.kubernetes.io/revision",
                    "kubernetes.io/service-account.name", "storageclass.kubernetes.io/is-default-class", "bad key"],
    "nodeSelector": _LABELS,
    "capacity": ["cpu", "memory", "storage", "pods"],
    "allocatable": ["cpu", "memory", "pods"],
}  # fmt: skip
_QUANTITIES = ["1", "100m", "1Gi", "10Mi", "0", "1e3", "500m", "0.5", 2, "5G", "-1", "1x", "9223372036854775808", "1n", ""]  # fmt: skip
_TIMES = ["2024-01-01T00:00:00Z", "2023-11-14T22:13:20+02:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "soon"]
_INTEGERS = [0, 1, 1, 2, 3, 5, 10, 30, 80, 443, 600, 8080, 30080, -1, 65536, 1000, 2147483647, -2147483648, 9223372036854775807]  # fmt: skip
JUNK: list[Any] = [
    None,
    True,
    0,
    -1,
    1.5,
    1e300,
    "",
    "x",
    "\u0000",
    "a" * 300,
    [],
    [None],
    {},
    {"a": None},
    [[]],
    [{}],
    {"": ""},
]

_OF_THE_PATH = ("name", "namespace", "resourceVersion", "uid")
SIZE = 40
"""The most items of a list that is made long."""


def started(kind: Kind) -> Body:
    """The example of the kind, in the namespace default."""
    named = f"{kind.api_version} {kind.kind}"
    if named in SPECS or named in CLUSTER_WIDE:
        return example(named, "default" if kind.namespaced else "")
    meta = {"namespace": "default"} if kind.namespaced else {}
    if kind.is_kept:
        meta["name"] = "all"
    return {"apiVersion": kind.api_version, "kind": kind.kind, **_OWN[named], "metadata": meta}


def changed(chance: Random, kind: Kind, body: Body, *, inside: str = "") -> Body:
    """The body with something else at one place, of the field `inside` if that is given.

    It keeps its name, its namespace and its kind.
    """
    typed = schema.of_kind(kind)
    if inside:
        return {**body, inside: _changed(chance, body.get(inside) or {}, typed.fields[inside].type, inside)}
    new = _object(chance, body, typed, "")
    meta = new["metadata"] if isinstance(new.get("metadata"), dict) else {}
    left = {key: value for key, value in meta.items() if key not in _OF_THE_PATH}
    kept = {key: value for key, value in body["metadata"].items() if key in _OF_THE_PATH}
    return {**new, "apiVersion": kind.api_version, "kind": kind.kind, "metadata": {**left, **kept}}


def _happens(chance: Random, often: int) -> bool:
    """True in so many of a hundred cases."""
    return chance.randrange(100) < often


def _changed(chance: Random, value: Any, kind: schema.Type, name: str, depth: int = 0) -> Any:
    if _happens(chance, 3):
        return chance.choice(JUNK)
    if kind.form == "object" and isinstance(value, dict) and not _happens(chance, 8):
        return _object(chance, value, kind, name, depth)
    if kind.form == "list" and isinstance(value, list) and not _happens(chance, 8):
        return _list(chance, value, kind, name, depth)
    if kind.form == "map" and isinstance(value, dict) and not _happens(chance, 8):
        return _map(chance, value, kind, name, depth)
    return made(chance, kind, name, depth)


def _object(chance: Random, value: Body, kind: schema.Type, name: str, depth: int = 0) -> Body:
    fields = sorted(kind.fields)
    inside = [
        field for field in value if field in kind.fields and kind.fields[field].type.form in ("object", "list", "map")
    ]
    what = chance.randrange(100)
    if inside and what < 62:
        field = chance.choice(
            [one for one in inside if one not in ("metadata", "status")] or inside if what < 52 else inside
        )
        return {**value, field: _changed(chance, value[field], kind.fields[field].type, field, depth + 1)}
    if value and what < 67:
        gone = chance.choice(sorted(value))
        return {key: value[key] for key in value if key != gone}
    if not fields or what > 98:
        return {**value, chance.choice(["unknown", "", "a.b"]): chance.choice(JUNK)}
    field = chance.choice(fields)
    return {**value, field: made(chance, kind.fields[field].type, field, depth + 1, name)}


def _list(chance: Random, value: list[Any], kind: schema.Type, name: str, depth: int) -> list[Any]:
    what = chance.randrange(100)
    at = chance.randrange(len(value)) if value else 0
    if value and what < 55:
        return [*value[:at], _changed(chance, value[at], kind.item, name, depth + 1), *value[at + 1 :]]
    if value and what < 63:
        return [*value, value[at]]
    if value and what < 68:
        return [*value[:at], *value[at + 1 :]]
    if what < 70:
        return [made(chance, kind.item, name, depth + 1)] * SIZE
    if value and isinstance(value[at], dict) and what < 85:
        other = _changed(chance, value[at], kind.item, name, depth + 1)
        return [
            *value,
            {**other, "name": chance.choice(_NAMES)} if isinstance(other, dict) and "name" in other else other,
        ]
    return [*value, made(chance, kind.item, name, depth + 1)]


def _map(chance: Random, value: Body, kind: schema.Type, name: str, depth: int) -> Body:
    if value and _happens(chance, 30):
        key = chance.choice(sorted(value))
        return {**value, key: _changed(chance, value[key], kind.item, name, depth + 1)}
    if value and _happens(chance, 15):
        gone = chance.choice(sorted(value))
        return {key: value[key] for key in value if key != gone}
    key = chance.choice(_MAPS.get(name, _LABELS))
    if _happens(chance, 4):
        key = chance.choice(["", "a" * 300, "\u0000", "B d"])
    return {**value, key: made(chance, kind.item, name, depth + 1)}


def made(chance: Random, kind: schema.Type, name: str, depth: int = 0, above: str = "") -> Any:
    """A new value of a type, for the field of this name in one called `above`; sometimes not of that type at all."""
    if _happens(chance, 2):
        return chance.choice(JUNK)
    match kind.form:
        case "object":
            optional = [field for field in sorted(kind.fields) if not kind.fields[field].required]
            chosen = (
                []
                if depth > 7 or not optional
                else [chance.choice(optional) for _ in range(chance.choice([0, 1, 1, 2, 3]))]
            )
            needed = [field for field in kind.fields if kind.fields[field].required]
            return {
                field: made(chance, kind.fields[field].type, field, depth + 1, name)
                for field in dict.fromkeys([*needed, *chosen])
            }
        case "list":
            return [made(chance, kind.item, name, depth + 1) for _ in range(chance.choice([0, 1, 1, 1, 2]))]
        case "map":
            keys = [chance.choice(_MAPS.get(name, _LABELS)) for _ in range(chance.choice([0, 1, 1, 2]))]
            return {key: made(chance, kind.item, name, depth + 1) for key in keys}
        case "integer" if name in ("replicas", "parallelism"):
            return chance.choice([0, 1, 2, 3, -1])
        case "integer":
            return chance.choice(_INTEGERS)
        case "number":
            return chance.choice([*_INTEGERS, 0.5, 1e-9])
        case "boolean":
            return _happens(chance, 50)
        case "quantity":
            return chance.choice(_QUANTITIES)
        case "intorstring":
            return chance.choice([*_INTEGERS[:10], "25%", "100%", "0%", "http", "-1%"])
        case "time" | "microtime":
            return chance.choice(_TIMES)
        case "bytes":
            return chance.choice(["YQ==", "", "AP8=", "not base64"])
        case "string":
            return _text(chance, kind, name, above)
    return chance.choice([*JUNK, {"spec": {"replicas": 1}}, {"type": "string"}])


def _text(chance: Random, kind: schema.Type, name: str, above: str) -> str:
    if _happens(chance, 4):
        return chance.choice(["", "a" * 300, "\u0000", "Bad Name", "..", "\u00e9", "%s", "{a}", "1"])
    words = _words(kind.definition.get("description", ""))
    if words and _happens(chance, 70):
        return chance.choice(words)
    told = f"{above}{name}".lower() if name in ("name", "value", "type", "key") else name.lower()
    for part, texts in _PLAUSIBLE:
        if part in told:
            return chance.choice(texts)
    return chance.choice(_NAMES)


@cache
def _words(description: str) -> tuple[str, ...]:
    """The values that the documentation of a field may name: what it quotes, else what it writes with a capital."""
    quoted = re.findall(r'[`"\']"?([A-Za-z][\w./-]{1,40})"?[`"\']', description)
    values = re.findall(r"\b[A-Z][A-Za-z]*[a-z][A-Z]\w+\b|\b(?:one of|are|be|to|and|or) ([A-Z]\w+)\b", description)
    held = [*quoted, *(word for word in values if word), *re.findall(r"\b[A-Z][a-z]+[A-Z]\w+\b", description)]
    return tuple(dict.fromkeys(held)) if len(held) < 30 else ()
