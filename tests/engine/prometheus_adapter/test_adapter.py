"""What the rules make of series. Cases follow pkg/{naming,custom-provider,external-provider} of prometheus-adapter."""

from __future__ import annotations

from fractions import Fraction

import pytest
import yaml

from simulator.engine.clock import SECOND
from simulator.engine.prometheus_adapter import default
from simulator.engine.prometheus_adapter.adapter import Adapter, Figure, Named, Unfetchable
from simulator.engine.prometheus_adapter.rules import InvalidRules, read
from simulator.engine.promql.values import NAME, Element
from simulator.engine.registry import KINDS
from simulator.engine.selectors import EVERYTHING
from simulator.engine.validation import selector_text

NOW = 1_700_000_100 * SECOND
SERIES = (
    ("container_some_time_seconds_total", {"pod": "somepod", "namespace": "somens", "container": "somecont"}),
    ("container_some_count_total", {"pod": "somepod", "namespace": "somens", "container": "somecont"}),
    ("container_some_usage", {"pod": "somepod", "namespace": "somens", "container": "somecont"}),
    ("node_gigawatts", {"kube_node": "somenode", "kube_namespace": "x"}),
    ("service_proxy_packets", {"kube_service": "somesvc", "kube_namespace": "somens"}),
    ("ingress_hits_total", {"kube_ingress": "in", "kube_service": "svc", "kube_pod": "one", "kube_namespace": "ns"}),
    ("ingress_hits_total", {"kube_ingress": "in", "kube_service": "svc", "kube_pod": "two", "kube_namespace": "ns"}),
    ("work_queue_wait_seconds_total", {"kube_deployment": "somedep", "kube_namespace": "somens"}),
)


class Made:
    """Series of which the n-th rises by n a second."""

    def __init__(self, series=SERIES):
        self.series = series

    def scraped(self, at, wanted, namespace):
        made = [Element({NAME: name, **labels}, (n + 1) * at / SECOND) for n, (name, labels) in enumerate(self.series)]
        return [one for one in made if wanted(one.labels[NAME])]


def adapter(text=None, series=SERIES):
    rules = read(text if text is not None else default.configuration(window="1m", prefix="kube_"), KINDS)
    return Adapter(rules, KINDS, Made(series), NOW)


def rule(**fields):
    """A configuration of one rule."""
    held = {"seriesQuery": '{__name__="up"}', "resources": {"template": "<<.Resource>>"}, "metricsQuery": "x", **fields}
    return yaml.safe_dump({"rules": [held]})


def test_every_metric_is_listed():
    assert adapter().custom() == [
        Named("deployments.apps", "work_queue_wait", True),
        Named("ingresses.networking.k8s.io", "ingress_hits", True),
        Named("namespaces", "ingress_hits", False),
        Named("namespaces", "node_gigawatts", False),
        Named("namespaces", "service_proxy_packets", False),
        Named("namespaces", "some_count", False),
        Named("namespaces", "some_time", False),
        Named("namespaces", "some_usage", False),
        Named("namespaces", "work_queue_wait", False),
        Named("nodes", "node_gigawatts", False),
        Named("pods", "ingress_hits", True),
        Named("pods", "some_count", True),
        Named("pods", "some_time", True),
        Named("pods", "some_usage", True),
        Named("services", "ingress_hits", True),
        Named("services", "service_proxy_packets", True),
    ]


