"""Reprints and deliveries of papers are written once; see `workflow.0002`.

What a printed paper says never changes either: only that its file was made, or that
it was voided, is written into its row afterwards.
"""

from django.db import migrations

GUARD = """
CREATE TRIGGER paperreprint_is_append_only
    BEFORE UPDATE OR DELETE ON workflow_paperreprint
    FOR EACH ROW EXECUTE FUNCTION govmap_append_only();
CREATE TRIGGER paperreprint_is_not_truncated
    BEFORE TRUNCATE ON workflow_paperreprint
    FOR EACH STATEMENT EXECUTE FUNCTION govmap_append_only();
CREATE TRIGGER paperdelivery_is_append_only
    BEFORE UPDATE OR DELETE ON workflow_paperdelivery
    FOR EACH ROW EXECUTE FUNCTION govmap_append_only();
CREATE TRIGGER paperdelivery_is_not_truncated
    BEFORE TRUNCATE ON workflow_paperdelivery
    FOR EACH STATEMENT EXECUTE FUNCTION govmap_append_only();
CREATE FUNCTION govmap_paper_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE'
        OR (NEW.uuid, NEW.template_id, NEW.kind, NEW.key, NEW.number, NEW.unit_id,
            NEW.year, NEW.serial, NEW.to_name, NEW.printed_by_id, NEW.printed_at,
            NEW.html) IS DISTINCT FROM
           (OLD.uuid, OLD.template_id, OLD.kind, OLD.key, OLD.number, OLD.unit_id,
            OLD.year, OLD.serial, OLD.to_name, OLD.printed_by_id, OLD.printed_at,
            OLD.html)
        OR (OLD.voided_at IS NOT NULL
            AND NEW.voided_at IS DISTINCT FROM OLD.voided_at)
        OR (OLD.sha256 <> '' AND NEW.sha256 <> OLD.sha256)
    THEN
        RAISE EXCEPTION 'a printed paper stays as it is: % refused', TG_OP
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER printedpaper_stays BEFORE UPDATE OR DELETE ON workflow_printedpaper
    FOR EACH ROW EXECUTE FUNCTION govmap_paper_stays();
ALTER TABLE workflow_paperreprint ENABLE ALWAYS TRIGGER paperreprint_is_append_only;
ALTER TABLE workflow_paperreprint ENABLE ALWAYS TRIGGER paperreprint_is_not_truncated;
ALTER TABLE workflow_paperdelivery ENABLE ALWAYS TRIGGER paperdelivery_is_append_only;
ALTER TABLE workflow_paperdelivery
    ENABLE ALWAYS TRIGGER paperdelivery_is_not_truncated;
ALTER TABLE workflow_printedpaper ENABLE ALWAYS TRIGGER printedpaper_stays;
"""
UNGUARD = """
DROP TRIGGER paperreprint_is_append_only ON workflow_paperreprint;
DROP TRIGGER paperreprint_is_not_truncated ON workflow_paperreprint;
DROP TRIGGER paperdelivery_is_append_only ON workflow_paperdelivery;
DROP TRIGGER paperdelivery_is_not_truncated ON workflow_paperdelivery;
DROP TRIGGER printedpaper_stays ON workflow_printedpaper;
DROP FUNCTION govmap_paper_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("workflow", "0015_downloads_append_only")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
