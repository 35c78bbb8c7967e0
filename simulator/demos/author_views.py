"""The pages on which demos are written: one's own, what is wrong with them, folders in and out, recording."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from simulator import access
from simulator.clusters import NotUnderstood
from simulator.demos import authoring, catalogue, recording
from simulator.demos.models import OwnDemo
from simulator.demos.seats import owner_of, seated
from simulator.questions import asked_by, cluster_for, in_json

_LARGEST_ZIP = 2 << 20


def _own(request: HttpRequest, pk: int) -> OwnDemo:
    """One's own demo. Raises Http404."""
    found = next((one for one in catalogue.own_of(owner_of(request)) if one.pk == pk), None)
    if found is None:
        raise Http404(_("You have no such demo."))
    return found


def _allow(request: HttpRequest) -> None:
    if not access.may_present(request):
        raise Http404(_("Sign in to write a demo."))


@require_POST
def new(request: HttpRequest) -> HttpResponse:
    """An empty demo, or a copy of one that comes along or of one's own."""
    _allow(request)
    owner = seated(request)
    name, own = request.POST.get("demo", ""), request.POST.get("own", "")
    if not name and not own:
        made = authoring.make(owner, "my-demo", {"demo.yaml": authoring.EMPTY})
    else:
        found = catalogue.find(owner, name, own)
        if found is None:
            raise Http404(_("There is no such demo."))
        made = authoring.make(owner, found.name, found.files)
    return redirect("demo-edit", pk=made.pk)


@require_POST
def bring(request: HttpRequest) -> HttpResponse:
    """A folder in a zip file becomes one's own demo."""
    _allow(request)
    given = request.FILES.get("folder")
    try:
        if given is None:
            raise NotUnderstood(_("Choose a zip file."))
        if given.size is None or given.size > _LARGEST_ZIP:
            raise NotUnderstood(_("The file is too large."))
        files = authoring.unpacked(given.read())
        stem = "".join(
            one if one.isalnum() and one.isascii() else "-" for one in (given.name or "").rpartition(".")[0].lower()
        )
        made = authoring.make(seated(request), stem.strip("-")[:63].strip("-") or "my-demo", files)
    except NotUnderstood as error:
        context = {"name": _("Import a demo"), "message": str(error)}
        return render(request, "present/broken.html", context, status=400)
    return redirect("demo-edit", pk=made.pk)


@require_GET
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    demo = _own(request, pk)
    about = {
        "name": demo.name,
        "files": demo.files,
        "faults": authoring.faults(demo.files),
        "own": demo.pk,
        "urls": {name: reverse(f"demo-{name}", args=[pk]) for name in ("save", "try", "delete", "export")}
        | {"list": reverse("presentable"), "present": reverse("present-start")},
    }
    config = {
        "cluster": "",
        "csrf": get_token(request),
        "lang": get_language(),
        "urls": {"setLanguage": reverse("set_language")},
    }
    return render(request, "present/edit.html", {"about": about, "config": config})


@in_json
@require_POST
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """Keeps the files, and says what is wrong with them."""
    demo, asked = _own(request, pk), asked_by(request)
    authoring.save(demo, asked.get("name", demo.name), asked.get("files"))  # type: ignore[arg-type]
    return JsonResponse({"faults": authoring.faults(demo.files)})


@in_json
@require_POST
def try_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Runs the kept demo through without a server."""
    return JsonResponse({"steps": authoring.tried(_own(request, pk).files)})


@in_json
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    _own(request, pk).delete()
    return JsonResponse({"deleted": True})


@require_GET
def export(request: HttpRequest, pk: int) -> HttpResponse:
    demo = _own(request, pk)
    return _zip(demo.name, demo.files)


@require_GET
def export_shipped(request: HttpRequest, name: str) -> HttpResponse:
    found = catalogue.find(owner_of(request), name)
    if found is None:
        raise Http404(_("There is no such demo."))
    return _zip(found.name, found.files)


def _zip(name: str, files: dict[str, Any]) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}.zip"'}
    return HttpResponse(authoring.packed(name, files), content_type="application/zip", headers=headers)


@in_json
@require_POST
def record(request: HttpRequest, name: str) -> HttpResponse:
    """What was done on a cluster since a revision becomes a demo of one's own."""
    _allow(request)
    cluster, after = cluster_for(request, name), asked_by(request).get("after")
    if not isinstance(after, int) or isinstance(after, bool) or after < 0:
        raise NotUnderstood(_("The recording's beginning must be a revision."))
    made = authoring.make(seated(request), "recorded", recording.recorded(cluster, after))
    return JsonResponse({"page": reverse("demo-edit", args=[made.pk])})
