# Plans by weekday or day of the month, paused plans; foreign keys whose index another index covers lose theirs.

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('adsum', '0011_policies'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='plan',
            name='interval_of_a_day_to_a_year',
        ),
        migrations.RemoveIndex(
            model_name='plan',
            name='plans_to_make',
        ),
        migrations.AddField(
            model_name='plan',
            name='month_day',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='plan',
            name='paused_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='plan',
            name='weekdays',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name='duty',
            name='participant',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='adsum.participant'),
        ),
        migrations.AlterField(
            model_name='duty',
            name='plan',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='adsum.plan'),
        ),
        migrations.AlterField(
            model_name='flag',
            name='cleared_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='flag',
            name='participant',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='adsum.participant'),
        ),
        migrations.AlterField(
            model_name='notice',
            name='participant',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='adsum.participant'),
        ),
        migrations.AlterField(
            model_name='plan',
            name='interval_days',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name='plan',
            name='participant',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='adsum.participant'),
        ),
        migrations.AlterField(
            model_name='report',
            name='participant',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='adsum.participant'),
        ),
        migrations.AddIndex(
            model_name='plan',
            index=models.Index(condition=models.Q(('ended_at__isnull', True), ('paused_at__isnull', True)), fields=['next_due_on'], name='plans_to_make'),
        ),
        migrations.AddIndex(
            model_name='plan',
            index=models.Index(fields=['participant', 'ended_at'], name='plans_of_participant'),
        ),
        migrations.AddConstraint(
            model_name='plan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('interval_days__range', (1, 366)), ('month_day', 0), ('weekdays', 0)), models.Q(('interval_days', 0), ('month_day', 0), ('weekdays__range', (1, 127))), models.Q(('interval_days', 0), ('month_day__range', (1, 31)), ('weekdays', 0)), _connector='OR'), name='a_plan_has_one_rhythm'),
        ),
    ]
