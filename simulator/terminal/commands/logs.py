"""logs: of one pod or of several; `-f` goes on with what is printed.

Follows staging/src/k8s.io/kubectl/pkg/cmd/logs/logs.go and pkg/polymorphichelpers/logsforobject.go, v1.32.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from simulator.engine.objects import annotations_of, get_in, name_of, namespace_of, status_of
from simulator.engine.printing import selector_text
from simulator.engine.registry import Body, Kind
from simulator.terminal import selecting
from simulator.terminal.client import path_of
from simulator.terminal.command import Command
from simulator.terminal.flags import Flag, Parsed
from simulator.terminal.selecting import Found, Selection
from simulator.terminal.shell import Shell, Unfinished
from simulator.terminal.troubles import Refused, Trouble, Usage

_EXPECTED = """\
expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.
POD or TYPE/NAME is a required argument for the logs command"""
_DEFAULT = "kubectl.kubernetes.io/default-container"


class Source(NamedTuple):
    """A container whose lines are read; `field`: where its pod's spec has it, as prefixes tell it."""

    namespace: str
    pod: str
    container: str
    field: str


def run(shell: Shell, parsed: Parsed) -> None:
    if shell.state is not None:
        sources = [Source(*one) for one in shell.state["sources"]]
        _follow(shell, parsed, sources, shell.state["seen"])
        return
    _check(parsed)
    pods = _pods(shell, parsed)
    sources = []
    for pod in pods:
        sources += _sources(shell, parsed, pod, first=len(pods) == 1 or not sources)
    if parsed.yes("follow"):
        if len(sources) > parsed.number("max-log-requests"):
            raise Trouble(
                f"you are attempting to follow {len(sources)} log streams, but maximum allowed concurrency is "
                f"{parsed.number('max-log-requests')}, use --max-log-requests to increase the limit"
            )
        _follow(shell, parsed, sources, [0] * len(sources))
        return
    for one in sources:
        shell.write(_prefixed(parsed, one, _read(shell, parsed, one)))


def _check(parsed: Parsed) -> None:
    if not parsed.args and not parsed.text("selector"):
        raise Usage("logs", _EXPECTED)
    if len(parsed.args) > 2:
        raise Usage("logs", _EXPECTED)
    if parsed.args and parsed.text("selector"):
        raise Usage("logs", "only a selector (-l) or a POD name is allowed")
    if len(parsed.args) == 2:
        if parsed.text("container"):
            raise Usage("logs", "only one of -c or an inline [CONTAINER] arg is allowed")
        parsed.values["container"] = parsed.args.pop()
    if parsed.yes("all-containers") and parsed.text("container"):
        raise Trouble("--all-containers=true should not be specified with container name " + parsed.text("container"))
    if "since" in parsed.given and parsed.text("since-time"):
        raise Trouble("at most one of `sinceTime` or `sinceSeconds` may be specified")
    if parsed.number("tail") < -1:
        raise Trouble("--tail must be greater than or equal to -1")


def _pods(shell: Shell, parsed: Parsed) -> list[Body]:
    if parsed.text("selector"):
        found = Selection(shell, parsed, ["pods"]).objects()
        if not found:
            shell.complain(f"No resources found in {shell.in_namespace(parsed)} namespace.")
        return [one.body for one in found]
    word = parsed.args[0]
    args = [word] if "/" in word else ["pods", word]
    try:
        one = Selection(shell, parsed, args).objects()[0]
    except Refused as refused:
        where = f' in namespace "{shell.in_namespace(parsed)}"'
        raise Trouble(f"error from server ({refused.reason}): {refused.message}{where}") from None
    if one.kind.resource == "pods":
        return [one.body]
    return pods_of(shell, parsed, one)


def pods_of(shell: Shell, parsed: Parsed, found: Found, *, quiet: bool = False) -> list[Body]:
    """The pod of an owner that a command acts on: a running one first. Raises Trouble."""
    selector = selector_of(found.kind, found.body)
    if selector is None:
        name = f"{found.kind.kind}"
        raise Trouble(f"cannot get the logs from *v1.{name}: selector for *v1.{name} not implemented")
    path = path_of(shell.client.kinds["pods"], found.namespace)
    pods: list[Body] = shell.client.pages(path, {"labelSelector": selector})["items"]
    if not pods:
        raise Trouble("timed out waiting for the condition")
    if parsed.yes("all-pods"):
        return pods
    pods.sort(key=lambda pod: _rank(pod, fewest_first=quiet))
    if len(pods) > 1 and not quiet:
        shell.complain(f"Found {len(pods)} pods, using pod/{name_of(pods[0])}")
    return pods[:1]


def selector_of(kind: Kind, body: Body) -> str | None:
    """The selector of the pods of an owner, as text."""
    selector = body.get("spec", {}).get("selector")
    if kind.kind in ("Service", "ReplicationController"):
        return ",".join(f"{key}={value}" for key, value in sorted((selector or {}).items())) or None
    return selector_text(selector) if selector else None


