"""YAML and JSON as kubectl writes them.

Follows sigs.k8s.io/yaml (goyaml.v2: sorter.go, encode.go, resolve.go) and encoding/json of Go.
"""

from __future__ import annotations

import json
import re
from functools import cmp_to_key
from typing import Any

import yaml

_Base: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Dumper(_Base):  # type: ignore[misc]
    pass


_RESOLVED = re.compile(
    r"""^(?:
      ~ | null | Null | NULL | true | True | TRUE | false | False | FALSE | yes | Yes | YES | no | No | NO
    | on | On | ON | off | Off | OFF | y | Y | n | N | <<
    | [-+]?0b[01_]+ | [-+]?0o?[0-7_]+ | [-+]?[0-9][0-9_]* | [-+]?0x[0-9a-fA-F_]+
    | [-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?
    | [-+]?\.(?:inf|Inf|INF) | \.(?:nan|NaN|NAN)
    | [-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?
    | \d{4}-\d{1,2}-\d{1,2}(?:(?:[Tt]|[ ]+)\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d*)?(?:[ ]*(?:Z|[-+]\d{1,2}(?::?\d{2})?))?)?
    )?$""",
    re.VERBOSE,
)


def _text(dumper: Any, text: str) -> Any:
    style = None
    if _RESOLVED.match(text):
        style = '"'
    elif "\n" in text:
        style = "|"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _figure(dumper: Any, figure: float) -> Any:
    return dumper.represent_scalar("tag:yaml.org,2002:float", _go_float(figure))


_Dumper.add_representer(str, _text)
_Dumper.add_representer(float, _figure)


def _go_float(figure: float) -> str:
    if figure == int(figure) and abs(figure) < 1e21:
        return str(int(figure))
    mantissa, _, exponent = repr(figure).partition("e")
    return f"{mantissa}e{int(exponent):+03d}" if exponent else mantissa


def _compare(one: str, two: str) -> int:
    for at, (left, right) in enumerate(zip(one, two, strict=False)):
        if left == right:
            continue
        if left.isalpha() and right.isalpha():
            return -1 if left < right else 1
        if left.isalpha() or right.isalpha():
            return -1 if right.isalpha() else 1
        return _compare_figures(one, two, at)
    return len(one) - len(two)


def _compare_figures(one: str, two: str, at: int) -> int:
    first, second = _digits(one, at), _digits(two, at)
    lead = ""
    if "0" in (one[at], two[at]):
        before = re.search(r"\d*$", one[:at])
        lead = "1" if before and before[0].strip("0") else ""
    figures = int(lead + first or "0"), int(lead + second or "0")
    if figures[0] != figures[1]:
        return -1 if figures[0] < figures[1] else 1
    if len(first) != len(second):
        return len(first) - len(second)
    return -1 if one[at] < two[at] else 1


def _digits(text: str, at: int) -> str:
    found = re.match(r"\d*", text[at:])
    return found[0] if found else ""


def _ordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _ordered(value[key]) for key in sorted(value, key=cmp_to_key(_compare))}
    if isinstance(value, list):
        return [_ordered(one) for one in value]
    return value


def to_yaml(value: Any) -> str:
    text: str = yaml.dump(
        _ordered(value), Dumper=_Dumper, allow_unicode=True, sort_keys=False, default_flow_style=False
    )
    return text


_HTML = {"&": "\\u0026", "<": "\\u003c", ">": "\\u003e", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def to_json(value: Any, *, indent: int | None = 4) -> str:
    """JSON with sorted keys; what could be taken for HTML is escaped."""
    separators = (",", ": ") if indent else (",", ":")
    text = json.dumps(value, indent=indent, sort_keys=True, ensure_ascii=False, separators=separators)
    for letter, escaped in _HTML.items():
        text = text.replace(letter, escaped)
    return text
