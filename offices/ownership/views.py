"""Corrections: proposed on the page of an entry, decided by the field's owner."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.models import User
from govmap.lib.errors import BadInput, Conflict, NotFound
from govmap.lib.pages import AuthedRequest
from govmap.lib.sealed import mask_name
from offices.models import Proposal, Register, RegisterReading
from offices.ownership import deciding, files, values
from offices.ownership.deciding import (
    entries_of,
    entry_of,
    may_decide,
    seen_entry,
)
from offices.registers import codes, entry_pages, proposing, reading
from offices.registers.forms import dress
from offices.registers.list_views import tabs
from offices.registers.owning import SEALED, Ownership, text_of, units_of
from offices.registers.permissions import check_keeps, register_view
from offices.registers.person_views import GET_OR_POST, by
from workflow.lights import light_names

SHOWN = 50
PAGES = {
    Register.PERSON: "registers:person",
    Register.HOUSEHOLD: "registers:household",
    Register.DWELLING: "registers:dwelling",
    Register.ORGANIZATION: "registers:organization",
}
DECIDE, MINE, DONE = "decide", "mine", "done"


class ProposalForm(forms.Form):
    """Another value, why, and what shows it."""

    reason = forms.CharField(
        label=gettext_lazy("Why, and how you know"), max_length=200
    )
    file = forms.FileField(
        label=gettext_lazy("Photo or file that shows it"),
        required=False,
        help_text=gettext_lazy("PDF, OFD, pictures, Word or Excel, at most 10 MB."),
    )

    def __init__(self, value: forms.Field | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if value is not None:
            value.label = _("It should say")
            self.fields = {"value": value, **self.fields}
        dress(self)


def page_of(row: Any) -> str:
    """Where an entry is shown."""
    register = entry_pages.life.register_of(row)
    return reverse(PAGES[Register(register)], args=[row.uuid])


def name_of(row: Any) -> str:
    """As lists call it: people masked."""
    return mask_name(row.name) if hasattr(row, "former_name") else str(row)


@require_http_methods(GET_OR_POST)
@never_cache
@register_view
def propose(request: AuthedRequest, register: str, uuid: UUID) -> HttpResponse:
    """First the field, then what it should say."""
    row = seen_entry(register, uuid, request.user)
    reading.check_opens(request.user, row)
    offered = values.fields_of(row, request.user)
    name = request.POST.get("field") or request.GET.get("field", "")
    if name and name not in dict(offered):
        raise BadInput(_("This field is your unit's own, or there is no such field."))
    one = values.input_of(row, name, request.user) if name else None
    if request.method == "POST":
        form = ProposalForm(one, request.POST, request.FILES)
        if name and form.is_valid():
            return _propose(request, row, name, form)
    else:
        form = ProposalForm(one)
    owned, words = Ownership(row, request.user), codes.Words()
    context = {
        "row": row,
        "name": name_of(row),
        "back": page_of(row),
        "tabs": tabs(register),
        "form": form,
        "offered": offered,
        "field": name,
        "title": dict(offered).get(name, ""),
        "owner": owned.words(name) if name else "",
        "days": owned.days(name),
        "now": values.now_shown(row, name, words) if name else "",
    }
    status = 400 if form.errors else 200
    return render(request, "offices/ownership/propose.html", context, status=status)


def _propose(
    request: AuthedRequest, row: Any, name: str, form: ProposalForm
) -> HttpResponse:
    text = request.POST.get("value", "")
    value = values.read(row, name, text, request.user)
    file = form.cleaned_data["file"]
    kept = files.keep(file) if file else {}
    with by(request):
        made = proposing.propose(
            row, name, value, request.user, reason=form.cleaned_data["reason"], **kept
        )
    messages.success(request, _("Proposed to %(unit)s.") % {"unit": made.unit or "—"})
    return redirect("ownership:proposal", made.uuid)


@require_safe
@never_cache
@register_view
def proposals(request: AuthedRequest) -> HttpResponse:
    """For me to decide, proposed by me, and what was decided of late."""
    user = request.user
    which = request.GET.get("which", DECIDE)
    light = request.GET.get("light", "")
    rows = list_of(user, which if which in (DECIDE, MINE, DONE) else DECIDE)
    if light in light_names() and which != DONE:
        rows = rows.in_light(light)
    after = request.GET.get("after", "")
    if after.isascii() and after.isdigit() and len(after) < 19:
        rows = rows.filter(pk__lt=int(after))
    page = list(rows[: SHOWN + 1])
    context = {
        "rows": told(page[:SHOWN]),
        "more": page[SHOWN - 1].pk if len(page) > SHOWN else "",
        "which": which,
        "light": light,
        "lights": light_names(),
        "kinds": [
            (DECIDE, _("For me to decide")),
            (MINE, _("Proposed by me")),
            (DONE, _("Answered")),
        ],
        "tabs": tabs(""),
    }
    return render(request, "offices/ownership/proposals.html", context)


def list_of(user: User, which: str) -> Any:
    """The newest first; what waits for the person, what he asked, what was decided."""
    rows = Proposal.objects.visible_to(user).select_related(
        "asked_by", "unit", "community", "decided_by"
    )
    if which == MINE:
        return rows.filter(asked_by=user).order_by("-pk")
    if which == DONE:
        mine = Q(asked_by=user) | Q(unit__in=units_of(user))
        return rows.filter(mine, granted__isnull=False).order_by("-pk")
    waiting = rows.open().filter(unit__in=units_of(user)).exclude(asked_by=user)
    return waiting.order_by("-pk")


def told(proposals: list[Proposal]) -> list[dict[str, Any]]:
    """Proposals in words: a query a register, however many there are."""
    words, entries = codes.Words(), entries_of(proposals)
    found = []
    for one in proposals:
        row = entries[one.subject]
        found.append(
            {
                "proposal": one,
                "row": row,
                "entry": name_of(row),
                "title": values.title_of(row, one.field, words),
                "before": values.shown(row, one.field, text_of(one.before), words),
                "after": values.shown(row, one.field, text_of(one.after), words),
            }
        )
    return found


def seen_proposal(request: AuthedRequest, uuid: UUID) -> Proposal:
    rows = Proposal.objects.visible_to(request.user).select_related(
        "asked_by", "asked_unit", "unit", "decided_by"
    )
    return get_object_or_404(rows, uuid=uuid)


@require_safe
@never_cache
@register_view
def proposal(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """What it says now and what it should say; the owner's people decide here."""
    return _page(request, seen_proposal(request, uuid))


