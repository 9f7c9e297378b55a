"""The effects by which something is asked for and answered.

``ask:what`` on the move that asks, and ``grant:what``, ``refuse:what`` or
``take_back:what`` on those that answer; what is granted besides is done by further
effects behind ``grant`` on the same move, which find in `Doing.told` what was given.
"""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from workflow.arguments import REQUEST, split
from workflow.effects import Doing, effect
from workflow.errors import AskedAlready, NothingAsked
from workflow.models import Request, Subject, Transition

ASK, ANSWERS = "ask", ("grant", "refuse")


@effect("ask", takes=(REQUEST,), words=gettext_lazy("asks: “%(one)s”"))
def ask(doing: Doing) -> None:
    """A new open request, with what the event keeps of the evidence."""
    if _open(doing.row, doing.argument).exists():
        raise AskedAlready
    Request.objects.create(
        kind=doing.row.KIND,
        subject_id=doing.row.pk,
        what=doing.argument,
        asked_by=doing.by,
        asked_at=doing.moment,
        asked_seq=doing.row.events_count,
        given=doing.given.kept,
    )


@effect("grant", takes=(REQUEST,), words=gettext_lazy("grants “%(one)s”"))
def grant(doing: Doing) -> None:
    """What was given when it was asked for is there for the effects behind this."""
    doing.asked = _answer(doing, Request.Answer.GRANTED).given


@effect("refuse", takes=(REQUEST,), words=gettext_lazy("refuses “%(one)s”"))
def refuse(doing: Doing) -> None:
    _answer(doing, Request.Answer.REFUSED)


@effect("take_back", takes=(REQUEST,), words=gettext_lazy("takes back “%(one)s”"))
def take_back(doing: Doing) -> None:
    _answer(doing, Request.Answer.WITHDRAWN)


def _answer(doing: Doing, answer: Request.Answer) -> Request:
    request = _open(doing.row, doing.argument).first()
    if request is None:
        raise NothingAsked
    _decide(doing, answer, request)
    request.save()
    return request


def _decide(doing: Doing, answer: Request.Answer, request: Request) -> None:
    request.answer = answer
    request.decided_by, request.decided_at = doing.by, doing.moment
    request.answer_seq = doing.row.events_count


def lapse(doing: Doing) -> None:
    """What nobody can answer where the subject now stands is asked for no longer."""
    opens = doing.move.from_state_id is None
    if opens or doing.move.stays or not _named(doing.row.process.moves, ASK):
        return
    here = [
        move
        for move in doing.row.process.moves
        if move.from_state_id == doing.row.state_id
    ]
    answered = set().union(*(_named(here, name) for name in ANSWERS))
    for request in _open(doing.row).exclude(what__in=answered):
        _decide(doing, Request.Answer.LAPSED, request)
        request.save()


def _named(moves: Iterable[Transition], effect_name: str) -> set[str]:
    """What the moves do with the effect of that name."""
    pairs = [split(text) for move in moves for text in move.effects]
    return {arguments[0] for name, arguments in pairs if name == effect_name}


def _open(subject: Subject, what: str = "") -> QuerySet[Request]:
    rows = Request.objects.open().filter(kind=subject.KIND, subject_id=subject.pk)
    return rows.filter(what=what) if what else rows
