"""Cases are found by pairs of signs of their words, kept in a table by triggers.

Trigrams see nothing in two Chinese signs. Also the indexes that other filters read:
the end of a number, the day of the report, urgency, and when something happened.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION case_words_form(address text, told text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT search_form(coalesce(address, '')) || '|' || search_form(coalesce(told, ''))
$$;
CREATE FUNCTION case_words_told(key bigint) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT r.text FROM workflow_event e JOIN workflow_remark r ON r.event_id = e.id
     WHERE e.kind = 'case' AND e.subject_id = key AND e.seq = 1
$$;

CREATE FUNCTION case_words_begin() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO cases_casewords (case_id, category_id, form)
    SELECT id, category_id, case_words_form(address, '') FROM fresh
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE FUNCTION case_words_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE cases_casewords
       SET category_id = NEW.category_id,
           form = case_words_form(NEW.address, case_words_told(NEW.id))
     WHERE case_id = NEW.id;
    RETURN NULL;
END $$;
CREATE FUNCTION case_words_remark() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE cases_casewords w SET form = case_words_form(c.address, r.text)
      FROM fresh r
      JOIN workflow_event e ON e.id = r.event_id AND e.kind = 'case' AND e.seq = 1
      JOIN cases_case c ON c.id = e.subject_id
     WHERE w.case_id = c.id AND r.text <> '';
    RETURN NULL;
END $$;
CREATE FUNCTION case_words_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE cases_casewords w SET form = case_words_form(c.address, case_words_told(c.id))
      FROM workflow_event e JOIN cases_case c ON c.id = e.subject_id
     WHERE e.id = OLD.event_id AND e.kind = 'case' AND e.seq = 1 AND w.case_id = c.id;
    RETURN NULL;
END $$;
"""
TRIGGERS = """
CREATE TRIGGER case_words_begin AFTER INSERT ON cases_case
    REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION case_words_begin();
CREATE TRIGGER case_words_change AFTER UPDATE OF address, category_id ON cases_case
    FOR EACH ROW WHEN (OLD.address IS DISTINCT FROM NEW.address
        OR OLD.category_id IS DISTINCT FROM NEW.category_id)
    EXECUTE FUNCTION case_words_change();
CREATE TRIGGER case_words_remark AFTER INSERT ON workflow_remark
    REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION case_words_remark();
CREATE TRIGGER case_words_erased AFTER UPDATE OR DELETE ON workflow_remark
    FOR EACH ROW EXECUTE FUNCTION case_words_erased();
"""
FILL = """
INSERT INTO cases_casewords (case_id, category_id, form)
SELECT c.id, c.category_id, case_words_form(c.address, r.text)
  FROM cases_case c
  LEFT JOIN workflow_event e
    ON e.kind = 'case' AND e.subject_id = c.id AND e.seq = 1
  LEFT JOIN workflow_remark r ON r.event_id = e.id
ON CONFLICT DO NOTHING;
"""
INDEXES = """
CREATE INDEX case_by_words ON cases_casewords USING gin (search_bigrams(form))
    WITH (gin_pending_list_limit = 512);
CREATE INDEX case_by_number_end ON cases_case (reverse(number) text_pattern_ops);
CREATE INDEX case_by_reporting ON cases_case (reported_at);
CREATE INDEX case_by_urgency ON cases_case (id) WHERE urgent;
CREATE INDEX event_by_moment ON workflow_event USING brin (happened_at)
    WITH (pages_per_range = 32);
"""
BACKWARD = """
DROP INDEX event_by_moment;
DROP INDEX case_by_urgency;
DROP INDEX case_by_reporting;
DROP INDEX case_by_number_end;
DROP INDEX case_by_words;
DROP TRIGGER case_words_erased ON workflow_remark;
DROP TRIGGER case_words_remark ON workflow_remark;
DROP TRIGGER case_words_change ON cases_case;
DROP TRIGGER case_words_begin ON cases_case;
DROP FUNCTION case_words_erased();
DROP FUNCTION case_words_remark();
DROP FUNCTION case_words_change();
DROP FUNCTION case_words_begin();
DROP FUNCTION case_words_told(bigint);
DROP FUNCTION case_words_form(text, text);
"""
GUARD = """
CREATE TRIGGER phonesearch_is_append_only BEFORE UPDATE OR DELETE ON cases_phonesearch
    FOR EACH ROW EXECUTE FUNCTION govmap_append_only();
CREATE TRIGGER phonesearch_is_not_truncated BEFORE TRUNCATE ON cases_phonesearch
    FOR EACH STATEMENT EXECUTE FUNCTION govmap_append_only();
ALTER TABLE cases_phonesearch ENABLE ALWAYS TRIGGER phonesearch_is_append_only;
ALTER TABLE cases_phonesearch ENABLE ALWAYS TRIGGER phonesearch_is_not_truncated;
"""
UNGUARD = """
DROP TRIGGER phonesearch_is_append_only ON cases_phonesearch;
DROP TRIGGER phonesearch_is_not_truncated ON cases_phonesearch;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0019_search_of_cases"),
        ("layers", "0002_address_search"),
        ("workflow", "0002_append_only"),
    ]
    operations = [
        migrations.RunSQL([FUNCTIONS, TRIGGERS], migrations.RunSQL.noop),
        migrations.RunSQL([FILL, INDEXES], BACKWARD),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
