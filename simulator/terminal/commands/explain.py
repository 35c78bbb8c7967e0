"""explain: what the API's own documents say of a kind or field.

Follows staging/src/k8s.io/kubectl/pkg/explain/v2/templates/plaintext.tmpl and pkg/util/term (WordWrapWriter), v1.32.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import orjson

from simulator.engine.registry import Kind
from simulator.terminal import resources
from simulator.terminal.command import Command
from simulator.terminal.flags import Flag, Parsed
from simulator.terminal.shell import Shell
from simulator.terminal.troubles import Plain, Trouble

Node = dict[str, Any]
_TYPES = (
    'You must specify the type of resource to explain. Use "kubectl api-resources" for a complete list of supported '
    "resources.\n"
)
_MOST = 4
"""How many allowed values a line tells."""


def run(shell: Shell, parsed: Parsed) -> None:
    if not parsed.args:
        raise Trouble(_TYPES)
    if len(parsed.args) > 1:
        raise Trouble("We accept only this format: explain RESOURCE\n")
    word, *path = [part for part in parsed.args[0].split(".") if part]
    kind, path = _kind(shell, word, path, parsed.text("api-version"))
    root = f"apis/{kind.group}/{kind.version}" if kind.group else f"api/{kind.version}"
    document = orjson.loads(shell.client.ask("GET", f"openapi/v3/{root}").content)
    explained = Explained(document, kind, recursive=parsed.yes("recursive"))
    shell.write(explained.head())
    shell.write(explained.text(path))


def _kind(shell: Shell, word: str, path: list[str], version: str) -> tuple[Kind, list[str]]:
    """The kind, and the path within it: the group may stand between."""
    for kind in resources.in_order(shell.client.kinds):
        named = word.lower() in (kind.plural, resources.singular(kind), kind.kind.lower()) or word in kind.short_names
        if not named or (version and kind.api_version != version):
            continue
        group = kind.group.split(".") if kind.group else []
        if group and path[: len(group)] == group:
            return kind, path[len(group) :]
        if not version or kind.api_version == version:
            return kind, path
    if version:
        raise Trouble(f'couldn\'t find resource for "{version}, Resource={word}"')
    raise Plain(f'the server doesn\'t have a resource type "{word}"')


class Explained:
    """A kind of an OpenAPI document."""

    def __init__(self, document: Node, kind: Kind, *, recursive: bool) -> None:
        self.schemas: Node = document["components"]["schemas"]
        self.kind, self.recursive = kind, recursive

    def head(self) -> str:
        group = f"GROUP:      {self.kind.group}\n" if self.kind.group else ""
        return f"{group}KIND:       {self.kind.kind}\nVERSION:    {self.kind.version}\n\n"

    def text(self, path: list[str]) -> str:
        """What is told of a field. Raises Trouble."""
        gvk = {"group": self.kind.group, "kind": self.kind.kind, "version": self.kind.version}
        for schema in self.schemas.values():
            if gvk in schema.get("x-kubernetes-group-version-kind", ()):
                told = self._output(schema, path)
                if told is None:
                    raise Trouble(f'field "{path[-1]}" does not exist')
                return f"{told}\n"
        raise Trouble(f"GVK {gvk} not found in OpenAPI schema")

    def _resolved(self, schema: Node) -> Node:
        name = schema.get("$ref", "").rpartition("/")[2]
        found: Node = self.schemas.get(name, schema) if name else schema
        return found

    def _inner(self, schema: Node) -> Node | None:
        """What a list or a map holds."""
        if schema.get("items"):
            return dict(schema["items"])
        more = schema.get("additionalProperties")
        return more if isinstance(more, dict) else None

    def _output(self, schema: Node, path: list[str]) -> str | None:
        whole = self._resolved(schema)
        if not path:
            told = "DESCRIPTION:\n" + _indented(_wrapped("".join(self._description(whole)) or "<empty>", 76), 4) + "\n"
            fields = "".join(self._fields(whole, 1, frozenset()))
            return told + (f"FIELDS:\n{fields}" if fields else "")
        if path[0] in (whole.get("properties") or {}):
            inner = whole["properties"][path[0]]
            told = ""
            if len(path) == 1:
                told = f"FIELD: {path[0]} <{self._type(inner)}>\n{_enum_long(inner)}\n\n"
            rest = self._output(inner, path[1:])
            return None if rest is None else told + rest
        if held := self._inner(whole):
            return self._output(held, path)
        for one in whole.get("allOf") or ():
            told_there = self._output(one, path)
            if told_there is not None:
                return told_there
        return None

    def _description(self, schema: Node) -> Iterator[str]:
        whole = self._resolved(schema)
        if whole.get("description"):
            yield f"{whole['description']}\n"
        for one in whole.get("allOf") or ():
            yield from self._description(one)
        if whole.get("items"):
            yield from self._description(whole["items"])
        if isinstance(whole.get("additionalProperties"), dict):
            yield from self._description(whole["additionalProperties"])

    def _fields(self, schema: Node, level: int, seen: frozenset[str]) -> Iterator[str]:
        reference = schema.get("$ref", "")
        if reference and reference in seen:
            return
        whole = self._resolved(schema)
        seen = seen | {reference}
        for name in sorted(whole.get("properties") or {}):
            inner = whole["properties"][name]
            yield self._field(whole, name, inner, level)
            if self.recursive:
                yield from self._fields(inner, level + 1, seen)
        for one in whole.get("allOf") or ():
            yield from self._fields(one, level, seen)
        if held := self._inner(whole):
            yield from self._fields(held, level, seen)

    def _field(self, whole: Node, name: str, inner: Node, level: int) -> str:
        blank = " " * (level * 2)
        told = f"{blank}{name}\t<{self._type(inner)}>"
        told += " -required-" if name in (whole.get("required") or ()) else ""
        told += f"{_enum_short(inner, blank)}\n"
        if not self.recursive:
            text = _wrapped(inner.get("description") or "<no description>", 78 - level * 2)
            told += f"{_indented(text, level * 2 + 2)}\n\n"
        return told

    def _type(self, schema: Node) -> str:
        if schema.get("items"):
            return f"[]{self._type(schema['items'])}"
        if isinstance(schema.get("additionalProperties"), dict) and schema["additionalProperties"]:
            return f"map[string]{self._type(schema['additionalProperties'])}"
        if len(schema.get("allOf") or ()) == 1 and not schema.get("properties"):
            return self._type(schema["allOf"][0])
        if schema.get("$ref"):
            whole = self._resolved(schema)
            if not whole.get("type") or whole["type"] == "object" or whole is schema:
                return schema["$ref"].rpartition("/")[2].rpartition(".")[2] or "Object"
            return str(whole["type"])
        return "Object" if schema.get("type") == "object" else str(schema.get("type") or "Object")


def _values(schema: Node) -> list[str]:
    return ['""' if one == "" else str(one) for one in schema.get("enum") or ()]


def _enum_long(schema: Node) -> str:
    values = _values(schema)
    return "ENUM:" + "".join(f"\n    {one}" for one in values) if values else ""


def _enum_short(schema: Node, blank: str) -> str:
    values = _values(schema)
    if not values:
        return ""
    return f"\n{blank}enum: {', '.join(values[:_MOST])}" + (", ...." if len(values) > _MOST else "")


def _indented(text: str, amount: int) -> str:
    blank = " " * amount
    return blank + text.replace("\n", f"\n{blank}")


def _wrapped(text: str, width: int) -> str:
    """Words in lines of at most so many letters; line breaks of the text stay."""
    return "\n".join("\n".join(_lines(line, width)) for line in text.split("\n"))


def _lines(line: str, width: int) -> list[str]:
    found, now = [], ""
    for blank, word in re.findall(r"( *)([^ ]+)", line):
        if now and len(now) + len(blank) + len(word) > width:
            found.append(now)
            now = word
        else:
            now += blank + word
    return [*found, now]


COMMAND = Command(
    "explain",
    run,
    (Flag("recursive", form="yes", default=False), Flag("api-version"), Flag("output", "o", default="plaintext")),
    completes="explain",
    about="Get documentation for a resource",
)
