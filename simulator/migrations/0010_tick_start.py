from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("simulator", "0009_presentations"),
    ]

    operations = [
        migrations.AddField(
            model_name="tick",
            name="start",
            field=models.BigIntegerField(default=0),
        ),
    ]
