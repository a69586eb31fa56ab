"""The addresses of the demo."""

from django.contrib import admin
from django.urls import include, path

from board import views

urlpatterns = [
    path("", views.board, name="board"),
    path("new/", views.new, name="new"),
    path("leak/", views.leak, name="leak"),
    path("uploads/", include("barding.moderation.urls")),
    path("admin/", admin.site.urls),
]
