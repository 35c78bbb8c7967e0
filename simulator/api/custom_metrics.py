"""custom.metrics.k8s.io and external.metrics.k8s.io: the figures that an adapter would serve behind the API server.

A group is there as long as anything exports a metric for it, as where an adapter is installed.
Follows kubernetes-sigs/custom-metrics-apiserver (pkg/registry, pkg/provider/{errors,resource_lister}.go, test-adapter)
and staging/src/k8s.io/metrics/pkg/apis/{custom_metrics,external_metrics}, v1.34.
"""

from __future__ import annotations

from fractions import Fraction

from simulator import reading
from simulator.api import refusals
from simulator.api.calls import Call
from simulator.api.discovery import Group
from simulator.api.scraping import EXPORTERS
from simulator.engine import errors, selectors
from simulator.engine.errors import StatusError
from simulator.engine.objects import key_of, labels_of, timestamp
from simulator.engine.prometheus_adapter.adapter import Named, Unfetchable
from simulator.engine.registry import Body, Key, Kind
from simulator.engine.scraping.custom_metrics import Served, served
from simulator.engine.selectors import Selector
from simulator.engine.validation import selector_text
from simulator.engine.workloads import metrics

CUSTOM, EXTERNAL = "custom.metrics.k8s.io", "external.metrics.k8s.io"
GROUPS = {CUSTOM: ("v1beta2", "v1beta1"), EXTERNAL: ("v1beta1",)}
"""The versions of each group, the preferred one first."""
_ALL = "*"


def groups(call: Call, name: str = "") -> list[Group]:
    """The groups that there are now, with a resource for each metric; with a name, that of the name at most."""
    if name and name not in GROUPS:
        return []
    told = _served(call, reading.SteadyReader(call.cluster))
    listed = {
        CUSTOM: [
            _resource(f"{one.resource}/{one.metric}", "MetricValueList", namespaced=one.namespaced)
            for one in told.custom()
        ],
        EXTERNAL: [_resource(name, "ExternalMetricValueList", namespaced=True) for name in told.external()],
    }
    return [Group(name, GROUPS[name], resources) for name, resources in listed.items() if resources]


def _served(call: Call, reader: reading.DatabaseReader) -> Served:
    return served(reader, call.kinds, call.now, EXPORTERS)


def _resource(name: str, kind: str, *, namespaced: bool) -> Body:
    return {"name": name, "singularName": "", "namespaced": namespaced, "kind": kind, "verbs": ["get"]}


def get(call: Call, group: str, version: str, rest: list[str]) -> Body:
    """The answer to a path of one of the groups; `rest` is what follows the version. Raises StatusError."""
    if version not in GROUPS[group] or not all(rest):
        raise refusals.no_such_path()
    reader = reading.SteadyReader(call.cluster)
    told = _served(call, reader)
    if group == EXTERNAL:
        return _external(call, told, rest)
    known = told.custom()
    match rest:
        case _ if not known:
            raise refusals.no_such_path()
        case ["namespaces", name, "metrics", metric]:
            asked, namespace = Named("namespaces", metric, False), ""
        case ["namespaces", namespace, resource, name, metric]:
            asked = Named(_resource_of(call, resource), metric, True)
        case [resource, name, metric]:
            asked, namespace = Named(_resource_of(call, resource), metric, False), ""
        case _:
            raise refusals.no_such_path()
    if asked not in known:
        raise _not_found(asked)
    return _values(call, reader, told, asked, Key(namespace, name), version)


def _resource_of(call: Call, text: str) -> str:
    """The resource with its group, which a client may leave out."""
    if text in call.kinds:
        return text
    return next((kind.resource for kind in call.kinds if kind.plural == text), text)


def _not_found(asked: Named, name: str = "", wanted: Selector = selectors.EVERYTHING) -> StatusError:
    message = f"the server could not find the metric {asked.metric} for {asked.resource}"
    if name:
        message += f" {name}"
    if wanted.terms:
        message += f" with selector {wanted.text()}"
    return StatusError(404, "NotFound", message)


def _selector(call: Call, option: str) -> Selector:
    try:
        return selector_text.parse(call.query.get(option, ""))
    except ValueError as error:
        raise errors.bad_request(str(error)) from None


def _values(call: Call, reader: reading.DatabaseReader, told: Served, asked: Named, key: Key, version: str) -> Body:
    """The figures of the object, or of all objects that the request selects. Raises StatusError."""
    chosen, wanted = _selector(call, "labelSelector"), _selector(call, "metricLabelSelector")
    kind = call.kinds[asked.resource]
    if key.name == _ALL:
        bodies = reader.list(kind.storage, key.namespace or None)
        found = _fetched(told, asked, [key_of(one) for one in bodies if chosen.matches(labels_of(one))], wanted)
    else:
        found = _fetched(told, asked, [key], wanted)
        if not found and (not wanted.terms or not _fetched(told, asked, [key], selectors.EVERYTHING)):
            raise _not_found(asked, key.name)
        if not found:
            raise _not_found(asked, key.name, wanted)
    head = _head(call, wanted, asked.metric, version)
    items = [
        {"describedObject": _reference(kind, one), **head, "value": metrics.written(figure)}
        for one, figure in found.items()
    ]
    return {"kind": "MetricValueList", "apiVersion": f"{CUSTOM}/{version}", "metadata": {}, "items": items}


def _fetched(told: Served, asked: Named, keys: list[Key], wanted: Selector) -> dict[Key, Fraction]:
    """The figures by object, in the order of the keys. Raises StatusError."""
    try:
        found = told.of_objects(asked, keys, wanted)
    except Unfetchable:
        raise StatusError(500, "InternalError", "Internal error occurred: unable to fetch metrics") from None
    return {key: found[key] for key in keys if key in found}


def _head(call: Call, wanted: Selector, metric: str, version: str) -> Body:
    """The part that the figures of one answer share. Raises StatusError 400."""
    try:
        selector = selectors.written(wanted) if wanted.terms else None
    except ValueError as error:
        raise errors.bad_request(str(error)) from None
    at = timestamp(metrics.second(call.now))
    if version == "v1beta1":
        return {"metricName": metric, "timestamp": at, "selector": selector}
    return {"metric": {"name": metric, "selector": selector}, "timestamp": at}


def _reference(kind: Kind, key: Key) -> Body:
    """The described object; the core group is written as an empty name, as the adapters do: `/v1`."""
    place: Body = {"kind": kind.kind, "name": key.name, "apiVersion": f"{kind.group}/{kind.version}"}
    return {**place, "namespace": key.namespace} if key.namespace else place


def _external(call: Call, told: Served, rest: list[str]) -> Body:
    """The figures of an external metric whose labels the request selects. Raises StatusError."""
    known = told.external()
    if not known or len(rest) != 3 or rest[0] != "namespaces":
        raise refusals.no_such_path()
    _, namespace, metric = rest
    if metric not in known:
        raise _not_found(Named("namespaces" if namespace == "default" else "", metric, True))
    wanted = _selector(call, "labelSelector")
    at = timestamp(metrics.second(call.now))
    try:
        found = told.of_outside(metric, namespace, wanted)
    except Unfetchable:
        raise StatusError(500, "InternalError", "Internal error occurred: unable to fetch metrics") from None
    items = [
        {"metricName": metric, "metricLabels": one.labels, "timestamp": at, "value": metrics.written(one.value)}
        for one in found
    ]
    return {"kind": "ExternalMetricValueList", "apiVersion": f"{EXTERNAL}/v1beta1", "metadata": {}, "items": items}
