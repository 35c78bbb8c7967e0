"""The rules of an adapter: which series are metrics, by which name, of which resources, and how they are asked for.

Follows pkg/config/{config,loader}.go, pkg/naming/{metric_namer,resource_converter,lbl_res}.go of prometheus-adapter,
v0.12. Regular expressions are RE2's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import re2
import yaml

from ..promql.evaluation import Test, series_test
from ..promql.patterns import expanded, pattern
from ..promql.values import NAME, Labels, QueryError
from ..registry import Kind, Kinds
from .templates import Template, compiled

NAMESPACES, NODES, VOLUMES = "namespaces", "nodes", "persistentvolumes"
CLUSTER_WIDE = (NAMESPACES, NODES, VOLUMES)
"""The resources whose metrics are of no namespace."""
_QUERY_FIELDS = ("Series", "LabelMatchers", "LabelValuesByName", "GroupBy", "GroupBySlice")
_RULE_FIELDS = ("seriesQuery", "seriesFilters", "resources", "name", "metricsQuery")
_LONGEST = 1 << 18


class InvalidRules(ValueError):
    """A configuration that an adapter does not start with."""


class Rule(NamedTuple):
    """One rule. filters: of the names of series. labels: of resources, by resource; template: of those not in there."""

    series: Test
    filters: tuple[tuple[re2._Regexp, bool], ...]
    matches: re2._Regexp
    shown_as: str
    labels: Mapping[str, str]
    template: Template | None
    extractor: re2._Regexp | None
    query: Template
    namespaced: bool

    def takes(self, name: str) -> bool:
        """Whether series of this name get past the filters."""
        return all((one.search(name) is not None) is wanted for one, wanted in self.filters)

    def metric(self, name: str) -> str:
        """What series of this name are called in the API."""
        found = self.matches.search(name)
        assert found is not None
        return expanded(self.shown_as, found)

    def resources(self, labels: Labels, kinds: Kinds) -> dict[str, str]:
        """The resources that a series is about, each with the label that names the object."""
        by_label = {label: resource for resource, label in self.labels.items()}
        found: dict[str, str] = {}
        for label in sorted(labels):
            if label == NAME:
                continue
            if label in by_label:
                found[by_label[label]] = label
            elif self.extractor is not None and (parts := self.extractor.fullmatch(label)) is not None:
                named = parts.groupdict()
                kind = kind_of(kinds, named.get("group") or "", named["resource"])
                if kind is not None and kind.resource not in self.labels:
                    found[kind.resource] = label
        return found

    def label(self, resource: str, kinds: Kinds) -> str | None:
        """The label that names objects of a resource."""
        if resource in self.labels:
            return self.labels[resource]
        if self.template is None or resource not in kinds:
            return None
        kind = kinds[resource]
        group = kind.group.replace(".", "_").replace("-", "_")
        return self.template({"Group": group, "Resource": kind.singular or kind.kind.lower()})


class Rules(NamedTuple):
    custom: tuple[Rule, ...] = ()
    external: tuple[Rule, ...] = ()


def read(text: str, kinds: Kinds) -> Rules:
    """The rules in a configuration's text. Raises InvalidRules with what is wrong, and in which rule."""
    if len(text) > _LONGEST:
        raise InvalidRules(f"the configuration is longer than {_LONGEST >> 10} KiB")
    try:
        held = yaml.load(text, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError) as error:
        raise InvalidRules(f"unable to parse metrics discovery config: {error}") from None
    if held is None:
        return Rules()
    if not isinstance(held, dict):
        raise InvalidRules("unable to parse metrics discovery config: it is no object")
    unknown = held.keys() - {"rules", "externalRules", "resourceRules"}
    if unknown:
        raise InvalidRules(f"unable to parse metrics discovery config: field {min(map(str, unknown))} not found")
    return Rules(*(tuple(_each(held.get(key), key, kinds)) for key in ("rules", "externalRules")))


def _each(held: Any, where: str, kinds: Kinds) -> Iterable[Rule]:
    if held is None:
        return
    if not isinstance(held, list):
        raise InvalidRules(f"{where}: it is no list")
    for place, one in enumerate(held):
        try:
            yield _rule(one, kinds)
        except (ValueError, TypeError, AttributeError) as error:
            raise InvalidRules(f"{where}[{place}]: {error}") from None


