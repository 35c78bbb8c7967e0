"""What a shell remembers: variables, parameters, functions, options, its directory."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Self

from ..effects import Write
from ..files import Files
from . import arithmetic
from .arrays import element, elements
from .machine import Failure, Machine, Steps, raw
from .syntax import Command

_MOST_VARIABLES = 4096


@dataclass
class State(ABC):
    """`arguments` are the positional parameters, `name` is `$0`; depth: how many commands there are around this one."""

    machine: Machine
    variables: dict[str, str]
    exported: set[str]
    directory: str
    name: str = "sh"
    arguments: list[str] = field(default_factory=list)
    options: set[str] = field(default_factory=set)
    functions: dict[str, Command] = field(default_factory=dict)
    status: int = 0
    depth: int = 0
    tested: int = 0

    @abstractmethod
    def substitute(self, script: str) -> Steps[str]:
        """What a script prints, run in a subshell."""

    @property
    def files(self) -> Files:
        return self.machine.files

    @property
    def strict(self) -> bool:
        """Whether parameters that are not set are an error (`set -u`)."""
        return "u" in self.options

    def copy(self) -> Self:
        """A subshell's."""
        return replace(
            self,
            variables=dict(self.variables),
            exported=set(self.exported),
            arguments=list(self.arguments),
            options=set(self.options),
            functions=dict(self.functions),
            depth=self.depth + 1,
        )

    def environment(self) -> dict[str, str]:
        return {name: value for name, value in self.variables.items() if name in self.exported}

    def path(self, text: str) -> str:
        return text if text.startswith("/") else f"{self.directory.rstrip('/')}/{text}"

    def complaint(self, message: str) -> Write:
        return Write("stderr", raw(f"{self.name}: {message}\n"))

    def parameter(self, name: str) -> str | None:
        """The value of a variable or of a special or positional parameter; None if it is not set."""
        special: dict[str, Callable[[], str]] = {
            "?": lambda: str(self.status),
            "#": lambda: str(len(self.arguments)),
            "$": lambda: str(self.machine.process),
            "@": lambda: " ".join(self.arguments),
            "*": lambda: " ".join(self.arguments),
            "-": lambda: "".join(sorted(self.options)),
        }
        if name in special:
            return special[name]()
        if not name.isdigit():
            return self.variables.get(name)
        position = int(name[:6])
        if not position:
            return self.name
        return self.arguments[position - 1] if position <= len(self.arguments) else None

    def element(self, name: str, subscript: str) -> str | None:
        """An element of an array, or with `@` or `*` all of them; None if it is not set."""
        if subscript in ("@", "*"):
            return " ".join(elements(self.variables, name))
        return element(self.variables, name, self.evaluate(subscript))

    def evaluate(self, expression: str) -> int:
        """The value of an arithmetic expression. Raises Failure."""
        try:
            return arithmetic.evaluate(expression, self.variables)
        except arithmetic.ArithmeticFault as error:
            raise Failure(str(error), 2) from None

    def assign(self, name: str, value: str) -> None:
        if len(self.variables) >= _MOST_VARIABLES and name not in self.variables:
            raise Failure("out of memory", 2)
        self.variables[name] = value
        if "a" in self.options:
            self.exported.add(name)
