"""What the system proposes for a new case, up to a host unit, and what it lacks."""

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Unit, User
from cases.dispatching import Rulebook
from cases.duplicates import Near, near
from cases.forms import conditions_for
from cases.models import Case
from cases.quick.chain import Step, chain_of, labels
from workflow.models import Condition
from workflow.rights import open_moves

LATEST = 20_000  # how many cases back the usual condition is looked for
TAKEN = 100  # of them that are counted


@dataclass
class Proposal:
    """For one reader. ``problems``: why it cannot be carried out, in sentences."""

    case: Case
    reader: User
    steps: list[Step]
    condition: Condition | None = None
    others: int = 0  # conditions that the class has besides
    usual: Condition | None = None  # of the class, whether or not a step takes one
    unit: Unit | None = None
    why: str = ""  # of the unit
    problems: list[str] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        return bool(self.steps) and not self.problems

    @property
    def words(self) -> str:
        """The steps, one after the other."""
        return " → ".join(labels(self.steps))

    @property
    def first(self) -> Any:
        return self.steps[0].move if self.steps else None

    @property
    def is_unusual(self) -> str:
        """The step that is usually taken first, where this is another."""
        usual = [move for move in self.case.moves_from_here() if move.primary]
        if not usual or self.first in usual:
            return ""
        return usual[0].label

    @property
    def lacks_photo(self) -> bool:
        return bool(self.case.category.photo) and not self.has_photo

    @cached_property
    def has_photo(self) -> bool:
        first = self.case.events().first()
        return bool(first and first.attachments.exists())

    @cached_property
    def near(self) -> list[Near]:
        """What may be the same trouble."""
        case = self.case
        return near(
            case.category,
            case.place,
            case.reported_at,
            reader=self.reader,
            besides=case,
        )

    def evidence(self, step: Step) -> dict[str, Any]:
        """What the proposal gives to a step."""
        known: dict[str, Any] = {}
        if self.condition is not None:
            known["condition"] = self.condition.pk
        if self.unit is not None:
            known["unit"] = self.unit.code
        return {name: known[name] for name in step.move.evidence if name in known}


def propose(
    case: Case, reader: User, *, condition: int | None = None, unit: str = ""
) -> Proposal:
    """The whole proposal, or that of what the reader chose of it before."""
    made = Proposal(case, reader, chain_of(case, reader))
    if not made.steps:
        made.problems.append(
            _("No step that is yours leads from here to a department.")
        )
        return made
    _choose_condition(made, condition)
    _choose_unit(made, unit)
    _look_for_gaps(made)
    return made


def _takes(made: Proposal, name: str) -> bool:
    return any(name in step.move.evidence for step in made.steps)


def _choose_condition(made: Proposal, wanted: int | None) -> None:
    """The case's own, the only one of its class, or the one usual for it here.

    Where no step takes one, it only tells who usually does such work.
    """
    case = made.case
    takes = _takes(made, "condition")
    if case.condition and not takes:
        made.condition = case.condition
        return
    options = conditions_for(case)
    by_id = {row.pk: row for row in options}
    if wanted is not None and takes:
        found = by_id.get(wanted)
    elif case.condition_id in by_id:
        found = by_id[case.condition_id]
    elif len(options) > 1:
        found = by_id[_usual(case, list(by_id))]
    else:
        found = next(iter(options), None)
    made.usual = found
    if not takes:
        return
    made.condition, made.others = found, max(len(options) - 1, 0)
    if made.condition is None:
        made.problems.append(
            _("“%(class)s” has no filing condition: choose another class.")
            % {"class": case.category}
        )


def _usual(case: Case, options: list[int]) -> int:
    """The condition that the last cases of the class were filed under; else the first.

    Looks a bounded way back, so that it costs the same with a million cases.
    """
    rows = Case.objects.filter(
        pk__gt=case.pk - LATEST, category=case.category_id, condition__in=options
    )
    last = rows.order_by("-pk").values_list("condition_id", flat=True)[:TAKEN]
    counted = Counter(last)
    return max(options, key=lambda pk: (counted[pk], -options.index(pk)))


def _choose_unit(made: Proposal, wanted: str) -> None:
    """By the dispatch table, as if the case were filed already."""
    if made.problems or not made.steps[-1].assigns:
        return
    disposing = Unit.objects.disposing().select_related("parent")
    if wanted:
        made.unit = disposing.filter(code=wanted).first()
    else:
        found = Rulebook.of(_filed(made), timezone.now()).propose(_filed(made))
        made.unit, made.why = found.unit, found.why
        if made.unit and not disposing.filter(pk=made.unit.pk).exists():
            made.problems.append(
                _("Nobody in “%(unit)s” could sign for it today.") % {"unit": made.unit}
            )
    if made.unit is None:
        made.problems.append(made.why or _("Choose a department."))


def _filed(made: Proposal) -> Case:
    """As the dispatch table would see it: unsaved, with the proposed condition."""
    case, condition = made.case, made.condition or made.usual
    return Case(
        street=case.street,
        community=case.community,
        cell=case.cell,
        category=condition.category if condition else case.category,
        condition=condition,
    )


def _look_for_gaps(made: Proposal) -> None:
    """Steps of others, guards that refuse now, and what only a person can give."""
    for step in made.steps:
        label = step.move.label
        if not step.is_mine:
            said = _("“%(move)s” is not yours to do.") % {"move": label}
            made.problems.append(said)
            continue
        given = made.evidence(step)
        for told in step.move.fields():
            if told["required"] and told["name"] not in {*given, "condition", "unit"}:
                said = _("“%(move)s” asks for: %(what)s.")
                made.problems.append(said % {"move": label, "what": told["label"]})
    now = open_moves([made.case], made.reader)[made.case.pk]
    if made.first not in now:
        said = _("“%(move)s” cannot be done now.") % {"move": made.first.label}
        made.problems.append(said)
