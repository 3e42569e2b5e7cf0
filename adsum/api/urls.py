"""The machine's addresses."""

from django.urls import path

from adsum.api import hooks, views

urlpatterns = [
    path("health/live", views.live, name="live"),
    path("health/ready", views.ready, name="ready"),
    path("hooks/sms/", hooks.sms_events, name="sms-events"),
]
