"""The ASGI application that Daphne serves: pages and the Kubernetes API over HTTP; over WebSocket the live diagram and
the streams of pods."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "k8sviz.settings")
http = get_asgi_application()

# Models may be imported only when Django is set up, which the line above did.
from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from django.urls import re_path  # noqa: E402

from k8sviz.static_files import StaticFiles  # noqa: E402
from simulator.api.door import Door  # noqa: E402
from simulator.api.streams.handshake import handshake  # noqa: E402
from simulator.demos import routing as demos  # noqa: E402
from simulator.live.routing import websocket_urlpatterns  # noqa: E402

followed = demos.websocket_urlpatterns + websocket_urlpatterns
pages = AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(followed)))
application = ProtocolTypeRouter(
    {
        "http": StaticFiles(Door(http)),
        "spdy": handshake,
        "websocket": URLRouter(
            [
                re_path(r"^k8s/", handshake),  # type: ignore[arg-type] # an ASGI application, as Channels has it
                re_path(r"", pages),
            ]
        ),
    }
)
