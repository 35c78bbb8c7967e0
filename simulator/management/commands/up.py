"""`manage.py up`: runs all of k8sviz on this machine until Ctrl-C. `make up` installs what is needed and runs this."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from k8sviz.up import house
from k8sviz.up.trouble import CannotStart


class Command(BaseCommand):
    help = "Runs k8sviz on this machine until Ctrl-C: web, worker, beat and, unless REDIS_URL is set, a private Redis."
    # A missing front end or a database from before is dealt with here, or is worth no refusal.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            house.run(lambda line: print(line, flush=True))
        except CannotStart as trouble:
            self.stderr.write(str(trouble))
            sys.exit(trouble.exit_code)
