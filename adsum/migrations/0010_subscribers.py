"""Facts are owed to subscribers, each with numbers of its own, instead of to one address."""

import adsum.outbox.rules
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


# Who listened until now goes on being told: what it has taken stays taken, what waits or was parked gets its next numbers,
# which begin behind the last one by which it knows facts.
FROM_BEFORE = """
INSERT INTO adsum_subscriber (code, title, way, address, layout, kinds, offices, fields, why, looked_below, numbered,
    added_at, changed_at, last_error)
SELECT 'webhook', 'The address in ADSUM_WEBHOOK_URL', 'webhook', '', '', '{}', '{}', '{}', '',
    pg_snapshot_xmin(pg_current_snapshot())::text::bigint, max(id) + count(*) FILTER (WHERE delivered_at IS NULL),
    CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, ''
FROM adsum_outboxevent HAVING bool_or(delivered_at IS NOT NULL OR parked_at IS NOT NULL);
INSERT INTO adsum_outboxdelivery (subscriber_id, number, event_id, participant_id, attempts, next_try_at, last_error,
    parked_at)
SELECT told.id, told.numbered - count(*) OVER () + row_number() OVER (ORDER BY event.id), event.id,
    event.participant_id, event.attempts, event.next_try_at, event.last_error, event.parked_at
FROM adsum_subscriber told, adsum_outboxevent event WHERE event.delivered_at IS NULL;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('adsum', '0009_households'),
    ]

    operations = [
        migrations.CreateModel(
            name='Subscriber',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, unique=True)),
                ('title', models.CharField(max_length=120)),
                ('way', models.CharField(choices=[(adsum.outbox.rules.Way['WEBHOOK'], adsum.outbox.rules.Way['WEBHOOK']), (adsum.outbox.rules.Way['FILES'], adsum.outbox.rules.Way['FILES'])], max_length=10)),
                ('address', models.CharField(max_length=400)),
                ('layout', models.CharField(blank=True, max_length=10)),
                ('hour', models.PositiveSmallIntegerField(null=True)),
                ('kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), default=list, size=None)),
                ('offices', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), default=list, size=None)),
                ('fields', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), default=list, size=None)),
                ('why', models.TextField(blank=True)),
                ('since', models.DateTimeField(null=True)),
                ('looked_below', models.BigIntegerField(db_default=0)),
                ('looked_at', models.DateTimeField(null=True)),
                ('numbered', models.BigIntegerField(db_default=0)),
                ('added_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('rotated_at', models.DateTimeField(null=True)),
                ('paused_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('heard_at', models.DateTimeField(null=True)),
                ('silent_since', models.DateTimeField(null=True)),
                ('next_try_at', models.DateTimeField(null=True)),
                ('last_error', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('code__regex', '^[a-z0-9][a-z0-9-]*$')), name='a_subscriber_has_a_plain_code'),
                    models.CheckConstraint(condition=models.Q(('fields', []), models.Q(('why', ''), _negated=True), _connector='OR'), name='who_is_told_more_than_ids_has_a_reason'),
                ],
            },
        ),
        migrations.CreateModel(
            name='OutboxDelivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subscriber', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='adsum.subscriber')),
                ('number', models.BigIntegerField()),
                ('event', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='adsum.outboxevent')),
                ('participant_id', models.BigIntegerField()),
                ('delivered_at', models.DateTimeField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(db_default=0)),
                ('next_try_at', models.DateTimeField(null=True)),
                ('last_error', models.CharField(blank=True, db_default='', max_length=200)),
                ('parked_at', models.DateTimeField(null=True)),
                ('given_up_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [
                    models.Index(condition=models.Q(('delivered_at__isnull', True), ('given_up_at__isnull', True), ('parked_at__isnull', True)), fields=['subscriber', 'number'], name='deliveries_waiting'),
                    models.Index(condition=models.Q(('delivered_at__isnull', True), ('given_up_at__isnull', True), ('parked_at__isnull', True), ('next_try_at__isnull', False)), fields=['subscriber', 'participant_id'], name='deliveries_refused'),
                    models.Index(condition=models.Q(('parked_at__isnull', False)), fields=['subscriber', 'number'], name='deliveries_parked'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('subscriber', 'number'), name='a_number_is_given_once'),
                    models.UniqueConstraint(fields=('event', 'subscriber'), name='a_fact_is_numbered_once_for_each'),
                    models.CheckConstraint(condition=models.Q(('delivered_at__isnull', True), models.Q(('given_up_at__isnull', True), ('parked_at__isnull', True)), _connector='OR'), name='a_fact_is_delivered_or_put_aside'),
                    models.CheckConstraint(condition=models.Q(('parked_at__isnull', True), ('given_up_at__isnull', True), _connector='OR'), name='a_fact_is_parked_or_given_up'),
                ],
            },
        ),
        migrations.RunSQL(FROM_BEFORE, migrations.RunSQL.noop),
        migrations.RemoveConstraint(
            model_name='outboxevent',
            name='an_event_is_delivered_or_parked',
        ),
        migrations.RemoveIndex(
            model_name='outboxevent',
            name='outbox_waiting',
        ),
        migrations.RemoveIndex(
            model_name='outboxevent',
            name='outbox_refused',
        ),
        migrations.RemoveIndex(
            model_name='outboxevent',
            name='outbox_parked',
        ),
        migrations.RemoveField(
            model_name='outboxevent',
            name='attempts',
        ),
        migrations.RemoveField(
            model_name='outboxevent',
            name='delivered_at',
        ),
        migrations.RemoveField(
            model_name='outboxevent',
            name='last_error',
        ),
        migrations.RemoveField(
            model_name='outboxevent',
            name='next_try_at',
        ),
        migrations.RemoveField(
            model_name='outboxevent',
            name='parked_at',
        ),
        migrations.AddIndex(
            model_name='outboxevent',
            index=models.Index(fields=['transaction_number'], name='outbox_in_order'),
        ),
    ]
