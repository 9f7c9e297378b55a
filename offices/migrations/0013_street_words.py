"""Pairs of signs of names with the street: whoever sees one street asks for its own.

A name that ten thousand of the district bear may be nobody's in a street.
"""

from django.db import migrations

WORDS = """
CREATE FUNCTION street_bigrams(bigint, text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT array_agg($1 || ':' || pair) FROM unnest(search_bigrams($2)) AS pair
     WHERE pair NOT LIKE '%|%'
$$;
CREATE INDEX person_by_street_words ON offices_person
    USING gin (street_bigrams(street_id, words)) WITH (gin_pending_list_limit = 512);
CREATE INDEX organization_by_street_words ON offices_organization
    USING gin (street_bigrams(street_id, words)) WITH (gin_pending_list_limit = 512);
"""
NO_WORDS = """
DROP INDEX organization_by_street_words;
DROP INDEX person_by_street_words;
DROP FUNCTION street_bigrams(bigint, text);
"""


class Migration(migrations.Migration):
    dependencies = [("offices", "0012_life_still_right")]
    operations = [migrations.RunSQL(WORDS, NO_WORDS)]
