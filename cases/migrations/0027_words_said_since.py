"""Cases are found by every remark, old systems' cases by words: each by an index.

What is said after the report stands in a column of its own, for whoever only reported a
case reads no other remark. Old cases are never changed, so their words need no table.
"""

from django.db import migrations, models

FUNCTIONS = """
CREATE FUNCTION case_words_since(key bigint) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(string_agg('|' || search_form(r.text), '' ORDER BY e.seq), '')
      FROM workflow_event e JOIN workflow_remark r ON r.event_id = e.id
     WHERE e.kind = 'case' AND e.subject_id = key AND e.seq > 1 AND r.text <> ''
$$;
CREATE OR REPLACE FUNCTION case_words_remark() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE cases_casewords w
       SET form = coalesce(told.form, w.form), later = w.later || told.later
      FROM (SELECT c.id,
                   max(case_words_form(c.address, r.text)) FILTER (WHERE e.seq = 1)
                       AS form,
                   coalesce(string_agg('|' || search_form(r.text), '' ORDER BY e.seq)
                       FILTER (WHERE e.seq > 1), '') AS later
              FROM fresh r
              JOIN workflow_event e ON e.id = r.event_id AND e.kind = 'case'
              JOIN cases_case c ON c.id = e.subject_id
             WHERE r.text <> ''
             GROUP BY c.id) told
     WHERE w.case_id = told.id;
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION case_words_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE cases_casewords w
       SET form = case_words_form(c.address, case_words_told(c.id)),
           later = case_words_since(c.id)
      FROM workflow_event e JOIN cases_case c ON c.id = e.subject_id
     WHERE e.id = OLD.event_id AND e.kind = 'case' AND w.case_id = c.id;
    RETURN NULL;
END $$;
CREATE FUNCTION old_words_form(address text, note text, main text, sub text)
    RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT search_form(address) || '|' || search_form(note) || '|'
        || search_form(main) || '|' || search_form(sub)
$$;
"""
FILL = """
UPDATE cases_casewords w SET later = said.later
  FROM (SELECT e.subject_id AS id,
               string_agg('|' || search_form(r.text), '' ORDER BY e.seq) AS later
          FROM workflow_event e JOIN workflow_remark r ON r.event_id = e.id
         WHERE e.kind = 'case' AND e.seq > 1 AND r.text <> ''
         GROUP BY e.subject_id) said
 WHERE w.case_id = said.id;
"""
INDEXES = """
CREATE INDEX case_by_words_since ON cases_casewords USING gin (search_bigrams(later))
    WITH (gin_pending_list_limit = 512) WHERE later > '';
CREATE INDEX old_by_words ON cases_oldcase
    USING gin (search_bigrams(old_words_form(address, note, main_class, sub_class)))
    WHERE current;
CREATE INDEX old_by_number_start ON cases_oldcase (number text_pattern_ops)
    WHERE current;
CREATE INDEX old_by_number_end ON cases_oldcase (reverse(number) text_pattern_ops)
    WHERE current;
"""
BACKWARD = """
DROP INDEX old_by_number_end;
DROP INDEX old_by_number_start;
DROP INDEX old_by_words;
DROP INDEX case_by_words_since;
DROP FUNCTION old_words_form(text, text, text, text);
CREATE OR REPLACE FUNCTION case_words_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE cases_casewords w
       SET form = case_words_form(c.address, case_words_told(c.id))
      FROM workflow_event e JOIN cases_case c ON c.id = e.subject_id
     WHERE e.id = OLD.event_id AND e.kind = 'case' AND e.seq = 1 AND w.case_id = c.id;
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION case_words_remark() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE cases_casewords w SET form = case_words_form(c.address, r.text)
      FROM fresh r
      JOIN workflow_event e ON e.id = r.event_id AND e.kind = 'case' AND e.seq = 1
      JOIN cases_case c ON c.id = e.subject_id
     WHERE w.case_id = c.id AND r.text <> '';
    RETURN NULL;
END $$;
DROP FUNCTION case_words_since(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0026_registers")]
    operations = [
        migrations.AddField(
            model_name="casewords",
            name="later",
            field=models.TextField(db_default=""),
        ),
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
        migrations.RunSQL([FILL, INDEXES], BACKWARD),
    ]
