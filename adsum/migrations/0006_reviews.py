"""Who appealed for somebody; and what came late, by person, so that nothing else is read for it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('adsum', '0005_search'),
    ]

    operations = [
        migrations.AddField(
            model_name='appeal',
            name='representative',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='adsum.representative'),
        ),
        migrations.AddIndex(
            model_name='report',
            index=models.Index(condition=models.Q(('concerns__contains', ['late'])), fields=['participant'], name='late_reports'),
        ),
    ]
