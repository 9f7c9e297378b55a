"""On whose ground a case's limits lie, written on the limits themselves."""

from django.db import migrations

GROUND = """
CREATE FUNCTION cases_ground_of_limit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT street_id, community_id INTO NEW.street_id, NEW.community_id
    FROM cases_case WHERE id = NEW.subject_id;
    RETURN NEW;
END $$;
CREATE FUNCTION cases_ground_of_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE workflow_deadline
    SET street_id = NEW.street_id, community_id = NEW.community_id
    WHERE kind = 'case' AND subject_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER limit_lies_where_its_case_does BEFORE INSERT ON workflow_deadline
    FOR EACH ROW WHEN (NEW.kind = 'case') EXECUTE FUNCTION cases_ground_of_limit();
CREATE TRIGGER case_takes_its_limits_along
    AFTER UPDATE OF street_id, community_id ON cases_case FOR EACH ROW
    WHEN (OLD.street_id IS DISTINCT FROM NEW.street_id
        OR OLD.community_id IS DISTINCT FROM NEW.community_id)
    EXECUTE FUNCTION cases_ground_of_case();
UPDATE workflow_deadline AS d
SET street_id = c.street_id, community_id = c.community_id
FROM cases_case AS c WHERE d.kind = 'case' AND c.id = d.subject_id;
"""
NO_GROUND = """
DROP TRIGGER case_takes_its_limits_along ON cases_case;
DROP TRIGGER limit_lies_where_its_case_does ON workflow_deadline;
DROP FUNCTION cases_ground_of_case();
DROP FUNCTION cases_ground_of_limit();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0028_case_ground"),
        ("workflow", "0022_ground_of_limits"),
    ]
    operations = [
        migrations.RemoveIndex(model_name="case", name="case_ground"),
        migrations.RunSQL(GROUND, NO_GROUND),
    ]
