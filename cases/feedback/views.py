"""Complaints and suggestions: a short form, the list, one with its answer."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from cases.feedback.sending import TEXT_MOST, answer, local, send
from cases.models import Feedback, reads_feedback
from govmap.lib.errors import DomainError
from govmap.lib.lists import ListFilters, ListPage, page_of
from govmap.lib.pages import AuthedRequest
from workflow.views import served

VIEWS = {"": True, "answered": False}  # whether the answer is missing


class FeedbackForm(forms.Form):
    uuid = forms.UUIDField(widget=forms.HiddenInput)
    page = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=gettext_lazy("What is it about"),
        choices=Feedback.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what it is about.")},
    )
    text = forms.CharField(
        label=pgettext_lazy("feedback", "In your words"),
        max_length=TEXT_MOST,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 5}),
        error_messages={"required": gettext_lazy("Write a few words.")},
    )
    screenshot = forms.FileField(
        label=gettext_lazy("Screenshot"),
        required=False,
        widget=forms.FileInput(attrs={"class": "form-control", "accept": "image/*"}),
    )


class Filters(ListFilters):
    """What the address of the list asks for."""

    NAMES = ("view", "kind", "own")
    CHOICES = {"view": {*VIEWS, "all"}, "kind": set(Feedback.Kind.values)}

    def apply(self, rows: Any) -> Any:
        if (view := self.asked("view")) in VIEWS:
            rows = rows.filter(answered_at__isnull=VIEWS[view])
        return rows.filter(kind=kind) if (kind := self.asked("kind")) else rows


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: AuthedRequest) -> HttpResponse:
    """The form; ``?page=`` is the path that it is said of."""
    said = {"uuid": uuid4(), "page": local(request.GET.get("page", ""))}
    form = FeedbackForm(initial=said)
    if request.method == "POST":
        form = FeedbackForm(request.POST, request.FILES)
    if request.method == "POST" and form.is_valid():
        try:
            row = send(request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error("screenshot", error.text)
        else:
            messages.success(request, _("It was sent. The answer appears here."))
            return redirect("feedback:one", row.uuid)
    status = 422 if form.is_bound else 200
    context = {"form": form, "reads": reads_feedback(request.user)}
    return render(request, "cases/feedback/new.html", context, status=status)


@login_required
@require_GET
@never_cache
def rows(request: AuthedRequest) -> HttpResponse:
    """One's own; for who answers for the system those that wait for an answer."""
    reads = reads_feedback(request.user)
    filters = Filters(request.GET)
    if not reads and not filters.asked("view"):
        filters.values["view"] = "all"
    found = filters.apply(Feedback.objects.visible_to(request.user))
    listed = found.select_related("sender", "unit")
    page: ListPage[Filters, Feedback] = page_of(filters, found, listed)
    context = {"list": page, "reads": reads}
    return render(request, "cases/feedback/list.html", context)


@login_required
@require_GET
@never_cache
def one(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    seen = Feedback.objects.visible_to(request.user)
    people = seen.select_related("sender", "unit", "answered_by", "screenshot")
    row = get_object_or_404(people, uuid=uuid)
    context = {"row": row, "reads": reads_feedback(request.user), "most": TEXT_MOST}
    return render(request, "cases/feedback/one.html", context)


@login_required
@require_POST
@never_cache
def answer_one(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    seen = Feedback.objects.visible_to(request.user)
    row = get_object_or_404(seen, uuid=uuid)
    again = bool(request.POST.get("again"))
    answer(row, request.user, request.POST.get("answer", ""), again=again)
    messages.success(request, _("The answer was sent."))
    return redirect("feedback:one", row.uuid)


@login_required
@require_GET
def screenshot(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """For the sender and for who answers."""
    seen = Feedback.objects.visible_to(request.user).select_related("screenshot")
    row = get_object_or_404(seen, uuid=uuid)
    return served(request, row.screenshot, thumb=False)
