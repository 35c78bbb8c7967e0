"""An admin page per kind, with the columns of `kubectl get`. An edited body goes through the store, as all do."""

from __future__ import annotations

from typing import Any

import orjson
from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from simulator import reading, schema, store
from simulator.engine.apply import components
from simulator.engine.causes import Cause
from simulator.engine.causes import _ as sentence
from simulator.engine.errors import StatusError
from simulator.engine.registry import KINDS, Body, Column, Kind
from simulator.models import KubeObject
from simulator.objects.models import PROXIES, CustomObject


class BodyForm(forms.ModelForm):  # type: ignore[type-arg]
    """The object's JSON. What the store refuses is said at the field, in the API server's words."""

    text = forms.JSONField(label=_("body"), widget=forms.Textarea(attrs={"rows": 40, "cols": 120}))

    class Meta:
        model = KubeObject
        fields = ["text"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            pretty = orjson.dumps(self.instance.body, option=orjson.OPT_INDENT_2).decode()
            self.initial["text"] = orjson.loads(pretty)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        body = cleaned.get("text")
        if body is None:
            return cleaned
        try:
            _update(self.instance, body, self.user_name, dry_run=True)
        except StatusError as error:
            raise ValidationError({"text": error.message}) from error
        except (LookupError, TypeError, AttributeError, ValueError) as error:
            raise ValidationError({"text": _("This is not an object of this kind.")}) from error
        return cleaned

    user_name = "admin"


def _update(row: KubeObject, body: Body, user: str, *, dry_run: bool = False) -> None:
    kind = _kind_of(row)
    cause = Cause(user, "update", sentence("{user} edited {kind} {name} in the admin."), _about(user, kind, row))

    def edit(work: store.Transaction) -> Body:
        return work.update(kind, body, cause, manage=components.noting(kind, schema.of_kind(kind), user, work.now))

    store.write(row.cluster, edit, dry_run=dry_run)


def _kind_of(row: KubeObject) -> Kind:
    """The kind of a row. Raises KeyError for a custom resource whose definition is gone."""
    return reading.kinds_of(row.cluster)[row.resource]


def _about(user: str, kind: Kind, row: KubeObject) -> dict[str, str]:
    return {"user": user, "kind": kind.kind, "name": row.name}


class ObjectAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The objects of one kind in all clusters."""

    form = BodyForm
    list_filter = ["cluster", "namespace"]
    search_fields = ["name", "namespace"]
    readonly_fields = ["cluster", "namespace", "name", "uid", "revision"]
    fields = ["cluster", "namespace", "name", "uid", "revision", "text"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        form = super().get_form(request, *args, **kwargs)
        return type(form.__name__, (form,), {"user_name": request.user.get_username()})

    def save_model(self, request: HttpRequest, obj: KubeObject, form: Any, change: bool) -> None:
        _update(KubeObject.objects.get(pk=obj.pk), form.cleaned_data["text"], request.user.get_username())

    def delete_model(self, request: HttpRequest, obj: KubeObject) -> None:
        kind, user = _kind_of(obj), request.user.get_username()
        cause = Cause(user, "delete", sentence("{user} deleted {kind} {name} in the admin."), _about(user, kind, obj))
        store.write(obj.cluster, lambda work: work.delete(kind, obj.namespace, obj.name, cause))

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for obj in queryset:
            self.delete_model(request, obj)


@admin.register(CustomObject)
class CustomObjectAdmin(ObjectAdmin):
    """The custom resources of all kinds and clusters."""

    list_display = ["name", "namespace", "resource", "cluster"]
    list_select_related = ["cluster"]
    list_filter = ["cluster", "resource", "namespace"]
    readonly_fields = [*ObjectAdmin.readonly_fields, "resource"]
    fields = ["cluster", "resource", "namespace", "name", "uid", "revision", "text"]


def _cell(column: Column) -> Any:
    @admin.display(description=column.name)
    def shown(self: ObjectAdmin, row: KubeObject) -> Any:
        now = store.instant(row.cluster, store.wall())
        return column.cell(reading.at_instant(KINDS, row.resource, row.body, now), now)

    return shown


def _page(kind: Kind) -> type[ObjectAdmin]:
    """The admin class of a kind: its own columns beside cluster and namespace."""
    shown = [column for column in kind.columns if column.priority == 0 and column.name != "Name"]
    cells = {f"column_{index}": _cell(column) for index, column in enumerate(shown)}
    return type(
        f"{kind.kind}Admin",
        (ObjectAdmin,),
        {**cells, "list_display": ["name", "namespace", "cluster", *cells], "list_select_related": ["cluster"]},
    )


for _kind in KINDS:
    admin.site.register(PROXIES[_kind.resource], _page(_kind))
