"""导出: what may be taken out of the system, asked for, and decided on.

A register (a kind of list) announces itself with `exportable`; who may take how much
of it is data (`ExportRule`). The file is made by a job, see `workflow.export_files`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import QuerySet, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from procrastinate.contrib.django import app

from accounts.models import Membership, Unit, User
from govmap.lib.errors import BadInput, Conflict, NotAllowed, NotFound
from workflow import notices
from workflow.models import Export, ExportRule

TASK = "workflow.make_export"
PURPOSE_LEAST, PURPOSE_MOST = 4, 200  # signs
REASON_LEAST = 2


@dataclass(frozen=True)
class Column:
    """One column of a register; ``read`` takes a row as `Register.rows` yields it."""

    name: str
    title: str | Promise
    read: Callable[[Any], Any]
    # Names or words of people: only with a right of its own, never who called.
    personal: bool = False
    usual: bool = True  # chosen when the page opens


# The values of each row in the columns' order, and where it lies.
Rows = Iterator[tuple[list[Any], str | None]]
Writer = Callable[[Export, Sequence[Column], Rows], bytes]
# Writes the file itself, for what is too large to be held.
FileWriter = Callable[[Export, Rows, Path], None]
MOST_ROWS = 200_000  # of one file, whatever a rule says


@dataclass(frozen=True)
class Register:
    """A kind of list that files can be made of."""

    name: str
    title: str | Promise
    columns: tuple[Column, ...]
    # What the person sees of a list, by its query string. Raises DomainError.
    found: Callable[[User, str], QuerySet[Any]]
    # The rows of what was found, at most so many, with all that columns read.
    rows: Callable[[QuerySet[Any], int], Iterator[Any]]
    # The filters of a query string, in words.
    words: Callable[[User, str], list[str]]
    # What of a query string is kept. Raises DomainError for what no file is made of.
    clean: Callable[[str], str]
    # The address of the list.
    page: Callable[[str], str]
    # GeoJSON text of where a row lies; None where the register has no places.
    place: Callable[[Any], str | None] | None = None
    # Its own forms of file in place of the usual: of a sheet that another house reads
    # and that must stay as it is, which says itself whose export it is.
    writers: Mapping[str, Writer] = field(default_factory=dict)
    file_writers: Mapping[str, FileWriter] = field(default_factory=dict)
    # Whether the columns are fixed: all of them, in their order.
    fixed: bool = False
    # Whether a person may learn that there is such a list.
    shown_to: Callable[[User], bool] = lambda _user: True
    # Whether only a rule that names it counts, and not those for every list.
    named: bool = False
    # Rows of one file at most, whatever a rule says.
    most_rows: int = MOST_ROWS
    # Whether its rows of a day are counted by themselves, not with other lists'.
    apart: bool = False
    # Whether a list, by its query string, needs a purpose. Raises DomainError.
    asks_purpose: Callable[[str], bool] = lambda _query: True
    # What whoever asks is told of it, where it is not what all files are.
    hint: str | Promise = ""

    def column(self, name: str) -> Column | None:
        return next((one for one in self.columns if one.name == name), None)


REGISTERS: dict[str, Register] = {}
# Registers that are data, as each module: asked for what is none of the others.
FAMILIES: list[Callable[[str], Register | None]] = []


def exportable(register: Register) -> None:
    """Announce a register; called once, where its app is set up."""
    REGISTERS[register.name] = register


def families(find: Callable[[str], Register | None]) -> None:
    """Announce registers that are found by their name."""
    FAMILIES.append(find)


def known(name: str) -> Register | None:
    """The register of that name, if there is one."""
    return REGISTERS.get(name) or next(filter(None, (f(name) for f in FAMILIES)), None)


class NoPurpose(BadInput):
    """Say in at least 4 signs what the file is for."""

    message = gettext_noop("Say in at least 4 signs what the file is for.")


class NoColumns(BadInput):
    """Choose at least one column that you may take out."""

    message = gettext_noop("Choose at least one column that you may take out.")


class NothingFound(BadInput):
    """The list is empty: there is nothing to export."""

    message = gettext_noop("The list is empty: there is nothing to export.")


class TooMany(BadInput):
    """These are more than %(most)s rows, the most of one file. Narrow the list."""

    message = gettext_noop(
        "These are more than %(most)s rows, the most of one file. Narrow the list."
    )


class DayIsFull(BadInput):
    """Today %(left)s more rows may be taken out. Narrow the list or wait a day."""

    message = gettext_noop(
        "Today %(left)s more rows may be taken out. Narrow the list or wait a day."
    )


class MayNotExport(NotAllowed):
    """Your role may not export this list. Ask the system administrator."""

    message = gettext_noop(
        "Your role may not export this list. Ask the system administrator."
    )


class NoReason(BadInput):
    """A refusal needs a reason: whoever asked reads it."""

    message = gettext_noop("A refusal needs a reason: whoever asked reads it.")


class Decided(Conflict):
    """Somebody else has decided on this export."""

    message = gettext_noop("Somebody else has decided on this export.")


notices.says("export_asked", _("An export waits for your approval: %(subject)s"))
notices.says("export_refused", _("Your export was refused: %(subject)s"))
notices.says("export_made", _("Your export is ready: %(subject)s"))


def register_of(name: str) -> Register:
    """Raises NotFound (404)."""
    if "\x00" in name or (found := known(name)) is None:
        raise NotFound
    return found


def register_for(user: User, name: str) -> Register:
    """Raises NotFound (404) for one that he may not know of, too."""
    found = register_of(name)
    if not found.shown_to(user):
        raise NotFound
    return found


@dataclass(frozen=True)
class Right:
    """What a person may take out of a register, and in which post."""

    rule: ExportRule
    post: Membership

    def columns(self, register: Register) -> list[Column]:
        named = self.rule.columns
        return [
            column
            for column in register.columns
            if (not named or column.name in named)
            and (self.rule.personal or not column.personal)
        ]


def right_of(user: User, register: str) -> Right | None:
    """The widest of the person's posts; None where none may: one query."""
    posts = {post.role: post for post in reversed(user.posts)}
    rules = ExportRule.objects.in_use().filter(role__in=posts)
    known_by = REGISTERS.get(register)
    names = {register} if known_by and known_by.named else {"", register}
    rules = rules.filter(register__in=names, rows__gt=0)
    found: dict[str, ExportRule] = {}
    # Of a role the register's own rule counts, not the one for all.
    for rule in rules.order_by("register"):
        found[rule.role] = rule
    if not found:
        return None
    rule = max(found.values(), key=lambda one: (one.rows, one.personal, one.pk))
    return Right(rule, posts[rule.role])


