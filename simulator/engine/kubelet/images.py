"""Images on nodes: pull policy, pulls one after the other or side by side, the cache, back-off.

Follows pkg/kubelet/images/{image_manager.go,puller.go}, v1.34. A node's images are two notes: `images:NODE`
(name -> bytes, everything that lies there) and `pull:NODE` (the pull that runs and those that wait for it).
"""

from __future__ import annotations

from typing import Any

from ..clock import MILLISECOND, SECOND
from ..objects import status_of
from ..registry import Body, Instant
from ..workloads import catalogue, references
from ..world import World
from . import backoff, configuration
from .turn import COMPONENT, Turn

READY, PULLING, FAILED = "ready", "pulling", "failed"
RESYNC = 10 * SECOND
"""How long a worker rests after a failed sync, and up to half as long again. Follows pkg/kubelet/pod_workers.go."""


def cached(world: World, node: str) -> dict[str, int]:
    """The images that lie on a node, with their sizes in bytes. At first those that its status lists."""
    held: dict[str, int] | None = world.note(COMPONENT, f"images:{node}")
    if held is not None:
        return held
    body = world.get("nodes", "", node)
    listed = (status_of(body).get("images") or ()) if body else ()
    return {name: one["sizeBytes"] for one in listed for name in one["names"] if "@" not in name}


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
    Puller(turn.world).ask(turn.node, turn.key, turn.note["uid"], name, image)
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


class Puller:
    """The image puller of each node: one after the other, or several at once where its kubelet is configured so.

    The note `pull:NODE` lists what was asked for: [pod, its uid, container, image, when it was asked, when the pull
    began, when it ends]; the last two are None while it waits for its turn.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    def ask(self, node: str, pod: str, uid: str, container: str, image: str) -> None:
        """Queues a pull. The pod is told through its note (`pulled`) and a turn."""
        queue: list[list[Any]] = self._world.note(COMPONENT, f"pull:{node}") or []
        self._keep(node, [*queue, [pod, uid, container, image, self._world.now, None, None]])

    def finish(self, node: str) -> bool:
        """Tells the pods whose pulls are over, and begins the next. True if an image is new on the node."""
        world, is_new = self._world, False
        queue: list[list[Any]] = world.note(COMPONENT, f"pull:{node}") or []
        over = [one for one in queue if one[6] is not None and one[6] <= world.now]
        for pod, uid, container, image, asked, began, ends in over:
            reference = references.parse(image)
            held, error, size = cached(world, node), catalogue.refusal(reference), catalogue.of(reference).size
            if not error and reference.name not in held:
                world.set_note(COMPONENT, f"images:{node}", {**held, reference.name: size})
                is_new = True
            self._tell(pod, uid, container, [ends - began, ends - asked, size, error])
        waiting = [one for one in queue if one[6] is None and self._waits(one[0], one[1], one[2])]
        self._keep(node, [one for one in queue if one[6] is not None and one[6] > world.now] + waiting)
        return is_new

    def _keep(self, node: str, queue: list[list[Any]]) -> None:
        """Begins as many pulls as may run, and remembers the rest."""
        key, now = f"pull:{node}", self._world.now
        room = configuration.parallel_pulls(self._world, node)
        running = sum(one[6] is not None for one in queue)
        kept = []
        for one in queue:
            if one[6] is None and (room is None or running < room):
                one = [*one[:5], now, now + self._time(node, one[3])]
                running += 1
            kept.append(one)
        self._world.set_note(COMPONENT, key, kept or None)
        if kept:
            self._world.clock.move(COMPONENT, key, min(one[6] for one in kept if one[6] is not None))

    def _time(self, node: str, image: str) -> int:
        """How long the pull takes: the overhead alone if all layers lie there already or nobody answers."""
        reference = references.parse(image)
        there = reference.name in cached(self._world, node) or catalogue.refusal(reference)
        return self._world.latency.pull(0 if there else catalogue.of(reference).size)

    def _waits(self, pod: str, uid: str, container: str) -> bool:
        note = self._world.note(COMPONENT, pod)
        return note is not None and note["uid"] == uid and note["step"] == "pull" and note["todo"][:1] == [container]

    def _tell(self, pod: str, uid: str, container: str, outcome: list[Any]) -> None:
        if self._waits(pod, uid, container):
            note = self._world.note(COMPONENT, pod)
            self._world.set_note(COMPONENT, pod, {**note, "act": self._world.now, "pulled": outcome})
            self._world.clock.at(COMPONENT, pod, self._world.now)


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