QUERIES = {
    "container metrics gauge, several names": (
        Named("pods", "some_usage", True), "somens", ["a", "b"], "",
        'sum(container_some_usage{namespace="somens",pod=~"a|b",container!="POD"}) by (pod)',
    ),
    "container metrics counter": (
        Named("pods", "some_count", True), "somens", ["a", "b"], "",
        'sum(rate(container_some_count_total{namespace="somens",pod=~"a|b",container!="POD"}[1m])) by (pod)',
    ),
    "container metrics seconds counter": (
        Named("pods", "some_time", True), "somens", ["a", "b"], "",
        'sum(rate(container_some_time_seconds_total{namespace="somens",pod=~"a|b",container!="POD"}[1m])) by (pod)',
    ),
    "namespaced counter of a service": (
        Named("services", "ingress_hits", True), "ns", ["svc"], "",
        'sum(rate(ingress_hits_total{kube_namespace="ns",kube_service="svc"}[1m])) by (kube_service)',
    ),
    "with a selector": (
        Named("services", "ingress_hits", True), "ns", ["svc"], "param1=value1",
        'sum(rate(ingress_hits_total{param1="value1",kube_namespace="ns",kube_service="svc"}[1m])) by (kube_service)',
    ),
    "in, exists and not": (
        Named("services", "ingress_hits", True), "ns", ["svc"], "a in (x,y),b,!c,d notin (z)",
        'sum(rate(ingress_hits_total{a=~"x|y",b!="",c="",d!~"z",kube_namespace="ns",kube_service="svc"}[1m])) '
        "by (kube_service)",
    ),
    "namespaced counter of an ingress": (
        Named("ingresses.networking.k8s.io", "ingress_hits", True), "ns", ["in"], "",
        'sum(rate(ingress_hits_total{kube_namespace="ns",kube_ingress="in"}[1m])) by (kube_ingress)',
    ),
    "namespaced gauge": (
        Named("services", "service_proxy_packets", True), "somens", ["somesvc"], "",
        'sum(service_proxy_packets{kube_namespace="somens",kube_service="somesvc"}) by (kube_service)',
    ),
    "namespaced seconds counter": (
        Named("deployments.apps", "work_queue_wait", True), "somens", ["somedep"], "",
        'sum(rate(work_queue_wait_seconds_total{kube_namespace="somens",kube_deployment="somedep"}[1m])) '
        "by (kube_deployment)",
    ),
    "of a node": (
        Named("nodes", "node_gigawatts", False), "", ["somenode"], "",
        'sum(node_gigawatts{kube_node="somenode"}) by (kube_node)',
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", QUERIES)
def test_queries_of_the_default_rules(name):
    asked, namespace, names, selector, expected = QUERIES[name]
    found = adapter().query(asked, namespace, names, selector_text.parse(selector))
    assert found is not None and found[0] == expected


def test_figures_are_rates_by_name_in_thousandths():
    asked = Named("pods", "ingress_hits", True)
    assert adapter().of_objects(asked, "ns", ["one", "two", "three"], EVERYTHING) == {
        "one": Fraction(6),
        "two": Fraction(7),
    }


NO_METRIC = {
    "no such name": Named("pods", "nothing", True),
    "of another resource": Named("nodes", "ingress_hits", False),
    "namespaced where it is not": Named("nodes", "node_gigawatts", True),
}


@pytest.mark.parametrize("name", NO_METRIC)
def test_what_is_no_metric_has_no_figures(name):
    assert adapter().of_objects(NO_METRIC[name], "ns", ["x"], EVERYTHING) is None


TEMPLATES = {
    "series": ("series <<.Series>>", "series up"),
    "matchers": ("{<<.LabelMatchers>>}", '{namespace="ns",pod=~"bar|baz"}'),
    "values by name": ('<<index .LabelValuesByName "namespace">> <<index .LabelValuesByName "pod">>', "ns bar|baz"),
    "a name that is not there": ('[<<index .LabelValuesByName "x">>]', "[]"),
    "group by": ("<<.GroupBy>>", "pod"),
    "as a slice": ("<<.GroupBySlice>>", "[pod]"),
    "as a map": ("<<.LabelValuesByName>>", "map[namespace:ns pod:bar|baz]"),
    "trimmed": ("a <<- .GroupBy ->> b", "apodb"),
    "with spaces": ("<< .GroupBy >>", "pod"),
}


@pytest.mark.parametrize("name", TEMPLATES)
def test_templates(name):
    text, expected = TEMPLATES[name]
    series = [("up", {"namespace": "ns", "pod": "bar"})]
    found = adapter(rule(metricsQuery=text), series).query(Named("pods", "up", True), "ns", ["bar", "baz"], EVERYTHING)
    assert found is not None and found[0] == expected


NAMES = {
    "as it is": ({}, "up_total"),
    "one group": ({"matches": "^(.*)_total$"}, "up"),
    "no group: the whole name": ({"matches": "_total$"}, "_total"),
    "as": ({"matches": "^(.*)_total$", "as": "${1}_per_second"}, "up_per_second"),
}


@pytest.mark.parametrize("name", NAMES)
def test_names(name):
    held, expected = NAMES[name]
    text = rule(seriesQuery="up_total", name=held)
    assert adapter(text, [("up_total", {"pod": "a"})]).custom() == [Named("pods", expected, True)]


def test_of_two_rules_for_one_metric_the_last_counts():
    held = {"seriesQuery": "up", "resources": {"template": "<<.Resource>>"}}
    text = yaml.safe_dump({"rules": [{**held, "metricsQuery": "first"}, {**held, "metricsQuery": "second"}]})
    found = adapter(text, [("up", {"pod": "a"})]).query(Named("pods", "up", True), "", ["a"], EVERYTHING)
    assert found == ("second", "pod")


EXTERNAL = """
externalRules:
- seriesQuery: '{__name__="queue_depth"}'
  resources: {overrides: {kube_namespace: {resource: namespace}}}
  metricsQuery: 'sum(<<.Series>>{<<.LabelMatchers>>}) by (queue)'
- seriesQuery: '{__name__="orders_total"}'
  name: {matches: "^(.*)_total$", as: "${1}_per_second"}
  resources: {namespaced: false}
  metricsQuery: 'rate(<<.Series>>{<<.LabelMatchers>>}[2m])'
- seriesQuery: '{__name__="broken"}'
  resources: {namespaced: false}
  metricsQuery: 'sum(<<.Series>>{'
"""
OUTSIDE = (
    ("queue_depth", {"kube_namespace": "ns", "queue": "a"}),
    ("queue_depth", {"kube_namespace": "other", "queue": "b"}),
    ("orders_total", {"shop": "x"}),
    ("orders_total", {"shop": "y"}),
    ("broken", {}),
)


def test_external_metrics():
    served = adapter(EXTERNAL, OUTSIDE)
    assert served.external() == ["broken", "orders_per_second", "queue_depth"]
    assert served.of_outside("queue_depth", "ns", EVERYTHING) == [Figure({"queue": "a"}, Fraction(NOW // SECOND))]
    chosen = selector_text.parse("shop=y")
    assert served.of_outside("orders_per_second", "any", chosen) == [Figure({"shop": "y"}, Fraction(4))]
    assert served.of_outside("nothing", "ns", EVERYTHING) is None


def test_a_query_that_fails_says_why():
    with pytest.raises(Unfetchable, match="cannot parse"):
        adapter(EXTERNAL, OUTSIDE).of_outside("broken", "ns", EVERYTHING)
    with pytest.raises(Unfetchable, match="operator not supported by prometheus"):
        adapter(EXTERNAL, OUTSIDE).of_outside("orders_per_second", "ns", selector_text.parse("shop>3"))


BAD = {
    "no YAML": ("rules: [", "unable to parse metrics discovery config: while parsing"),
    "no object": ("[]", "unable to parse metrics discovery config: it is no object"),
    "an unknown field": ("rulez: []", "unable to parse metrics discovery config: field rulez not found"),
    "an unknown field of a rule": (rule(series="x"), r"rules\[0\]: field series not found"),
    "rules that are no list": ("rules: {}x", "unable to parse"),
    "a rule that is none": ("rules: [3]", r"rules\[0\]: it is no object"),
    "a bad series query": (rule(seriesQuery="sum("), r"rules\[0\]: seriesQuery: cannot parse 'sum\('"),
    "a series query that is no selector": (rule(seriesQuery="1+1"), "'1\\+1' is no selector of series"),
    "a filter with both": (
        rule(seriesFilters=[{"is": "a", "isNot": "b"}]),
        r"cannot have both an `is` \('a'\) and `isNot` \('b'\) expression in a single filter",
    ),
    "an empty filter": (rule(seriesFilters=[{}]), "must have either an `is` or `isNot` expression in a filter"),
    "a bad pattern": (rule(name={"matches": "("}), r"name.matches: invalid regular expression '\('"),
    "two groups and no as": (rule(name={"matches": "(a)(b)"}), "must specify an 'as' value for name matcher"),
    "an unknown resource": (
        rule(resources={"overrides": {"x": {"resource": "rocket"}}}),
        'resources.overrides.x: unable to normalize group-resource: no matches for {"" "rocket"}',
    ),
    "a template without its resource": (
        rule(resources={"template": "kube"}),
        "must include at least `{{.Resource}}` in the label template",
    ),
    "an unclosed action": (rule(metricsQuery="<<.Series"), "unclosed action"),
    "a field that is not there": (rule(metricsQuery="<<.Serie>>"), "can't evaluate field Serie"),
    "an action that is not known": (rule(metricsQuery="<<range .GroupBySlice>>"), "is not known here"),
    "a text that is a number": (rule(metricsQuery=3), "metricsQuery: it is no text"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_rules(name):
    text, said = BAD[name]
    with pytest.raises(InvalidRules, match=said):
        read(text, KINDS)
