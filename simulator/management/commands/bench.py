"""`manage.py bench`: runs the benchmark cases, prints a table or JSON, and writes var/bench.json."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from argparse import ArgumentParser
from fnmatch import fnmatch
from typing import Any

import orjson
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from simulator.bench.cases import Case, every_case


class Command(BaseCommand):
    help = "Runs benchmarks by name (wildcards allowed); without a name, all of them."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("cases", nargs="*", metavar="CASE")
        parser.add_argument("-o", "--output", choices=["table", "json"], default="table")
        parser.add_argument("--list", action="store_true", help="name the cases and what they measure")
        parser.add_argument("--here", action="store_true", help="run in this process, whatever the case asks for")

    def handle(self, *args: Any, **options: Any) -> None:
        known = every_case()
        if options["list"]:
            width = max(len(case.name) for case in known)
            for case in known:
                self.stdout.write(f"{case.name:{width}} {case.about}")
            return
        wanted = options["cases"] or ["*"]
        chosen = [case for case in known if any(fnmatch(case.name, pattern) for pattern in wanted)]
        if not chosen:
            raise CommandError(f"no case is named {' or '.join(wanted)}; --list names them", returncode=2)
        figures = {}
        for case in chosen:
            self.stderr.write(f"{case.name} ...")
            figures[case.name] = _alone(case) if case.alone and not options["here"] else case.run().report()
        report = {"machine": _machine(), "cases": figures}
        text = orjson.dumps(report, option=orjson.OPT_INDENT_2).decode()
        if not options["here"]:
            settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
            (settings.DATA_DIR / "bench.json").write_text(text + "\n")
        self.stdout.write(text if options["output"] == "json" else _table(figures))


def _alone(case: Case) -> dict[str, Any]:
    """The case in a process of its own; only that process' memory is in its peak."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "bench", case.name, "--here", "-o", "json"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=sys.stderr)
    figures: dict[str, Any] = orjson.loads(done.stdout)["cases"][case.name]
    return figures


def _machine() -> dict[str, Any]:
    return {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "memory": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
    }


def _table(figures: dict[str, dict[str, Any]]) -> str:
    width = max(len(name) for name in figures)
    lines = [f"{'case':{width}} {'value':>12} {'min':>12} {'max':>12}  unit"]
    for name, figure in figures.items():
        lines.append(f"{name:{width}} {figure['value']:>12} {figure['min']:>12} {figure['max']:>12}  {figure['unit']}")
        known = {"value", "unit", "n", "min", "max", "p95"}
        lines += [f"    {key}: {value}" for key, value in figure.items() if key not in known]
    return "\n".join(lines)
