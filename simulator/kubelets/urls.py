"""Where the questions about a cluster's kubelets are asked."""

from django.urls import path

from simulator.kubelets import views

urlpatterns = [
    path("pod/<str:namespace>/<str:pod>.json", views.pod, name="pod"),
    path("pod/<str:namespace>/<str:pod>/use.json", views.use, name="pod-use"),
    path("pod/<str:namespace>/<str:pod>/windows.json", views.windows, name="pod-windows"),
    path("nodes/use.json", views.nodes_use, name="nodes-use"),
    path("node/<str:node>/cgroups.json", views.cgroups, name="cgroups"),
    path("node/<str:node>/pressure.json", views.pressure, name="pressure"),
    path("node/<str:node>/pressure/compare/", views.compare, name="pressure-compare"),
]
