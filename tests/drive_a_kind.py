"""Drives a kind that was added as one file, in a process of its own: `drive_a_kind.py FOLDER`. Prints facts as JSON.

FOLDER holds the kind's file. It becomes part of the package of kinds before anything reads the register, as if the file
lay there.
"""

from __future__ import annotations

import json
import os
import sys
import warnings
from typing import Any

import simulator.engine.kinds

simulator.engine.kinds.__path__.append(sys.argv[1])
os.environ["DJANGO_SETTINGS_MODULE"] = "k8sviz.settings"
warnings.simplefilter("ignore")

import django  # noqa: E402

django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

from simulator import clusters, news, reading  # noqa: E402
from simulator.engine import topology  # noqa: E402
from simulator.live import frames  # noqa: E402

HOST = "127.0.0.1"
GROUP = "apis/demo.example.com/v1"
GADGETS = f"{GROUP}/namespaces/default/gadgets"
JSON = "application/json"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"


def gadget(name: str, size: Any, **fields: Any) -> dict[str, Any]:
    head = {"apiVersion": "demo.example.com/v1", "kind": "Gadget", "metadata": {"name": name}}
    return {**head, "spec": {"size": size}, **fields}


class Api:
    def __init__(self, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}", "User-Agent": "kubectl/v1.34.0"}
        self.client = Client(SERVER_NAME=HOST, headers=headers)

    def __call__(self, method: str, path: str, body: Any = None, media: str = JSON, **headers: str) -> Any:
        data = b"" if body is None else json.dumps(body).encode()
        answer = self.client.generic(method, f"/k8s/lab/{path}", data, media, headers=headers)
        content = b"".join(answer)  # a list is streamed
        return {"code": answer.status_code, "body": json.loads(content or b"null")}


def facts() -> dict[str, Any]:
    news.tell = lambda cluster, *, wake: None  # there is no Redis
    call_command("migrate", verbosity=0)
    cluster = clusters.create("lab", nodes=topology.of_size(1))
    before = reading.revision_of(cluster)
    api = Api(cluster.token)
    merge = "application/merge-patch+json"
    told: dict[str, Any] = {
        "groups": api("GET", "apis"),
        "resources": api("GET", GROUP),
        "openapi": api("GET", "openapi/v3"),
        "schema": api("GET", "openapi/v3/apis/demo.example.com/v1"),
        "created": api("POST", GADGETS, gadget("one", 3)),
        "too large": api("POST", GADGETS, gadget("two", 300)),
        "wrong group": api("POST", GADGETS, {**gadget("two", 3), "apiVersion": "v1"}),
        "got": api("GET", f"{GADGETS}/one"),
        "missing": api("GET", f"{GADGETS}/two"),
        "listed": api("GET", GADGETS),
        "table": api("GET", GADGETS, Accept=TABLE),
        "patched": api("PATCH", f"{GADGETS}/one", {"spec": {"size": 5}}, merge),
        "patched badly": api("PATCH", f"{GADGETS}/one", {"spec": {"size": 300}}, merge),
        "chosen": api("GET", f"{GADGETS}?labelSelector=a%3Db"),
    }
    _, snapshot = frames.snapshot(cluster, "en")
    told["sketches"] = [one for one in snapshot["objects"] if one["kind"] == "Gadget"]
    told["frame"] = frames.difference(reading.changes(cluster, before), "en")["set"]
    told |= admin_pages()
    told["deleted"] = api("DELETE", f"{GADGETS}/one")
    told["gone"] = api("GET", f"{GADGETS}/one")
    page = Client(SERVER_NAME=HOST)
    page.force_login(User.objects.get(username="admin"))
    told["page"] = "gadgets.demo.example.com" in page.get("/c/lab/").content.decode()
    return told


def admin_pages() -> dict[str, Any]:
    User.objects.create_superuser("admin", password="secret")
    browser = Client(SERVER_NAME=HOST)
    browser.force_login(User.objects.get(username="admin"))
    answer = browser.get("/admin/objects/gadget/")
    text = answer.content.decode()
    index = browser.get("/admin/").content.decode()
    return {"admin": answer.status_code, "admin row": ">one<" in text and ">5<" in text, "index": "Gadgets" in index}


if __name__ == "__main__":
    print(json.dumps(facts()))
