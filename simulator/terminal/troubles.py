"""What goes wrong, in kubectl's words.

Follows staging/src/k8s.io/kubectl/pkg/cmd/util/helpers.go (checkErr), v1.32.
"""

from __future__ import annotations

from collections.abc import Sequence

from simulator.engine.registry import Body


class Trouble(Exception):
    """A command that fails. `said`: the error as kubectl tells it within others; `written`: what goes to stderr."""

    def __init__(self, said: str, code: int = 1) -> None:
        super().__init__(said)
        self.said, self.code = said, code

    @property
    def written(self) -> str:
        said = self.said if self.said.startswith("error: ") else f"error: {self.said}"
        return said if said.endswith("\n") else f"{said}\n"


class Plain(Trouble):
    """Words that stand alone, without "error: "."""

    @property
    def written(self) -> str:
        return f"{self.said}\n" if self.said else ""


class Usage(Trouble):
    """A command line that makes no sense; where to read how it does."""

    def __init__(self, command: str, said: str) -> None:
        super().__init__(f"{said}\nSee 'kubectl {command} -h' for help and examples")


class WrongFlag(Trouble):
    """A flag that there is not, or with a value that it does not take."""

    def __init__(self, command: str, said: str) -> None:
        super().__init__(f"{said}\nSee 'kubectl {command} --help' for usage.")


class Refused(Trouble):
    """What the server refused. `doing` is put before its message."""

    def __init__(self, status: Body, doing: str = "") -> None:
        self.status = status
        self.reason: str = status.get("reason") or ""
        message = status.get("message") or ""
        self.message: str = f"{doing}: {message}" if doing else message
        reason = f" ({self.reason})" if self.reason else ""
        if self.reason == "Unauthorized":
            super().__init__(f"error: You must be logged in to the server ({message})")
        else:
            super().__init__(f"Error from server{reason}: {self.message}")

    def when(self, doing: str) -> Refused:
        """The same, with what was being done."""
        return Refused(self.status, doing)

    @property
    def written(self) -> str:
        if self.reason != "Invalid":
            return f"{self.said}\n"
        details = self.status.get("details") or {}
        if not details:
            return f"The request is invalid: {self.message}\n" if self.message else "The request is invalid\n"
        causes = list(dict.fromkeys(f"{one.get('field', '')}: {one['message']}" for one in details.get("causes") or ()))
        told = "The request is invalid"
        if details.get("kind") or details.get("name"):
            told = f'The {details.get("kind", "")} "{details.get("name", "")}" is invalid'
        elif self.message and not causes:
            told += f": {self.message}"
        if not causes:
            return f"{told}\n"
        if len(causes) == 1:
            return f"{told}: {causes[0]}\n"
        return f"{told}: \n" + "".join(f"* {one}\n" for one in causes)


class Several(Trouble):
    """Several errors, told one a line."""

    def __init__(self, troubles: Sequence[Trouble]) -> None:
        super().__init__("\n".join(one.said for one in troubles))
        self.troubles = troubles

    @property
    def written(self) -> str:
        return "".join(f"{one.said}\n" for one in self.troubles)


def raise_all(troubles: Sequence[Trouble]) -> None:
    """Raises what there is to raise."""
    flat: list[Trouble] = []
    for one in troubles:
        flat += one.troubles if isinstance(one, Several) else [one]
    if len(flat) == 1:
        raise flat[0]
    if flat:
        raise Several(flat)
