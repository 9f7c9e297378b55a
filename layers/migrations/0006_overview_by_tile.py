from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):

    dependencies = [
        ('layers', '0005_import_words'),
    ]

    operations = [
        # Drawn anew with the next version; until then tiles are drawn whole.
        migrations.RunSQL('DELETE FROM layers_overview', migrations.RunSQL.noop),
        migrations.RemoveIndex(
            model_name='overview',
            name='overview_by_place',
        ),
        migrations.AddField(
            model_name='overview',
            name='x',
            field=models.PositiveIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='overview',
            name='y',
            field=models.PositiveIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name='overview',
            name='layer',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='layers.layer'),
        ),
        migrations.AddIndex(
            model_name='overview',
            index=models.Index(fields=['layer', 'zoom', 'x', 'y'], name='overview_by_tile'),
        ),
    ]
