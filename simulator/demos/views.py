"""The pages of presentations: the demos to choose from, the presenter's console, the way in for the audience."""

from __future__ import annotations

from typing import Any

import segno
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from simulator import access
from simulator.clusters import NotUnderstood
from simulator.demos import catalogue, presentations, telling
from simulator.demos.fields import in_language
from simulator.demos.models import Presentation
from simulator.demos.seats import joined, led, owner_of, seated
from simulator.lobby import sandboxes
from simulator.questions import asked_by, in_json
from simulator.views import page_config


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """The demos that one may present."""
    if not access.may_present(request):
        raise Http404(_("Sign in to present a demo."))
    language = get_language() or "en"
    shown = [
        {
            "name": one.name,
            "title": in_language(one.demo.title, language),
            "summary": in_language(one.demo.summary, language),
            "minutes": one.demo.minutes,
            "steps": len(one.demo.steps),
            "own": one.pk,
        }
        for one in catalogue.every(owner_of(request))
        if one.demo is not None
    ]
    broken = [one for one in catalogue.every(owner_of(request)) if one.demo is None]
    running = Presentation.objects.filter(**owner_of(request).fields) if _is_somebody(request) else ()
    context = {"demos": shown, "broken": broken, "running": running, "chosen": request.GET.get("demo", "")}
    return render(request, "present/list.html", context)


def _is_somebody(request: HttpRequest) -> bool:
    return request.user.is_authenticated or bool(request.session.session_key)


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Begins a presentation and goes to its console."""
    if not access.may_present(request):
        raise Http404(_("Sign in to present a demo."))
    owner = seated(request)
    try:
        sandboxes.check_room(access.Visitor.of(request))
    except NotUnderstood as error:
        return render(request, "present/broken.html", {"name": _("Present a demo"), "message": str(error)}, status=400)
    found = catalogue.find(owner, request.POST.get("demo", ""), request.POST.get("own", ""))
    if found is None:
        raise Http404(_("There is no such demo."))
    try:
        made = presentations.start(found.name, found.files, owner)
    except NotUnderstood as error:
        context = {"name": found.name, "message": str(error), "errors": error.details.get("errors", [])}
        return render(request, "present/broken.html", context, status=400)
    return redirect("present", code=made.code)


@require_GET
def console(request: HttpRequest, code: str) -> HttpResponse:
    found = led(request, code)
    demo = presentations.demo_of(found)
    about = {
        "code": found.code,
        "ws": f"/ws/present/{found.code}/",
        "title": demo.title,
        "minutes": demo.minutes,
        "began": round(found.began.timestamp() * 1000),
        "plan": telling.plan(demo),
        "join": request.build_absolute_uri(reverse("join")),
        "page": reverse("join-code", args=[found.code]),
        "qr": reverse("join-qr", args=[found.code]),
        "end": reverse("present-end", args=[found.code]),
        "list": reverse("presentable"),
    }
    context = {"cluster": found.cluster, "config": page_config(request, found.cluster), "about": about}
    return render(request, "present/console.html", context)


@in_json
@require_POST
def end(request: HttpRequest, code: str) -> HttpResponse:
    presentations.end(led(request, code))
    return JsonResponse({"ended": True})


@require_http_methods(["GET", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """Asks for the code; the right one takes a seat."""
    if request.method == "GET":
        return render(request, "present/join.html", {})
    code = "".join(request.POST.get("code", "").split())[:20]
    found = presentations.by_code(code)
    if found is None:
        said = _("No presentation has this code now. Look at it again: it has six digits.")
        return render(request, "present/join.html", {"code": code, "problem": said}, status=404)
    presentations.seat(found, seated(request).session)
    return redirect("join-code", code=code)


@require_GET
def follow(request: HttpRequest, code: str) -> HttpResponse:
    """The follower's page; for who has no seat yet, the way to one."""
    found = presentations.by_code(code)
    if found is None:
        said = _("No presentation has this code now. Look at it again: it has six digits.")
        return render(request, "present/join.html", {"code": code[:20], "problem": said}, status=404)
    demo = presentations.demo_of(found)
    if not joined(request, found):
        title = in_language(demo.title, get_language() or "en")
        return render(request, "present/join.html", {"code": code, "title": title, "presenter": found.presenter})
    about: dict[str, Any] = {
        "code": found.code,
        "ws": f"/ws/present/{found.code}/",
        "presenter": found.presenter,
        "title": demo.title,
        "explore": reverse("join-explore", args=[code]),
        "preview": "preview" in request.GET,
    }
    context = {"cluster": found.cluster, "config": page_config(request, found.cluster), "about": about}
    return render(request, "present/follow.html", context)


@require_GET
def qr(request: HttpRequest, code: str) -> HttpResponse:
    """The address of the audience's page as a picture for phones."""
    found = presentations.by_code(code)
    if found is None:
        raise Http404(_("No presentation has this code now."))
    address = request.build_absolute_uri(reverse("join-code", args=[code]))
    svg = segno.make(address, error="m").svg_inline(scale=4, border=2, dark="#14181d", light="#ffffff")
    svg = svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return HttpResponse(svg, content_type="image/svg+xml")


@in_json
@require_POST
def explore(request: HttpRequest, code: str) -> HttpResponse:
    """A branch of the presented cluster for the follower alone."""
    found = presentations.by_code(code)
    if found is None or not joined(request, found):
        raise Http404(_("No presentation has this code now."))
    if not access.Visitor.of(request).is_let_in:
        raise NotUnderstood(_("Sign in to explore on your own."))
    asked_by(request)
    sandboxes.check_room(access.Visitor.of(request))
    made = presentations.explore(found, owner_of(request))
    return JsonResponse({"page": reverse("cluster", args=[made.name])})
