"""The pages of the library: its list, a new matter, one of them, and the figures."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from cases.matters.dossier import MatterDossier
from cases.matters.figures import headline, tables
from cases.matters.forms import MoveForm, RaiseForm
from cases.matters.lists import Filters, dressed, list_matters
from cases.matters.permissions import can_use_matters
from cases.matters.raising import (
    matter_of,
    may_call,
    may_raise,
    opening,
    raise_matter,
)
from cases.models import Case, Matter, MatterQuerySet, MatterSort
from cases.streets import streets_of
from govmap.lib.errors import DomainError, NotAllowed
from govmap.lib.lists import ListPage
from govmap.lib.pages import AuthedRequest
from workflow.act_views import ActView, OneSubject, SubjectView
from workflow.engine import act, open_moves
from workflow.errors import MayNotAct
from workflow.forms import act_id_of
from workflow.list_views import SubjectsView
from workflow.sending import SendingView

MOST = 50  # cases that one matter is raised from
OFFERED = 50  # matters that a case may be added to


class Matters(SubjectsView):
    """The street's own, those that one's unit has a part in, or the district's."""

    page, part = "cases/matters/list.html", "cases/matters/_rows.html"

    def may(self, user: User) -> bool:
        return can_use_matters(user)

    def found(self) -> ListPage[Filters, Matter]:
        seen = Matter.objects.visible_to(self.request.user)
        return list_matters(seen, Filters(self.request.GET))

    def context(self) -> dict[str, Any]:
        user = self.request.user
        return {
            "may_raise": may_raise(user),
            "may_call": may_call(user),
            "sorts": MatterSort.objects.all(),
            "levels": Case.Level.choices,
            "streets": streets_of(user),
        }


matters = Matters.as_view()


@login_required
@require_GET
@never_cache
def figures_page(request: AuthedRequest) -> HttpResponse:
    if not can_use_matters(request.user):
        raise NotAllowed
    seen = Matter.objects.visible_to(request.user)
    context = {"headline": headline(seen), "tables": tables(seen)}
    return render(request, "cases/matters/figures.html", context)


def cases_named(request: AuthedRequest) -> list[Case]:
    """Those that the address or the form names, as far as the person sees them."""
    asked = [*request.POST.getlist("case"), *request.GET.getlist("case")]
    uuids = []
    for text in asked[:MOST]:
        try:
            uuids.append(UUID(text))
        except ValueError:
            continue
    if not uuids:
        return []
    seen = Case.objects.visible_to(request.user).listed()
    return list(seen.filter(uuid__in=uuids).order_by("pk"))


class Raise(SendingView):
    """A new matter, alone or of the cases that the address names."""

    done = "cases/matters/_raised.html"

    def form(self, data: Any = None, files: Any = None) -> RaiseForm:
        user = self.request.user
        cases = cases_named(self.request)
        street = cases[0].street if cases else None
        draft = matter_of(user, street=street)
        return RaiseForm(draft, opening(draft, user), data, cases=cases)

    def page(self, form: RaiseForm, status: int = 200) -> HttpResponse:
        return render(
            self.request, "cases/matters/new.html", {"form": form}, status=status
        )

    def make(self, form: RaiseForm) -> Matter:
        matter, _event = raise_matter(
            by=self.request.user,
            uuid=form.cleaned_data["uuid"],
            evidence=form.evidence(),
            street=form.street_chosen,
        )
        return matter

    def own(self) -> MatterQuerySet:
        user = self.request.user
        return Matter.objects.visible_to(user).filter(raiser=user)

    def context(self, form: RaiseForm, made: Matter) -> dict[str, Any]:
        return {"matter": made}

    def address(self, uuid: UUID) -> str:
        return reverse("matters:matter", args=[uuid])


raise_one = Raise.as_view()


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def join(request: AuthedRequest) -> HttpResponse:
    """加入已有疑难问题: the matter that the named cases are to belong to."""
    if not may_raise(request.user):
        raise MayNotAct
    cases = cases_named(request)
    if request.method == "POST":
        return _joined(request, cases)
    text = request.GET.get("q", "").strip()[:60]
    return render(
        request,
        "cases/matters/join.html",
        {"cases": cases, "query": text, "rows": _offered(request, cases, text)},
    )


LINKS = "link_cases"  # the effect by which cases are added to a matter


def _offered(request: AuthedRequest, cases: list[Case], text: str) -> list[Matter]:
    """Open matters that the person may add to, those of the same community first."""
    rows = Matter.objects.visible_to(request.user).open()
    if text:
        wanted = Q(title__icontains=text) | Q(number__startswith=text.upper())
        rows = rows.filter(wanted | Q(address__icontains=text))
    found = list(dressed(rows.listed()).order_by("-pk")[:OFFERED])
    moves = open_moves(found, request.user)
    near = {case.community_id for case in cases}
    may = [row for row in found if any(LINKS in m.effects for m in moves[row.pk])]
    return sorted(may, key=lambda row: row.community_id not in near)


def _joined(request: AuthedRequest, cases: list[Case]) -> HttpResponse:
    seen = Matter.objects.visible_to(request.user)
    matter = get_object_or_404(seen, uuid=_uuid(request.POST.get("matter", "")))
    moves = open_moves([matter], request.user)[matter.pk]
    move = next((move for move in moves if LINKS in move.effects), None)
    act_id = act_id_of(request.POST)
    if move is None or act_id is None:
        raise MayNotAct
    try:
        act(
            matter,
            move.verb,
            by=request.user,
            act_id=act_id,
            evidence={"cases": [str(case.uuid) for case in cases]},
        )
    except DomainError as error:
        messages.error(request, error.text)
        return redirect(request.get_full_path())
    messages.success(request, _("Done: %(move)s") % {"move": move.label})
    return redirect("matters:matter", uuid=matter.uuid)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


class OneMatter(OneSubject):
    model, dossier_class = Matter, MatterDossier
    page, part = "cases/matters/matter.html", "cases/matters/_matter.html"

    def rows(self) -> MatterQuerySet:
        return Matter.objects.listed().select_related("conference")


class MatterPage(OneMatter, SubjectView):
    pass


class MatterAct(OneMatter, ActView):
    form_class = MoveForm


matter, act_on = MatterPage.as_view(), MatterAct.as_view()
