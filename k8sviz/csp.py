"""The Content-Security-Policy of our pages: everything comes from this server, and no code is inside a page."""

from collections.abc import Awaitable, Callable

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self' ws://{host} wss://{host}; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)


class ContentSecurityPolicy:
    """Works in both of Django's worlds, so that a streaming view is not put into a thread on its account."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]) -> None:
        self.get_response = get_response
        self.later = iscoroutinefunction(get_response)
        if self.later:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if self.later:
            return self._answer_later(request)
        return protect(request, self.get_response(request))  # type: ignore[arg-type]

    async def _answer_later(self, request: HttpRequest) -> HttpResponseBase:
        return protect(request, await self.get_response(request))  # type: ignore[misc]


def protect(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Adds the header to a page; the Kubernetes API's answers carry none, as the real ones do not."""
    if response.headers.get("Content-Type", "").startswith("text/html"):
        # An unknown host never gets this far with a page of ours; its error page needs no sockets.
        host = request.META.get("HTTP_HOST", "").split("@")[-1]
        host = host if all(character.isalnum() or character in "-.:[]" for character in host) else ""
        response.headers.setdefault("Content-Security-Policy", POLICY.format(host=host))
    return response
