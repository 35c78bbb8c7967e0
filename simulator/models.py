"""What is kept in the database: clusters, their objects, the log of changes and what components remember. Thin.

Only `simulator.store` writes cluster objects. Bodies are kept as the JSON text of the wire, so that a read is a copy.
"""

from __future__ import annotations

import secrets
from typing import Any

import orjson
from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from simulator.engine.latency import PROFILES

_NAME = RegexValidator(r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", _("Use a DNS label: a-z, 0-9 and -, at most 63."))


def _token() -> str:
    return secrets.token_urlsafe(32)


class Cluster(models.Model):
    """One simulated cluster: its identity, its clock, and where its log stands. Instants are microseconds."""

    name = models.CharField(_("name"), max_length=63, unique=True, validators=[_NAME])
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("owner"), null=True, blank=True, on_delete=models.CASCADE
    )
    session = models.CharField(max_length=64, blank=True, help_text=_("The guest's session that owns it."))
    shared = models.BooleanField(_("open to guests"), default=False)
    token = models.CharField(max_length=64, default=_token, editable=False)
    seed = models.BigIntegerField(_("seed"), default=1)
    latency = models.CharField(
        _("latency profile"), max_length=16, default="realistic", choices=[(name, name) for name in PROFILES]
    )
    shard = models.PositiveSmallIntegerField(default=0)

    born = models.BigIntegerField(help_text=_("Virtual instant of its first object."))
    now = models.BigIntegerField(help_text=_("Virtual instant up to which it has run."))
    anchor = models.BigIntegerField(help_text=_("Wall-clock instant at which `now` was now."))
    speed = models.FloatField(_("speed"), default=1.0, help_text=_("0 is as fast as possible."))
    achieved = models.FloatField(_("achieved speed"), default=1.0)
    paused = models.BooleanField(_("paused"), default=False)
    until = models.BigIntegerField(null=True, blank=True, help_text=_("A step runs up to here, then pauses."))
    due = models.BigIntegerField(null=True, blank=True, help_text=_("Virtual instant of the next event."))

    revision = models.BigIntegerField(_("revision"), default=0)
    heard = models.BigIntegerField(default=0, help_text=_("The revision up to which the components have heard."))
    compacted = models.BigIntegerField(default=0, help_text=_("Changes up to this revision are forgotten."))

    access = models.CharField(
        max_length=16, blank=True, editable=False, help_text=_("Another value whenever a role or a binding changes.")
    )

    holder = models.CharField(max_length=100, blank=True, help_text=_("The worker that runs it."))
    fence = models.BigIntegerField(default=0, help_text=_("Raised whenever the holder changes."))
    held_until = models.BigIntegerField(default=0, help_text=_("Wall-clock instant at which the lease runs out."))

    class Meta:
        verbose_name = _("cluster")
        verbose_name_plural = _("clusters")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class KubeObject(models.Model):
    """The latest body of one object: what etcd would hold."""

    cluster = models.ForeignKey(Cluster, on_delete=models.CASCADE, related_name="objects_held")
    resource = models.CharField(_("resource"), max_length=253)
    namespace = models.CharField(_("namespace"), max_length=63, blank=True)
    name = models.CharField(_("name"), max_length=253)
    uid = models.CharField(max_length=36)
    revision = models.BigIntegerField(_("revision"))
    text = models.TextField(_("body"))

    class Meta:
        verbose_name = _("object")
        verbose_name_plural = _("objects")
        ordering = ["namespace", "name"]
        constraints = [
            models.UniqueConstraint(fields=["cluster", "resource", "namespace", "name"], name="one_object_per_key"),
        ]

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}" if self.namespace else self.name

    @property
    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = orjson.loads(self.text)
        return body


class Change(models.Model):
    """One line of a cluster's log: what changed at a revision, and why. Watches and browsers both read it."""

    cluster = models.ForeignKey(Cluster, on_delete=models.CASCADE, related_name="changes")
    revision = models.BigIntegerField(_("revision"))
    at = models.BigIntegerField(_("virtual instant"))
    operation = models.CharField(_("operation"), max_length=8)
    resource = models.CharField(_("resource"), max_length=253)
    namespace = models.CharField(_("namespace"), max_length=63, blank=True)
    name = models.CharField(_("name"), max_length=253)
    text = models.TextField(_("body"))
    component = models.CharField(_("component"), max_length=253)
    rule = models.CharField(_("rule"), max_length=100)
    sentence = models.TextField(_("sentence"))
    inputs = models.TextField()
    led_by = models.BigIntegerField(_("led by revision"), null=True, blank=True)

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("change log")
        ordering = ["-revision"]
        constraints = [models.UniqueConstraint(fields=["cluster", "revision"], name="one_change_per_revision")]
        indexes = [
            models.Index(fields=["cluster", "resource", "namespace", "name", "revision"], name="change_by_object")
        ]

    def __str__(self) -> str:
        return f"{self.revision} {self.operation} {self.resource} {self.namespace}/{self.name}"

    @property
    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = orjson.loads(self.text)
        return body


class Memory(models.Model):
    """What a component remembers about a key, and when it is due: with the objects, all of a cluster's state."""

    cluster = models.ForeignKey(Cluster, on_delete=models.CASCADE, related_name="memories")
    component = models.CharField(max_length=100)
    key = models.CharField(max_length=600)
    note = models.TextField(null=True)
    due = models.BigIntegerField(null=True)
    order = models.BigIntegerField(null=True)
    led_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cluster", "component", "key"], name="one_memory_per_key")]


from simulator.demos.models import Follower, Mark, OwnDemo, Presentation  # noqa: E402 # they point at clusters

__all__ = ["Change", "Cluster", "Follower", "KubeObject", "Mark", "Memory", "OwnDemo", "Presentation"]
