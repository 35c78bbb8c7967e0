"""Where the questions about a cluster's workloads are asked."""

from django.urls import path

from simulator.workloads import views

_OF_ONE = "workload/<str:resource>/<str:namespace>/<str:workload>"

urlpatterns = [
    path(f"{_OF_ONE}/rollout.json", views.rollout, name="rollout"),
    path(f"{_OF_ONE}/history.json", views.history, name="history"),
    path(f"{_OF_ONE}/diff.json", views.diff, name="diff"),
]
