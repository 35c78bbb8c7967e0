"""run: one pod of an image.

Follows staging/src/k8s.io/kubectl/pkg/cmd/run/run.go and pkg/generate/versioned/run.go, v1.32.
"""

from __future__ import annotations

import re
from typing import Any

import orjson

from simulator.engine import patching
from simulator.engine.registry import Body
from simulator.terminal.command import Command
from simulator.terminal.commands.create import COMMON, meta, put
from simulator.terminal.flags import Flag, Parsed
from simulator.terminal.shell import Shell
from simulator.terminal.troubles import Trouble, Usage

_IMAGE = re.compile(r"[\w.:/-]+(:[\w][\w.-]{0,127})?(@[A-Za-z][\w+.-]*:[0-9a-fA-F]{32,})?")


def run(shell: Shell, parsed: Parsed) -> None:
    if "image" not in parsed.given:
        raise Trouble('required flag(s) "image" not set')
    if not parsed.args or parsed.dash == 0:
        raise Usage("run", "NAME is required for run")
    image = parsed.text("image")
    if not image:
        raise Trouble("--image is required")
    if not _IMAGE.fullmatch(image) or re.search(r"[A-Z]", image.rpartition("@")[0] or image.split(":")[0]):
        raise Trouble(f'Invalid image name "{image}": invalid reference format')
    if parsed.yes("tty") and not parsed.yes("stdin"):
        raise Usage("run", "-i/--stdin is required for containers with -t/--tty=true")
    if parsed.yes("expose") and not parsed.text("port"):
        raise Usage("run", "--port must be set when exposing a service")
    if parsed.yes("stdin") or parsed.yes("attach"):
        raise Trouble("the terminal attaches to nothing: leave out -i, -t and --attach, and read on with kubectl logs")
    if parsed.yes("rm"):
        raise Usage("run", "--rm should only be used for attached containers")
    body = _pod(parsed, parsed.args[0], parsed.args[1:])
    if parsed.text("overrides"):
        body = _overridden(body, parsed.text("overrides"))
    if parsed.yes("expose"):
        _expose(shell, parsed, parsed.args[0])
    put(shell, parsed, "pods", body, "kubectl-run")


def _pod(parsed: Parsed, name: str, args: list[str]) -> Body:
    container: Body = {"name": name, "image": parsed.text("image"), "resources": {}}
    if args:
        container["command" if parsed.yes("command") else "args"] = args
    if parsed.texts("env"):
        container["env"] = [_variable(one) for one in parsed.texts("env")]
    if parsed.text("port"):
        if not parsed.text("port").isdecimal():
            raise Trouble(f'strconv.Atoi: parsing "{parsed.text("port")}": invalid syntax')
        container["ports"] = [{"containerPort": int(parsed.text("port"))}]
    if parsed.text("image-pull-policy"):
        container["imagePullPolicy"] = parsed.text("image-pull-policy")
    if parsed.yes("privileged"):
        container["securityContext"] = {"privileged": True}
    restart = parsed.text("restart") or "Always"
    if restart not in ("Always", "OnFailure", "Never"):
        raise Usage("run", f"invalid restart policy: {restart}")
    annotations = dict(_pair(one, "annotation") for one in parsed.texts("annotations"))
    about = {"annotations": annotations} if annotations else {}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": meta(name, labels=_labels(parsed, name), **about),
        "spec": {"containers": [container], "dnsPolicy": "ClusterFirst", "restartPolicy": restart},
        "status": {},
    }


def _labels(parsed: Parsed, name: str) -> dict[str, str]:
    given = parsed.text("labels")
    return dict(_pair(one, "label") for one in given.split(",")) if given else {"run": name}


def _pair(text: str, what: str) -> tuple[str, str]:
    key, found, value = text.partition("=")
    if not found:
        raise Trouble(f"unexpected {what} spec: {text}" if what == "label" else f"invalid {what} format: {text}")
    return key, value


def _variable(text: str) -> Body:
    name, found, value = text.partition("=")
    if not found or not name:
        raise Trouble(f"invalid env: {text}")
    return {"name": name, "value": value} if value else {"name": name}


def _overridden(body: Body, text: str) -> Body:
    try:
        patch: Any = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Trouble(f"Invalid JSON Patch: {error}") from None
    merged: Body = patching.merge(body, patch)
    return merged


def _expose(shell: Shell, parsed: Parsed, name: str) -> None:
    port = int(parsed.text("port"))
    body = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": meta(name),
        "spec": {
            "ports": [{"protocol": "TCP", "port": port, "targetPort": port}],
            "selector": _labels(parsed, name),
        },
        "status": {"loadBalancer": {}},
    }
    put(shell, parsed, "services", body, "kubectl-run")
    if parsed.text("output") == "yaml":
        shell.print("---")


COMMAND = Command(
    "run",
    run,
    (
        *COMMON,
        Flag("image"),
        Flag("port"),
        Flag("env", form="list", default=()),
        Flag("labels", "l"),
        Flag("annotations", form="list", default=()),
        Flag("command", form="yes", default=False),
        Flag("restart", choices=("Always", "OnFailure", "Never")),
        Flag("image-pull-policy", choices=("Always", "IfNotPresent", "Never")),
        Flag("overrides"),
        Flag("override-type", default="merge"),
        Flag("expose", form="yes", default=False),
        Flag("privileged", form="yes", default=False),
        Flag("stdin", "i", form="yes", default=False),
        Flag("tty", "t", form="yes", default=False),
        Flag("attach", form="yes", default=False),
        Flag("rm", form="yes", default=False),
        Flag("quiet", "q", form="yes", default=False),
    ),
    completes="",
    about="Run a particular image on the cluster",
)
