"""Ticking off what a survey asks, putting it right, and ending a survey early."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import User
from cases.field_ground import field_units, units_to_plan_for
from cases.models import Survey, SurveyItem
from cases.surveys.fields import PHOTO, fields_of, read_answers
from govmap.lib.errors import Conflict, NotAllowed
from workflow.models import Attachment


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


def can_tick(user: User, item: SurveyItem) -> bool:
    """Whoever goes round where it lies."""
    return field_units(user).holds(item.community_id, item.street_id)


def can_end(user: User, survey: Survey) -> bool:
    return survey.unit_id in {unit.pk for unit in units_to_plan_for(user)}


@transaction.atomic
def tick(item: SurveyItem, by: User, sent: Mapping[str, Any]) -> SurveyItem:
    """Answer the form of one thing; done again by the same person, put right.

    Raises NotAllowed (403), SurveyIsOver, SomebodyElseWasThere (409), BadAnswers (400).
    """
    row = _locked(item, by)
    answers = read_answers(fields_of(row.survey.fields), sent, by)
    if row.done_at is None:
        row.done_at, row.done_by = timezone.now(), by
    row.answers = answers
    row.save(update_fields=["answers", "done_at", "done_by"])
    return row


@transaction.atomic
def untick(item: SurveyItem, by: User) -> SurveyItem:
    """It was not looked at after all. Raises as `tick` does."""
    row = _locked(item, by)
    row.done_at, row.done_by, row.answers = None, None, {}
    row.save(update_fields=["answers", "done_at", "done_by"])
    return row


def _locked(item: SurveyItem, by: User) -> SurveyItem:
    if not can_tick(by, item):
        raise NotAllowed
    rows = SurveyItem.objects.select_for_update(of=("self",)).select_related("survey")
    row = rows.get(pk=item.pk)
    if not row.survey.runs(timezone.localdate()):
        raise SurveyIsOver
    if row.done_by_id not in (None, by.pk):
        raise SomebodyElseWasThere
    return row


def end(survey: Survey, by: User) -> Survey:
    """Nobody is asked any more; what was told stays. Raises NotAllowed (403)."""
    if not can_end(by, survey):
        raise NotAllowed
    if survey.withdrawn_at is None:
        survey.withdrawn_at = timezone.now()
        survey.save(update_fields=["withdrawn_at"])
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
