"""Where demos are presented, followed and written."""

from django.urls import path

from simulator.demos import author_views, views

urlpatterns = [
    path("present/", views.listed, name="presentable"),
    path("present/start", views.start, name="present-start"),
    path("present/<str:code>/", views.console, name="present"),
    path("present/<str:code>/end", views.end, name="present-end"),
    path("join/", views.join, name="join"),
    path("join/<str:code>/", views.follow, name="join-code"),
    path("join/<str:code>/qr.svg", views.qr, name="join-qr"),
    path("join/<str:code>/explore", views.explore, name="join-explore"),
    path("demos/new", author_views.new, name="demo-new"),
    path("demos/import", author_views.bring, name="demo-import"),
    path("demos/<int:pk>/", author_views.edit, name="demo-edit"),
    path("demos/<int:pk>/save", author_views.save, name="demo-save"),
    path("demos/<int:pk>/try", author_views.try_out, name="demo-try"),
    path("demos/<int:pk>/delete", author_views.delete, name="demo-delete"),
    path("demos/<int:pk>/folder.zip", author_views.export, name="demo-export"),
    path("demos/shipped/<slug:name>.zip", author_views.export_shipped, name="demo-export-shipped"),
    path("c/<slug:name>/record", author_views.record, name="demo-record"),
]
