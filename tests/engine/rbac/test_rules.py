"""What one rule allows, what rules cover, and how a rule is written in a sentence."""

from __future__ import annotations

import pytest

from simulator.engine.rbac.covering import compacted, parts, uncovered
from simulator.engine.rbac.rules import Attributes, Rule

PODS = Attributes("get", resource="pods", namespace="default", name="web")
LOG = PODS._replace(subresource="log")
METRICS = Attributes("get", path="/metrics", is_resource=False)


@pytest.mark.parametrize(
    ("name", "rule", "asked", "expected"),
    [
        ("the very verb and resource", Rule(("get",), ("",), ("pods",)), PODS, True),
        ("another verb", Rule(("list",), ("",), ("pods",)), PODS, False),
        ("another group", Rule(("get",), ("apps",), ("pods",)), PODS, False),
        ("every verb, group and resource", Rule(("*",), ("*",), ("*",)), PODS, True),
        ("a subresource is not its object", Rule(("get",), ("",), ("pods",)), LOG, False),
        ("an object is not its subresource", Rule(("get",), ("",), ("pods/log",)), PODS, False),
        ("the very subresource", Rule(("get",), ("",), ("pods/log",)), LOG, True),
        ("this subresource of everything", Rule(("get",), ("",), ("*/log",)), LOG, True),
        ("another subresource of everything", Rule(("get",), ("",), ("*/exec",)), LOG, False),
        ("every subresource of one is no pattern", Rule(("get",), ("",), ("pods/*",)), LOG, False),
        ("all resources have all subresources", Rule(("get",), ("",), ("*",)), LOG, True),
        ("the very name", Rule(("get",), ("",), ("pods",), ("web",)), PODS, True),
        ("another name", Rule(("get",), ("",), ("pods",), ("db",)), PODS, False),
        (
            "names rule out a list",
            Rule(("list",), ("",), ("pods",), ("web",)),
            Attributes("list", resource="pods"),
            False,
        ),
        ("a path", Rule(("get",), urls=("/metrics",)), METRICS, True),
        ("a path below", Rule(("get",), urls=("/metrics",)), METRICS._replace(path="/metrics/slis"), False),
        ("a path by its beginning", Rule(("get",), urls=("/metrics/*",)), METRICS._replace(path="/metrics/slis"), True),
        ("a beginning needs its slash", Rule(("get",), urls=("/metrics/*",)), METRICS, False),
        ("every path", Rule(("*",), urls=("*",)), METRICS, True),
        ("resources are no paths", Rule(("*",), ("*",), ("*",)), METRICS, False),
        ("paths are no resources", Rule(("*",), urls=("*",)), PODS, False),
    ],
)
def test_what_a_rule_allows(name: str, rule: Rule, asked: Attributes, expected: bool) -> None:
    assert rule.allows(asked) is expected


EVERYTHING = Rule(("*",), ("*",), ("*",))


@pytest.mark.parametrize(
    ("name", "held", "wanted", "missing"),
    [
        ("the same", [Rule(("get",), ("",), ("pods",))], Rule(("get",), ("",), ("pods",)), []),
        ("spread over two", [Rule(("get",), ("",), ("pods",)), Rule(("list",), ("",), ("pods",))],
         Rule(("get", "list"), ("",), ("pods",)), []),
        ("one verb more", [Rule(("get",), ("",), ("pods",))], Rule(("get", "list"), ("",), ("pods",)),
         [Rule(("list",), ("",), ("pods",))]),
        ("a star is more than all verbs", [Rule(("get", "list"), ("",), ("pods",))], Rule(("*",), ("",), ("pods",)),
         [Rule(("*",), ("",), ("pods",))]),
        ("everything covers a subresource", [EVERYTHING], Rule(("get",), ("",), ("pods/log",)), []),
        ("a resource does not cover its subresource", [Rule(("get",), ("",), ("pods",))],
         Rule(("get",), ("",), ("pods/log",)), [Rule(("get",), ("",), ("pods/log",))]),
        ("a subresource of everything covers one", [Rule(("get",), ("",), ("*/log",))],
         Rule(("get",), ("",), ("pods/log",)), []),
        ("all names cover one", [Rule(("get",), ("",), ("pods",))], Rule(("get",), ("",), ("pods",), ("web",)), []),
        ("one name does not cover all", [Rule(("get",), ("",), ("pods",), ("web",))], Rule(("get",), ("",), ("pods",)),
         [Rule(("get",), ("",), ("pods",))]),
        ("one name of two", [Rule(("get",), ("",), ("pods",), ("web",))],
         Rule(("get",), ("",), ("pods",), ("db", "web")), [Rule(("get",), ("",), ("pods",), ("db",))]),
        ("a path", [Rule(("get",), urls=("/metrics",))], Rule(("get",), urls=("/metrics", "/healthz")),
         [Rule(("get",), urls=("/healthz",))]),
        ("a path by its beginning", [Rule(("get",), urls=("/h*",))], Rule(("get",), urls=("/healthz",)), []),
        ("everything covers no path", [EVERYTHING], Rule(("get",), urls=("/healthz",)),
         [Rule(("get",), urls=("/healthz",))]),
    ],
)  # fmt: skip
def test_what_rules_cover(name: str, held: list[Rule], wanted: Rule, missing: list[Rule]) -> None:
    assert uncovered(held, [wanted]) == missing


def test_rules_that_differ_by_verbs_are_put_together() -> None:
    taken_apart = [
        *parts(Rule(("get", "list"), ("apps",), ("deployments", "replicasets"))),
        *parts(Rule(("get",), urls=("/metrics",))),
        *parts(Rule(("get", "watch"), ("",), ("pods",), ("web",))),
    ]
    assert [rule.text() for rule in compacted(taken_apart)] == [
        '{NonResourceURLs:["/metrics"], Verbs:["get"]}',
        '{APIGroups:["apps"], Resources:["deployments"], Verbs:["get" "list"]}',
        '{APIGroups:["apps"], Resources:["replicasets"], Verbs:["get" "list"]}',
        '{APIGroups:[""], Resources:["pods"], ResourceNames:["web"], Verbs:["get" "watch"]}',
    ]
