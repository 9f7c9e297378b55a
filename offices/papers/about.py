"""What papers know of a record: its fields as the paper may tell them.

A template is offered for the modules whose definition names its code in ``papers``.
"""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from offices.models.record import Record
from offices.models.record_trace import RecordNotice, RecordReading
from offices.modules.definition import (
    FILE,
    PHOTO,
    PLACE,
    S1,
    S2,
    S3,
    Definition,
    Field,
    definition_of,
)
from offices.modules.keeping import values_of
from offices.modules.rights import may_open
from offices.modules.showing import Showing, Shown
from offices.papers.sample import RECORD
from workflow.dossier import Dossier
from workflow.models import Deadline
from workflow.papers.about import About, Found, Teller, register
from workflow.papers.filling import effects_done
from workflow.papers.masking import without_numbers
from workflow.papers.shapes import Shape

SAID: Shape = {
    "at": _("when it was done"),
    "unit": _("by which unit"),
    "by": _("by whom"),
    "label": _("the step"),
    "reason": _("for which reason"),
    "text": _("what was said"),
}
NOT_PRINTED = {PHOTO, FILE, PLACE}


@register
class AboutRecord(About):
    kind = Record.KIND
    title = _("a record of a module")
    unit_names: ClassVar[frozenset[str]] = Record.RELATED_UNITS
    shape: ClassVar[Shape] = {
        "record": {
            "number": _("number of the record"),
            "module": _("name of the module"),
            "process": _("name of the procedure"),
            "state": _("where it stands"),
            "street": _("street"),
            "community": _("community"),
            "address": _("address, on papers of the house only"),
            "opened_on": _("when it was entered"),
            "opened_by": _("who entered it"),
        },
        "fields": [
            {
                "group": _("heading of the field"),
                "label": _("name of the field"),
                "value": _("what it says"),
            }
        ],
        "notice": {
            "from": _("first day of the notice"),
            "to": _("last day of the notice"),
            "phone": _("telephone for objections"),
            "basis": _("which rule wants the notice"),
            "items": [
                {"label": _("name of the item"), "value": _("what is posted of it")}
            ],
        },
        "limits": [
            {
                "label": _("which limit it is"),
                "due": _("when it is due"),
                "basis": _("which rule sets the limit"),
            }
        ],
        "last": SAID,
        "steps": [SAID],
    }

    def find(self, key: str, user: User) -> Found | None:
        try:
            uuid = UUID(key)
        except ValueError:
            return None
        rows = Record.objects.visible_to(user).listed()
        record = rows.filter(uuid=uuid).first()
        return found_of(record) if record else None

    def first(self, user: User) -> Found | None:
        rows = Record.objects.visible_to(user).listed()
        record = rows.filter(events_count__gt=1).order_by("-pk").first()
        return found_of(record) if record else None

    def facts(self, found: Found, teller: Teller) -> Mapping[str, Any]:
        record: Record = found.subject
        definition = definition_of(record.version_id)
        steps = list(_steps(record, teller))
        return {
            "record": _record(record, definition, teller),
            "fields": list(_fields(record, definition, teller)),
            "notice": _notice(record, definition),
            "limits": list(_limits(record)),
            "last": steps[-1] if steps else {},
            "steps": steps,
        }

    def sample(self) -> Mapping[str, Any]:
        return RECORD


def found_of(record: Record) -> Found:
    """Its papers are those that the definition names: each is offered as an effect."""
    definition = definition_of(record.version_id)
    return Found(
        kind=Record.KIND,
        key=str(record.uuid),
        label=f"{record.number} {definition.title}"[:120],
        subject=record,
        units=record.related_units,
        phase=record.state.phase,
        effects=effects_done(record) | frozenset(definition.papers),
    )


def _record(record: Record, definition: Definition, teller: Teller) -> dict[str, Any]:
    return {
        "number": record.number,
        "module": definition.title,
        "process": str(record.process),
        "state": record.state.label,
        "street": record.street.name,
        "community": record.community.name if record.community else "",
        "address": "" if teller.leaves else record.address,
        "opened_on": record.created_at,
        "opened_by": str(record.creator),
    }


def _fields(
    record: Record, definition: Definition, teller: Teller
) -> Iterator[dict[str, str]]:
    """Internal fields; personal and sensitive ones only on papers of the house, where
    the person may open them, which is kept as a reading.
    """
    levels = _opened(record, definition, teller)
    values = values_of(record, *levels)
    showing = Showing(definition, teller.user)
    fields = [one for one in definition.fields.values() if one.level in levels]
    showing.fetch(
        pair for one in fields for pair in showing.refs_in(one, values.get(one.name))
    )
    for group in definition.groups:
        for one in group.fields:
            if one.level in levels and one.kind not in NOT_PRINTED:
                shown = showing.show(one, values.get(one.name), is_open=True)
                if not shown.is_empty:
                    yield _line(group.title, one, shown)


def _line(group: str, one: Field, shown: Shown) -> dict[str, str]:
    return {"group": group, "label": one.label, "value": _text(shown)}


def _text(shown: Shown) -> str:
    if shown.rows:
        return "；".join(
            "，".join(
                f"{cell.field.label} {_text(cell)}" for cell in row if not cell.is_empty
            )
            for row in shown.rows
        )
    if shown.options:
        return "、".join(option.label for option in shown.options)
    return shown.text


def _opened(record: Record, definition: Definition, teller: Teller) -> list[str]:
    if teller.leaves:
        return [S1]
    wanted = [level for level in (S2, S3) if level in definition.levels]
    found = [
        level for level in wanted if may_open(teller.user, record, level, definition)
    ]
    if found and record.pk:
        RecordReading.objects.create(
            record=record,
            by=teller.user,
            unit=teller.post.unit,
            role=teller.post.role,
            level=found[-1],
            purpose=str(_("to print a paper")),
        )
    return [S1, *found]


def _notice(record: Record, definition: Definition) -> dict[str, Any]:
    """What is posted now, or was posted last; before, what would be."""
    row: RecordNotice | None = record.notices.order_by("-pk").first()
    spec = definition.notice
    told = {"phone": spec.get("phone", ""), "basis": _basis(spec)}
    if row is None:
        return told
    items = [{"label": label, "value": value} for label, value in row.items]
    days = {"from": row.begins_at, "to": row.ends_at}
    return {**told, **days, "phone": row.phone, "items": items}


def _basis(spec: Mapping[str, Any]) -> str:
    return str((spec.get("basis") or {}).get("zh-hans", ""))


def _limits(record: Record) -> Iterator[dict[str, Any]]:
    rows = Deadline.objects.running().filter(
        kind=Record.KIND, subject_id=record.pk, paused_at=None
    )
    for row in rows.order_by("due_at"):
        limits = record.process.limits.get(row.name, {})
        yield {
            "label": record.process.limit_label(row.name),
            "due": row.due_at,
            "basis": _basis(limits),
        }


def _steps(record: Record, teller: Teller) -> Iterator[dict[str, Any]]:
    for step in Dossier(record, teller.user).history:
        text = without_numbers(step.text) if teller.leaves else step.text
        yield {
            "at": timezone.localtime(step.event.happened_at),
            "unit": step.event.unit.name,
            "by": step.actor,
            "label": step.label,
            "reason": step.reason,
            "text": text,
        }