def _rank(pod: Body, *, fewest_first: bool) -> tuple[Any, ...]:
    """Upstream's order of pods: placed, running, ready, ready for longer, by restarts, old before new."""
    phases = {"Pending": 1, "Unknown": 1, "Running": 0}
    ready = next((one for one in status_of(pod).get("conditions", ()) if one["type"] == "Ready"), {"status": "False"})
    restarts = max((one.get("restartCount", 0) for one in status_of(pod).get("containerStatuses", ())), default=0)
    placed = bool(pod["spec"].get("nodeName"))
    phase = phases.get(status_of(pod).get("phase", ""), 2)
    since = ready.get("lastTransitionTime") or ""
    restarts = restarts if fewest_first else -restarts
    return (not placed, phase, ready["status"] != "True", since, restarts, pod["metadata"]["creationTimestamp"])


def _sources(shell: Shell, parsed: Parsed, pod: Body, *, first: bool) -> list[Source]:
    spec = pod["spec"]
    fields = {one["name"]: "spec.containers" for one in spec["containers"]}
    inits = {one["name"]: "spec.initContainers" for one in spec.get("initContainers", ())}
    others = {one["name"]: "spec.ephemeralContainers" for one in spec.get("ephemeralContainers", ())}
    place = namespace_of(pod), name_of(pod)
    if parsed.yes("all-containers"):
        return [Source(*place, name, f"{field}{{{name}}}") for name, field in {**inits, **fields, **others}.items()]
    name = parsed.text("container") or annotations_of(pod).get(_DEFAULT, "")
    every = {**fields, **inits, **others}
    if parsed.text("container") and name not in every:
        raise Trouble(f"container {name} is not valid for pod {name_of(pod)}")
    if not name or name not in every:
        name = next(iter(fields))
        if len(every) > 1:
            listed = ", ".join([*fields, *(f"{one} (init)" for one in inits), *(f"{one} (ephem)" for one in others)])
            shell.complain(f'Defaulted container "{name}" out of: {listed}')
    return [Source(*place, name, f"{every[name]}{{{name}}}")]


def _read(shell: Shell, parsed: Parsed, source: Source, *, whole: bool = False) -> str:
    path = path_of(shell.client.kinds["pods"], source.namespace, source.pod, "log")
    query: dict[str, Any] = {"container": source.container}
    for flag in ("previous", "timestamps"):
        if parsed.yes(flag):
            query[flag] = "true"
    tail = parsed.number("tail")
    if parsed.text("selector") and "tail" not in parsed.given:
        tail = 10
    if tail >= 0 and not whole:
        query["tailLines"] = tail
    if parsed.seconds("since") and not whole:
        query["sinceSeconds"] = max(1, round(parsed.seconds("since")))
    if parsed.text("since-time"):
        query["sinceTime"] = parsed.text("since-time")
    if parsed.number("limit-bytes"):
        query["limitBytes"] = parsed.number("limit-bytes")
    return shell.client.ask("GET", path, query, accept="application/json, */*").content.decode(errors="replace")


def _prefixed(parsed: Parsed, source: Source, text: str) -> str:
    if not parsed.yes("prefix"):
        return text
    lines = text.splitlines(keepends=True)
    return "".join(f"[pod/{source.pod}/{source.container}] {line}" for line in lines)


def _follow(shell: Shell, parsed: Parsed, sources: list[Source], seen: list[int]) -> None:
    """Writes what is new; `seen`: how much of each log was written, in letters. Raises Unfinished."""
    goes_on = False
    for at, one in enumerate(sources):
        ended = _is_ended(shell, one)
        whole = _read(shell, parsed, one, whole=True)
        if not seen[at] and shell.state is None:
            text = _read(shell, parsed, one)
        else:
            text = whole[seen[at] :]
        shell.write(_prefixed(parsed, one, text))
        seen[at] = len(whole)
        goes_on = goes_on or not ended
    if goes_on:
        raise Unfinished({"sources": [list(one) for one in sources], "seen": seen})


def _is_ended(shell: Shell, source: Source) -> bool:
    pod = shell.client.read(path_of(shell.client.kinds["pods"], source.namespace, source.pod))
    status = status_of(pod)
    listed = [*status.get("containerStatuses", ()), *status.get("initContainerStatuses", ())]
    held: Body = next((one for one in listed if one["name"] == source.container), {})
    return get_in(held, "state", "terminated") is not None


COMMAND = Command(
    "logs",
    run,
    (
        selecting.SELECTOR,
        Flag("follow", "f", form="yes", default=False),
        Flag("previous", "p", form="yes", default=False),
        Flag("container", "c"),
        Flag("all-containers", form="yes", default=False),
        Flag("all-pods", form="yes", default=False),
        Flag("prefix", form="yes", default=False),
        Flag("timestamps", form="yes", default=False),
        Flag("tail", form="number", default=-1),
        Flag("since", form="span", default=0),
        Flag("since-time"),
        Flag("limit-bytes", form="number", default=0),
        Flag("max-log-requests", form="number", default=5),
        Flag("ignore-errors", form="yes", default=False),
        Flag("pod-running-timeout", form="span", default=20),
    ),
    completes="pods",
    about="Print the logs for a container in a pod",
)
