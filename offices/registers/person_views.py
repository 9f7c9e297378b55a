"""A person: the page, the form with its matches, moves, labels, what is sealed."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.models import User
from govmap.lib.errors import BadInput, DomainError
from govmap.lib.history import recorded
from govmap.lib.pages import AuthedRequest
from offices.models import Household, Label, Person, Register, RegisterReading
from offices.registers import codes, entering, entry_pages, life, matching, reading
from offices.registers.forms import (
    EndForm,
    LabelForm,
    MoveForm,
    PersonForm,
    PlaceFields,
)
from offices.registers.list_views import tabs
from offices.registers.owning import Ownership
from offices.registers.permissions import can_keep, check_keeps, register_view

GET_OR_POST = ["GET", "HEAD", "POST"]
# What the page shows, in groups; what is empty is left out.
SHOWN = (
    *("former_name", "foreign_name", "nation", "native_place", "marriage"),
    *("political", "education", "service", "occupation", "workplace"),
    *("match", "registration_address", "nationality", "came_on", "flow_reason"),
    *("residence_kind", "permit", "permit_until", "visit_purpose", "paper_until"),
    *("leaves_on", "left_kind", "needs", "source"),
)
ALWAYS = ("name", "sex", "birth", "number", "phone", "kind")


def by(request: AuthedRequest) -> Any:
    return recorded(request.user, address=request.META.get("REMOTE_ADDR", ""))


def posted(request: AuthedRequest) -> QueryDict | None:
    """What was sent, be it nothing; None where nobody sent anything."""
    return request.POST if request.method == "POST" else None


def seen_person(request: AuthedRequest, uuid: UUID) -> Person:
    """The person, or 404."""
    rows = Person.objects.visible_to(request.user).select_related(
        "community",
        "street",
        "cell",
        "dwelling__building",
        "merged_into",
        "source_unit",
    )
    return get_object_or_404(rows, uuid=uuid)


@require_safe
@never_cache
@register_view
def person(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """The page; that it was read is on record."""
    row = seen_person(request, uuid)
    reading.note(request.user, RegisterReading.What.PAGE, row=row)
    return _page(request, row)


def _page(request: AuthedRequest, row: Person, **more: Any) -> HttpResponse:
    user = request.user
    words, owned = codes.Words(), Ownership(row, user)
    memberships = row.memberships.select_related("household__street")
    labels = Label.objects.filter(person=row).on().readable_by(user)
    context = {
        "person": row,
        "tabs": tabs(Register.PERSON),
        "facts": entry_pages.facts_with_owners(row, SHOWN, words, owned),
        "field_owners": {name: owned.of(name) for name in ALWAYS},
        "sex": words.of("sex", row.sex),
        "paper": words.of("paper", row.paper),
        "residences": [
            (one, words.of("residence_kind", one.tenure))
            for one in row.residences.select_related("dwelling")
        ],
        "memberships": [
            (one, words.of("relation", one.relation)) for one in memberships
        ],
        "labels": labels.select_related("code", "source_unit"),
        "posts": [
            (one, words.of("post", one.post))
            for one in row.posts.filter(until=None).select_related("organization")
        ],
        "owned": row.owned.here().visible_to(user)[:20],
        **entry_pages.shared(row, user),
        "merged": row.merged.all()[:20],
        "may_keep": can_keep(user, row) and row.merged_into_id is None,
        "purposes": RegisterReading.Purpose.choices,
        "end_form": EndForm(auto_id="end_%s"),
        "label_form": LabelForm(user, codes.LABELS, auto_id="label_%s"),
        "move_form": MoveForm(auto_id="move_%s"),
        "place_form": PlaceFields(user, auto_id="place_%s"),
        **more,
    }
    status = more.pop("status", 200)
    return render(request, "offices/registers/person.html", context, status=status)


def facts_of(
    row: Any, names: tuple[str, ...], words: codes.Words
) -> list[tuple[str, str]]:
    """(title, text) of the fields that say something."""
    found = [
        (str(row._meta.get_field(name).verbose_name), words.of_field(row, name))
        for name in names
    ]
    return [(title, text) for title, text in found if text]


@require_http_methods(GET_OR_POST)
@never_cache
@register_view
def person_new(request: AuthedRequest) -> HttpResponse:
    """A new entry: whom it may mean is shown before it is kept."""
    data = posted(request)
    form, place = PersonForm(data), PlaceFields(request.user, data)
    household = _household(request)
    context: dict[str, Any] = {"form": form, "place": place, "household": household}
    if data is not None and form.is_valid() and place.is_valid():
        try:
            with by(request):
                dwelling = place.dwelling(request.user)
                found = _matches(request, form, dwelling)
                if not found or request.POST.get("another") == "yes":
                    row = entering.enter_person(
                        form.said(),
                        request.user,
                        dwelling=dwelling,
                        household=household,
                        relation=request.POST.get("relation", ""),
                        tenure=form.cleaned_data["residence_kind"],
                    )
                    return redirect("registers:person", row.uuid)
        except DomainError as error:
            form.add_error(None, error.text)
            found = _matches(request, form, None)
        context["matches"] = found
    return _form(request, context)


def _matches(request: AuthedRequest, form: PersonForm, dwelling: Any) -> Any:
    said = form.cleaned_data
    return matching.matches(
        request.user,
        number=said.get("number") or "",
        name=said.get("name") or "",
        birth=said.get("birth"),
        phone=said.get("phone") or "",
        dwelling=dwelling,
    )


def _household(request: AuthedRequest) -> Household | None:
    """The household that somebody is entered into, where the address names one."""
    try:
        uuid = UUID(request.GET.get("household", ""))
    except ValueError:
        return None
    rows = Household.objects.visible_to(request.user).here()
    return get_object_or_404(rows, uuid=uuid)


def _form(request: AuthedRequest, context: dict[str, Any]) -> HttpResponse:
    context["tabs"] = tabs(Register.PERSON)
    if context.get("household"):
        context["relations"] = codes.choices_of("relation")
    bad = bool(context["form"].errors) or bool(
        context.get("place") and context["place"].errors
    )
    status = 400 if bad else 200
    return render(request, "offices/registers/person_form.html", context, status=status)


@require_POST
@never_cache
@register_view
def matches(request: AuthedRequest) -> HttpResponse:
    """Whom what is typed so far may mean, as a fragment."""
    form = PersonForm(request.POST)
    form.is_valid()
    found = _matches(request, form, None)
    return render(request, "offices/registers/_matches.html", {"matches": found})


def mark_owners(form: Any, row: Any, user: User) -> list[str]:
    """Say of each field of the form that is another's whose it is; those owners."""
    owned = Ownership(row, user)
    named = {}
    for name, field in form.fields.items():
        if not owned.is_mine(name):
            named[name] = field.owner = str(owned.words(name))
            field.is_usual = owned.of(name).is_usual
    form.others = named
    return list(dict.fromkeys(named.values()))


