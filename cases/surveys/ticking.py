"""Ticking off what a survey asks, putting it right, and ending a survey early."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import User
from cases.errands import tell_errand
from cases.field_ground import field_units, units_to_plan_for
from cases.models import Survey, SurveyItem
from cases.surveys.fields import PHOTO, fields_of, read_answers
from govmap.lib.errors import Conflict, NotAllowed
from workflow.models import Attachment

# So long an answer may be on its way on a weak signal: by that its moment is unsure.
ON_ITS_WAY = timedelta(minutes=1)
WRITTEN = ("answers", "done_at", "done_by", "answered_at", "answered_as")


class SurveyIsOver(Conflict):
    """The survey is over, or has not begun: nothing can be ticked off."""

    message = gettext_noop(
        "The survey is over, or has not begun: nothing can be ticked off."
    )


class SomebodyElseWasThere(Conflict):
    """A colleague ticked this off meanwhile."""

    message = gettext_noop(
        "A colleague ticked this off meanwhile. Nothing was changed; only whoever"
        " ticked it off can put it right."
    )


class AnsweredLater(Conflict):
    """What the same person answered later stands."""

    message = gettext_noop(
        "You looked at this again later: what you answered then stands, and this is"
        " not taken."
    )


def can_tick(user: User, item: SurveyItem) -> bool:
    """Whoever goes round where it lies."""
    return field_units(user).holds(item.community_id, item.street_id)


def can_end(user: User, survey: Survey) -> bool:
    return survey.unit_id in {unit.pk for unit in units_to_plan_for(user)}


@transaction.atomic
def tick(
    item: SurveyItem,
    by: User,
    sent: Mapping[str, Any],
    *,
    act: UUID | None = None,
    at: datetime | None = None,
) -> SurveyItem:
    """Answer the form of one thing; done again by the same person, put right.

    ``act`` is made by the client: sent again with it, nothing is written anew. ``at``:
    when it was answered, where it waited on a phone. Raises NotAllowed (403),
    SurveyIsOver, SomebodyElseWasThere, AnsweredLater (409), BadAnswers (400).
    """
    moment = at or timezone.now()
    row = _locked(item, by, moment)
    if act is not None and row.answered_as == act:
        return row
    if row.answered_at is not None and moment < row.answered_at - ON_ITS_WAY:
        raise AnsweredLater
    row.answers = read_answers(fields_of(row.survey.fields), sent, by)
    if row.done_at is None:
        row.done_at, row.done_by = moment, by
    row.answered_at, row.answered_as = moment, act
    row.save(update_fields=WRITTEN)
    _tell(row)
    return row


@transaction.atomic
def untick(item: SurveyItem, by: User) -> SurveyItem:
    """It was not looked at after all. Raises as `tick` does."""
    now = timezone.now()
    row = _locked(item, by, now)
    row.done_at, row.done_by, row.answers = None, None, {}
    row.answered_at, row.answered_as = now, None
    row.save(update_fields=WRITTEN)
    _tell(row)
    return row


def _tell(row: SurveyItem) -> None:
    tell_errand(row.survey.uuid, [row.community_id, row.street_id])


def _locked(item: SurveyItem, by: User, moment: datetime) -> SurveyItem:
    if not can_tick(by, item):
        raise NotAllowed
    rows = SurveyItem.objects.select_for_update(of=("self",)).select_related("survey")
    row = rows.get(pk=item.pk)
    if not row.survey.ran_at(moment):
        raise SurveyIsOver
    if row.done_by_id not in (None, by.pk):
        raise SomebodyElseWasThere
    return row


@transaction.atomic
def end(survey: Survey, by: User) -> Survey:
    """Nobody is asked any more; what was told stays. Raises NotAllowed (403)."""
    if not can_end(by, survey):
        raise NotAllowed
    if survey.withdrawn_at is None:
        survey.withdrawn_at = timezone.now()
        survey.save(update_fields=["withdrawn_at"])
        rows = survey.items.values_list("community", "street").distinct()
        tell_errand(survey.uuid, {key for pair in rows for key in pair})
    return survey


def photo_of(item: SurveyItem, uuid: UUID) -> Attachment | None:
    """A photo among the answers; None for anything else."""
    photos = [
        name
        for field in fields_of(item.survey.fields)
        if field.kind == PHOTO
        for name in item.answers.get(field.code, ())
    ]
    if str(uuid) not in photos:
        return None
    return Attachment.objects.filter(uuid=uuid).first()
