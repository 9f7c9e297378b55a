"""Papers: offered for a thing, looked at, printed, and what became of them."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Membership, User
from govmap.lib.errors import BadInput, NotAllowed, NotFound
from govmap.lib.pages import AuthedRequest
from workflow.models import PaperTemplate, PrintedPaper
from workflow.papers import files, jobs, printing
from workflow.papers.about import KINDS, Found
from workflow.papers.filling import addressed, blank_number, fill, usual_answers
from workflow.papers.forms import DeliveryForm, PrintForm, said_in
from workflow.papers.permissions import can_keep, is_offered, post_for
from workflow.papers.sheet import with_addresses


def found_or_404(kind: str, key: str, user: User) -> Found:
    about = KINDS.get(kind)
    found = about.find(key, user) if about else None
    if found is None:
        raise NotFound
    return found


def offers(found: Found, user: User) -> list[dict[str, Any]]:
    """The papers that this person prints of such things, each with whether now."""
    rows = PaperTemplate.objects.current().filter(about=found.kind).defer("body")
    return [
        {"template": row, "now": is_offered(row, found)}
        for row in rows
        if post_for(row, found, user)
    ]


@login_required
@require_GET
@never_cache
def of(request: AuthedRequest, kind: str, key: str) -> HttpResponse:
    """All papers of one thing: those printed, and those that may be."""
    found = found_or_404(kind, key, request.user)
    printed = PrintedPaper.objects.visible_to(request.user).of(kind, found.key)
    context = {
        "found": found,
        "offers": offers(found, request.user),
        "papers": printed.listed().prefetch_related("deliveries", "reprints"),
    }
    return render(request, "workflow/papers/of.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: AuthedRequest, code: str, kind: str, key: str) -> HttpResponse:
    """A paper as it will be, and the form that prints it."""
    found = found_or_404(kind, key, request.user)
    template = _template(code, kind)
    post = printing.issuing_post(template, found, request.user)
    usual_to = "、".join(unit.name for unit in addressed(template, found))
    sent = request.POST if request.method == "POST" else None
    form = PrintForm(template, usual_to, sent or _looked_at(request))
    if sent is not None and form.is_valid():
        if "look" not in sent:
            return _print(request, template, found, form, usual_to)
    elif sent is not None and "look" not in sent:
        return _page(request, form, found, template, post, status=400)
    return _page(request, form, found, template, post)


def _looked_at(request: AuthedRequest) -> Any:
    """What was typed so far, where the page shows it without scripts."""
    return request.GET if "look" in request.GET else None


def _template(code: str, kind: str) -> PaperTemplate:
    rows = PaperTemplate.objects.current().filter(code=code, about=kind)
    template = rows.first()
    if template is None:
        raise NotFound
    return template


def _page(
    request: AuthedRequest,
    form: PrintForm,
    found: Found,
    template: PaperTemplate,
    post: Membership,
    *,
    status: int = 200,
) -> HttpResponse:
    asked = usual_answers(template)
    to = str(form["to_name"].initial or "") if "to_name" in form.fields else ""
    if form.is_bound:
        form.is_valid()
        said = said_in(form)
        asked |= {name: said[name] for name in asked if name in said}
        to = said.get("to_name") or to
    body = fill(
        template,
        found,
        request.user,
        post,
        number=blank_number(template, post.unit),
        to=to,
        asked=asked,
        moment=timezone.now(),
    )
    context = {
        "form": form,
        "found": found,
        "template": template,
        "body": with_addresses(body),
        "uuid": request.POST.get("uuid") or uuid4(),
        "office": post.unit,
    }
    page = "workflow/papers/new.html"
    if request.htmx:
        page = "workflow/papers/_sheet.html"
    return render(request, page, context, status=status)


def _print(
    request: AuthedRequest,
    template: PaperTemplate,
    found: Found,
    form: PrintForm,
    usual_to: str,
) -> HttpResponse:
    said = said_in(form)
    to = said.get("to_name", "")
    paper = printing.print_paper(
        template,
        found,
        request.user,
        uuid=_uuid(request.POST.get("uuid", "")),
        to_name="" if to == usual_to else to,
        sent=said,
    )
    jobs.make_now_or_soon(paper)
    messages.success(request, _("Printed: %(paper)s") % {"paper": paper})
    return redirect("papers:paper", paper.uuid)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise BadInput from error


def seen_paper(user: User, uuid: UUID) -> PrintedPaper:
    rows = PrintedPaper.objects.visible_to(user)
    return get_object_or_404(rows.select_related("template", "unit"), uuid=uuid)


def kept_paper(user: User, uuid: UUID) -> PrintedPaper:
    """One that the person keeps the book of. Raises NotAllowed."""
    paper = seen_paper(user, uuid)
    if not can_keep(user, paper):
        raise NotAllowed
    return paper


@login_required
@require_GET
@never_cache
def paper(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """One printed paper, as it stands, with what became of it."""
    return _paper(request, seen_paper(request.user, uuid), DeliveryForm())


def _paper(
    request: AuthedRequest, row: PrintedPaper, form: DeliveryForm, *, status: int = 200
) -> HttpResponse:
    about = KINDS.get(row.kind)
    context = {
        "paper": row,
        "body": with_addresses(row.html),
        "deliveries": row.deliveries.select_related("by"),
        "reprints": row.reprints.select_related("by"),
        "found": about.find(row.key, request.user) if about else None,
        "keeps": can_keep(request.user, row),
        "form": form,
    }
    return render(request, "workflow/papers/paper.html", context, status=status)


def as_pdf(data: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(data, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer


@login_required
@require_GET
def file(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """The kept file: byte by byte as it was made."""
    row = seen_paper(request.user, uuid)
    return as_pdf(files.content_of(row), str(row.uuid))


@login_required
@require_POST
def reprint(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """The same once more, marked 重印 and on record."""
    row = kept_paper(request.user, uuid)
    return as_pdf(files.reprinted(row, request.user), f"{row.uuid}-reprint")


@login_required
@require_POST
def void(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    row = kept_paper(request.user, uuid)
    reason = request.POST.get("reason", "").replace("\x00", "")
    if not reason.strip():
        raise BadInput(_("Write why the paper is void."))
    printing.void(row, request.user, reason)
    messages.success(request, _("Voided. Its number stays used."))
    return redirect("papers:paper", uuid)


@login_required
@require_POST
def delivery(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """送达: how, when, and who signed for it."""
    row = kept_paper(request.user, uuid)
    form = DeliveryForm(request.POST)
    if not form.is_valid():
        return _paper(request, row, form, status=400)
    form.instance.paper, form.instance.by = row, request.user
    with transaction.atomic():
        form.save()
    return redirect("papers:paper", uuid)
