"""What a module asks, its versions, and carrying old records to the newest."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.roles import Role
from govmap.lib.history import changes_of
from govmap.lib.pages import AuthedRequest
from offices.models.module import Module, ModuleVersion
from offices.modules.definition import Definition, Field
from offices.modules.loading import as_text
from offices.modules.making import definition_now, process_of
from offices.modules.owner_words import owner_words
from offices.modules.versions import attempt, behind, carry_all
from offices.modules.views import seen_module
from workflow.errors import MayNotAct
from workflow.models import Process


def can_carry(user: User) -> bool:
    """Who leads an office carries its old records on."""
    return user.has_role(Role.OFFICE_HEAD)


@login_required
@require_safe
@never_cache
def about(request: AuthedRequest, code: str) -> HttpResponse:
    """Fields with their sensitivity, rights, steps, versions; how much it asks."""
    module = seen_module(request.user, code)
    definition = definition_now(module)
    process = process_of(definition)
    versions = module.versions.exclude(state=ModuleVersion.State.DRAFT)
    context = {
        "module": module,
        "definition": definition,
        "owner": owner_words(module.owner),
        "process": process,
        "rows": _rows(definition, process),
        "versions": list(versions.select_related("made_by").defer("definition")),
        "changes": changes_of(Module, row_id=module.pk),
        "may_carry": can_carry(request.user),
        "behind": behind(module, request.user)[:1001].count()
        if can_carry(request.user)
        else 0,
    }
    return render(request, "offices/modules/about.html", context)


def _rows(
    definition: Definition, process: Process
) -> list[tuple[str, Field, list[str]]]:
    """Each field under its heading, with the steps that ask it."""
    labels = {move.verb: move.label for move in process.moves}
    asked: dict[str, list[str]] = {}
    for verb, names in definition.steps.items():
        for name in names:
            asked.setdefault(name, []).append(labels.get(verb, verb))
    return [
        (group.title, one, asked.get(one.name, []))
        for group in definition.groups
        for one in group.fields
    ]


@login_required
@require_safe
def definition_file(request: AuthedRequest, code: str) -> HttpResponse:
    """The published definition as a site package has it."""
    module = seen_module(request.user, code)
    assert module.published
    text = as_text(module.published.definition)
    answer = HttpResponse(text, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{module.code}.json"'
    return answer


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def carry(request: AuthedRequest, code: str) -> HttpResponse:
    """Try what carrying would do; a POST carries them."""
    module = seen_module(request.user, code)
    if not can_carry(request.user):
        raise MayNotAct
    if request.method == "POST":
        trial = carry_all(module, request.user)
        told = {"count": trial.count}
        messages.success(request, _("Carried on: %(count)s records.") % told)
        return redirect("modules:about", code=code)
    context = {"module": module, "trial": attempt(module, request.user)}
    return render(request, "offices/modules/carry.html", context)
