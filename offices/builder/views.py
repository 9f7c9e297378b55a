"""模块搭建: the modules of one's street, a draft, trying it, publishing it."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.models import Unit, User
from govmap.lib.errors import BadInput, Conflict, DomainError, NotFound
from govmap.lib.history import changes_of
from govmap.lib.pages import AuthedRequest, wants_fragment
from offices.builder import drafts, publishing, samples
from offices.builder.access import (
    builder_view,
    designs_of,
    is_of_district,
    modules_of,
    streets_of,
)
from offices.builder.base_steps import REGISTERS
from offices.builder.editor import Editor
from offices.builder.said import BadStep, Said
from offices.models import Design, DesignStep, Module, ModuleVersion
from offices.modules.forms import RecordForm, read, words
from offices.modules.loading import BadDefinition, as_text
from offices.modules.rights import READ, ground_in

REFUSED = 422
SHOWN = 30  # changes of a module
MOST_BYTES = 2_000_000
State = ModuleVersion.State
FLOW = ("flow", "flow_add", "flow_move", "flow_drop")
# Where each change is made.
PART_OF = {
    "base": "base",
    "rights": "rights",
    **dict.fromkeys(("procedure", "reminder", "reminder_drop", "uses"), "steps"),
    **dict.fromkeys(("total", "total_drop"), "steps"),
    **dict.fromkeys(FLOW, "steps"),
    **dict.fromkeys(("figure", "figure_drop"), "steps"),
}


@dataclass(frozen=True)
class Line:
    """A module in the list of its builders."""

    module: Module
    design: Design | None
    can_open: bool

    @property
    def stands(self) -> str:
        """draft, published, ended or withdrawn."""
        if self.module.published_id is not None:
            return "ended" if self.module.is_over else "published"
        is_new = self.design is not None and self.design.version.number == 1
        return "draft" if is_new else "withdrawn"


def _lines(user: User) -> list[Line]:
    designs = {row.version.module_id: row for row in designs_of(user)}
    made = ModuleVersion.objects.filter(module=OuterRef("pk"))
    rows = modules_of(user).filter(Exists(made))
    rows = rows.order_by("application__order", "order", "code")
    return [
        Line(row, designs.get(row.pk), bool(ground_in(user, row, READ))) for row in rows
    ]


@require_safe
@builder_view
@never_cache
def home(request: AuthedRequest) -> HttpResponse:
    """Drafts, what is published, what has ended or was taken back."""
    lines = _lines(request.user)
    order = ("draft", "published", "ended", "withdrawn")
    groups = [(name, [line for line in lines if line.stands == name]) for name in order]
    context = {
        "groups": [(name, some) for name, some in groups if some],
        "is_of_district": is_of_district(request.user),
        "streets": streets_of(request.user),
    }
    return render(request, "offices/builder/home.html", context)


def _offered(user: User) -> list[tuple[str, list[Module]]]:
    """Modules that can be copied: one's own, the district's, other streets'."""
    rows = Module.objects.published().select_related("street", "application")
    own = {unit.pk for unit in streets_of(user)}
    every = list(rows)
    found = [
        (_("of one's own street"), [row for row in every if row.street_id in own]),
        (_("of the district"), [row for row in every if row.street_id is None]),
        (
            _("of other streets"),
            [row for row in every if row.street_id and row.street_id not in own],
        ),
    ]
    return [(word, some) for word, some in found if some]


@require_http_methods(["GET", "HEAD", "POST"])
@builder_view
@never_cache
def new(request: AuthedRequest) -> HttpResponse:
    """From nothing, from another module, from a table, from a file."""
    error = ""
    said = Said(request.POST)
    if request.method == "POST":
        try:
            design = _made(request, said)
            return redirect("builder:design", uuid=design.version.uuid)
        except BadInput as bad:
            error = bad.text
    user = request.user
    streets = list(Unit.objects.filter(kind=Unit.Kind.STREET))
    context = {
        "error": error,
        "title": said.word("title", 40),
        "about": said.word("about", 20) or "none",
        "abouts": [(value, str(word)) for value, word in Module.About.choices],
        "registers": REGISTERS,
        "offered": _offered(user),
        "from": request.GET.get("from", "") or said.word("from", 24),
        "streets": streets if is_of_district(user) else streets_of(user),
        "is_of_district": is_of_district(user),
    }
    status = 400 if error else 200
    return render(request, "offices/builder/new.html", context, status=status)


