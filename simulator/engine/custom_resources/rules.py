"""The rules of a schema in CEL (`x-kubernetes-validations`), by the library `common-expression-language`.

A rule that the library cannot read though upstream can (optional field selection) is not checked.
Follows staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/validation.go, v1.34.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import cached_property, lru_cache
from typing import Any

import cel

from ..errors import FieldError, duplicate, forbidden_value, invalid_value, required
from ..objects import get_in
from . import functions
from .scalars import is_same
from .structural import EMBEDDED, INT_OR_STRING, META, NOTHING, RULES, Schema, inside, item_before, items_of, nodes

_UNCHECKED = "some validation rules were not checked because the object was invalid; correct the existing errors to "
_NO_BUDGET = "validation failed due to running out of cost budget, no further validation rules will be run"
_BUDGET = 10_000_000
_BLOCKING = frozenset(
    ("FieldValueNotSupported", "FieldValueRequired", "FieldValueTooLong", "FieldValueTooMany", "FieldValueTypeInvalid")
)
_RESERVED = frozenset(("true", "false", "null", "in", "as", "break", "const", "continue", "else", "for"))
_RESERVED |= {"function", "if", "import", "let", "loop", "package", "namespace", "return", "var", "void", "while"}
_ESCAPES = {"__": "__underscores__", ".": "__dot__", "-": "__dash__", "/": "__slash__"}
_MACRO = re.compile(r"\.(?:all|exists|exists_one|existsOne|map|filter)\s*\(")
_LONGEST_MESSAGE = 5120


@lru_cache(maxsize=2048)
def _program(expression: str) -> cel.Program | str:
    """The expression ready to run, or what is wrong with it."""
    try:
        return cel.compile(expression)
    except ValueError as error:
        return re.sub(r"^Failed to parse expression .*?: (?=ERROR)", "", str(error), flags=re.DOTALL)


def trouble_of(expression: str) -> str:
    """Why an expression does not compile, in upstream's words; nothing if it does or is beyond the library."""
    found = _program(expression)
    if not isinstance(found, str) or "Syntax error" not in found:
        return ""
    return "compilation failed: " + "\n ".join(line.rstrip() for line in found.splitlines())


def compares(expression: str) -> bool:
    """True if the expression speaks of what was before."""
    found = _program(expression)
    return "oldSelf" in (expression if isinstance(found, str) else found.variables())


class Rules:
    """The rules of a schema and of all schemas inside it."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    @cached_property
    def any(self) -> bool:
        return any(one.get(RULES) for one in nodes(self.schema))

    def validate(self, body: Any, errors: list[FieldError], old: Any = NOTHING) -> list[FieldError]:
        """What the rules say of an object, new or in the place of `old`.

        Some of the errors that are known already leave the rules unchecked.
        """
        if not self.any:
            return []
        if any(one.kind in _BLOCKING for one in errors):
            return [invalid_value("<nil>", None, _UNCHECKED + "complete validation")]
        return list(_walk(body, old, self.schema, "", root=True))


def _walk(value: Any, old: Any, schema: Schema | None, path: str, *, root: bool = False) -> Iterator[FieldError]:
    if schema is None or value is None:
        return
    if schema.get(RULES):
        yield from _own(value, NOTHING if old is None else old, schema, path, root)
    if isinstance(value, dict):
        before = old if isinstance(old, dict) else {}
        known = schema.get("properties") or {}
        for key in sorted(value):
            below = (f"{path}.{key}" if path else key) if key in known else f"{path}[{key}]"
            yield from _walk(value[key], before.get(key, NOTHING), inside(schema, key), below)
    elif isinstance(value, list) and (item := items_of(schema)) is not None:
        for at, one in enumerate(value):
            yield from _walk(one, item_before(one, old, schema), item, f"{path}[{at}]")


def _own(value: Any, old: Any, schema: Schema, path: str, root: bool) -> Iterator[FieldError]:
    """What the rules of one schema say: of what did not change only those that compare with what was before."""
    shown = "" if schema.get(INT_OR_STRING) else schema.get("type") or ""
    same = old is not NOTHING and is_same(value, old)
    seen = _seen(value, schema, root)
    for rule in schema[RULES]:
        text, optional = rule["rule"].strip(), bool(rule.get("optionalOldSelf"))
        program, comparing = _program(text), compares(text)
        if isinstance(program, str) or (same and not comparing) or (comparing and old is NOTHING and not optional):
            continue
        if _MACRO.search(text) and _cost(value, text) > _BUDGET:
            yield invalid_value(path or "<nil>", shown, _NO_BUDGET)
            return
        held = {"self": seen}
        if comparing:
            held["oldSelf"] = _old(old, schema, root, optional)
        yield from _checked(program, rule, held, shown, path)


def _old(old: Any, schema: Schema, root: bool, optional: bool) -> Any:
    if not optional:
        return _seen(old, schema, root)
    return cel.OptionalValue.none() if old is NOTHING else cel.OptionalValue.of(_seen(old, schema, root))


def _checked(program: cel.Program, rule: Any, held: dict[str, Any], shown: str, path: str) -> Iterator[FieldError]:
    said = (rule.get("message") or rule["rule"]).strip()
    place = path or "<nil>"
    try:
        outcome = program.execute(functions.context(held))
    except (ValueError, TypeError, KeyError, IndexError, RuntimeError, ArithmeticError) as error:
        trouble = _trouble(error)
        if trouble.startswith("no such overload"):
            detail = (
                f"'{trouble}': call arguments did not match a supported operator, function or macro signature for "
                f"rule: {said}"
            )
            yield invalid_value(place, shown, detail)
        elif trouble:
            yield invalid_value(place, shown, f"{trouble} evaluating rule: {said}")
        return
    if outcome is True:
        return
    detail = _message(rule, held) or (said if rule.get("message") else f"failed rule: {said}")
    if below := (rule.get("fieldPath") or "").strip().removeprefix("."):
        place = f"{path}.{below}" if path else below
    match rule.get("reason"):
        case "FieldValueForbidden":
            yield forbidden_value(place, detail)
        case "FieldValueRequired":
            yield required(place, detail)
        case "FieldValueDuplicate":
            yield duplicate(place, shown)
        case _:
            yield invalid_value(place, shown, detail)


def _trouble(error: Exception) -> str:
    """What went wrong, as upstream's evaluator words it; nothing for a function that is not ours."""
    text = str(error.args[0]) if error.args else str(error)
    match error:
        case KeyError():
            return f"no such key: {text}"
        case ZeroDivisionError():
            return "division by zero" if "mod" not in text.lower() else "modulus by zero"
        case OverflowError():
            return "integer overflow"
        case IndexError():
            return text
        case TypeError():
            return "no such overload"
        case RuntimeError() if text.startswith("Undefined variable or function"):
            return ""
    return text.partition("\n")[0]


