"""What a message says: the notice's words, the number and a link; nothing of persons.

The words of a process are data of the site. What the system says of its own may name
people or units on the page; outside it may not, and then says only that there is
something to read.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from govmap.lib.localized import localized
from workflow.models import Notice
from workflow.notices import SAYINGS

SHOWN = 20  # lines of a digest
LONGEST = 120  # signs of a title
TEXT_MOST = 200  # signs that a text message has for the lines of a digest
# A number as subjects have them; a name, a place or a sentence is none.
NUMBER = re.compile(r"(?=.*\d)[A-Za-z0-9][A-Za-z0-9/_.-]{0,39}")
PERSONAL = re.compile(r"1[3-9]\d{9}|\d{17}[\dXx]")  # a phone, an identity number
# What a saying may be filled with outside.
HARMLESS = {"year", "count", "day", "begins", "ends"}
FILLED = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True)
class Line:
    title: str
    number: str = ""
    link: str = ""

    @property
    def words(self) -> str:
        return f"{self.title} {self.number}".strip()


@dataclass(frozen=True)
class Message:
    """One message, ready to be put into a gateway's form."""

    lines: Sequence[Line]
    count: int = 1
    key: UUID = field(default_factory=uuid4)
    urgent: bool = False
    # Of a webhook: whom it is about, and what happened, for machines.
    person: str = ""
    what: str = ""
    kind: str = ""

    @property
    def title(self) -> str:
        if self.count == 1:
            return self.lines[0].title
        return _("%(count)s new notices") % {"count": self.count}

    @property
    def number(self) -> str:
        return self.lines[0].number if self.count == 1 else ""

    @property
    def link(self) -> str:
        return self.lines[0].link if self.count == 1 else address_of("")

    @property
    def text(self) -> str:
        """In one line, as a text message has it."""
        if self.count == 1:
            return f"{self.lines[0].words} {self.link}".strip()
        said, left = [], TEXT_MOST
        for line in self.lines:
            left -= len(line.words) + 1
            if left < 0:
                break  # the number of notices is said, the rest is on the page
            said.append(line.words)
        return f"{self.title}: {'；'.join(said)} {self.link}".strip()

    @property
    def page(self) -> str:
        """In lines of their own, as a mail has it."""
        lines = [f"{line.words}\n{line.link}".strip() for line in self.lines]
        if self.count > len(self.lines):
            more = {"count": self.count - len(self.lines)}
            lines.append(_("and %(count)s more") % more)
        return "\n\n".join(lines)


def message_of(
    notices: Sequence[Notice], *, key: UUID, urgent: bool = False
) -> Message:
    """In the site's own language: what language somebody reads is known on pages only.

    ``notices``: at least one.
    """
    first = notices[0]
    with translation.override(settings.LANGUAGE_CODE):
        return Message(
            lines=[line_of(notice) for notice in notices[:SHOWN]],
            count=len(notices),
            key=key,
            urgent=urgent,
            person=str(first.person.uuid),
            what=first.what if len(notices) == 1 else "digest",
            kind=first.kind if len(notices) == 1 else "",
        )


def line_of(notice: Notice) -> Line:
    return Line(
        title=title_outside(notice)[:LONGEST],
        number=number_of(str(notice.data.get("subject", ""))),
        link=address_of(f"{notice.pk}/"),
    )


def number_of(subject: str) -> str:
    """The number that a subject begins with; what it is called besides stays here."""
    first = subject.partition(" ")[0]
    is_number = NUMBER.fullmatch(first) and not PERSONAL.fullmatch(first)
    return first if is_number else ""


def title_outside(notice: Notice) -> str:
    if isinstance(titles := notice.data.get("title"), dict) and titles:
        return localized(titles)
    saying = str(SAYINGS.get(notice.what, ""))
    names = set(FILLED.findall(saying))
    if not saying or names - HARMLESS or names - set(notice.data):
        return _("There is a new notice for you")
    return saying % {name: notice.data[name] for name in names}


def address_of(path: str) -> str:
    """A link into the site, where the site knows its own address."""
    base = settings.PUBLIC_ADDRESS.rstrip("/")
    return f"{base}{reverse('workflow:notices')}{path}" if base else ""


def trial_message() -> Message:
    with translation.override(settings.LANGUAGE_CODE):
        title = _("This is a test message of the channel")
    return Message(lines=[Line(title, link=address_of(""))], what="test")


def code_message(code: str) -> Message:
    """The code that confirms an address: the one message that holds a secret."""
    with translation.override(settings.LANGUAGE_CODE):
        title = _("Your confirmation code: %(code)s. It is valid for 10 minutes.")
    return Message(lines=[Line(title % {"code": code})], what="code")
