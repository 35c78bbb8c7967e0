"""Where demos are presented, followed and written."""

from django.urls import path

from simulator.demos import views

urlpatterns = [
    path("present/", views.listed, name="presentable"),
    path("present/start", views.start, name="present-start"),
    path("present/<str:code>/", views.console, name="present"),
    path("present/<str:code>/end", views.end, name="present-end"),
    path("join/", views.join, name="join"),
    path("join/<str:code>/", views.follow, name="join-code"),
    path("join/<str:code>/qr.svg", views.qr, name="join-qr"),
    path("join/<str:code>/explore", views.explore, name="join-explore"),
]
