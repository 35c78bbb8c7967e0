"""`manage.py simulate`: the engine alone, from manifests to the end state."""

from __future__ import annotations

import re
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import yaml
from django.core.management.base import BaseCommand

from simulator import manifests
from simulator.engine import topology
from simulator.engine.journal import Change
from simulator.engine.latency import PROFILES
from simulator.engine.objects import timestamp
from simulator.engine.registry import Body
from simulator.engine.world import World
from simulator.simulation import Run, simulate

SETTLED, BAD_INPUT, NOT_SETTLED = 0, 2, 3
_LONGEST = 10 * 365 * 24
"""Hours that a run may last."""
_UNITS = {"ms": 1_000, "s": 1_000_000, "m": 60_000_000, "h": 3_600_000_000}


class BadInput(Exception):
    """What the person who typed the command must change."""


def duration(text: str) -> int:
    """Microseconds of a Go-like duration: `90s`, `10m`, `1h30m`. Raises BadInput."""
    parts = re.findall(r"(\d+(?:\.\d+)?)(ms|s|m|h)", text)
    if not parts or "".join(figure + unit for figure, unit in parts) != text:
        raise BadInput(f'--until: "{text}" is no duration; write for example 90s, 10m or 1h30m')
    length = sum(float(figure) * _UNITS[unit] for figure, unit in parts)
    if length > _LONGEST * _UNITS["h"]:
        raise BadInput(f"--until: at most {_LONGEST}h, which is ten years")
    return round(length)


class Command(BaseCommand):
    help = (
        "Runs manifests on a simulated cluster, without a server. Exit status 0: settled, 2: bad input, 3: not settled."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "-f", "--filename", action="append", nargs="+", metavar="FILE_OR_DIR", default=[], help="- for stdin"
        )
        size = parser.add_mutually_exclusive_group()
        size.add_argument("--nodes", type=int, metavar="N", help="that many workers instead of the demo's five")
        size.add_argument("--topology", metavar="FILE", help="the nodes, described in YAML")
        parser.add_argument("--until", default="10m", help="virtual time to run, such as 90s or 10m")
        parser.add_argument("--seed", type=int, default=1, help="another seed, another run")
        parser.add_argument("--latency", choices=sorted(PROFILES), default="realistic", help="how fast it is")
        parser.add_argument(
            "-o", "--output", choices=["table", "json", "yaml", "trace"], default="table", help="trace: every change"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            run = self._run(options)
        except BadInput as error:
            self.stderr.write(str(error))
            sys.exit(BAD_INPUT)
        if run.troubles:
            self._complain(run.troubles)
        writer = {"table": table, "json": as_json, "yaml": as_yaml, "trace": trace}[options["output"]]
        for line in writer(run):
            self.stdout.write(line)
        if not run.settled:
            self.stderr.write(f"not settled after {options['until']}: something is still due")
            sys.exit(NOT_SETTLED)
        if run.next_runs:
            self.stderr.write(_waits(run))

    def _run(self, options: dict[str, Any]) -> Run:
        sources = [source for group in options["filename"] for source in group]
        if not sources:
            raise BadInput("name at least one file or folder with -f (- reads from standard input)")
        until, nodes = duration(options["until"]), _nodes(options)
        read = manifests.read(sources)
        if read.troubles:
            self._complain(read.troubles)
        if not read.manifests:
            raise BadInput(f"{', '.join(sources)}: no objects in there")
        return simulate(read.manifests, nodes=nodes, seed=options["seed"], latency=options["latency"], until=until)

    def _complain(self, troubles: list[manifests.Trouble]) -> None:
        for trouble in troubles:
            self.stderr.write(str(trouble))
        sys.exit(BAD_INPUT)


def _nodes(options: dict[str, Any]) -> topology.Topology:
    if options["nodes"] is not None:
        if not 1 <= options["nodes"] <= topology.MOST_NODES:
            raise BadInput(f"--nodes: give a number from 1 to {topology.MOST_NODES}")
        return topology.of_size(options["nodes"])
    if options["topology"] is None:
        return topology.demo()
    path = Path(options["topology"])
    try:
        described = yaml.safe_load(path.read_text(encoding="utf-8"))
        return topology.parse(described)
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        raise BadInput(f"{path}: {error}") from error


def _waits(run: Run) -> str:
    """What a run that has settled still waits for: the clock."""
    (key, at), more = next(iter(run.next_runs.items())), len(run.next_runs) - 1
    others = f", and {more} more for theirs" if more else ""
    return f"settled: CronJob {key.namespace}/{key.name} waits for its next run at {timestamp(at)}{others}"


def as_json(run: Run) -> Iterator[str]:
    """A `List` of all objects, as kubectl reads it."""
    yield orjson.dumps(_everything(run.world), option=orjson.OPT_INDENT_2).decode()


def as_yaml(run: Run) -> Iterator[str]:
    yield yaml.dump(_everything(run.world), Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper), sort_keys=True)


def _everything(world: World) -> Body:
    items = []
    for kind in world.kinds:
        for body in world.list(kind.resource):
            items.append(kind.at_read(body, world.now) if kind.at_read else body)
    return {"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": ""}, "items": items}


def trace(run: Run) -> Iterator[str]:
    """Every change since the manifests came, with its cause."""
    for change in run.changes:
        yield trace_line(change, run.start)


def trace_line(change: Change, start: int) -> str:
    """One change: when, what, and why."""
    place = "/".join(filter(None, change.key))
    led = f" <- {change.cause.led_by}" if change.cause.led_by else ""
    return (
        f"{(change.at - start) / 1e6:10.3f}s {change.revision} {change.operation:<8} {change.resource} {place}  "
        f"{change.cause.component} {change.cause.rule}: {change.cause.text()}{led}"
    )


def table(run: Run) -> Iterator[str]:
    """The end state as `kubectl get` shows it, a block per kind; events last and system namespaces left out."""
    yield f"after {(run.world.now - run.start) / 1e6:g} s of virtual time, {len(run.changes)} changes"
    for kind in sorted(run.world.kinds, key=lambda kind: kind.resource == "events"):
        bodies = [body for body in run.world.list(kind.resource) if _shown(run, body)]
        if not bodies or not kind.columns:
            continue
        columns = [column for column in kind.columns if column.priority == 0]
        rows = [[column.name.upper() for column in columns]]
        for body in bodies:
            body = kind.at_read(body, run.world.now) if kind.at_read else body
            rows.append([_text(column.cell(body, run.world.now)) for column in columns])
        if kind.namespaced:
            rows = [
                ["NAMESPACE", *rows[0]],
                *([body["metadata"]["namespace"], *row] for body, row in zip(bodies, rows[1:], strict=True)),
            ]
        yield f"\n{kind.resource}"
        widths = [max(len(row[index]) for row in rows) for index in range(len(rows[0]))]
        for row in rows:
            yield "   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _text(cell: Any) -> str:
    """A cell as kubectl prints it: nothing where there is nothing."""
    return "" if cell is None else str(cell)


def _shown(run: Run, body: Body) -> bool:
    """What the system brought along is not what one asked about, but for the nodes."""
    namespace = body["metadata"].get("namespace", "")
    if namespace in ("kube-system", "kube-node-lease", "kube-public"):
        return False
    if body["kind"] in ("ServiceAccount", "ConfigMap", "Namespace"):
        return any(change.key == (namespace, body["metadata"]["name"]) for change in run.changes)
    return body["kind"] != "Event" or any(change.key == (namespace, body["metadata"]["name"]) for change in run.changes)
