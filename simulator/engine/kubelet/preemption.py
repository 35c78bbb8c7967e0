"""A critical pod that finds no room on its node: pods that matter less end for it, as few and as small as it takes.

Follows pkg/kubelet/preemption/preemption.go, v1.34. The pod waits in the note `preempting:NODE`, a list of pods, until
those that go are killed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .. import events, pods
from ..objects import name_of, spec_of
from ..registry import Body
from ..world import World
from . import admission
from .admission import Refusal
from .eviction import observations, ranking
from .ledger import Account
from .loads import Loads
from .turn import COMPONENT

REASON, MESSAGE = "Preempting", "Preempted in order to admit critical pod"
TOLD = "Pod was preempted by Kubelet to accommodate a critical pod."
_ERROR = (
    "Unexpected error while attempting to recover from admission failure: preemption: error finding a set of pods to "
    "preempt: no set of running pods found to reclaim resources: {}"
)
_CLASSES = ("BestEffort", "Burstable", "Guaranteed")
Needs = Mapping[str, int]


def make_room(world: World, loads: Loads, text: str, pod: Body, node: Body, account: Account) -> Refusal | None:
    """Ends pods so that a critical one can be taken, which then waits; the refusal where that cannot be."""
    refusal = admission.refuse(pod, node, account)
    _wait(world, name_of(node), text, waits=False)
    if refusal is None or not ranking.is_critical(pod):
        return refusal
    name, held = name_of(node), list(observations.active(world, loads, name_of(node)))
    going = [one for place, one, _ in held if _is_going(world, place)]
    victims = choice(pod, node, account, [one for place, one, _ in held if not _is_going(world, place)], going)
    if isinstance(victims, Refusal):
        return victims
    for place, one, _ in held:
        if one in victims:
            end(world, name, place, one)
    _wait(world, name, text, waits=True)
    return None


def choice(
    pod: Body, node: Body, account: Account, held: list[Body], going: Iterable[Body] = ()
) -> list[Body] | Refusal:
    """Which of the pods `held` end for a critical one, besides those that go anyway; the refusal where none helps."""
    other = admission.refuse_besides(pod, node, account)
    if other is not None:
        return other
    needs = _less(admission.shortages(spec_of(pod), node, account), going)
    victims = chosen(pod, held, needs)
    if victims is not None:
        return victims
    said = "".join(f"(res: {resource}, q: {figure}), " for resource, figure in needs.items())
    return Refusal("UnexpectedAdmissionError", _ERROR.format(f"[{said}]"))


def _wait(world: World, node: str, text: str, *, waits: bool) -> None:
    waiting: list[str] = world.note(COMPONENT, f"preempting:{node}") or []
    others = [one for one in waiting if one != text]
    if waits or len(others) < len(waiting):
        world.set_note(COMPONENT, f"preempting:{node}", [*others, text] if waits else others or None)


def is_waiting(world: World, node: str, text: str) -> bool:
    return text in (world.note(COMPONENT, f"preempting:{node}") or ())


def hear(world: World, node: str) -> None:
    """Something has ended on a node: pods that wait for room are looked at again."""
    waiting: list[str] = world.note(COMPONENT, f"preempting:{node}") or []
    if waiting:
        world.set_note(COMPONENT, f"preempting:{node}", None)
        for text in waiting:
            world.clock.at(COMPONENT, text, world.now)


def chosen(preemptor: Body, held: list[Body], needs: Needs) -> list[Body] | None:
    """The pods that go: of the better QoS classes as few as can be; None if all together are not enough."""
    classes = {quality: list[Body]() for quality in _CLASSES}
    for pod in held:
        if _is_preemptable(preemptor, pod):
            classes[pods.qos(spec_of(pod))].append(pod)
    best, burstable, guaranteed = (classes[quality] for quality in _CLASSES)
    if _less(needs, [*best, *burstable, *guaranteed]):
        return None
    firm = _nearest(guaranteed, _less(needs, [*best, *burstable]))
    some = _nearest(burstable, _less(needs, [*best, *firm]))
    return [*_nearest(best, _less(needs, [*some, *firm])), *some, *firm]


def _nearest(held: list[Body], needs: Needs) -> list[Body]:
    """Takes the pod that leaves least to be wished for, again and again; of two equal ones the smaller."""
    left, found = list(held), list[Body]()
    while needs:
        index = min(range(len(left)), key=lambda one: (_distance(needs, left[one]), *_size(left[one]), -one))
        needs = _less(needs, [left[index]])
        found.append(left[index])
        left[index] = left[-1]
        left.pop()
    return found


def _distance(needs: Needs, pod: Body) -> float:
    rests = {name: max(0, figure - _requested(pod, name)) / figure for name, figure in needs.items()}
    return sum(rest**2 for rest in rests.values())


def _size(pod: Body) -> tuple[int, int]:
    return _requested(pod, "memory"), _requested(pod, "cpu")


def _less(needs: Needs, gone: Iterable[Body]) -> dict[str, int]:
    """What is still needed once these pods are gone."""
    rest = dict(needs)
    for pod in gone:
        rest = {name: figure - _requested(pod, name) for name, figure in rest.items()}
    return {name: figure for name, figure in rest.items() if figure > 0}


def _requested(pod: Body, resource: str) -> int:
    return 1 if resource == "pods" else pods.requests(spec_of(pod)).get(resource, 0)


def _is_preemptable(preemptor: Body, pod: Body) -> bool:
    if not ranking.is_critical(pod):
        return True
    return bool((spec_of(preemptor).get("priority") or 0) > (spec_of(pod).get("priority") or 0))


def _is_going(world: World, text: str) -> bool:
    return "verdict" in (world.note(COMPONENT, text) or {})


def end(world: World, node: str, text: str, pod: Body) -> None:
    """Ends a pod to make room."""
    grace = int(spec_of(pod).get("terminationGracePeriodSeconds", 30))
    verdict = {"reason": REASON, "message": MESSAGE, "grace": grace, "fails": True, "told": TOLD}
    world.set_note(COMPONENT, text, {**world.note(COMPONENT, text), "verdict": verdict})
    world.clock.at(COMPONENT, text, world.now)
    events.record(world, pod, "Warning", REASON, MESSAGE, component=COMPONENT, host=node)
