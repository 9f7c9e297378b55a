"""Lists of the registers: what one sees, narrowed by the address, a page at a time.

A page costs the same anywhere: it begins after the last row of the one before, by an
index of the ground.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from offices.models import (
    Dwelling,
    Household,
    Label,
    Member,
    Organization,
    Person,
    Register,
    State,
)
from offices.models.code import Code
from offices.models.ground import ground_of
from offices.registers import codes, finding
from offices.registers.words import by_one_worker, floor_of, is_common

PAGE = 50
COUNTED = 1000  # beyond this a count says "1,000+"
SEARCHED = 200  # the same of what was searched for
Step = Callable[[QuerySet[Any], str, User], QuerySet[Any]]
Choices = list[tuple[str, Any]]
YES = "yes"
# In a list of people by years of age: from, and before.
AGES = {
    "0-5": (0, 6),
    "6-17": (6, 18),
    "18-59": (18, 60),
    "60-79": (60, 80),
    "80-": (80, 200),
}


@dataclass(frozen=True)
class Filter:
    """One way to narrow a list. Nation and religion are none."""

    name: str
    title: str | Promise
    step: Step
    choices: Callable[[User], Choices] = lambda user: []


@dataclass(frozen=True)
class Kind:
    """One register as a list."""

    register: str
    model: Any
    title: str | Promise
    glyph: str
    filters: tuple[Filter, ...]
    find: Step
    placeholder: str | Promise


class Asked:
    """What the address of a list asks for."""

    def __init__(self, params: QueryDict, kind: Kind, user: User) -> None:
        self.kind, self.user = kind, user
        names = ("q", *(row.name for row in kind.filters))
        self.values = {
            name: text[:60]
            for name in names
            if (text := params.get(name, "").replace("\x00", "").strip())
        }
        after = params.get("after", "")
        good = after.isascii() and after.isdigit() and len(after) < 19
        self.after = int(after) if good else 0

    def address(self, **changes: str) -> str:
        values = {**self.values, **changes}
        return "?" + urlencode({name: text for name, text in values.items() if text})

    @property
    def is_number(self) -> bool:
        """Somebody typed a whole number or phone: it is looked for another way."""
        return finding.is_number(self.values.get("q", ""))

    def apply(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        if self.is_number:
            return rows.none()
        for row in self.kind.filters:
            if text := self.values.get(row.name):
                rows = row.step(rows, text, self.user)
        if text := self.values.get("q"):
            rows = self.kind.find(rows, text, self.user)
        return rows


@dataclass
class Page:
    """One page of a list, the newest entry first."""

    asked: Asked
    rows: list[Any]
    count: int
    more: str = ""
    words: codes.Words = field(default_factory=codes.Words)
    most: int = COUNTED  # beyond it nobody counted on

    @property
    def count_text(self) -> str:
        return f"{self.count:,}" if self.count <= self.most else f"{self.most:,}+"

    @property
    def is_narrowed(self) -> bool:
        return bool(self.asked.values)

    @cached_property
    def fields(self) -> list[dict[str, Any]]:
        """The filters with their choices, as the form shows them."""
        user, values = self.asked.user, self.asked.values
        shown = [
            {
                "name": row.name,
                "title": row.title,
                "value": values.get(row.name, ""),
                "choices": row.choices(user),
            }
            for row in self.asked.kind.filters
        ]
        return [row for row in shown if row["choices"]]

    @cached_property
    def chips(self) -> list[dict[str, str]]:
        """What is on, each with the list without it."""
        said = [
            {
                "word": str(dict(row["choices"]).get(row["value"], row["value"])),
                "title": str(row["title"]),
                "without": self.asked.address(**{row["name"]: ""}),
            }
            for row in self.fields
            if row["value"]
        ]
        if text := self.asked.values.get("q"):
            without = self.asked.address(q="")
            said.append({"word": text, "title": "", "without": without})
        return said


def seen_in(kind: Kind, user: User) -> Any:
    """What the list of a register holds for this reader."""
    rows: Any = kind.model.objects
    if kind.model is Person:
        return rows.looked_after_by(user)
    return rows.visible_to(user)


def list_of(kind: Kind, params: QueryDict, user: User) -> Page:
    """A page of what the reader sees. Four queries, and those of the choices.

    Of a common word no more are counted than are shown: among the rows of a street
    a thousand of them may be all that are there.
    """
    asked = Asked(params, kind, user)
    if not asked.values.get("q"):
        return _list_of(asked, kind, user)
    with by_one_worker():
        return _list_of(asked, kind, user)


def _list_of(asked: Asked, kind: Kind, user: User) -> Page:
    seen = seen_in(kind, user)
    if "state" not in asked.values:
        seen = seen.here()
    found: Any = asked.apply(seen)
    rows = found.listed().order_by("-pk")
    if asked.after:
        rows = rows.filter(pk__lt=asked.after)
    page, more = _first(rows, asked), ""
    if len(page) > PAGE:
        page = page[:PAGE]
        more = asked.address(after=str(page[-1].pk))
    most = PAGE if is_common(user) else COUNTED
    if asked.values.get("q"):
        most = min(most, SEARCHED)
    count = len(page)
    if more or asked.after:
        count = found.order_by()[: most + 1].count() if most > PAGE else PAGE + 1
    return Page(asked, page, count, more, most=most)


def _first(rows: QuerySet[Any], asked: Asked) -> list[Any]:
    """The rows of a page and one more; of a word's newest where these are enough."""
    if floor := floor_of(asked.user, asked.after, 2 * PAGE):
        page = list(rows.filter(pk__gte=floor)[: PAGE + 1])
        if len(page) > PAGE:
            return page
    return list(rows[: PAGE + 1])


