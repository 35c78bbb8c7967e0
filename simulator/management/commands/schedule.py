"""`manage.py schedule`: one pass of the scheduler over the pending pods of a state file, with every figure."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson
from django.core.management.base import BaseCommand

from simulator import manifests
from simulator.engine.admission import priority
from simulator.engine.admission.attributes import Attributes
from simulator.engine.errors import StatusError
from simulator.engine.objects import drop_in
from simulator.engine.registry import Body
from simulator.engine.scheduler.capacity import capacity
from simulator.engine.scheduler.configuration.reading import DEFAULT, Configuration, every_node
from simulator.engine.scheduler.one_pass import Pass
from simulator.engine.scheduler.profiles import Profiles
from simulator.engine.scheduler.trace import schedule
from simulator.engine.world import World
from simulator.manifests import Manifest, Place, Trouble
from simulator.scheduling.configurations import BadConfiguration, read

BAD_INPUT = 2
_MOST_REPLICAS = 100_000


class Command(BaseCommand):
    help = "Prints where the scheduler would put each pending pod of a state file, and why. Exit status 2: bad input."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "-f", "--filename", action="append", nargs="+", metavar="FILE", required=True, help="- for stdin"
        )
        parser.add_argument("--config", metavar="FILE", help="a KubeSchedulerConfiguration")
        parser.add_argument("--all-nodes", action="store_true", help="rank every feasible node, not only a sample")
        parser.add_argument("--lines", action="store_true", help="each line is a List in JSON and a cluster of its own")
        parser.add_argument("--fit", metavar="NAMESPACE/POD", help="count how many more of this pod would fit instead")
        parser.add_argument("--seed", type=int, default=1, help="draws among equal nodes")
        parser.add_argument("-o", "--output", choices=["json"], default="json")

    def handle(self, *args: Any, **options: Any) -> None:
        configuration = self._configuration(options["config"])
        if options["all_nodes"]:
            configuration = every_node(configuration)
        sources = [source for group in options["filename"] for source in group]
        indent = 0 if options["lines"] else orjson.OPT_INDENT_2
        for found in _by_line(sources) if options["lines"] else [manifests.read(sources)]:
            self._complain(found.troubles)
            told = self._answer(found.manifests, configuration, options["seed"], options["fit"])
            self.stdout.write(orjson.dumps(told, option=indent).decode())

    def _configuration(self, source: str | None) -> Configuration:
        if source is None:
            return DEFAULT
        try:
            text = sys.stdin.read() if source == "-" else Path(source).read_text("utf-8-sig")
            return read(text)
        except OSError as error:
            self._complain([Trouble(Place(source), error.strerror or str(error))])
        except UnicodeDecodeError:
            self._complain([Trouble(Place(source), "the text is not valid UTF-8")])
        except BadConfiguration as error:
            errors = error.details["errors"]
            self._complain(
                Trouble(Place(source, line=one["line"] or 0), one["message"], one["field"]) for one in errors
            )
        raise AssertionError

    def _answer(self, given: list[Manifest], configuration: Configuration, seed: int, fit: str | None) -> Any:
        try:
            world, troubles = _world(given, seed)
            self._complain(troubles)
            profiles = Profiles(world, configuration)
            return {"pods": schedule(world, profiles=profiles)} if fit is None else self._fit(world, profiles, fit)
        except (LookupError, TypeError, ValueError):
            # What people write is taken as it is, as far as it can be understood.
            self._complain(trouble for one in given for trouble in _broken(one))
            raise

    def _fit(self, world: World, profiles: Profiles, text: str) -> Any:
        namespace, _, name = text.rpartition("/")
        pod = world.get("pods", namespace or "default", name)
        if pod is None or profiles.of(pod) is None:
            said = f'pods "{name}" not found' if pod is None else f"no profile schedules the pod {text}"
            self._complain([Trouble(Place("--fit"), said)])
            raise AssertionError
        free = drop_in(pod, ("spec", "nodeName"))
        return capacity(Pass(world, profiles, chance=world), free, most=_MOST_REPLICAS).told()

    def _complain(self, troubles: Iterable[Trouble]) -> None:
        """Ends the command if there is anything to complain of."""
        lines = [str(trouble) for trouble in troubles]
        for line in lines:
            self.stderr.write(line)
        if lines:
            sys.exit(BAD_INPUT)


def _by_line(sources: Iterable[str]) -> Iterator[manifests.Read]:
    for source in sources:
        try:
            lines = sys.stdin.buffer if source == "-" else Path(source).read_bytes().splitlines()
        except OSError as error:
            yield manifests.Read([], [Trouble(Place(source), error.strerror or str(error))], [])
            return
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield manifests.read_text(line, source=f"{source}, line {number}")


def _world(given: list[Manifest], seed: int) -> tuple[World, list[Trouble]]:
    """A world of these objects as they stand: nothing is admitted but priorities, and no clock runs.

    Each is of a revision of its own, and gets a name of its own if it has only a generateName.
    """
    world, troubles = World(seed=seed, now=0), []
    for number, one in enumerate(sorted(given, key=lambda one: one.kind.resource == "pods"), start=1):
        body = world.named(one.kind, one.kind.default(one.body))
        body = {**body, "metadata": {**body["metadata"], "resourceVersion": str(number)}}
        if one.kind.resource == "pods" and body["spec"].get("priority") is None:
            try:
                body = _with_priority(one, body, world)
            except StatusError as error:
                troubles.append(one.trouble(error.message, "spec.priorityClassName"))
        world.load(one.kind.resource, body)
    return world, troubles


def _with_priority(manifest: Manifest, pod: Body, world: World) -> Body:
    """The pod with the priority of its class; a policy that it says itself stays. Raises StatusError."""
    asked = Attributes("CREATE", manifest.kind, drop_in(pod, ("spec", "preemptionPolicy")), None)
    admitted = priority.admit(asked, world)
    return {**admitted, "spec": {**admitted["spec"], **pod["spec"], "priority": admitted["spec"]["priority"]}}


def _broken(manifest: Manifest) -> Iterator[Trouble]:
    for one in manifest.kind.validate(manifest.kind.default(manifest.body)):
        yield manifest.trouble(one.message(), one.field)
