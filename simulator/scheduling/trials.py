"""What the scheduler would decide at an instant, about pods that are there and pods that are only thought of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from simulator.engine.chance import Chance
from simulator.engine.objects import key_of, micro_timestamp
from simulator.engine.pods import node_of
from simulator.engine.registry import KINDS, Body, Key
from simulator.engine.scheduler.one_pass import Pass
from simulator.engine.scheduler.profiles import Profiles, scheduler_of
from simulator.engine.scheduler.reports import NAME
from simulator.engine.scheduler.state import CYCLE
from simulator.engine.scheduler.trace import told
from simulator.scheduling.asked_pods import held_pod
from simulator.scheduling.configurations import running
from simulator.scheduling.queue import queued
from simulator.states import State


def running_profiles(state: State) -> Profiles:
    """The profiles that run, over all objects."""
    return Profiles(state.whole, running(state).configuration)


def trace_of_held(state: State, key: Key) -> dict[str, Any]:
    """The trace of a pod as it would be decided on, as if it had no node. Raises Http404."""
    return trace_under(state, running_profiles(state), held_pod(state.whole, *key))


def trace_under(state: State, profiles: Profiles, pod: Body) -> dict[str, Any]:
    """The trace of a pod, which need not exist, as these profiles would decide."""
    one = pass_under(state, profiles, but=key_of(pod))
    return {**trace_in(one, pod), "when": "now", "revision": state.revision, "at": micro_timestamp(state.now)}


def pass_under(state: State, profiles: Profiles, *, but: Key | None = None) -> Pass:
    """What these profiles would have before them."""
    start = state.notes(NAME, [CYCLE]).get(CYCLE, {"start": 0})["start"]
    made = Pass(state.whole, profiles, chance=Chance(state.cluster.seed), but=but, start=start)
    assume_all(made, [(key, place.node) for key, place in queued(state).items() if place.node], but=but)
    return made


def assume_all(made: Pass, places: Iterable[tuple[Key, str]], *, but: Key | None = None) -> None:
    """Counts the pods that have been decided on and are not bound yet, each on its node."""
    for key, node in places:
        body = made.reader.get("pods", *key)
        if body is not None and not node_of(body) and key != but:
            made.assume(body, node)


def trace_in(made: Pass, pod: Body) -> dict[str, Any]:
    """The trace of a pod, in the reader's language; where no profile is the pod's, just that."""
    pod = KINDS["pods"].default(pod)
    answer = told(made, pod, made.try_out(pod))
    if made.profiles.of(pod) is None:
        said = _('No profile of this scheduler is called "{name}": another scheduler is to place the pod.')
        return {**answer, "message": said.format(name=scheduler_of(pod))}
    sentence = answer.get("why")
    return {**answer, "why": _(sentence)} if sentence else answer
