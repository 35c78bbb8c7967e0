# ruff: noqa: E501 - the tables have a line for each case
"""Behavior, Metric and Traffic: defaults, mistakes, what is shown; and that the schemas of our own kinds are whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from simulator import schema
from simulator.engine.registry import KINDS, Body

from .builders import ago, broken, made, row, texts

BEHAVIORS, TRAFFICS, FAULTS = "behaviors.sim.k8sviz.io", "traffics.sim.k8sviz.io", "faults.sim.k8sviz.io"
METRICS = "metrics.sim.k8sviz.io"


def sim(**spec: Any) -> Body:
    return {"metadata": {"name": "one", "namespace": "default"}, "spec": spec}


def curved(*curves: Body) -> Body:
    return sim(cpu={"idle": "10m", "curves": list(curves)})


# --- Behavior ----------------------------------------------------------------------------------------------------


def test_the_defaults_of_a_behavior() -> None:
    stored = made(BEHAVIORS, sim(exit={}, response={}, probes=[{"path": "/healthz"}], logs=[{"line": "hello"}]))
    assert stored["spec"] == {
        "priority": 0,
        "exit": {"code": 0, "afterSeconds": 0},
        "response": {"status": 200},
        "probes": [{"path": "/healthz", "status": 200, "fromSeconds": 0}],
        "logs": [{"line": "hello", "stream": "stdout", "afterSeconds": 0}],
    }
    assert (stored["status"], stored["metadata"]["generation"]) == ({}, 1)
    assert KINDS[BEHAVIORS].default(stored) is stored
    assert made(BEHAVIORS, sim())["spec"] == {"priority": 0}


CURVE = "spec.cpu.curves[0]"
WHOLE = sim(
    selector={"matchLabels": {"app": "web"}},
    imagePattern="nginx:*",
    container="web",
    startup={"durationSeconds": 5},
    cpu={"idle": "10m", "perRequest": "5m", "curves": [{"type": "Sine", "sine": {"amplitude": "1", "periodSeconds": 60}}]},
    memory={"idle": "20Mi", "curves": [{"type": "Leak", "fromSeconds": 30, "leak": {"perSecond": "1Mi"}}]},
    disk={"idle": "1Gi", "curves": [{"type": "Ramp", "ramp": {"by": "1Gi", "durationSeconds": 60}}, {"type": "Step", "step": {"by": "1Gi"}}]},
    probes=[{"path": "/ready", "port": "http", "status": 0, "untilSeconds": 30}],
    response={"latencyMilliseconds": 20, "errorPercent": 5},
    metrics=[{"name": "packets-per-second", "value": "10", "labels": {"verb": "GET"}, "curves": [{"type": "Step", "step": {"by": "5"}}]}],
    exit={"code": 3, "afterSeconds": 90},
    logs=[{"line": "tick", "stream": "stderr", "everySeconds": 5}],
)  # fmt: skip


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (WHOLE, []),
        (sim(selector={"matchExpressions": [{"key": "a", "operator": "Is"}]}), ['spec.selector.matchExpressions[0].operator: Invalid value: "Is": not a valid selector operator']),
        (sim(imagePattern=""), ['spec.imagePattern: Invalid value: "": must be nil or non-empty string']),
        (sim(imagePattern="a b"), ['spec.imagePattern: Invalid value: "a b": must not contain whitespace']),
        (sim(startup={}), ["spec.startup.durationSeconds: Required value"]),
        (sim(cpu={"idle": "-1"}), ['spec.cpu.idle: Invalid value: "-1": must be greater than or equal to 0']),
        (curved({}), [f"{CURVE}.type: Required value"]),
        (curved({"type": "Wave"}), [f'{CURVE}.type: Unsupported value: "Wave": supported values: "Leak", "Ramp", "Sine", "Step"']),
        (curved({"type": "Leak"}), [f"{CURVE}.leak: Required value: must be set when `type` is 'Leak'"]),
        (curved({"type": "Leak", "leak": {"perSecond": "0"}, "step": {"by": "1"}}), [
            f"{CURVE}.step: Forbidden: may only be set when `type` is 'Step'",
            f'{CURVE}.leak.perSecond: Invalid value: "0": must be greater than 0',
        ]),
        (curved({"type": "Ramp", "ramp": {}}), [f"{CURVE}.ramp.by: Required value", f"{CURVE}.ramp.durationSeconds: Required value"]),
        (curved({"type": "Sine", "sine": {"amplitude": "1", "periodSeconds": 0}}), [f"{CURVE}.sine.periodSeconds: Invalid value: 0: must be greater than 0"]),
        (sim(probes=[{"status": 42, "path": "x"}]), [
            "spec.probes[0].status: Invalid value: 42: must be between 100 and 599, inclusive",
            "spec.probes[0].path: Invalid value: \"x\": must begin with '/' or '*'",
        ]),
        (sim(probes=[{"fromSeconds": 9, "untilSeconds": 9}]), ["spec.probes[0].untilSeconds: Invalid value: 9: must be greater than fromSeconds"]),
        (sim(response={"errorPercent": 101, "status": 0}), [
            "spec.response.status: Invalid value: 0: must be between 100 and 599, inclusive",
            "spec.response.errorPercent: Invalid value: 101: must be between 0 and 100, inclusive",
        ]),
        (sim(metrics=[{"value": "-1"}, {"name": "a/b", "curves": [{"type": "Leak"}]}]), [
            "spec.metrics[0].name: Required value",
            'spec.metrics[0].value: Invalid value: "-1": must be greater than or equal to 0',
            "spec.metrics[1].name: Invalid value: \"a/b\": may not contain '/'",
            "spec.metrics[1].curves[0].leak: Required value: must be set when `type` is 'Leak'",
        ]),
        (sim(exit={"code": 256}), ["spec.exit.code: Invalid value: 256: must be between 0 and 255, inclusive"]),
        (sim(logs=[{"stream": "disk", "everySeconds": 0}]), [
            "spec.logs[0].line: Required value",
            'spec.logs[0].stream: Unsupported value: "disk": supported values: "stderr", "stdout"',
            "spec.logs[0].everySeconds: Invalid value: 0: must be greater than 0",
        ]),
    ],
)  # fmt: skip
def test_mistakes_in_behaviors(body: Body, said: list[str]) -> None:
    assert broken(BEHAVIORS, body) == said


def test_the_row_of_a_behavior() -> None:
    condition = {"type": "Selected", "status": "True"}
    stored = {**made(BEHAVIORS, WHOLE), "status": {"selectedContainers": 3, "conditions": [condition]}}
    assert row(BEHAVIORS, stored, wide=True) == {
        "Name": "one",
        "Pods": "app=web",
        "Image": "nginx:*",
        "CPU": "10m",
        "Memory": "20Mi",
        "Selected": 3,
        "Age": "0s",
        "Container": "web",
        "Priority": 0,
        "Status": "True",
    }
    assert row(BEHAVIORS, made(BEHAVIORS, sim()))["Pods"] == "<none>"


# --- Traffic -----------------------------------------------------------------------------------------------------

SERVICE = {"service": {"name": "web", "port": 80}}


def test_the_defaults_of_traffic() -> None:
    stored = made(TRAFFICS, sim(target={"ingress": {"host": "a.example.com"}}, rate="5"))
    assert stored["spec"] == {
        "target": {"ingress": {"host": "a.example.com", "scheme": "HTTP"}},
        "rate": "5",
        "clients": 1,
        "method": "GET",
        "path": "/",
        "keepAlive": False,
        "timeoutSeconds": 10,
        "startAfterSeconds": 0,
        "suspend": False,
    }
    assert KINDS[TRAFFICS].default(stored) is stored


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"target": SERVICE, "rate": "0"}, []),
        ({"target": {"pod": {"name": "web-0"}}, "rate": "500m", "source": {"podSelector": {}}}, []),
        ({"target": {}}, ["spec.target: Required value: must specify one of: `service`, `ingress`, `pod`", "spec.rate: Required value"]),
        ({"target": {**SERVICE, "pod": {"name": "a"}}, "rate": "1"}, ["spec.target.pod: Forbidden: may not specify more than 1 target"]),
        ({"target": {"service": {"port": 0}}, "rate": "1"}, [
            "spec.target.service.name: Required value",
            "spec.target.service.port: Invalid value: 0: must be between 1 and 65535, inclusive",
        ]),
        ({"target": {"ingress": {"host": "a.example.com", "scheme": "FTP"}}, "rate": "1"}, ['spec.target.ingress.scheme: Unsupported value: "FTP": supported values: "HTTP", "HTTPS"']),
        ({"target": SERVICE, "rate": "-1"}, ['spec.rate: Invalid value: "-1": must be greater than or equal to 0']),
        ({"target": SERVICE, "rate": "1", "clients": 0}, ["spec.clients: Invalid value: 0: must be greater than 0"]),
        ({"target": SERVICE, "rate": "1", "path": "index.html"}, ['spec.path: Invalid value: "index.html": must be an absolute path']),
        ({"target": SERVICE, "rate": "1", "method": "FETCH"}, [
            'spec.method: Unsupported value: "FETCH": supported values: "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"',
        ]),
        ({"target": SERVICE, "rate": "1", "durationSeconds": 0, "curves": [{"type": "Step", "step": {"by": "-1"}}]}, [
            'spec.curves[0].step.by: Invalid value: "-1": must be greater than 0',
            "spec.durationSeconds: Invalid value: 0: must be greater than 0",
        ]),
    ],
)  # fmt: skip
def test_mistakes_in_traffic(spec: Body, said: list[str]) -> None:
    assert broken(TRAFFICS, sim(**spec)) == said


@pytest.mark.parametrize(
    ("target", "shown"),
    [
        (SERVICE, "service/web:80"),
        ({"service": {"name": "web"}}, "service/web"),
        ({"pod": {"name": "web-0", "port": "http"}}, "pod/web-0:http"),
        ({"ingress": {"host": "a.example.com", "scheme": "HTTPS"}}, "https://a.example.com"),
    ],
)
def test_the_target_of_traffic_is_shown(target: Body, shown: str) -> None:
    seen = row(TRAFFICS, made(TRAFFICS, sim(target=target, rate="5", clients=3)), wide=True)
    assert seen == {
        "Name": "one",
        "Target": shown,
        "Rate": "5",
        "Clients": 3,
        "Suspend": "False",
        "Flowing": "<unknown>",
        "Backends": 0,
        "Latency": "<none>",
        "Errors": "<none>",
        "Age": "0s",
        "Source": "<external>",
        "Method": "GET",
        "Path": "/",
    }


# --- Metric ------------------------------------------------------------------------------------------------------

INGRESS = {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "name": "main"}


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"name": "queue-length"}, []),
        ({"name": "requests", "value": "2k", "describedObject": INGRESS, "labels": {"path": ""}}, []),
        ({}, ["spec.name: Required value"]),
        ({"name": "..", "value": "-1"}, ["spec.name: Invalid value: \"..\": may not be '..'", 'spec.value: Invalid value: "-1": must be greater than or equal to 0']),
        ({"name": "a", "labels": {"a b": "c"}, "describedObject": {"name": "a/b"}}, [
            "spec.describedObject.apiVersion: Required value",
            "spec.describedObject.kind: Required value",
            "spec.describedObject.name: Invalid value: \"a/b\": may not contain '/'",
            'spec.labels: Invalid value: "a b": name part must consist of alphanumeric characters, \'-\', \'_\' or \'.\', and must start and end with an alphanumeric character (e.g. \'MyName\',  or \'my.name\',  or \'123-abc\', regex used for validation is \'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]\')',
        ]),
        ({"name": "a", "curves": [{"type": "Wave"}]}, ['spec.curves[0].type: Unsupported value: "Wave": supported values: "Leak", "Ramp", "Sine", "Step"']),
    ],
)  # fmt: skip
def test_mistakes_in_metrics(spec: Body, said: list[str]) -> None:
    assert broken(METRICS, sim(**spec)) == said


def test_the_row_of_a_metric() -> None:
    leaking = {"name": "requests", "value": "2", "curves": [{"type": "Leak", "leak": {"perSecond": "1500m"}}]}
    stored = made(METRICS, sim(**leaking))
    old = {**stored, "metadata": {**stored["metadata"], "creationTimestamp": ago(3)}}
    assert row(METRICS, old) == {
        "Name": "one",
        "Metric": "requests",
        "Object": "<external>",
        "Value": "6500m",
        "Age": "3s",
    }
    described = made(METRICS, sim(name="requests", describedObject=INGRESS))
    assert (row(METRICS, described)["Object"], row(METRICS, described)["Value"]) == ("Ingress/main", "0")


# --- all of them -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("resource", [BEHAVIORS, TRAFFICS, FAULTS])
def test_conditions_are_those_of_kubernetes(resource: str) -> None:
    old = made(resource, sim())
    good = {"type": "Ready", "status": "True", "reason": "Done", "message": "", "lastTransitionTime": ago(1)}
    validate = KINDS[resource].parts["status"].validate
    assert validate({**old, "status": {"observedGeneration": 1, "conditions": [good]}}, old) == []
    bad = {"type": "Ready", "status": "Maybe", "observedGeneration": -1}
    assert texts(validate({**old, "status": {"conditions": [good, bad]}}, old)) == [
        'status.conditions[1]: Duplicate value: "Ready"',
        'status.conditions[1].status: Unsupported value: "Maybe": supported values: "False", "True", "Unknown"',
        "status.conditions[1].observedGeneration: Invalid value: -1: must be greater than or equal to zero",
        "status.conditions[1].lastTransitionTime: Required value: must be set",
        "status.conditions[1].reason: Required value: must be set",
    ]


def undescribed(definition: Any, path: str) -> Iterator[str]:
    """The fields of a schema that nothing is said of."""
    if not definition.get("description"):
        yield path
    for name, field in (definition.get("properties") or {}).items():
        yield from undescribed(field, f"{path}.{name}")
    if "properties" in (definition.get("items") or {}):
        yield from undescribed(definition["items"], f"{path}[]")


@pytest.mark.parametrize("resource", [BEHAVIORS, METRICS, TRAFFICS, FAULTS])
def test_every_field_is_explained_and_known(resource: str) -> None:
    kind = KINDS[resource]
    assert kind.definition is not None
    assert list(undescribed(kind.definition, kind.kind)) == []
    typed = schema.of_kind(kind)
    assert typed.fields["spec"].type.form == "object"
    if kind.has_status:
        assert typed.fields["status"].type.fields["conditions"].merge_key == "type"
    assert typed.fields["metadata"].type.struct == "ObjectMeta"
