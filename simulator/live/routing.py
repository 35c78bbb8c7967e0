"""Where the WebSockets are."""

from django.urls import path

from simulator.live.consumers import ClusterConsumer

websocket_urlpatterns = [path("ws/c/<slug:name>/", ClusterConsumer.as_asgi())]
