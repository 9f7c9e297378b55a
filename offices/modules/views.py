"""The pages of a module: its list, a new record, what its form asks meanwhile."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from accounts.models import Unit, User
from cases.places import find_addresses
from govmap.lib.errors import BadInput, NotFound
from govmap.lib.pages import AuthedRequest, wants_fragment
from offices.models.module import Module
from offices.modules import drafts, photos, refs
from offices.modules.definition import FILE, PLACE, Definition
from offices.modules.exporting import export_address
from offices.modules.forms import RecordForm, read, words
from offices.modules.lists import Filters, filter_fields, list_records, phases
from offices.modules.making import (
    BadFields,
    asked_at_first,
    can_write_in,
    definition_now,
    make,
    process_of,
)
from offices.modules.rights import READ, WRITE, can_use_offices, ground_in
from offices.modules.saved import page_of
from offices.modules.searching import note_search
from workflow import saved_views
from workflow.errors import MayNotAct

REFUSED = 422


def seen_module(user: User, code: str, right: str = READ) -> Module:
    """The published module, if the person may read something of it. Raises NotFound."""
    rows = Module.objects.published().select_related("application", "published")
    module = rows.filter(code=code).first()
    if module is None or not ground_in(user, module, READ):
        raise NotFound
    if right != READ and not ground_in(user, module, right):
        raise MayNotAct
    return module


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def records(request: AuthedRequest, code: str) -> HttpResponse:
    """The list of a module. A script asks for further rows alone.

    A number that may be a person's is sent; what else is sent goes into the address.
    """
    module = seen_module(request.user, code)
    if request.method == "POST":
        filters = Filters(request.POST, definition_now(module), sent=True)
        if not filters.is_number:
            return redirect(f"{request.path}{filters.address()}")
        note_search(request.user, filters.asked("q"))
        return _list(request, module, filters)
    saved = saved_views.views_of(request.user, page_of(module).name)
    if not request.GET and (usual := saved_views.default_of(saved, request.user)):
        return redirect(f"{request.path}?{usual.query}")
    return _list(request, module, Filters(request.GET, definition_now(module)))


def _list(request: AuthedRequest, module: Module, filters: Filters) -> HttpResponse:
    found = list_records(module, request.user, filters)
    context = {"module": module, "list": found, "fragment": wants_fragment(request)}
    if wants_fragment(request):
        return render(request, "offices/modules/_rows.html", context)
    saves = page_of(module)
    saved = saved_views.views_of(request.user, saves.name)
    context |= {
        "filter_fields": filter_fields(filters, request.user),
        "phases": phases(),
        "communities": communities_of(request.user, module),
        "streets": streets_of(request.user, module),
        "may_write": can_write_in(request.user, module),
        "drafts": drafts.of(request.user, module),
        "saved": saved_views.links(saves, saved, filters.address()),
        "saves": saves,
        "shares_with": saved_views.units_to_share_with(request.user),
        "export": export_address(request.user, module, filters),
        "definition": filters.definition,
        "narrowed": len(filters.chips),
        "has_place": filters.definition.about != "none"
        or filters.definition.place_field is not None,
    }
    return render(request, "offices/modules/list.html", context)


def streets_of(user: User, module: Module) -> list[Unit]:
    """The streets that somebody of the district narrows a list to."""
    if not ground_in(user, module, READ).everywhere:
        return []
    return list(Unit.objects.filter(kind=Unit.Kind.STREET))


def communities_of(user: User, module: Module, right: str = READ) -> list[Unit]:
    """The communities on the person's ground, where they are not too many."""
    reach = ground_in(user, module, right)
    rows = Unit.objects.filter(kind=Unit.Kind.COMMUNITY)
    if reach.everywhere:
        return []
    found = rows.filter(parent__in=reach.streets) | rows.filter(
        pk__in=reach.communities
    )
    return list(found.distinct())