# The filters


def _is(column: str) -> Step:
    return lambda rows, text, user: rows.filter(**{column: text})


def _unit(rows: QuerySet[Any], text: str, user: User) -> QuerySet[Any]:
    unit = Unit.objects.filter(code=text).first()
    if unit is None:
        return rows.none()
    column = "street" if unit.kind == Unit.Kind.STREET else "community"
    return rows.filter(**{column: unit.pk})


def _units(user: User) -> Choices:
    """Streets for the district, communities for a street, nothing for one community."""
    ground = ground_of(user)
    if ground.whole:
        rows = Unit.objects.filter(kind=Unit.Kind.STREET)
    elif ground.streets:
        rows = Unit.objects.filter(
            kind=Unit.Kind.COMMUNITY, parent__in=sorted(ground.streets)
        )
    else:
        rows = Unit.objects.filter(pk__in=sorted(ground.communities))
    found = [(unit.code, str(unit)) for unit in rows.order_by("code")]
    return found if len(found) > 1 else []


def _coded(name: str) -> Callable[[User], Choices]:
    return lambda user: list(codes.choices_of(name))


def _flag(column: str) -> Step:
    return lambda rows, text, user: rows.filter(**{column: text == YES})


def _yes_no(yes: str | Promise, no: str | Promise) -> Callable[[User], Choices]:
    return lambda user: [(YES, yes), ("no", no)]


def _age(rows: QuerySet[Person], text: str, user: User) -> QuerySet[Person]:
    if text not in AGES:
        return rows.none()
    least, less = AGES[text]
    today = timezone.localdate()
    born_by, born_after = years_before(today, least), years_before(today, less)
    return rows.filter(birth__lte=born_by, birth__gt=born_after)


def years_before(day: date, years: int) -> date:
    year = max(day.year - years, 1)
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 2, 28)  # who was born on the 29th is a year older on 1 March


def _ages(user: User) -> Choices:
    return [
        ("0-5", _("0 to 5")),
        ("6-17", _("6 to 17")),
        ("18-59", _("18 to 59")),
        ("60-79", _("60 to 79")),
        ("80-", _("80 and older")),
    ]


def _labelled(about: str) -> Step:
    def step(rows: QuerySet[Any], text: str, user: User) -> QuerySet[Any]:
        # Their keys stand in the query: the planner then knows how many have it.
        codes_ = Code.objects.filter(code=text).exclude(
            pk__in=Code.objects.closed_to(user)
        )
        keys = list(codes_.values_list("pk", flat=True))
        held = Label.objects.on().filter(code__in=keys, **{about: OuterRef("pk")})
        return rows.filter(Exists(held))

    return step


def _labels(name: str) -> Callable[[User], Choices]:
    """Labels in use; those of sensitive groups only where they are open to him."""

    def choices(user: User) -> Choices:
        rows = Code.objects.in_use().filter(list__code=name, group__isnull=True)
        return [(row.code, str(row)) for row in rows]

    return choices


