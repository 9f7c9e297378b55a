"""What must hold for a move beside who does it, by names that processes use.

A guard answers nothing where it holds, else a sentence that says why the move cannot
be done now. Higher apps register guards of their own.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from workflow.arguments import LIMIT, NUMBER, REQUEST, Sorts, Wording, Words, split
from workflow.models import Deadline, Request, Subject, Transition
from workflow.surroundings import Surroundings


@dataclass(frozen=True)
class Looking:
    """One move of one subject, as one person looks at it."""

    subject: Subject
    move: Transition
    around: Surroundings

    @property
    def by(self) -> User:
        return self.around.by

    def requests(self, what: str) -> list[Request]:
        """All that were ever made of that sort, the oldest first."""
        rows = self.around.requests.get(self.subject.pk, [])
        return [row for row in rows if row.what == what]

    def open_request(self, what: str) -> Request | None:
        rows = self.requests(what)
        return next((row for row in rows if not row.answer), None)

    @property
    def papers(self) -> dict[str, bool]:
        """Templates of which a paper was printed, and whether it was delivered."""
        return self.around.papers.get(str(self.subject.uuid), {})

    def limit(self, name: str) -> Deadline | None:
        """The limit of that name if it runs or is paused."""
        return self.around.limits.get(self.subject.pk, {}).get(name)


Guard = Callable[..., str | Promise]


@dataclass(frozen=True)
class Registered:
    check: Guard
    takes: Sorts
    wording: Wording


GUARDS: dict[str, Registered] = {}


def guard(
    name: str,
    *,
    takes: Sorts = (),
    words: str | Promise = "",
    names: Words | None = None,
) -> Callable[[Guard], Guard]:
    """Register ``(looking, *arguments) -> sentence`` under the name processes use.

    ``takes``: the sorts of its arguments (`workflow.arguments`); ``words``, ``names``:
    how people are told of it (`workflow.arguments.Wording`).
    """

    def register(function: Guard) -> Guard:
        GUARDS[name] = Registered(function, takes, Wording(words, names or {}))
        return function

    return register


def refusal(subject: Subject, move: Transition, around: Surroundings) -> str:
    """Why the move cannot be done now; nothing where all its guards hold."""
    looking = Looking(subject, move, around)
    for text in move.guards:
        name, arguments = split(text)
        if why := GUARDS[name].check(looking, *arguments):
            return str(why)
    return ""


@guard("asked", takes=(REQUEST,), words=gettext_lazy("“%(one)s” waits for an answer"))
def asked(looking: Looking, what: str) -> str:
    """Somebody asked for it, and it waits for an answer."""
    if looking.open_request(what):
        return ""
    return _("Nothing of the kind is asked for, so there is nothing to answer.")


@guard(
    "not_asked",
    takes=(REQUEST,),
    words=gettext_lazy("no “%(one)s” waits for an answer"),
)
def not_asked(looking: Looking, what: str) -> str:
    """Nothing of the sort waits for an answer."""
    if looking.open_request(what):
        return _("This was asked for already: wait for the answer.")
    return ""


@guard(
    "fewer",
    takes=(REQUEST, NUMBER),
    words=gettext_lazy("“%(one)s” was granted fewer than %(two)s times"),
)
def fewer(looking: Looking, what: str, most: str) -> str:
    """Fewer than that many were granted; what was refused does not count."""
    rows = looking.requests(what)
    granted = [row for row in rows if row.answer == Request.Answer.GRANTED]
    if len(granted) < int(most):
        return ""
    return _("This was granted %(count)s times: no more.") % {"count": len(granted)}


@guard("running", takes=(LIMIT,), words=gettext_lazy("the limit “%(one)s” runs"))
def running(looking: Looking, name: str) -> str:
    """The limit runs and is not paused, whether or not it has passed."""
    limit = looking.limit(name)
    return "" if limit and not limit.paused_at else _("No time limit runs for this.")


@guard(
    "before_due",
    takes=(LIMIT,),
    words=gettext_lazy("the limit “%(one)s” has not passed"),
)
def before_due(looking: Looking, name: str) -> str:
    """The limit runs, and has not passed."""
    limit = looking.limit(name)
    if limit is None or limit.paused_at:
        return _("No time limit runs for this.")
    if looking.around.moment <= limit.due_at:
        return ""
    return _("The time limit has passed: this must be asked for before.")


@guard("paused", takes=(LIMIT,), words=gettext_lazy("the limit “%(one)s” is paused"))
def paused(looking: Looking, name: str) -> str:
    """The limit stands still."""
    limit = looking.limit(name)
    return "" if limit and limit.paused_at else _("The time limit is not paused.")
