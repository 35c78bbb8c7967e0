"""The addresses of the page's questions and orders about time."""

from django.urls import path

from simulator.timeline import views

urlpatterns = [
    path("at/<int:instant>.json", views.picture),
    path("line.json", views.line),
    path("mark", views.mark),
    path("mark/<int:pk>/delete", views.unmark),
    path("branch", views.branch),
    path("rewind", views.rewind),
    path("compare/<slug:other>.json", views.compare),
]
