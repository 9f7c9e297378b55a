"""更正: fields of a record are changed outside of a step, by whoever may write it.

It is an event of its own in the record, under the person's name and post; the engine's
rules of order hold: the row is locked first, the event is written last.
"""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.models import Membership, User
from govmap.lib.errors import Conflict
from offices.models.module import ModuleVersion
from offices.models.record import Record
from offices.modules.changes import keep_change
from offices.modules.definition import LEVELS, Definition, definition_of
from offices.modules.keeping import COLUMNS, index, put, values_of
from offices.modules.making import BadFields
from offices.modules.photos import attach
from offices.modules.rights import WRITE, ground_of, may, may_open
from offices.modules.unique import refuse_twins
from offices.modules.values import check
from workflow import record as log
from workflow.effects import Doing
from workflow.errors import ActReused, ChangedMeanwhile, MayNotAct, SomebodyElsesAct
from workflow.evidence import Given
from workflow.models import Event, Transition
from workflow.own_labels import LABELS
from workflow.scope import holders

AMENDED, CARRIED = "record.amended", "record.carried"
LABELS[AMENDED] = _("Corrected")
LABELS[CARRIED] = _("Carried to a newer version of the module")


class RecordIsOver(Conflict):
    """What has ended is not changed any more."""

    message = gettext_noop(
        "This has ended and is not changed any more. Write a new one if needed."
    )


def may_amend(record: Record, by: User) -> bool:
    return record.ended_at is None and may(by, record, WRITE)


def changeable(record: Record, definition: Definition, by: User) -> list[str]:
    """The fields that this person may change: those that he may also open, without
    what a step of the module's own procedure has still to ask.
    """
    levels = {one for one in LEVELS if may_open(by, record, one, definition)}
    later = definition.asked_by_steps
    later = later - set(values_of(record)) if later else later
    return [
        one.name
        for one in definition.fields.values()
        if one.level in levels and one.name not in later
    ]


@transaction.atomic
def amend(
    record: Record,
    *,
    by: User,
    act_id: UUID,
    fields: Mapping[str, Any],
    after_event: int | None = None,
) -> Event | None:
    """Change fields; those left out of ``fields`` are emptied, those that he may not
    open stay. None where nothing was otherwise.

    Raises MayNotAct (403), BadFields (400), RecordIsOver, ChangedMeanwhile and
    ActReused (409), SomebodyElsesAct (404).
    """
    row = Record.objects.select_for_update().get(pk=record.pk)
    body = _digest(row, fields)
    if done := _done(act_id, by, body):
        return done
    if not may(by, row, WRITE):
        raise MayNotAct
    if row.ended_at is not None:
        raise RecordIsOver
    if after_event is not None and after_event != row.events_count:
        raise ChangedMeanwhile(changes=log.changes_since(row, after_event))
    definition = definition_of(row.version_id)
    before, names = values_of(row), changeable(row, definition, by)
    sent = {name: value for name, value in fields.items() if name in names}
    checked = check(definition, sent, by, before=before, only=names)
    refuse_twins(definition, checked, row)
    if checked.errors:
        raise BadFields(checked, definition)
    if checked.values == before:
        return None
    return _write(row, definition, before, checked.values, by, act_id, body)


def _write(
    row: Record,
    definition: Definition,
    before: Mapping[str, Any],
    values: Mapping[str, Any],
    by: User,
    act_id: UUID,
    body: str,
    *,
    what: str = AMENDED,
    version: ModuleVersion | None = None,
) -> Event:
    row.events_count += 1
    row.changed_at = timezone.now()
    was = definition_of(row.version_id)
    put(row, definition, values)
    columns = {*COLUMNS, "events_count", "changed_at"}
    if version is not None:
        row.version = version
        columns.add("version")
    row.save(update_fields=sorted(columns))
    names = keep_change(row, definition, before, values, version=version, was=was)
    doing = _doing(row, what, by, names)
    attach(doing, definition, values)
    index(row, definition, values)
    return log.write(doing, act_id, body, holders(row) | row.heard_by())


def carry(
    row: Record,
    definition: Definition,
    before: Mapping[str, Any],
    values: Mapping[str, Any],
    *,
    by: User,
    act_id: UUID,
    version: ModuleVersion,
) -> Event:
    """Put the record under another version; the caller holds its lock."""
    body = _digest(row, {"version": version.number})
    return _write(
        row,
        definition,
        before,
        values,
        by,
        act_id,
        body,
        what=CARRIED,
        version=version,
    )


def _doing(row: Record, what: str, by: User, names: list[str]) -> Doing:
    stays = Transition(
        process=row.process, verb=what, from_state=row.state, to_state=row.state
    )
    post = post_of(row, by)
    return Doing(row, stays, by, post, Given(kept={"fields": names}), timezone.now())


def post_of(row: Record, by: User) -> Membership:
    """The post in which the person writes it; else his first. Raises MayNotAct."""
    definition = definition_of(row.version_id)
    for post in by.posts:
        for entry in definition.rights(WRITE):
            one = User(pk=by.pk)
            one.__dict__["posts"] = [post]
            if ground_of(one, [entry], row.module.owner).covers(row, by):
                return post
    if by.posts:
        return by.posts[0]
    raise MayNotAct


def _done(act_id: UUID, by: User, body: str) -> Event | None:
    done = Event.objects.filter(act_id=act_id).first()
    if done is None:
        return None
    if done.actor_id != by.pk:
        raise SomebodyElsesAct
    if done.body_digest != body:
        raise ActReused
    done.repeated = True
    return done


def _digest(row: Record, fields: Mapping[str, Any]) -> str:
    """Keyed, for short values can be guessed."""
    body = json.dumps(
        [str(row.uuid), fields], sort_keys=True, ensure_ascii=False, default=str
    )
    return salted_hmac("offices.amend", body, algorithm="sha256").hexdigest()
