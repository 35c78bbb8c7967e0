"""Each cluster's Kubernetes API is at `/k8s/<cluster>/`, with upstream's own paths behind it."""

from django.urls import re_path

from simulator.api.view import serve

urlpatterns = [re_path(r"^(?P<name>[^/]+)(?:/(?P<rest>.*))?$", serve, name="kubernetes")]
