"""Lists show one revision: pages, exact revisions, and what is said when the log no longer reaches back."""

from __future__ import annotations

import base64
import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.models import Change, Cluster
from tests.api.conftest import Api

MAPS = "api/v1/namespaces/default/configmaps"
MERGE = "application/merge-patch+json"


def put_in(api: Api, *names: str) -> None:
    for name in names:
        assert api.post(MAPS, {"metadata": {"name": name}, "data": {"a": "1"}}).code == 201


def shown(body: Any) -> dict[str, str]:
    return {one["metadata"]["name"]: one["data"]["a"] for one in body["items"]}


def token(revision: int, start: str = "default/a\0", version: str = "meta.k8s.io/v1") -> str:
    text = json.dumps({"v": version, "rv": revision, "start": start}).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def forget(cluster: Cluster, upto: int) -> None:
    Change.objects.filter(cluster=cluster, revision__lte=upto).delete()
    Cluster.objects.filter(pk=cluster.pk).update(compacted=upto)


def test_the_pages_of_a_list_show_its_first_page_s_revision(api: Api) -> None:
    put_in(api, "a", "b", "c", "d", "e")
    first = api.get(f"{MAPS}?limit=2").body
    assert (list(shown(first)), first["metadata"]["remainingItemCount"]) == (["a", "b"], 3)
    api("DELETE", f"{MAPS}/c")
    api("PATCH", f"{MAPS}/d", {"data": {"a": "2"}}, MERGE)
    put_in(api, "bb", "z")
    second = api.get(f"{MAPS}?limit=2&continue={first['metadata']['continue']}").body
    assert shown(second) == {"c": "1", "d": "1"}
    assert second["metadata"]["resourceVersion"] == first["metadata"]["resourceVersion"]
    third = api.get(f"{MAPS}?limit=2&continue={second['metadata']['continue']}").body
    assert shown(third) == {"e": "1"}
    assert "continue" not in third["metadata"]
    assert list(shown(api.get(f"{MAPS}").body)) == ["a", "b", "bb", "d", "e", "z"]


def test_an_exact_revision_of_the_past(api: Api) -> None:
    put_in(api, "a", "b")
    revision = api.get(f"{MAPS}").body["metadata"]["resourceVersion"]
    api("DELETE", f"{MAPS}/a")
    put_in(api, "c")
    past = api.get(f"{MAPS}?resourceVersion={revision}&resourceVersionMatch=Exact").body
    assert (shown(past), past["metadata"]["resourceVersion"]) == ({"a": "1", "b": "1"}, revision)
    newer = api.get(f"{MAPS}?resourceVersion={revision}&resourceVersionMatch=NotOlderThan").body
    assert list(shown(newer)) == ["b", "c"]


def test_a_past_that_is_forgotten(api: Api, cluster: Cluster) -> None:
    put_in(api, "a", "b", "c")
    first = api.get(f"{MAPS}?limit=1").body
    put_in(api, "d")
    cluster.refresh_from_db()
    forget(cluster, cluster.revision)
    revision = first["metadata"]["resourceVersion"]
    exact = api.get(f"{MAPS}?limit=5&resourceVersion={revision}&resourceVersionMatch=Exact")
    assert (exact.code, exact.body["reason"]) == (410, "Expired")
    assert exact.message == "The resourceVersion for the provided list is too old."
    late = api.get(f"{MAPS}?limit=1&continue={first['metadata']['continue']}")
    assert (late.code, late.body["reason"]) == (410, "Expired")
    assert late.message.startswith("The provided continue parameter is too old to display a consistent list result.")
    rest = api.get(f"{MAPS}?limit=9&continue={late.body['metadata']['continue']}").body
    assert list(shown(rest)) == ["b", "c", "d"]


@pytest.mark.parametrize(
    ("query", "code", "message"),
    [
        ("continue=%25", 400, "continue key is not valid"),
        (f"continue={token(0)}", 400, "continue key is not valid: incorrect encoded start resourceVersion"),
        (f"continue={token(5, '')}", 400, "continue key is not valid: encoded start key empty"),
        (f"continue={token(5, version='v2')}", 400, "server does not recognize this encoded version v2"),
        (f"continue={token(99_999)}", 504, "Too large resource version: 99999, current: "),
        (f"continue={token(5)}&resourceVersion=5", 400, "specifying resource version is not allowed when using"),
        ("resourceVersion=99999&resourceVersionMatch=Exact", 504, "Too large resource version: 99999, current: "),
    ],
)
def test_bad_places(api: Api, query: str, code: int, message: str) -> None:
    answer = api.get(f"{MAPS}?limit=2&{query}")
    assert answer.code == code
    assert message in answer.message


ACTS = st.lists(st.tuples(st.sampled_from(["put", "take", "change"]), st.sampled_from("abcdef")), max_size=8)


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(acts=ACTS, size=st.integers(1, 4))
def test_whatever_happens_between_pages_is_not_seen(api: Api, acts: list[tuple[str, str]], size: int) -> None:
    """Pages of any size, with somebody at work between any two of them, add up to the list at the first page."""
    for name in "bdf":
        api("DELETE", f"{MAPS}/{name}")
        put_in(api, name)
    whole = shown(api.get(f"{MAPS}").body)
    waiting, seen, query = list(acts), Counter[str](), f"limit={size}"
    while True:
        page = api.get(f"{MAPS}?{query}").body
        seen.update(list(shown(page)))
        assert all(whole[name] == value for name, value in shown(page).items())
        if waiting:
            do, name = waiting.pop()
            if do == "put":
                api.post(MAPS, {"metadata": {"name": name}, "data": {"a": "9"}})
            elif do == "take":
                api("DELETE", f"{MAPS}/{name}")
            else:
                api("PATCH", f"{MAPS}/{name}", {"data": {"a": name}}, MERGE)
        if "continue" not in page["metadata"]:
            break
        query = f"limit={size}&continue={page['metadata']['continue']}"
    assert seen == Counter(list(whole))
