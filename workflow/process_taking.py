"""A process from a file of an administrator: looked at first, then taken."""

import json
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from govmap.lib.errors import BadInput, Conflict
from govmap.lib.history import recorded
from workflow.drafts import Draft
from workflow.loading import load_process
from workflow.models import Process
from workflow.processes import faults

MOST_BYTES = 1_000_000
# Any number, as long as all who choose processes take the same one.
TAKING_LOCK = 30_429


class NoProcess(BadInput):
    """What was sent is not a sound process."""

    message = gettext_noop("The process is unsound: %(first)s")


class StillDefault(Conflict):
    """Every kind of subject has a process to begin with."""

    message = gettext_noop(
        "New cases begin with this process. Choose another as the usual one before."
    )


class NotInUse(Conflict):
    message = gettext_noop("Put this version in use before it becomes the usual one.")


@dataclass(frozen=True)
class Looked:
    """What a file says, and what is wrong with it."""

    draft: Draft | None
    problems: list[str]
    before: Process | None  # the newest version that is loaded


def look(text: str) -> Looked:
    """Read what was sent, and say all that keeps it from being taken."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        where = {
            "line": getattr(error, "lineno", 1),
            "column": getattr(error, "colno", 1),
        }
        sentence = _("This is not JSON: line %(line)s, column %(column)s.") % where
        return Looked(None, [sentence], None)
    return look_at(data)


def look_at(data: Any) -> Looked:
    """As `look`, of data that are read already."""
    if "\\u0000" in json.dumps(data):
        return Looked(None, [_("It contains characters that cannot be kept.")], None)
    # What is unsound is not drawn: it may name states that are not there.
    if found := faults(data):
        return Looked(None, found, None)
    draft = Draft(data)
    versions = Process.objects.filter(code=data["code"]).order_by("-version")
    before = versions.first()
    return Looked(draft, list(_misplaced(draft, before)), before)


def _misplaced(draft: Draft, before: Process | None) -> list[str]:
    if before is None:
        return []
    if before.kind != draft.data["kind"]:
        told = {"code": before.code, "kind": before.kind}
        return [_("“%(code)s” is a process for “%(kind)s”: use another code.") % told]
    if before.version >= draft.data["version"]:
        told = {"version": str(before.version)}
        return [_("Version %(version)s is loaded already: raise the version.") % told]
    return []


def take(
    data: Any, *, by: User, in_use: bool, default: bool, address: str = ""
) -> Process:
    """Load the process as a new version, on record. Raises NoProcess."""
    with recorded(by, address=address):
        _lock()
        looked = look_at(data)
        if looked.problems or looked.draft is None:
            raise NoProcess(first=looked.problems[0])
        load_process(looked.draft, in_use=in_use or default)
        said = looked.draft.data
        process = Process.objects.get(code=said["code"], version=said["version"])
        if default or (in_use and _is_usual(process)):
            _make_default(process)
    process.refresh_from_db()
    return process


def put_in_use(process: Process, *, by: User, address: str = "") -> None:
    """New subjects may begin with it; a newer version of it does so before it."""
    with recorded(by, address=address):
        _lock()
        Process.objects.filter(pk=process.pk).update(in_use=True)
        if _is_usual(process) and _is_newest(process):
            _make_default(process)


def put_out_of_use(process: Process, *, by: User, address: str = "") -> None:
    """No new subject begins with it; those on it go on. Raises StillDefault."""
    with recorded(by, address=address):
        _lock()
        process.refresh_from_db()
        if process.is_default:
            raise StillDefault
        Process.objects.filter(pk=process.pk).update(in_use=False)


def make_default(process: Process, *, by: User, address: str = "") -> None:
    """What new subjects begin with where no other process takes them."""
    with recorded(by, address=address):
        _lock()
        process.refresh_from_db()
        if not process.in_use:
            raise NotInUse
        _make_default(process)


def _is_usual(process: Process) -> bool:
    """Whether a version of it is what new subjects begin with."""
    return Process.objects.filter(code=process.code, is_default=True).exists()


def _is_newest(process: Process) -> bool:
    rows = Process.objects.filter(code=process.code, in_use=True)
    return not rows.filter(version__gt=process.version).exists()


def _make_default(process: Process) -> None:
    rows = Process.objects.filter(kind=process.kind)
    rows.filter(is_default=True).exclude(pk=process.pk).update(is_default=False)
    rows.filter(pk=process.pk).update(is_default=True)


def _lock() -> None:
    """One after the other: two at once would leave no usual process, or two."""
    assert transaction.get_connection().in_atomic_block
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TAKING_LOCK])


def file_name(process: Process) -> str:
    return f"{process.code}-{process.version}.json"
