"""The pages outside a cluster."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from django.contrib.auth.views import LoginView
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from simulator import access, clusters, reading
from simulator.access import Visitor
from simulator.demos.seats import owner_of
from simulator.lobby import classes, sandboxes
from simulator.lobby.forms import NewCluster, ShareWith
from simulator.models import Cluster, Share


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The clusters that one may see, one's own first, and the way to another one."""
    visitor = Visitor.of(request)
    return _home(request, visitor, NewCluster(visitor) if visitor.is_let_in else None)


def _home(request: HttpRequest, visitor: Visitor, form: ModelForm[Cluster] | None, status: int = 200) -> HttpResponse:
    shown = {
        "own": access.own(visitor),
        "others": access.of_others(visitor).select_related("owner"),
        "classes": classes.of(visitor),
        "visitor": visitor,
        "form": form,
    }
    return render(request, "home.html", shown, status=status)


@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """A cluster of one's own; a guest's is kept with the guest's session."""
    visitor = Visitor.of(request)
    if not visitor.is_let_in:
        raise Http404
    if visitor.user is None and not visitor.session:
        request.session.create()
        visitor = Visitor.of(request)
    form = NewCluster(visitor, request.POST)
    if form.is_valid():
        try:
            made = sandboxes.make(visitor, form.cleaned_data["name"], form.nodes(), form.cleaned_data["latency"])
            return redirect("cluster", name=made.name)
        except clusters.NotUnderstood as error:
            form.add_error(None, str(error))
    return _home(request, visitor, form, status=400)


def _mine(request: HttpRequest, name: str) -> Cluster:
    """The cluster of this name, which is the visitor's own. Raises Http404."""
    cluster, visitor = reading.find_cluster(name), Visitor.of(request)
    if cluster is None or not visitor.is_let_in or not _rules(visitor, cluster):
        raise Http404(_("There is no cluster of this name for you."))
    return cluster


def _rules(visitor: Visitor, cluster: Cluster) -> bool:
    return access.owns(visitor, cluster) or (visitor.user is not None and visitor.user.is_staff)


@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, name: str) -> HttpResponse:
    """Asks once more, then deletes one's own cluster."""
    cluster = _mine(request, name)
    if request.method == "POST":
        clusters.delete(cluster)
        return redirect("home")
    return render(request, "lobby/delete.html", {"cluster": cluster})


@require_http_methods(["GET", "POST"])
def share(request: HttpRequest, name: str) -> HttpResponse:
    """With whom one's own cluster is shared. Guests have nobody to share with: nobody knows them."""
    cluster = _mine(request, name)
    if cluster.owner_id is None:
        raise Http404(_("There is no cluster of this name for you."))
    form = ShareWith(request.POST or None)
    if request.method == "POST" and "end" in request.POST:
        Share.objects.filter(cluster=cluster, pk=_number(request.POST["end"])).delete()
        return redirect("share", name=name)
    if request.method == "POST" and form.is_valid():
        who = form.cleaned_data["who"]
        meant = {"group": who} if isinstance(who, Group) else {"user": who}
        Share.objects.update_or_create(
            cluster=cluster, **meant, defaults={"may_change": form.cleaned_data["may_change"]}
        )
        return redirect("share", name=name)
    shares = cluster.shares.select_related("user", "group")
    shown = {"cluster": cluster, "form": form, "shares": shares}
    return render(request, "lobby/share.html", shown, status=400 if form.errors else 200)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


@require_GET
def class_page(request: HttpRequest, pk: int) -> HttpResponse:
    """An instructor's class: every student's clusters at a glance."""
    group = get_object_or_404(access.classes(Visitor.of(request)), pk=pk)
    shown = {"group": group, "seats": classes.seats(group), "absent": classes.without_a_cluster(group)}
    return render(request, "lobby/class.html", shown)


class SignIn(LoginView):
    """Signing in; what one made as a guest comes along."""

    template_name = "lobby/sign_in.html"
    next_page = "home"
    redirect_authenticated_user = True

    def form_valid(self, form: Any) -> HttpResponse:
        session = Visitor.of(self.request).session
        answer = super().form_valid(form)
        sandboxes.take_along(session, owner_of(self.request))
        return answer
