"""The addresses of the page's questions about the log."""

from django.urls import path

from simulator.logbook import views

urlpatterns = [
    path("log.json", views.log),
    path("log/choices.json", views.choices),
    path("log/<int:revision>.json", views.line),
]
