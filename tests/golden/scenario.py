"""A golden scenario: what people do to a small cluster, step by step in virtual time, and what comes of it as text.

A folder holds `input.yaml`, which is applied at the beginning, and, if need be, `run.yaml`:

    until: 60s              how long it runs
    latency: classroom      the latency profile
    seed: 1
    nodes: [...]            the machines, as in a topology file (two equal workers otherwise)
    steps:                  what people do later
      - {at: 10s, apply: second.yaml}
      - {at: 20s, patch: deployments.apps/default/web, with: {spec: {replicas: 1}}}
      - {at: 25s, patch: pods/default/web/resize, with: {spec: {...}}}
      - {at: 30s, delete: pods/default/web, grace: 5, propagation: Foreground}
      - {at: 40s, evict: pods/default/web}          through the Eviction API, which may say no
      - {at: 50s, show: nodes//worker, field: status.volumesInUse}
    conditions: [...]       objects whose conditions are shown at the end, as deployments.apps/default/web

In the text, names that the system made up are numbered in the order of their creation, so that a change of how the
cluster starts does not rewrite every line.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from simulator import manifests
from simulator.engine.causes import Cause
from simulator.engine.clock import SECOND
from simulator.engine.control_plane import boot
from simulator.engine.controllers import eviction
from simulator.engine.errors import StatusError
from simulator.engine.latency import PROFILES
from simulator.engine.objects import conditions_of, get_in, is_deleting, name_of
from simulator.engine.patching import merge
from simulator.engine.registry import KINDS, Body, Kind
from simulator.engine.topology import Topology, parse
from simulator.engine.world import Change, World
from simulator.management.commands.simulate import duration
from simulator.simulation import EPOCH, apply

WORKERS = {"nodes": [{"name": "worker", "count": 2, "cpu": "2", "memory": "4Gi", "zone": "zone-a"}]}


def run(folder: Path) -> str:
    """Runs the scenario of a folder; its trace and the end state."""
    plan = _plan(folder)
    world = World(seed=plan.get("seed", 1), now=EPOCH, latency=PROFILES[plan.get("latency", "realistic")])
    boot(world, _machines(plan), until=EPOCH + 90 * SECOND)
    world.drain()
    start = world.now
    answers: list[str] = []
    for step in [{"at": "0s", "apply": "input.yaml"}, *plan.get("steps", ())]:
        world.clock.run_until(start + duration(step["at"]))
        answers += _do(world, folder, step, start)
    world.clock.run_until(start + duration(plan.get("until", "60s")))
    changes = world.drain().changes
    lines = [
        *trace(changes, start),
        *answers,
        *end_state(world, changes),
        *conditions(world, plan.get("conditions", ())),
    ]
    text = "\n".join(lines) + "\n"
    for name, alias in _aliases(changes).items():
        text = text.replace(name, alias)
    return text


def _plan(folder: Path) -> dict[str, Any]:
    file = folder / "run.yaml"
    return yaml.safe_load(file.read_text()) if file.is_file() else {}


def _machines(plan: dict[str, Any]) -> Topology:
    return parse({"nodes": plan["nodes"]} if "nodes" in plan else WORKERS)


def _do(world: World, folder: Path, step: dict[str, Any], start: int) -> list[str]:
    """Does what people do; what is worth telling of the answer."""
    if "apply" in step:
        read = manifests.read([str(folder / step["apply"])])
        troubles = [*read.troubles, *(one for manifest in read.manifests for one in apply(world, manifest))]
        assert not troubles, "\n".join(map(str, troubles))
        return []
    verb = next(one for one in ("patch", "delete", "evict", "show") if one in step)
    resource, namespace, name, *subresource = step[verb].split("/")
    if name.endswith("*"):
        name = _first(world, resource, namespace, name.removesuffix("*"))
    about = {"kind": KINDS[resource].kind, "name": name}
    old = world.get(resource, namespace, name)
    assert old is not None, step[verb]
    at = f"{(world.now - start) / SECOND:.3f}s"
    if verb == "show":
        return ["", f"{step['field']} of {name} at {at}", json.dumps(get_in(old, *step["field"].split(".")))]
    if verb == "evict":
        return ["", f"eviction of {name} at {at}", *_evict(world, old, about)]
    if verb == "patch":
        cause = Cause("kubectl", "patch", "kubectl patched {kind} {name}.", about)
        world.update(resource, merge(old, step["with"]), cause, subresource="".join(subresource), checked=True)
    else:
        cause = Cause("kubectl", "delete", "kubectl deleted {kind} {name}.", about)
        grace, propagation = step.get("grace"), step.get("propagation")
        world.delete(resource, namespace, name, cause, grace=grace, propagation=propagation)
    return []


def _evict(world: World, pod: Body, about: dict[str, str]) -> Iterator[str]:
    """Asks for an eviction; what the API says to it, with the details of a refusal."""
    try:
        eviction.evict(world, pod, Cause("kubectl", "evict", "kubectl evicted {kind} {name}.", about))
    except StatusError as refusal:
        yield f"{refusal.code} {refusal.reason}: {refusal.message}"
        for one in refusal.details.get("causes") or ():
            yield f"  {one['reason']}: {one['message']}"
        if "retryAfterSeconds" in refusal.details:
            yield f"  retry after {refusal.details['retryAfterSeconds']}s"
    else:
        yield "201 Success"


def _first(world: World, resource: str, namespace: str, prefix: str) -> str:
    """Of the objects whose drawn names begin so, the one that was made first and is not on its way out."""
    named = [one for one in world.list(resource, namespace) if name_of(one).startswith(prefix) and not is_deleting(one)]
    return name_of(min(named, key=lambda one: (one["metadata"]["creationTimestamp"], name_of(one))))


def trace(changes: list[Change], start: int) -> Iterator[str]:
    """One line per change; an Event is shown by what it says about whom."""
    for change in changes:
        at, cause = (change.at - start) / SECOND, change.cause
        place = "/".join(filter(None, change.key))
        if change.resource == "events":
            about = change.body["involvedObject"]
            regarding = f"{about['kind']} {about['name']}"
            place = f"{change.body['type']} {change.body['reason']} {regarding}"
            said = f"{change.body['message'].strip()}{_times(change.body)}"
            yield f"{at:8.3f}s  {change.operation:<8} event {place}: {said}"
            continue
        author = f"{cause.component} {cause.rule}"
        yield f"{at:8.3f}s  {change.operation:<8} {change.resource} {place}  {author}: {cause.text()}"


def _times(event: Body) -> str:
    count = event.get("count") or 1
    return f" (x{count})" if count > 1 else ""


def end_state(world: World, changes: list[Change]) -> Iterator[str]:
    """`kubectl get` of what is left of the objects that changed, with their order of creation kept."""
    order = {(change.resource, change.key): number for number, change in enumerate(reversed(changes))}
    for kind in KINDS:
        bodies = [body for body in world.list(kind.resource) if (kind.resource, _key(body)) in order]
        if kind.resource == "events" or not bodies or not kind.columns:
            continue
        bodies.sort(key=lambda body: -order[kind.resource, _key(body)])
        yield ""
        yield kind.resource
        yield from _aligned(kind, bodies, world.now)


def conditions(world: World, names: Iterable[str]) -> Iterator[str]:
    """The conditions of some objects, a line each."""
    for name in names:
        body = world.get(*name.split("/"))
        yield ""
        yield f"conditions of {name}"
        for one in conditions_of(body or {}):
            said = " ".join(filter(None, (one.get("reason"), one.get("message"))))
            yield f"{one['type']}={one['status']} since {one['lastTransitionTime']}: {said}"


def _key(body: Body) -> tuple[str, str]:
    return body["metadata"].get("namespace", ""), body["metadata"]["name"]


def _aligned(kind: Kind, bodies: list[Body], now: int) -> Iterator[str]:
    columns = [column for column in kind.columns if column.priority == 0]
    rows = [[column.name.upper() for column in columns]]
    rows += [[str(column.cell(body, now)) for column in columns] for body in bodies]
    widths = [max(len(row[index]) for row in rows) for index in range(len(columns))]
    for row in rows:
        yield "   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _aliases(changes: list[Change]) -> dict[str, str]:
    """Names drawn from generateName -> the same with a number, in order of creation."""
    counts: dict[str, int] = {}
    found: dict[str, str] = {}
    for change in changes:
        prefix = change.body["metadata"].get("generateName") or ""
        drawn = prefix and len(change.key.name) == len(prefix) + 5
        if change.operation == "ADDED" and drawn and change.resource != "events":
            counts[prefix] = counts.get(prefix, 0) + 1
            found[change.key.name] = f"{prefix}{counts[prefix]:05}"
    return found
