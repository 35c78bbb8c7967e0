"""The administrator's view: clusters to pause, resume and reset, and the change log. Objects: `simulator.objects`."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from simulator import clusters
from simulator.engine.objects import micro_timestamp
from simulator.models import Change, Cluster, Share

admin.site.site_header = "k8sviz"
admin.site.site_title = "k8sviz"


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    """Shows rows that only the store writes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class Shares(admin.TabularInline):  # type: ignore[type-arg]
    """With whom a cluster is shared."""

    model = Share
    extra = 0


@admin.register(Cluster)
class ClusterAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Clusters: who owns them, how their clocks run."""

    list_display = ["name", "state", "speed", "achieved", "revision", "latency", "owner", "shared", "page"]
    list_filter = ["paused", "latency", "shared"]
    search_fields = ["name", "owner__username"]
    fields = [
        "name",
        "owner",
        "shared",
        "seed",
        "latency",
        "speed",
        "paused",
        "halted",
        "revision",
        "compacted",
        "holder",
    ]
    readonly_fields = ["name", "seed", "latency", "speed", "paused", "halted", "revision", "compacted", "holder"]
    inlines = [Shares]
    actions = ["pause", "resume", "reset"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Cluster, form: Any, change: bool) -> None:
        """Saves what the form changed and nothing else: the cluster's clock and log go on meanwhile."""
        if form.changed_data:
            obj.save(update_fields=form.changed_data)

    @admin.display(description=_("state"))
    def state(self, cluster: Cluster) -> str:
        if cluster.halted is not None:
            return str(_("stopped by an error"))
        return str(_("paused") if cluster.paused else _("running"))

    @admin.display(description=_("page"))
    def page(self, cluster: Cluster) -> str:
        return format_html('<a href="/c/{}/">{}</a>', cluster.name, _("open"))

    @admin.action(description=_("Pause the selected clusters"))
    def pause(self, request: HttpRequest, queryset: QuerySet[Cluster]) -> None:
        for cluster in queryset:
            clusters.control(cluster, "pause")
        self._done(request, queryset.count())

    @admin.action(description=_("Resume the selected clusters"))
    def resume(self, request: HttpRequest, queryset: QuerySet[Cluster]) -> None:
        for cluster in queryset:
            clusters.control(cluster, "play")
        self._done(request, queryset.count())

    @admin.action(description=_("Reset the selected clusters (all their objects are lost)"))
    def reset(self, request: HttpRequest, queryset: QuerySet[Cluster]) -> None:
        for cluster in queryset:
            clusters.reset(cluster)
        self._done(request, queryset.count())

    def _done(self, request: HttpRequest, count: int) -> None:
        said = ngettext("%(count)d cluster: done.", "%(count)d clusters: done.", count) % {"count": count}
        self.message_user(request, said, messages.SUCCESS)


@admin.register(Change)
class ChangeAdmin(ReadOnly):
    """The log: what changed, when, and why."""

    list_display = ["revision", "cluster", "instant", "operation", "resource", "namespace", "name", "component", "rule"]
    list_filter = ["cluster", "operation", "resource", "component"]
    search_fields = ["name", "namespace", "component", "rule"]
    show_full_result_count = False

    @admin.display(description=_("virtual instant"), ordering="at")
    def instant(self, change: Change) -> str:
        return micro_timestamp(change.at)
