"""Who read a caller's name is written once; see `workflow.0002`."""

from django.db import migrations

GUARD = """
CREATE TRIGGER callerreading_is_append_only BEFORE UPDATE OR DELETE
    ON cases_callerreading
    FOR EACH ROW EXECUTE FUNCTION govmap_append_only();
CREATE TRIGGER callerreading_is_not_truncated BEFORE TRUNCATE ON cases_callerreading
    FOR EACH STATEMENT EXECUTE FUNCTION govmap_append_only();
ALTER TABLE cases_callerreading ENABLE ALWAYS TRIGGER callerreading_is_append_only;
ALTER TABLE cases_callerreading ENABLE ALWAYS TRIGGER callerreading_is_not_truncated;
"""
UNGUARD = """
DROP TRIGGER callerreading_is_append_only ON cases_callerreading;
DROP TRIGGER callerreading_is_not_truncated ON cases_callerreading;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0012_sheet_lines"),
        ("workflow", "0002_append_only"),
    ]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
