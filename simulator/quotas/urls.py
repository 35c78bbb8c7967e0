"""The addresses of the page's questions about quotas and limits."""

from django.urls import path

from simulator.quotas import views

urlpatterns = [
    path("quotas/", views.namespaces),
    path("quotas/<str:namespace>.json", views.namespace),
]
