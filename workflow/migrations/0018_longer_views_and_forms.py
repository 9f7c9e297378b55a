from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workflow", "0017_late_limits_by_range")]

    operations = [
        migrations.AlterField(
            model_name="export",
            name="form",
            field=models.CharField(
                choices=[
                    ("xlsx", "Excel workbook"),
                    ("csv", "CSV (UTF-8)"),
                    ("gbk", "CSV (GBK)"),
                    ("geojson", "GeoJSON"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="savedview",
            name="query",
            field=models.CharField(max_length=4000),
        ),
    ]
