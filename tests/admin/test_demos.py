"""The admin of presentations and of demos that people wrote: staff read all of it, and may end and delete."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from simulator.demos import catalogue, presentations
from simulator.demos.models import Follower, OwnDemo, Presentation
from simulator.demos.presentations import Owner
from simulator.models import Cluster
from tests.admin.test_admin import quiet, staff

pytestmark = pytest.mark.django_db
__all__ = ["quiet", "staff"]

PRESENTATIONS = reverse("admin:simulator_presentation_changelist")
DEMOS = reverse("admin:simulator_owndemo_changelist")


def present(owner: User | None = None, demo: str = "oom-kill") -> Presentation:
    return presentations.start(demo, catalogue.shipped(demo).files, Owner(owner, "" if owner else "s1", ""))


@pytest.fixture
def shown() -> Presentation:
    made = present(User.objects.create_user("ann", password="secret"))
    Follower.objects.create(presentation=made, session="f1", here=True)
    Follower.objects.create(presentation=made, session="f2", here=False)
    return made


@pytest.fixture
def own() -> OwnDemo:
    return OwnDemo.objects.create(name="mine", session="s1", files={"demo.yaml": "title: <b>bold</b>\n"})


def _rows(page: str) -> str:
    return page.partition('id="result_list"')[2].partition("</table>")[0]


def test_presentations_are_listed_filtered_and_found(staff: Client, shown: Presentation) -> None:
    other = present(demo="statefulset")
    page = _rows(staff.get(PRESENTATIONS).content.decode())
    assert shown.code in page and other.code in page
    assert "ann" in page and "a guest" in page and "not begun" in page
    assert '<td class="field-following">1</td>' in page
    cases = ({"q": "ann"}, {"q": shown.code}, {"demo": "oom-kill"}, {"owner__isempty": "0"})
    for asked in cases:
        page = _rows(staff.get(PRESENTATIONS, asked).content.decode())
        assert shown.code in page and other.code not in page, asked


def test_one_is_read_with_its_state_and_its_files(staff: Client, shown: Presentation) -> None:
    page = html.unescape(staff.get(reverse("admin:simulator_presentation_change", args=[shown.pk])).content.decode())
    assert '"phase": "start"' in page and "<h4>demo.yaml</h4>" in page
    assert 'name="_save"' not in page


def test_ending_one_takes_its_cluster_along(staff: Client, shown: Presentation) -> None:
    answer = staff.post(PRESENTATIONS, {"action": "end", "_selected_action": [shown.pk]}, follow=True)
    assert "1 presentation has ended." in answer.content.decode()
    assert not Presentation.objects.exists() and not Cluster.objects.filter(pk=shown.cluster_id).exists()


def test_a_demo_is_read_as_text_and_deleted(staff: Client, own: OwnDemo) -> None:
    assert "mine" in _rows(staff.get(DEMOS, {"q": "mine"}).content.decode())
    assert "mine" not in _rows(staff.get(DEMOS, {"q": "other"}).content.decode())
    page = staff.get(reverse("admin:simulator_owndemo_change", args=[own.pk])).content.decode()
    assert "&lt;b&gt;bold&lt;/b&gt;" in page and "<b>bold</b>" not in page
    staff.post(reverse("admin:simulator_owndemo_delete", args=[own.pk]), {"post": "yes"})
    assert not OwnDemo.objects.exists()


def test_many_cost_no_more_questions_than_few(
    staff: Client, shown: Presentation, own: OwnDemo, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(30) as seen:
        staff.get(PRESENTATIONS), staff.get(DEMOS)
    few = len(seen)
    for n in range(5):
        present(User.objects.create(username=f"user-{n}"))
        OwnDemo.objects.create(name=f"one-{n}", owner=User.objects.get(username=f"user-{n}"))
    with django_assert_num_queries(few):
        staff.get(PRESENTATIONS), staff.get(DEMOS)


def _client(**fields: Any) -> Client:
    client = Client()
    client.force_login(User.objects.create_user("bob", **fields))
    return client


def test_only_staff_come_in(shown: Presentation, own: OwnDemo) -> None:
    for client in (Client(), _client()):
        for page in (PRESENTATIONS, DEMOS):
            assert "login" in client.get(page)["Location"]
        client.post(PRESENTATIONS, {"action": "end", "_selected_action": [shown.pk]})
    assert Presentation.objects.exists()


def test_staff_who_may_only_look_end_nothing(shown: Presentation) -> None:
    client = _client(is_staff=True)
    assert client.get(PRESENTATIONS).status_code == 403
    User.objects.get(username="bob").user_permissions.add(Permission.objects.get(codename="view_presentation"))
    assert "End the selected" not in client.get(PRESENTATIONS).content.decode()
    client.post(PRESENTATIONS, {"action": "end", "_selected_action": [shown.pk]})
    assert Presentation.objects.exists()
