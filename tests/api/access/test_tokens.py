"""The tokens of service accounts: given, taken, and at an end."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from typing import Any

import pytest

from simulator import authentication
from simulator.engine import service_accounts
from simulator.engine.clock import SECOND
from simulator.engine.registry import Body
from simulator.models import Cluster
from tests.api.access.access import (
    ACCOUNTS,
    AUTHENTICATION,
    ISSUER,
    PODS,
    bearing,
    bind,
    claims_of,
    pass_time,
    token,
    who,
)
from tests.api.conftest import Api


def test_a_token_request(api: Api, cluster: Cluster) -> None:
    reply = api.post(f"{ACCOUNTS}/default/token", {"kind": "TokenRequest", "apiVersion": "authentication.k8s.io/v1"})
    assert (reply.code, reply.body["kind"]) == (201, "TokenRequest")
    assert reply.body["metadata"] == {
        "name": "default", "namespace": "default", "creationTimestamp": "2023-11-14T22:13:20Z",
    }  # fmt: skip
    assert reply.body["spec"] == {"audiences": [ISSUER], "expirationSeconds": 3600}
    assert reply.body["status"]["expirationTimestamp"] == "2023-11-14T23:13:20Z"
    claims = claims_of(reply.body["status"]["token"])
    uid = api.get(f"{ACCOUNTS}/default").body["metadata"]["uid"]
    issued = cluster.now // SECOND
    assert len(claims.pop("jti")) == 36
    assert claims == {
        "iss": ISSUER, "aud": [ISSUER], "sub": "system:serviceaccount:default:default",
        "iat": issued, "nbf": issued, "exp": issued + 3600,
        "kubernetes.io": {"namespace": "default", "serviceaccount": {"name": "default", "uid": uid}},
    }  # fmt: skip


def test_a_token_is_its_account(api: Api) -> None:
    held = token(api)
    seen = who(api, **bearing(held))
    assert seen["username"] == "system:serviceaccount:default:default"
    assert seen["uid"] == api.get(f"{ACCOUNTS}/default").body["metadata"]["uid"]
    assert seen["groups"] == ["system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated"]
    assert seen["extra"] == {"authentication.kubernetes.io/credential-id": [f"JTI={claims_of(held)['jti']}"]}
    assert api.get(PODS, **bearing(held)).code == 403
    bind(api, "b", "view", {"kind": "ServiceAccount", "name": "default"}, namespace="default")
    assert api.get(PODS, **bearing(held)).code == 200


def test_a_token_ends_by_the_clusters_own_clock(api: Api, cluster: Cluster) -> None:
    held = token(api, expirationSeconds=600)
    for seconds, code in ((0, 201), (600, 201), (659, 201), (661, 401)):
        pass_time(cluster, seconds)
        assert api("POST", f"{AUTHENTICATION}/selfsubjectreviews", {}, **bearing(held)).code == code, seconds


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        ("cut off", lambda held: held[:-2]),
        ("another signature", lambda held: held.rpartition(".")[0] + "." + "A" * 86),
        ("other claims", lambda held: ".".join((held.split(".")[0], held.split(".")[0], held.split(".")[2]))),
        ("no signature asked for", lambda held: "eyJhbGciOiJub25lIn0." + held.split(".")[1] + "."),
        ("two parts", lambda held: held.rpartition(".")[0]),
        ("not base64", lambda held: "!.!.!"),
        ("not ASCII", lambda held: "ü.ü.ü"),
        ("signed by another key", lambda held: service_accounts.sign(b"guessed", claims_of(held))),
    ],
)
def test_a_spoilt_token_is_none(api: Api, name: str, spoil: Any) -> None:
    reply = api.get("healthz", **bearing(spoil(token(api))))
    assert reply.code == 401


def test_a_token_ends_with_its_account(api: Api) -> None:
    assert api.post(ACCOUNTS, {"metadata": {"name": "bot"}}).code == 201
    held = token(api, "bot")
    assert api.get("healthz", **bearing(held)).code == 200
    assert api("DELETE", f"{ACCOUNTS}/bot").code == 200
    assert api.get("healthz", **bearing(held)).code == 401
    assert api.post(ACCOUNTS, {"metadata": {"name": "bot"}}).code == 201
    assert api.get("healthz", **bearing(held)).code == 401, "the new account is another one"


def test_a_token_ends_with_what_it_is_bound_to(api: Api) -> None:
    pod = {"metadata": {"name": "web"}, "spec": {"containers": [{"name": "main", "image": "nginx"}]}}
    uid = api.post(PODS, pod).body["metadata"]["uid"]
    held = token(api, boundObjectRef={"kind": "Pod", "apiVersion": "v1", "name": "web", "uid": uid})
    assert claims_of(held)["kubernetes.io"]["pod"] == {"name": "web", "uid": uid}
    extra = who(api, **bearing(held))["extra"]
    assert extra["authentication.kubernetes.io/pod-name"] == ["web"]
    assert extra["authentication.kubernetes.io/pod-uid"] == [uid]
    assert api("DELETE", f"{PODS}/web?gracePeriodSeconds=0").code == 200
    assert api.get("healthz", **bearing(held)).code == 401


@pytest.mark.parametrize(
    ("name", "account", "body", "code", "message"),
    [
        ("too short", "default", {"spec": {"expirationSeconds": 599}}, 422,
         'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 599: may not '
         'specify a '
         "duration less than 10 minutes"),
        ("too long", "default", {"spec": {"expirationSeconds": 2**32 + 1}}, 422,
         'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 4294967297: may not '
         "specify a duration larger than 2^32 seconds"),
        ("no account", "nobody", {}, 404, 'serviceaccounts "nobody" not found'),
        ("another name", "default", {"metadata": {"name": "x"}}, 422,
         'TokenRequest.authentication.k8s.io "default" is invalid: metadata.name: Invalid value: "x": must match the '
         "service account name if specified"),
        ("no such pod", "default", {"spec": {"boundObjectRef": {"kind": "Pod", "apiVersion": "v1", "name": "x"}}}, 404,
         'pods "x" not found'),
        ("bound to something else", "default",
         {"spec": {"boundObjectRef": {"kind": "Deployment", "apiVersion": "apps/v1", "name": "x"}}}, 400,
         "cannot bind token to object of type apps/v1, Kind=Deployment"),
        ("of another kind", "default", {"kind": "Pod", "apiVersion": "v1"}, 400,
         "Pod in version \"v1\" cannot be handled as a TokenRequest: converting (v1.Pod) to "
         "(authentication.TokenRequest): "
         "unknown conversion"),
    ],
)  # fmt: skip
def test_tokens_that_are_not_given(api: Api, name: str, account: str, body: Body, code: int, message: str) -> None:
    reply = api.post(f"{ACCOUNTS}/{account}/token", body)
    assert (reply.code, reply.message) == (code, message)


def test_a_pod_of_another_account_and_one_that_was_replaced(api: Api) -> None:
    pod = {"metadata": {"name": "web"}, "spec": {"containers": [{"name": "main", "image": "nginx"}]}}
    assert api.post(PODS, pod).code == 201
    assert api.post(ACCOUNTS, {"metadata": {"name": "bot"}}).code == 201
    bound = {"kind": "Pod", "apiVersion": "v1", "name": "web"}
    reply = api.post(f"{ACCOUNTS}/bot/token", {"spec": {"boundObjectRef": bound}})
    assert reply.message == (
        'cannot bind token for serviceaccount "bot" to pod running with different serviceaccount name.'
    )
    reply = api.post(f"{ACCOUNTS}/default/token", {"spec": {"boundObjectRef": {**bound, "uid": "7"}}})
    assert (reply.code, reply.body["reason"]) == (409, "Conflict")
    assert "the UID in the bound object reference (7) does not match the UID in record" in reply.message


def test_the_token_of_a_secret(api: Api, cluster: Cluster) -> None:
    """As the tokens controller makes it."""
    secrets = "api/v1/namespaces/default/secrets"
    notes = {"kubernetes.io/service-account.name": "default"}
    body = {"metadata": {"name": "old", "annotations": notes}, "type": "kubernetes.io/service-account-token"}
    secret = api.post(secrets, body).body
    account = api.get(f"{ACCOUNTS}/default").body
    held = service_accounts.sign(
        authentication.signing_secret(cluster), service_accounts.legacy_claims(account, secret)
    )
    assert api.get("healthz", **bearing(held)).code == 401, "the Secret does not have it yet"
    packed = {"data": {"token": b64encode(held.encode()).decode()}}
    assert api("PATCH", f"{secrets}/old", json.dumps(packed), "application/merge-patch+json").code == 200
    assert who(api, **bearing(held))["username"] == "system:serviceaccount:default:default"
    assert api("DELETE", f"{secrets}/old").code == 200
    assert api.get("healthz", **bearing(held)).code == 401


def test_the_token_of_the_kubeconfig_signs_nothing(cluster: Cluster) -> None:
    """Who holds it holds the cluster, and still cannot make tokens for another cluster."""
    other = Cluster(name="other", token=cluster.token)
    assert authentication.signing_secret(cluster) != authentication.signing_secret(other)


def test_a_secret_is_only_text_to_a_reader(api: Api) -> None:
    """What a token says is for everybody to read; what makes it is not in it."""
    held = token(api)
    header = json.loads(b64decode(held.split(".")[0] + "=="))
    assert (header["alg"], set(header)) == ("ES256", {"alg", "kid"})
