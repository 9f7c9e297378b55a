"""What one box finds, in groups; each asks what the list of its own shows this reader.

Every group fetches a row more than it counts: beyond that it says "20+", and its list
has the rest.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import SEES_UNIT
from cases.desk.own_views import ALL
from cases.finding.phones import can_search_phones
from cases.finding.terms import matching as matching_cases
from cases.models import Case
from govmap.lib.localized import localized
from offices.models import Building, Organization, Person, Record, RegisterReading
from offices.models.ground import State
from offices.modules.lists import Row, dressed
from offices.modules.rights import can_use_offices
from offices.modules.searching import keyed, matching
from offices.registers import codes, finding, lists, reading
from offices.registers.identity import mask_number, plain
from offices.registers.permissions import uses_registers
from offices.registers.words import holds

COUNTED = 20
SHOWN = 5


@dataclass(frozen=True)
class Hit:
    """One thing that was found, with what its list shows of it."""

    title: str
    url: str
    detail: str = ""
    mark: str = ""
    uuid: str = ""


@dataclass(frozen=True)
class Part:
    """Some of a group: the hits in one module, and the list that has them all."""

    title: str
    count: int
    url: str


@dataclass
class Group:
    code: str
    title: str | Promise
    glyph: str
    hits: list[Hit] = field(default_factory=list)
    count: int = 0
    all_url: str = ""
    parts: list[Part] = field(default_factory=list)

    @property
    def count_text(self) -> str:
        return str(self.count) if self.count <= COUNTED else f"{COUNTED}+"


@dataclass(frozen=True)
class Found:
    """The answer to one search. ``by_number``: it is on record."""

    groups: list[Group]
    by_number: bool = False
    # He may look for callers by phone, which asks for a purpose, on a page of its own.
    asks_for_purpose: bool = False

    @property
    def hits(self) -> int:
        return sum(len(group.hits) for group in self.groups)


def sees_cases(user: User) -> bool:
    return user.has_role(*SEES_UNIT)


def can_find(user: User) -> bool:
    """Whether any group could answer him. One query at the most."""
    return uses_registers(user) or sees_cases(user) or can_use_offices(user)


def find(text: str, user: User) -> Found:
    """By name, address, text or number of a case or record; not by a whole number."""
    if finding.is_number(text) or not finding.terms_of(text):
        return Found([])
    groups = [group for made in _sources(user) if (group := made(text, user)).hits]
    return Found(groups)


def find_number(text: str, user: User) -> Found:
    """Whose whole number, phone or unified code that is; on record first."""
    said = plain(text)
    is_phone = finding.is_phone(said)
    what = RegisterReading.What
    reading.note(
        user,
        what.FIND_PHONE if is_phone else what.FIND_NUMBER,
        said=f"••••{said[-4:]}",
    )
    groups = []
    if uses_registers(user):
        groups += [_people_by(said, user), _organizations_by(said, user)]
    if can_use_offices(user):
        groups.append(_records_by(said, user))
    return Found(
        [group for group in groups if group.hits],
        by_number=True,
        asks_for_purpose=is_phone and can_search_phones(user),
    )


Source = Callable[[str, User], Group]


def _sources(user: User) -> list[Source]:
    found: list[Source] = []
    if uses_registers(user):
        found += [_people, _households, _buildings, _dwellings, _organizations]
    if can_use_offices(user):
        found.append(_records)
    if sees_cases(user):
        found.append(_cases)
    return found


def _joined(*parts: Any) -> str:
    return " · ".join(str(part) for part in parts if part)


def _where(row: Any) -> str:
    return str(row.community or row.street or "")


def _of(kind: lists.Kind, rows: Any, made: Callable[[Any], Hit]) -> Group:
    """A group of one register, from rows of its list, the newest first."""
    found = list(rows.listed().order_by("-pk")[: COUNTED + 1])
    hits = [made(row) for row in found[:SHOWN]]
    return Group(kind.register, kind.title, kind.glyph, hits, len(found))


def _in_list(kind: lists.Kind, text: str, user: User) -> Any:
    return kind.find(lists.seen_in(kind, user).here(), text, user)


def _listed_at(name: str, text: str, **more: str) -> str:
    """The list that has them all; none where its address would hold a number."""
    if finding.is_hidden(text):
        return ""
    return f"{reverse(name)}?{urlencode({**more, 'q': text})}"


# People


def _person(row: Person) -> Hit:
    age = _("%(years)s years") % {"years": row.age} if row.age is not None else ""
    tail = mask_number(row.number_tail) if row.number_tail else ""
    return Hit(
        str(row),
        reverse("registers:person", args=[row.uuid]),
        _joined(age, tail, row.address, _where(row)),
        "" if row.state == State.HERE else row.get_state_display(),
        str(row.uuid),
    )


def _people(text: str, user: User) -> Group:
    group = _of(lists.PEOPLE, _in_list(lists.PEOPLE, text, user), _person)
    group.all_url = _listed_at("registers:people", text)
    return group


def _people_by(said: str, user: User) -> Group:
    rows = Person.objects.visible_to(user).exclude(state=State.MERGED)
    is_his = finding.by_phone if finding.is_phone(said) else finding.by_number
    return _of(lists.PEOPLE, rows.filter(is_his(said)), _person)


# Households, buildings and dwellings


def _households(text: str, user: User) -> Group:
    def made(row: Any) -> Hit:
        return Hit(
            row.number or str(_("without a number")),
            reverse("registers:household", args=[row.uuid]),
            _joined(row.head, row.address, _where(row)),
            uuid=str(row.uuid),
        )

    group = _of(lists.HOUSEHOLDS, _in_list(lists.HOUSEHOLDS, text, user), made)
    group.all_url = _listed_at("registers:households", text)
    return group


def _buildings(text: str, user: User) -> Group:
    """Cards of buildings. They have no list: the list of dwellings has their doors."""
    rows = Building.objects.visible_to(user).here()
    for term in finding.terms_of(text):
        rows = rows.filter(holds(finding.form_of(term)))
    found = list(rows.listed().defer("words").order_by("-pk")[: COUNTED + 1])
    hits = [
        Hit(
            str(row),
            reverse("registers:building", args=[row.uuid]),
            _joined(row.address if row.name else "", _where(row)),
            uuid=str(row.uuid),
        )
        for row in found[:SHOWN]
    ]
    return Group("building", _("Buildings"), "building", hits, len(found))


def _dwellings(text: str, user: User) -> Group:
    def made(row: Any) -> Hit:
        return Hit(
            row.address,
            reverse("registers:dwelling", args=[row.uuid]),
            _joined(words.of("dwelling_use", row.use), _where(row)),
            uuid=str(row.uuid),
        )

    words = codes.Words()
    group = _of(lists.DWELLINGS, _in_list(lists.DWELLINGS, text, user), made)
    group.all_url = _listed_at("registers:dwellings", text)
    return group


# Organisations


def _organization(row: Organization) -> Hit:
    return Hit(
        row.name,
        reverse("registers:organization", args=[row.uuid]),
        _joined(row.code, row.address, _where(row)),
        "" if row.state == State.HERE else row.get_state_display(),
        str(row.uuid),
    )


def _organizations(text: str, user: User) -> Group:
    kind = lists.ORGANIZATIONS
    group = _of(kind, _in_list(kind, text, user), _organization)
    group.all_url = _listed_at("registers:organizations", text)
    return group


def _organizations_by(said: str, user: User) -> Group:
    rows = Organization.objects.visible_to(user).exclude(state=State.MERGED)
    is_its = finding.by_phone(said) if finding.is_phone(said) else finding.by_code(said)
    return _of(lists.ORGANIZATIONS, rows.filter(is_its), _organization)


# Records of modules


def _records(text: str, user: User) -> Group:
    rows = matching(Record.objects.visible_to(user), text)
    return _of_modules(rows, user, text)


def _records_by(said: str, user: User) -> Group:
    rows = Record.objects.visible_to(user).filter(pk__in=keyed(said))
    return _of_modules(rows, user)


def _of_modules(rows: Any, user: User, text: str = "") -> Group:
    """As the list of each module masks them; no list opens what is sensitive."""
    rows = rows.select_related("module", "street", "community")
    rows = rows.defer("sensitive", "words").order_by("-pk")
    found = list(rows[: COUNTED + 1])
    hits = [_record(row) for row in dressed(found[:SHOWN], user)]
    group = Group("record", _("Records of modules"), "forms", hits, len(found))
    counts = Counter(row.module_id for row in found)
    modules = {row.module_id: row.module for row in found}
    named = text and not finding.is_hidden(text)
    for key, count in counts.most_common() if named else ():
        module = modules[key]
        url = reverse("modules:list", args=[module.code])
        query = urlencode({"view": "all", "q": text})
        group.parts.append(Part(localized(module.titles), count, f"{url}?{query}"))
    return group


def _record(row: Row) -> Hit:
    record = row.record
    shown = (_cell(cell) for cell in row.cells)
    told = _joined(*[text for text in shown if text][:3], record.address)
    return Hit(
        localized(record.module.titles),
        reverse("modules:record", args=[record.uuid]),
        _joined(record.number, told, _where(record)),
        record.state.label,
        str(record.uuid),
    )


def _cell(cell: Any) -> str:
    if cell.options:
        return "、".join(option.label for option in cell.options)
    return str(cell.text)[:40]


# Cases


def _cases(text: str, user: User) -> Group:
    rows = matching_cases(Case.objects.visible_to(user), text, user)
    rows = rows.select_related("category", "community", "street").order_by("-pk")
    found = list(rows[: COUNTED + 1])
    hits = [
        Hit(
            f"{row.category}",
            reverse("cases:case", args=[row.uuid]),
            _joined(row.number, row.address, _where(row)),
            row.state.label,
            str(row.uuid),
        )
        for row in found[:SHOWN]
    ]
    all_url = _listed_at("cases:search", text, view=ALL)
    title = _("Cases of the grid")
    return Group("case", title, "clipboard-list", hits, len(found), all_url)
