"""The machine's addresses."""

from django.urls import include, path

from adsum.api import hooks, metrics, monitors, records, views

urlpatterns = [
    path("health/live", views.live, name="live"),
    path("health/ready", views.ready, name="ready"),
    path("metrics", metrics.metrics, name="metrics"),
    path("api/v1/", include("adsum.api.partners.urls")),
    path("hooks/sms/", hooks.sms_events, name="sms-events"),
    path("hooks/monitors/traccar/", monitors.monitor_push, name="monitor-push"),
    path("hooks/records/<slug:code>/", records.record_push, name="record-push"),
]
