"""规则 文书: templates, their versions, how they look, and the offices that sign."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.models import Unit, User
from govmap.lib.errors import BadInput, NotFound
from govmap.lib.history import changes_of
from govmap.lib.localized import localized
from govmap.lib.pages import AuthedRequest
from workflow.calendar_views import by
from workflow.models import PaperOffice, PaperTemplate
from workflow.papers import loading
from workflow.papers.about import KINDS, Found, shape_of
from workflow.papers.filling import (
    addressed,
    blank_number,
    fill,
    sample,
    usual_answers,
)
from workflow.papers.forms import CopyForm, OfficeForm, TemplateForm
from workflow.papers.permissions import post_for
from workflow.papers.shapes import told
from workflow.papers.sheet import with_addresses
from workflow.permissions import can_change_rules, rules_change, rules_view
from workflow.rule_files import file_of, sent_file

HERE = "papers:templates"


@require_safe
@rules_view
def templates(request: AuthedRequest) -> HttpResponse:
    """The papers, each in its newest version, and the offices that sign them."""
    rows = newest_of()
    current = {row.code: row for row in PaperTemplate.objects.current().defer("body")}
    context = {
        "rows": [
            (row, current.get(row.code)) for row in rows.order_by("order", "code")
        ],
        "kinds": {kind: about.title for kind, about in KINDS.items()},
        "offices": PaperOffice.objects.select_related("unit"),
        "may_change": can_change_rules(request.user),
        "changes": changes_of(PaperTemplate, PaperOffice),
    }
    return render(request, "workflow/papers/templates.html", context)


def newest_of() -> QuerySet[PaperTemplate]:
    """Each paper in its newest version, without its text."""
    newest = PaperTemplate.objects.order_by("code", "-version").distinct("code")
    return PaperTemplate.objects.filter(pk__in=newest.values("pk")).defer("body")


def version_of(code: str, version: int | None) -> PaperTemplate:
    """That version; without one the newest in use, else the newest. Raises NotFound."""
    rows = PaperTemplate.objects.filter(code=code)
    if version is not None:
        return get_object_or_404(rows, version=version)
    row = rows.filter(in_use=True).order_by("-version").first() or rows.first()
    if row is None:
        raise NotFound
    return row


@require_safe
@rules_view
def template(
    request: AuthedRequest, code: str, version: int | None = None
) -> HttpResponse:
    """One version, filled with a thing that the reader sees, or an invented one."""
    row = version_of(code, version)
    body, label = look(row, request.user, request.GET.get("of", ""))
    context = {
        "template": row,
        "body": body,
        "looked_at": label,
        "of": request.GET.get("of", ""),
        "versions": PaperTemplate.objects.filter(code=code).defer("body"),
        "about": KINDS[row.about].title,
        "may_change": can_change_rules(request.user),
        "copy": CopyForm(initial={"code": f"{code}_2"}),
        "rules_page": HERE,
        "printed": row.printed.count(),
    }
    return render(request, "workflow/papers/template.html", context)


def look(row: PaperTemplate, user: User, of: str) -> tuple[str, str]:
    """(the filled body, what it is filled with)."""
    about = KINDS[row.about]
    of = of.replace("\x00", "").strip()[:80]
    found = about.find(of, user) if of else about.first(user)
    if found is not None and (made := _real(row, found, user)):
        return with_addresses(made), found.label
    unit = next((post.unit for post in user.posts), None)
    unit = unit or Unit.objects.order_by("code")[0]
    return with_addresses(sample(row, unit, user)), ""


def _real(row: PaperTemplate, found: Found, user: User) -> str:
    """Filled with that thing; nothing where the reader has no post to print it in."""
    post = post_for(row, found, user) or next(iter(user.posts), None)
    if post is None:
        return ""
    return fill(
        row,
        found,
        user,
        post,
        number=blank_number(row, post.unit),
        to="、".join(unit.name for unit in addressed(row, found)),
        asked=usual_answers(row),
        moment=timezone.now(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@rules_change
def edit(request: AuthedRequest, code: str) -> HttpResponse:
    """A new version of a paper; it is checked before it can be kept."""
    row = version_of(code, None)
    form = TemplateForm(row, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with by(request):
            made = form.as_template()
            made.made_by = request.user
            made = loading.add_version(made)
        said = _("Version %(version)s is in use.") % {"version": made.version}
        messages.success(request, said)
        return redirect("papers:template", code)
    context = _edited(request, row, form)
    status = 400 if request.method == "POST" else 200
    return render(request, "workflow/papers/edit.html", context, status=status)


def _edited(
    request: AuthedRequest, row: PaperTemplate, form: TemplateForm
) -> dict[str, Any]:
    shape = shape_of(row.about, row.asks)
    shown = form.as_template() if form.is_bound and form.is_valid() else row
    body, label = look(shown, request.user, "")
    return {
        "form": form,
        "template": row,
        "body": body,
        "looked_at": label,
        "names": list(told(shape)),
        "asks": [(one["name"], localized(one["label"])) for one in row.asks],
        "rules_page": HERE,
    }


@require_POST
@rules_change
def preview(request: AuthedRequest, code: str) -> HttpResponse:
    """What the form would print: the sheet, or what is wrong with it."""
    row = version_of(code, None)
    form = TemplateForm(row, request.POST)
    if not form.is_valid():
        return render(request, "workflow/papers/_faults.html", {"form": form})
    body, label = look(form.as_template(), request.user, request.POST.get("of", ""))
    context = {"body": body, "looked_at": label}
    return render(request, "workflow/papers/_sheet.html", context)


@require_POST
@rules_change
def copy(request: AuthedRequest, code: str) -> HttpResponse:
    """A new paper that says the same, to be changed."""
    row = version_of(code, None)
    form = CopyForm(request.POST)
    if not form.is_valid():
        raise BadInput(str(form.errors["code"][0]))
    with by(request):
        row.code, row.digest, row.made_by = form.cleaned_data["code"], "", request.user
        loading.add_version(row)
    return redirect("papers:edit", row.code)


@require_POST
@rules_change
def use(request: AuthedRequest, code: str, version: int) -> HttpResponse:
    """Take a version out of use, or back. Faulty ones do not come back."""
    row = version_of(code, version)
    with by(request):
        put_in_use(row)
    return redirect("papers:version", code, version)


def put_in_use(row: PaperTemplate) -> None:
    """In use or out of it, the other way round. Raises BadInput for a faulty one."""
    if not row.in_use and (problems := loading.problems_of(row)):
        raise BadInput(" ".join(problems))
    row.in_use = not row.in_use
    row.save(update_fields=["in_use"])


@require_safe
@rules_view
def export(request: AuthedRequest) -> HttpResponse:
    """All papers in use as a site package has them."""
    return file_of(loading.export(), loading.NAME)


@require_POST
@rules_change
def take(request: AuthedRequest) -> HttpResponse:
    """Papers of a file; what says something new becomes a new version."""
    data = sent_file(request, loading.NAME)
    with by(request):
        line = loading.put(data, where=loading.NAME, by=request.user)
    messages.success(request, _("Papers taken over: %(line)s") % {"line": line})
    return redirect(HERE)


@require_http_methods(["GET", "HEAD", "POST"])
@rules_change
def office_new(request: AuthedRequest) -> HttpResponse:
    return _office(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@rules_change
def office(request: AuthedRequest, pk: int) -> HttpResponse:
    return _office(request, get_object_or_404(PaperOffice, pk=pk))


def _office(request: AuthedRequest, row: PaperOffice | None) -> HttpResponse:
    form = OfficeForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        with by(request):
            form.save()
        return redirect(HERE)
    status = 400 if request.method == "POST" else 200
    context = {"form": form, "row": row, "rules_page": HERE}
    return render(request, "workflow/papers/office.html", context, status=status)
