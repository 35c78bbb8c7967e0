"""The addresses of the project: the house's own here, the simulator's in `simulator.urls`."""

from django.contrib import admin
from django.urls import include, path
from django.views.i18n import JavaScriptCatalog

from k8sviz.readiness import healthz, readyz

admin.autodiscover()

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("jsi18n/", JavaScriptCatalog.as_view(domain="djangojs"), name="javascript-catalog"),
    path("", include("simulator.urls")),
]
