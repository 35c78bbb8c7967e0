"""Where things are: the pages, the page's questions, and each cluster's Kubernetes API."""

from django.urls import include, path

from simulator import views

urlpatterns = [
    path("", include("simulator.lobby.urls")),
    path("c/<slug:name>/", views.cluster_page, name="cluster"),
    path("c/<slug:name>/control", views.control, name="control"),
    path("c/<slug:name>/why/<str:resource>/<str:namespace>/<str:object_name>.json", views.why_json, name="why"),
    path("c/<slug:name>/", include("simulator.scheduling.urls")),
    path("c/<slug:name>/", include("simulator.kubelets.urls")),
    path("c/<slug:name>/", include("simulator.workloads.urls")),
    path("c/<slug:name>/", include("simulator.autoscaling.urls")),
    path("c/<slug:name>/", include("simulator.quotas.urls")),
    path("c/<slug:name>/", include("simulator.logbook.urls")),
    path("c/<slug:name>/", include("simulator.timeline.urls")),
    path("c/<slug:name>/", include("simulator.terminal.urls")),
    path("c/<slug:name>/", include("simulator.exporting.urls")),
    path("", include("simulator.demos.urls")),
    path("k8s/", include("simulator.api.urls")),
]
