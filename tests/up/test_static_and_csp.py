"""Static files are served beside Django, and pages carry the policy that keeps foreign code out."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.test import RequestFactory

from k8sviz.csp import ContentSecurityPolicy
from k8sviz.static_files import StaticFiles

Messages = list[dict[str, Any]]


def ask(path: str) -> Messages:
    """The ASGI messages with which the application answers a GET."""
    sent: Messages = []

    async def django(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "django"})

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "http_version": "1.1", "method": "GET", "path": path, "query_string": b"", "headers": []}
    # In a thread of its own: a browser test of the same process leaves its event loop running in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, StaticFiles(django)(scope, receive, send)).result()
    return sent


def test_a_file_of_the_admin_is_found() -> None:
    start = ask("/static/admin/css/base.css")[0]
    assert start["status"] == 200
    assert dict(start["headers"])[b"content-type"].startswith(b"text/css")


def test_a_file_that_is_not_there_is_a_plain_404() -> None:
    assert ask("/static/no/../../manage.py")[0]["status"] == 404


def test_everything_else_goes_to_django() -> None:
    assert ask("/c/demo/") == [{"type": "django"}]


def test_a_page_gets_the_policy_for_its_own_host() -> None:
    request = RequestFactory().get("/", headers={"host": "127.0.0.1:8000"})
    policy = ContentSecurityPolicy(lambda request: HttpResponse("<p>"))(request).headers["Content-Security-Policy"]  # type: ignore[union-attr]
    assert "default-src 'self'; script-src 'self'; style-src 'self'" in policy
    assert "connect-src 'self' ws://127.0.0.1:8000 wss://127.0.0.1:8000;" in policy


def test_a_host_cannot_write_into_the_policy() -> None:
    request = RequestFactory().get("/", headers={"host": "a; script-src *"})
    policy = ContentSecurityPolicy(lambda request: HttpResponse("<p>"))(request).headers["Content-Security-Policy"]  # type: ignore[union-attr]
    assert "script-src *" not in policy


def test_the_kubernetes_api_answers_without_it() -> None:
    answer = ContentSecurityPolicy(lambda request: JsonResponse({}))(RequestFactory().get("/"))
    assert "Content-Security-Policy" not in answer.headers  # type: ignore[union-attr]