class Ground:
    """Where a new record is put, where its writer may choose."""

    def __init__(self, user: User, module: Module, data: Any) -> None:
        reach = ground_in(user, module, WRITE)
        self.streets = (
            list(Unit.objects.filter(kind=Unit.Kind.STREET)) if reach.everywhere else []
        )
        self.communities = communities_of(user, module, WRITE)
        self.street = self._chosen(self.streets, data.get("street", ""))
        self.community = self._chosen(self.communities, data.get("community", ""))
        if len(self.communities) == 1 and not reach.streets:
            self.community = self.communities[0]

    @staticmethod
    def _chosen(units: list[Unit], code: str) -> Unit | None:
        return next((unit for unit in units if unit.code == code), None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def record_new(request: AuthedRequest, code: str) -> HttpResponse:
    """The form of a new record; sent twice it is one."""
    module = seen_module(request.user, code, WRITE)
    definition = definition_now(module)
    if request.method == "POST":
        return _make(request, module, definition)
    kept = drafts.one(request.user, module, request.GET.get("draft", ""))
    raw = kept.raw if kept else _from_address(request, definition)
    names = first_names(definition)
    form = RecordForm(definition, request.user, raw=raw, names=names)
    uuid = kept.uuid if kept else uuid4()
    ground = Ground(request.user, module, kept.said if kept else request.GET)
    return _new_page(request, module, form, uuid, ground)


def first_names(definition: Definition) -> list[str]:
    """The fields of the form of a new record: what later steps ask stands in them."""
    process = process_of(definition)
    return [one.name for one in asked_at_first(definition, process)]


def _from_address(request: AuthedRequest, definition: Definition) -> dict[str, Any]:
    """``?person=uuid``: what the entry is about is chosen already."""
    found: dict[str, Any] = {}
    for one in definition.fields.values():
        if one.ref and one.ref not in found and (key := request.GET.get(one.ref)):
            found[one.name] = key[:80]
        if one.kind == PLACE and (spot := request.GET.get("place")):
            found[one.name] = spot[:40]
    return found


def _make(
    request: AuthedRequest, module: Module, definition: Definition
) -> HttpResponse:
    user, uuid = request.user, uuid_in(request.POST.get("uuid", ""))
    sent = read(definition, request.POST, user)
    ground = Ground(user, module, request.POST)
    errors = dict(sent.errors)
    try:
        if not errors:
            evidence = {"note": note} if (note := request.POST.get("note")) else {}
            record, _event = make(
                module,
                by=user,
                uuid=uuid,
                fields=sent.raw,
                street=ground.street,
                community=ground.community,
                evidence=evidence,
            )
            drafts.forget(user, module, uuid)
            messages.success(request, _("Kept as %(number)s.") % {"number": record})
            return redirect("modules:record", uuid=record.uuid)
    except BadFields as error:
        errors |= error.fields
    except BadInput as error:
        errors[""] = [error.text]
    form = RecordForm(
        definition,
        user,
        raw=sent.raw,
        errors=errors,
        names=first_names(definition),
        finds=sent.finds,
    )
    return _new_page(request, module, form, uuid, ground, status=REFUSED)


def _new_page(
    request: AuthedRequest,
    module: Module,
    form: RecordForm,
    uuid: UUID,
    ground: Ground,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "module": module,
        "form": form,
        "uuid": uuid,
        "ground": ground,
        "words": words(),
        "asks_place": form.definition.place_field is not None,
    }
    return render(request, "offices/modules/new.html", context, status=status)


def uuid_in(text: str) -> UUID:
    """Raises BadInput where a client sends none."""
    try:
        return UUID(text)
    except ValueError as error:
        raise BadInput from error


@login_required
@require_POST
@never_cache
def draft_keep(request: AuthedRequest, code: str) -> HttpResponse:
    """Keep what was typed so far, sealed, for this person alone."""
    module = seen_module(request.user, code, WRITE)
    sent = read(definition_now(module), request.POST, request.user)
    uuid = uuid_in(request.POST.get("uuid", ""))
    said = {name: request.POST.get(name, "")[:40] for name in ("street", "community")}
    drafts.keep(request.user, module, uuid, sent.raw, said)
    if wants_fragment(request):
        return JsonResponse({"kept": True})
    return redirect("modules:list", code=module.code)


@login_required
@require_POST
@never_cache
def draft_drop(request: AuthedRequest, code: str, uuid: UUID) -> HttpResponse:
    module = seen_module(request.user, code, WRITE)
    drafts.forget(request.user, module, uuid)
    return redirect("modules:list", code=module.code)


@login_required
@require_POST
@never_cache
def compute_now(request: AuthedRequest, code: str) -> HttpResponse:
    """What the computed fields come to, of what was typed so far, in words."""
    module = seen_module(request.user, code)
    definition = definition_now(module)
    sent = read(definition, request.POST, request.user)
    return JsonResponse(drafts.computed(definition, sent.raw, request.user))


@login_required
@require_POST
@never_cache
def file_send(request: AuthedRequest, code: str) -> HttpResponse:
    """A file ahead of the record that names it."""
    module = seen_module(request.user, code, WRITE)
    upload = request.FILES.get("file")
    one = definition_now(module).fields.get(request.POST.get("field", ""))
    if upload is None or one is None or one.kind != FILE:
        raise photos.BadFile
    row = photos.keep(request.user, module, one.name, upload)
    return JsonResponse({"uuid": str(row.uuid), "name": row.name}, status=201)


@login_required
@require_POST
@never_cache
def refs_found(request: AuthedRequest, kind: str) -> HttpResponse:
    """What a text means among the things of a kind, to choose from.

    Sent, not asked by an address: it may be somebody's number.
    """
    if not refs.target_of(kind) or not can_use_offices(request.user):
        raise NotFound
    text = request.POST.get("q", "").replace("\x00", "")[:60]
    context = {"options": refs.search(kind, text, request.user), "query": text}
    return render(request, "offices/modules/_options.html", context)


@login_required
@require_GET
def addresses(request: AuthedRequest) -> HttpResponse:
    """Addresses that hold the words of ``q``, to choose a place from."""
    if not can_use_offices(request.user):
        raise NotFound
    text = request.GET.get("q", "").strip()[:60]
    context = {"addresses": find_addresses(text, request.user), "query": text}
    return render(request, "cases/_report_addresses.html", context)
