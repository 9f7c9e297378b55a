"""The short form of a survey: what it asks of each thing, as data, and the answers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, pgettext_lazy

from accounts.models import User
from govmap.lib.api import is_clean
from govmap.lib.errors import BadInput
from workflow.models import Attachment

TEXT, NUMBER, CHOICE, YES_NO, PHOTO = "text", "number", "choice", "yes_no", "photo"
KINDS: dict[str, str | Promise] = {
    YES_NO: gettext_lazy("yes or no"),
    CHOICE: gettext_lazy("one of several"),
    NUMBER: pgettext_lazy("kind of field", "a number"),
    TEXT: pgettext_lazy("kind of field", "words"),
    PHOTO: pgettext_lazy("kind of field", "a photo"),
}
YES, NO = "yes", "no"
MOST_FIELDS, MOST_CHOICES, MOST_PHOTOS = 12, 20, 3
TITLE_MOST, TEXT_MOST = 40, 300
LARGEST = 1e12


class BadFields(BadInput):
    """The form asks for nothing, or for something that cannot be asked."""

    message = gettext_noop("What the form asks cannot be taken: %(why)s")


class BadAnswers(BadInput):
    """Some answers are missing or cannot be taken."""

    message = gettext_noop("Some answers are missing or cannot be taken: %(which)s")

    def __init__(self, errors: Mapping[str, str], titles: Iterable[str]) -> None:
        super().__init__(which="、".join(titles))
        self.errors = dict(errors)


@dataclass(frozen=True)
class Field:
    """One question. ``code`` is its own within the survey."""

    code: str
    title: str
    kind: str
    choices: tuple[str, ...] = ()
    required: bool = False

    @property
    def options(self) -> list[tuple[str, str]]:
        if self.kind == YES_NO:
            return [(YES, _("yes")), (NO, _("no"))]
        return [(choice, choice) for choice in self.choices]

    def words(self, value: Any) -> str | float:
        """An answer as people read it; numbers stay numbers."""
        if value in (None, "", []):
            return ""
        if self.kind == PHOTO:
            return _("photos: %(count)s") % {"count": len(value)}
        if self.kind == YES_NO:
            return dict(self.options).get(str(value), "")
        return value if isinstance(value, int | float) else str(value)


def fields_of(data: Sequence[Mapping[str, Any]]) -> list[Field]:
    """The fields of a survey that is kept."""
    return [
        Field(
            one["code"],
            one["title"],
            one["kind"],
            tuple(one.get("choices", ())),
            bool(one.get("required")),
        )
        for one in data
    ]


def checked(data: Any) -> list[dict[str, Any]]:
    """Fields as they are kept, with codes of their own. Raises BadFields."""
    if not isinstance(data, list) or not data:
        raise BadFields(why=_("it asks for nothing"))
    if len(data) > MOST_FIELDS:
        raise BadFields(why=_("at most %(most)s questions") % {"most": MOST_FIELDS})
    found = [_checked(one, number) for number, one in enumerate(data, start=1)]
    if len({one["title"] for one in found}) < len(found):
        raise BadFields(why=_("two questions are the same"))
    return found


def _checked(one: Any, number: int) -> dict[str, Any]:
    if not isinstance(one, dict):
        raise BadFields(why=str(number))
    title, kind = str(one.get("title", "")).strip(), one.get("kind")
    if not title or len(title) > TITLE_MOST or kind not in KINDS:
        raise BadFields(why=title or str(number))
    choices = one.get("choices") or []
    kept = list(dict.fromkeys(str(text).strip() for text in choices if str(text)))
    if kind == CHOICE and not 2 <= len(kept) <= MOST_CHOICES:
        raise BadFields(why=_("“%(title)s” needs two choices") % {"title": title})
    return {
        "code": f"f{number}",
        "title": title,
        "kind": kind,
        "choices": kept if kind == CHOICE else [],
        "required": bool(one.get("required")),
    }


def read_answers(
    fields: Sequence[Field], sent: Mapping[str, Any], by: User
) -> dict[str, Any]:
    """What was answered, checked. Raises BadAnswers, which says what beside which."""
    found: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for field in fields:
        try:
            value = _read(field, sent.get(field.code), by)
        except ValueError as error:
            errors[field.code] = str(error)
            continue
        if value not in ("", None, []):
            found[field.code] = value
        elif field.required:
            errors[field.code] = _("Please answer this.")
    if errors:
        titles = [field.title for field in fields if field.code in errors]
        raise BadAnswers(errors, titles)
    return found


def _read(field: Field, value: Any, by: User) -> Any:
    """Raises ValueError with the sentence for whoever filled it in."""
    if value in (None, "", []):
        return None
    if field.kind == PHOTO:
        return _photos(value, by)
    if isinstance(value, bool) and field.kind == YES_NO:
        return YES if value else NO
    text = str(value).strip()
    if not is_clean(text) or len(text) > TEXT_MOST:
        raise ValueError(_("At most %(most)s signs.") % {"most": TEXT_MOST})
    if field.kind == NUMBER:
        return _number(text)
    if field.kind in (CHOICE, YES_NO) and text not in dict(field.options):
        raise ValueError(_("Choose one of these."))
    return text


def _number(text: str) -> int | float:
    try:
        number = float(text)
    except ValueError as error:
        raise ValueError(_("A number, please.")) from error
    if not abs(number) < LARGEST:
        raise ValueError(_("A number, please."))
    return int(number) if number.is_integer() else number


def too_many_photos() -> str:
    return _("At most %(most)s photos.") % {"most": MOST_PHOTOS}


def _photos(value: Any, by: User) -> list[str]:
    """Photos that this person has sent ahead, or that stood here already."""
    asked = value if isinstance(value, list) else [value]
    if len(asked) > MOST_PHOTOS:
        raise ValueError(too_many_photos())
    try:
        wanted = [str(UUID(str(one))) for one in asked]
    except ValueError as error:
        raise ValueError(_("A photo is no longer there. Add it again.")) from error
    rows = Attachment.objects.filter(uuid__in=wanted, uploaded_by=by)
    known = {str(uuid) for uuid in rows.values_list("uuid", flat=True)}
    if not known.issuperset(wanted):
        raise ValueError(_("A photo is no longer there. Add it again."))
    return wanted