def _state(*states: State) -> Callable[[User], Choices]:
    return lambda user: [(state.value, state.label) for state in states]


def _size(rows: QuerySet[Household], text: str, user: User) -> QuerySet[Household]:
    """Households without anybody left in them."""
    open_rows = Member.objects.filter(household=OuterRef("pk"), until__isnull=True)
    return rows.filter(~Exists(open_rows)) if text == "none" else rows.none()


def _hazards(user: User) -> Choices:
    return [(YES, _("with a hazard")), ("no", _("without a hazard"))]


def _hazard(rows: QuerySet[Any], text: str, user: User) -> QuerySet[Any]:
    return rows.exclude(hazard="") if text == YES else rows.filter(hazard="")


UNIT = Filter("unit", _("Street or community"), _unit, _units)
PEOPLE = Kind(
    register=Register.PERSON,
    model=Person,
    title=_("People"),
    glyph="users",
    placeholder=_("Name (two characters or more), or address with its number"),
    find=finding.find_living,
    filters=(
        UNIT,
        Filter(
            "kind",
            _("Kind of resident"),
            _is("kind"),
            lambda user: list(Person.Kind.choices),
        ),
        Filter("age", _("Age"), _age, _ages),
        Filter("label", _("Label"), _labelled("person"), _labels(codes.LABELS)),
        Filter("match", _("Person and household"), _is("match"), _coded("match")),
        Filter(
            "state",
            _("Life"),
            _is("state"),
            _state(State.AWAY, State.DEAD, State.MERGED),
        ),
    ),
)
DWELLINGS = Kind(
    register=Register.DWELLING,
    model=Dwelling,
    title=_("Dwellings"),
    glyph="home",
    placeholder=_("Address, with its room where it has one"),
    find=finding.find_dwellings,
    filters=(
        UNIT,
        Filter("use", _("Use"), _is("use"), _coded("dwelling_use")),
        Filter(
            "rented",
            _("Rented"),
            _flag("is_rented"),
            _yes_no(_("rented"), _("not rented")),
        ),
        Filter(
            "empty",
            _("Empty"),
            _flag("is_empty"),
            _yes_no(_("standing empty"), _("lived in")),
        ),
        Filter(
            "label", _("Label"), _labelled("dwelling"), _labels(codes.DWELLING_LABELS)
        ),
        Filter(
            "hazard",
            _("Hazard"),
            _hazard,
            _yes_no(_("with a hazard"), _("without a hazard")),
        ),
        Filter("state", _("Life"), _is("state"), _state(State.GONE)),
    ),
)
HOUSEHOLDS = Kind(
    register=Register.HOUSEHOLD,
    model=Household,
    title=_("Households"),
    glyph="home-heart",
    placeholder=_("Household number, a member's name, or address"),
    find=finding.find_households,
    filters=(
        UNIT,
        Filter(
            "kind",
            _("Kind of household"),
            _is("kind"),
            lambda user: list(Household.Kind.choices),
        ),
        Filter(
            "members", _("Members"), _size, lambda user: [("none", _("nobody left"))]
        ),
        Filter("state", _("Life"), _is("state"), _state(State.AWAY)),
    ),
)
ORGANIZATIONS = Kind(
    register=Register.ORGANIZATION,
    model=Organization,
    title=_("Organisations"),
    glyph="building-store",
    placeholder=_("Name or unified code"),
    find=finding.find_organizations,
    filters=(
        UNIT,
        Filter(
            "kind", _("Kind of organisation"), _is("kind"), _coded("organization_kind")
        ),
        Filter(
            "party",
            _("Party organisation"),
            _flag("has_party"),
            _yes_no(_("has one"), _("has none")),
        ),
        Filter("attention", _("Attention"), _is("attention"), _coded("attention")),
        Filter(
            "hazard",
            _("Hazard"),
            _hazard,
            _yes_no(_("with a hazard"), _("without a hazard")),
        ),
        Filter("state", _("Life"), _is("state"), _state(State.AWAY, State.MERGED)),
    ),
)
KINDS = {kind.register: kind for kind in (PEOPLE, HOUSEHOLDS, DWELLINGS, ORGANIZATIONS)}
