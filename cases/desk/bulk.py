"""批量处理: one act on many cases, looked at before it is done.

Every case is an act of its own under an id of its own, in its own transaction: one
that is refused takes no other with it, and what is sent twice is done once.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID, uuid4

from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import Unit, User
from cases.dispatching import Proposal, Rulebook
from cases.lists import ROW, add_clocks
from cases.models import Case
from govmap.lib.errors import BadInput, DomainError, NotFound
from workflow.engine import act, choose
from workflow.errors import IllegalMove, UnknownVerb
from workflow.models import Condition, Event, Transition
from workflow.rights import open_moves
from workflow.surroundings import Surroundings

MOST = 100  # cases at once
# What differs from case to case, and so is proposed for each.
EACH = frozenset({"unit", "condition"})
# What only who looks at one case can give.
NEVER = frozenset(
    {"photos", "position", "place", "address", "category", "case", "source"}
)


class TooMany(BadInput):
    """Nobody looks through more."""

    message = gettext_noop("At most 100 cases at once. Choose fewer.")


class NothingChosen(BadInput):
    """An act on many needs some."""

    message = gettext_noop("No case is chosen.")


@dataclass(frozen=True)
class Offer:
    """An act that the process offers on some of the cases."""

    verb: str
    label: str
    count: int
    primary: bool


@dataclass
class Row:
    """One case of the plan: what will be done with it, or why it cannot be."""

    case: Case
    move: Transition | None
    why_not: str = ""
    act_id: UUID = field(default_factory=uuid4)
    after: int = 0  # the last event that was seen when it was planned
    proposal: Proposal | None = None
    unit: str = ""  # code
    conditions: list[Condition] = field(default_factory=list)
    condition: int | None = None
    chosen: bool = True

    def takes(self, name: str) -> bool:
        return bool(self.move) and name in self.move.evidence  # type: ignore[union-attr]

    @property
    def why(self) -> str:
        return self.proposal.why if self.proposal else ""

    @property
    def own(self) -> dict[str, Any]:
        """The evidence that is this case's alone."""
        given = {"unit": self.unit, "condition": self.condition}
        return {name: said for name, said in given.items() if said and self.takes(name)}


def cases_named(user: User, uuids: Iterable[UUID]) -> list[Case]:
    """Those that the person sees, in the order named. Raises TooMany, NothingChosen."""
    wanted = list(dict.fromkeys(uuids))
    if len(wanted) > MOST:
        raise TooMany
    if not wanted:
        raise NothingChosen
    rows = Case.objects.visible_to(user).filter(uuid__in=wanted)
    rows = rows.select_related(*ROW, "condition__department__parent")
    found = list(rows.defer("cell__geometry").prefetch_related("assignments"))
    add_clocks(found)
    return sorted(found, key=lambda case: wanted.index(case.uuid))


def can_be_many(move: Transition) -> bool:
    """Whether it asks for nothing that only who looks at one case can give."""
    asked = move.evidence.items()
    return not any(spec.get("required") and name in NEVER for name, spec in asked)


