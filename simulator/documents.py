"""Parsing YAML and JSON texts, with bounds on size, depth and aliases, and the line of every value.

YAML is read as sigs.k8s.io/yaml reads it (YAML 1.1 scalars, keys as text); JSON errors are in the words of Go.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import yaml

from simulator.decoding import Repeated
from simulator.unmarshal import Literal

LARGEST = 3 * 1024 * 1024
DEEPEST = 200
MOST_NODES = 400_000


class Unreadable(ValueError):
    """A text that is no YAML or JSON, or goes beyond a bound. `line` counts from 1, 0 where there is none."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


class Node:
    """One value of a YAML document with the line that it stands in; maps keep their order and what is repeated."""

    __slots__ = ("items", "line", "pairs", "scalar", "size")

    def __init__(self, line: int) -> None:
        self.line = line
        self.scalar: Any = None
        self.items: list[Node] | None = None
        self.pairs: list[tuple[str, int, Node]] | None = None
        self.size = 1

    def plain(self) -> Any:
        """The value as JSON would give it; maps with repeated keys are `Repeated`."""
        if self.items is not None:
            return [one.plain() for one in self.items]
        if self.pairs is None:
            return self.scalar
        pairs = [(key, value.plain()) for key, _, value in self.pairs]
        held = dict(pairs)
        return held if len(held) == len(pairs) else Repeated(pairs)

    def line_of(self, path: str) -> int:
        """The line of a field such as `spec.containers[0].image`; that of the nearest one on the way where it ends."""
        node = self
        line = node.line
        rest = path
        while rest:
            if node.items is not None and (found := re.match(r"\[(\d+)\]\.?", rest)):
                index = int(found[1])
                if index >= len(node.items):
                    break
                node, rest = node.items[index], rest[found.end() :]
                line = node.line
                continue
            named = [
                (key, at, one) for key, at, one in node.pairs or () if re.match(re.escape(key) + r"($|[.\[])", rest)
            ]
            if not named:
                break
            key, line, node = max(named, key=lambda one: len(one[0]))
            rest = rest[len(key) :].removeprefix(".")
        return line


