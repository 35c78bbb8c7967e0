"""Which container of a pod a request means, and whether it runs.

Follows validateContainer in pkg/registry/core/pod/strategy.go, v1.34.
"""

from __future__ import annotations

from simulator.engine import errors
from simulator.engine.objects import name_of, spec_of
from simulator.engine.registry import Body
from simulator.engine.workloads.containers import status_of_container

_LISTS = ("initContainers", "containers", "ephemeralContainers")


def chosen(pod: Body, asked: str) -> str:
    """The container meant. Raises StatusError 400 where it is not clear, or where there is no such one."""
    names = [str(one["name"]) for part in _LISTS for one in spec_of(pod).get(part) or ()]
    if asked:
        if asked not in names:
            raise errors.bad_request(f"container {asked} is not valid for pod {name_of(pod)}")
        return asked
    main = spec_of(pod).get("containers") or []
    if len(main) == 1:
        return str(main[0]["name"])
    message = f"a container name must be specified for pod {name_of(pod)}, choose one of: [{' '.join(names)}]"
    raise errors.bad_request(message)


def is_running(pod: Body, container: str) -> bool:
    return "running" in (status_of_container(pod, container).get("state") or {})
