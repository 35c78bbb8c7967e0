"""Past decisions of the scheduler, worked out again from the state in which they were taken.

The change that a decision led to says what is needed besides the objects: the revision that the scheduler had seen, at
which node its search began, the configuration, and the pods that counted on their nodes without being bound yet. Where
these are too many to be told, they are those with an earlier cycle that were bound after that revision.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson
from django.http import Http404
from django.utils.translation import gettext as _

from simulator import reading
from simulator.engine.chance import Chance
from simulator.engine.objects import micro_timestamp, uid_of
from simulator.engine.pods import node_of
from simulator.engine.registry import Instant, Key
from simulator.engine.scheduler.one_pass import Pass
from simulator.engine.scheduler.profiles import Profiles
from simulator.garbage import no_collection
from simulator.models import Change as ChangeRow
from simulator.models import Cluster
from simulator.past import PastReader
from simulator.scheduling.configurations import configuration_at
from simulator.scheduling.trials import assume_all, trace_in, trace_of_held
from simulator.states import State

_BOUND = "Bind"
_RULES = (_BOUND, "FitError")


class Decided(NamedTuple):
    """A decision about a pod, by the change that it led to.

    seen: the revision of the world that it was about. configuration: that of the ConfigMap that it went by, 0: none.
    ahead: the pods that counted on a node (namespace, name, node) without being bound yet; or how many, if many.
    """

    revision: int
    at: Instant
    rule: str
    uid: str
    seen: int
    start: int
    cycle: int
    configuration: int
    ahead: list[list[str]] | int


@no_collection()
def trace_of(state: State, key: Key, revision: int | None) -> dict[str, Any]:
    """The trace of the newest decision about a pod, at a revision or before it.

    Without a revision: of the decision that put the pod where it is or was, or, of a pod that nobody had placed, as it
    would be decided then. Raises Http404 and reading.Compacted.
    """
    cluster = state.cluster
    if revision is not None:
        decided = last_decision(cluster, key, upto=revision)
        if decided is None:
            _check_begins(cluster, key, revision)
            raise Http404(_("The scheduler had not decided about this pod by then."))
        return past_trace(cluster, key, decided)
    body = state.reader.get("pods", *key)
    if body is None:
        raise Http404(f'pods "{key.name}" not found')
    if not node_of(body):
        return trace_of_held(state, key)
    decided = last_decision(cluster, key, upto=state.revision)
    if decided is not None and decided.rule == _BOUND and decided.uid == uid_of(body):
        return past_trace(cluster, key, decided)
    _check_begins(cluster, key, state.revision)
    return trace_of_held(state, key)


def last_decision(cluster: Cluster, key: Key, *, upto: int | None = None) -> Decided | None:
    """The newest decision about a pod of this name, at a revision or before it."""
    rows = ChangeRow.objects.filter(
        cluster=cluster, resource="pods", namespace=key.namespace, name=key.name, rule__in=_RULES
    )
    if upto is not None:
        rows = rows.filter(revision__lte=upto)
    for row in rows.order_by("-revision"):
        inputs = orjson.loads(row.inputs)
        if "seen" in inputs:
            uid, configuration = row.body["metadata"]["uid"], inputs.get("configuration", 0)
            asked = (inputs["seen"], inputs["start"], inputs["cycle"], configuration, inputs.get("ahead", []))
            return Decided(row.revision, row.at, row.rule, uid, *asked)
    return None


def past_trace(cluster: Cluster, key: Key, decided: Decided) -> dict[str, Any]:
    """The trace of a decision as it was taken. Raises reading.Compacted."""
    reader = PastReader(cluster, decided.seen)
    pod = reader.get("pods", *key)
    if pod is None:
        raise reading.Compacted(decided.seen)
    profiles = Profiles(reader, configuration_at(cluster, decided.configuration))
    running = Pass(reader, profiles, chance=Chance(cluster.seed), start=decided.start)
    assume_all(running, _on_their_way(cluster, decided))
    traced = trace_in(running, pod)
    return {**traced, "when": "past", "revision": decided.revision, "at": micro_timestamp(decided.at)}


def _check_begins(cluster: Cluster, key: Key, revision: int) -> None:
    """Raises reading.Compacted if a decision about the pod may have been in the part of the log that is cut off."""
    compacted = Cluster.objects.values_list("compacted", flat=True).get(pk=cluster.pk)
    begins = ChangeRow.objects.filter(
        cluster=cluster, resource="pods", namespace=key.namespace, name=key.name, operation="ADDED"
    )
    if compacted and not begins.filter(revision__gt=compacted, revision__lte=revision).exists():
        raise reading.Compacted(compacted)


def _on_their_way(cluster: Cluster, decided: Decided) -> Iterator[tuple[Key, str]]:
    """The pods that had been decided on before and were yet to be bound, each with its node, in that order."""
    if not isinstance(decided.ahead, int):
        for namespace, name, node in decided.ahead:
            yield Key(namespace, name), node
        return
    rows = ChangeRow.objects.filter(cluster=cluster, resource="pods", rule__in=_RULES, revision__gt=decided.seen)
    found = []
    for namespace, name, text in rows.values_list("namespace", "name", "inputs"):
        inputs = orjson.loads(text)
        if "node" in inputs and inputs.get("cycle", decided.cycle) < decided.cycle:
            found.append((inputs["cycle"], Key(namespace, name), inputs["node"]))
    for _cycle, key, node in sorted(found):
        yield key, node
