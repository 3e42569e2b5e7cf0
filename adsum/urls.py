"""Every address of Adsum, by door."""

from django.urls import include, path

urlpatterns = [
    path("", include("adsum.portal.urls")),
    path("console/", include("adsum.console.urls")),
    path("", include("adsum.api.urls")),
    path("", include("adsum.exchange.urls")),
]
handler404 = "adsum.portal.views.not_found"
handler500 = "adsum.portal.views.broken"
