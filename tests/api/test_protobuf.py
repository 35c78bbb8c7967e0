# ruff: noqa: E501 - the tables have a line for each case
"""Bodies in protobuf, as typed clients send them: taken byte for byte from `kubectl create` of release 1.32."""

from __future__ import annotations

import struct

import pytest

from simulator import schema
from simulator.api import protobuf
from simulator.documents import Unreadable
from tests.api.conftest import Api

CONFIG_MAP = bytes.fromhex(
    "6b3873000a0f0a0276311209436f6e6669674d6170121d0a130a036f6e6512001a0022002a0032003800420012060a01611201621a002200"
)


def field(number: int, value: bytes | int) -> bytes:
    if isinstance(value, int):
        return bytes([number << 3, value])
    return bytes([number << 3 | 2, len(value)]) + value


def test_what_kubectl_sends(api: Api) -> None:
    made = api.post("api/v1/namespaces/default/configmaps", CONFIG_MAP, protobuf.MEDIA)
    assert made.code == 201
    assert (made.body["metadata"]["name"], made.body["data"]) == ("one", {"a": "b"})
    assert "generateName" not in made.body["metadata"]


@pytest.mark.parametrize(
    ("name", "kind", "data", "expected"),
    [
        ("a pointer to zero stays", "io.k8s.api.apps.v1.DeploymentSpec", field(1, 0) + field(5, 0), {"replicas": 0}),
        ("false that is no pointer goes", "io.k8s.api.apps.v1.DeploymentSpec", field(7, 0), {}),
        ("inline parts", "io.k8s.api.core.v1.Volume", field(1, b"v") + field(2, field(2, b"")), {"name": "v", "emptyDir": {}}),
        ("int or string: int", "io.k8s.api.core.v1.ServicePort", field(3, 80) + field(4, field(1, 0) + field(2, 81) + field(3, b"")), {"port": 80, "targetPort": 81}),
        ("int or string: string", "io.k8s.api.core.v1.ServicePort", field(3, 80) + field(4, field(1, 1) + field(3, b"web")), {"port": 80, "targetPort": "web"}),
        ("quantities", "io.k8s.api.core.v1.ResourceRequirements", field(1, field(1, b"cpu") + field(2, field(1, b"100m"))), {"limits": {"cpu": "100m"}}),
        ("lists", "io.k8s.api.core.v1.Container", field(1, b"c") + field(3, b"a") + field(3, b""), {"name": "c", "command": ["a", ""]}),
        ("time", "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta", field(8, field(1, 1)), {"creationTimestamp": "1970-01-01T00:00:01Z"}),
        ("bytes", "io.k8s.api.core.v1.Secret", field(2, field(1, b"a") + field(2, b"\xff")), {"data": {"a": "/w=="}}),
        ("negative", "io.k8s.api.core.v1.Toleration", bytes([5 << 3]) + b"\xff" * 9 + b"\x01", {"tolerationSeconds": -1}),
        ("unknown fields", "io.k8s.api.core.v1.Secret", field(15, b"x") + bytes([14 << 3 | 1]) + struct.pack("<d", 1.5), {}),
    ],
)  # fmt: skip
def test_fields(name: str, kind: str, data: bytes, expected: dict[str, object]) -> None:
    assert protobuf.message(data, schema.of(kind)) == expected


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a length beyond the end", b"\x0a\x7f"),
        ("half a number", b"\x08\xff"),
        ("a group", b"\x0b"),
        ("a number for text", b"\x08\x01"),
    ],
)
def test_broken(name: str, data: bytes) -> None:
    with pytest.raises(Unreadable):
        protobuf.message(data, schema.of("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"))
