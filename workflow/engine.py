"""The one door for every change of state.

All row locks are taken first; then one advisory lock, the event and the notice, last
in the same transaction: so events commit in the order of their ids, and whoever
resumes after event N misses none.
"""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import Membership, User
from accounts.robots import robot
from govmap.lib.errors import BadInput
from govmap.lib.once import queue_behind_same
from workflow import record
from workflow.effects import AFTER, Doing, run
from workflow.errors import (
    ActReused,
    AskedHimself,
    Barred,
    ChangedMeanwhile,
    IllegalMove,
    MayNotAct,
    NotNow,
    SomebodyElsesAct,
    UnknownVerb,
)
from workflow.evidence import read
from workflow.guards import refusal
from workflow.models import Event, Process, Subject, Transition
from workflow.requests import lapse
from workflow.rights import is_barred, open_moves, post_for
from workflow.scope import EVERYBODY, concern, holders, newly
from workflow.surroundings import Surroundings

WORDS = "note"  # the evidence in which an act says why


@transaction.atomic
def begin(
    subject: Subject,
    verb: str,
    *,
    by: User,
    act_id: UUID,
    evidence: dict[str, Any] | None = None,
    happened_at: datetime | None = None,
) -> Event:
    """Save a new subject by one of its process's opening moves.

    ``subject`` is unsaved, with its uuid and process set. Doing the same act again
    answers the same. Raises as `act` does.
    """
    evidence = evidence or {}
    body = _digest(subject, verb, evidence)
    queue_behind_same(act_id)
    if done := _already_done(act_id, by, body):
        return done
    around = Surroundings([subject], by, _moment(subject, happened_at))
    move, post = choose(subject, verb, around)
    return _do(subject, move, post, around, act_id, body, evidence)


@transaction.atomic
def act(
    subject: Subject,
    verb: str,
    *,
    by: User,
    act_id: UUID,
    after_event: int | None = None,
    evidence: dict[str, Any] | None = None,
    happened_at: datetime | None = None,
) -> Event:
    """Do ``verb`` on ``subject`` as ``by``; doing the same act again answers the same.

    ``after_event`` is the ``seq`` of the last event that the actor saw.
    Raises MayNotAct, Barred (403), IllegalMove, ChangedMeanwhile, ActReused (409),
    SomebodyElsesAct (404), UnknownVerb and the errors of evidence (400).
    """
    evidence = evidence or {}
    body = _digest(subject, verb, evidence)
    queue_behind_same(act_id)
    if done := _already_done(act_id, by, body):
        return done
    row = _lock(subject)
    if after_event is not None and record.has_changed_since(row, after_event):
        may_act_at_all(row, verb, by)
        raise ChangedMeanwhile(changes=record.changes_since(row, after_event))
    around = Surroundings([row], by, _moment(row, happened_at))
    move, post = choose(row, verb, around)
    return _do(row, move, post, around, act_id, body, evidence)


def by_itself(
    subject: Subject,
    verb: str,
    *,
    act_id: UUID,
    evidence: dict[str, Any] | None = None,
    why: str = "",
) -> Event:
    """Do a move that the process says the system does, in the system's own name.

    ``act_id`` is made from what called for it, so that it is done once. ``why`` is
    written where the move takes words; without it the move's own label is. Raises as
    `act` does; MayNotAct where the move is not automatic.
    """
    moves = [move for move in subject.process.moves if move.verb == verb]
    if moves and all(WORDS in move.evidence for move in moves):
        evidence = {WORDS: why or moves[0].labels["zh-hans"], **(evidence or {})}
    return act(subject, verb, by=robot(), act_id=act_id, evidence=evidence)


def moves_open_to(subject: Subject, by: User) -> list[Transition]:
    """The moves that this person may do now, as buttons show them."""
    return open_moves([subject], by)[subject.pk]


def openings_for(process: Process, subject: Subject, by: User) -> list[Transition]:
    """The moves by which this person may make a subject of this process."""
    around = Surroundings([subject], by)
    return [
        move
        for move in process.moves
        if move.from_state_id is None
        and post_for(subject, move, by, around)
        and not refusal(subject, move, around)
    ]


