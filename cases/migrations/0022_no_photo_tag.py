"""Sites that have tags already get the one that the intake sets by itself."""

from typing import Any

from django.db import migrations

TITLES = {"zh-hans": "无照片", "en": "No photo"}


def add(apps: Any, schema_editor: Any) -> None:
    tags = apps.get_model("cases", "Tag").objects
    if tags.exists():
        tags.get_or_create(code="no_photo", defaults={"titles": TITLES, "order": 5})


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0021_report_against"),
    ]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
