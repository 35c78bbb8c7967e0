"""What is served with an adapter, over a cluster that runs, and without one."""

from __future__ import annotations

from fractions import Fraction

import pytest
import yaml

from simulator.engine.prometheus_adapter.adapter import Named, Unfetchable
from simulator.engine.promql.evaluation import evaluate
from simulator.engine.registry import Key
from simulator.engine.scraping.custom_metrics import FIELD, WHERE, served, warnings
from simulator.engine.scraping.scraped import Scraped
from simulator.engine.selectors import EVERYTHING
from simulator.engine.validation import selector_text
from tests.engine.cluster import USER, Cluster

RULES = {
    "rules": [
        {
            "seriesQuery": 'http_requests_total{namespace!="",pod!=""}',
            "resources": {"template": "<<.Resource>>"},
            "name": {"matches": "^(.*)_total$", "as": "${1}_per_second"},
            "metricsQuery": "sum(rate(<<.Series>>{<<.LabelMatchers>>}[1m])) by (<<.GroupBy>>)",
        },
        {
            "seriesQuery": '{__name__=~"container_memory_.*",container!="",pod!=""}',
            "resources": {"overrides": {"namespace": {"resource": "namespace"}, "pod": {"resource": "pod"}}},
            "metricsQuery": 'sum(<<.Series>>{<<.LabelMatchers>>,container!="POD",container!=""}) by (<<.GroupBy>>)',
        },
    ],
    "externalRules": [
        {
            "seriesQuery": "http_request_duration_seconds_bucket",
            "resources": {"namespaced": False},
            "name": {"as": "p90"},
            "metricsQuery": "histogram_quantile(0.9, sum by (le) (rate(<<.Series>>{<<.LabelMatchers>>}[2m])))",
        },
        {
            "seriesQuery": "kube_deployment_status_replicas_available",
            "resources": {"overrides": {"namespace": {"resource": "namespace"}}},
            "metricsQuery": "<<.Series>>{<<.LabelMatchers>>}",
        },
    ],
}
PER_SECOND = Named("pods", "http_requests_per_second", True)


def configure(cluster, text):
    meta = {"name": WHERE.name, "namespace": WHERE.namespace}
    if cluster.world.get("namespaces", "", WHERE.namespace) is None:
        cluster.world.create("namespaces", {"metadata": {"name": WHERE.namespace}}, USER, checked=True)
        cluster.world.create("configmaps", {"metadata": meta, "data": {FIELD: text}}, USER, checked=True)
    else:
        body = cluster.world.get("configmaps", *WHERE)
        cluster.world.update("configmaps", {**body, "data": {FIELD: text}}, USER)


@pytest.fixture(scope="module")
def cluster():
    """Three pods of a shop that answers 30 requests a second, three minutes after they came."""
    made = Cluster()
    labels = {"app": "shop"}
    container = {"name": "shop", "image": "nginx:1.29", "ports": [{"containerPort": 80}]}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    for resource, spec in (
        ("deployments.apps", {"replicas": 3, "selector": {"matchLabels": labels}, "template": template}),
        ("services", {"selector": labels, "ports": [{"port": 80}]}),
        (
            "behaviors.sim.k8sviz.io",
            {
                "memory": {"idle": "64Mi"},
                "response": {"latencyMilliseconds": 100},
                "metrics": [{"name": "queue", "value": "4"}],
            },
        ),
        ("traffics.sim.k8sviz.io", {"target": {"service": {"name": "shop"}}, "rate": "30"}),
    ):
        body = {"metadata": {"name": "shop", "namespace": "default"}, "spec": spec}
        made.world.create(resource, body, USER, checked=True)
    configure(made, yaml.safe_dump(RULES))
    made.run(180)
    return made


def told(cluster):
    return served(cluster.world, cluster.world.kinds, cluster.world.now, cluster.world.exporters)


def pods(cluster):
    return [Key("default", one["metadata"]["name"]) for one in cluster.world.list("pods", "default")]


def test_what_the_rules_find_is_there(cluster):
    found = told(cluster).custom()
    assert PER_SECOND in found
    assert Named("services", "http_requests_per_second", True) in found
    assert Named("namespaces", "http_requests_per_second", False) in found
    assert Named("pods", "container_memory_working_set_bytes", True) in found
    assert all(one.metric != "queue" for one in found)


