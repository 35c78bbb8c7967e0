"""The value of an expression at an instant. Follows promql/engine.go, Prometheus 3.x.

A selector takes the sample of the last scrape at or before its instant; a window goes from after its beginning to its
end, as in Prometheus 3.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache

import promql_parser as parser

from ..registry import Instant
from . import aggregation, operators, ranges
from .functions import FUNCTIONS
from .operators import Matching
from .patterns import pattern
from .values import (
    INTERVAL,
    NAME,
    Element,
    Labels,
    Point,
    QueryError,
    Source,
    Value,
    Vector,
    Window,
    signature,
    without_name,
)

Test = Callable[[Labels], bool]
_MOST_SCRAPES = 11_000
_SPECIAL = ("absent", "absent_over_time", "timestamp", "predict_linear", "quantile_over_time")


def evaluate(text: str, source: Source, now: Instant) -> Value:
    """The value of an expression. Raises QueryError with what is wrong with it."""
    value = _value(parse(text), source, now)
    if isinstance(value, list) and len({signature(one.labels) for one in value}) < len(value):
        raise QueryError("vector cannot contain metrics with the same labelset")
    return value


@lru_cache(maxsize=1024)
def parse(text: str) -> parser.Expr:
    """An expression, its types checked. Raises QueryError."""
    try:
        return parser.parse(text)
    except ValueError as error:
        raise QueryError(f"cannot parse {text!r}: {error}") from None


def _value(tree: parser.Expr, source: Source, now: Instant) -> Value:
    match tree:
        case parser.NumberLiteral() | parser.StringLiteral():
            return tree.val
        case parser.ParenExpr():
            return _value(tree.expr, source, now)
        case parser.UnaryExpr():
            return _negative(_value(tree.expr, source, now))
        case parser.VectorSelector():
            return [one for one, _ in _selected(tree, source, now)]
        case parser.AggregateExpr():
            return _aggregate(tree, source, now)
        case parser.BinaryExpr():
            left, right = _value(tree.lhs, source, now), _value(tree.rhs, source, now)
            return operators.apply(str(tree.op), left, right, _matching(tree.modifier))
        case parser.Call():
            return _call(tree, source, now)
        case parser.MatrixSelector():
            raise QueryError("a range of samples is no value: put it into a function such as rate()")
    raise QueryError(f"{type(tree).__name__} is not known here")


def _negative(value: Value) -> Value:
    if isinstance(value, list):
        return [Element(without_name(one.labels), -one.value) for one in value]
    assert isinstance(value, float)
    return -value


# --- selectors -------------------------------------------------------------------------------------------------------


def _test(matcher: parser.Matcher) -> Test:
    name, value = matcher.name, matcher.value
    match matcher.op:
        case parser.MatchOp.Equal:
            return lambda labels: labels.get(name, "") == value
        case parser.MatchOp.NotEqual:
            return lambda labels: labels.get(name, "") != value
    compiled, wanted = pattern(value), matcher.op == parser.MatchOp.Re
    return lambda labels: (compiled.fullmatch(labels.get(name, "")) is not None) is wanted


def _tests(selector: parser.VectorSelector) -> tuple[list[Test], list[Test]]:
    """What the name and what the other labels have to meet."""
    if selector.at is not None:
        raise QueryError("the modifier @ is not known here")
    if selector.matchers.or_matchers:
        raise QueryError("the operator `or` between matchers is not known here")
    of_name, others = list[Test](), list[Test]()
    if selector.name is not None:
        of_name.append(lambda labels: labels.get(NAME) == selector.name)
    for matcher in selector.matchers.matchers:
        (of_name if matcher.name == NAME else others).append(_test(matcher))
    return of_name, others


def _scraped(selector: parser.VectorSelector, source: Source, at: Instant) -> Vector:
    of_name, others = _tests(selector)
    equal = {one.name: one.value for one in selector.matchers.matchers if one.op == parser.MatchOp.Equal}
    held = source.scraped(at, lambda name: all(test({NAME: name}) for test in of_name), equal.get("namespace", ""))
    return [one for one in held if all(test(one.labels) for test in others)]


def series_test(text: str) -> Test:
    """Whether a selector of series selects one, by its labels with its name. Raises QueryError."""
    selector = parse(text)
    if not isinstance(selector, parser.VectorSelector):
        raise QueryError(f"{text!r} is no selector of series")
    of_name, others = _tests(selector)
    return lambda labels: all(test(labels) for test in (*of_name, *others))


def _shifted(now: Instant, offset: timedelta | None) -> Instant:
    return now - (offset // timedelta(microseconds=1) if offset is not None else 0)


def _selected(selector: parser.VectorSelector, source: Source, now: Instant) -> list[tuple[Element, Instant]]:
    """The elements of an instant vector, and when they were scraped."""
    at = _shifted(now, selector.offset)
    at -= at % INTERVAL
    return [(one, at) for one in _scraped(selector, source, at)]


def _windows(tree: parser.Expr, source: Source, now: Instant) -> list[Window]:
    if not isinstance(tree, parser.MatrixSelector):
        raise QueryError("subqueries are not known here")
    selector = tree.vector_selector
    end = _shifted(now, selector.offset)
    start = end - tree.range // timedelta(microseconds=1)
    if (end - start) // INTERVAL > _MOST_SCRAPES:
        raise QueryError("a window of more than 11,000 scrapes is too long")
    held: dict[tuple[tuple[str, str], ...], tuple[Labels, list[Point]]] = {}
    for at in range(start - start % INTERVAL + INTERVAL, end + 1, INTERVAL):
        for one in _scraped(selector, source, at):
            key = tuple(sorted(one.labels.items()))
            held.setdefault(key, (one.labels, []))[1].append(Point(at, one.value))
    return [Window(labels, points, start, end) for labels, points in held.values()]


# --- aggregations, operators and functions ---------------------------------------------------------------------------


def _aggregate(tree: parser.AggregateExpr, source: Source, now: Instant) -> Vector:
    vector = _value(tree.expr, source, now)
    assert isinstance(vector, list)
    parameter = _value(tree.param, source, now) if tree.param is not None else None
    modifier = tree.modifier
    by = modifier is None or modifier.type == parser.AggModifierType.By
    return aggregation.aggregate(str(tree.op), parameter, vector, modifier.labels if modifier else (), by=by)


def _matching(modifier: parser.BinModifier | None) -> Matching:
    if modifier is None:
        return Matching()
    on = modifier.matching is not None and modifier.matching.type == parser.LabelModifierType.Include
    return Matching(
        modifier.matching.labels if modifier.matching is not None else (),
        on,
        next((side for card, side in _MANY if modifier.card == card), ""),
        modifier.group_labels or (),
        bool(modifier.return_bool),
    )


_MANY = ((parser.VectorMatchCardinality.ManyToOne, "left"), (parser.VectorMatchCardinality.OneToMany, "right"))


def _call(tree: parser.Call, source: Source, now: Instant) -> Value:
    name, args = tree.func.name, tree.args
    if name in _SPECIAL:
        return _special(name, args, source, now)
    if name in ranges.FUNCTIONS:
        function, keeps_name = ranges.FUNCTIONS[name], name == "last_over_time"
        return _of_windows(_windows(args[0], source, now), function, keeps_name=keeps_name)
    if name in FUNCTIONS:
        return FUNCTIONS[name]([_value(one, source, now) for one in args], now)
    raise QueryError(f"the function {name}() is not known here")


def _of_windows(windows: list[Window], function: Callable[[Window], float | None], *, keeps_name: bool) -> Vector:
    found = []
    for window in windows:
        value = function(window)
        if value is not None:
            found.append(Element(window.labels if keeps_name else without_name(window.labels), value))
    return found


def _special(name: str, args: list[parser.Expr], source: Source, now: Instant) -> Value:
    """Functions that look at their arguments themselves."""
    match name:
        case "timestamp" if isinstance(args[0], parser.VectorSelector):
            return [Element(without_name(one.labels), at / 1_000_000) for one, at in _selected(args[0], source, now)]
        case "timestamp":
            vector = _value(args[0], source, now)
            assert isinstance(vector, list)
            return [Element(without_name(one.labels), now / 1_000_000) for one in vector]
        case "absent":
            vector = _value(args[0], source, now)
            return [] if vector else [Element(_said(args[0]), 1.0)]
        case "absent_over_time":
            windows = _windows(args[0], source, now)
            return [] if windows else [Element(_said(getattr(args[0], "vector_selector", args[0])), 1.0)]
        case "quantile_over_time":
            q, windows = _value(args[0], source, now), _windows(args[1], source, now)
            assert isinstance(q, float)
            values = [(one.labels, [point.value for point in one.points]) for one in windows]
            return [Element(without_name(labels), ranges.quantile(q, held)) for labels, held in values]
    seconds = _value(args[1], source, now)
    assert isinstance(seconds, float)
    windows = _windows(args[0], source, now)
    return _of_windows(windows, lambda window: ranges.predict_linear(window, seconds), keeps_name=False)


def _said(tree: parser.Expr) -> Labels:
    """The labels that a selector asks for by equality."""
    if not isinstance(tree, parser.VectorSelector):
        return {}
    equal = [one for one in tree.matchers.matchers if one.op == parser.MatchOp.Equal and one.name != NAME]
    names = [one.name for one in tree.matchers.matchers]
    return {one.name: one.value for one in equal if names.count(one.name) == 1}
