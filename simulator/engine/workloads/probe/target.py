"""What is probed: a container that runs, and what is known of the program in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

from ...clock import MILLISECOND, SECOND
from ...objects import get_in, namespace_of, spec_of
from ...registry import Body, Instant, Reader
from .. import catalogue, references, script_files, servers
from ..behaviors import Behaviors

Outcome = Literal["Success", "Warning", "Failure", "Error"]

NETWORK = MILLISECOND
"""What an exchange within the cluster takes."""


class Answer(NamedTuple):
    """What one probe comes to. `Error`: it could not be made, so that its result is thrown away.

    text: what the kubelet says of it; took: microseconds; until: the first instant at which a probe may be answered
    differently, None if there is none; is_momentary: it depends on what is outside of the pod, so that nobody knows
    it beforehand.
    """

    outcome: Outcome
    text: str = ""
    took: int = NETWORK
    until: Instant | None = None
    is_momentary: bool = False


class BadPort(Exception):
    """A port that the container has no number for. str() is the kubelet's words."""


@dataclass
class Target:
    """A container of a pod. starts: when each container that runs was started, exactly."""

    pod: Body
    container: Body
    ip: str
    starts: Mapping[str, Instant]
    reader: Reader

    @property
    def started(self) -> Instant:
        return self.starts[self.container["name"]]

    @cached_property
    def behaviors(self) -> Mapping[str, Body]:
        """The spec of the Behavior of each container that has one."""
        chosen = Behaviors(self.reader, namespace_of(self.pod)).of_pod(self.pod)
        return {name: spec_of(found) for name in self.starts if (found := chosen.of(name))}

    @property
    def behavior(self) -> Body:
        return self.behaviors.get(self.container["name"], {})

    def startup(self, container: Body) -> int:
        """How long the container's program takes until it listens."""
        given = get_in(self.behaviors.get(container["name"], {}), "startup", "durationSeconds")
        if given is not None:
            return int(given) * SECOND
        try:
            return catalogue.of(references.parse(container["image"])).startup
        except ValueError:
            return 0

    def server(self, port: int, at: Instant, *, loopback: bool = False) -> servers.Server | Instant | None:
        """What listens on a port of the pod; the instant from which it will; None if nothing does.

        loopback: on the loopback address of the node, which is a pod's own only where it shares the node's network.
        """
        if loopback and not spec_of(self.pod).get("hostNetwork"):
            return None
        later: Instant | None = None
        for part in ("containers", "initContainers"):
            for container in spec_of(self.pod).get(part) or ():
                since = self.starts.get(container["name"])
                if since is None:
                    continue
                found = servers.of_container(self.pod, container, port, since, reader=self.reader, now=at)
                if found is None:
                    continue
                listens = since + self.startup(container)
                if at >= listens:
                    return found
                later = listens if later is None else min(later, listens)
        return later

    def files_change(self, at: Instant) -> Instant | None:
        """When the scripts of the pod next change a file after an instant."""
        changes = [
            script_files.following(self.pod, container, self.starts[container["name"]], at, self.reader)
            for part in ("containers", "initContainers")
            for container in spec_of(self.pod).get(part) or ()
            if container["name"] in self.starts
        ]
        return min((one for one in changes if one is not None), default=None)


def port_of(port: int | str, container: Body) -> int:
    """The number of a probe's port. Raises BadPort. Follows pkg/probe/util.go, v1.34."""
    number: int | None
    if isinstance(port, int):
        number = port
    else:
        named = (one["containerPort"] for one in container.get("ports") or () if one.get("name") == port)
        number = next(named, None)
        if number is None:
            if not port.isdecimal():
                raise BadPort(f'strconv.Atoi: parsing "{port}": invalid syntax')
            number = int(port)
    if not 0 < number < 65536:
        raise BadPort(f"invalid port number: {number}")
    return number


def seconds(microseconds: int) -> str:
    """A whole number of seconds as Go writes a duration."""
    total = microseconds // SECOND
    hours, rest = divmod(total, 3600)
    minutes, left = divmod(rest, 60)
    if hours:
        return f"{hours}h{minutes}m{left}s"
    return f"{minutes}m{left}s" if minutes else f"{left}s"


def earliest(*instants: Instant | None) -> Instant | None:
    return min((one for one in instants if one is not None), default=None)