def taken_today(user: User, register: Register) -> int:
    """Rows that the person asked for since midnight, refused ones left out."""
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(), time.min))
    rows = Export.objects.filter(by=user, asked_at__gte=midnight, refused="")
    apart = [name for name, one in REGISTERS.items() if one.apart]
    if register.apart:
        rows = rows.filter(register=register.name)
    else:
        rows = rows.exclude(register__in=apart)
    return int(rows.aggregate(total=Sum("expected"))["total"] or 0)


@transaction.atomic
def ask(
    by: User,
    register: Register,
    *,
    query: str,
    columns: Sequence[str],
    purpose: str,
    form: str,
) -> Export:
    """Ask for a file: made by a job at once, or after somebody else's approval.

    Raises MayNotExport (403), and BadInput for whatever is missing or too much (400).
    """
    right = right_of(by, register.name)
    if right is None:
        raise MayNotExport
    # Asked twice at once, the day's rows are counted one after the other.
    User.objects.select_for_update().get(pk=by.pk)
    allowed = {column.name for column in right.columns(register)}
    if register.fixed:
        columns = [one.name for one in register.columns]
    chosen = [one.name for one in register.columns if one.name in set(columns)]
    if not chosen or not allowed.issuperset(columns):
        raise NoColumns
    if form not in forms_of(register):
        raise BadInput
    query = register.clean(query)
    if register.asks_purpose(query) and len(purpose.strip()) < PURPOSE_LEAST:
        raise NoPurpose
    row = Export(by=by, unit=right.post.unit, role=right.post.role)
    row.register, row.form, row.query, row.columns = register.name, form, query, chosen
    row.purpose = purpose.strip()[:PURPOSE_MOST]
    row.words, row.keep_days = register.words(by, query), right.rule.keep_days
    _count(row, right, register)
    row.save()
    if row.needs_approval:
        _tell(row, "export_asked", approvers_of(row))
    else:
        app.configure_task(TASK).defer(export=row.pk)
    return row


