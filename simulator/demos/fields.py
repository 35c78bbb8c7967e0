"""Reading a demo's text field by field: what is wrong is a trouble with file, line and field, and reading goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from simulator.documents import Node
from simulator.engine import cron
from simulator.engine.registry import Instant
from simulator.manifests import Place, Trouble
from simulator.unmarshal import Literal

Value = TypeVar("Value")
Text = Mapping[str, str]
"""What people read, by language: `en`, `zh-hans`."""

LANGUAGES = ("en", "zh-hans")
_LONGEST_TEXT = 4000
_LONGEST_WAIT = 24 * 3600 * 1_000_000


class Wrong(Exception):
    """A value that cannot be used; `path` is its field, from the value that was being read."""

    def __init__(self, message: str, path: str = "") -> None:
        super().__init__(message)
        self.path = path


class Given:
    """One value of the text with the field it stands in. Those made from it share its list of troubles."""

    def __init__(self, value: Any, node: Node, source: str, path: str = "", troubles: list[Trouble] | None = None):
        self.value, self.path = value, path
        self.troubles: list[Trouble] = [] if troubles is None else troubles
        self._node, self._source = node, source

    @property
    def place(self) -> Place:
        return Place(self._source, line=self._node.line_of(self.path))

    def complain(self, message: str, path: str = "") -> None:
        """Notes what is wrong with this value, or with a field in it."""
        field = _joined(self.path, path)
        self.troubles.append(Trouble(Place(self._source, line=self._node.line_of(field)), message, field))

    def fields(self, *known: str) -> Given:
        """The same, which must be a map with no other fields. Raises Wrong."""
        if not isinstance(self.value, dict):
            raise Wrong(f"must be a map of {', '.join(known)}")
        for key in self.value:
            if key not in known:
                self.complain(f"unknown field; known are: {', '.join(known)}", key)
        return self

    def has(self, name: str) -> bool:
        return isinstance(self.value, dict) and self.value.get(name) is not None

    def at(self, name: str) -> Given:
        return self._inner(self.value.get(name) if isinstance(self.value, dict) else None, name)

    def items(self) -> list[Given]:
        """The values of a list. Raises Wrong."""
        if not isinstance(self.value, list):
            raise Wrong("must be a list")
        return [self._inner(one, f"[{position}]") for position, one in enumerate(self.value)]

    def take(self, name: str, read: Callable[[Given], Value], default: Any = Wrong) -> Any:
        """A field of this map as `read` makes it; where that fails, the trouble is noted and the default is taken.

        Without a default the field is required.
        """
        held = self.at(name)
        if held.value is None:
            if default is Wrong:
                self.complain("the field is required", name)
            return None if default is Wrong else default
        return held.read(read, None if default is Wrong else default)

    def read(self, read: Callable[[Given], Value], default: Any = None) -> Any:
        """What `read` makes of the value; where that fails, the trouble is noted and the default is taken."""
        try:
            return read(self)
        except Wrong as wrong:
            self.complain(str(wrong), wrong.path)
            return default

    def each(self, read: Callable[[Given], Value]) -> tuple[Value, ...]:
        """What `read` makes of each value of a list; those that fail are noted and left out. Raises Wrong."""
        made = (one.read(read) for one in self.items())
        return tuple(one for one in made if one is not None)

    def _inner(self, value: Any, name: str) -> Given:
        return Given(value, self._node, self._source, _joined(self.path, name), self.troubles)


def _joined(path: str, name: str) -> str:
    return f"{path}{name}" if not path or not name or name.startswith("[") else f"{path}.{name}"


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, Literal):
        return float(value)
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list) else value


def string(given: Given) -> str:
    if not isinstance(given.value, str) or not given.value:
        raise Wrong("must be text")
    return given.value


def words(given: Given) -> Text:
    """What people read: one text for every language, or one for each."""
    if isinstance(given.value, str):
        found = dict.fromkeys(LANGUAGES, given.value.strip())
    elif not isinstance(given.value, dict):
        raise Wrong("must be text, in quotes where YAML takes it for something else, or a map of en and zh-hans")
    else:
        given.fields(*LANGUAGES)
        found = {key: given.take(key, string, "").strip() for key in LANGUAGES if given.has(key)}
    if not any(found.values()):
        raise Wrong(f"must be text, or a map of texts by language: {', '.join(LANGUAGES)}")
    if any(len(text) > _LONGEST_TEXT for text in found.values()):
        raise Wrong(f"at most {_LONGEST_TEXT} characters")
    return found


def whole(least: int, most: int) -> Callable[[Given], int]:
    def read(given: Given) -> int:
        value = given.value
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise Wrong(f"must be a whole number from {least} to {most}")
        return value

    return read


def duration(given: Given) -> Instant:
    """Microseconds of virtual time, as in `30s`, `2m`, `1h30m`."""
    try:
        length = cron.duration(str(given.value)) // 1000
    except ValueError:
        raise Wrong("must be a duration of virtual time such as 30s, 2m or 1h30m") from None
    if not 0 < length <= _LONGEST_WAIT:
        raise Wrong("must be above 0 and at most 24h")
    return length


def choice(options: Iterable[str]) -> Callable[[Given], str]:
    known = tuple(options)

    def read(given: Given) -> str:
        if given.value not in known:
            raise Wrong(f"must be one of: {', '.join(known)}")
        return str(given.value)

    return read


def in_language(text: Text | None, language: str) -> str:
    """A text in a language, or in the one that it is there in."""
    return (text.get(language) or next(iter(text.values()), "")) if text else ""
