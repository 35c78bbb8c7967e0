"""One command line from its words to its outcome."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from simulator.authentication import Caller
from simulator.models import Cluster
from simulator.terminal import command_line, suggesting
from simulator.terminal.client import Client
from simulator.terminal.command import Command
from simulator.terminal.flags import Parsed, parse
from simulator.terminal.registry import COMMANDS
from simulator.terminal.shell import Link, Shell, TooLong, Unfinished
from simulator.terminal.troubles import Plain, Trouble

KUBECTL = ("kubectl", "k")


@dataclass
class Outcome:
    """What came of the first command of a text. rest: what is still to be run; incomplete: it wants more lines.

    state: the command is to be asked again, with this. hint: what the terminal does not know, and who does.
    """

    out: str = ""
    err: str = ""
    code: int = 0
    rest: str = ""
    links: list[Link] = field(default_factory=list)
    state: dict[str, Any] | None = None
    incomplete: bool = False
    namespace: str | None = None
    hint: str = ""


class Unknown(Exception):
    """Words that are no command here. `said`: kubectl's own words."""

    def __init__(self, said: str, hint: str) -> None:
        super().__init__(said)
        self.said, self.hint = said, hint


def run(
    cluster: Cluster, caller: Caller, text: str, *, namespace: str = "default", state: dict[str, Any] | None = None
) -> Outcome:
    """Runs the first command of a text, or goes on with it."""
    try:
        typed = command_line.first(text)
    except command_line.Incomplete:
        return Outcome(incomplete=True)
    except command_line.NotUnderstood as refused:
        return Outcome(err=f"{refused}\n", code=2, hint=real_kubectl())
    shell = Shell(Client(cluster, caller), namespace, typed.stdin, state)
    outcome = _outcome(shell, typed.words) if typed.words else Outcome()
    goes_on = typed.then == "" or (typed.then == "&&") == (outcome.code == 0)
    outcome.rest = typed.rest if goes_on and outcome.code != 130 else ""
    return outcome


def _outcome(shell: Shell, words: list[str]) -> Outcome:
    outcome = Outcome()
    try:
        outcome.code = _run(shell, words) or 0
    except Unknown as unknown:
        shell.err.append(unknown.said)
        outcome.code, outcome.hint = 1, unknown.hint
    except Unfinished as unfinished:
        outcome.state = unfinished.state
    except TooLong:
        outcome.code, outcome.hint = (
            1,
            _("The output is cut off here: it is too long for a page.") + " " + real_kubectl(),
        )
    except Trouble as trouble:
        shell.err.append(trouble.written)
        outcome.code = trouble.code
    warnings = [f"Warning: {one}\n" for one in shell.client.warnings]
    outcome.out, outcome.err = "".join(shell.out), "".join([*warnings, *shell.err])
    outcome.links, outcome.namespace = shell.links, shell.namespace_set
    return outcome


def _run(shell: Shell, words: list[str]) -> int | None:
    if words[0] in KUBECTL:
        words = words[1:]
    command, rest = find(words)
    parsed = parse(command.name, command.flags, rest)
    _apply_global(shell, command, parsed)
    return command.run(shell, parsed)


def find(words: list[str]) -> tuple[Command, list[str]]:
    """The command of these words, and what is left of them: flags may stand before it. Raises Unknown."""
    named, rest = _split(words)
    for length in (3, 2, 1):
        command = COMMANDS.get(" ".join(named[:length]))
        if command and len(named) >= length:
            return command, [word for at, word in enumerate(words) if at not in rest[:length]]
    if not named:
        raise Unknown("", suggesting.overview())
    raise Unknown(suggesting.unknown(named), real_kubectl())


def _split(words: list[str]) -> tuple[list[str], list[int]]:
    """The words that are no flags of kubectl itself, and where they stand."""
    named: list[str] = []
    places: list[int] = []
    at = 0
    while at < len(words) and words[at] != "--":
        word = words[at]
        if word.startswith("-"):
            takes = word in ("-n", "--namespace", "--context", "--as", "--as-group", "--cluster", "--user")
            at += 1 if takes else 0
        else:
            named.append(word)
            places.append(at)
        at += 1
    return named, places


def _apply_global(shell: Shell, command: Command, parsed: Parsed) -> None:
    """What kubectl's own flags change. Raises Trouble."""
    if parsed.yes("help"):
        raise Plain(suggesting.help_of(command), 0)
    context = parsed.text("context")
    if context and context != shell.client.cluster.name:
        raise Trouble(f'context "{context}" does not exist')
    headers = [("impersonate-user", parsed.text("as"))] if parsed.text("as") else []
    headers += [("impersonate-group", group) for group in parsed.texts("as-group")]
    headers += [("impersonate-uid", parsed.text("as-uid"))] if parsed.text("as-uid") else []
    shell.client.impersonation = tuple(headers)


def real_kubectl() -> str:
    """What a person may do about what the terminal does not know."""
    return _("The real kubectl knows it. This line fetches what it needs to reach this cluster:")
