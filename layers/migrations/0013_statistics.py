from django.db import migrations

# The serving role owns no table, so it may not ANALYZE one; who publishes half a million
# rows must, or the next queries are planned for a layer that has none.
ANALYZE = """
CREATE FUNCTION layers_analyze_features() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN ANALYZE public.layers_feature; END $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ("layers", "0012_conflict_correction"),
    ]

    operations = [
        migrations.RunSQL(ANALYZE, "DROP FUNCTION layers_analyze_features()"),
    ]
