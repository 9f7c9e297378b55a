"""Pairs of signs are found in the kept words; a visit is only ever added to."""

from django.db import migrations

INDEXES = """
DROP INDEX person_by_words;
DROP INDEX organization_by_words;
DROP INDEX building_by_words;
CREATE INDEX person_by_words ON offices_person USING gin (search_bigrams(words))
    WITH (gin_pending_list_limit = 512);
CREATE INDEX organization_by_words ON offices_organization
    USING gin (search_bigrams(words)) WITH (gin_pending_list_limit = 512);
CREATE INDEX building_by_words ON offices_building USING gin (search_bigrams(words))
    WITH (gin_pending_list_limit = 512);
"""
NO_INDEXES = """
DROP INDEX building_by_words;
DROP INDEX organization_by_words;
DROP INDEX person_by_words;
CREATE INDEX person_by_words ON offices_person USING gin
    (search_bigrams(register_words(name, former_name, foreign_name)))
    WITH (gin_pending_list_limit = 512);
CREATE INDEX organization_by_words ON offices_organization USING gin
    (search_bigrams(register_words(name, short_name, code)))
    WITH (gin_pending_list_limit = 512);
CREATE INDEX building_by_words ON offices_building USING gin
    (search_bigrams(search_form(address))) WITH (gin_pending_list_limit = 512);
"""
GUARD = """
CREATE TRIGGER {name}_is_append_only BEFORE UPDATE OR DELETE ON offices_{name}
    FOR EACH ROW EXECUTE FUNCTION govmap_append_only();
CREATE TRIGGER {name}_is_not_truncated BEFORE TRUNCATE ON offices_{name}
    FOR EACH STATEMENT EXECUTE FUNCTION govmap_append_only();
ALTER TABLE offices_{name} ENABLE ALWAYS TRIGGER {name}_is_append_only;
ALTER TABLE offices_{name} ENABLE ALWAYS TRIGGER {name}_is_not_truncated;
"""
UNGUARD = """
DROP TRIGGER {name}_is_not_truncated ON offices_{name};
DROP TRIGGER {name}_is_append_only ON offices_{name};
"""


class Migration(migrations.Migration):
    dependencies = [("offices", "0005_finding")]
    operations = [
        migrations.RunSQL(INDEXES, NO_INDEXES),
        *(
            migrations.RunSQL(GUARD.format(name=name), UNGUARD.format(name=name))
            for name in ("visit", "visittick")
        ),
    ]
