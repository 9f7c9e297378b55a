"""A record is written: idempotent by the client's uuid, through the engine's door."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import Unit, User
from cases.locating import locate
from govmap.lib.errors import BadInput, Conflict, NotAllowed
from govmap.lib.geo import SRID
from offices.models.module import Module
from offices.models.record import Record
from offices.modules import refs
from offices.modules.conditions import EMPTY
from offices.modules.definition import COMPUTED, Definition, Field, definition_of
from offices.modules.expressions import names_in
from offices.modules.keeping import put
from offices.modules.rights import WRITE, ground_in
from offices.modules.unique import refuse_twins
from offices.modules.values import Checked, check
from workflow.engine import begin, openings_for
from workflow.errors import MayNotAct
from workflow.models import Event, Process, Transition
from workflow.sending import when_seen

PLAIN = "record"  # the procedure of a module that names none


class BadFields(BadInput):
    """Some fields cannot be taken; each says why."""

    message = gettext_noop("Correct the fields that are marked, then send it again.")

    def __init__(self, checked: Checked, definition: Definition) -> None:
        self.fields = checked.errors
        self.said = " ".join(checked.sentences(definition))
        super().__init__()

    @property
    def text(self) -> str:
        return self.said or super().text


class NoGround(BadInput):
    """Nothing says which street this is of."""

    message = gettext_noop(
        "Nothing says which street this is of: choose the street, or give the place."
    )


class ModuleOver(Conflict):
    """The module has come to its last day: nothing new is written into it."""

    message = gettext_noop(
        "The module has come to its last day: nothing new is written into it."
    )


def definition_now(module: Module) -> Definition:
    """What new records are asked. Raises NotAllowed where nothing is published."""
    if module.published_id is None:
        raise NotAllowed
    return definition_of(module.published_id)


def process_of(definition: Definition) -> Process:
    """The newest procedure in use that the definition names, or the plain one.

    Raises NotAllowed where the site has it no longer.
    """
    code = definition.process or PLAIN
    rows = Process.objects.filter(kind=Record.KIND, code=code, in_use=True)
    found = rows.order_by("-version").first()
    if found is None:
        raise NotAllowed
    return found


def asked_at_first(definition: Definition, process: Process) -> list[Field]:
    """What somebody who writes a new record is asked.

    Not what a later step of the procedure fills in, unless it is needed from the
    beginning; of what is computed, what comes of what is asked.
    """
    opening = {move.verb for move in process.moves if move.from_state_id is None}
    steps, by_steps = definition.steps, definition.asked_by_steps
    early = {name for verb in opening for name in steps.get(verb, ())}
    later = {name for verb in set(steps) - opening for name in steps[verb]} - early
    names = {
        one.name
        for one in definition.fields.values()
        if one.kind != COMPUTED and one.name not in by_steps
        if one.name not in later or one.is_required
    }
    for one in definition.computed:
        read = {name.partition(".")[0] for name in names_in(one.expression)}
        if read <= names:
            names.add(one.name)
    return [one for one in definition.fields.values() if one.name in names]


def can_write_in(user: User, module: Module) -> bool:
    """Whether this person may write a new record of it somewhere."""
    return bool(ground_in(user, module, WRITE)) and not module.is_over


def draft_of(
    module: Module,
    by: User,
    *,
    uuid: UUID,
    moment: datetime,
    ground: Mapping[str, Any],
) -> Record:
    """A new record, unsaved, on its ground. Raises NoGround, MayNotAct."""
    definition = definition_now(module)
    reach = ground_in(by, module, WRITE)
    if not reach:
        raise MayNotAct
    record = Record(
        uuid=uuid,
        module=module,
        version=module.published,
        process=process_of(definition),
        creator=by,
        created_at=moment,
        changed_at=moment,
        **ground,
    )
    if not (reach.covers(record, by) or reach.own):
        raise MayNotAct
    return record


def opening_of(record: Record, by: User) -> Transition:
    """The move by which this person may write it. Raises MayNotAct."""
    found = openings_for(record.process, record, by)
    if not found:
        raise MayNotAct
    return found[0]


@transaction.atomic
def make(
    module: Module,
    *,
    by: User,
    uuid: UUID,
    fields: Mapping[str, Any],
    street: Unit | None = None,
    community: Unit | None = None,
    evidence: Mapping[str, Any] | None = None,
    happened_at: datetime | None = None,
) -> tuple[Record, Event]:
    """Write a new record. Sent again with the same uuid, the same answer.

    Raises BadFields (400) with a sentence for each field, NoGround (400), ModuleOver
    (409), MayNotAct (403) and what the engine raises.
    """
    done = Record.objects.filter(uuid=uuid, creator=by, module=module).first()
    if done is None and not ground_in(by, module, WRITE):
        raise MayNotAct
    if done is None and module.is_over:
        raise ModuleOver
    definition = definition_of(done.version_id) if done else definition_now(module)
    checked = check(definition, fields, by)
    _not_of_steps(definition, fields, checked)
    if checked.errors and done is None:
        raise BadFields(checked, definition)
    moment = when_seen(happened_at)
    if done is not None:
        event = done.events().get(seq=1)
        event.repeated = True
        return done, event
    ground = ground_for(definition, checked, by, street, community, moment)
    record = draft_of(module, by, uuid=uuid, moment=moment, ground=ground)
    refuse_twins(definition, checked, record)
    if checked.errors:
        raise BadFields(checked, definition)
    put(record, definition, checked.values)
    record.fresh = checked.values  # type: ignore[attr-defined]
    event = begin(
        record,
        opening_of(record, by).verb,
        by=by,
        act_id=uuid,
        evidence=dict(evidence or {}),
        happened_at=moment,
    )
    return (record if record.pk else Record.objects.get(pk=event.subject_id)), event


def _not_of_steps(
    definition: Definition, fields: Mapping[str, Any], checked: Checked
) -> None:
    """What a step asks is nobody's to say before that step."""
    for step in definition.flow:
        for name in step.fields:
            if fields.get(name) not in EMPTY:
                told = {"step": step.title}
                checked.refuse(name, _("It is asked by the step “%(step)s”.") % told)


