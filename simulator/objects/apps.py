"""The application that gives the admin a page per kind."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ObjectsConfig(AppConfig):
    name = "simulator.objects"
    label = "objects"
    verbose_name = _("Cluster objects")