def _message(rule: Any, held: dict[str, Any]) -> str:
    """What the rule's own expression says, nothing where it fails."""
    program = _program((rule.get("messageExpression") or "").strip()) if rule.get("messageExpression") else ""
    if isinstance(program, str):
        return ""
    try:
        said = program.execute(functions.context(held))
    except (ValueError, TypeError, KeyError, IndexError, RuntimeError, ArithmeticError):
        return ""
    said = said.strip() if isinstance(said, str) else ""
    return "" if len(said) > _LONGEST_MESSAGE or "\n" in said else said


def _cost(value: Any, rule: str) -> int:
    """About how many steps the loops of a rule take: the items there are, for each loop inside another."""
    most = max(2, _items(value))
    return int(most ** min(8, len(_MACRO.findall(rule))))


def _items(value: Any) -> int:
    """The most items that any collection inside has."""
    if isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return max(len(value), max((_items(one) for one in inner if isinstance(one, dict | list)), default=0))
    return 0


# --- what a rule sees --------------------------------------------------------------------------------------------


def _seen(value: Any, schema: Schema | None, root: bool = False) -> Any:
    """A value as rules see it: numbers and instants typed by the schema, names escaped, of metadata the name alone."""
    if schema is None:
        return value
    if isinstance(value, dict):
        known = schema.get("properties") or {}
        shown = {_escaped(key) if key in known else key: _seen(one, inside(schema, key)) for key, one in value.items()}
        if root or schema.get(EMBEDDED):
            shown |= {key: value[key] for key in META & value.keys()}
            meta = get_in(value, "metadata", default={})
            shown["metadata"] = {key: meta[key] for key in ("name", "generateName") if key in meta}
        return shown
    if isinstance(value, list):
        item = items_of(schema)
        return [_seen(one, item) for one in value]
    if isinstance(value, str):
        return _text(value, schema.get("format") or "")
    is_number = isinstance(value, int) and not isinstance(value, bool) and schema.get("type") == "number"
    if isinstance(value, float) and schema.get("type") == "integer":
        return int(value)
    return float(value) if is_number else value


def _text(value: str, form: str) -> Any:
    match form.replace("-", ""):
        case "datetime" | "date":
            return functions.instant(value)
        case "duration":
            return functions.span(value) or timedelta(0)
        case "byte":
            return functions.unpacked(value)
    return value


def _escaped(name: str) -> str:
    if name in _RESERVED:
        return f"__{name}__"
    return re.sub(r"__|[./-]", lambda found: _ESCAPES[found[0]], name)
