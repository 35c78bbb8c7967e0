"""The wiring of k8sviz: settings, addresses, the ASGI and Celery applications, and the supervisor of `make up`."""

from k8sviz.celery import app as celery_app

__all__ = ["celery_app"]
