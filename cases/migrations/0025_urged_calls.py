from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0024_place_and_state")]

    operations = [
        migrations.AddField(
            model_name="whistlecall",
            name="supervised",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="whistlecall",
            name="urged",
            field=models.PositiveSmallIntegerField(default=0),
        ),
    ]