def test_requests_per_second_of_each_pod_and_of_the_service(cluster):
    found = told(cluster).of_objects(PER_SECOND, pods(cluster), EVERYTHING)
    assert list(found) == pods(cluster)
    assert [float(one) for one in found.values()] == pytest.approx([10, 10, 10], abs=0.1)
    service = Key("default", "shop")
    of_service = told(cluster).of_objects(Named("services", "http_requests_per_second", True), [service], EVERYTHING)
    assert float(of_service[service]) == pytest.approx(30, abs=0.2)


def test_labels_are_selected(cluster):
    for selector, count in (("code=200", 3), ("code=500", 0), ("method in (GET,PUT)", 3)):
        found = told(cluster).of_objects(PER_SECOND, pods(cluster), selector_text.parse(selector))
        assert len(found) == count, selector


def test_containers_memory(cluster):
    asked = Named("pods", "container_memory_working_set_bytes", True)
    found = told(cluster).of_objects(asked, pods(cluster), EVERYTHING)
    assert set(found.values()) == {Fraction(64 << 20)}


def test_external_metrics(cluster):
    assert told(cluster).external() == ["kube_deployment_status_replicas_available", "p90"]
    (figure,) = told(cluster).of_outside("p90", "default", EVERYTHING)
    assert float(figure.value) == pytest.approx(0.23, abs=0.03)  # durations are exponential: 0.1 s times ln 10
    chosen = selector_text.parse("deployment=shop")
    (available,) = told(cluster).of_outside("kube_deployment_status_replicas_available", "default", chosen)
    assert available.value == 3


def test_a_metric_that_is_told_needs_no_rule(cluster):
    about = {"apiVersion": "v1", "kind": "Service", "name": "shop"}
    body = {
        "metadata": {"name": "m", "namespace": "default"},
        "spec": {"name": "orders", "value": "7", "describedObject": about},
    }
    cluster.world.create("metrics.sim.k8sviz.io", body, USER, checked=True)
    asked, key = Named("services", "orders", True), Key("default", "shop")
    assert asked in told(cluster).custom()
    assert told(cluster).of_objects(asked, [key], EVERYTHING) == {key: 7}
    cluster.world.delete("metrics.sim.k8sviz.io", "default", "m", USER)


SUMS = {
    "programs": ('count(up{namespace="default"})', 3),
    "objects": ('sum(kube_pod_status_phase{namespace="default",phase="Running"})', 3),
    "containers": ('count(container_memory_working_set_bytes{namespace="default",container="shop"})', 3),
    "machines": ('sum(machine_cpu_cores) == bool sum(kube_node_status_capacity{resource="cpu"})', 1),
}


@pytest.mark.parametrize("name", SUMS)
def test_everything_can_be_asked_for(cluster, name):
    expression, expected = SUMS[name]
    found = evaluate(expression, Scraped(cluster.world, cluster.world.exporters), cluster.world.now)
    assert [one.value for one in found] == [expected]


def test_rules_that_are_wrong_serve_nothing_and_are_warned_of(cluster):
    good = cluster.world.get("configmaps", *WHERE)
    broken = {**good, "data": {FIELD: "rules: [{seriesQuery: 'sum('}]"}}
    assert warnings(broken, good) == [
        "data[config.yaml]: rules[0]: seriesQuery: cannot parse 'sum(': unclosed left parenthesis; "
        "the adapter does not start with it"
    ]
    assert warnings(good, None) == []
    assert warnings({**broken, "metadata": {"name": "other", "namespace": "monitoring"}}, None) == []
    configure(cluster, broken["data"][FIELD])
    assert told(cluster).custom() == [] and told(cluster).external() == []
    configure(cluster, good["data"][FIELD])


def test_a_query_that_fails_cannot_be_fetched(cluster):
    rules = {"rules": [{**RULES["rules"][0], "metricsQuery": "nonsense("}]}
    configure(cluster, yaml.safe_dump(rules))
    with pytest.raises(Unfetchable):
        told(cluster).of_objects(PER_SECOND, pods(cluster), EVERYTHING)
    configure(cluster, yaml.safe_dump(RULES))


def test_a_node_that_is_cut_off_is_not_scraped(cluster):
    scraped = Scraped(cluster.world, cluster.world.exporters)
    query = 'sum(container_memory_working_set_bytes{container="shop"})'
    assert len(evaluate(query, scraped, cluster.world.now)) == 1
    spec = {"type": "KubeletStop", "target": {"nodeSelector": {}}}
    cluster.world.create("faults.sim.k8sviz.io", {"metadata": {"name": "f"}, "spec": spec}, USER, checked=True)
    cluster.run(1)
    assert evaluate(query, scraped, cluster.world.now) == []
