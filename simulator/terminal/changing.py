"""What the commands that change objects have in common: each object in turn, its patch, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from simulator.engine.registry import Body
from simulator.terminal import strategic_diff
from simulator.terminal.client import MERGE, STRATEGIC, path_of
from simulator.terminal.flags import Parsed
from simulator.terminal.output import printing
from simulator.terminal.selecting import Found, Selection
from simulator.terminal.shell import Shell
from simulator.terminal.troubles import Trouble, raise_all

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def each(selection: Selection, do: Callable[[Found], None]) -> int:
    """Does something with every object; what goes wrong is told at the end. How many there were. Raises Trouble."""
    troubles: list[Trouble] = []
    count = 0
    try:
        found = selection.objects()
        troubles += selection.troubles
    except Trouble as trouble:
        raise_all([trouble])
        return 0
    for one in found:
        count += 1
        try:
            do(one)
        except Trouble as trouble:
            troubles.append(trouble)
    raise_all(troubles)
    return count


def patched(shell: Shell, parsed: Parsed, found: Found, new: Body, manager: str, *, merge: bool = False) -> Body:
    """Sends the difference to `new`, unless it is only tried here; the object afterwards. Raises Refused."""
    if printing.dry_run(parsed) == "client":
        return new
    if merge or not strategic_diff.is_strategic(found.kind):
        patch, content_type = merge_patch(found.body, new), MERGE
    else:
        patch, content_type = strategic_diff.two_way(found.kind, found.body, new), STRATEGIC
    query = {"fieldManager": parsed.text("field-manager") or manager, **printing.dry_run_query(parsed)}
    return shell.client.send("PATCH", found.path(), patch, query, content_type=content_type)


def merge_patch(old: Any, new: Any) -> Any:
    """The JSON merge patch from one value to another."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        return new
    patch: Body = {key: None for key in old if key not in new}
    for key, value in new.items():
        if key not in old:
            patch[key] = value
        elif old[key] != value:
            patch[key] = merge_patch(old[key], value)
    return patch


def created(shell: Shell, parsed: Parsed, found: Found, manager: str, doing: str = "") -> Body:
    """Creates an object, unless it is only tried here. Raises Refused."""
    if printing.dry_run(parsed) == "client":
        return found.body
    query = {
        "fieldManager": parsed.text("field-manager") or manager,
        "fieldValidation": validation(parsed),
        **printing.dry_run_query(parsed),
    }
    return shell.client.send("POST", path_of(found.kind, found.namespace), found.body, query)


def validation(parsed: Parsed) -> str:
    """What --validate means to the server. Raises Trouble."""
    given = parsed.text("validate") or "strict"
    match given:
        case "true" | "strict":
            return "Strict"
        case "warn":
            return "Warn"
        case "false" | "ignore":
            return "Ignore"
    raise Trouble(f'invalid - validate option "{given}"; must be one of: strict (or true), warn, ignore (or false)')


def pairs(args: Iterable[str], what: str) -> tuple[list[str], list[str]]:
    """The resources, and the pairs KEY=VALUE or KEY- after them. Raises Trouble."""
    resources: list[str] = []
    given: list[str] = []
    for word in args:
        is_pair = ("=" in word and not word.startswith("=")) or (word.endswith("-") and len(word) > 1)
        if is_pair:
            given.append(word)
        elif given:
            raise Trouble(f"all resources must be specified before {what} changes: {word}")
        else:
            resources.append(word)
    return resources, given
