"""For every kind, objects that are almost right: what is accepted can be read in each form, changed and deleted."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from simulator import why
from simulator.engine.objects import key_of
from simulator.engine.registry import Body, Kind
from simulator.live import frames
from simulator.models import Cluster, KubeObject
from tests import random_objects
from tests.api.conftest import Api, Reply
from tests.api.test_invalid_objects import collection

TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"
PARTIAL = "application/json;as=PartialObjectMetadata{};v=v1;g=meta.k8s.io"
PATCHES = [
    "application/merge-patch+json",
    "application/strategic-merge-patch+json",
    "application/apply-patch+yaml",
    "application/json-patch+json",
]
APPLY = PATCHES[2]
OF_SCHEMA = ("failed to create typed patch object", "failed to convert new object")
"""How upstream answers with 500 to a configuration that does not fit its schema."""
PER_KIND = settings(
    max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
CHANCE = st.integers(0, 1 << 32).map(Random)
"""One figure decides all: with so few examples of each kind, no two of them should begin alike."""


class Sender:
    """Sends requests about objects of one kind; an answer that is an error of ours ends the test."""

    def __init__(self, api: Api, kind: Kind) -> None:
        self.api = api
        self.path = collection(kind)

    def __call__(
        self, method: str, path: str = "", body: Any = b"", media: str = "application/json", **headers: str
    ) -> Reply:
        reply = self.api(method, f"{self.path}{path}", body, media, **headers)
        if reply.code >= 400:
            assert reply.body["kind"] == "Status" and reply.body["code"] == reply.code and reply.body["message"]
        assert reply.code != 500 or (media == APPLY and reply.message.startswith(OF_SCHEMA)), reply.text
        return reply


def walked(send: Sender, chance: Random, kind: Kind) -> tuple[Body, int]:
    """An object that is accepted, and how many random changes to it were: the others are refused."""
    body, accepted = random_objects.started(kind), 0
    for _ in range(6):
        tried = random_objects.changed(chance, kind, body)
        reply = send("POST", "?dryRun=All&fieldValidation=Strict", tried)
        event("accepted" if reply.code == 201 else f"refused with {reply.code}")
        if reply.code == 201:
            body, accepted = tried, accepted + 1
    return body, accepted


def check_forms(send: Sender, name: str) -> None:
    """The object and the list of it can be read in all forms; the cells of its row are what kubectl can print."""
    for at, listed in ((f"/{name}", ""), ("", "List")):
        for form in ("application/yaml", PARTIAL.format(listed)):
            assert send("GET", at, Accept=form).code == 200
        table = send("GET", at, Accept=TABLE)
        assert table.code == 200
        assert table.body["rows"]
        for row in table.body["rows"]:
            assert len(row["cells"]) == len(table.body["columnDefinitions"])
            assert not [cell for cell in row["cells"] if isinstance(cell, dict | list)], row["cells"]


def check_no_changes(send: Sender, name: str, held: Body) -> None:
    """To write what is there changes nothing, and to apply the same again changes nothing more."""
    for reply in (send("PUT", f"/{name}", held), send("PATCH", f"/{name}", {}, PATCHES[0])):
        assert reply.code == 200, reply.text
        assert reply.body == held
    meta = {key: held["metadata"][key] for key in ("name", "labels", "annotations") if key in held["metadata"]}
    config = {**{key: value for key, value in held.items() if key != "status"}, "metadata": meta}
    applied = [send("PATCH", f"/{name}?fieldManager=me&force=true", config, APPLY) for _ in range(2)]
    assert applied[0].code == 200 or applied[0].message.startswith(OF_SCHEMA), applied[0].text
    assert applied[1].body == applied[0].body


def disturb(send: Sender, chance: Random, kind: Kind, name: str, sub: str) -> None:
    """Changes the object, or a subresource of it, in all ways by something random."""
    at = f"/{name}{sub}"
    read = send("GET", at)
    held = read.body if read.code == 200 and isinstance(read.body, dict) else random_objects.started(kind)
    if sub == "/scale":
        new: Body = {
            **held,
            "spec": chance.choice([*random_objects.JUNK, *({"replicas": one} for one in (0, 2, -1, "x", 1 << 40))]),
        }
    elif sub and chance.random() < 0.3:
        new = {"metadata": {"name": name}, "spec": chance.choice(random_objects.JUNK)}
    else:
        new = random_objects.changed(chance, kind, held, inside=sub[1:] if sub == "/status" else "")
    send(chance.choice(["PUT", "PUT", "POST"]), at, new)
    piece = {key: value for key, value in new.items() if value != held.get(key) or key in ("apiVersion", "kind")}
    for media in PATCHES[:3]:
        force = f"?fieldManager=other&force={chance.choice(['true', 'false'])}" if media == APPLY else ""
        send("PATCH", f"{at}{force}", piece, media)
    send("PATCH", at, [_operation(chance, held) for _ in range(2)], PATCHES[3])


def _operation(chance: Random, held: Body) -> Body:
    name = chance.choice(["add", "replace", "remove", "test", "copy", "move"])
    value = chance.choice(random_objects.JUNK)
    return {"op": name, "path": _pointer(chance, held), "from": _pointer(chance, held), "value": value}


def _pointer(chance: Random, value: Any) -> str:
    """A place in a value, or one beside it."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else []
    if not keys or chance.random() < 0.2:
        return chance.choice(["", "", "/x", "/-", "/0"])
    key = chance.choice(list(keys))
    return f"/{str(key).replace('~', '~0').replace('/', '~1')}{_pointer(chance, value[key])}"


@pytest.mark.parametrize("kind", random_objects.CREATED, ids=lambda kind: kind.kind + kind.version)
@PER_KIND
@given(chance=CHANCE)
def test_what_is_accepted_can_be_read_changed_and_deleted(
    api: Api, cluster: Cluster, kind: Kind, chance: Random
) -> None:
    name = random_objects.started(kind)["metadata"].get("name", "")
    KubeObject.objects.filter(resource=kind.storage, name=name).delete()  # an example that failed leaves some
    send = Sender(api, kind)
    body, _ = walked(send, chance, kind)
    made = send("POST", "", body)
    assert made.code == 201, made.text
    if not kind.is_kept:
        return
    assert send("GET", f"/{name}").body == made.body
    check_forms(send, name)
    check_no_changes(send, name, made.body)
    for sub in ["", *(f"/{one}" for one in sorted(kind.subresources))]:
        disturb(send, chance, kind, name, sub)
    row = KubeObject.objects.filter(cluster=cluster, resource=kind.storage, name=name).first()
    if row is not None:
        check_forms(send, name)
        frames.sketch(kind.storage, json.loads(row.text))
        assert why.chain(Cluster.objects.get(pk=cluster.pk), kind.storage, key_of(made.body))
    assert send("DELETE", f"/{name}?gracePeriodSeconds=0").code in (200, 202, 403, 404)
