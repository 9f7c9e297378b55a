"""The record of the catalogue, guarded as the events are."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


FORWARD = """
CREATE TRIGGER layerchange_is_append_only BEFORE UPDATE OR DELETE ON layers_layerchange
    FOR EACH ROW EXECUTE FUNCTION govmap_append_only();
CREATE TRIGGER layerchange_is_not_truncated BEFORE TRUNCATE ON layers_layerchange
    FOR EACH STATEMENT EXECUTE FUNCTION govmap_append_only();
ALTER TABLE layers_layerchange ENABLE ALWAYS TRIGGER layerchange_is_append_only;
ALTER TABLE layers_layerchange ENABLE ALWAYS TRIGGER layerchange_is_not_truncated;
"""
BACKWARD = """
DROP TRIGGER layerchange_is_append_only ON layers_layerchange;
DROP TRIGGER layerchange_is_not_truncated ON layers_layerchange;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('workflow', '0002_append_only'),
        ('layers', '0004_own_systems'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='LayerChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('what', models.JSONField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('layer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='layers.layer')),
            ],
            options={
                'ordering': ('-pk',),
                'indexes': [models.Index(fields=['layer', '-id'], name='change_by_layer')],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
