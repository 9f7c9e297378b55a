"""Old cases are read-only: of a row only whether it is current ever changes.

A sheet of orders from before its job existed cannot be taken any more.
"""

from django.db import migrations

GUARD = """
CREATE FUNCTION govmap_old_case_is_read_only() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    same cases_oldcase;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        same := NEW;
        same.current := OLD.current;
        IF same *= OLD THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'cases_oldcase is read-only';
END $$;
CREATE TRIGGER oldcase_is_read_only BEFORE UPDATE OR DELETE ON cases_oldcase
    FOR EACH ROW EXECUTE FUNCTION govmap_old_case_is_read_only();
CREATE TRIGGER oldcase_is_not_truncated BEFORE TRUNCATE ON cases_oldcase
    FOR EACH STATEMENT EXECUTE FUNCTION govmap_old_case_is_read_only();
ALTER TABLE cases_oldcase ENABLE ALWAYS TRIGGER oldcase_is_read_only;
ALTER TABLE cases_oldcase ENABLE ALWAYS TRIGGER oldcase_is_not_truncated;
"""
UNGUARD = """
DROP TRIGGER oldcase_is_read_only ON cases_oldcase;
DROP TRIGGER oldcase_is_not_truncated ON cases_oldcase;
DROP FUNCTION govmap_old_case_is_read_only();
"""
SHEETS = """
UPDATE cases_ordersheet
SET status = CASE WHEN taken_at IS NULL THEN 'cancelled' ELSE 'done' END
WHERE path = ''
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0017_list_indexes")]
    operations = [
        migrations.RunSQL(GUARD, UNGUARD),
        migrations.RunSQL(SHEETS, migrations.RunSQL.noop),
    ]
