"""The image of a container that is to be started: pull policy, what is said of a pull, back-off.

Follows pkg/kubelet/images/image_manager.go, v1.34. The pulls themselves are in `pulls.py`.
"""

from __future__ import annotations

from ..clock import MILLISECOND, SECOND
from ..registry import Body, Instant
from ..workloads import references
from . import backoff, pulls
from .image_cache import cached
from .turn import Turn

READY, PULLING, FAILED = "ready", "pulling", "failed"
RESYNC = 10 * SECOND
"""How long a worker rests after a failed sync, and up to half as long again. Follows pkg/kubelet/pod_workers.go."""


def ensure(turn: Turn, container: Body) -> str:
    """READY if the image can be used, PULLING if it comes, FAILED if the container cannot be made now."""
    image, name = container["image"], container["name"]
    try:
        reference = references.parse(image)
    except ValueError as error:
        message = f'Failed to apply default image tag "{image}": couldn\'t parse image name "{image}": {error}'
        _fail(turn, name, "InvalidImageName", message, "InspectFailed", message)
        return FAILED
    policy = container.get("imagePullPolicy") or ("Always" if reference.tag == "latest" else "IfNotPresent")
    present = reference.name in cached(turn.world, turn.node)
    if present and policy != "Always":
        turn.event("Normal", "Pulled", f'Container image "{image}" already present on machine', name)
        return READY
    if policy == "Never":
        message = f'Container image "{image}" is not present with pull policy of Never'
        _fail(turn, name, "ErrImageNeverPull", message, "ErrImageNeverPull", message)
        return FAILED
    entry = turn.note["pulls"].get(image)
    until = backoff.until(entry, entry[1]) if entry else 0
    if until > turn.now:
        _hold(turn, name, image, entry[2], until)
        return FAILED
    turn.event("Normal", "Pulling", f'Pulling image "{image}"', name)
    pulls.Puller(turn.world).ask(turn.node, turn.key, turn.note["uid"], name, image)
    return PULLING


def _fail(turn: Turn, name: str, reason: str, message: str, event: str, said: str) -> None:
    """The start of a container failed for good: the same words again and again would say nothing new."""
    if turn.box(name)["wait"] == [reason, message]:
        return
    turn.event("Warning", event, said, name)
    turn.event("Warning", "Failed", f"Error: {reason}", name)
    turn.put(name, wait=[reason, message])
    turn.report(turn.world.latency.status)


def _hold(turn: Turn, name: str, image: str, error: str, until: Instant) -> None:
    """In back-off: said once for each back-off."""
    turn.change("retries", name, until)
    message = f'Back-off pulling image "{image}"'
    wait = ["ImagePullBackOff", f"{message}: ErrImagePull: {error}"]
    if turn.box(name)["wait"] == wait:
        return
    turn.event("Normal", "BackOff", message, name)
    turn.event("Warning", "Failed", "Error: ImagePullBackOff", name)
    turn.put(name, wait=wait)
    spread = turn.world.hash("resync", turn.note["uid"], turn.now) % (RESYNC // 2)
    turn.report(RESYNC + spread)


def arrived(turn: Turn, container: Body) -> str:
    """What came of the pull that the container waited for: READY or FAILED."""
    image, name = container["image"], container["name"]
    took, waited, size, error = turn.note.pop("pulled")
    if not error:
        turn.change("pulls", image, None)
        message = f'Successfully pulled image "{image}" in {duration(took)} ({duration(waited)} including waiting).'
        turn.event("Normal", "Pulled", f"{message} Image size: {size} bytes.", name)
        return READY
    turn.event("Warning", "Failed", f'Failed to pull image "{image}": {error}', name)
    turn.event("Warning", "Failed", "Error: ErrImagePull", name)
    entry = turn.note["pulls"].get(image)
    turn.change("pulls", image, [*backoff.following(entry, turn.now, turn.now), error])
    turn.put(name, wait=["ErrImagePull", error])
    turn.report(turn.world.latency.status)
    return FAILED


def duration(microseconds: int) -> str:
    """A time as Go prints it, cut to milliseconds: `313ms`, `1.594s`, `1m2.5s`."""
    milliseconds = microseconds // MILLISECOND
    if milliseconds < 1000:
        return f"{milliseconds}ms" if milliseconds else "0s"
    minutes, rest = divmod(milliseconds, 60 * SECOND // MILLISECOND)
    hours, minutes = divmod(minutes, 60)
    text = f"{rest / 1000:.3f}".rstrip("0").rstrip(".") + "s"
    if hours:
        return f"{hours}h{minutes}m{text}"
    return f"{minutes}m{text}" if minutes else text
