"""A map of open cases: of all that ever lay on a screen, only those of some states.

One index for both; the place's own one is dropped, for this serves it as well.
"""

import django.contrib.gis.db.models.fields
import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0023_marks_by_function")]

    operations = [
        migrations.AlterField(
            model_name="case",
            name="place",
            field=django.contrib.gis.db.models.fields.PointField(
                blank=True, null=True, spatial_index=False, srid=4490
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=django.contrib.postgres.indexes.GistIndex(
                fields=["place", "state"], name="case_by_place"
            ),
        ),
    ]
