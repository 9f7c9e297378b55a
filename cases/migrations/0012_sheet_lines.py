from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0011_caller_readings")]
    operations = [
        migrations.RenameField("ordersheet", "report", "lines"),
    ]
