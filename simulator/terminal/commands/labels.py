"""label and annotate.

Follows staging/src/k8s.io/kubectl/pkg/cmd/{label/label.go,annotate/annotate.go}, v1.32.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from simulator.engine.objects import set_in
from simulator.engine.registry import Body
from simulator.engine.validation.names import label_value
from simulator.terminal import changing, selecting
from simulator.terminal.command import Command
from simulator.terminal.flags import Flag, Parsed
from simulator.terminal.output import printing
from simulator.terminal.selecting import Found, Selection
from simulator.terminal.shell import Shell
from simulator.terminal.troubles import Trouble, raise_all

Change = tuple[dict[str, str], list[str]]
"""What is set, and what is taken away."""


def _run(shell: Shell, parsed: Parsed, *, what: str, field: str, read: Callable[[list[str]], Change]) -> None:
    resources, given = changing.pairs(parsed.args, what)
    set_, gone = read(given)
    for flag in ("selector", "field-selector"):
        if parsed.yes("all") and parsed.text(flag):
            raise Trouble(f"cannot set --all and --{flag} at the same time")
    if not resources and not parsed.texts("filename"):
        raise Trouble("one or more resources must be specified as <resource> <name> or <resource>/<name>")
    if not set_ and not gone and not parsed.yes("list"):
        raise Trouble(f"at least one {what} update is required")
    selection = Selection(shell, parsed, resources)

    def change(found: Found) -> None:
        held = found.body["metadata"].get(field) or {}
        if parsed.yes("list"):
            for key, value in sorted(held.items()):
                shell.print(f"{key}={value}")
            return
        if field == "labels" and printing.dry_run(parsed) != "client":
            for key in gone:
                if key not in held:
                    shell.print(f'label "{key}" not found.')
        if not parsed.yes("overwrite"):
            _check(held, set_, found)
        new = {key: value for key, value in {**held, **set_}.items() if key not in gone}
        body = changing.patched(
            shell, parsed, found, _with(found.body, field, new), f"kubectl-{_VERBS[field]}", merge=True
        )
        printing.report(shell, parsed, found.shown, _said(field, parsed, held, new), body)

    changing.each(selection, change)


_VERBS = {"labels": "label", "annotations": "annotate"}


def _with(body: Body, field: str, new: dict[str, str]) -> Body:
    if new:
        return set_in(body, ("metadata", field), new)
    meta = {key: value for key, value in body["metadata"].items() if key != field}
    return {**body, "metadata": meta}


def _said(field: str, parsed: Parsed, held: dict[str, str], new: dict[str, str]) -> str:
    if field == "annotations":
        return "annotated"
    if held == new:
        return "not labeled"
    is_less = len(_text(new)) < len(_text(held))
    return "unlabeled" if is_less and not parsed.yes("overwrite") else "labeled"


def _text(held: dict[str, str]) -> str:
    import json

    return f',"labels":{json.dumps(held, separators=(",", ":"))}' if held else ""


def _check(held: dict[str, str], set_: dict[str, str], found: Found) -> None:
    """Raises Trouble where a value would be overwritten."""
    is_same = [key for key in set_ if key in held and held[key] != set_[key]]
    troubles = [Trouble(f"'{key}' already has a value ({held[key]}), and --overwrite is false") for key in is_same]
    raise_all(troubles)


def _labels(given: list[str]) -> Change:
    set_: dict[str, str] = {}
    gone: list[str] = []
    for one in given:
        if "=" in one:
            parts = one.split("=")
            if len(parts) != 2:
                raise Trouble(f"invalid label spec: {one}")
            if wrong := label_value(parts[1]):
                raise Trouble(f'invalid label value: "{one}": {";".join(wrong)}')
            set_[parts[0]] = parts[1]
        else:
            gone.append(one[:-1])
    if any(key in set_ for key in gone):
        raise Trouble("can not both modify and remove a label in the same command")
    return set_, gone


def _annotations(given: list[str]) -> Change:
    set_: dict[str, str] = {}
    gone: list[str] = []
    for one in given:
        if "=" in one and not re.fullmatch(r"[^=]+-", one):
            key, _, value = one.partition("=")
            set_[key] = value
        else:
            gone.append(one[:-1])
    for key in gone:
        if key in set_:
            raise Trouble(f"can not both modify and remove the following annotations in the same command: {key}")
    return set_, gone


_FLAGS = (
    printing.OUTPUT,
    printing.DRY_RUN,
    printing.MANAGED,
    selecting.SELECTOR,
    selecting.FIELDS,
    selecting.EVERYWHERE,
    selecting.ALL,
    *selecting.FILES,
    Flag("overwrite", form="yes", default=False),
    Flag("list", form="yes", default=False),
    Flag("resource-version"),
    Flag("field-manager"),
)
LABEL = Command(
    "label", partial(_run, what="label", field="labels", read=_labels), _FLAGS, about="Update the labels on a resource"
)
ANNOTATE = Command(
    "annotate",
    partial(_run, what="annotation", field="annotations", read=_annotations),
    _FLAGS,
    about="Update the annotations on a resource",
)
