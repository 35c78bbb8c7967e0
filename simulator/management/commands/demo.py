"""`manage.py demo`: runs demos through on the engine alone, and says whether each goes as it tells."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from simulator.demos import loading
from simulator.demos.rehearsal import Rehearsed, rehearse
from simulator.manifests import Place

GOOD, FAILED, BAD_INPUT = 0, 1, 2


class Command(BaseCommand):
    help = (
        "Runs demos through without a server: those that come with k8sviz, or those named. "
        "Exit status 0: each goes as it tells, 1: one does not, 2: one cannot be read."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("demos", nargs="*", metavar="NAME_OR_FOLDER", help="a demo's name, or a folder with one")
        parser.add_argument("--list", action="store_true", help="name the demos that come with k8sviz")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["list"]:
            for name in loading.names():
                self.stdout.write(name)
            return
        worst = GOOD
        for name in options["demos"] or loading.names():
            worst = max(worst, self._run(name))
        if worst != GOOD:
            sys.exit(worst)

    def _run(self, name: str) -> int:
        path = loading.SHIPPED / name if name in loading.names() else Path(name)
        files, troubles = loading.folder(path)
        found = loading.Loaded(None, troubles) if troubles else loading.load(files, source=name.rstrip("/"))
        for trouble in found.troubles:
            self.stderr.write(str(trouble))
        if found.demo is None:
            return BAD_INPUT
        self.stdout.write(f"{name}: {len(found.demo.steps)} steps")
        failed = False
        for step in rehearse(found.demo, Place(f"{name.rstrip('/')}/{loading.SCRIPT}")):
            self.stdout.write(_line(step))
            for failure in step.failures:
                self.stderr.write(f"    {failure}")
                failed = True
        return FAILED if failed else GOOD


def _line(step: Rehearsed) -> str:
    waits = f"{step.waits} waits" if step.waits != 1 else "1 wait"
    result = "FAILED" if step.failures else "ok"
    return f"  {step.number:>2}  {result:<6} {step.took / 1_000_000:>9.3f}s  {waits:<8} {step.title}"
