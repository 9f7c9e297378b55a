"""What moves of records do, take and wait for, under the names that processes use."""

from collections.abc import Mapping
from typing import Any, cast

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from cases.effects import next_number
from govmap.lib.errors import BadInput
from offices.models.record import Record
from offices.models.record_trace import RecordNotice
from offices.modules.changes import keep_change
from offices.modules.conditions import EMPTY
from offices.modules.definition import Definition, definition_of
from offices.modules.keeping import COLUMNS, index, not_shown, put, values_of
from offices.modules.making import BadFields
from offices.modules.photos import attach
from offices.modules.showing import masked, plain_text
from offices.modules.unique import refuse_twins
from offices.modules.values import Checked, check
from workflow.arguments import NAME
from workflow.clock import WorkCalendar
from workflow.effects import Doing, after, effect
from workflow.evidence import Asked, reads
from workflow.guards import Looking, guard
from workflow.models import Phase
from workflow.models.clock import LimitType

PREFIX = "B"  # 办: before the digits of a number


class NothingToPost(BadInput):
    """The module's definition does not say what is posted."""

    message = gettext_noop(
        "The definition of the module does not say what is posted: add “notice” to it."
    )


@effect("open_record", fills=True, words=gettext_lazy("a new record, with its number"))
def open_record(doing: Doing) -> None:
    record = cast(Record, doing.row)
    doing.set(number=f"{PREFIX}{next_number(record.street, doing.moment)}")


@reads("fields", words=gettext_lazy("fields of the record that this step fills in"))
def read_fields(asked: Asked, raw: Any) -> tuple[dict[str, Any], list[str]]:
    """``{field: value}`` of those that the definition gives to the move. The event
    keeps their names alone."""
    record = asked.subject
    if not isinstance(record, Record) or not isinstance(raw, dict):
        raise asked.trouble(_("fields with their values, please"))
    definition = definition_of(record.version_id)
    names = [one.name for one in definition.step(asked.move.verb)]
    sent = {name: value for name, value in raw.items() if name in names}
    by = record.creator
    if by.pk != asked.by_id:
        by = type(by).objects.get(pk=asked.by_id)
    before = values_of(record) if record.pk else {}
    stays = not_shown(definition, names, before)
    filled = [n for n in names if n not in stays or sent.get(n) not in EMPTY]
    found = check(definition, sent, by, before=before, only=filled, step=True)
    if found.errors:
        raise asked.trouble(" ".join(found.sentences(definition)))
    return found.values, sorted(set(names))


@after(Record.KIND)
def keep_fields(doing: Doing) -> None:
    """What the act filled in is kept, with what was there before; the end is noted."""
    record = cast(Record, doing.row)
    definition = definition_of(record.version_id)
    fresh = record.__dict__.pop("fresh", None)
    stepped = doing.given.values.get("fields")
    changed: set[str] = set()
    if stepped is not None:
        before = values_of(record)
        put(record, definition, stepped)
        record.changed_at = doing.moment
        changed |= {*COLUMNS, "changed_at"}
        keep_change(record, definition, before, stepped)
        fresh = stepped
    is_over = doing.move.to_state.phase == Phase.DONE
    is_taken_up = record.ended_at is not None and not is_over
    if is_over != (record.ended_at is not None):
        record.ended_at = doing.moment if is_over else None
        changed.add("ended_at")
        fresh = fresh if fresh is not None else values_of(record)
    if changed:
        record.save(update_fields=sorted(changed))
    if fresh is not None and not is_over and (stepped is not None or is_taken_up):
        _stands_alone(record, definition, fresh)
    if fresh is not None:
        attach(doing, definition, fresh)
        index(record, definition, fresh)


def _stands_alone(
    record: Record, definition: Definition, values: Mapping[str, Any]
) -> None:
    """Filled in by a step or taken up again, it is no twin of another open entry.

    Raises BadFields (400).
    """
    checked = Checked(dict(values))
    refuse_twins(definition, checked, record)
    if checked.errors:
        raise BadFields(checked, definition)


