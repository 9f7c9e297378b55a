"""The pages of surveys: which there are, a new one, going through one, its results."""

import re
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from accounts.models import User
from accounts.roles import SEES_UNIT
from cases.field_ground import goes_out, units_to_plan_for
from cases.models import Survey, SurveyItem
from cases.permissions import can_report
from cases.report_drafts import FORM
from cases.surveys import progress, ticking
from cases.surveys.exporting import name_of
from cases.surveys.fields import (
    MOST_PHOTOS,
    PHOTO,
    BadAnswers,
    Field,
    fields_of,
    too_many_photos,
)
from cases.surveys.forms import ROWS, SurveyForm
from cases.surveys.making import make
from govmap.lib.errors import BadInput, DomainError, NotAllowed, NotFound
from govmap.lib.lists import ListFilters, ListPage, page_of
from govmap.lib.pages import AuthedRequest, wants_fragment
from workflow import form_drafts
from workflow.exporting import right_of
from workflow.forms import Photos
from workflow.models import Category, PhoneClock
from workflow.phone_time import clocks_of, phone_time, taken
from workflow.views import served

SHOWN = 300  # things of one page
WALKED = 500
UUID_TEXT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Filters(ListFilters):
    NAMES = ("view",)
    CHOICES = {"view": {"over", "all"}}

    def apply(self, rows: Any) -> Any:
        running = rows.filter(
            ends_on__gte=timezone.localdate(), withdrawn_at__isnull=True
        )
        if self.asked("view") == "over":
            return rows.exclude(pk__in=running.values("pk"))
        return rows if self.asked("view") == "all" else running


