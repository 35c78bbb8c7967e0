"""taint.

Follows staging/src/k8s.io/kubectl/pkg/cmd/taint/{taint,utils}.go, v1.32.
"""

from __future__ import annotations

from simulator.engine.objects import set_in
from simulator.engine.registry import Body
from simulator.engine.validation.names import label_value, qualified_name
from simulator.terminal import changing, resources, selecting
from simulator.terminal.command import Command
from simulator.terminal.flags import Flag, Parsed
from simulator.terminal.output import printing
from simulator.terminal.selecting import Found, Selection
from simulator.terminal.shell import Shell
from simulator.terminal.troubles import Trouble, Usage, raise_all

_EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")


def run(shell: Shell, parsed: Parsed) -> None:
    words, given = _split(parsed.args)
    if not words:
        raise Trouble("one or more resources must be specified as <resource> <name>")
    if not given:
        raise Trouble("at least one taint update is required")
    try:
        added = [_taint(one) for one in given if not one.endswith("-")]
        gone = [_taint(one[:-1]) for one in given if one.endswith("-")]
        _check_added(given, added)
    except ValueError as error:
        raise Usage("taint", str(error)) from None
    _check(shell, parsed, words, added, gone)
    names = [] if parsed.yes("all") or parsed.text("selector") else words[1:]

    def change(found: Found) -> None:
        new, said = _updated(parsed, found, added, gone)
        body = changing.patched(shell, parsed, found, set_in(found.body, ("spec", "taints"), new), "kubectl-taint")
        printing.report(shell, parsed, found.shown, said, body)

    changing.each(Selection(shell, parsed, ["node", *names]), change)


def _split(args: list[str]) -> tuple[list[str], list[str]]:
    words: list[str] = []
    given: list[str] = []
    for one in args:
        if "=" in one or ":" in one or one.endswith("-"):
            given.append(one)
        elif given:
            raise Trouble(f"all resources must be specified before taint changes: {one}")
        else:
            words.append(one)
    return words, given


def _taint(text: str) -> Body:
    """`key=value:effect`, `key:effect` or `key`. Raises ValueError."""
    parts = text.split(":")
    taint: Body = {"key": parts[0]}
    if len(parts) > 2:
        raise ValueError(f"invalid taint spec: {text}")
    if len(parts) == 2:
        if parts[1] not in _EFFECTS:
            raise ValueError(f"invalid taint effect: {parts[1]}, unsupported taint effect")
        pair = parts[0].split("=")
        if len(pair) > 2:
            raise ValueError(f"invalid taint spec: {text}")
        taint = {"key": pair[0], **({"value": pair[1]} if len(pair) == 2 and pair[1] else {}), "effect": parts[1]}
        if wrong := label_value(taint.get("value", "")):
            raise ValueError(f"invalid taint spec: {text}, {'; '.join(wrong)}")
    if wrong := qualified_name(taint["key"]):
        raise ValueError(f"invalid taint spec: {text}, {'; '.join(wrong)}")
    return taint


def _check_added(given: list[str], added: list[Body]) -> None:
    seen: set[tuple[str, str]] = set()
    for text, one in zip([one for one in given if not one.endswith("-")], added, strict=True):
        if not one.get("effect"):
            raise ValueError(f"invalid taint spec: {text}")
        identity = one["key"], one["effect"]
        if identity in seen:
            shown = f"{{{one['key']} {one.get('value', '')} {one['effect']} <nil>}}"
            raise ValueError(f"duplicated taints with the same key and effect: {shown}")
        seen.add(identity)


def _check(shell: Shell, parsed: Parsed, words: list[str], added: list[Body], gone: list[Body]) -> None:
    kind = resources.find(shell.client.kinds, words[0].lower())
    if kind.resource != "nodes":
        raise Trouble(f"invalid resource type {words[0].lower()}, only node types are supported")
    both = [
        f"{less['key']}={less.get('effect', '')}"
        for more in added
        for less in gone
        if more["key"] == less["key"] and less.get("effect", more["effect"]) == more["effect"]
    ]
    if both:
        told = ", ".join(both)
        raise Trouble(f"can not both modify and remove the following taint(s) in the same command: {told}")
    if parsed.yes("all") and parsed.text("selector"):
        raise Trouble("setting 'all' parameter with a non empty selector is prohibited")
    if not parsed.yes("all") and not parsed.text("selector") and len(words) < 2:
        raise Trouble("at least one resource name must be specified since 'all' parameter is not set")


def _updated(parsed: Parsed, found: Found, added: list[Body], gone: list[Body]) -> tuple[list[Body], str]:
    """The taints that the node is to have, and what is said of it. Raises Trouble."""
    old: list[Body] = found.body["spec"].get("taints") or []
    if not parsed.yes("overwrite"):
        held = [one["key"] for one in added if any(_is_same(one, other) for other in old)]
        if held:
            raise Trouble(
                f"node {found.name} already has {','.join(held)} taint(s) with same effect(s) and --overwrite is false"
            )
    new = [*added, *(one for one in old if not any(_is_same(one, other) for other in added))]
    has_more, is_less, troubles = len(old) != len(new), False, []
    for one in gone:
        left = [
            other for other in new if not (other["key"] == one["key"] and one.get("effect") in (None, other["effect"]))
        ]
        is_less = len(left) != len(new)
        if not is_less:
            shown = f"{one['key']}:{one['effect']}" if one.get("effect") else one["key"]
            troubles.append(Trouble(f'taint "{shown}" not found'))
        new = left
    raise_all(troubles)
    if (has_more and is_less) or parsed.yes("overwrite"):
        return new, "modified"
    return new, "tainted" if has_more else "untainted"


def _is_same(one: Body, other: Body) -> bool:
    return bool(one["key"] == other["key"] and one["effect"] == other["effect"])


COMMAND = Command(
    "taint",
    run,
    (
        printing.OUTPUT,
        printing.DRY_RUN,
        printing.MANAGED,
        selecting.SELECTOR,
        selecting.ALL,
        Flag("overwrite", form="yes", default=False),
        Flag("field-manager"),
        Flag("validate", default="strict", bare="strict"),
    ),
    completes="taint",
    about="Update the taints on one or more nodes",
)
