"""Messages that were refused: how many of which fault, by day. Nothing of what stood in them."""

from django.db import models

from adsum.records.models.sources import RecordSource


class RefusedPush(models.Model):
    """So many messages to a source's address were refused on a day (UTC) for one kind of fault."""

    source = models.ForeignKey(RecordSource, on_delete=models.CASCADE, related_name="+", db_index=False)
    on_day = models.DateField()
    why = models.CharField(max_length=12)
    count = models.PositiveIntegerField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "on_day", "why"], name="refusals_of_a_day_in_one_row")]
