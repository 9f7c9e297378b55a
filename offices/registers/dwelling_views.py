"""Dwellings, and the card of a building: its section by entrance and floor."""

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
from offices.models import Building, Dwelling, Label, Register, RegisterReading
from offices.registers import codes, entering, entry_pages, life, reading
from offices.registers.forms import DwellingForm, EndForm, LabelForm, PlaceFields
from offices.registers.list_views import tabs
from offices.registers.owning import Ownership
from offices.registers.permissions import can_keep, check_keeps, register_view
from offices.registers.person_views import (
    GET_OR_POST,
    by,
    mark_owners,
    posted,
    tell_of_label,
    tell_of_proposals,
)
from offices.registers.sections import colours_of, section_of

SHOWN = (
    *("unit", "floor", "room", "use", "area", "rooms", "rent_use", "hazard"),
    *("owner_name", "source"),
)


def seen_dwelling(request: AuthedRequest, uuid: UUID) -> Dwelling:
    rows = Dwelling.objects.visible_to(request.user).select_related(
        "community", "street", "cell", "building", "owner_person", "owner_organization"
    )
    return get_object_or_404(rows, uuid=uuid)


@require_safe
@never_cache
@register_view
def dwelling(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """The page; that it was read is on record."""
    row = seen_dwelling(request, uuid)
    user = request.user
    reading.note(user, RegisterReading.What.PAGE, row=row)
    words, owned = codes.Words(), Ownership(row, user)
    residences = row.residences.select_related("person")
    residences = residences.defer("person__number", "person__phone")
    lived = [(one, words.of("residence_kind", one.tenure)) for one in residences[:100]]
    labels = Label.objects.filter(dwelling=row).on().readable_by(user)
    context = {
        "dwelling": row,
        "tabs": tabs(Register.DWELLING),
        "facts": entry_pages.facts_with_owners(row, SHOWN, words, owned),
        "owner_owned": owned.of("owner_name"),
        "residents": [one for one in lived if one[0].until is None],
        "former": [one for one in lived if one[0].until is not None],
        "households": row.households.here(),
        "organizations": row.organizations.here(),
        "labels": labels.select_related("code", "source_unit"),
        **entry_pages.shared(row, user),
        "may_keep": can_keep(user, row),
        "end_form": EndForm(auto_id="end_%s"),
        "label_form": LabelForm(user, codes.DWELLING_LABELS, auto_id="label_%s"),
    }
    return render(request, "offices/registers/dwelling.html", context)


@require_http_methods(GET_OR_POST)
@never_cache
@register_view
def dwelling_new(request: AuthedRequest) -> HttpResponse:
    data = posted(request)
    form, place = DwellingForm(data), PlaceFields(request.user, data)
    if data is not None and form.is_valid() and place.is_valid():
        if not place.cleaned_data["address"]:
            place.add_error("address", _("A dwelling stands at an address."))
        else:
            try:
                with by(request):
                    row = place.dwelling(request.user)
                    assert row is not None
                    said = _without_blanks(form)
                    row = entering.change_dwelling(row, said, request.user)
                return redirect("registers:dwelling", row.uuid)
            except DomainError as error:
                form.add_error(None, error.text)
    context = {"form": form, "place": place, "title": _("New dwelling")}
    return _form(request, context)


def _without_blanks(form: DwellingForm) -> dict[str, Any]:
    """A door that is there already keeps what the form leaves empty."""
    said = form.cleaned_data
    return {name: value for name, value in said.items() if value not in (None, "")}


def _form(request: AuthedRequest, context: dict[str, Any]) -> HttpResponse:
    context |= {"tabs": tabs(Register.DWELLING), "back": "registers:dwellings"}
    place = context.get("place")
    bad = bool(context["form"].errors or (place and place.errors))
    status = 400 if bad else 200
    return render(request, "offices/registers/entry_form.html", context, status=status)


@require_http_methods(GET_OR_POST)
@never_cache
@register_view
def dwelling_edit(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    row = seen_dwelling(request, uuid)
    check_keeps(request.user, row)
    form = DwellingForm(posted(request), instance=row)
    others = mark_owners(form, row, request.user)
    if form.is_bound and form.is_valid():
        fresh = seen_dwelling(request, uuid)
        with by(request):
            entering.change_dwelling(fresh, form.cleaned_data, request.user)
        tell_of_proposals(request, form)
        return redirect("registers:dwelling", row.uuid)
    return _form(request, {"form": form, "title": row.address, "others": others})


@require_POST
@register_view
def dwelling_end(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    row = seen_dwelling(request, uuid)
    form = EndForm(request.POST)
    if not form.is_valid():
        raise BadInput(_("Say on which day."))
    said = form.cleaned_data
    with by(request):
        life.end(row, request.user, on=said["on"], told=said["told"])
    return redirect("registers:dwelling", row.uuid)


@require_POST
@register_view
def dwelling_label_add(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    row = seen_dwelling(request, uuid)
    form = LabelForm(request.user, codes.DWELLING_LABELS, request.POST)
    if not form.is_valid():
        raise BadInput(_("Choose a label, and days that fit."))
    said = dict(form.cleaned_data)
    with by(request):
        made = entering.put_label(row, said.pop("code"), request.user, **said)
    tell_of_label(request, made)
    return redirect("registers:dwelling", row.uuid)


@require_POST
@register_view
def dwelling_label_end(request: AuthedRequest, uuid: UUID, pk: int) -> HttpResponse:
    row = seen_dwelling(request, uuid)
    labels = Label.objects.filter(dwelling=row).readable_by(request.user)
    with by(request):
        ended = entering.end_label(get_object_or_404(labels, pk=pk), request.user)
    tell_of_label(request, ended)
    return redirect("registers:dwelling", row.uuid)


# The card of a building


@require_safe
@never_cache
@register_view
def building(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """The building by entrance and floor, its doors coloured by ``?by=``."""
    rows = Building.objects.visible_to(request.user).select_related(
        "community", "street", "cell"
    )
    row = get_object_or_404(rows, uuid=uuid)
    user = request.user
    ways = colours_of(user)
    chosen = next((way for way in ways if way.code == request.GET.get("by")), ways[0])
    context = {
        "building": row,
        "tabs": tabs(Register.DWELLING),
        "section": section_of(row, user, chosen),
        "ways": ways,
        "chosen": chosen,
        "organizations": row.organizations.here().visible_to(user)[:50],
        "life": life.life_of(row.uuid),
        "changes": entry_pages.record_of(row),
        "cases": entry_pages.cases_of(row, user),
        "place": row.place,
    }
    return render(request, "offices/registers/building.html", context)