def tell_of_proposals(request: AuthedRequest, form: Any) -> None:
    """After saving: which of what was changed waits for its owner."""
    names = [name for name in form.changed_data if name in form.others]
    if names:
        said = _("Sent to the owners as corrections: %(fields)s.")
        titles = "、".join(str(form.fields[name].label) for name in names)
        messages.info(request, said % {"fields": titles})


@require_http_methods(GET_OR_POST)
@never_cache
@register_view
def person_edit(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    row = seen_person(request, uuid)
    check_keeps(request.user, row)
    reading.check_opens(request.user, row)
    form = PersonForm(posted(request), instance=row)
    others = mark_owners(form, row, request.user)
    if form.is_bound and form.is_valid():
        fresh = seen_person(request, uuid)
        try:
            with by(request):
                entering.change_person(fresh, form.said(), request.user)
            tell_of_proposals(request, form)
            return redirect("registers:person", row.uuid)
        except DomainError as error:
            form.add_error(None, error.text)
    return _form(request, {"form": form, "person": row, "others": others})


@require_POST
@never_cache
@register_view
def reveal(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """The whole number or phone, once, after purpose and name are kept."""
    row = seen_person(request, uuid)
    what = request.POST.get("what", "")
    said = request.POST.get("note", "").strip()
    purpose = request.POST.get("purpose", "")
    text = reading.reveal(row, what, request.user, purpose=purpose, said=said)
    if request.htmx:
        context = {"text": text, "what": what}
        return render(request, "offices/registers/_revealed.html", context)
    return _page(request, row, revealed={what: text})


@require_POST
@register_view
def move(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Into another dwelling, on the day that is said."""
    row = seen_person(request, uuid)
    form, place = MoveForm(request.POST), PlaceFields(request.user, request.POST)
    if not (form.is_valid() and place.is_valid() and place.cleaned_data["address"]):
        raise BadInput(_first_error(place) or _first_error(form))
    said = form.cleaned_data
    with by(request):
        dwelling = place.dwelling(request.user)
        assert dwelling is not None
        life.move_in(row, dwelling, request.user, on=said["on"], tenure=said["tenure"])
    return redirect("registers:person", row.uuid)


def _first_error(form: Any) -> str:
    for errors in form.errors.values():
        return str(errors[0])
    return ""


@require_POST
@register_view
def end(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Moved away or died: ``what``; nothing is deleted."""
    row = seen_person(request, uuid)
    form = EndForm(request.POST)
    if not form.is_valid():
        raise BadInput(_first_error(form))
    said = form.cleaned_data
    with by(request):
        if request.POST.get("what") == "died":
            life.die(row, request.user, on=said["on"], told=said["told"])
        else:
            life.move_out(row, request.user, on=said["on"], to=said["told"])
    return redirect("registers:person", row.uuid)


@require_POST
@register_view
def label_add(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    row = seen_person(request, uuid)
    form = LabelForm(request.user, codes.LABELS, request.POST)
    if not form.is_valid():
        raise BadInput(_first_error(form))
    said = dict(form.cleaned_data)
    with by(request):
        made = entering.put_label(row, said.pop("code"), request.user, **said)
    tell_of_label(request, made)
    return redirect("registers:person", row.uuid)


def tell_of_label(request: AuthedRequest, made: Label | None) -> None:
    if made is None:
        messages.info(request, _("The label is another unit's: sent as a correction."))


@require_POST
@register_view
def label_end(request: AuthedRequest, uuid: UUID, pk: int) -> HttpResponse:
    row = seen_person(request, uuid)
    labels = Label.objects.filter(person=row).readable_by(request.user)
    with by(request):
        ended = entering.end_label(get_object_or_404(labels, pk=pk), request.user)
    tell_of_label(request, ended)
    return redirect("registers:person", row.uuid)
