"""The page of one record: its steps, what is opened, corrected, printed of it."""

import json
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from govmap.lib.errors import NotFound
from govmap.lib.pages import AuthedRequest, wants_fragment
from offices.models.record import Record
from offices.models.record_trace import RecordFile
from offices.modules import photos
from offices.modules.amending import amend, changeable, may_amend
from offices.modules.definition import S1, definition_of
from offices.modules.dossier import RecordDossier
from offices.modules.forms import RecordForm, read, words
from offices.modules.keeping import values_of
from offices.modules.making import (
    BadFields,
)
from offices.modules.move_forms import RecordMoveForm
from offices.modules.opening import PURPOSES, opened_now, reveal
from offices.modules.there import has, known_owners, told_with
from offices.modules.views import REFUSED, uuid_in
from workflow import notices
from workflow.act_views import ActView
from workflow.acting import subject_for_act
from workflow.errors import MayNotAct
from workflow.forms import act_id_of


def seen_record(request: AuthedRequest, uuid: UUID) -> Record:
    """The record with what its page shows, or 404."""
    rows = Record.objects.visible_to(request.user)
    rows = rows.select_related(
        "street", "community", "module__application", "creator", "case", "cell"
    ).defer("cell__geometry")
    found = get_object_or_404(told_with(rows, request.user), uuid=uuid)
    if found.creator_id == request.user.pk:
        found.creator = request.user  # whose posts are read already
    return known_owners(found)


@login_required
@require_GET
@never_cache
def record(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Its page; a script asks again for what changed in it."""
    found = seen_record(request, uuid)
    if has(found, "unread"):
        notices.read_about(request.user, Record.KIND, uuid)
    dossier = RecordDossier(
        found,
        request.user,
        verb=request.GET.get("move", ""),
        levels=opened_now(request, found),
    )
    if wants_fragment(request):
        return _fragment(request, dossier)
    last = getattr(found, "last_event", None) or 0
    context = _context(dossier) | {"last_event": last}
    return render(request, "offices/modules/record.html", context)


def _context(dossier: RecordDossier) -> dict[str, Any]:
    today = timezone.localdate()
    told = {"dossier": dossier, "purposes": PURPOSES, "words": words()}
    return told | {"today": today}


class RecordAct(ActView):
    form_class = RecordMoveForm
    page = "offices/modules/record.html"

    def find(self) -> Record:
        rows = Record.objects.select_related("street", "module", "creator")
        act_id = act_id_of(self.request.POST)
        found: Record = subject_for_act(
            rows, self.kwargs["uuid"], act_id, self.request.user
        )
        return found

    def dossier(self) -> RecordDossier:
        found = seen_record(self.request, self.kwargs["uuid"])
        levels = opened_now(self.request, found)
        return RecordDossier(found, self.request.user, levels=levels)

    def fragment(
        self, dossier: RecordDossier, *, status: int = 200, **said: Any
    ) -> HttpResponse:
        return _fragment(self.request, dossier, status=status, **said)

    def context(self, dossier: RecordDossier) -> dict[str, Any]:
        return _context(dossier)


act_on = RecordAct.as_view()


def _fragment(
    request: HttpRequest, dossier: RecordDossier, *, status: int = 200, **said: Any
) -> HttpResponse:
    context = _context(dossier) | said
    return render(request, "offices/modules/_record.html", context, status=status)


@login_required
@require_POST
@never_cache
def record_reveal(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """查看完整信息: open what is masked, with a purpose that is written down."""
    found = seen_record(request, uuid)
    reveal(request, found, request.POST.get("purpose", ""))
    return redirect("modules:record", uuid=uuid)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def record_edit(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """更正: the fields that the person may open, as they are now."""
    found = seen_record(request, uuid)
    if not may_amend(found, request.user):
        raise MayNotAct
    definition = definition_of(found.version_id)
    names = changeable(found, definition, request.user)
    before = values_of(found)
    hidden = {one.level for one in definition.fields.values() if one.name in names}
    if request.method != "POST":
        if hidden - {S1} and found.events_count:
            reveal(request, found, _("to correct it"))
        form = RecordForm(definition, request.user, values=before, names=names)
        return _edit_page(request, found, form)
    sent = read(definition, request.POST, request.user, names)
    errors = dict(sent.errors)
    try:
        if not errors:
            amend(
                found,
                by=request.user,
                act_id=uuid_in(request.POST.get("act_id", "")),
                fields=sent.raw,
                after_event=_number_in(request.POST.get("after_event", "")) or None,
            )
            messages.success(request, _("Corrected."))
            return redirect("modules:record", uuid=uuid)
    except BadFields as error:
        errors |= error.fields
    form = RecordForm(
        definition,
        request.user,
        values=before,
        raw=sent.raw,
        errors=errors,
        names=names,
        finds=sent.finds,
    )
    return _edit_page(request, found, form, status=REFUSED)


def _number_in(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _edit_page(
    request: AuthedRequest, found: Record, form: RecordForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "record": found,
        "module": found.module,
        "form": form,
        "act_id": uuid4(),
        "words": words(),
        "asks_place": form.definition.place_field is not None,
    }
    return render(request, "offices/modules/edit.html", context, status=status)


@login_required
@require_GET
@never_cache
def record_file(request: AuthedRequest, uuid: UUID, file: UUID) -> HttpResponseBase:
    """A file of a record, for whoever has its field open before him."""
    found = seen_record(request, uuid)
    row = get_object_or_404(RecordFile, uuid=file, record=found)
    one = definition_of(found.version_id).fields.get(row.field)
    if one is None or one.level not in opened_now(request, found):
        raise NotFound
    answer = StreamingHttpResponse(photos.opened(row), content_type=row.media_type)
    name = json.dumps(row.name, ensure_ascii=True).strip('"')
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "no-store"
    return answer


@login_required
@require_GET
@never_cache
def record_print(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """The entry as a sheet, with what the reader has open before him."""
    found = seen_record(request, uuid)
    levels = opened_now(request, found)
    dossier = RecordDossier(found, request.user, levels=levels)
    return render(request, "offices/modules/print.html", _context(dossier))
