"""events: oldest first, as a list of their own.

Follows staging/src/k8s.io/kubectl/pkg/cmd/events, v1.32.
"""

from __future__ import annotations

from simulator import store
from simulator.engine.objects import instant_of
from simulator.engine.printing import human_duration
from simulator.engine.registry import Body, Instant
from simulator.terminal import resources, selecting
from simulator.terminal.client import path_of
from simulator.terminal.command import Command
from simulator.terminal.flags import Flag, Parsed
from simulator.terminal.output import printing
from simulator.terminal.output.columns import Columns
from simulator.terminal.shell import Shell
from simulator.terminal.troubles import Trouble


def run(shell: Shell, parsed: Parsed) -> None:
    if parsed.yes("watch"):
        raise Trouble("the terminal watches events with kubectl get events -w")
    kinds = [one.lower() for one in parsed.texts("types")]
    if any(one not in ("normal", "warning") for one in kinds):
        raise Trouble("valid --types are Normal or Warning")
    everywhere, namespace = parsed.yes("all-namespaces"), shell.in_namespace(parsed)
    path = path_of(shell.client.kinds["events"], "" if everywhere else namespace)
    held = shell.client.pages(path, {"fieldSelector": _about(shell, parsed)})["items"]
    events = [one for one in held if not kinds or one.get("type", "").lower() in kinds]
    if not events:
        shell.complain("No events found." if everywhere else f"No events found in {namespace} namespace.")
        return
    events.sort(key=lambda one: instant_of(_last(one)) if _last(one) else 0)
    if parsed.text("output"):
        whole = [{"apiVersion": "v1", "kind": "Event", **one} for one in events]
        printing.show(shell, parsed, {"apiVersion": "v1", "kind": "List", "metadata": {}, "items": whole})
        return
    now = store.instant(shell.client.cluster, store.wall())
    rows = [] if parsed.yes("no-headers") else [["LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"]]
    rows += [_row(one, now) for one in events]
    if everywhere:
        names = [] if parsed.yes("no-headers") else ["NAMESPACE"]
        names += [one["metadata"]["namespace"] for one in events]
        rows = [[name, *row] for name, row in zip(names, rows, strict=True)]
    for line in Columns().lines(rows):
        shell.print(line)


def _about(shell: Shell, parsed: Parsed) -> str:
    if not parsed.text("for"):
        return ""
    word, found, name = parsed.text("for").partition("/")
    if not found:
        raise Trouble("--for must be in resource/name form")
    kind = resources.find(shell.client.kinds, word)
    terms = (("kind", kind.kind), ("apiVersion", kind.api_version), ("name", name))
    return ",".join(f"involvedObject.{field}={value}" for field, value in terms)


def _last(event: Body) -> str | None:
    series = event.get("series") or {}
    text: str | None = series.get("lastObservedTime") or event.get("lastTimestamp") or event.get("eventTime")
    return text


def _row(event: Body, now: Instant) -> list[str]:
    about = event["involvedObject"]
    shown = f"{about.get('kind', '')}/{about.get('name', '')}"
    return [
        interval(event, now),
        event.get("type", ""),
        event.get("reason", ""),
        shown,
        event.get("message", "").strip(),
    ]


def interval(event: Body, now: Instant) -> str:
    """When an event was, and how often over which time."""
    first = _since(event.get("eventTime") or event.get("firstTimestamp"), now)
    series = event.get("series")
    if series:
        return f"{_since(series.get('lastObservedTime'), now)} (x{series.get('count', 0)} over {first})"
    if event.get("count", 0) > 1:
        return f"{_since(event.get('lastTimestamp'), now)} (x{event['count']} over {first})"
    return first


def _since(text: str | None, now: Instant) -> str:
    return human_duration(now - instant_of(text)) if text else "<unknown>"


COMMAND = Command(
    "events",
    run,
    (
        printing.OUTPUT,
        printing.MANAGED,
        selecting.EVERYWHERE,
        Flag("for"),
        Flag("types", form="texts", default=()),
        Flag("watch", "w", form="yes", default=False),
        Flag("no-headers", form="yes", default=False),
    ),
    completes="",
    about="List events",
)
