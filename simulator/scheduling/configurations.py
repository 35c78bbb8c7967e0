"""KubeSchedulerConfigurations as texts: what they say, what is wrong with them and in which line, which one runs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

from django.utils.translation import gettext

from simulator.clusters import NotUnderstood
from simulator.documents import LARGEST, Node, Unreadable, only_document
from simulator.engine.registry import Body, Key, Reader
from simulator.engine.scheduler.configuration.faults import Fault, InvalidConfiguration
from simulator.engine.scheduler.configuration.policies import PREDICATES, PRIORITIES
from simulator.engine.scheduler.configuration.reading import DEFAULT, Configuration
from simulator.engine.scheduler.configuration.reading import read as read_body
from simulator.engine.scheduler.configuration.types import KIND, VERSION
from simulator.engine.scheduler.profiles import Profiles
from simulator.models import Change as ChangeRow
from simulator.models import Cluster

PLACE, ENTRY = Key("kube-system", "kube-scheduler-config"), "config.yaml"
"""The ConfigMap and its entry that hold the configuration."""


class BadConfiguration(NotUnderstood):
    """A text that is no configuration. details: the errors, each with its field, the message, and its line or None."""

    def __init__(self, faults: Iterable[Fault], node: Node | None = None, line: int = 0) -> None:
        errors = [_placed(one, node.line_of(one.field) if node else line) for one in faults]
        texts = (f"{one['field']}: {one['message']}" if one["field"] else one["message"] for one in errors)
        super().__init__("; ".join(texts), errors=errors)


def _placed(fault: Fault, line: int) -> dict[str, Any]:
    return {"field": fault.field, "message": gettext(fault.message), "line": line or None}


def read(text: str) -> Configuration:
    """The configuration that a text in YAML or JSON holds. Raises BadConfiguration."""
    node = _document(text)
    try:
        return read_body(node.plain())
    except InvalidConfiguration as error:
        raise BadConfiguration(error.faults, node) from None


def _document(text: str) -> Node:
    """The one document of a text. Raises BadConfiguration."""
    if len(text) > LARGEST:
        raise BadConfiguration([Fault("", f"the text is larger than {LARGEST} bytes")])
    try:
        return only_document(text)
    except Unreadable as error:
        raise BadConfiguration([Fault("", str(error))], line=error.line) from None


def profiles_at(cluster: Cluster, reader: Reader, revision: int | None = None) -> Profiles:
    """The profiles that run in a cluster at a revision, None: now; the reader shows the objects of that moment."""
    return Profiles(reader, running(cluster, reader, revision).configuration.profiles)


# --- which one runs ----------------------------------------------------------------------------------------------


class Running(NamedTuple):
    """The configuration that runs. source: `refused` if the ConfigMap's text is bad, so that an earlier one runs."""

    configuration: Configuration
    text: str
    source: Literal["default", "configmap", "refused"]
    error: str | None = None


def running(cluster: Cluster, reader: Reader, revision: int | None = None) -> Running:
    """What runs in a cluster at a revision, None: now; the reader shows the objects of that moment."""
    held = reader.get("configmaps", *PLACE)
    if held is None:
        return _DEFAULT
    try:
        text = _text(held)
        return Running(read(text), text, "configmap")
    except BadConfiguration as error:
        return _last_good(cluster, revision)._replace(source="refused", error=str(error))


def _last_good(cluster: Cluster, revision: int | None) -> Running:
    """The newest text up to a revision that is one; the default where the ConfigMap was not there in between."""
    rows = ChangeRow.objects.filter(cluster=cluster, resource="configmaps", namespace=PLACE.namespace, name=PLACE.name)
    if revision is not None:
        rows = rows.filter(revision__lte=revision)
    for row in rows.order_by("-revision").iterator():
        if row.operation == "DELETED":
            break
        try:
            text = _text(row.body)
            return Running(read(text), text, "configmap")
        except BadConfiguration:
            continue
    return _DEFAULT


def _text(held: Body) -> str:
    text = (held.get("data") or {}).get(ENTRY)
    if not isinstance(text, str):
        raise BadConfiguration([Fault("", f"the ConfigMap has no entry {ENTRY}")])
    return text


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


_DEFAULT = Running(
    DEFAULT, f"apiVersion: {VERSION}\nkind: {KIND}\nprofiles:\n- schedulerName: default-scheduler\n", "default"
)
