"""Where things are taken out of a cluster."""

from django.urls import path

from simulator.exporting import views

urlpatterns = [
    path("export/object/<str:resource>/<str:namespace>/<str:object_name>.yaml", views.one, name="export-object"),
    path("export/manifests.yaml", views.manifests, name="export-manifests"),
    path("export/scenario.zip", views.folder, name="export-scenario"),
]
