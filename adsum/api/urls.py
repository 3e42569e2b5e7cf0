"""The machine's addresses."""

from django.urls import path

from adsum.api import views

urlpatterns = [
    path("health/live", views.live, name="live"),
    path("health/ready", views.ready, name="ready"),
]