def _rule(held: Any, kinds: Kinds) -> Rule:
    if not isinstance(held, dict):
        raise InvalidRules("it is no object")
    if unknown := held.keys() - set(_RULE_FIELDS):
        raise InvalidRules(f"field {min(map(str, unknown))} not found")
    asked, name = _text(held, "seriesQuery"), _part(held, "name")
    try:
        series = series_test(asked)
    except QueryError as error:
        raise InvalidRules(f"seriesQuery: {error}") from None
    filters = [_filter(one, asked) for one in held.get("seriesFilters") or ()]
    matches = _pattern(_text(name, "matches") or ".*", "name.matches")
    if _text(name, "matches"):
        filters.append((matches, True))
    labels, template, extractor = _mapping(_part(held, "resources"), kinds)
    try:
        query = compiled(_text(held, "metricsQuery"), _QUERY_FIELDS)
    except ValueError as error:
        said = f"unable to parse metrics query template {_text(held, 'metricsQuery')!r}: {error}"
        raise InvalidRules(
            f"unable to construct metrics query associated with series query {asked!r}: {said}"
        ) from None
    return Rule(
        series,
        tuple(filters),
        matches,
        _shown_as(_text(name, "as"), matches, asked),
        labels,
        template,
        extractor,
        query,
        _part(held, "resources").get("namespaced") is not False,
    )


def _part(held: dict[str, Any], key: str) -> dict[str, Any]:
    part = held.get(key) or {}
    if not isinstance(part, dict):
        raise InvalidRules(f"{key}: it is no object")
    return part


def _text(held: dict[str, Any], key: str) -> str:
    value = held.get(key)
    if value is not None and not isinstance(value, str):
        raise InvalidRules(f"{key}: it is no text")
    return value or ""


def _pattern(text: str, where: str) -> re2._Regexp:
    try:
        return pattern(text)
    except QueryError as error:
        raise InvalidRules(f"{where}: {error}") from None


def _filter(held: Any, asked: str) -> tuple[re2._Regexp, bool]:
    if not isinstance(held, dict):
        raise InvalidRules("seriesFilters: it is no object")
    wanted, unwanted = _text(held, "is"), _text(held, "isNot")
    said = f"unable to generate series name filter associated with series query {asked!r}"
    if wanted and unwanted:
        both = f"cannot have both an `is` ({wanted!r}) and `isNot` ({unwanted!r}) expression in a single filter"
        raise InvalidRules(f"{said}: {both}")
    if not wanted and not unwanted:
        raise InvalidRules(f"{said}: must have either an `is` or `isNot` expression in a filter")
    return _pattern(wanted or unwanted, "seriesFilters"), bool(wanted)


def _shown_as(text: str, matches: re2._Regexp, asked: str) -> str:
    if text:
        return text
    if matches.groups > 1:
        said = f"must specify an 'as' value for name matcher {matches.pattern!r} associated with series query {asked!r}"
        raise InvalidRules(said)
    return "$1" if matches.groups else "$0"


def _mapping(held: dict[str, Any], kinds: Kinds) -> tuple[dict[str, str], Template | None, re2._Regexp | None]:
    """The labels of resources, the template of others, and what finds the resource in such a label."""
    labels = {}
    overrides = _part(held, "overrides")
    for label in sorted(overrides):
        named = _part(overrides, label)
        kind = kind_of(kinds, _text(named, "group"), _text(named, "resource"))
        if kind is None:
            said = f'no matches for {{"{_text(named, "group")}" "{_text(named, "resource")}"}}'
            raise InvalidRules(f"resources.overrides.{label}: unable to normalize group-resource: {said}")
        labels[kind.resource] = label
    text = _text(held, "template")
    if not text:
        return labels, None, None
    try:
        template = compiled(text, ("Group", "Resource"))
    except ValueError as error:
        raise InvalidRules(f"unable to parse label template {text!r}: {error}") from None
    extractor = template({"Group": "(?P<group>.+?)", "Resource": "(?P<resource>.+?)"})
    if "(?P<resource>" not in extractor:
        said = "must include at least `{{.Resource}}` in the label template"
        raise InvalidRules(f"unable to generate label format from template {text!r}: {said}")
    return labels, template, _pattern(extractor, "resources.template")


def kind_of(kinds: Kinds, group: str, name: str) -> Kind | None:
    """The kind that a group, which may be left out, and a resource in the singular or plural mean."""
    named = [
        kind
        for kind in kinds
        if name in (kind.plural, kind.singular or kind.kind.lower())
        and (not group or group in (kind.group, kind.group.replace(".", "_").replace("-", "_")))
    ]
    return min(named, key=lambda kind: (kind.group != group, kind.group), default=None)
