"""Numbers are written down: by hand, from a table, from a site package."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy, gettext_noop

from accounts.models import Unit, User
from govmap.lib.errors import BadInput
from govmap.lib.package import read_rows
from govmap.lib.sheets import Row
from govmap.lib.trial import Report, State, refuse
from workflow.class_rows import day, fits, whole, wrong, yes
from workflow.class_taking import Asked, Table
from workflow.models import Contact
from workflow.package_rows import PackageRows
from workflow.roster.permissions import can_keep

NAME = "contacts.csv"
COLUMNS = ("unit", "post", "phone", "always", "note", "order", "retired")
NEEDED = ("unit", "post", "phone")
WORDS = {
    **{"单位": "unit", "岗位": "post", "电话": "phone", "24小时": "always"},
    **{"备注": "note", "顺序": "order", "停用日期": "retired"},
}
# As people write numbers: digits, and what stands between them.
PHONE = re.compile(r"\+?[0-9][0-9 ()/-]{2,36}(?:转[0-9]{1,8})?")
MOBILE = re.compile(r"(?:\+?86)?1[3-9]\d{9}")


class NoNumber(BadInput):
    """A number has digits."""

    message = gettext_noop("“%(phone)s” is no telephone number. Write it as 010-12345.")


class OwnMobile(BadInput):
    """Only official numbers stand in the book."""

    message = gettext_noop(
        "“%(phone)s” is a mobile number. Only a unit's official numbers stand here:"
        " write its switchboard or its duty line."
    )


def clean_phone(text: str) -> str:
    """Raises NoNumber, OwnMobile (400)."""
    text = text.replace("\x00", "").strip()
    if not PHONE.fullmatch(text):
        raise NoNumber(phone=text[:40])
    if MOBILE.fullmatch("".join(sign for sign in text if sign.isdecimal())):
        raise OwnMobile(phone=text)
    return text


def write(
    rows: Iterable[Row],
    report: Report,
    user: User | None = None,
    *,
    whole: Sequence[Row] | None = None,
) -> int:
    """A number is known by its unit, its post and itself; what a table leaves out
    stays. ``user``: whose units may be written; None: a site package. ``whole``: the
    table that the rows are a part of, where they are not all."""
    rows = list(rows)
    units = {unit.code: unit for unit in Unit.objects.all()}
    named = Counter(_post_of(row) for _where, row in whole or rows)
    count = 0
    for where, row in rows:
        count += 1
        try:
            _take(row, units, user, alone=named[_post_of(row)] == 1)
        except BadInput as error:
            report(where, error)
    return count


def _post_of(row: Mapping[str, str]) -> tuple[str, str]:
    return row["unit"].strip(), row["post"].strip()


def _take(
    row: Mapping[str, str],
    units: Mapping[str, Unit],
    user: User | None,
    *,
    alone: bool,
) -> None:
    """``alone``: the table names one number of the post."""
    unit = units.get(row["unit"])
    if unit is None or (user and not can_keep(user, unit)):
        raise wrong(
            gettext_noop("unit “%(code)s” is none whose numbers you keep."),
            code=row["unit"],
        )
    post = fits(Contact, "post", row["post"])
    phone = clean_phone(row["phone"])
    rows = Contact.objects.filter(unit=unit, post=post)
    found = rows.filter(phone=phone).first()
    known = list(rows.in_use()[:2])
    # A post that has one number has another one now; one with several is told apart.
    before = known[0] if alone and len(known) == 1 else None
    contact = found or before or Contact(unit=unit, post=post)
    # What is named is in use, unless the table says that it is not.
    values: dict[str, Any] = {"phone": phone, "retired_at": None}
    if "always" in row:
        values["always"] = yes("always", row["always"])
    if "note" in row:
        values["note"] = fits(Contact, "note", row["note"], least=0)
    if "order" in row:
        values["order"] = whole("order", row["order"] or "0", 9999, least=0)
    if "retired" in row:
        values["retired_at"] = day("retired", row["retired"])
    if contact.pk and all(getattr(contact, name) == v for name, v in values.items()):
        return
    for name, value in values.items():
        setattr(contact, name, value)
    contact.save()
    if before and before.pk != contact.pk and contact.retired_at is None:
        before.retired_at = timezone.localdate()
        before.save(update_fields=["retired_at"])


def lines(units: Iterable[int] | None = None) -> list[list[Any]]:
    """As `COLUMNS`; of those units, or of all."""
    rows = Contact.objects.in_use().select_related("unit")
    if units is not None:
        rows = rows.filter(unit__in=units)
    return [
        [
            *(row.unit.code, row.post, row.phone, row.always, row.note, row.order),
            row.retired_at,
        ]
        for row in rows.order_by("unit__code", "order", "pk")
    ]


def _state(rows: list[Row]) -> State:
    codes = {row["unit"] for _line, row in rows}
    found = Contact.objects.in_use().filter(unit__code__in=codes)
    return {
        f"{row.unit} {row.post} #{row.pk}": {
            "phone": row.phone,
            "always": row.always,
            "note": row.note,
        }
        for row in found.select_related("unit")
    }


def table_for(user: User) -> Table:
    def write_his(rows: Iterable[Row], report: Report, asked: Asked) -> int:
        return write(rows, report, user)

    return Table(
        title=gettext_lazy("Address book from a file"),
        columns=COLUMNS,
        needed=NEEDED,
        words=WORDS,
        write=write_his,
        state=_state,
        here="contacts:take",
        back="contacts:list",
        base="workflow/take_alone.html",
    )


@transaction.atomic
def load(folder: Path, progress: Callable[[str], None]) -> None:
    """contacts.csv of a site package: safe to run twice; what was changed on the page
    stays, unless the package says something new of the row."""
    path = folder / NAME
    if not path.is_file():
        return
    rows = list(read_rows(path, NEEDED))
    known = PackageRows("contacts")
    write(known.fresh(rows, "unit", "post", "phone"), refuse, whole=rows)
    known.keep()
    progress(f"address book: {len(rows)} numbers")
