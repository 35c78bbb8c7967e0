"""A watch as kubectl makes it: through the whole running system, over TLS."""

from __future__ import annotations

import base64
import errno
import http.client
import json
import socket
import ssl
from collections.abc import Callable

import pytest
import yaml

from tests.servers import Stack, wait_for

PODS = "api/v1/namespaces/default/pods"


@pytest.fixture
def token(stack: Stack) -> str:
    return _token(stack)


def test_a_real_client_watches_and_goes(stack: Stack, token: str) -> None:
    """Through Daphne and TLS, as kubectl does: the head of a quiet watch comes at once, then a change."""
    path = f"/k8s/demo/{PODS}"
    headers = {"Authorization": f"Bearer {token}"}
    web = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=20)
    web.request("GET", f"{path}?limit=1", headers=headers)
    version = json.loads(web.getresponse().read())["metadata"]["resourceVersion"]
    port = stack.kube_port
    context = ssl.create_default_context(cadata=_authority(stack))
    kube = http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=20)
    kube.request("GET", f"{path}?watch=true&resourceVersion={version}", headers=headers)
    answer = kube.getresponse()
    assert answer.status == 200
    body = {"metadata": {"name": "watched"}, "spec": {"containers": [{"name": "main", "image": "nginx"}]}}
    web.request("POST", path, json.dumps(body), {**headers, "Content-Type": "application/json"})
    assert json.loads(web.getresponse().read())["kind"] == "Pod"
    event = json.loads(answer.readline())
    assert (event["type"], event["object"]["metadata"]["name"]) == ("ADDED", "watched")
    assert kube.sock is not None
    kube.sock.shutdown(socket.SHUT_RDWR)
    kube.close()
    wait_for(lambda: _deleted(web, f"{path}/watched", headers), within=20, what="the pod's end")
    web.close()


def test_a_client_that_stops_reading_is_dropped(new_stack: Callable[..., Stack]) -> None:
    """One watch is never read: it is dropped; one beside it gets every change, and the server does not grow."""
    stack = new_stack(STALLED_AFTER="2")
    stack.start()
    headers = {"Authorization": f"Bearer {_token(stack)}"}
    web = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=30)
    maps = "/k8s/demo/api/v1/namespaces/default/configmaps"
    web.request("GET", f"{maps}?limit=1", headers=headers)
    version = json.loads(web.getresponse().read())["metadata"]["resourceVersion"]
    path = f"{maps}?watch=true&resourceVersion={version}"
    stuck = socket.create_connection(("127.0.0.1", stack.port), timeout=30)
    stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    stuck.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{stack.port}\r\n{head}\r\n".encode())
    good = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=30)
    good.request("GET", path, headers=headers)
    answer = good.getresponse()
    made = [f"large-{number}" for number in range(24)]
    for name in made:
        body = {"metadata": {"name": name}, "data": {"text": "x" * 900_000}}
        web.request("POST", maps, json.dumps(body), {**headers, "Content-Type": "application/json"})
        assert web.getresponse().read()
        event = json.loads(answer.readline())
        assert (event["type"], event["object"]["metadata"]["name"]) == ("ADDED", name)
    wait_for(lambda: _is_cut(stuck), within=30, what="the end of the connection that is not read")
    good.close()
    web.close()


def _is_cut(connection: socket.socket) -> bool:
    """True once the server has reset the connection; what is still in flight is read away only then."""
    error = connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    return error in (errno.ECONNRESET, errno.EPIPE)


def _token(stack: Stack) -> str:
    return str(yaml.safe_load(stack.kubeconfig.read_text())["users"][0]["user"]["token"])


def _authority(stack: Stack) -> str:
    config = yaml.safe_load(stack.kubeconfig.read_text())
    return base64.b64decode(config["clusters"][0]["cluster"]["certificate-authority-data"]).decode()


def _deleted(web: http.client.HTTPConnection, path: str, headers: dict[str, str]) -> bool:
    web.request("DELETE", f"{path}?gracePeriodSeconds=0", headers=headers)
    answer = web.getresponse()
    answer.read()
    return answer.status == 404
