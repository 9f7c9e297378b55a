"""The phone's pages: a report goes out, and what became of it comes back."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.contrib.gis.geos import Point
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.models import User
from cases.forms import find_categories
from cases.intake import report
from cases.models import Case
from cases.most_used import most_used_categories, usual_here
from cases.openings import opening_for
from cases.own_reports import reports_of
from cases.permissions import can_report, can_use_desk
from cases.places import describe, find_addresses
from cases.report_drafts import FORM, as_page_reads, draft_asked
from cases.report_forms import ReportForm
from govmap.lib.errors import BadInput, NotFound
from govmap.lib.geo import SRID
from govmap.lib.pages import AuthedRequest
from workflow import form_drafts
from workflow.errors import MayNotAct
from workflow.models import Event, FormDraft, Transition
from workflow.sending import SendingView, words


def opening_of(user: User) -> Transition:
    """The move by which this person makes a case. Raises MayNotAct (403)."""
    if not can_report(user):
        raise MayNotAct
    return opening_for(Case(reporter=user), user, {})[1]


class ReportPage(SendingView):
    errors = "cases/_report_errors.html"
    done = "cases/_report_done.html"

    def form(self, data: Any = None, files: Any = None) -> ReportForm:
        user = self.request.user
        kept = draft_asked(self.request, user) if data is None else None
        typed = as_page_reads(kept) if kept else {}
        named = ("uuid", "note", "address", "done", "on_spot")
        initial = {name: typed[name] for name in named if name in typed}
        form = ReportForm(opening_of(user), user, data, files, **initial)
        form.kept = typed
        return form

    def page(self, form: ReportForm, status: int = 200) -> HttpResponse:
        context = {
            "form": form,
            "categories": find_categories(""),
            "usual": most_used_categories(self.request.user),
            "kept": getattr(form, "kept", None),
            "words": words_of_page(),
        }
        return render(self.request, "cases/report.html", context, status=status)

    def make(self, form: ReportForm) -> Case:
        case, _event = report(
            by=self.request.user,
            uuid=form.cleaned_data["uuid"],
            evidence=form.evidence(),
            happened_at=form.cleaned_data["happened_at"],
            on_the_spot=form.on_the_spot(),
        )
        if "kept" in self.request.POST:
            form_drafts.forget(self.request.user, FORM, case.uuid)
        return case

    def own(self) -> Any:
        return _own(self.request.user)

    def context(self, form: ReportForm, made: Case) -> dict[str, Any]:
        off = form.minutes_off
        return {"case": made, "minutes_off": abs(off), "is_ahead": off > 0}

    def address(self, uuid: UUID) -> str:
        return reverse("cases:reported", args=[uuid])


report_page = ReportPage.as_view()


def _own(user: User) -> Any:
    return Case.objects.visible_to(user).listed().filter(reporter=user)


@login_required
@require_GET
@never_cache
def reported(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """What was sent, and what happens next."""
    case = get_object_or_404(_own(request.user), uuid=uuid)
    return render(request, "cases/reported.html", {"case": case})


@login_required
@require_GET
@never_cache
def place(request: AuthedRequest) -> HttpResponse:
    """Where ``lon``, ``lat`` (and ``accuracy`` in metres) lie, as a fragment."""
    _may_ask(request.user)
    point, accuracy = point_of(request)
    found = describe(point, accuracy, request.user)
    usual = " ".join(map(str, usual_here(found.located.cell)))
    context = {"place": found, "usual_here": usual}
    return render(request, "cases/_report_place.html", context)


def _may_ask(user: User) -> None:
    """For whoever says where something is. Raises MayNotAct (403)."""
    if not (can_report(user) or can_use_desk(user)):
        raise MayNotAct


def point_of(request: AuthedRequest) -> tuple[Point, float | None]:
    """Raises BadInput (400)."""
    try:
        longitude, latitude = (float(request.GET[name]) for name in ("lon", "lat"))
        accuracy = float(request.GET.get("accuracy") or 0)
    except (KeyError, ValueError) as error:
        raise BadInput from error
    # NaN fails every comparison, and so is refused too.
    if not (abs(longitude) <= 180 and abs(latitude) <= 90 and 0 <= accuracy < 1e6):
        raise BadInput
    return Point(longitude, latitude, srid=SRID), accuracy or None


@login_required
@require_GET
def addresses(request: AuthedRequest) -> HttpResponse:
    """Addresses that hold the words of ``q``, to choose a place from."""
    _may_ask(request.user)
    text = request.GET.get("q", "").strip()[:60]
    context = {"addresses": find_addresses(text, request.user), "query": text}
    return render(request, "cases/_report_addresses.html", context)


@login_required
@require_GET
@never_cache
def my_reports(request: AuthedRequest) -> HttpResponse:
    """我的上报: what this person reported and what became of it, newest first."""
    # Before the list is read: what happens in between is told twice, never missed.
    last = Event.objects.last_id()
    view = request.GET.get("view", "")
    before = request.GET.get("before", "")
    page = reports_of(request.user, before=before, view=view)
    sent = Case.objects.filter(uuid=OuterRef("uuid"))
    drafts = FormDraft.objects.of(request.user, FORM).exclude(Exists(sent))
    context = {"page": page, "last_event": last, "drafts": drafts, "view": view}
    return render(request, "cases/my.html", context)


@login_required
@require_GET
@never_cache
def my_report(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """One card of that page, as it now is."""
    found = reports_of(request.user, only=uuid).reports
    if not found:
        raise NotFound
    return render(request, "cases/_my_report.html", {"own": found[0]})


def words_of_page() -> dict[str, str]:
    """What the page's script says, from the one catalogue."""
    return words() | {
        "locating": _("Finding the place…"),
        "denied": _(
            "The phone may not tell its place. Tap the place on the map, or type the"
            " address."
        ),
        "insecure": _(
            "Without a secure connection the phone tells no place. Tap the place on"
            " the map, or type the address."
        ),
        "not_found": _(
            "The phone does not find its place. Tap the place on the map, or type the"
            " address."
        ),
        "unnamed": _("The place is kept. Its cell is shown when the network is back."),
        "no_map": _("The map cannot be shown now. Type the address."),
        "no_class": _("No class fits. Try another word."),
        "need_place": _(
            "The place is missing: tap it on the map, or type the address and choose"
            " it from the list."
        ),
        "need_category": _("Choose what it is: tap a class, or search for one."),
        "offline": _(
            "The network does not answer. Everything is kept on this phone and is sent"
            " as soon as the network is back. Or tap “Send” again."
        ),
        "signed_out": _(
            "You are signed out. The report is kept on this phone and goes out by"
            " itself once you sign in again."
        ),
        "queued": _(
            "The network does not answer. The report is kept on this phone and goes"
            " out by itself; you can write the next one."
        ),
        "goes_on": _(
            "It is still on its way and goes on beside this page; you can write the"
            " next one."
        ),
        "untitled": _("Report without a class"),
        "failed": _(
            "The server could not take the report. Everything is kept on this phone:"
            " try again in a minute."
        ),
        "kept": _(
            "Kept on the server at %(time)s: another phone finds it in My reports."
        ),
        "kept_here": _(
            "Kept on the server at %(time)s. Photos that are still only on this phone:"
            " %(count)s."
        ),
        "not_kept": _(
            "The server could not keep the draft. It stays on this phone; try again in"
            " a minute."
        ),
        "other_draft": _(
            "Another unsent report is on this phone. Send or discard it first; the"
            " draft waits in My reports."
        ),
        "need_after": _("Take a photo of how it is now."),
        "restored": _("Your unsent report of %(time)s is here again."),
    }
