"""Makes docs/reference.md: the kinds, the environment's variables, the commands and the latency profiles.

`make docs` writes it, `--check` says whether it is what would be written now. All of it comes
from the code, but for a line of meaning for each variable and each delay; without that line there is no page.
"""

import argparse
import ast
import dataclasses
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import django
from django.core.management import find_commands, load_command_class
from django.core.management.base import BaseCommand

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reference.md"

# Variable: (default, where the code does not say it; meaning).
VARIABLES = {
    "PORT": ("", "The dashboard's port, on loopback."),
    "KUBE_PORT": ("", "The port with TLS, for kubectl."),
    "DATA_DIR": ("`var/`", "Where all that lasts is kept: database, keys, logs, kubeconfig."),
    "REDIS_URL": ("a private Redis", "A Redis of yours."),
    "DATABASE_URL": ("SQLite in DATA_DIR", "Another database: `postgres://user:password@host/name`."),
    "ALLOWED_HOSTS": ("none", "Names, with commas, by which it is reached beyond loopback; then people must sign in."),
    "GUESTS": ("off", "`1` lets people in beyond loopback without signing in."),
    "SECRET_KEY": ("kept in DATA_DIR", "Django's key for sessions and signatures."),
    "SHARDS": ("", "How many queues (`sim.0`, ...) the worker listens to; a cluster is in one."),
    "STALLED_AFTER": ("", "For so many seconds a client may stop reading a watch before it is dropped."),
    "LEASE_SECONDS": ("", "For so long a worker that is silent keeps its clusters."),
    "LOG_LEVEL": ("", "From which level on messages of ours are logged."),
    "DEBUG": ("off", "`1` shows Django's own error pages."),
}
DELAYS = {
    "watch": "until a component acts on another's write",
    "scheduling": "one cycle of the scheduler",
    "bind": "from its decision until the pod is bound",
    "sandbox": "a pod's sandbox",
    "create": "creating a container",
    "start": "starting a container",
    "pull_overhead": "an image pull, besides its size",
    "pull_bandwidth": "the size's part of a pull",
    "status": "until the kubelet reports a change",
    "endpoints": "gathering changes of a Service's pods",
    "kill": "taking down a sandbox",
    "boot": "from a machine's power until its kubelet is started",
    "kubelet": "from then until it reports",
    "attach": "until a volume is attached to a node, or detached from it",
}


class Undocumented(Exception):
    """What has no line in the tables above, or a line for what is not there."""


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--check", action="store_true", help="write nothing; status 1 if the page is not current")
    check = arguments.parse_args().check
    try:
        text = page()
    except Undocumented as problem:
        sys.exit(str(problem))
    if not check:
        PAGE.write_text(text)
    elif not PAGE.exists() or PAGE.read_text() != text:
        sys.exit(f"{PAGE.relative_to(ROOT)} is not current")


def page() -> str:
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "k8sviz.settings")
    django.setup()
    head = "# Reference\n\nMade from the code by `make docs`: change the code, not this page.\n"
    return "\n".join([head, *kinds(), *environment(), *commands(), *latencies()])


def kinds() -> Iterator[str]:
    from simulator.api.routes import subresources
    from simulator.engine.registry import KINDS, Kind

    usual = Kind(group="", version="", kind="", plural="").verbs
    yield "## Kinds\n"
    yield f"Verbs are {', '.join(usual)}, unless the table says otherwise. Columns in brackets show with `-o wide`.\n"
    rows = []
    for kind in KINDS:
        shown = [f"[{column.name}]" if column.priority else column.name for column in kind.columns]
        lacking = [verb for verb in usual if verb not in kind.verbs]
        rows.append(
            [
                f"{kind.kind}{'' if kind.namespaced else ' (cluster-wide)'}",
                f"`{kind.api_version}` `{kind.plural}`" + "".join(f" `{name}`" for name in kind.short_names),
                ", ".join(subresources(kind)) + "".join(f"; no {verb}" for verb in lacking),
                ", ".join(shown),
            ]
        )
    yield from table(["kind", "apiVersion, names", "subresources", "columns"], rows)


def environment() -> Iterator[str]:
    found = variables("\n".join(path.read_text() for path in sorted((ROOT / "k8sviz").glob("*.py"))))
    told = documented("environment variable", found, VARIABLES)
    yield "## Environment\n"
    rows = [[f"`{name}`", found[name] or default, meaning] for name, (default, meaning) in told.items()]
    yield from table(["variable", "default", "meaning"], rows)


def variables(code: str) -> dict[str, str]:
    """The variables that the code reads from the environment, each with its default ("" where that is no constant)."""
    found: dict[str, str] = {}
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("os.environ.get", "whole_number"):
            name, *rest = (one.value if isinstance(one, ast.Constant) else None for one in node.args)
            found[str(name)] = f"`{rest[0]!s}`" if rest and rest[0] else found.get(str(name), "")
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
            found[ast.unparse(node.slice).strip("'")] = ""
    return {name: default for name, default in found.items() if name.isupper()}


def documented(what: str, found: Iterable[str], told: dict[str, Any]) -> dict[str, Any]:
    """`told`, if it tells of all that was found and of nothing else. Raises Undocumented."""
    for name in sorted(set(found) ^ set(told)):
        trouble = "has no line" if name in set(found) else "is not in the code, but has a line"
        raise Undocumented(f"the {what} {name} {trouble} in scripts/docs_reference.py")
    return told


def commands() -> Iterator[str]:
    yield "## Commands\n"
    for name in find_commands(str(ROOT / "simulator" / "management")):
        command = load_command_class("simulator", name)
        yield f"### `python manage.py {name}`\n"
        yield f"{command.help}\n"
        rows = options(command, name)
        if rows:
            yield from table(["option", "default", "meaning"], rows)


def options(command: BaseCommand, name: str) -> list[list[str]]:
    ordinary = {action.dest for action in BaseCommand().create_parser("manage.py", name)._actions}
    rows = []
    for action in command.create_parser("manage.py", name)._actions:
        if action.dest not in ordinary:
            flags = ", ".join(f"`{flag}`" for flag in action.option_strings) or f"`{action.metavar or action.dest}`"
            value = f" {action.metavar}" if action.metavar and action.option_strings else ""
            choices = ", ".join(f"`{choice}`" for choice in action.choices or ())
            default = f"`{action.default}`" if action.default and action.default is not True else ""
            rows.append([flags + value, default, "; ".join(filter(None, [action.help, choices]))])
    return rows


def latencies() -> Iterator[str]:
    from simulator.engine.latency import PROFILES, Latency

    names = [one.name for one in dataclasses.fields(Latency) if one.name != "name"]
    told = documented("delay", names, DELAYS)
    yield "## Latency profiles\n"
    yield "Milliseconds of virtual time, and MB a second for the bandwidth.\n"
    rows = []
    for name in names:
        held = [getattr(profile, name) for profile in PROFILES.values()]
        shown = (
            [figure // 1_000_000 or "no limit" for figure in held]
            if name == "pull_bandwidth"
            else [f"{figure / 1000:g}" for figure in held]
        )
        rows.append([f"`{name}`", told[name], *map(str, shown)])
    yield from table(["delay", "what takes it", *PROFILES], rows)


def table(head: list[str], rows: Iterable[list[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        escaped = [cell.replace("|", r"\|") for cell in row]
        yield f"| {' | '.join(escaped)} |"
    yield ""


if __name__ == "__main__":
    main()
