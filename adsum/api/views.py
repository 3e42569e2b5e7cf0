"""Health, for load balancers and supervisors."""

from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

from adsum.api.access import machines


@machines
@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is asked."""
    return JsonResponse({"live": True})


@machines
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """The database answers and has a schema: requests can be served."""
    try:
        is_ready = MigrationRecorder(connection).has_table()
    except DatabaseError:
        is_ready = False
    return JsonResponse({"ready": is_ready}, status=200 if is_ready else 503)
