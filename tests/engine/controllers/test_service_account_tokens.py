"""The tokens controller, and tokens as the engine makes and reads them.

The cases are those of pkg/controller/serviceaccount/tokens_controller_test.go, v1.34.
"""

from __future__ import annotations

from base64 import b64decode, b64encode

import pytest

from simulator.engine import service_accounts
from simulator.engine.clock import SECOND
from simulator.engine.controllers.service_account_tokens import TokensController
from simulator.engine.objects import annotations_of
from simulator.engine.registry import Body
from simulator.engine.world import World
from tests.engine.controllers.rig import START, USER

ACCOUNT: Body = {"metadata": {"namespace": "default", "name": "bot"}}
SECRET: Body = {
    "metadata": {
        "namespace": "default",
        "name": "bot-token",
        "annotations": {"kubernetes.io/service-account.name": "bot"},
    },
    "type": "kubernetes.io/service-account-token",
}


def made(secret: bytes = b"secret") -> World:
    world = World(seed=1, now=START)
    world.secret = secret
    TokensController(world)
    world.create("namespaces", {"metadata": {"name": "default"}}, USER)
    return world


def run(world: World, seconds: int = 1) -> Body | None:
    world.clock.run_until(world.now + seconds * SECOND)
    return world.get("secrets", "default", "bot-token")


def test_a_secret_gets_the_token_of_its_account() -> None:
    world = made()
    account = world.create("serviceaccounts", ACCOUNT, USER)
    world.create("secrets", SECRET, USER)
    held = run(world)
    assert held is not None
    data = {key: b64decode(value).decode() for key, value in held["data"].items()}
    assert set(data) == {"ca.crt", "namespace", "token"}
    assert data["namespace"] == "default"
    assert annotations_of(held)["kubernetes.io/service-account.uid"] == account["metadata"]["uid"]
    claims = service_accounts.read(b"secret", data["token"])
    assert claims is not None
    subject, audiences = service_accounts.holder(world, claims, token=data["token"], now=world.now)
    assert (subject.name, audiences) == ("system:serviceaccount:default:bot", service_accounts.AUDIENCES)
    settled = world.revision
    run(world, 60)
    assert world.revision == settled


def test_the_same_cluster_makes_the_same_token() -> None:
    tokens = []
    for secret in (b"one", b"one", b"two"):
        world = made(secret)
        world.create("serviceaccounts", ACCOUNT, USER)
        world.create("secrets", SECRET, USER)
        tokens.append((run(world) or {})["data"]["token"])
    assert tokens[0] == tokens[1] != tokens[2]


def test_a_secret_without_an_account_goes() -> None:
    world = made()
    world.create("secrets", SECRET, USER)
    assert run(world) is None


def test_a_secret_goes_with_its_account() -> None:
    world = made()
    world.create("serviceaccounts", ACCOUNT, USER)
    world.create("secrets", SECRET, USER)
    assert run(world) is not None
    world.delete("serviceaccounts", "default", "bot", USER)
    world.create("serviceaccounts", ACCOUNT, USER)
    assert run(world) is None, "the account of the same name is another one"


def test_other_secrets_are_let_alone() -> None:
    world = made()
    world.create("secrets", {**SECRET, "type": "Opaque"}, USER)
    held = run(world)
    assert held is not None
    assert "data" not in held


def packed(text: str) -> str:
    return b64encode(text.encode()).decode()


@pytest.mark.parametrize("is_updated", [False, True], ids=["added", "updated"])
@pytest.mark.parametrize(
    ("change", "is_kept"),
    [
        pytest.param({}, True, id="secret with serviceaccount"),
        pytest.param({"token": None}, False, id="token secret without token data"),
        pytest.param({"token": ""}, False, id="token secret with empty token data"),
        pytest.param({"ca.crt": None}, False, id="token secret without ca data"),
        pytest.param({"ca.crt": packed("mismatched")}, False, id="token secret with mismatched ca data"),
        pytest.param({"namespace": None}, False, id="token secret without namespace data"),
        pytest.param({"namespace": ""}, False, id="token secret with empty namespace data"),
        pytest.param({"namespace": packed("custom")}, True, id="token secret with custom namespace data"),
        pytest.param({"mine": packed("more")}, True, id="token secret with data of somebody's own"),
    ],
)
def test_what_is_missing_is_put_in(is_updated: bool, change: dict[str, str | None], is_kept: bool) -> None:
    world = made()
    world.create("serviceaccounts", ACCOUNT, USER)
    world.create("secrets", SECRET, USER)
    whole = run(world)
    assert whole is not None
    data = {key: value for key, value in {**whole["data"], **change}.items() if value is not None}
    if is_updated:
        world.update("secrets", {**whole, "data": data}, USER)
    else:
        meta = {key: whole["metadata"][key] for key in ("namespace", "name", "annotations")}
        world.delete("secrets", "default", "bot-token", USER)
        world.create("secrets", {**whole, "metadata": meta, "data": data}, USER)
    found = run(world)
    assert found is not None
    if is_kept:
        assert found["data"] == data
        return
    assert set(found["data"]) == {"ca.crt", "namespace", "token"}
    assert (found["data"]["ca.crt"], found["data"]["namespace"]) == (whole["data"]["ca.crt"], packed("default"))
    claims = service_accounts.read(b"secret", b64decode(found["data"]["token"]).decode())
    assert claims is not None


@pytest.mark.parametrize(
    ("uid", "is_kept"),
    [
        pytest.param("", True, id="secret that refers to the account by name"),
        pytest.param("other", False, id="secret of another account of the name"),
    ],
)
def test_whose_secret_it_is(uid: str, is_kept: bool) -> None:
    world = made()
    world.create("serviceaccounts", ACCOUNT, USER)
    notes = {**annotations_of(SECRET), "kubernetes.io/service-account.uid": uid}
    world.create("secrets", {**SECRET, "metadata": {**SECRET["metadata"], "annotations": notes}}, USER)
    assert (run(world) is not None) is is_kept


@pytest.mark.parametrize("kind", ["kubernetes.io/service-account-token", "Opaque"])
def test_a_deleted_account_takes_its_tokens_only(kind: str) -> None:
    """As in "deleted serviceaccount with token secrets" and "with non-token secrets"."""
    world = made()
    world.create("serviceaccounts", ACCOUNT, USER)
    world.create("secrets", {**SECRET, "type": kind}, USER)
    run(world)
    world.delete("serviceaccounts", "default", "bot", USER)
    assert (run(world) is None) is (kind != "Opaque")


@pytest.mark.parametrize("token", ["", ".", "..", "a.b.c", "e30.e30.e30", "ü.b.c", "W10.W10.W10", "a" * 10_000])
def test_what_is_no_token(token: str) -> None:
    assert service_accounts.read(b"secret", token) is None
