"""Sorts of hard matters of a package are told apart as all other rows of it are."""

import hashlib
import json

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


def keep_what_was_said(apps, schema_editor):
    """As `workflow.package_rows` keeps it: so loading again changes nothing."""
    kept = apps.get_model("workflow", "PackageRow")
    for row in apps.get_model("cases", "MatterSort").objects.exclude(packaged={}):
        said = dict(row.packaged)
        text = json.dumps(said, sort_keys=True, ensure_ascii=False, default=str)
        digest = hashlib.sha256(text.encode()).hexdigest()
        kept.objects.update_or_create(
            table="cases.mattersort", key=row.code, defaults={"digest": digest}
        )


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0032_talk'),
        ('workflow', '0028_knowledge_words'),
    ]

    operations = [
        migrations.RunPython(keep_what_was_said, migrations.RunPython.noop),
        pgtrigger.migrations.RemoveTrigger(
            model_name='mattersort',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='mattersort',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='mattersort',
            name='delete_delete',
        ),
        migrations.RemoveField(
            model_name='mattersort',
            name='packaged',
        ),
        migrations.RemoveField(
            model_name='mattersortevent',
            name='packaged',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='mattersort',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "cases_mattersortevent" ("code", "id", "order", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "retired", "titles") VALUES (NEW."code", NEW."id", NEW."order", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."retired", NEW."titles"); RETURN NULL;', hash='6195dd99dc014752d238a1b01f68667f5fce3d9e', operation='INSERT', pgid='pgtrigger_insert_insert_cecfa', table='cases_mattersort', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='mattersort',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "cases_mattersortevent" ("code", "id", "order", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "retired", "titles") VALUES (NEW."code", NEW."id", NEW."order", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."retired", NEW."titles"); RETURN NULL;', hash='ba8b3682c3d7a2075e10dbfe2e48f0f9e186e1ec', operation='UPDATE', pgid='pgtrigger_update_update_ff3f6', table='cases_mattersort', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='mattersort',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "cases_mattersortevent" ("code", "id", "order", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "retired", "titles") VALUES (OLD."code", OLD."id", OLD."order", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."retired", OLD."titles"); RETURN NULL;', hash='789a9f4b37614e7ba855fb0e6af36fc233d40ea1', operation='DELETE', pgid='pgtrigger_delete_delete_0b25c', table='cases_mattersort', when='AFTER')),
        ),
    ]
