"""A run of the engine alone: manifests in, the end state out. No server, no database, no Redis."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from simulator.engine.admission.service_account import INTERVAL, TRIES
from simulator.engine.causes import Cause, _
from simulator.engine.clock import SECOND
from simulator.engine.control_plane import BOOT, boot
from simulator.engine.controllers.cronjob import CronJobController
from simulator.engine.custom_resources.kinds import DEFINITIONS
from simulator.engine.errors import StatusError
from simulator.engine.journal import Change
from simulator.engine.latency import PROFILES
from simulator.engine.objects import instant_of, key_from, key_of
from simulator.engine.registry import Instant, Key
from simulator.engine.topology import Topology
from simulator.engine.world import World
from simulator.garbage import spare_the_worlds
from simulator.manifests import Manifest, Trouble

EPOCH: Instant = instant_of("2026-01-01T00:00:00Z")
"""When every run of `simulate` begins: the same seed and input give the same bytes on any day."""

_ESTABLISHED = SECOND
_USER = "kubectl"


class Run(NamedTuple):
    """A finished run. `changes` is the log since the manifests were applied at `start`.

    next_runs: when the CronJobs that only wait for their schedule run next, the first of them first. A run is settled
    though they do.
    """

    world: World
    start: Instant
    changes: list[Change]
    settled: bool
    next_runs: dict[Key, Instant]
    troubles: list[Trouble]


def simulate(
    manifests: Iterable[Manifest], *, nodes: Topology, seed: int = 1, latency: str = "realistic", until: Instant
) -> Run:
    """Boots a cluster, applies the manifests at one instant and runs it for `until` microseconds.

    Definitions of custom resources come first and get a moment to be established before the rest; what needs the
    service account of a new namespace comes when that is there.

    A run with troubles has not moved: nothing is simulated unless every manifest is accepted.
    """
    spare_the_worlds()
    world = World(seed=seed, now=EPOCH, latency=PROFILES[latency])
    boot(world, nodes, until=EPOCH + BOOT)
    world.drain()
    start = world.now
    given = sorted(manifests, key=lambda one: one.kind.resource != DEFINITIONS)
    definitions = [one for one in given if one.kind.resource == DEFINITIONS]
    troubles = [trouble for manifest in definitions for trouble in apply(world, manifest)]
    if definitions and not troubles:
        world.clock.run_until(min(start + until, world.now + _ESTABLISHED))
    troubles += _patiently(world, given[len(definitions) :], end=start + until)
    if not troubles:
        world.clock.run_until(start + until)
    waiting = CronJobController.next_runs(world)
    runs = {key_from(text): at for (_component, text), at in sorted(waiting.items(), key=lambda one: one[::-1])}
    return Run(world, start, world.drain().changes, world.clock.settled(besides=waiting), runs, troubles)


def _patiently(world: World, manifests: Iterable[Manifest], *, end: Instant) -> list[Trouble]:
    """Applies the manifests, again if that may help, as the API server does."""
    refused = [(one, trouble) for one in manifests for trouble in apply(world, one)]
    for _try in range(TRIES - 1):
        if not refused or not all(trouble.may_pass for _one, trouble in refused):
            break
        world.clock.run_until(min(end, world.now + INTERVAL))
        refused = [(one, trouble) for one, _trouble in refused for trouble in apply(world, one)]
    troubles = [trouble for _one, trouble in refused]
    return [trouble for trouble in troubles if not trouble.may_pass] or troubles


def apply(world: World, manifest: Manifest) -> list[Trouble]:
    """Creates or replaces one object; what is refused comes back with the place of each field."""
    kind, body = manifest.kind, manifest.body
    about = {"kind": kind.kind, "name": body["metadata"].get("name", ""), "user": _USER}
    cause = Cause(_USER, "apply", _("{user} applied {kind} {name}."), about)
    exported = "uid" in body["metadata"]
    if kind.resource not in world.kinds:
        return [manifest.trouble(f'no matches for kind "{kind.kind}" in version "{kind.api_version}"', "kind")]
    try:
        if world.get(kind.resource, *key_of(body)) is None:
            checked = not exported or kind.resource == DEFINITIONS
            world.create(kind.resource, body, cause, restored=exported, checked=checked)
        else:
            stripped = {key: value for key, value in body["metadata"].items() if key != "resourceVersion"}
            world.update(kind.resource, {**body, "metadata": stripped}, cause, checked=not exported)
    except StatusError as error:
        causes = error.details.get("causes") or []
        found = [manifest.trouble(one["message"], one["field"]) for one in causes if one.get("field")]
        return found or [manifest.trouble(error.message)._replace(may_pass=error.may_pass)]
    return []
