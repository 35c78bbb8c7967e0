"""Where the page's terminal sends its lines, and where the real kubectl's settings are fetched."""

from django.urls import path

from simulator.terminal import views

urlpatterns = [
    path("terminal", views.run, name="terminal"),
    path("terminal/complete", views.complete, name="terminal-complete"),
    path("terminal/kubeconfig", views.kubeconfig, name="terminal-kubeconfig"),
]
