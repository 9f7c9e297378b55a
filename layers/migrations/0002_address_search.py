"""Addresses are found by pairs of signs: trigrams see nothing in two Chinese ones."""

from django.db import migrations

# What layers/search.py compares; form_of() there does the same to what people type.
MAKE_SEARCH = r"""
CREATE FUNCTION search_form(text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT regexp_replace(
        regexp_replace(
            upper(normalize($1, NFKC)), '[\s,，、.。·—–()#''"“”-]', '', 'g'),
        '号院|(?<=[0-9])院', '号', 'g')
$$;
CREATE FUNCTION search_bigrams(text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT array_agg(DISTINCT substr($1, n, 2))
      FROM generate_series(1, greatest(length($1) - 1, 1)) n
$$;
CREATE INDEX address_by_bigrams ON layers_address
    USING gin (search_bigrams(search_form(text)));
"""
DROP_SEARCH = """
DROP INDEX address_by_bigrams;
DROP FUNCTION search_bigrams(text);
DROP FUNCTION search_form(text);
"""


class Migration(migrations.Migration):
    dependencies = [("layers", "0001_initial")]
    operations = [migrations.RunSQL(MAKE_SEARCH, DROP_SEARCH)]
