"""The demonstration's people, dwellings, households and organisations: all invented.

Nobody bears these numbers: they begin with 119999, which has never been the code of an
area (GB/T 2260), and end in a right check sign. Phones begin with 1990000, names are
drawn from common signs. Made from the addresses that are there, the same each time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership, Unit, User
from accounts.roles import Role
from govmap.lib.history import recorded
from layers.models import Address
from offices.models import Dwelling, Household, Person
from offices.models.code import Code
from offices.models.household import HEAD
from offices.registers import entering, life
from offices.registers.finding import by_number
from offices.registers.identity import body_check_of, check_of, credit_check_of
from offices.registers.places import building_at, dwelling_in

NOWHERE = "119999"
PHONES = "1990000"
SOURCE_KEY = "demo"
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "安柏晨丹恩芳歌涵嘉凯澜明宁平清然思涛文希雅泽子若楠彤雨辰"
SHOPS = ("便民商店", "早餐店", "理发店", "五金店", "水果店", "维修部", "快递驿站")
BUILDINGS = 4  # of a community
FLOORS, DOORS, ENTRANCES = 6, 2, 2


@dataclass
class Counter:
    """Serial numbers within a day of birth, and of phones."""

    people: int = 0
    organizations: int = 0


def make(street: Unit, *, seed: int = 2018) -> str:
    """The registers of one street, unless they are there. A line for a report."""
    people = Person.objects.filter(street=street, source_key=SOURCE_KEY)
    if people.exists():
        return f"{street.code}: there already"
    by = _writer(street)
    if by is None:
        return f"{street.code}: nobody to write them"
    dice, count = Random(f"{seed}{street.code}"), Counter()
    with transaction.atomic(), recorded(by):
        for code in _addresses(street, dice):
            _building(code, by, dice, count)
    return f"{street.code}: {count.people} people, {count.organizations} organisations"


def _writer(street: Unit) -> User | None:
    """Whoever keeps the street's registers."""
    rows = Membership.objects.valid_at(timezone.now()).select_related("user")
    rows = rows.filter(unit=street, role__in=[Role.ACCEPTOR, Role.FILER])
    post = rows.order_by("user__username").first()
    return post.user if post else None


def _addresses(street: Unit, dice: Random) -> list[str]:
    """A few buildings of each of the first communities, by the cell of the address."""
    found: list[str] = []
    for community in street.children.filter(kind=Unit.Kind.COMMUNITY)[:3]:
        rows = Address.objects.filter(cell__startswith=community.code)
        with_number = rows.exclude(building="").order_by("code")
        codes = list(with_number.values_list("code", flat=True)[:200])
        codes = codes or list(rows.order_by("code").values_list("code", flat=True)[:50])
        found += sorted(dice.sample(codes, min(BUILDINGS, len(codes))))
    return found


def _building(code: str, by: User, dice: Random, count: Counter) -> None:
    building = building_at(code, by)
    for entrance in range(1, ENTRANCES + 1):
        for floor in range(1, FLOORS + 1):
            for door in range(1, DOORS + 1):
                dwelling = dwelling_in(
                    building,
                    unit=f"{entrance}单元",
                    room=f"{floor}{door:02d}",
                    by=by,
                    use="01",
                    area=dice.randint(38, 120),
                    source="01",
                )
                _lived(dwelling, by, dice, count)
    _shop(building, by, dice, count)


def _lived(dwelling: Dwelling, by: User, dice: Random, count: Counter) -> None:
    """One door: empty, let, an elder alone, or a family."""
    lot = dice.random()
    if lot < 0.1:
        entering.change_dwelling(dwelling, {"is_empty": True}, by)
    elif lot < 0.3:
        let = {"is_rented": True, "rent_use": "02"}
        entering.change_dwelling(dwelling, let, by)
        for _one in range(dice.randint(1, 2)):
            _person(
                dwelling, by, dice, count, age=dice.randint(20, 40), kind="floating"
            )
    elif lot < 0.42:
        person = _person(dwelling, by, dice, count, age=dice.randint(68, 92))
        _household(dwelling, [(person, HEAD)], by, count)
        code = _label("old_alone")
        entering.put_label(person, code, by, accepted=True, checked="checked")
    else:
        _family(dwelling, by, dice, count)


