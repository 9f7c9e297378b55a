"""Entries are found by pairs of signs of their names and addresses; what happened to
them, and who read them, is only ever added to."""

from django.db import migrations

WORDS = """
CREATE FUNCTION register_words(text, text, text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT search_form(coalesce($1, '')) || '|' || search_form(coalesce($2, '')) || '|'
        || search_form(coalesce($3, ''))
$$;
CREATE INDEX person_by_words ON offices_person USING gin
    (search_bigrams(register_words(name, former_name, foreign_name)))
    WITH (gin_pending_list_limit = 512);
CREATE INDEX organization_by_words ON offices_organization USING gin
    (search_bigrams(register_words(name, short_name, code)))
    WITH (gin_pending_list_limit = 512);
CREATE INDEX building_by_words ON offices_building USING gin
    (search_bigrams(search_form(address))) WITH (gin_pending_list_limit = 512);
"""
NO_WORDS = """
DROP INDEX building_by_words;
DROP INDEX organization_by_words;
DROP INDEX person_by_words;
DROP FUNCTION register_words(text, text, text);
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
DROP TRIGGER {name}_is_append_only ON offices_{name};
DROP TRIGGER {name}_is_not_truncated ON offices_{name};
"""
GUARDED = ("lifeevent", "registerreading")


class Migration(migrations.Migration):
    dependencies = [
        ("offices", "0002_modules_guards"),
        ("layers", "0002_address_search"),
        ("workflow", "0002_append_only"),
    ]
    operations = [
        migrations.RunSQL(WORDS, NO_WORDS),
        *(
            migrations.RunSQL(GUARD.format(name=name), UNGUARD.format(name=name))
            for name in GUARDED
        ),
    ]