def _page(request: AuthedRequest, one: Proposal, **more: Any) -> HttpResponse:
    status = more.pop("status", 200)
    (said,) = told([one])
    row = said["row"]
    context = {
        **said,
        "now": values.now_shown(row, one.field, codes.Words()),
        "is_overtaken": one.granted is None and deciding.is_overtaken(one, row),
        "seen": row.changed_at.isoformat(),
        "page": page_of(row),
        "may_decide": may_decide(request.user, one, row),
        "is_sealed": one.field in SEALED,
        "purposes": RegisterReading.Purpose.choices,
        "tabs": tabs(""),
        **more,
    }
    return render(request, "offices/ownership/proposal.html", context, status=status)


@require_POST
@never_cache
@register_view
def decide(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Accept or refuse; who comes second sees what was decided (409)."""
    one = seen_proposal(request, uuid)
    granted = request.POST.get("granted") == "yes"
    answer = request.POST.get("answer", "").strip()
    if not granted and not answer:
        raise BadInput(_("Say why not."))
    try:
        with by(request):
            deciding.decide(
                one,
                request.user,
                granted=granted,
                answer=answer,
                seen=request.POST.get("seen", ""),
            )
    except Conflict as error:
        fresh = seen_proposal(request, uuid)
        return _page(request, fresh, error=error.text, status=409)
    return redirect("ownership:proposal", one.uuid)


@require_POST
@never_cache
@register_view
def reveal(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """A proposed number or phone in full, once name and purpose are kept."""
    one = seen_proposal(request, uuid)
    row = entry_of(one)
    if one.field not in SEALED:
        raise NotFound
    check_keeps(request.user, row)
    purpose = request.POST.get("purpose", "")
    if purpose not in RegisterReading.Purpose.values:
        raise reading.NoPurpose
    reading.note(
        request.user,
        one.field,
        row=row,
        purpose=purpose,
        said=request.POST.get("note", "").strip(),
    )
    text = text_of(one.after) or "—"
    if request.htmx:
        context = {"text": text, "what": "after"}
        return render(request, "offices/registers/_revealed.html", context)
    return _page(request, one, revealed=text)


@require_safe
@never_cache
@register_view
def file(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """The evidence, to whoever sees the proposal."""
    one = seen_proposal(request, uuid)
    if not one.file_sha256:
        raise NotFound
    content = b"".join(files.opened(one))
    answer = HttpResponse(content, content_type=one.file_type)
    disposition = content_disposition_header(True, one.file_name)
    if disposition:
        answer["Content-Disposition"] = disposition
    return answer
