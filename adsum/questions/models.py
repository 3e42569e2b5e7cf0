"""Templates of questions, one row a version."""

from functools import cached_property

import pgtrigger
from django.db import models

from adsum.offices.models import FieldOffice
from adsum.policies.queries import in_force
from adsum.questions.policy import QuestionsPolicy
from adsum.questions.rules import Question, read_template


class QuestionTemplate(models.Model):
    """What is asked from `valid_from` on, in an office or all, at a level or all. A version never changes."""

    office = models.ForeignKey(FieldOffice, on_delete=models.PROTECT, null=True, related_name="+")
    level = models.CharField(max_length=12, blank=True)
    version = models.PositiveIntegerField()
    body = models.JSONField()
    valid_from = models.DateTimeField()
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office", "level", "version"], name="one_template_per_version", nulls_distinct=False
            ),
        ]
        triggers = [pgtrigger.Protect(name="templates_stand", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        where = self.office.code if self.office else "every office"
        return f"{where}, {self.level or 'every level'}, version {self.version}"

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """By the limits of the day on which it was published; its languages were those of that day too."""
        return read_template(self.body, languages=(), policy=in_force(QuestionsPolicy, now=self.published_at))
