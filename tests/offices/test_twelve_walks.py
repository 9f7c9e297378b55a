"""Each procedure of the twelve, walked from its opening to its end."""

from uuid import uuid4

import pytest

from govmap.lib.history import recorded
from offices.models import Module, Record, RecordReading
from offices.modules.keeping import values_of
from offices.modules.making import make
from offices.registers.entering import enter_household
from tests.offices.twelve import (
    Walk,
    definitions,
    invented,
    procedures,
    published,
    staff,
)
from workflow.clock import WorkCalendar
from workflow.models import Deadline, PrintedPaper, Remark

WALKED = sorted(code for code, data in definitions().items() if data["process"])
MOST = 40  # steps; no procedure needs more
MUCH = 1_000_000


@pytest.fixture
def things(people, make_person, make_dwelling, make_organization):
    """What fields refer to, each made when it is first asked for."""
    kept = {}

    def household():
        with recorded(people["community_worker"]):
            by = people["community_worker"]
            return enter_household({}, by, dwelling=make_dwelling("201"))

    makers = {
        "person": make_person,
        "dwelling": make_dwelling,
        "organization": make_organization,
        "household": household,
    }

    def once(kind):
        if kind not in kept:
            kept[kind] = str(makers[kind]().uuid)
        return kept[kind]

    return {kind: lambda kind=kind: once(kind) for kind in makers}


def with_entries(code, things, much=MUCH):
    """And entries of the modules that required fields refer to."""
    schema = definitions()[code]["schema"]
    names = {*schema["required"], *held_within(code)}
    refs = [schema["properties"][name].get("x-ref", "") for name in names]
    others = {ref for ref in refs if ref.startswith("record:")}
    made = {ref: entry_of(ref.partition(":")[2], things, much) for ref in others}
    return dict(things) | {ref: lambda key=key: key for ref, key in made.items()}


def held_within(code):
    """The fields that name the record whose sum a step must keep within."""
    process = definitions()[code]["process"]
    moves = procedures()[process]["transitions"] if process else []
    calls = [text.split(":") for move in moves for text in move.get("when", [])]
    return {told[2] for told in calls if told[0] == "within"}


def entry_of(code, things, much):
    """With so much of everything that is counted."""
    data, module = definitions()[code], Module.objects.get(code=code)
    specs = data["schema"]["properties"]
    counted = {
        name: much
        for name, spec in specs.items()
        if spec.get("type") == "number" and "x-computed" not in spec
    }
    needed = data["schema"]["required"]
    fields = counted | {name: invented(specs[name], things) for name in needed}
    by = staff(data)[0]
    return str(make(module, by=by, uuid=uuid4(), fields=fields)[0].uuid)


@pytest.mark.parametrize("code", WALKED)
def test_the_chief_moves_lead_to_the_end_with_the_right_limits(
    code, things, make_photo
):
    module = published(code)
    walk = Walk(module, with_entries(code, things), make_photo)
    walk_to_the_end(walk)
    assert not chief_moves(walk)
    check_limits(walk)


def chief_moves(walk):
    """None where it is over, or rests and is kept: what comes is by occasion."""
    here = [move for move in walk.fresh().moves_from_here() if move.primary]
    return [move for move in here if move.verb not in walk.done]


def check_limits(walk):
    """Each row is as the process says it, and of what is over nothing runs on."""
    limits, clock = walk.process.limits, WorkCalendar.current()
    rows = Deadline.objects.filter(kind="record", subject_id=walk.record.pk)
    for row in rows:
        said = limits[row.name]
        assert (row.limit, row.limit_type) == (said["limit"], said["type"])
        assert row.waits == bool(said.get("waits"))
        if not row.waits and not row.extensions and row.paused_at is None:
            due = clock.due(row.started_at, row.limit, row.limit_type)
            assert row.due_at >= due
    if walk.is_over:
        assert not rows.filter(met_at=None).exists()
    started = {
        text.split(":")[1]
        for move in walk.process.moves
        if move.verb in walk.done
        for text in move.effects
        if text.startswith("start")
    }
    assert started == {row.name for row in rows}


def walk_to_the_end(walk):
    for _step in range(MOST):
        if chief_moves(walk):
            walk.step()
    return walk.fresh()


def test_an_expense_is_booked_in_its_budget(things, make_photo):
    module = published("finance_expense")
    walk = Walk(module, with_entries("finance_expense", things), make_photo)
    spent = values_of(walk_to_the_end(walk))
    budget = Record.objects.get(module__code="finance_budget")
    values = values_of(budget)
    assert values["approved"] == spent["amount"]
    assert values["left"] == MUCH - spent["amount"]
    assert values["paid"] == spent["paid_amount"]
    assert budget.events().last().verb == "record.booked"


def test_nothing_is_spent_beyond_what_is_left(things, make_photo):
    module = published("finance_expense")
    walk = Walk(module, with_entries("finance_expense", things, much=100), make_photo)
    with pytest.raises(AssertionError, match="nobody may do"):
        walk_to_the_end(walk)
    budget = Record.objects.get(module__code="finance_budget")
    assert "bookings" not in values_of(budget)


def test_an_accusation_is_handed_over_and_emptied(things, make_photo):
    walk = Walk(published("petition"), things, make_photo)
    record = walk.record
    record.data |= {"purpose": "accusation"}
    record.save(update_fields=["data"])
    moves = [
        move for move in record.moves_from_here() if "empty_record" in move.effects
    ]
    walk.do(moves[0], walk.people[0])
    emptied = walk.fresh()
    assert (values_of(emptied), emptied.number) == ({}, record.number)
    assert not Remark.objects.filter(event__in=record.events()).exists()


def test_a_paper_that_leaves_the_house_tells_nothing_sensitive(things, make_photo):
    walk = Walk(published("allowance"), things, make_photo)
    walk.print("acceptance_notice")
    assert not RecordReading.objects.exists()
    walk.print("review_sheet")
    notice, sheet = PrintedPaper.objects.order_by("pk")
    label = walk.fields["savings"]["title"]["zh-hans"]
    assert label in sheet.html and label not in notice.html
    assert RecordReading.objects.get().record == walk.record
