"""Articles are found by pairs of signs of what they say, title to basis."""

from django.db import migrations

WORDS = """
CREATE INDEX article_by_words ON workflow_articleversion USING gin
    (search_bigrams(form)) WITH (gin_pending_list_limit = 512);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("workflow", "0027_phone_clock"),
        ("layers", "0002_address_search"),
    ]
    operations = [migrations.RunSQL(WORDS, "DROP INDEX article_by_words;")]
