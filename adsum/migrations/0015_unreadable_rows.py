# A row of another system that cannot be read is a difference of its own.

import adsum.counterparts.rules
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('adsum', '0014_refused_messages'),
    ]

    operations = [
        migrations.AlterField(
            model_name='difference',
            name='kind',
            field=models.CharField(choices=[(adsum.counterparts.rules.Differs['NEWS'], 'Changed there, and we were not told'), (adsum.counterparts.rules.Differs['UNSENT'], 'Changed here, and they were not told'), (adsum.counterparts.rules.Differs['UNHEARD'], 'A row there of which we were not told'), (adsum.counterparts.rules.Differs['GONE'], 'Their row is gone'), (adsum.counterparts.rules.Differs['NOT_THERE'], 'They have no row'), (adsum.counterparts.rules.Differs['UNREADABLE'], 'Their row cannot be read')], max_length=10),
        ),
    ]
