from django.urls import path

from . import views

app_name = "catalog"
urlpatterns = [
    path("", views.PonyList.as_view(), name="list"),
    path("search/", views.search, name="search"),
    path("orders/<int:pk>/cancel/", views.cancel_order, name="cancel"),
    path("login/", views.sign_in, name="login"),
    path("export/", views.export, name="export"),
    path("hook/", views.payment_hook, name="hook"),
]