def ground_for(
    definition: Definition,
    checked: Checked,
    by: User,
    street: Unit | None,
    community: Unit | None,
    moment: datetime,
) -> dict[str, Any]:
    """Where a record lies and what it is about: from its place, from what it refers to,
    from what was chosen, from who writes it. Raises NoGround.
    """
    found: dict[str, Any] = {}
    one = definition.place_field
    if one and (spot := checked.values.get(one.name)):
        found["place"] = Point(spot[0], spot[1], srid=SRID)
    found |= _about(definition, checked, found)
    if community is not None:
        found["community"] = community
        street = street or community.parent
    if street is not None:
        found["street"] = street
    if found.get("place") is not None and "community" not in found:
        lies = locate(found["place"], moment, by)
        found |= {"street": lies.street, "community": lies.community, "cell": lies.cell}
    if "street" not in found:
        found |= _own_ground(by)
    return found


def _about(
    definition: Definition, checked: Checked, known: Mapping[str, Any]
) -> dict[str, Any]:
    """The first thing of the kind that the module is about, and its ground."""
    found: dict[str, Any] = {}
    for rows in checked.targets.values():
        for kind, row in rows:
            target = refs.target_of(kind)
            if target is None:
                continue
            if target.column and target.column not in found:
                found[target.column] = row
            if kind != definition.about and "street" in found:
                continue
            told = {k: v for k, v in target.ground(row).items() if v is not None}
            for name in ("street", "community", "cell"):
                if name in told:
                    found[name] = _unit(name, told[name])
            if "place" in told and known.get("place") is None:
                found["place"] = told["place"]
            if told.get("address"):
                found["address"] = str(told["address"])[:200]
    return found


def _unit(name: str, value: Any) -> Any:
    """Of some kinds the unit itself is known, of others its key."""
    is_key = name in ("street", "community") and isinstance(value, int)
    return Unit.objects.get(pk=value) if is_key else value


def _own_ground(by: User) -> dict[str, Any]:
    """The street or community of the first post that has one. Raises NoGround."""
    for post in by.posts:
        unit = post.unit
        if unit.kind == Unit.Kind.COMMUNITY:
            return {"street": unit.parent, "community": unit}
        if unit.kind == Unit.Kind.STREET:
            return {"street": unit}
        if unit.parent and unit.parent.kind == Unit.Kind.STREET:
            return {"street": unit.parent}
    raise NoGround
