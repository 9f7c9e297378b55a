"""Whoever acted on a case before has read it, and it is one of his."""

from django.db import migrations

FILL = """
INSERT INTO workflow_seen (user_id, kind, subject_id, seq, changed, acted)
SELECT actor_id, kind, subject_id, max(seq), false, true
FROM workflow_event
WHERE kind = 'case' AND actor_id <> ALL (
    SELECT id FROM accounts_user WHERE username = 'govmap-system')
GROUP BY actor_id, kind, subject_id
ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("workflow", "0013_rows_of_packages_and_drafts")]
    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
