"""Where things are: the pages, the page's questions, and each cluster's Kubernetes API."""

from django.urls import include, path

from simulator import views

urlpatterns = [
    path("", views.home, name="home"),
    path("c/<slug:name>/", views.cluster_page, name="cluster"),
    path("c/<slug:name>/control", views.control, name="control"),
    path("c/<slug:name>/feasible", views.feasible, name="feasible"),
    path("c/<slug:name>/trace/<str:namespace>/<str:pod>.json", views.trace_json, name="trace"),
    path("c/<slug:name>/why/<str:resource>/<str:namespace>/<str:object_name>.json", views.why_json, name="why"),
    path("k8s/", include("simulator.api.urls")),
]