def verb_with(process: Process, effect: str, *, opens: bool = False) -> str:
    """The verb by which a process does what is called ``effect``.

    Raises BadInput where the process's data has none.
    """
    for move in process.moves:
        if effect in move.effects and (move.from_state_id is None) is opens:
            return move.verb
    raise BadInput(f"The process {process.code} has no move with the effect {effect}.")


def may_act_at_all(subject: Subject, verb: str, by: User) -> list[Transition]:
    """The moves of this verb that one of the person's posts may do, in any state.

    Raises UnknownVerb (400), MayNotAct (403).
    """
    moves = [move for move in subject.process.moves if move.verb == verb]
    if not moves:
        raise UnknownVerb(verb=verb)
    allowed = [move for move in moves if post_for(subject, move, by)]
    if not allowed:
        raise MayNotAct
    return allowed


def choose(
    subject: Subject, verb: str, around: Surroundings
) -> tuple[Transition, Membership]:
    """The move that is meant, and the post in which the person does it.

    Raises UnknownVerb (400), MayNotAct, AskedHimself, Barred (403), NotNow and
    IllegalMove (409), in this order.
    """
    by = around.by
    state_id = subject.state_id if subject.pk else None
    for move in may_act_at_all(subject, verb, by):
        if move.from_state_id != state_id:
            continue
        post = post_for(subject, move, by, around)
        if post is None:
            raise AskedHimself
        if is_barred(subject, move, around):
            raise Barred
        if why := refusal(subject, move, around):
            raise NotNow(why=why)
        return move, post
    raise IllegalMove(state=subject.state.label if subject.pk else "—")


def _lock(subject: Subject) -> Any:
    """The row as it is once it is ours.

    Locked without a join: who waits for the lock would find that the row, moved on
    meanwhile, no longer joins the state it had.
    """
    return type(subject)._default_manager.select_for_update().get(pk=subject.pk)


def _digest(subject: Subject, verb: str, evidence: dict[str, Any]) -> str:
    """Keyed, for what people wrote is in it and short words can be guessed."""
    body = [subject.KIND, str(subject.uuid), verb, evidence]
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, default=str)
    return salted_hmac("workflow.act", text, algorithm="sha256").hexdigest()


def _already_done(act_id: UUID, by: User, body: str) -> Event | None:
    done = Event.objects.filter(act_id=act_id).first()
    if done is None:
        return None
    if done.actor_id != by.pk:
        raise SomebodyElsesAct
    if done.body_digest != body:
        raise ActReused
    done.repeated = True
    return done


def _do(
    row: Any,
    move: Transition,
    post: Membership,
    around: Surroundings,
    act_id: UUID,
    body: str,
    evidence: dict[str, Any],
) -> Event:
    given = read(row, move, evidence, by_id=around.by.pk)
    doing = Doing(row, move, around.by, post, given, around.moment)
    concerned = holders(row) if row.pk else set()
    doing.set(state=move.to_state, events_count=row.events_count + 1)
    run(doing, filling=True)
    if not row.pk:
        row.save(force_insert=True)
        doing.changed.clear()
        units, people = row.concerns_at_first()
        concern(row, why="own", units=units, people=people)
    run(doing, filling=False)
    lapse(doing)
    if doing.changed:
        row.save(update_fields=sorted(doing.changed))
    for function in AFTER.get(row.KIND, ()):
        function(doing)
    concerned |= newly(row) | row.heard_by()
    if row.heard_by_all:
        concerned.add(EVERYBODY)
    return record.write(doing, act_id, body, concerned)


def _moment(row: Subject, happened_at: datetime | None) -> datetime:
    """When it happened: never ahead of the clock, never before what came before.

    A phone that was out of reach sends later what was done in time.
    """
    now = timezone.now()
    if happened_at is None:
        return now
    last = Event.objects.of(row.KIND, row.uuid).last() if row.pk else None
    earliest = last.happened_at if last else happened_at
    return max(earliest, min(happened_at, now))