def parse_yaml(text: str) -> Iterator[Node]:
    """The documents of a YAML text. Raises Unreadable."""
    try:
        yield from _documents(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        said = getattr(error, "problem", None) or str(error)
        line = mark.line + 1 if mark else 0
        raise Unreadable(f"yaml: line {line}: {said}" if line else f"yaml: {said}", line) from None


def only_document(text: str) -> Node:
    """The one document that a YAML text must hold. Raises Unreadable."""
    nodes = [node for node in parse_yaml(text) if node.plain() is not None]
    if len(nodes) != 1:
        raise Unreadable("the text must hold one document", nodes[1].line if nodes else 0)
    return nodes[0]


def _documents(text: str) -> Iterator[Node]:
    anchors: dict[str, Node] = {}
    stack: list[tuple[Node, str | None, list[tuple[str, int]]]] = []
    root: Node | None = None
    count = 0
    for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        if isinstance(event, yaml.DocumentStartEvent):
            anchors, stack, root = {}, [], None
            continue
        if isinstance(event, yaml.DocumentEndEvent):
            if root is not None:
                yield root
            continue
        if isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            node, anchor, _ = stack.pop()
            if anchor:
                anchors[anchor] = node
            root = _put(stack, node) or root
            continue
        if not isinstance(event, yaml.NodeEvent):
            continue
        count += 1
        if count > MOST_NODES:
            raise Unreadable("yaml: document has too many values")
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in anchors:
                raise Unreadable(f"yaml: line {line}: unknown anchor '{event.anchor}' referenced", line)
            root = _put(stack, anchors[event.anchor]) or root
            continue
        node = Node(line)
        if isinstance(event, yaml.ScalarEvent):
            node.scalar = _scalar(event)
            if event.anchor:
                anchors[event.anchor] = node
            root = _put(stack, node, key=event.value) or root
        else:
            if len(stack) >= DEEPEST:
                raise Unreadable(f"yaml: line {line}: exceeded max depth of {DEEPEST}", line)
            if isinstance(event, yaml.MappingStartEvent):
                node.pairs = []
            else:
                node.items = []
            stack.append((node, event.anchor, []))


def _put(stack: list[tuple[Node, str | None, list[tuple[str, int]]]], node: Node, key: str = "") -> Node | None:
    """Puts a finished value into the one that is open; returns it if none is, so that it is the document."""
    if not stack:
        return node
    parent, _, waiting = stack[-1]
    if parent.items is not None:
        parent.items.append(node)
    elif not waiting:
        if node.items is not None or node.pairs is not None:
            raise Unreadable(f"yaml: line {node.line}: invalid map key", node.line)
        waiting.append((_key(node.scalar, key), node.line))
        return None
    else:
        name, line = waiting.pop()
        assert parent.pairs is not None
        if name == "<<" and node.pairs is not None:
            own = {one for one, _, _ in parent.pairs}
            parent.pairs += [pair for pair in node.pairs if pair[0] not in own]
        else:
            parent.pairs.append((name, line, node))
    parent.size += node.size
    if parent.size > MOST_NODES:
        raise Unreadable("yaml: document contains excessive aliasing", node.line)
    return None


def _key(scalar: Any, text: str) -> str:
    if isinstance(scalar, bool):
        return "true" if scalar else "false"
    if isinstance(scalar, str) or scalar is None:
        return text or (scalar or ("null" if scalar is None else ""))
    return scalar.text if isinstance(scalar, Literal) else str(scalar)


_TRUE = frozenset(["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"])
_FALSE = frozenset(["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"])
_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_INTEGER = re.compile(r"[-+]?(0[bB][01]+|0[oO]?[0-7]+|0[xX][0-9a-fA-F]+|0|[1-9][0-9]*)$")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$")


def _scalar(event: yaml.ScalarEvent) -> Any:
    """A scalar's value as go-yaml's version 2 resolves it."""
    text = event.value
    if event.tag == "tag:yaml.org,2002:str" or (not event.implicit[0] and not event.tag):
        return text
    if event.tag == "tag:yaml.org,2002:binary":
        return text
    if text in _NULL:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    first = text[0]
    if not (first.isdigit() or first in "+-."):
        return text
    bare = text.replace("_", "")
    if len(bare) < 40 and _INTEGER.match(bare):
        return _integer(bare)
    if len(bare) < 400 and _FLOAT.match(bare):
        figure = float(bare)
        return (
            int(figure) if figure.is_integer() and abs(figure) < 1e18 else Literal(bare) if _is_sound(figure) else text
        )
    return text


def _integer(text: str) -> int:
    sign = -1 if text[0] == "-" else 1
    digits = text.lstrip("+-").lower()
    base = {"0b": 2, "0o": 8, "0x": 16}.get(digits[:2])
    if base:
        return sign * int(digits[2:], base)
    return sign * int(digits, 8 if len(digits) > 1 and digits[0] == "0" else 10)


def _is_sound(figure: float) -> bool:
    return figure == figure and abs(figure) != float("inf")


_GO_WORDS = (
    ("unexpected end", ""),
    ("Expecting value", "looking for beginning of value"),
    ("Expecting property name", "looking for beginning of object key string"),
    ("Illegal trailing comma", "looking for beginning of value"),
    ("Expecting ':'", "after object key"),
    ("Expecting ','", "after object key:value pair"),
    ("Invalid control character", "in string literal"),
    ("Invalid \\", "in string escape code"),
    ("Extra data", "after top-level value"),
)


def parse_json(text: str) -> Any:
    """One JSON value; objects with repeated keys are `Repeated`, fractions are `Literal`. Raises Unreadable."""
    text = _lone_surrogates_replaced(text)
    try:
        value = json.loads(
            text, object_pairs_hook=_pairs, parse_float=_fraction, parse_constant=_no_constant, strict=True
        )
    except json.JSONDecodeError as error:
        rest = text[error.pos :].lstrip()
        words = next((words for start, words in _GO_WORDS if error.msg.startswith(start)), "in the document")
        if not rest or error.msg.startswith("Unterminated"):
            raise Unreadable("unexpected end of JSON input", error.lineno) from None
        raise Unreadable(f"invalid character {_quoted(rest[0])} {words}", error.lineno) from None
    except RecursionError:
        raise Unreadable("exceeded max depth") from None
    except ValueError as error:
        raise Unreadable(str(error)) from None
    if _depth_exceeds(text):
        raise Unreadable("exceeded max depth")
    return value


_SURROGATES = re.compile(
    r"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
)


def _lone_surrogates_replaced(text: str) -> str:
    """Half a character, which no UTF-8 can hold, becomes U+FFFD as in Go."""
    if "\\ud" not in text and "\\uD" not in text:
        return text
    return _SURROGATES.sub(lambda found: "\\ufffd" if len(found[0]) == 6 else found[0], text)


def _depth_exceeds(text: str) -> bool:
    """True if brackets nest deeper than the bound; quick for texts that have too few to do so."""
    if text.count("{") + text.count("[") <= DEEPEST:
        return False
    depth = 0
    for found in re.finditer(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', text):
        mark = found[0]
        if mark in "[{":
            depth += 1
            if depth > DEEPEST:
                return True
        elif mark in "]}":
            depth -= 1
    return False


def _quoted(letter: str) -> str:
    return "'\\''" if letter == "'" else f"'{letter}'"


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    held = dict(pairs)
    return held if len(held) == len(pairs) else Repeated(pairs)


def _fraction(text: str) -> Literal:
    figure = Literal(text[:400])
    if not _is_sound(figure):
        raise ValueError(f"json: cannot unmarshal number {text[:40]} into Go value of type float64")
    return figure


def _no_constant(name: str) -> Any:
    raise ValueError(f"invalid character '{name[0]}' looking for beginning of value")
