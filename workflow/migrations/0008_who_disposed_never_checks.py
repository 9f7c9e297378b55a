"""Who moved a subject out of a phase never does a move that bars that phase.

The engine asks this before; here it holds whatever writes the record. A plain trigger,
as for the append-only tables: the serving role owns no table and cannot drop it. What
left the subject where it stood bars nobody; who made it has a part in collecting.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION govmap_refuse_barred() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    phases jsonb;
BEGIN
    SELECT move.barred INTO phases
    FROM workflow_transition move
    LEFT JOIN workflow_state stands ON stands.id = move.from_state_id
    WHERE move.process_id = NEW.process_id
        AND move.verb = NEW.verb
        AND coalesce(stands.code, '') = NEW.from_state;
    IF phases IS NULL OR jsonb_array_length(phases) = 0 THEN
        RETURN NEW;
    END IF;
    IF EXISTS (
        SELECT FROM workflow_event past
        LEFT JOIN workflow_state was
            ON was.process_id = past.process_id AND was.code = past.from_state
        WHERE past.kind = NEW.kind
            AND past.subject_uuid = NEW.subject_uuid
            AND past.actor_id = NEW.actor_id
            AND past.from_state <> past.to_state
            AND phases ? CASE past.from_state WHEN '' THEN 'collect' ELSE was.phase END
    ) THEN
        RAISE EXCEPTION 'who took part in a step does not judge it: % refused', NEW.verb
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER event_refuses_who_is_barred BEFORE INSERT ON workflow_event
    FOR EACH ROW EXECUTE FUNCTION govmap_refuse_barred();
ALTER TABLE workflow_event ENABLE ALWAYS TRIGGER event_refuses_who_is_barred;
"""
BACKWARD = """
DROP TRIGGER event_refuses_who_is_barred ON workflow_event;
DROP FUNCTION govmap_refuse_barred();
"""


class Migration(migrations.Migration):
    dependencies = [("workflow", "0007_ladder")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
