"""Where the questions about a cluster's scheduler are asked."""

from django.urls import path

from simulator.scheduling import views

urlpatterns = [
    path("feasible", views.feasible, name="feasible"),
    path("trace/<str:namespace>/<str:pod>.json", views.trace, name="trace"),
    path("what-if/", views.compare, name="what-if"),
    path("fit/", views.fit, name="fit"),
    path("scheduler/", views.scheduler, name="scheduler"),
    path("scheduler/check/", views.check, name="scheduler-check"),
]