def _family(dwelling: Dwelling, by: User, dice: Random, count: Counter) -> None:
    head = _person(dwelling, by, dice, count, age=dice.randint(28, 64), sex=1)
    rows = [(head, HEAD)]
    if dice.random() < 0.8:
        age = max((head.age or 30) - dice.randint(0, 4), 22)
        rows.append((_person(dwelling, by, dice, count, age=age, sex=0), "12"))
    if (head.age or 0) < 55 and dice.random() < 0.7:
        sex = dice.randint(0, 1)
        age = dice.randint(1, min(18, (head.age or 30) - 22))
        name = head.name[0] + _given(dice)
        child = _person(dwelling, by, dice, count, age=age, sex=sex, name=name)
        rows.append((child, "20" if sex else "30"))
    _household(dwelling, rows, by, count)
    if dice.random() < 0.06:
        said = {"basis": "演示文书", "checked": "checked"}
        entering.put_label(head, _label("relief"), by, accepted=True, **said)
    if dice.random() < 0.08:
        entering.put_label(head, _label("veteran"), by, accepted=True)


def _person(
    dwelling: Dwelling,
    by: User,
    dice: Random,
    count: Counter,
    *,
    age: int,
    kind: str = "registered",
    sex: int | None = None,
    name: str = "",
) -> Person:
    count.people += 1
    sex = dice.randint(0, 1) if sex is None else sex
    born = timezone.localdate() - timedelta(days=age * 365 + dice.randint(20, 300))
    said: dict[str, Any] = {
        "name": name or dice.choice(SURNAMES) + _given(dice),
        "kind": kind,
        "number": _number(born, sex, dwelling, count.people),
        "phone": f"{PHONES}{dice.randint(0, 9999):04d}",
        "nation": "01",
        "education": dice.choice(["20", "30", "60", "70", "80"]),
        "match": "02" if kind == "floating" else "01",
        "source": "01",
        "source_key": SOURCE_KEY,
    }
    if kind == "floating":
        said |= {
            "flow_reason": "01",
            "residence_kind": "02",
            "came_on": date(2024, 3, 1),
            "workplace": "演示单位",
        }
    return entering.enter_person(said, by, dwelling=dwelling, tenure=_tenure(kind))


def _tenure(kind: str) -> str:
    return "02" if kind == "floating" else "01"


def _given(dice: Random) -> str:
    return "".join(dice.sample(GIVEN, dice.choice([1, 2, 2])))


def _number(born: date, sex: int, dwelling: Dwelling, serial: int) -> str:
    """Of an area that never was. Free serials of the day are tried one by one."""
    for step in range(500):
        body = ((dwelling.pk * 7 + serial + step) * 2 + sex) % 1000
        digits = f"{NOWHERE}{born:%Y%m%d}{body:03d}"
        number = digits + check_of(digits)
        if not _is_taken(number):
            return number
    raise AssertionError("no number is left on this day")


def _is_taken(number: str) -> bool:
    return Person.objects.filter(by_number(number)).exists()


def _household(
    dwelling: Dwelling, rows: list[tuple[Person, str]], by: User, count: Counter
) -> Household:
    number = f"演{dwelling.pk:07d}"
    home = entering.enter_household(
        {"number": number, "source": "01"}, by, dwelling=dwelling
    )
    for person, relation in rows:
        life.join(person, home, relation, by)
    return home


def _label(code: str) -> Code:
    return Code.objects.get(list__code="label", code=code)


def _shop(building: Any, by: User, dice: Random, count: Counter) -> None:
    count.organizations += 1
    name = "".join(dice.sample(GIVEN, 2)) + dice.choice(SHOPS)
    serial = f"{building.pk:07d}"[-7:]
    body = f"M{serial}"
    body += body_check_of(body)
    code = f"92{NOWHERE}{body}"
    if set(body) <= set("0123456789ABCDEFGHJKLMNPQRTUWXY"):
        code += credit_check_of(code)
    entering.enter_organization(
        {
            "name": name,
            "kind": "04",
            "code": code if len(code) == 18 else "",
            "phone": f"{PHONES}{dice.randint(0, 9999):04d}",
            "employees": dice.randint(1, 9),
            "source": "01",
            "source_key": SOURCE_KEY,
        },
        by,
        place=building,
    )


def streets() -> Iterator[Unit]:
    yield from Unit.objects.filter(kind=Unit.Kind.STREET).order_by("code")
