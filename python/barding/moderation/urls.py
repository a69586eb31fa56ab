"""``path("uploads/", include("barding.moderation.urls"))``."""

from django.urls import path

from barding.moderation import views

app_name = "barding_moderation"

urlpatterns = [
    path("<uuid:pk>/", views.serve, name="serve"),
    path("<uuid:pk>/preview/", views.preview, name="preview"),
    path("link/<str:token>/", views.signed, name="signed"),
]
