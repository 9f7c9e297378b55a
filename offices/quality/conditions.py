"""What the rules of quality find: one condition each, for counts and lists alike.

A figure is counted by the condition that its list is filtered by, so that both always
mean the same. Numbers of people are sealed: of what a number tells, only the sex (the
last but one sign) can be compared in the database.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import (
    CharField,
    DecimalField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models import DateTimeField as Moment
from django.db.models.aggregates import Count
from django.db.models.functions import Cast, Coalesce, Substr
from django.utils import timezone

from offices.models import (
    Household,
    Member,
    Organization,
    OrganizationPost,
    Person,
    QualityRule,
    Record,
    Register,
    Residence,
    State,
)
from offices.registers.entries import MODELS
from offices.registers.lists import years_before

Kind = QualityRule.Kind
CITIZEN = ("111", "112")
FLOATING = Q(kind=Person.Kind.FLOATING)
# Whom a gap or what is stale is about, where it is not everybody.
ABOUT: dict[str, Q] = {
    "person-came_on": FLOATING,
    "person-flow_reason": FLOATING,
    "person-residence_kind": FLOATING,
    "person-stale-floating": FLOATING,
    "person-stale": ~FLOATING,
    "person-foreign_name": Q(kind=Person.Kind.ABROAD),
    "person-left_kind": Q(kind=Person.Kind.LEFT_BEHIND),
    "organization-code": ~Q(kind__in=("99", "")),
}


def _another(model: Any, *same: str) -> Exists:
    """Another entry that is there and says the same."""
    rows = model.objects.here().filter(**{name: OuterRef(name) for name in same})
    return Exists(rows.exclude(pk=OuterRef("pk")))


def _open(model: Any, about: str, **more: Any) -> Exists:
    return Exists(
        model.objects.filter(**{about: OuterRef("pk")}, until__isnull=True, **more)
    )


def _open_records(about: str) -> Exists:
    return Exists(Record.objects.filter(**{about: OuterRef("pk")}).open())


def _years(number: int | None, usual: int) -> date:
    return years_before(timezone.localdate(), number or usual)


def _sex_of_number(rule: QualityRule) -> Q:
    """The last but one sign of a number is odd for a man (GB 11643-1999, 6.4)."""
    men = [str(digit) for digit in range(1, 10, 2)]
    women = [str(digit) for digit in range(0, 10, 2)]
    known = Q(paper__in=CITIZEN) & ~Q(number_tail="")
    return known & (Q(sex="2", number_sign__in=men) | Q(sex="1", number_sign__in=women))


def _child_too_old(rule: QualityRule) -> Q:
    """A child of the head (GB/T 4761, 20 to 26 and 30 to 36) born before he was of
    that age; of step-children and in-laws nothing follows."""
    apart = timedelta(days=round((rule.number or 12) * 365.25))
    head = ExpressionWrapper(F("household__head__birth") + apart, output_field=Moment())
    rows = Member.objects.filter(person=OuterRef("pk"), until__isnull=True)
    rows = rows.filter(relation__regex=r"^[23][0-6]$").exclude(
        household__head=OuterRef("pk")
    )
    return Q(Exists(rows.alias(least=head).filter(least__gt=OuterRef("birth"))))


def _parent_too_young(rule: QualityRule) -> Q:
    """A parent of the head (GB/T 4761, 51 and 52) younger than that."""
    apart = timedelta(days=round((rule.number or 12) * 365.25))
    head = ExpressionWrapper(F("household__head__birth") - apart, output_field=Moment())
    rows = Member.objects.filter(person=OuterRef("pk"), until__isnull=True)
    rows = rows.filter(relation__in=("51", "52"))
    return Q(Exists(rows.alias(most=head).filter(most__lt=OuterRef("birth"))))


def _crowded(rule: QualityRule) -> Q:
    """Rented, and less than that many square metres for each who lives there."""
    people = (
        Person.objects.here()
        .filter(dwelling=OuterRef("pk"))
        .order_by()
        .values("dwelling")
        .annotate(many=Count("pk"))
        .values("many")
    )
    needed = ExpressionWrapper(
        Coalesce(Subquery(people), 0, output_field=IntegerField())
        * Value(rule.number or 5),
        output_field=DecimalField(max_digits=12, decimal_places=2),
    )
    return Q(is_rented=True, area__isnull=False, area__lt=needed)


@dataclass(frozen=True)
class Found:
    """Among entries in ``state``, those that ``where`` is true of."""

    where: Callable[[QualityRule], Q]
    state: str = State.HERE
    # What makes two entries the same, of duplicates.
    same: tuple[str, ...] = ()


def _fixed(where: Q) -> Callable[[QualityRule], Q]:
    return lambda rule: where


def _lived(rule: QualityRule) -> Q:
    here = Person.objects.here().filter(dwelling=OuterRef("pk"))
    return Q(is_empty=True) & Q(Exists(here))


GONE = ~Q(dwelling__isnull=True) & ~Q(dwelling__state=State.HERE)
NAME_BIRTH, PHONE_NAME = ("name", "birth"), ("phone_hash", "name")
NAME_ADDRESS = ("name", "address")
FINDS: dict[str, Found] = {
    "person-same-birth": Found(
        lambda rule: Q(birth__isnull=False) & Q(_another(Person, *NAME_BIRTH)),
        same=NAME_BIRTH,
    ),
    "person-same-phone": Found(
        lambda rule: ~Q(phone_hash="") & Q(_another(Person, *PHONE_NAME)),
        same=PHONE_NAME,
    ),
    "organization-same": Found(
        lambda rule: ~Q(address="") & Q(_another(Organization, *NAME_ADDRESS)),
        same=NAME_ADDRESS,
    ),
    "household-same-number": Found(
        lambda rule: ~Q(number="") & Q(_another(Household, "number")), same=("number",)
    ),
    "person-dead-resident": Found(
        lambda rule: (
            Q(dwelling__isnull=False)
            | Q(_open(Residence, "person"))
            | Q(_open(Member, "person"))
        ),
        State.DEAD,
    ),
    "person-dead-records": Found(
        lambda rule: Q(_open_records("person")) | Q(_open(OrganizationPost, "person")),
        State.DEAD,
    ),
    "person-away-resident": Found(
        lambda rule: Q(_open(Residence, "person")), State.AWAY
    ),
    "person-number-sex": Found(_sex_of_number),
    "person-child-age": Found(_child_too_old),
    "person-parent-age": Found(_parent_too_young),
    "person-married-age": Found(
        lambda rule: Q(
            marriage__in=("20", "21", "22", "23", "30", "40"),
            birth__gt=_years(rule.number, 18),
        )
    ),
    "person-party-age": Found(
        lambda rule: Q(political__in=("01", "02"), birth__gt=_years(rule.number, 18))
    ),
    "person-days": Found(
        lambda rule: (
            Q(birth__gt=timezone.localdate()) | Q(came_on__gt=timezone.localdate())
        )
    ),
    "person-dwelling-ended": Found(_fixed(GONE)),
    "household-no-head": Found(
        lambda rule: Q(head__isnull=True) & Q(_open(Member, "household"))
    ),
    "household-nobody": Found(lambda rule: ~Q(_open(Member, "household"))),
    "household-dwelling-ended": Found(_fixed(GONE)),
    "dwelling-empty-lived": Found(_lived),
    "dwelling-crowded": Found(_crowded),
    "organization-dwelling-ended": Found(_fixed(GONE)),
    "organization-ended-records": Found(
        lambda rule: (
            Q(_open_records("organization"))
            | Q(_open(OrganizationPost, "organization"))
        ),
        State.AWAY,
    ),
    "organization-days": Found(lambda rule: Q(established_on__gt=timezone.localdate())),
}


def state_of(rule: QualityRule) -> str:
    found = FINDS.get(rule.code)
    return found.state if found else State.HERE


def about(rule: QualityRule) -> Q:
    """Of whom the rule asks: its total."""
    return ABOUT.get(rule.code, Q())


def condition(rule: QualityRule) -> Q:
    """What the rule finds, among entries in its state that it is about."""
    if rule.kind == Kind.GAP:
        return about(rule) & empty(rule)
    if rule.kind == Kind.STALE:
        day = timezone.now() - timedelta(days=rule.number or 0)
        old = Q(confirmed_at__lt=day)
        return about(rule) & (old | Q(confirmed_at__isnull=True, created_at__lt=day))
    found = FINDS.get(rule.code)
    return about(rule) & found.where(rule) if found else Q(pk__in=[])


def empty(rule: QualityRule) -> Q:
    """The field says nothing; a number that is sealed has no hash then."""
    if rule.field in ("number", "phone") and rule.register != Register.HOUSEHOLD:
        return Q(**{f"{rule.field}_hash": ""})
    if rule.field == "owner_name":
        nobody = Q(owner_person__isnull=True, owner_organization__isnull=True)
        return nobody & Q(owner_name="")
    field = MODELS[rule.register]._meta.get_field(rule.field)
    nothing = Q(**{f"{rule.field}__isnull": True}) if field.null else Q(pk__in=[])
    if isinstance(field, CharField | TextField):
        nothing |= Q(**{rule.field: ""})
    return nothing


def is_plain(rule: QualityRule) -> bool:
    """Whether the row alone tells: many of these are counted in one pass."""
    return rule.kind in (Kind.GAP, Kind.STALE)


def rows_for(rule: QualityRule) -> QuerySet[Any]:
    """The entries among which it looks."""
    return base(rule.register, state_of(rule))


def base(register: str, state: str) -> QuerySet[Any]:
    rows: QuerySet[Any] = MODELS[register].objects.filter(state=state)
    if register == Register.PERSON:
        sign = Substr(Cast("number_tail", CharField()), 3, 1)
        rows = rows.alias(number_sign=sign)
    return rows


def found_by(rule: QualityRule) -> QuerySet[Any]:
    """The entries that it finds, wherever."""
    return rows_for(rule).filter(condition(rule))
