"""Where the questions about a cluster's autoscalers are asked."""

from django.urls import path

from simulator.autoscaling import views

urlpatterns = [
    path("autoscaler/", views.listed, name="autoscalers"),
    path("autoscaler/<str:namespace>/<str:autoscaler>/chart.json", views.chart, name="autoscaler-chart"),
    path("autoscaler/<str:namespace>/<str:autoscaler>/compare/", views.compare, name="autoscaler-compare"),
]
