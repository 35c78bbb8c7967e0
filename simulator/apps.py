"""The Django application of the simulator, and what Django's system check says about its parts."""

from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks


class SimulatorConfig(AppConfig):
    name = "simulator"
    verbose_name = "Simulator"

    def ready(self) -> None:
        checks.register(front_end_is_built)


def front_end_is_built(**_: Any) -> list[checks.CheckMessage]:
    """Says what to run when there is no built front end: the pages would come without their scripts."""
    manifest = settings.STATIC_DIST / "manifest.json"
    if manifest.is_file():
        return []
    return [
        checks.Warning(
            f"The front end is not built: {manifest} is missing.", hint="Run `make build`.", id="k8sviz.W001"
        )
    ]
