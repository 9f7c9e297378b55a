"""登记: the desk's own intake, and what it may know of a caller."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from cases.forms import find_categories
from cases.models import Caller, CallerReading, Case, CaseTag
from cases.most_used import most_used_categories
from cases.openings import opening_for
from cases.permissions import can_use_desk
from cases.register_forms import PHONE_MAX, RegisterForm
from cases.registering import (
    calls_of,
    earlier_calls,
    may_read_caller,
    read_caller,
    register,
)
from cases.report_views import words_of_page
from govmap.lib.errors import BadInput, NotAllowed, NotFound
from govmap.lib.pages import AuthedRequest
from workflow.errors import MayNotAct
from workflow.models import Transition
from workflow.sending import SendingView

SHOWN = 5  # earlier calls


def opening_of(user: User) -> Transition:
    """The opening that asks where a case came from. Raises MayNotAct (403)."""
    if not can_use_desk(user):
        raise MayNotAct
    move = opening_for(Case(reporter=user), user, {"source": "desk"})[1]
    if "source" not in move.evidence:
        raise MayNotAct
    return move


class RegisterPage(SendingView):
    errors = "cases/_report_errors.html"
    done = "cases/_register_done.html"

    def form(self, data: Any = None, files: Any = None) -> RegisterForm:
        user = self.request.user
        return RegisterForm(opening_of(user), user, data, files)

    def page(self, form: RegisterForm, status: int = 200) -> HttpResponse:
        categories = find_categories("")
        wanted = {"photo_classes": [row.pk for row in categories if row.photo]}
        context = {
            "form": form,
            "categories": categories,
            "usual": most_used_categories(self.request.user),
            "words": {**words_of_page(), **_words(), **wanted},
        }
        return render(self.request, "cases/register.html", context, status=status)

    def make(self, form: RegisterForm) -> Case:
        sent = form.cleaned_data
        return register(
            by=self.request.user,
            uuid=sent["uuid"],
            evidence=form.evidence(),
            happened_at=sent["happened_at"],
            name=sent["caller_name"],
            phone=sent["caller_phone"],
            tags=form.marks,
        )

    def own(self) -> Any:
        seen = Case.objects.visible_to(self.request.user).listed()
        return seen.filter(reporter=self.request.user)

    def context(self, form: RegisterForm, made: Case) -> dict[str, Any]:
        return {"case": made}

    def address(self, uuid: UUID) -> str:
        return reverse("cases:case", args=[uuid])


register_page = RegisterPage.as_view()


def _words() -> dict[str, str]:
    """What the page's script says beside what a report's does."""
    return {
        "need_source": _("Say where it comes from."),
        "need_note": _("Write in a few words what is there."),
        "choose_place": _("Tap the place on the map, or type the address."),
    }


@login_required
@require_POST
@never_cache
def known_caller(request: AuthedRequest) -> HttpResponse:
    """What this number told before; the number stays out of addresses."""
    if not can_use_desk(request.user):
        raise NotAllowed
    phone = request.POST.get("phone", "").strip()[:PHONE_MAX]
    return _calls(request, calls_of(phone) if phone else Caller.objects.none())


def _calls(request: AuthedRequest, calls: Any) -> HttpResponse:
    seen = Case.objects.visible_to(request.user)
    shown = seen.filter(caller__in=calls).select_related("category").order_by("-pk")
    context = {"count": calls.count(), "cases": shown[:SHOWN]}
    return render(request, "cases/_calls.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def caller(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Who told of a case: masked, and in the clear once it is said what for."""
    seen = Case.objects.visible_to(request.user).select_related("category", "street")
    case = get_object_or_404(seen, uuid=uuid)
    row = Caller.objects.filter(case=case).first()
    if row is None:
        raise NotFound
    if not may_read_caller(case, request.user):
        raise NotAllowed
    context: dict[str, Any] = {
        "case": case,
        "caller": row,
        "tags": CaseTag.objects.filter(case=case).select_related("tag"),
        "purposes": CallerReading.Purpose.choices,
        "calls": seen.filter(caller__in=earlier_calls(row))[:SHOWN],
        "count": earlier_calls(row).count(),
    }
    if request.method == "POST":
        purpose = request.POST.get("purpose", "")
        if purpose not in CallerReading.Purpose.values:
            raise BadInput
        context["read"] = read_caller(case, request.user, purpose)
    return render(request, "cases/caller.html", context)
