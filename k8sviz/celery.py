"""The Celery application: tasks are in `simulator.tasks`, settings are those named CELERY_* in `k8sviz.settings`.

A cluster's tasks go to the queue `sim.<shard>`, so that the workers of one queue own it.
"""

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, setup_logging, worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "k8sviz.settings")

app = Celery("k8sviz")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def use_the_settings_of_django(**_: Any) -> None:
    """Celery installs no log handlers of its own when this signal has a receiver."""
    from logging.config import dictConfig

    from django.conf import settings

    dictConfig(settings.LOGGING)


def say_that_the_worker_lives(**_: Any) -> None:
    from k8sviz.readiness import keep_saying_alive

    keep_saying_alive("worker")


def say_that_beat_lives(**_: Any) -> None:
    from k8sviz.readiness import keep_saying_alive

    keep_saying_alive("beat")


setup_logging.connect(use_the_settings_of_django)
worker_ready.connect(say_that_the_worker_lives)
beat_init.connect(say_that_beat_lives)