def _count(row: Export, right: Right, register: Register) -> None:
    """How many rows there are; whether that many may be taken, and by whose leave."""
    rule = right.rule
    expected = register.found(row.by, row.query)[: rule.rows + 1].count()
    if not expected:
        raise NothingFound
    if expected > rule.rows:
        raise TooMany(most=f"{rule.rows:,}")
    left = rule.rows_a_day - taken_today(row.by, register)
    if expected > left:
        raise DayIsFull(left=f"{max(left, 0):,}")
    row.expected, row.needs_approval = expected, expected > rule.approve_above
    row.most = rule.rows if row.needs_approval else rule.approve_above


def forms_of(register: Register) -> list[str]:
    """The forms of file that a register can be made into."""
    if register.writers or register.file_writers:
        return [*register.file_writers, *register.writers]
    forms = [Export.Form.XLSX, Export.Form.CSV]
    if register.place:
        forms.append(Export.Form.GEOJSON)
    return [form.value for form in forms]


def decide(export: Export, by: User, *, agrees: bool, reason: str = "") -> Export:
    """Approve it, so that it is made, or refuse it with a reason.

    Raises NotAllowed (403), NoReason (400), Decided (409).
    """
    if not may_decide(export, by):
        raise NotAllowed
    if not agrees and len(reason.strip()) < REASON_LEAST:
        raise NoReason
    with transaction.atomic():
        row = Export.objects.select_for_update().get(pk=export.pk)
        if row.decided_at or not row.needs_approval:
            raise Decided
        row.decided_by, row.decided_at = by, timezone.now()
        row.refused = "" if agrees else reason.strip()[:200]
        row.save(update_fields=["decided_by", "decided_at", "refused"])
        if agrees:
            app.configure_task(TASK).defer(export=row.pk)
        else:
            _tell(row, "export_refused", [row.by_id])
    return row


def may_decide(export: Export, user: User, roles: set[str] | None = None) -> bool:
    """Another person, in a post that approves, at the unit or above it.

    ``roles``: those that approve, where they are known.
    """
    if user.pk == export.by_id or not export.needs_approval:
        return False
    units = {unit.pk for unit in _upwards(export.unit)}
    if roles is None:
        roles = approving_roles(export.register)
    return any(post.role in roles and post.unit_id in units for post in user.posts)


def approving_roles(register: str) -> set[str]:
    rules = ExportRule.objects.in_use().filter(register__in=("", register))
    found = {rule.role: rule.approves for rule in rules.order_by("register")}
    return {role for role, approves in found.items() if approves}


def approvers_of(export: Export) -> list[int]:
    """Ids of all who could decide on it today."""
    posts = Membership.objects.valid_at(timezone.now()).filter(
        unit__in=_upwards(export.unit),
        role__in=approving_roles(export.register),
        user__is_active=True,
    )
    ids = set(posts.values_list("user_id", flat=True)) - {export.by_id}
    return sorted(ids)


def _upwards(unit: Unit) -> list[Unit]:
    """The unit and those above it."""
    chain = [unit]
    while (above := chain[-1].parent) is not None and len(chain) < 6:
        chain.append(above)
    return chain


def to_decide(user: User) -> QuerySet[Export]:
    """What waits for this person's decision, the oldest first."""
    rows = Export.objects.undecided().exclude(by=user)
    waiting = list(rows.select_related("unit__parent__parent"))
    roles = {name: approving_roles(name) for name in {row.register for row in waiting}}
    asked = [row.pk for row in waiting if may_decide(row, user, roles[row.register])]
    return Export.objects.filter(pk__in=asked).order_by("pk")


def is_shown_to(export: Export, user: User) -> bool:
    seen = Export.objects.visible_to(user).filter(pk=export.pk)
    return export.by_id == user.pk or may_decide(export, user) or seen.exists()


def tell_made(export: Export) -> None:
    _tell(export, "export_made", [export.by_id])


def _tell(export: Export, what: str, people: Iterable[int]) -> None:
    page = reverse("workflow:export", args=[export.uuid])
    notices.notify(
        None,
        what,
        people=people,
        key=f"export/{export.uuid}/{what}",
        data={"subject": export.number, "page": page},
    )
