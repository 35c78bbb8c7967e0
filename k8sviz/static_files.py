"""Serves /static/ beside Django instead of within it: WhiteNoise is synchronous, and as a middleware it would put every
request, the long watches of the Kubernetes API too, through a thread."""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from asgiref.wsgi import WsgiToAsgi
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from whitenoise import WhiteNoise

# What Vite builds has a hash in its name (assets/map-B3x9_aQ2.js) and may be kept for ever.
HASHED = r"/assets/.+-[\w-]{8}\.\w+$"


class StaticFiles:
    """An ASGI application: files below STATIC_URL from Django's finders, everything else to `application`."""

    def __init__(self, application: Callable[..., Awaitable[None]]) -> None:
        self.application = application
        files = WhiteNoise(_not_found, autorefresh=settings.DEBUG, immutable_file_test=HASHED, allow_all_origins=False)
        for finder in get_finders():
            for path, storage in finder.list([]):
                url = settings.STATIC_URL + (getattr(storage, "prefix", None) or "") + path.replace("\\", "/")
                files.add_file_to_dictionary(url, storage.path(path))
        self.files: Callable[..., Awaitable[None]] = WsgiToAsgi(files)  # type: ignore[no-untyped-call]

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        static = scope["type"] == "http" and scope["path"].startswith(settings.STATIC_URL)
        if static:
            await self.files(scope, receive, _apart(send))
        else:
            await self.application(scope, receive, send)


def _apart(send: Callable[[Any], Awaitable[None]]) -> Callable[[Any], Awaitable[None]]:
    """`send` in a context of its own. WhiteNoise answers from a thread; when that ends an answer on a kept connection,
    Daphne starts the next request in the same context, whose executor is gone with the thread."""

    async def send_apart(message: Any) -> None:
        await asyncio.get_running_loop().create_task(_send(send, message), context=contextvars.Context())

    return send_apart


async def _send(send: Callable[[Any], Awaitable[None]], message: Any) -> None:
    await send(message)


def _not_found(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("404 Not Found", [("Content-Type", "text/plain")])
    return [b"There is no such file.\n"]
