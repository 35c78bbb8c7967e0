"""The tokens controller, and tokens as the engine makes and reads them."""

from __future__ import annotations

from base64 import b64decode

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


@pytest.mark.parametrize("token", ["", ".", "..", "a.b.c", "e30.e30.e30", "ü.b.c", "W10.W10.W10", "a" * 10_000])
def test_what_is_no_token(token: str) -> None:
    assert service_accounts.read(b"secret", token) is None
