"""Who fetched an export is written once; see `workflow.0002`."""

from django.db import migrations

GUARD = """
CREATE TRIGGER exportdownload_is_append_only
    BEFORE UPDATE OR DELETE ON workflow_exportdownload
    FOR EACH ROW EXECUTE FUNCTION govmap_append_only();
CREATE TRIGGER exportdownload_is_not_truncated
    BEFORE TRUNCATE ON workflow_exportdownload
    FOR EACH STATEMENT EXECUTE FUNCTION govmap_append_only();
ALTER TABLE workflow_exportdownload
    ENABLE ALWAYS TRIGGER exportdownload_is_append_only;
ALTER TABLE workflow_exportdownload
    ENABLE ALWAYS TRIGGER exportdownload_is_not_truncated;
"""
UNGUARD = """
DROP TRIGGER exportdownload_is_append_only ON workflow_exportdownload;
DROP TRIGGER exportdownload_is_not_truncated ON workflow_exportdownload;
"""


class Migration(migrations.Migration):
    dependencies = [("workflow", "0014_seen_and_saved_views")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
