"""What would happen to a pod: where it may go, where it would go under two configurations, how many more would fit."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from simulator.clusters import NotUnderstood
from simulator.engine.objects import set_in
from simulator.engine.registry import KINDS, Body
from simulator.engine.scheduler.capacity import capacity
from simulator.engine.scheduler.profiles import Profiles
from simulator.garbage import no_collection
from simulator.scheduling.asked_pods import asked_pod
from simulator.scheduling.configurations import BadConfiguration, read
from simulator.scheduling.trials import pass_under, running_profiles, trace_under
from simulator.states import State

MOST_REPLICAS = 5_000


@no_collection()
def feasible(state: State, asked: dict[str, Any]) -> list[dict[str, Any]]:
    """For each node, whether the scheduler would let the pod onto it; if not, the plugin that refuses and why."""
    profiles = running_profiles(state)
    pod = _adopted(asked_pod(state.cluster, asked, state.whole), profiles)
    return [
        {
            "name": node["name"],
            "feasible": node["filter"] is None,
            "plugin": node["filter"] and node["filter"]["plugin"],
            "reasons": node["filter"]["reasons"] if node["filter"] else [],
        }
        for node in trace_under(state, profiles, pod)["nodes"]
    ]


@no_collection()
def compare(state: State, asked: dict[str, Any]) -> list[dict[str, Any]]:
    """The pod's trace under each of two configurations; None is the one that runs. Raises NotUnderstood."""
    texts = asked.get("configurations")
    if not isinstance(texts, list) or len(texts) != 2 or not all(isinstance(one, str | None) for one in texts):
        raise NotUnderstood(_("The request needs two configurations, each a text or null."))
    sides = []
    for which, text in enumerate(texts):
        try:
            sides.append(running_profiles(state) if text is None else Profiles(state.whole, read(text)))
        except BadConfiguration as error:
            raise NotUnderstood(str(error), **error.details, which=which) from None
    pod = asked_pod(state.cluster, asked, state.whole)
    return [trace_under(state, profiles, _adopted(pod, profiles)) for profiles in sides]


def fit(state: State, asked: dict[str, Any]) -> dict[str, Any]:
    """How many more of the pod fit, where, and what stops the next one."""
    profiles = running_profiles(state)
    pod = _adopted(KINDS["pods"].default(asked_pod(state.cluster, asked, state.whole)), profiles)
    return capacity(pass_under(state, profiles), pod, most=MOST_REPLICAS).told()


def _adopted(pod: Body, profiles: Profiles) -> Body:
    """A pod that asks for another scheduler is looked at as if it were of the first profile."""
    if profiles.of(pod) is not None:
        return pod
    return set_in(pod, ("spec", "schedulerName"), profiles.first().profile.scheduler_name)
