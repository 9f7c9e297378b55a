"""The form of an act on many cases: what is given once, and what is each case's own."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms

from cases.desk.bulk import EACH, NEVER, Plan, Row, Wanted
from govmap.lib.errors import BadInput
from workflow.forms import FIELDS, Asked


class SharedForm(forms.Form):
    """The evidence that is given once for all cases."""

    def __init__(self, plan: Plan, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, auto_id="bulk-%s")
        move = plan.move
        if move is None:
            return
        case = plan.possible[0].case
        if "units" in move.evidence:
            # Read once for the page; the field's maker looks here.
            case.__dict__["_disposing"] = plan.units
        for told in move.fields():
            name = told["name"]
            if name in EACH | NEVER:
                continue
            make, _template = FIELDS[name]
            field = make(Asked(case, move, move.evidence[name], ""))
            field.label, field.required = told["label"], told["required"]
            self.fields[name] = field

    @property
    def asked(self) -> list[dict[str, Any]]:
        """The fields in the data's order, and how each is drawn."""
        return [
            {"field": self[name], "template": FIELDS[name][1]} for name in self.fields
        ]

    @property
    def evidence(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {name: said for name, said in given.items() if said not in (None, "")}


def uuids_of(texts: list[str]) -> list[UUID]:
    """What is no uuid is passed over: such a case is not there."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def wanted_of(sent: Any) -> list[Wanted]:
    """The cases that were left chosen, each with the id of its act."""
    return [_wanted(uuid, sent) for uuid in uuids_of(sent.getlist("case"))]


def _act_id(uuid: UUID, sent: Any) -> UUID:
    """Raises BadInput where the page gave none: the act could be done twice."""
    found = uuids_of([sent.get(f"act-{uuid}", "")])
    if not found:
        raise BadInput
    return found[0]


def _wanted(uuid: UUID, sent: Any) -> Wanted:
    after = sent.get(f"after-{uuid}", "")
    own: dict[str, Any] = {}
    for name in EACH:
        if (said := sent.get(f"{name}-{uuid}")) is not None:
            own[name] = int(said) if name == "condition" and said.isdecimal() else said
    return Wanted(
        uuid,
        _act_id(uuid, sent),
        int(after) if after.isdecimal() and len(after) < 10 else None,
        own,
    )


def put(plan: Plan, sent: Any) -> None:
    """The plan as somebody changed it: what he chose and the ids that he was given."""
    wanted = {row.uuid: row for row in wanted_of(sent)}
    for row in plan.rows:
        one = wanted.get(row.case.uuid)
        row.chosen = row.chosen and one is not None
        if one:
            _put(row, one)


def _put(row: Row, one: Wanted) -> None:
    row.act_id = one.act_id
    row.after = row.after if one.after is None else one.after
    row.unit = one.evidence.get("unit", row.unit)
    condition = one.evidence.get("condition", row.condition)
    row.condition = condition if isinstance(condition, int) else row.condition