class Plan:
    """What one act would do with each of the cases: at most twelve queries."""

    def __init__(self, user: User, cases: Sequence[Case], verb: str = "") -> None:
        self.user, self.cases = user, cases
        self._open = {
            pk: [move for move in moves if can_be_many(move)]
            for pk, moves in open_moves(cases, user).items()
        }
        self.verb = verb or self._usual()

    @cached_property
    def offers(self) -> list[Offer]:
        """Every act that is offered on one of them, the usual steps first."""
        moves = [move for found in self._open.values() for move in found]
        counts = Counter(move.verb for move in moves)
        named = {move.verb: move for move in reversed(moves)}
        found = [
            Offer(verb, move.label, counts[verb], move.primary)
            for verb, move in named.items()
        ]
        return sorted(found, key=lambda row: (not row.primary, -row.count, row.verb))

    def _usual(self) -> str:
        """The step that leads the most of them on."""
        return self.offers[0].verb if self.offers else ""

    @property
    def label(self) -> str:
        return next((row.label for row in self.offers if row.verb == self.verb), "")

    @cached_property
    def rows(self) -> list[Row]:
        found = [self._row(case) for case in self.cases]
        possible = [row for row in found if row.move]
        self._propose([row for row in possible if row.takes("unit")])
        self._offer_conditions([row for row in possible if row.takes("condition")])
        return sorted(found, key=lambda row: row.move is None)

    @property
    def possible(self) -> list[Row]:
        return [row for row in self.rows if row.move]

    @cached_property
    def move(self) -> Transition | None:
        """One of those that are meant, for the fields that they share."""
        return next((row.move for row in self.rows if row.move), None)

    @property
    def asks_unit(self) -> bool:
        return any(row.takes("unit") for row in self.rows)

    @property
    def asks_condition(self) -> bool:
        return any(row.takes("condition") for row in self.rows)

    def _row(self, case: Case) -> Row:
        for move in self._open[case.pk]:
            if move.verb == self.verb:
                return Row(case, move, after=case.events_count)
        return Row(case, None, self._why_not(case), chosen=False)

    def _why_not(self, case: Case) -> str:
        try:
            chosen, _post = choose(case, self.verb, self._around)
        except UnknownVerb:
            return _("Its process has no “%(move)s”.") % {
                "move": self.label or self.verb
            }
        except IllegalMove:
            return _("It stands at “%(state)s”.") % {"state": case.state.label}
        except DomainError as error:
            return error.text
        # Open to the person, but not for many.
        return _("“%(move)s” must be done in the case itself.") % {"move": chosen.label}

    @cached_property
    def _around(self) -> Surroundings:
        return Surroundings(self.cases, self.user)

    def _propose(self, rows: list[Row]) -> None:
        if not rows:
            return
        book = Rulebook.whole(timezone.now())
        known = {unit.pk for unit in self.units}
        for row in rows:
            row.proposal = book.propose(row.case)
            if row.proposal.unit and row.proposal.unit.pk in known:
                row.unit = row.proposal.unit.code

    @cached_property
    def units(self) -> list[Unit]:
        """Whoever can dispose."""
        rows = Unit.objects.disposing().select_related("parent")
        return list(rows.order_by("code"))

    def _offer_conditions(self, rows: list[Row]) -> None:
        """Those of its class; its own, or else the first, is what is proposed."""
        found: dict[int, list[Condition]] = defaultdict(list)
        classes = {row.case.category_id for row in rows}
        for condition in Condition.objects.in_use().filter(category__in=classes):
            found[condition.category_id].append(condition)
        for row in rows:
            row.conditions = found[row.case.category_id]
            first = row.conditions[0].pk if row.conditions else None
            row.condition = row.case.condition_id or first


@dataclass(frozen=True)
class Wanted:
    """One case of what was confirmed; ``evidence`` is that case's own."""

    uuid: UUID
    act_id: UUID
    after: int | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """What became of one case."""

    uuid: UUID
    case: Case | None  # None where the person sees it no more
    event: Event | None = None
    why_not: str = ""
    code: str = ""  # of the error

    @property
    def done(self) -> bool:
        return self.event is not None

    @property
    def repeated(self) -> bool:
        return bool(self.event and self.event.repeated)


def do(plan: Plan, wanted: Sequence[Wanted], shared: Mapping[str, Any]) -> list[Result]:
    """Do the act on each, one after the other; ``shared`` evidence is for all.

    A case without evidence of its own gets what is proposed for it.
    """
    rows = {row.case.uuid: row for row in plan.rows}
    earlier = _done_before(plan.user, wanted)
    return [
        _repeated(one, rows, earlier) or _do(plan, one, rows.get(one.uuid), shared)
        for one in wanted
    ]


def _done_before(user: User, wanted: Sequence[Wanted]) -> dict[UUID, Event]:
    """The person's events under these ids: what is sent again was done already."""
    ids = [row.act_id for row in wanted]
    return {row.act_id: row for row in Event.objects.filter(act_id__in=ids, actor=user)}


def _repeated(
    one: Wanted, rows: Mapping[UUID, Row], earlier: Mapping[UUID, Event]
) -> Result | None:
    event = earlier.get(one.act_id)
    if event is None or event.subject_uuid != one.uuid:
        return None
    event.repeated = True
    # Whoever gave it away may see it no more; that he did so, he may know.
    row = rows.get(one.uuid)
    case = row.case if row else Case.objects.get(uuid=one.uuid)
    return Result(one.uuid, case, event)


def _do(plan: Plan, one: Wanted, row: Row | None, shared: Mapping[str, Any]) -> Result:
    if row is None:
        return _refused(one, None, NotFound())
    asked = row.move.evidence if row.move else {}
    given = {name: said for name, said in shared.items() if name in asked}
    evidence = {**given, **row.own, **one.evidence}
    try:
        event = act(
            row.case,
            plan.verb,
            by=plan.user,
            act_id=one.act_id,
            after_event=one.after,
            evidence=evidence,
        )
    except DomainError as error:
        return _refused(one, row.case, error)
    except DatabaseError:
        # A deadlock, say: this one was not done, and the next may be.
        return _refused(one, row.case, DomainError())
    return Result(one.uuid, row.case, event)


def _refused(one: Wanted, case: Case | None, error: DomainError) -> Result:
    return Result(one.uuid, case, None, error.text, type(error).__name__)
