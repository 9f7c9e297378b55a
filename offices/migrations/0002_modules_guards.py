"""Records are found by pairs of signs and by what their fields say; a definition that
was published never changes; who looked at what is only ever added to."""

from django.db import migrations

INDEXES = """
CREATE INDEX record_by_words ON offices_record USING gin (search_bigrams(words))
    WITH (gin_pending_list_limit = 512);
CREATE INDEX record_by_data ON offices_record USING gin (data jsonb_path_ops);
CREATE INDEX record_by_number ON offices_record (number text_pattern_ops);
"""
NO_INDEXES = """
DROP INDEX record_by_number;
DROP INDEX record_by_data;
DROP INDEX record_by_words;
"""
GUARD = """
CREATE FUNCTION offices_published_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> $x$draft$x$ AND (NEW.definition IS DISTINCT FROM OLD.definition
        OR NEW.number <> OLD.number OR NEW.module_id <> OLD.module_id
        OR NEW.state = $x$draft$x$) THEN
        RAISE EXCEPTION $x$a published version of a module never changes$x$;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER module_version_stays BEFORE UPDATE ON offices_moduleversion
    FOR EACH ROW EXECUTE FUNCTION offices_published_stays();
ALTER TABLE offices_moduleversion ENABLE ALWAYS TRIGGER module_version_stays;
CREATE TRIGGER recordreading_is_append_only
    BEFORE UPDATE OR DELETE ON offices_recordreading
    FOR EACH ROW EXECUTE FUNCTION govmap_append_only();
CREATE TRIGGER recordreading_is_not_truncated BEFORE TRUNCATE ON offices_recordreading
    FOR EACH STATEMENT EXECUTE FUNCTION govmap_append_only();
ALTER TABLE offices_recordreading ENABLE ALWAYS TRIGGER recordreading_is_append_only;
ALTER TABLE offices_recordreading ENABLE ALWAYS TRIGGER recordreading_is_not_truncated;
"""
UNGUARD = """
DROP TRIGGER recordreading_is_not_truncated ON offices_recordreading;
DROP TRIGGER recordreading_is_append_only ON offices_recordreading;
DROP TRIGGER module_version_stays ON offices_moduleversion;
DROP FUNCTION offices_published_stays();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("offices", "0001_registers"),
        ("layers", "0002_address_search"),
        ("workflow", "0002_append_only"),
    ]
    operations = [
        migrations.RunSQL(INDEXES, NO_INDEXES),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
