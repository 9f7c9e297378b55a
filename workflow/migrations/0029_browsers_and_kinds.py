"""What became of a web push at each browser; kinds of shifts of a package are told
apart as all other rows of it are."""

import hashlib
import json
from datetime import time

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


def keep_what_was_said(apps, schema_editor):
    """As `workflow.package_rows` keeps it: so loading again changes nothing."""
    kept = apps.get_model("workflow", "PackageRow")
    for row in apps.get_model("workflow", "ShiftKind").objects.exclude(packaged={}):
        said = dict(row.packaged)
        for name in ("starts", "ends"):
            said[name] = time.fromisoformat(said[name])
        text = json.dumps(said, sort_keys=True, ensure_ascii=False, default=str)
        digest = hashlib.sha256(text.encode()).hexdigest()
        kept.objects.update_or_create(
            table="workflow.shiftkind", key=row.code, defaults={"digest": digest}
        )


class Migration(migrations.Migration):

    dependencies = [
        ('workflow', '0028_knowledge_words'),
    ]

    operations = [
        migrations.RunPython(keep_what_was_said, migrations.RunPython.noop),
        migrations.CreateModel(
            name='DeliveryBrowser',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('host', models.CharField(max_length=120)),
                ('state', models.CharField(choices=[('waiting', 'waits'), ('sending', 'is being sent'), ('sent', 'sent'), ('failed', 'not delivered'), ('dropped', 'no longer needed')], default='waiting', max_length=8)),
                ('gone', models.BooleanField(default=False)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('tried_at', models.DateTimeField(blank=True, null=True)),
                ('status', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('trouble', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'ordering': ('pk',),
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='shiftkind',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='shiftkind',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='shiftkind',
            name='delete_delete',
        ),
        migrations.RemoveField(
            model_name='shiftkind',
            name='packaged',
        ),
        migrations.RemoveField(
            model_name='shiftkindevent',
            name='packaged',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='shiftkind',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "workflow_shiftkindevent" ("code", "ends", "id", "order", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "retired", "starts", "titles") VALUES (NEW."code", NEW."ends", NEW."id", NEW."order", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."retired", NEW."starts", NEW."titles"); RETURN NULL;', hash='f9f7956b6aaf235e6eeff850428e15d668351559', operation='INSERT', pgid='pgtrigger_insert_insert_23a1a', table='workflow_shiftkind', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='shiftkind',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "workflow_shiftkindevent" ("code", "ends", "id", "order", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "retired", "starts", "titles") VALUES (NEW."code", NEW."ends", NEW."id", NEW."order", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."retired", NEW."starts", NEW."titles"); RETURN NULL;', hash='6e5d0c7b790fde9d669d8d173897ea82ee2d3835', operation='UPDATE', pgid='pgtrigger_update_update_c0af0', table='workflow_shiftkind', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='shiftkind',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "workflow_shiftkindevent" ("code", "ends", "id", "order", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "retired", "starts", "titles") VALUES (OLD."code", OLD."ends", OLD."id", OLD."order", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."retired", OLD."starts", OLD."titles"); RETURN NULL;', hash='420c5852e51e1d03a5bb14f7f38155143b55d486', operation='DELETE', pgid='pgtrigger_delete_delete_a0d9e', table='workflow_shiftkind', when='AFTER')),
        ),
        migrations.AddField(
            model_name='deliverybrowser',
            name='browser',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='workflow.pushsubscription'),
        ),
        migrations.AddField(
            model_name='deliverybrowser',
            name='delivery',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='browsers', to='workflow.delivery'),
        ),
        migrations.AddConstraint(
            model_name='deliverybrowser',
            constraint=models.UniqueConstraint(models.F('delivery'), models.F('browser'), name='browser_takes_a_message_once'),
        ),
    ]
