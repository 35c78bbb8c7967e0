"""The administrator's view: clusters, the change log, presentations, written demos. Objects: `simulator.objects`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from simulator import clusters
from simulator.demos import presentations
from simulator.demos.models import OwnDemo, Presentation
from simulator.demos.states import State
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


def _as_files(files: Mapping[str, str]) -> str:
    return format_html_join("", "<h4>{}</h4><pre>{}</pre>", sorted(files.items()))


@admin.register(Presentation)
class PresentationAdmin(ReadOnly):
    """Who presents what, how far they are, how many follow. The presenter alone steers it; staff may end it."""

    list_display = ["demo", "code", "shown_by", "step", "following", "cluster", "began"]
    list_filter = ["demo", "began", ("owner", admin.EmptyFieldListFilter)]
    list_select_related = ["owner", "cluster"]
    search_fields = ["demo", "code", "presenter", "owner__username", "cluster__name"]
    fields = ["demo", "code", "shown_by", "cluster", "began", "step", "following", "state_as_text", "files_as_text"]
    actions = ["end"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Presentation]:
        here = Count("followers", filter=Q(followers__here=True))
        found: QuerySet[Presentation] = super().get_queryset(request).annotate(here=here)
        return found.defer("files")

    def has_end_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("simulator.delete_presentation"))

    @admin.display(description=_("presenter"), ordering="presenter")
    def shown_by(self, presentation: Presentation) -> str:
        return str(presentation.owner or presentation.presenter or _("a guest"))

    @admin.display(description=_("step"))
    def step(self, presentation: Presentation) -> str:
        state = State.read(presentation.state)
        return str(_("not begun")) if state.phase == "start" else f"{state.step + 1} ({state.phase})"

    @admin.display(description=_("following"), ordering="here")
    def following(self, presentation: Presentation) -> int:
        return int(presentation.here)  # type: ignore[attr-defined]

    @admin.display(description=_("state"))
    def state_as_text(self, presentation: Presentation) -> str:
        return format_html("<pre>{}</pre>", json.dumps(presentation.state, indent=2, ensure_ascii=False))

    @admin.display(description=_("files"))
    def files_as_text(self, presentation: Presentation) -> str:
        return _as_files(presentation.files)

    @admin.action(description=_("End the selected presentations (for all who follow)"), permissions=["end"])
    def end(self, request: HttpRequest, queryset: QuerySet[Presentation]) -> None:
        count = queryset.count()
        for presentation in queryset.select_related("cluster"):
            presentations.end(presentation)
        said = ngettext("%(count)d presentation has ended.", "%(count)d presentations have ended.", count)
        self.message_user(request, said % {"count": count}, messages.SUCCESS)


@admin.register(OwnDemo)
class OwnDemoAdmin(ReadOnly):
    """The demos that people wrote, to be read and deleted."""

    list_display = ["name", "written_by", "changed"]
    list_filter = ["changed", ("owner", admin.EmptyFieldListFilter)]
    list_select_related = ["owner"]
    search_fields = ["name", "owner__username"]
    fields = ["name", "written_by", "changed", "files_as_text"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[OwnDemo]:
        return super().get_queryset(request).defer("files")

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return bool(request.user.has_perm("simulator.delete_owndemo"))

    @admin.display(description=_("author"), ordering="owner__username")
    def written_by(self, demo: OwnDemo) -> str:
        return str(demo.owner or _("a guest"))

    @admin.display(description=_("files"))
    def files_as_text(self, demo: OwnDemo) -> str:
        return _as_files(demo.files)
