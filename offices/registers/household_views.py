"""A household: who belongs to it, at the address where it is registered."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from govmap.lib.errors import BadInput, DomainError
from govmap.lib.pages import AuthedRequest
from offices.models import Household, Person, Register, RegisterReading
from offices.registers import codes, entering, entry_pages, life, reading
from offices.registers.forms import EndForm, HouseholdForm, PlaceFields
from offices.registers.list_views import tabs
from offices.registers.owning import Ownership
from offices.registers.permissions import can_keep, check_keeps, register_view
from offices.registers.person_views import (
    GET_OR_POST,
    by,
    mark_owners,
    posted,
    tell_of_proposals,
)


def seen_household(request: AuthedRequest, uuid: UUID) -> Household:
    rows = Household.objects.visible_to(request.user).select_related(
        "community", "street", "cell", "dwelling__building"
    )
    return get_object_or_404(rows, uuid=uuid)


@require_safe
@never_cache
@register_view
def household(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """The page; that it was read is on record."""
    row = seen_household(request, uuid)
    user = request.user
    reading.note(user, RegisterReading.What.PAGE, row=row)
    words = codes.Words("relation")
    members = row.members.select_related("person__community", "person__dwelling")
    members = members.defer("person__number", "person__phone")
    shown = [(one, words.of("relation", one.relation)) for one in members]
    context = {
        "household": row,
        "tabs": tabs(Register.HOUSEHOLD),
        "members": [one for one in shown if one[0].until is None],
        "former": [one for one in shown if one[0].until is not None],
        "number_owned": Ownership(row, user).of("number"),
        **entry_pages.shared(row, user),
        "may_keep": can_keep(user, row),
        "relations": codes.choices_of("relation"),
        "end_form": EndForm(auto_id="end_%s"),
        "neighbours": _candidates(row, user),
    }
    return render(request, "offices/registers/household.html", context)


def _candidates(row: Household, user: Any) -> list[Person]:
    """Who lives at the household's door and belongs to no household."""
    if row.dwelling_id is None:
        return []
    rows = Person.objects.visible_to(user).here().listed()
    rows = rows.filter(dwelling=row.dwelling_id)
    return list(rows.exclude(memberships__until__isnull=True)[:20])


@require_http_methods(GET_OR_POST)
@never_cache
@register_view
def household_new(request: AuthedRequest) -> HttpResponse:
    data = posted(request)
    form, place = HouseholdForm(data), PlaceFields(request.user, data)
    if data is not None and form.is_valid() and place.is_valid():
        try:
            with by(request):
                dwelling = place.dwelling(request.user)
                row = entering.enter_household(
                    form.cleaned_data, request.user, dwelling=dwelling
                )
            return redirect("registers:household", row.uuid)
        except DomainError as error:
            form.add_error(None, error.text)
    context = {
        "form": form,
        "place": place,
        "title": _("New household"),
        "tabs": tabs(Register.HOUSEHOLD),
        "back": "registers:households",
    }
    bad = bool(form.errors or place.errors)
    return render(
        request,
        "offices/registers/entry_form.html",
        context,
        status=400 if bad else 200,
    )


@require_http_methods(GET_OR_POST)
@never_cache
@register_view
def household_edit(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    row = seen_household(request, uuid)
    check_keeps(request.user, row)
    form = HouseholdForm(posted(request), instance=row)
    others = mark_owners(form, row, request.user)
    if form.is_bound and form.is_valid():
        fresh = seen_household(request, uuid)
        with by(request):
            entering.change_household(fresh, form.cleaned_data, request.user)
        tell_of_proposals(request, form)
        return redirect("registers:household", row.uuid)
    context = {
        "form": form,
        "others": others,
        "title": str(row),
        "tabs": tabs(Register.HOUSEHOLD),
        "back": "registers:households",
    }
    status = 400 if form.errors else 200
    return render(request, "offices/registers/entry_form.html", context, status=status)


@require_POST
@register_view
def member_add(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Somebody of the register into the household."""
    row = seen_household(request, uuid)
    people = Person.objects.visible_to(request.user).here()
    person = get_object_or_404(people, uuid=_uuid(request.POST.get("person", "")))
    relation = request.POST.get("relation", "")
    if relation not in dict(codes.choices_of("relation")):
        raise BadInput(_("Say how the person is related to the head."))
    with by(request):
        life.join(person, row, relation, request.user)
    return redirect("registers:household", row.uuid)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise BadInput(_("Choose a person.")) from error


@require_POST
@register_view
def member_end(request: AuthedRequest, uuid: UUID, pk: int) -> HttpResponse:
    """Somebody leaves the household."""
    row = seen_household(request, uuid)
    check_keeps(request.user, row)
    member = get_object_or_404(row.members.filter(until=None), pk=pk)
    with by(request):
        life.leave(member.person)
    return redirect("registers:household", row.uuid)


@require_POST
@register_view
def household_end(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    row = seen_household(request, uuid)
    form = EndForm(request.POST)
    if not form.is_valid():
        raise BadInput(_("Say on which day."))
    said = form.cleaned_data
    with by(request):
        life.end(row, request.user, on=said["on"], told=said["told"])
    return redirect("registers:household", row.uuid)
