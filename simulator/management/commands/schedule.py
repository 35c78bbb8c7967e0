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
from simulator.engine.registry import Body
from simulator.engine.scheduler.configuration.reading import DEFAULT, every_node
from simulator.engine.scheduler.profiles import Profiles
from simulator.engine.scheduler.trace import schedule
from simulator.engine.world import World

BAD_INPUT = 2


class Command(BaseCommand):
    help = "Prints where the scheduler would put each pending pod of a state file, and why. Exit status 2: bad input."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "-f", "--filename", action="append", nargs="+", metavar="FILE", required=True, help="- for stdin"
        )
        parser.add_argument("--all-nodes", action="store_true", help="rank every feasible node, not only a sample")
        parser.add_argument("--lines", action="store_true", help="each line is a List in JSON and a cluster of its own")
        parser.add_argument("--seed", type=int, default=1, help="draws among equal nodes")
        parser.add_argument("-o", "--output", choices=["json"], default="json")

    def handle(self, *args: Any, **options: Any) -> None:
        sources = [source for group in options["filename"] for source in group]
        reads = _by_line(sources) if options["lines"] else [manifests.read(sources)]
        for read in reads:
            if read.troubles:
                for trouble in read.troubles:
                    self.stderr.write(str(trouble))
                sys.exit(BAD_INPUT)
            bodies = ((one.kind.resource, one.kind.default(one.body)) for one in read.manifests)
            world = _world(bodies, options["seed"])
            profiles = Profiles(world, every_node(DEFAULT) if options["all_nodes"] else DEFAULT)
            indent = 0 if options["lines"] else orjson.OPT_INDENT_2
            self.stdout.write(orjson.dumps({"pods": schedule(world, profiles=profiles)}, option=indent).decode())


def _by_line(sources: Iterable[str]) -> Iterator[manifests.Read]:
    for source in sources:
        try:
            lines = sys.stdin.buffer if source == "-" else Path(source).read_bytes().splitlines()
        except OSError as error:
            place = manifests.Place(source)
            yield manifests.Read([], [manifests.Trouble(place, error.strerror or str(error))], [])
            return
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield manifests.read_text(line, source=f"{source}, line {number}")


def _world(bodies: Iterable[tuple[str, Body]], seed: int) -> World:
    """A world of these objects as they stand: nothing is admitted, and no clock runs."""
    world = World(seed=seed, now=0)
    for resource, body in bodies:
        world.load(resource, body)
    return world
