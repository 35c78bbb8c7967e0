"""Where the WebSocket of presentations is."""

from django.urls import path

from simulator.demos.consumers import PresentConsumer

websocket_urlpatterns = [path("ws/present/<str:code>/", PresentConsumer.as_asgi())]
