"""A proxy of KubeObject for each kind, derived from the registry, so that the admin lists each kind by its own name."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from simulator.engine.registry import KINDS, Kind
from simulator.models import KubeObject


class OfOneKind(models.Manager[KubeObject]):
    """The objects of one resource."""

    resource = ""

    def get_queryset(self) -> models.QuerySet[KubeObject]:
        return super().get_queryset().filter(resource=self.resource)


class OfNoBuiltInKind(models.Manager[KubeObject]):
    """The objects of the kinds that CustomResourceDefinitions define."""

    def get_queryset(self) -> models.QuerySet[KubeObject]:
        return super().get_queryset().exclude(resource__in=[kind.resource for kind in KINDS])


class CustomObject(KubeObject):
    """A custom resource of any kind."""

    objects = OfNoBuiltInKind()  # type: ignore[assignment,misc]

    class Meta:
        proxy = True
        app_label = "objects"
        verbose_name = _("custom resource")
        verbose_name_plural = _("custom resources")


def _proxy(kind: Kind) -> type[KubeObject]:
    stem = kind.kind if kind.plural.startswith(kind.kind.lower()) else kind.kind.removesuffix("y")
    plural = stem + kind.plural[len(stem) :]
    options = {"proxy": True, "app_label": "objects", "verbose_name": kind.kind, "verbose_name_plural": plural}
    manager = type(f"{kind.kind}Manager", (OfOneKind,), {"resource": kind.resource})
    attributes: dict[str, Any] = {
        "__module__": __name__,
        "__doc__": f"The objects of kind {kind.kind}.",
        "objects": manager(),
        "Meta": type("Meta", (), options),
    }
    return type(kind.kind, (KubeObject,), attributes)


PROXIES: dict[str, type[KubeObject]] = {kind.resource: _proxy(kind) for kind in KINDS}
