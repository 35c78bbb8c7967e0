"""What is kept of presentations: what is shown of which cluster, who follows, and the demos that people made."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Presentation(models.Model):
    """A demo that somebody presents on a cluster made for it. `state` is `states.State` as JSON."""

    cluster = models.OneToOneField("simulator.Cluster", on_delete=models.CASCADE, related_name="presentation")
    demo = models.CharField(_("demo"), max_length=63)
    files = models.JSONField(help_text=_("The demo's files by name, as they were when it began."))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("owner"), null=True, blank=True, on_delete=models.CASCADE
    )
    session = models.CharField(max_length=64, blank=True, help_text=_("The guest's session that owns it."))
    presenter = models.CharField(_("presenter"), max_length=150, blank=True)
    code = models.CharField(_("code"), max_length=6, unique=True)
    state = models.JSONField(default=dict)
    changed = models.BigIntegerField(default=0, help_text=_("Raised with every change of its state."))
    began = models.DateTimeField(_("began"), auto_now_add=True)

    class Meta:
        verbose_name = _("presentation")
        verbose_name_plural = _("presentations")
        ordering = ["-began"]

    def __str__(self) -> str:
        return f"{self.demo} {self.code}"


class Follower(models.Model):
    """A browser that has joined a presentation: its answers by step, and its own branch of the cluster."""

    presentation = models.ForeignKey(Presentation, on_delete=models.CASCADE, related_name="followers")
    session = models.CharField(max_length=64)
    answers: models.JSONField[dict[str, int], dict[str, Any]] = models.JSONField(default=dict)
    here = models.BooleanField(default=False, help_text=_("Its page is open."))
    branch = models.ForeignKey("simulator.Cluster", null=True, on_delete=models.SET_NULL, related_name="+")
    exploring = models.BooleanField(default=False, help_text=_("It has left for its branch and not come back."))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["presentation", "session"], name="one_seat_per_session")]


class OwnDemo(models.Model):
    """A demo that somebody made: the files of its folder by name."""

    name = models.CharField(_("name"), max_length=63)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("owner"), null=True, blank=True, on_delete=models.CASCADE
    )
    session = models.CharField(max_length=64, blank=True)
    files = models.JSONField(default=dict)
    changed = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("demo")
        verbose_name_plural = _("demos")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="one_demo_per_name"),
            models.UniqueConstraint(fields=["session", "name"], condition=models.Q(owner=None), name="one_per_guest"),
        ]

    def __str__(self) -> str:
        return self.name