def _made(request: AuthedRequest, said: Said) -> Design:
    user, way = request.user, said.word("way", 10)
    if way == "copy":
        rows = Module.objects.published().filter(code=said.word("from", 24))
        module = rows.select_related("published").first()
        if module is None:
            raise BadStep(**{"from": _("Choose one of the list.")})
        return drafts.from_module(user, module, said)
    if way not in ("table", "definition"):
        return drafts.new_draft(user, said)
    upload = request.FILES.get("file")
    if upload is None or (upload.size or 0) > MOST_BYTES:
        raise BadStep(file=_("Choose a file of at most 2 MB."))
    content = upload.read()
    if way == "table":
        return drafts.from_table(user, said, content)
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise BadStep(file=_("The file is no definition of a module.")) from error
    return drafts.from_definition(user, data, said)


def seen_design(user: User, uuid: UUID) -> Design:
    """A draft that he may work on; else 404."""
    return get_object_or_404(designs_of(user), version__uuid=uuid)


@require_safe
@builder_view
@never_cache
def design(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """The draft: one part of it to be changed, the form as it will be beside it."""
    row = seen_design(request.user, uuid)
    part = request.GET.get("part", "")
    selected = request.GET.get("of" if part == "steps" else "field", "")
    return _page(request, Editor(row, request.user, part=part, selected=selected))


def _page(
    request: AuthedRequest, editor: Editor, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "editor": editor,
        "design": editor.design,
        "module": editor.module,
        "words": words(),
        **more,
    }
    if editor.part == "try" and "trial_form" not in more:
        context["trial_form"] = RecordForm(
            editor.definition, request.user, names=_tried(editor)
        )
    name = "_design" if wants_fragment(request) else "design"
    return render(request, f"offices/builder/{name}.html", context, status=status)


def _tried(editor: Editor) -> list[str]:
    return [
        one.name
        for one in editor.definition.fields.values()
        if one.kind not in samples.NOT_TRIED
    ]


def _revision(request: AuthedRequest) -> int:
    """Of the draft that was seen. Raises BadInput."""
    text = request.POST.get("revision", "")
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise BadInput
    return int(text)


@require_POST
@builder_view
@never_cache
def step(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """One change. Refused, what was typed stands there again; 409 with what others
    changed meanwhile, and what was typed can be sent again upon it.
    """
    row, user = seen_design(request.user, uuid), request.user
    said, what = Said(request.POST), request.POST.get("step", "")
    name = said.word("code" if what in FLOW else "name", 40)
    part = PART_OF.get(what, "fields")
    try:
        row, work = drafts.take_step(row, what, said, user, revision=_revision(request))
    except (BadStep, drafts.Stale) as error:
        status = REFUSED if isinstance(error, BadStep) else 409
        errors = error.errors if isinstance(error, BadStep) else {}
        stale = error if isinstance(error, drafts.Stale) else None
        row = seen_design(user, uuid)
        editor = Editor(row, user, part=part, selected=name, said=said, errors=errors)
        return _page(request, editor, status=status, stale=stale)
    selected = _selected(request, what, name, work.made)
    if wants_fragment(request):
        return _page(request, Editor(row, user, part=part, selected=selected))
    return _to(row, part, selected)


def _selected(request: AuthedRequest, what: str, name: str, made: list[str]) -> str:
    """The field whose settings are open after a change."""
    if what == "refer":
        return made[0] if made else ""
    if what == "add":
        return made[0] if len(made) == 1 and request.POST.get("open") else ""
    if what == "flow_add":
        return made[0] if len(made) == 1 else ""
    if what in ("move", "flow_move"):
        return request.POST.get("selected", "")[:40]
    return "" if what in ("drop", "flow_drop") or request.POST.get("done") else name


def _to(row: Design, part: str, selected: str = "") -> HttpResponseRedirect:
    address = reverse("builder:design", args=[row.version.uuid])
    name = "of" if part == "steps" else "field"
    query = f"?part={part}" + (f"&{name}={selected}#settings" if selected else "")
    return HttpResponseRedirect(address + query)


@require_POST
@builder_view
@never_cache
def sample(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Try the draft: rows made up, a row typed, one taken out."""
    row, user = seen_design(request.user, uuid), request.user
    what, said = request.POST.get("do", "add"), Said(request.POST)
    if what == "make":
        samples.make_up(row)
    elif what == "take_out":
        samples.take_out(row, int(said.number("number") or 0))
    else:
        editor = Editor(row, user, part="try")
        names = _tried(editor)
        sent = read(editor.definition, request.POST, user, names)
        errors = dict(sent.errors)
        if not errors:
            errors = samples.add(row, sent.raw, user).errors
        if errors:
            form = RecordForm(
                editor.definition,
                user,
                raw=sent.raw,
                errors=errors,
                names=names,
                finds=sent.finds,
            )
            return _page(request, editor, status=REFUSED, trial_form=form)
        messages.success(request, _("The row is tried: see below how it looks."))
    return _to(row, "try")


@require_POST
@builder_view
@never_cache
def publish(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """From now on it is asked."""
    row, user = seen_design(request.user, uuid), request.user
    try:
        module = publishing.publish(row, user, revision=_revision(request))
    except (BadDefinition, Conflict) as error:
        status = 409 if isinstance(error, Conflict) else REFUSED
        stale = error if isinstance(error, drafts.Stale) else None
        editor = Editor(seen_design(user, uuid), user, part="publish")
        context: dict[str, Any] = {"stale": stale}
        if isinstance(error, publishing.NothingNew):
            context["refused"] = error.text
        return _page(request, editor, status=status, **context)
    told = {"module": module}
    messages.success(request, _("“%(module)s” is published.") % told)
    return redirect("builder:module", code=module.code)


@require_POST
@builder_view
@never_cache
def discard(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    drafts.discard(seen_design(request.user, uuid), request.user)
    messages.success(request, _("The draft is thrown away."))
    return redirect("builder:home")


@require_safe
@builder_view
@never_cache
def definition_file(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """The draft as a file, which another site can take in."""
    row = seen_design(request.user, uuid)
    answer = HttpResponse(
        as_text(row.version.definition), content_type="application/json"
    )
    name = row.version.module.code
    answer["Content-Disposition"] = f'attachment; filename="{name}.json"'
    return answer


def seen_module(user: User, code: str) -> Module:
    """A module that he may change; else 404."""
    module = modules_of(user).filter(code=code).first()
    if module is None:
        raise NotFound
    return module


@require_safe
@builder_view
@never_cache
def module(request: AuthedRequest, code: str) -> HttpResponse:
    """What is published of it, its versions, who changed what; how it goes on."""
    row = seen_module(request.user, code)
    versions = row.versions.exclude(state=State.DRAFT).select_related("made_by")
    if not versions:
        raise NotFound
    context = {
        "module": row,
        "line": Line(
            row,
            designs_of(request.user).filter(version__module=row).first(),
            bool(ground_in(request.user, row, READ)),
        ),
        "versions": versions.defer("definition"),
        "changes": changes_of(Module, row_id=row.pk),
        "history": [
            drafts.told(one)
            for one in DesignStep.objects.filter(design__version__module=row)
            .select_related("by")
            .order_by("-at")[:SHOWN]
        ],
    }
    return render(request, "offices/builder/module.html", context)


@require_POST
@builder_view
@never_cache
def module_step(request: AuthedRequest, code: str) -> HttpResponse:
    """The next version; an end; taking it back."""
    row, user = seen_module(request.user, code), request.user
    what = request.POST.get("do", "")
    try:
        if what == "next":
            made = drafts.next_version(row, user)
            return redirect("builder:design", uuid=made.version.uuid)
        if what == "end":
            publishing.end(row, user, _day(request.POST.get("day", "")))
            messages.success(request, _("Nothing new is written into it any more."))
        elif what == "take_back":
            publishing.take_back(row, user)
            messages.success(request, _("The module is in no menu any more."))
            return redirect("builder:home")
        else:
            raise BadInput
    except DomainError as error:
        if not isinstance(error, Conflict):
            raise
        messages.error(request, error.text)
    return redirect("builder:module", code=code)


def _day(text: str) -> Any:
    """None is from now on. Raises BadInput of what is no day."""
    if not text:
        return None
    try:
        day = parse_date(text)
    except ValueError as error:
        raise BadInput from error
    if day is None:
        raise BadInput
    return day
