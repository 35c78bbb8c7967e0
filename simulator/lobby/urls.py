"""The addresses of the pages outside a cluster."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from simulator.lobby import views

urlpatterns = [
    path("", views.home, name="home"),
    path("new", views.make, name="new"),
    path("c/<slug:name>/delete", views.delete, name="delete"),
    path("c/<slug:name>/share", views.share, name="share"),
    path("class/<int:pk>/", views.class_page, name="class"),
    path("sign-in/", views.SignIn.as_view(), name="sign-in"),
    path("sign-out/", LogoutView.as_view(next_page="home"), name="sign-out"),
]