@login_required
@require_GET
@never_cache
def surveys(request: AuthedRequest) -> HttpResponse:
    """Those that are the person's business, each with how far it has come."""
    _may(request.user)
    filters = Filters(request.GET)
    found = filters.apply(Survey.objects.visible_to(request.user))
    rows: ListPage[Filters, Survey] = page_of(
        filters, found, found.select_related("unit")
    )
    seen = SurveyItem.objects.visible_to(request.user)
    parts = progress.counted(rows.rows, seen)
    context = {
        "list": rows,
        "told": [(row, parts.get(row.pk)) for row in rows.rows],
        "plans": bool(units_to_plan_for(request.user)),
        "walks": goes_out(request.user),
        "today": timezone.localdate(),
    }
    return render(request, "cases/surveys/list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: AuthedRequest) -> HttpResponse:
    """For the desks and supervisors of streets and of the district."""
    if not units_to_plan_for(request.user):
        raise NotAllowed
    form = SurveyForm(request.user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            sent = form.cleaned_data
            survey = make(request.user, form.chosen_unit, sent["uuid"], form.asked())
        except NotFound:
            raise
        except DomainError as error:
            form.add_error(None, error.text)
        else:
            messages.success(request, _("The survey has begun to be asked."))
            return redirect("surveys:results", survey.uuid)
    status = 422 if form.is_bound else 200
    context = {"form": form, "rows": ROWS}
    return render(request, "cases/surveys/new.html", context, status=status)


@login_required
@require_GET
@never_cache
def survey(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """For who goes out: what is left on his ground, on a list and on the map."""
    row = one_of(request.user, uuid)
    if not goes_out(request.user):
        return redirect("surveys:results", row.uuid)
    mine = SurveyItem.objects.on_ground_of(request.user).filter(survey=row)
    done = request.GET.get("view") == "done"
    things = mine.filter(done_at__isnull=not done)
    context = {
        "survey": row,
        "things": list(things.order_by("cell", "pk")[:WALKED]),
        "done": done,
        "part": progress.whole(mine),
        "runs": row.runs(timezone.localdate()),
        "words": _words(),
        **_form(fields_of(row.fields), {}, {}),
    }
    return render(request, "cases/surveys/walk.html", context)


@login_required
@require_GET
@never_cache
def results(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """How far it is, by community and cell, and what was answered."""
    row = one_of(request.user, uuid)
    seen = SurveyItem.objects.visible_to(request.user).filter(survey=row)
    asked = request.GET.get("cell", "")[:15]
    shown = seen.filter(cell=asked) if asked else seen
    answered = shown.filter(done_at__isnull=False).select_related("community")
    fields = fields_of(row.fields)
    things = list(answered.order_by("-done_at", "pk")[:SHOWN])
    clocks = clocks_of(thing.answered_as for thing in things)
    context = {
        **{"survey": row, "fields": fields, "cell": asked},
        "part": progress.whole(seen),
        "communities": progress.of_communities(seen),
        "cells": progress.of_cells(seen),
        "told": [_told(thing, fields, clocks) for thing in things],
        "more": len(things) == SHOWN,
        "runs": row.runs(timezone.localdate()),
        "may_end": ticking.can_end(request.user, row),
        "walks": goes_out(request.user),
        "register": name_of(row) if right_of(request.user, name_of(row)) else "",
    }
    return render(request, "cases/surveys/results.html", context)


def _told(
    thing: SurveyItem, fields: list[Any], clocks: dict[UUID, PhoneClock]
) -> dict[str, Any]:
    said = thing.answers
    return {
        "thing": thing,
        "clock": clocks.get(thing.answered_as) if thing.answered_as else None,
        "words": [
            field.words(said.get(field.code)) for field in fields if field.kind != PHOTO
        ],
        "photos": [
            uuid
            for field in fields
            if field.kind == PHOTO
            for uuid in said.get(field.code, ())
        ],
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def item(request: AuthedRequest, uuid: UUID, item: UUID) -> HttpResponse:
    """The short form of one thing."""
    row = one_of(request.user, uuid)
    thing = thing_of(request.user, row, item)
    fields = fields_of(row.fields)
    sent, errors = thing.answers, dict[str, str]()
    if request.method == "POST":
        if not ticking.can_tick(request.user, thing):
            raise NotAllowed
        sent, errors = _sent(request, thing, fields)
        try:
            if not errors:
                _tick(request, thing, sent)
        except BadAnswers as error:
            errors = error.errors
        if not errors:
            return _ticked(request, thing)
        if wants_fragment(request):
            said = {"asks": _asks(fields, {}, errors)}
            return render(request, "cases/surveys/_errors.html", said, status=422)
    context = {
        **{"survey": row, "thing": thing, "runs": row.runs(timezone.localdate())},
        "may": ticking.can_tick(request.user, thing),
        "reports": can_report(request.user),
        **_form(fields, sent, errors),
        **{"act": uuid4(), "thing_key": str(thing.uuid)},
        "keep": f"{request.user.uuid}:survey:{thing.uuid}",
        "clock": clocks_of([thing.answered_as]).get(thing.answered_as or thing.uuid),
    }
    status = 422 if errors else 200
    return render(request, "cases/surveys/item.html", context, status=status)


def _tick(request: AuthedRequest, thing: SurveyItem, sent: dict[str, Any]) -> None:
    """By a page, or by the queue of a phone, which says when and names the act."""
    at, act = phone_time(request.POST), _act_of(request)
    ticking.tick(thing, request.user, sent, act=act, at=at.moment)
    if act is not None:
        at.note(request.user, act)


def _act_of(request: AuthedRequest) -> UUID | None:
    text = request.POST.get("act", "")
    return UUID(text) if UUID_TEXT.fullmatch(text) else None


def _ticked(request: AuthedRequest, thing: SurveyItem) -> HttpResponse:
    sentence = _("Ticked off: %(thing)s") % {"thing": thing}
    if wants_fragment(request):
        return taken(request, sentence)
    messages.success(request, sentence)
    return redirect("surveys:one", thing.survey.uuid)


def _form(
    fields: list[Field], sent: dict[str, Any], errors: dict[str, str]
) -> dict[str, Any]:
    """What `_form.html` draws."""
    return {
        "asks": _asks(fields, sent, errors),
        "most": MOST_PHOTOS,
        "photo_words": _words_of_photos(),
    }


def _asks(
    fields: list[Field], sent: dict[str, Any], errors: dict[str, str]
) -> list[dict[str, Any]]:
    return [
        {
            "field": field,
            "value": _shown(field, sent.get(field.code, "")),
            "errors": [errors[field.code]] if field.code in errors else [],
        }
        for field in fields
    ]


def _shown(field: Field, value: Any) -> Any:
    """An answer for its control; of photos what can be one."""
    if field.kind != PHOTO:
        return value
    return [one for one in value or () if UUID_TEXT.fullmatch(one)]


def _sent(
    request: AuthedRequest, thing: SurveyItem, fields: list[Field]
) -> tuple[dict[str, Any], dict[str, str]]:
    """The answers by the fields' codes, and what is wrong with files among them."""
    sent: dict[str, Any] = {one.code: request.POST.get(one.code) for one in fields}
    errors: dict[str, str] = {}
    for one in fields:
        if one.kind != PHOTO:
            continue
        named = sent[one.code] = request.POST.getlist(one.code)
        files = request.FILES.getlist(f"{one.code}_files")
        if files and len(named) + len(files) > MOST_PHOTOS:
            errors[one.code] = too_many_photos()
        elif files:
            act = uuid5(thing.uuid, f"{request.user.pk}/{one.code}")
            try:
                sent[one.code] = Photos(named, files).stored(request.user, act)
            except BadInput as error:
                errors[one.code] = error.text
    return sent, errors


@login_required
@require_POST
@never_cache
def untick(request: AuthedRequest, uuid: UUID, item: UUID) -> HttpResponse:
    row = one_of(request.user, uuid)
    thing = thing_of(request.user, row, item)
    ticking.untick(thing, request.user)
    messages.success(request, _("Not looked at yet: %(thing)s") % {"thing": thing})
    return redirect("surveys:one", row.uuid)


@login_required
@require_POST
@never_cache
def fault(request: AuthedRequest, uuid: UUID, item: UUID) -> HttpResponse:
    """Something is wrong with it: the report opens with its place and its class."""
    row = one_of(request.user, uuid)
    thing = thing_of(request.user, row, item)
    if not can_report(request.user):
        raise NotAllowed
    classes = Category.objects.choosable().filter(
        kind=Category.Kind.PART, code=row.class_code
    )
    category = classes.values_list("pk", flat=True).first() if row.class_code else None
    lon, lat = thing.lonlat
    data = {
        "place": {"place": f"{lon:.7f},{lat:.7f}", "by": "map"},
        "note": f"{thing.title} ({thing.key})",
        "category": str(category or ""),
    }
    draft = form_drafts.keep(request.user, FORM, uuid4(), data=data)
    return redirect(f"{reverse('cases:report')}?draft={draft.uuid}")


@login_required
@require_GET
def photo(
    request: AuthedRequest, uuid: UUID, item: UUID, photo: UUID, *, thumb: bool = False
) -> HttpResponse:
    """For whoever sees the thing that it was taken of."""
    row = one_of(request.user, uuid)
    thing = thing_of(request.user, row, item)
    return served(request, ticking.photo_of(thing, photo), thumb=thumb)


@login_required
@require_POST
@never_cache
def end(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    row = one_of(request.user, uuid)
    ticking.end(row, request.user)
    messages.success(request, _("The survey is ended. What was told stays."))
    return redirect("surveys:results", row.uuid)


def one_of(user: User, uuid: UUID) -> Survey:
    rows = Survey.objects.visible_to(user).select_related("unit", "layer")
    return get_object_or_404(rows, uuid=uuid)


def thing_of(user: User, survey: Survey, uuid: UUID) -> SurveyItem:
    rows = SurveyItem.objects.visible_to(user).filter(survey=survey)
    row = get_object_or_404(rows.select_related("community"), uuid=uuid)
    row.survey = survey
    return row


def _may(user: User) -> None:
    """Raises NotAllowed for who has no ground and plans nothing."""
    if not user.has_role(*SEES_UNIT):
        raise NotAllowed


def _words() -> dict[str, str]:
    return {
        "no_map": _("The map cannot be shown now. The list stays as it is."),
        "metres": _("%(metres)s m"),
    }


def _words_of_photos() -> dict[str, str]:
    return {
        "waits": _("Photos go first. Still to be sent: %(count)s"),
        "left": _(
            "Photos not sent yet: %(count)s. Tap them to try again, or remove them;"
            " then tick it off."
        ),
    }
