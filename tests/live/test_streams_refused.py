"""Handshakes of exec, attach and port-forward that are refused, in upstream's words, and who may come in."""

from __future__ import annotations

import base64
from typing import Any, NamedTuple

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.test import Client

from simulator.models import Cluster
from tests.live.conftest import PATIENCE, Hand, talk
from tests.live.streams import refused, socket_to

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("nobody_left")]

V5, V4, TUNNEL = "v5.channel.k8s.io", "v4.channel.k8s.io", "SPDY/3.1+portforward.k8s.io"
ASKED = {"command": "true", "stdout": "true"}


def pod(name: str, *containers: str, **spec: Any) -> dict[str, Any]:
    listed = [{"name": one, "image": "busybox", "command": ["true"]} for one in containers]
    return {"metadata": {"name": name, "namespace": "default"}, "spec": {"containers": listed, **spec}}


class Case(NamedTuple):
    """`says`: the message of the Status, or, where that is empty, the whole text."""

    path: str
    code: int
    says: str = ""
    text: str = ""
    query: dict[str, str] = ASKED
    protocol: str = V5


CASES = {
    "no such pod": Case("nope/exec", 404, 'pods "nope" not found'),
    "attach to no such pod": Case("nope/attach", 404, 'pods "nope" not found'),
    "forward to no such pod": Case("nope/portforward", 404, 'pods "nope" not found', protocol=TUNNEL),
    "which container": Case(
        "two/exec", 400, "a container name must be specified for pod two, choose one of: [first a b]"
    ),
    "no such container": Case(
        "two/attach", 400, "container c is not valid for pod two", query={**ASKED, "container": "c"}
    ),
    "not scheduled": Case("new/exec", 400, "pod new does not have a host assigned"),
    "forward to one not scheduled": Case(
        "new/portforward", 400, "pod new does not have a host assigned", protocol=TUNNEL
    ),
    "ended, as the kubelet says it": Case("done/exec", 500, text='container not found ("main")\n', protocol=V4),
    "forward to one that ended": Case(
        "done/portforward", 500, text='pod not found ("done_default")\n', protocol=TUNNEL
    ),
    "no stream, as the kubelet says it": Case(
        "done/exec", 400, text="you must specify at least 1 of stdin, stdout, stderr\n", query={}, protocol=V4
    ),
    "a subprotocol that nobody knows": Case("web/exec", 403, protocol="v9.channel.k8s.io"),
    "no port": Case("done/portforward", 400, text='query parameter "port" is required\n', protocol=V4),
    "a port that is none": Case(
        "done/portforward",
        400,
        'cannot convert to []int32: strconv.ParseUint: parsing "x": invalid syntax',
        query={"ports": "80,x"},
    ),
    "a port that is too high": Case(
        "done/portforward",
        400,
        'cannot convert to []int32: strconv.ParseUint: parsing "65536": value out of range',
        query={"ports": "65536"},
    ),
    "another tunnel": Case(
        "web/portforward",
        403,
        text="unable to upgrade: unable to negotiate protocol: client supports [other.k8s.io], "
        "server accepts [portforward.k8s.io]\n",
        protocol="SPDY/3.1+other.k8s.io",
    ),
    "no such subresource": Case("web/explode", 404, "the server could not find the requested resource"),
}


@pytest.fixture
def pods(hand: Hand) -> None:
    async def make() -> None:
        await hand.create("web")
        await hand.make(pod("done", "main", restartPolicy="Never"))
        await hand.run(30)
        await hand.make(pod("two", "a", "b", initContainers=[{"name": "first", "image": "busybox"}]))
        await hand.make(pod("new", "main"))

    talk(make)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_refused(cluster: Cluster, pods: None, case: Case) -> None:
    async def conversation() -> None:
        refusal = await refused(cluster, case.path, case.query, [case.protocol])
        assert refusal.code == case.code, refusal
        if case.says:
            assert refusal.message == case.says
        else:
            assert refusal.text == case.text

    talk(conversation)


MAY = {
    # name: (what is asked for, its subprotocol, what bob may do, the code, what he may not)
    "exec": ("exec", V5, [], 403, "pods/exec"),
    "attach": ("attach", V5, [], 403, "pods/attach"),
    "port-forward": ("portforward", TUNNEL, [], 403, "pods/portforward"),
    "create does not help a WebSocket": ("exec", V5, [("create", "pods/exec"), ("get", "pods")], 403, "pods/exec"),
    "another subresource": ("portforward", TUNNEL, [("get", "pods/exec")], 403, "pods/portforward"),
    "get is what it takes": ("exec", V5, [("get", "pods/exec")], 404, ""),
    "for attach too": ("attach", V5, [("get", "pods/attach")], 404, ""),
    "for port-forward too": ("portforward", TUNNEL, [("get", "pods/portforward")], 404, ""),
}