@effect("post_notice", words=gettext_lazy("what the rule names is posted"))
def post_notice(doing: Doing) -> None:
    """公示 goes up, with what the definition names and nothing else."""
    record = cast(Record, doing.row)
    definition = definition_of(record.version_id)
    spec = definition.notice
    if not spec:
        raise NothingToPost
    values = values_of(record)
    items = [
        [one.label, _posted(one, values.get(one.name))]
        for one in (definition.fields[name] for name in spec["items"])
        if values.get(one.name) not in EMPTY
    ]
    kind = spec.get("kind", LimitType.STATUTORY_DAYS)
    ends_at = WorkCalendar.current().due(doing.moment, int(spec["days"]), kind)
    RecordNotice.objects.create(
        record=record,
        items=items,
        phone=str(spec.get("phone", "")),
        begins_at=doing.moment,
        ends_at=ends_at,
    )


def _posted(one: Any, value: Any) -> str:
    """Numbers of people and phones are never posted whole."""
    hidden = one.kind in ("phone", "identity")
    return masked(one, value) if hidden else plain_text(one, value)


@effect("take_down_notice", words=gettext_lazy("the notice is taken down"))
def take_down_notice(doing: Doing) -> None:
    record = cast(Record, doing.row)
    record.notices.filter(taken_down_at__isnull=True).update(taken_down_at=doing.moment)


def _value(looking: Looking, name: str) -> Any:
    """The value of a field of the record, of whatever sensitivity."""
    record = cast(Record, looking.subject)
    kept = record.__dict__.setdefault("_guard_values", {})
    if record.events_count not in kept:
        kept.clear()
        kept[record.events_count] = values_of(record)
    return kept[record.events_count].get(name)


def _label(looking: Looking, name: str) -> str:
    record = cast(Record, looking.subject)
    one = definition_of(record.version_id).fields.get(name)
    return one.label if one else name


@guard("filled", takes=(NAME,), words=gettext_lazy("“%(one)s” is filled in"))
def is_filled(looking: Looking, name: str) -> str:
    if _value(looking, name) not in EMPTY:
        return ""
    return _("“%(name)s” is not filled in yet.") % {"name": _label(looking, name)}


@guard("is", takes=(NAME, NAME), words=gettext_lazy("“%(one)s” is %(two)s"))
def has_value(looking: Looking, name: str, value: str) -> str:
    return "" if _same(_value(looking, name), value) else _not_so(looking, name)


@guard("not", takes=(NAME, NAME), words=gettext_lazy("“%(one)s” is not %(two)s"))
def has_other_value(looking: Looking, name: str, value: str) -> str:
    return _not_so(looking, name) if _same(_value(looking, name), value) else ""


def _same(found: Any, value: str) -> bool:
    if isinstance(found, bool):
        return value == ("yes" if found else "no")
    if isinstance(found, list):
        return value in map(str, found)
    return str(found or "") == value


def _not_so(looking: Looking, name: str) -> str:
    told = {"name": _label(looking, name)}
    return _("“%(name)s” says otherwise: this step is not for it.") % told


@guard("passed", takes=(NAME,), words=gettext_lazy("the day “%(one)s” is over"))
def is_passed(looking: Looking, name: str) -> str:
    found = str(_value(looking, name) or "")
    if found and found[:10] < timezone.localdate().isoformat():
        return ""
    return _("The day “%(name)s” is not over yet.") % {"name": _label(looking, name)}


def _last_notice(looking: Looking) -> RecordNotice | None:
    record = cast(Record, looking.subject)
    return record.notices.order_by("-pk").first() if record.pk else None


@guard("notice_over", words=gettext_lazy("the notice is over"))
def notice_is_over(looking: Looking) -> str:
    last = _last_notice(looking)
    if last is None:
        return _("Nothing was posted yet.")
    if last.ends_at > looking.around.moment:
        day = f"{timezone.localtime(last.ends_at):%Y-%m-%d %H:%M}"
        return _("The notice stands until %(day)s.") % {"day": day}
    return ""
