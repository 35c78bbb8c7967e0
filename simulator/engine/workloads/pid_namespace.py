"""The processes that a container sees besides its own: with shareProcessNamespace, those of the whole pod.

Follows the PID namespace of a pod's sandbox, whose first process is the pause container's.
"""

from __future__ import annotations

from ..objects import spec_of
from . import users
from .containers import running
from .shell.machine import Machine, main_of

_APART = 7
_PAUSE = 65535


def mains(machine: Machine) -> list[tuple[int, int, str]]:
    """(number, user, command line) of the main processes in a container's PID namespace."""
    spec = spec_of(machine.pod)
    if not spec.get("shareProcessNamespace"):
        return [(1, machine.files.user.uid, " ".join(machine.main))]
    alive = {name for name, _since in running(machine.pod)}
    listed = [one for part in ("initContainers", "containers") for one in spec.get(part) or ()]
    found = [(1, _PAUSE, "/pause")]
    for container in listed:
        if container["name"] in alive:
            number = found[-1][0] + _APART
            found.append((number, users.of(spec, container).uid, " ".join(main_of(container))))
    return found
