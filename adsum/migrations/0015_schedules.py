# Plans by weekday or day of the month; pauses; foreign keys that another index covers lose their own.

import adsum.checkins.rules.rhythm
import adsum.notices.rules
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('adsum', '0014_appointments'),
    ]

    operations = [
        migrations.CreateModel(
            name='Pause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('why', models.CharField(choices=[(adsum.checkins.rules.rhythm.PauseReason['DETAINED'], adsum.checkins.rules.rhythm.PauseReason['DETAINED']), (adsum.checkins.rules.rhythm.PauseReason['HOSPITAL'], adsum.checkins.rules.rhythm.PauseReason['HOSPITAL']), (adsum.checkins.rules.rhythm.PauseReason['CLOSED'], adsum.checkins.rules.rhythm.PauseReason['CLOSED']), (adsum.checkins.rules.rhythm.PauseReason['OTHER'], adsum.checkins.rules.rhythm.PauseReason['OTHER'])], max_length=10)),
                ('words', models.TextField()),
                ('began_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
            ],
        ),
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
            name='reason',
            field=models.TextField(default=''),
        ),
        migrations.AddField(
            model_name='plan',
            name='set_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
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
            name='kind',
            field=models.CharField(choices=[(adsum.notices.rules.NoticeKind['CHECKIN_MISSED'], adsum.notices.rules.NoticeKind['CHECKIN_MISSED']), (adsum.notices.rules.NoticeKind['CHECKIN_EXCUSED'], adsum.notices.rules.NoticeKind['CHECKIN_EXCUSED']), (adsum.notices.rules.NoticeKind['CHECKIN_CREDITED'], adsum.notices.rules.NoticeKind['CHECKIN_CREDITED']), (adsum.notices.rules.NoticeKind['OFFICER_ANSWERED'], adsum.notices.rules.NoticeKind['OFFICER_ANSWERED']), (adsum.notices.rules.NoticeKind['DOCUMENT_ACCEPTED'], adsum.notices.rules.NoticeKind['DOCUMENT_ACCEPTED']), (adsum.notices.rules.NoticeKind['DOCUMENT_WANTED'], adsum.notices.rules.NoticeKind['DOCUMENT_WANTED']), (adsum.notices.rules.NoticeKind['SCHEDULE_CHANGED'], adsum.notices.rules.NoticeKind['SCHEDULE_CHANGED']), (adsum.notices.rules.NoticeKind['SCHEDULE_PAUSED'], adsum.notices.rules.NoticeKind['SCHEDULE_PAUSED'])], max_length=40),
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
        migrations.AddConstraint(
            model_name='plan',
            constraint=models.CheckConstraint(condition=models.Q(('set_by__isnull', True), ('reason__regex', '\\S'), _connector='OR'), name='an_officers_plan_has_a_reason'),
        ),
        migrations.AddField(
            model_name='pause',
            name='began_by',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='pause',
            name='ended_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='pause',
            name='participant',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='adsum.participant'),
        ),
        migrations.AddIndex(
            model_name='pause',
            index=models.Index(fields=['participant', '-began_at'], name='pauses_of_participant'),
        ),
        migrations.AddConstraint(
            model_name='pause',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('participant',), name='one_pause_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='pause',
            constraint=models.CheckConstraint(condition=models.Q(('words__regex', '\\S')), name='a_pause_has_words'),
        ),
        migrations.AddConstraint(
            model_name='pause',
            constraint=models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), ('ended_by__isnull', False), _connector='OR'), name='who_ended_a_pause_is_named'),
        ),
    ]
