"""The addresses at which other systems push."""

from django.urls import path

from adsum.exchange import receiving

urlpatterns = [path("hooks/exchange/<slug:code>/", receiving.row_push, name="row-push")]
