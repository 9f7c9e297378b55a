"""What is written once: guarded by a plain trigger, also against the owner's slip.

A plain trigger, for a session setting can switch off the ones of libraries. The
serving role owns no table, so it can neither drop nor disable it; its rights are taken
away by `grant_serving_role`.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION govmap_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER event_is_append_only BEFORE UPDATE OR DELETE ON workflow_event
    FOR EACH ROW EXECUTE FUNCTION govmap_append_only();
CREATE TRIGGER event_is_not_truncated BEFORE TRUNCATE ON workflow_event
    FOR EACH STATEMENT EXECUTE FUNCTION govmap_append_only();
ALTER TABLE workflow_event ENABLE ALWAYS TRIGGER event_is_append_only;
ALTER TABLE workflow_event ENABLE ALWAYS TRIGGER event_is_not_truncated;
"""
BACKWARD = """
DROP TRIGGER event_is_append_only ON workflow_event;
DROP TRIGGER event_is_not_truncated ON workflow_event;
DROP FUNCTION govmap_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("workflow", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
