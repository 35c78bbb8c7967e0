"""KubeSchedulerConfigurations as texts: what they say, what is wrong with them and in which line, which one runs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

from django.utils.translation import gettext

from simulator import reading
from simulator.clusters import NotUnderstood
from simulator.documents import LARGEST, Node, Unreadable, only_document
from simulator.engine.scheduler.configuration.faults import Fault, InvalidConfiguration
from simulator.engine.scheduler.configuration.policies import PREDICATES, PRIORITIES
from simulator.engine.scheduler.configuration.reading import DEFAULT, Configuration
from simulator.engine.scheduler.configuration.text import read_text
from simulator.engine.scheduler.configuration.types import KIND, VERSION
from simulator.engine.scheduler.configured import FIELD, NOTE, WHERE, wanted
from simulator.engine.scheduler.reports import NAME
from simulator.models import Cluster, KubeObject
from simulator.states import State


class BadConfiguration(NotUnderstood):
    """A text that is no configuration. details: the errors, each with its field, the message, and its line or None."""

    def __init__(self, faults: Iterable[Fault], node: Node | None = None) -> None:
        errors = [_placed(one, node) for one in faults]
        texts = (f"{one['field']}: {one['message']}" if one["field"] else one["message"] for one in errors)
        super().__init__("; ".join(texts), errors=errors)


def read(text: str) -> Configuration:
    """The configuration that a text in YAML or JSON holds. Raises BadConfiguration."""
    if len(text) > LARGEST:
        raise BadConfiguration([Fault("", f"the text is larger than {LARGEST} bytes")])
    try:
        return read_text(text)
    except InvalidConfiguration as error:
        raise BadConfiguration(error.faults, _node(text)) from None


def _node(text: str) -> Node | None:
    """The document with the lines of its fields."""
    try:
        return only_document(text)
    except Unreadable:
        return None


def _placed(fault: Fault, node: Node | None) -> dict[str, Any]:
    line = node.line_of(fault.field) if node is not None else None
    said = re.match(r"yaml: line (\d+)", fault.message)
    if line is None and said:
        line = int(said[1])
    return {"field": fault.field, "message": gettext(fault.message), "line": line}


# --- which one runs ----------------------------------------------------------------------------------------------


class Running(NamedTuple):
    """The configuration that runs. source: `refused` if the ConfigMap's text is bad, so that the one before it runs."""

    configuration: Configuration
    text: str
    source: Literal["default", "configmap", "refused"]
    error: str | None = None


def running(state: State) -> Running:
    """What runs in a cluster, by the scheduler's own note."""
    text: str = state.notes(NAME, [NOTE]).get(NOTE, {"text": ""})["text"]
    found = Running(read(text), text, "configmap") if text else Running(DEFAULT, _DEFAULT, "default")
    try:
        wanted(state.reader)
    except InvalidConfiguration as error:
        return found._replace(source="refused", error="; ".join(one.text() for one in error.faults))
    return found


def configuration_at(cluster: Cluster, revision: int) -> Configuration:
    """The one that the ConfigMap held at a revision of its own, 0: the default. Raises reading.Compacted."""
    if not revision:
        return DEFAULT
    place = {"resource": "configmaps", "namespace": WHERE.namespace, "name": WHERE.name}
    held = KubeObject.objects.filter(cluster=cluster, revision=revision, **place).first()
    body = held.body if held is not None else None
    if body is None:
        change = reading.change_at(cluster, revision)
        if change is None:
            raise reading.Compacted(revision)
        body = change.body
    return read(body["data"][FIELD])


# --- shown -------------------------------------------------------------------------------------------------------


def shown(configuration: Configuration) -> list[dict[str, Any]]:
    """Each profile's plugins by extension point, in order; a weight where it counts."""
    return [
        {
            "schedulerName": profile.scheduler_name,
            "points": {
                point: [{"name": one.name, "weight": one.weight if point == "score" else None} for one in enabled]
                for point, enabled in profile.points.items()
            },
        }
        for profile in configuration.profiles
    ]


def policies() -> list[dict[str, Any]]:
    """What predicates and priorities were called before there were profiles, and what does their work today."""
    return [
        {"old": name, "plugin": ", ".join(old.plugins), "sentence": gettext(old.sentence)}
        for name, old in (PREDICATES | PRIORITIES).items()
    ]


_DEFAULT = f"apiVersion: {VERSION}\nkind: {KIND}\nprofiles:\n- schedulerName: default-scheduler\n"
