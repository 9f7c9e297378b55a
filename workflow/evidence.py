"""What an act may come with, and how each kind is read.

The process's data says which names a move takes. A reader turns what was sent into a
value for the effects and into what the event keeps of it (never personal, never free
text). Higher apps register readers for their own names.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from govmap.lib.localized import localized
from workflow.errors import BadEvidence, MissingEvidence, UnknownEvidence
from workflow.models import Attachment, Subject, Transition

NOTE_MAX = 2000  # characters


@dataclass
class Given:
    """The evidence of one act, read."""

    values: dict[str, Any] = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict)  # in the event, for ever

    @property
    def photos(self) -> list[Attachment]:
        return self.values.get("photos", [])


@dataclass(frozen=True)
class Asked:
    """One name that a move takes: whose, of what, and how the data describes it."""

    name: str
    spec: dict[str, Any]
    move: Transition
    subject: Subject
    by_id: int

    @property
    def label(self) -> str:
        return localized(self.spec.get("label")) or self.name

    def trouble(self, trouble: str) -> BadEvidence:
        return BadEvidence(label=self.label, trouble=trouble)


# (asked, raw) -> (value for the effects, what the event keeps or None)
Reader = Callable[[Asked, Any], tuple[Any, Any]]
READERS: dict[str, Reader] = {}
# What only a person can give: what he photographed, where he stood.
HUMAN: set[str] = set()
# What each is, in words.
WORDS: dict[str, str | Promise] = {}


def reads(
    name: str, *, human: bool = False, words: str | Promise = ""
) -> Callable[[Reader], Reader]:
    """Register the reader of one name of evidence; ``human``: no machine has it.

    ``words`` say to people what sort of evidence it is.
    """

    def register(reader: Reader) -> Reader:
        READERS[name], WORDS[name] = reader, words
        if human:
            HUMAN.add(name)
        return reader

    return register


def read(
    subject: Subject, move: Transition, raw: dict[str, Any], *, by_id: int
) -> Given:
    """Check what was sent against what the move takes.

    Raises MissingEvidence, UnknownEvidence or BadEvidence (400).
    """
    given = Given()
    sent = {name: value for name, value in raw.items() if value not in ("", None, [])}
    for name in sent:
        if name not in move.evidence:
            raise UnknownEvidence(name=name)
    for name, spec in move.evidence.items():
        asked = Asked(name, spec, move, subject, by_id)
        if name not in sent:
            if spec.get("required"):
                raise MissingEvidence(label=asked.label)
            continue
        value, kept = READERS[name](asked, sent[name])
        given.values[name] = value
        if kept is not None:
            given.kept[name] = kept
    return given


def read_moment(asked: Asked, raw: Any) -> tuple[datetime, str]:
    """A moment (ISO 8601), and as the event keeps it, in UTC.

    Without an offset it is the site's time. Raises BadEvidence.
    """
    try:
        moment = raw if isinstance(raw, datetime) else parse_datetime(str(raw))
    except ValueError:
        moment = None
    if moment is None:
        raise asked.trouble(_("a day and a time, please"))
    if timezone.is_naive(moment):
        moment = timezone.make_aware(moment)
    return moment, moment.astimezone(UTC).isoformat()


def read_text(asked: Asked, raw: Any) -> str:
    """Words without what the database cannot keep."""
    if not isinstance(raw, str):
        raise asked.trouble(_("words, please"))
    return raw.replace("\x00", "").strip()


def numbers(raw: Any) -> list[float]:
    """Raises TypeError or ValueError for what is no list of numbers."""
    if not isinstance(raw, list | tuple):
        raise TypeError
    if not all(isinstance(item, int | float) for item in raw):
        raise TypeError
    try:
        return [float(item) for item in raw]
    except OverflowError as error:
        raise ValueError from error


@reads("note", words=gettext_lazy("words"))
def read_note(asked: Asked, raw: Any) -> tuple[str, None]:
    text = read_text(asked, raw)
    if len(text) > NOTE_MAX:
        raise asked.trouble(_("at most %(count)s characters") % {"count": NOTE_MAX})
    return text, None


@reads("reason", words=gettext_lazy("a reason of the list"))
def read_reason(asked: Asked, raw: Any) -> tuple[str, str]:
    if raw not in [row["code"] for row in asked.move.reasons]:
        raise asked.trouble(_("choose one of the list"))
    return str(raw), str(raw)


@reads("position", human=True, words=gettext_lazy("where one stands"))
def read_position(asked: Asked, raw: Any) -> tuple[list[float], None]:
    """``[longitude, latitude, accuracy in metres]`` of where the actor stands."""
    try:
        longitude, latitude, accuracy = numbers(raw)
    except (TypeError, ValueError) as error:
        raise asked.trouble(_("longitude, latitude and accuracy")) from error
    # NaN fails every comparison, and so is refused too.
    if not (abs(longitude) <= 180 and abs(latitude) <= 90 and 0 <= accuracy < 1e6):
        raise asked.trouble(_("longitude, latitude and accuracy"))
    return [longitude, latitude, accuracy], None


@reads("photos", human=True, words=gettext_lazy("photos"))
def read_photos(asked: Asked, raw: Any) -> tuple[list[Attachment], list[str]]:
    """Uuids of attachments that the actor uploaded and has not used before."""
    wanted = _uuids(asked, raw)
    rows = list(
        Attachment.objects.select_for_update(of=("self",)).filter(
            uuid__in=wanted, uploaded_by_id=asked.by_id, event__isnull=True
        )
    )
    if len(rows) != len(wanted):
        raise asked.trouble(_("a photo is not there; add it again"))
    only_voice = bool(rows) and all(row.is_voice for row in rows)
    if asked.spec.get("required") and only_voice:
        raise asked.trouble(_("a voice note alone shows nothing; add a photo"))
    # What is shown first is a photo.
    rows.sort(key=lambda row: (row.is_voice, wanted.index(row.uuid)))
    return rows, [row.sha256 for row in rows]


def _uuids(asked: Asked, raw: Any) -> list[UUID]:
    most = int(asked.spec.get("most", 9))
    if not isinstance(raw, list) or len(raw) > most:
        raise asked.trouble(_("at most %(count)s photos") % {"count": most})
    try:
        return list(dict.fromkeys(UUID(str(item)) for item in raw))
    except ValueError as error:
        raise asked.trouble(_("a photo is not there; add it again")) from error
