"""What was drawn, and why, is written once; see `workflow.0002`."""

from django.db import migrations

TABLES = ("draw", "samplereason")
GUARD = """
CREATE TRIGGER {0}_is_append_only BEFORE UPDATE OR DELETE ON cases_{0}
    FOR EACH ROW EXECUTE FUNCTION govmap_append_only();
CREATE TRIGGER {0}_is_not_truncated BEFORE TRUNCATE ON cases_{0}
    FOR EACH STATEMENT EXECUTE FUNCTION govmap_append_only();
ALTER TABLE cases_{0} ENABLE ALWAYS TRIGGER {0}_is_append_only;
ALTER TABLE cases_{0} ENABLE ALWAYS TRIGGER {0}_is_not_truncated;
"""
UNGUARD = """
DROP TRIGGER {0}_is_append_only ON cases_{0};
DROP TRIGGER {0}_is_not_truncated ON cases_{0};
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0014_sampling"), ("workflow", "0002_append_only")]
    operations = [
        migrations.RunSQL(GUARD.format(table), UNGUARD.format(table))
        for table in TABLES
    ]
