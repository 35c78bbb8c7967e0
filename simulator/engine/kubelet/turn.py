"""One turn of a pod's worker: the pod, what the kubelet remembers of it, and the ways to speak about it.

The memory of a pod is a note, plain JSON:
    uid         which pod it is about (of a static pod: the hash of its manifest)
    node        where it runs
    step        what the worker does next: sync, mount, sandbox, pull, create, start, hook, refused, killing, killed
    act         the instant of that step, None while it waits for something else (the end of a container, a pull)
    ip          the pod's address once it has a sandbox, else ""
    todo        names of the containers that this sync still has to start
    report      the instant at which something that has changed is to be written to the status, else None
    boxes       container name -> box
    retries     container name -> the instant at which a start that failed is tried again
    crash       container name -> [back-off, when it was set]: restarts
    pulls       image -> [back-off, when it was set, the last error]
    allocated, resize   its containers' resources and a change of them: see `resize.py`
    oom         the instant at which a container will be killed because of its memory or its pod's, else None
    struck      names of the containers that the kernel kills now because the node is out of memory
    anew        whether the sandbox that it had is gone, and another is to be made
    verdict     why the kubelet ends the pod, if it does: `reason`, `message`, the `grace` in seconds, whether
                it `fails` whatever its containers come to, whether it is `silent`: no condition tells of it;
                `told` is what the condition says, where that is not the message
    probes      container/kind -> worker, as `prober/worker.py` has it; missing until the pod is first synced
    probed      [container, n] of the containers that ran when it was last worked out what their probes come to
    stale       whether something outside of the pod has changed since that may make them come to something else
    restarted   whether its kubelet has just started again, so that its probes are to be spread over a period
    shows       the instant at which a pod on its way out writes what its readiness probes say, else missing or None
    told        how long it takes until all that was said of the pod is forgotten, as the instant of that
    mounts      what the worker waits for before the sandbox, as `mounting.py` has it
    hook        [why it will have failed or "", the FileSystem that it leaves]: a postStart hook that runs
    failing     [instant, container]: preStop hooks that will have failed
    since       the instant at which its kubelet took it up
    late        [reason, message] of a pod whose time is over
    refused     [reason, message] of a pod that its kubelet did not take when it started again
    behaves     whether a Behavior has changed that may say how its containers end
    look        whether something on the network has changed that a container may wait for
    failed      the instant of the last sync that something it refers to was missing for
    led_by      the revision of the change that the last turn answered, for turns that nothing else led to
A box is a container as the runtime knows it:
    n           how many times it was restarted
    state       created, running, exited, or "" before the first creation
    image       the image that it was made from
    at, end     when it started and ended; `ends` when a running one will end, None if by itself it never does
    code        its exit code (of a running one: the one it will end with)
    restart     whether it was killed to be started again, whatever its exit code
    stop        how long it takes to end on SIGTERM, None if it ignores the signal; stop_code: its exit code then
    reason      why it ended, where its exit code does not say it: OOMKilled, Unknown, StartError
    message     what it, or the runtime, said at its end
    exit        {said, ends}: a Behavior's `exit` and the instant of the end by it, missing without one
    ending      whether somebody ends it, so that nothing else says when
    waits       whether it waits for something on the network, so that nobody knows when it ends
    last        the run before this one, as its box was, None if there was none
    wait        [reason, message] of the last start that failed, else None
    removed     whether the dead container is no more, and what it wrote
    gone        whether the sandbox that it ran in is gone
Instants and durations are microseconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Literal

from .. import events
from ..causes import Cause
from ..clock import SECOND
from ..objects import name_of, namespace_of
from ..registry import Body, Instant
from ..workloads.containers import container_of, part_of
from ..world import World

Note = dict[str, Any]
Box = dict[str, Any]

COMPONENT = "kubelet"
_BURST = 25
_REFILL = 300 * SECOND
"""The events that a kubelet tells of one pod in a row, and how long it takes until it may tell one more."""
_RUN = ("n", "at", "end", "code", "reason", "message", "removed")
_NO_BOX: Box = {"n": 0, "state": "", "last": None, "wait": None}


def fresh(uid: str, node: str, now: Instant) -> Note:
    """The memory of a pod that the kubelet has just heard of."""
    return {
        "uid": uid,
        "node": node,
        "step": "sync",
        "act": now,
        "ip": "",
        "todo": [],
        "report": None,
        "boxes": {},
        "retries": {},
        "crash": {},
        "pulls": {},
        "oom": None,
        "told": 0,
        "led_by": None,
    }


@dataclass(slots=True)
class Turn:
    """What one turn works with. The note is this turn's own copy; the parts inside it are replaced, never changed.

    silent: the kubelet does not reach the API server, so that nothing is written or told.
    """

    world: World
    key: str
    pod: Body
    note: Note
    led_by: int | None
    silent: bool = False
    done: bool = False
    now: Instant = field(init=False)

    def __post_init__(self) -> None:
        self.now = self.world.now

    @property
    def node(self) -> str:
        return str(self.note["node"])

    @property
    def full_name(self) -> str:
        """As upstream's messages name a pod."""
        return f"{name_of(self.pod)}_{namespace_of(self.pod)}({self.note['uid']})"

    def box(self, name: str) -> Box:
        found: Box | None = self.note["boxes"].get(name)
        return found if found is not None else _NO_BOX

    def set_box(self, name: str, box: Box) -> None:
        self.note["boxes"] = {**self.note["boxes"], name: box}

    def ended(self, name: str) -> Box | None:
        """The last run of a container that is over, to be remembered beside the next."""
        box = self.box(name)
        last: Box | None = box["last"]
        return {key: box[key] for key in _RUN if key in box} if box["state"] == "exited" else last

    def put(self, name: str, **changes: Any) -> None:
        """Changes a container's box."""
        self.set_box(name, {**self.box(name), **changes})

    def change(self, part: str, name: str, value: Any) -> None:
        """Sets one entry of a part of the note (`retries`, `crash`, `pulls`); None takes it away."""
        held = {key: one for key, one in self.note[part].items() if key != name}
        self.note[part] = held if value is None else {**held, name: value}

    def book(self, step: str, after: int) -> None:
        """The worker's next step, in microseconds from now."""
        self.note["step"] = step
        self.note["act"] = self.now + after

    def report(self, after: int) -> None:
        """Something has changed: the status is to be written in so many microseconds."""
        held = self.note["report"]
        self.note["report"] = self.now + after if held is None else min(held, self.now + after)

    def containers(self) -> Iterator[tuple[Body, bool]]:
        """Each container but ephemeral ones, with whether it is an init container, in the order of the spec."""
        spec = self.pod["spec"]
        for one in spec.get("initContainers") or ():
            yield one, True
        for one in spec["containers"]:
            yield one, False

    def container(self, name: str) -> Body:
        return container_of(self.pod, name)

    def running(self) -> list[str]:
        return [name for name, box in self.note["boxes"].items() if box["state"] == "running"]

    def next_instant(self) -> Instant | None:
        """When the pod next needs a turn: its worker's step, or the end of a container."""
        instants = [box["ends"] for box in self.note["boxes"].values() if box["state"] == "running"]
        probes = [one["due"] for one in self.note.get("probes", {}).values()]
        hooks = [one[0] for one in self.note.get("failing", ())]
        own = (self.note["act"], self.note.get("oom"), self.note.get("shows"))
        due = [one for one in (*own, *instants, *probes, *hooks) if one is not None]
        return min(due, default=None)

    @property
    def is_ending(self) -> bool:
        return self.note["step"] in ("killing", "killed")

    @property
    def muted(self) -> Instant:
        """Until when there was said too much of the pod. Follows EventSourceObjectSpamFilter in client-go's record."""
        return int(self.note.get("told", 0)) - (_BURST - 1) * _REFILL

    def cause(self, rule: str, sentence: str, **inputs: Any) -> Cause:
        return Cause(f"{COMPONENT}/{self.node}", rule, sentence, {"node": self.node, **inputs}, self.led_by)

    def event(self, type: Literal["Normal", "Warning"], reason: str, message: str, container: str = "") -> None:
        """Tells people."""
        if self.silent:
            return
        path = self._path(container) if container else ""
        self.note["told"] = max(self.now, self.note.get("told", 0)) + _REFILL
        events.record(
            self.world,
            self.pod,
            type,
            reason,
            message,
            component=COMPONENT,
            host=self.node,
            field_path=path,
            led_by=self.led_by,
        )

    def _path(self, container: str) -> str:
        return f"spec.{part_of(self.pod, container)}{{{container}}}"


def is_static(pod: Body) -> bool:
    """Whether the object is only the mirror of a pod whose manifest lies on its node."""
    return "kubernetes.io/config.mirror" in (pod["metadata"].get("annotations") or {})


def identity(pod: Body) -> str:
    """What tells two pods of one name apart."""
    if is_static(pod):
        return str(pod["metadata"]["annotations"]["kubernetes.io/config.mirror"])
    uid: str = pod["metadata"].get("uid", "")
    return uid


def container_id(seed: int, uid: str, name: str, attempt: int) -> str:
    """The ID of a container that was started so many times before."""
    return f"containerd://{blake2b(f'{seed}/{uid}/{name}/{attempt}'.encode(), digest_size=32).hexdigest()}"
