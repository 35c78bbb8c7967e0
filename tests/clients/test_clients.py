"""The clients that people use, from their registries, unchanged: each creates, lists, watches, patches and deletes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import kr8s
import pytest
from kubernetes import client, config, watch
from kubernetes.client.exceptions import ApiException
from lightkube import ApiError, Client, KubeConfig
from lightkube.models.core_v1 import Container, PodSpec
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import ConfigMap, Pod
from lightkube.types import PatchType

from tests.servers import ROOT, Kubectl, Stack, wait_for

NODE = Path(__file__).parent / "node"


@pytest.fixture
def namespace(kubectl: Kubectl, request: pytest.FixtureRequest) -> Iterator[str]:
    name = request.node.name.removeprefix("test_").replace("_", "-")[:60]
    kubectl("create", "namespace", name)
    yield name
    kubectl("delete", "namespace", name, "--wait=false")


class Seen:
    """Collects what a watch tells in a thread of its own."""

    def __init__(self, events: Callable[[], Iterator[tuple[str, str]]]) -> None:
        self.told: list[tuple[str, str]] = []
        self._thread = threading.Thread(target=lambda: self.told.extend(events()), daemon=True)
        self._thread.start()

    def wait(self) -> list[tuple[str, str]]:
        self._thread.join(30)
        assert not self._thread.is_alive(), f"the watch went on after {self.told}"
        return self.told


LIFE = [("ADDED", "one"), ("MODIFIED", "one"), ("DELETED", "one")]


def until_deleted(events: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for event in events:
        yield event
        if event[0] == "DELETED":
            return


def test_the_official_python_client(stack: Stack, namespace: str) -> None:
    api = client.CoreV1Api(config.new_client_from_config(str(stack.kubeconfig)))
    version = api.list_namespaced_config_map(namespace).metadata.resource_version

    def events() -> Iterator[tuple[str, str]]:
        stream = watch.Watch().stream(
            api.list_namespaced_config_map, namespace, resource_version=version, timeout_seconds=25
        )
        yield from until_deleted((event["type"], event["object"].metadata.name) for event in stream)

    seen = Seen(events)
    body = client.V1ConfigMap(metadata=client.V1ObjectMeta(name="one", labels={"a": "b"}), data={"key": "value"})
    made = api.create_namespaced_config_map(namespace, body)
    assert made.metadata.uid and made.data == {"key": "value"}
    assert [one.metadata.name for one in api.list_namespaced_config_map(namespace, label_selector="a=b").items] == [
        "one"
    ]
    changed = api.patch_namespaced_config_map("one", namespace, {"data": {"more": "yes"}})
    assert changed.data == {"key": "value", "more": "yes"}
    api.delete_namespaced_config_map("one", namespace)
    assert [event for event in seen.wait() if event[1] == "one"] == LIFE
    with pytest.raises(ApiException) as gone:
        api.read_namespaced_config_map("one", namespace)
    assert (gone.value.status, json.loads(gone.value.body)["reason"]) == (404, "NotFound")


def test_the_official_python_client_s_pods(stack: Stack, namespace: str) -> None:
    api = client.CoreV1Api(config.new_client_from_config(str(stack.kubeconfig)))
    spec = client.V1PodSpec(containers=[client.V1Container(name="c", image="nginx")])
    api.create_namespaced_pod(namespace, client.V1Pod(metadata=client.V1ObjectMeta(name="web"), spec=spec))
    running = watch.Watch()
    for event in running.stream(api.list_namespaced_pod, namespace, timeout_seconds=60):
        if event["object"].status.phase == "Running":
            running.stop()
    assert "nginx" in api.read_namespaced_pod_log("web", namespace)
    assert api.read_namespaced_pod("web", namespace).status.pod_ip.startswith("10.244.")


def test_kr8s(stack: Stack, namespace: str) -> None:
    api = kr8s.api(kubeconfig=str(stack.kubeconfig))
    kind = kr8s.objects.ConfigMap
    body = {"metadata": {"name": "one", "namespace": namespace}, "data": {"a": "1"}}

    def events() -> Iterator[tuple[str, str]]:
        told = api.watch("configmaps", namespace=namespace)
        yield from until_deleted((event, one.name) for event, one in told if one.name == "one")

    seen = Seen(events)
    one = kind(body, api=api)
    one.create()
    wait_for(lambda: ("ADDED", "one") in seen.told or one.exists(), within=20, what="the object")
    assert [found.name for found in api.get("configmaps", namespace=namespace) if found.name == "one"] == ["one"]
    one.patch({"data": {"b": "2"}})
    one.refresh()
    assert one.data == {"a": "1", "b": "2"}
    one.delete()
    assert [event for event, _ in seen.wait()][-1] == "DELETED"
    assert not one.exists()


def test_lightkube(stack: Stack, namespace: str) -> None:
    kube = Client(config=KubeConfig.from_file(str(stack.kubeconfig)), namespace=namespace)
    listed = kube.list(ConfigMap)
    assert "one" not in [held.metadata.name for held in listed]
    version = listed.resourceVersion

    def events() -> Iterator[tuple[str, str]]:
        told = kube.watch(ConfigMap, resource_version=version)
        yield from until_deleted((event, one.metadata.name) for event, one in told)

    seen = Seen(events)
    kube.create(ConfigMap(metadata=ObjectMeta(name="one", labels={"a": "b"}), data={"a": "1"}))
    assert [one.metadata.name for one in kube.list(ConfigMap, labels={"a": "b"})] == ["one"]
    changed = kube.patch(ConfigMap, "one", {"data": {"b": "2"}}, patch_type=PatchType.MERGE)
    assert changed.data == {"a": "1", "b": "2"}
    kube.delete(ConfigMap, "one")
    assert [event for event in seen.wait() if event[1] == "one"] == LIFE
    with pytest.raises(ApiError) as gone:
        kube.get(ConfigMap, "one")
    assert gone.value.status.code == 404
    kube.create(Pod(metadata=ObjectMeta(name="web"), spec=PodSpec(containers=[Container(name="c", image="nginx")])))
    kube.wait(Pod, "web", for_conditions=["Ready"])


def test_the_official_javascript_client(stack: Stack, namespace: str) -> None:
    path = os.pathsep.join([str(ROOT / ".venv" / "bin"), os.environ.get("PATH", "")])
    node = shutil.which("node", path=path)
    if node is None or not (NODE / "node_modules" / "@kubernetes" / "client-node").is_dir():
        pytest.skip("SKIPPED: the JavaScript client is not installed; `make install-dev` installs it")
    env = {**os.environ, "KUBECONFIG": str(stack.kubeconfig)}
    done = subprocess.run(
        [node, str(NODE / "life.mjs"), namespace], cwd=NODE, env=env, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    assert told == {
        "created": {"a": "1"},
        "listed": ["one"],
        "patched": {"a": "1", "b": "2"},
        "events": [list(event) for event in LIFE],
        "gone": 404,
    }
