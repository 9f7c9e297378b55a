"""Who was recorded as a near relative stays recorded; see `workflow.0002`."""

from django.db import migrations

GUARD = """
CREATE TRIGGER recusal_is_append_only
    BEFORE UPDATE OR DELETE ON workflow_recusal
    FOR EACH ROW EXECUTE FUNCTION govmap_append_only();
CREATE TRIGGER recusal_is_not_truncated
    BEFORE TRUNCATE ON workflow_recusal
    FOR EACH STATEMENT EXECUTE FUNCTION govmap_append_only();
ALTER TABLE workflow_recusal ENABLE ALWAYS TRIGGER recusal_is_append_only;
ALTER TABLE workflow_recusal ENABLE ALWAYS TRIGGER recusal_is_not_truncated;
"""
UNGUARD = """
DROP TRIGGER recusal_is_append_only ON workflow_recusal;
DROP TRIGGER recusal_is_not_truncated ON workflow_recusal;
"""


class Migration(migrations.Migration):
    dependencies = [("workflow", "0019_registers")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
