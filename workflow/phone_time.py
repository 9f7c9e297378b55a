"""When something was done that a phone sent later, by a clock that may be wrong."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from rest_framework import serializers

from accounts.models import User
from workflow.models import Event, PhoneClock
from workflow.sending import note_clock, when_seen


@dataclass(frozen=True)
class PhoneTime:
    """``claimed``: what the phone's clock said as it sent; ``written``: as it was done.

    Both None where the browser itself sent the form: then it was done just now.
    """

    claimed: datetime | None = None
    written: datetime | None = None

    @property
    def moment(self) -> datetime:
        """When it was done: so long ago as the phone's own clock has measured."""
        if self.written is None or self.claimed is None:
            return when_seen(self.written)
        try:
            return when_seen(timezone.now() - (self.claimed - self.written))
        except OverflowError:  # no year that there is
            return timezone.now()

    def day(self, said: date | None = None) -> date:
        """The day that was said; what the phone took for its today is put right."""
        today = timezone.localdate(self.moment)
        if said is None or self.written is None:
            return said or today
        return today if said == timezone.localdate(self.written) else said

    def note(self, user: User | None, act_id: UUID) -> None:
        """Keep that the clock was wrong; ``user`` None where nobody may be named."""
        note_clock(user, act_id, claimed=self.claimed, written=self.written)


class _Times(forms.Form):
    sent_at = forms.DateTimeField(required=False)
    happened_at = forms.DateTimeField(required=False)


def phone_time(data: Mapping[str, Any]) -> PhoneTime:
    """What a form was sent with; what is no time counts as not said."""
    form = _Times(data)
    form.is_valid()
    said = form.cleaned_data
    return PhoneTime(said.get("sent_at"), said.get("happened_at"))


class PhoneTimeSerializer(serializers.Serializer[Any]):
    """What another program may say beside an act that waited on a phone."""

    happened_at = serializers.DateTimeField(
        required=False, write_only=True, help_text="by the phone's clock"
    )
    sent_at = serializers.DateTimeField(
        required=False,
        write_only=True,
        help_text="the phone's clock now: by it the other is put right",
    )


def taken_time(said: dict[str, Any]) -> PhoneTime:
    """Takes both out of the validated data of such a serializer."""
    return PhoneTime(said.pop("sent_at", None), said.pop("happened_at", None))


def clocks_of(acts: Iterable[UUID | None]) -> dict[UUID, PhoneClock]:
    """Of these acts those whose phone's clock was wrong: one query."""
    asked = [act for act in acts if act is not None]
    if not asked:
        return {}
    rows = PhoneClock.objects.filter(act_id__in=asked)
    return {row.act_id: row for row in rows}


def with_clocks(events: QuerySet[Event]) -> QuerySet[Event]:
    """Each with how much the phone was off that sent it: no query more."""
    rows = PhoneClock.objects.filter(act_id=OuterRef("act_id"))
    return events.annotate(seconds_off=Subquery(rows.values("seconds_off")[:1]))


def clock_of(event: Event) -> PhoneClock | None:
    """What `with_clocks` found; the server had the act when it was recorded."""
    off = getattr(event, "seconds_off", None)
    if off is None:
        return None
    return PhoneClock(
        act_id=event.act_id, seconds_off=off, received_at=event.recorded_at
    )


def taken(request: HttpRequest, sentence: str) -> HttpResponse:
    """To the queue of a phone, or another script: it is kept."""
    return render(request, "workflow/_taken.html", {"sentence": sentence})
