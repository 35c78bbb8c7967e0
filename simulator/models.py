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
    halted = models.JSONField(
        _("what stopped it"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("The component that met an error, what it was doing, and the error."),
    )

    revision = models.BigIntegerField(_("revision"), default=0)
    heard = models.BigIntegerField(default=0, help_text=_("The revision up to which the components have heard."))
    compacted = models.BigIntegerField(default=0, help_text=_("Changes up to this revision are forgotten."))

    skipped = models.BigIntegerField(
        default=0, editable=False, help_text=_("Revisions that rewinding left out; draws do not count them.")
    )
    ticks = models.BigIntegerField(default=0, editable=False, help_text=_("The number of its last tick."))
    parent = models.ForeignKey(
        "self", verbose_name=_("branch of"), null=True, blank=True, on_delete=models.SET_NULL, related_name="branches"
    )
    branched_at = models.BigIntegerField(null=True, blank=True, help_text=_("Virtual instant of the branching."))

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


class Share(models.Model):
    """That a cluster's owner lets a user, or all users of a group, look at it or change it."""

    cluster = models.ForeignKey(Cluster, on_delete=models.CASCADE, related_name="shares")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), null=True, blank=True, on_delete=models.CASCADE
    )
    group = models.ForeignKey("auth.Group", verbose_name=_("class"), null=True, blank=True, on_delete=models.CASCADE)
    may_change = models.BooleanField(_("may change it"), default=False)

    class Meta:
        verbose_name = _("share")
        verbose_name_plural = _("shares")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user__isnull=False) ^ models.Q(group__isnull=False), name="with_a_user_or_a_class"
            ),
            models.UniqueConstraint(fields=["cluster", "user"], name="one_share_per_user"),
            models.UniqueConstraint(fields=["cluster", "group"], name="one_share_per_class"),
        ]

    def __str__(self) -> str:
        return f"{self.cluster}: {self.user or self.group}"


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


class Tick(models.Model):
    """The end of one tick: the log up to `revision`, the memories up to `number` and the clock belong together.

    began: the revision at its start. What lies between the tick before and that was written by the API.
    start: the instant at its start; between the tick before and that the engine did nothing.
    """

    cluster = models.ForeignKey(Cluster, on_delete=models.CASCADE, related_name="ticks_held")
    number = models.BigIntegerField()
    began = models.BigIntegerField()
    revision = models.BigIntegerField()
    start = models.BigIntegerField(default=0)
    now = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cluster", "number"], name="one_tick_per_number")]
        indexes = [models.Index(fields=["cluster", "now"], name="tick_by_instant")]


class PastMemory(models.Model):
    """What a component remembered about a key from a tick on. Without note and due: it had forgotten it."""

    cluster = models.ForeignKey(Cluster, on_delete=models.CASCADE, related_name="past_memories")
    tick = models.BigIntegerField()
    component = models.CharField(max_length=100)
    key = models.CharField(max_length=600)
    note = models.TextField(null=True)
    due = models.BigIntegerField(null=True)
    order = models.BigIntegerField(null=True)
    led_by = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["cluster", "component", "key", "tick"], name="past_memory_by_key")]


class Mark(models.Model):
    """A place on a cluster's line of time that somebody, or a lesson, wants to find again."""

    KINDS = [("bookmark", _("bookmark")), ("lesson", _("moment of a lesson"))]

    cluster = models.ForeignKey(Cluster, on_delete=models.CASCADE, related_name="marks")
    at = models.BigIntegerField(_("virtual instant"))
    kind = models.CharField(max_length=16, choices=KINDS)
    text = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.cluster}: {self.text}"


class Gap(models.Model):
    """Revisions above `after` and below `upto` that rewinding took back: nobody can follow the log from within."""

    cluster = models.ForeignKey(Cluster, on_delete=models.CASCADE, related_name="gaps")
    after = models.BigIntegerField()
    upto = models.BigIntegerField()


class Refusal(models.Model):
    """One write that a cluster's API refused, in its own words. A few of the latest are kept."""

    cluster = models.ForeignKey(Cluster, on_delete=models.CASCADE, related_name="refusals")
    at = models.BigIntegerField(_("virtual instant"))
    user = models.CharField(max_length=253)
    verb = models.CharField(max_length=32)
    resource = models.CharField(_("resource"), max_length=253)
    namespace = models.CharField(_("namespace"), max_length=63, blank=True)
    name = models.CharField(_("name"), max_length=253, blank=True)
    code = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=100, blank=True)
    message = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["cluster", "namespace", "id"], name="refusal_by_namespace")]

    def __str__(self) -> str:
        return f"{self.verb} {self.resource} {self.namespace}/{self.name}: {self.reason}"


from simulator.demos.models import Follower, OwnDemo, Presentation  # noqa: E402 # they point at clusters

__all__ = [
    "Change",
    "Cluster",
    "Follower",
    "Gap",
    "KubeObject",
    "Memory",
    "OwnDemo",
    "PastMemory",
    "Presentation",
    "Refusal",
    "Share",
    "Tick",
]