@pytest.mark.parametrize(("path", "protocol", "rules", "code", "lacks"), MAY.values(), ids=MAY.keys())
def test_who_may(
    cluster: Cluster, hand: Hand, path: str, protocol: str, rules: list[tuple[str, str]], code: int, lacks: str
) -> None:
    """A WebSocket is a GET, and until 1.35 judged as one; 404 is what somebody gets who may."""

    async def conversation() -> None:
        await hand.allow("bob", rules)
        refusal = await refused(cluster, f"nope/{path}", ASKED, [protocol], **{"impersonate-user": "bob"})
        words = f'User "bob" cannot get resource "{lacks}" in API group "" in the namespace "default"'
        assert (refusal.code, refusal.message) == (
            code, f'pods "nope" is forbidden: {words}' if lacks else 'pods "nope" not found',
        )  # fmt: skip

    talk(conversation)


WHO = {
    "nobody": ({"authorization": ""}, 403),
    "a wrong token": ({"authorization": "Bearer wrong"}, 401),
    "a guest on a page of ours": ({"authorization": "", "origin": "http://127.0.0.1"}, 404),
    "a guest on another's page": ({"authorization": "", "origin": "http://elsewhere.example"}, 403),
    "the token from anywhere": ({"origin": "http://elsewhere.example"}, 404),
    "the token by another name of the server": ({"host": "elsewhere.example"}, 404),
    "a guest by another name of the server": (
        {"authorization": "", "origin": "http://127.0.0.1", "host": "elsewhere.example"},
        400,
    ),
}


@pytest.mark.parametrize(("headers", "code"), WHO.values(), ids=WHO.keys())
def test_who_may_come_in(cluster: Cluster, headers: dict[str, str], code: int) -> None:
    """404 is what somebody gets who may: there is no such pod."""

    async def conversation() -> None:
        socket = socket_to(cluster, "nope/exec", ASKED, [V5], **headers)
        socket.scope["extensions"] = {"websocket.http.response": {}}
        await socket.send_input({"type": "websocket.connect"})
        answer = await socket.receive_output(PATIENCE)
        assert answer.get("status", 403) == code  # Channels' own refusal is a bare close, hence 403
        await socket.wait()

    talk(conversation)


@pytest.mark.parametrize(("token", "code"), [("right", 404), ("wrong", 401), ("!", 401)])
def test_a_token_in_a_subprotocol(cluster: Cluster, token: str, code: int) -> None:
    """As a page sends it that cannot set headers."""
    sent = cluster.token if token == "right" else token
    encoded = base64.urlsafe_b64encode(sent.encode()).decode().rstrip("=") if token != "!" else "!"

    async def conversation() -> None:
        offered = [f"base64url.bearer.authorization.k8s.io.{encoded}", V5]
        refusal = await refused(cluster, "nope/exec", ASKED, offered, authorization="")
        assert refusal.code == code

    talk(conversation)


def test_another_persons_cluster(cluster: Cluster, owner: User, client: Client) -> None:
    Cluster.objects.filter(pk=cluster.pk).update(shared=False)
    client.force_login(owner)
    cookie = f"sessionid={client.cookies['sessionid'].value}"

    async def conversation() -> None:
        refusal = await refused(
            cluster, "nope/exec", ASKED, [V5], authorization="", origin="http://127.0.0.1", cookie=cookie
        )
        assert refusal.code == 403
        await sync_to_async(Cluster.objects.filter(pk=cluster.pk).update)(owner=owner)
        refusal = await refused(
            cluster, "nope/exec", ASKED, [V5], authorization="", origin="http://127.0.0.1", cookie=cookie
        )
        assert refusal.code == 404

    talk(conversation)


def test_a_server_that_cannot_say_why_closes(cluster: Cluster) -> None:
    async def conversation() -> None:
        socket = socket_to(cluster, "nope/exec", ASKED, [V5])
        connected, code = await socket.connect(timeout=PATIENCE)
        assert (connected, code) == (False, 1000)

    talk(conversation)
