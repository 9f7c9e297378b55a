"""规则 通知渠道: channels, what is said to whom over them, and what became of it."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Max, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from govmap.lib.history import changes_of
from govmap.lib.pages import AuthedRequest
from workflow.calendar_views import by
from workflow.channels import events, kinds, loading, outside, sending, words
from workflow.channels.errors import NotSent
from workflow.channels.forms import ChannelForm, RuleForm
from workflow.channels.log import LATELY, Filters, log_page
from workflow.models import Channel, Delivery, NoticeRule
from workflow.permissions import can_change_rules, rules_change, rules_view
from workflow.rule_files import file_of, sent_file

GET_OR_POST = ["GET", "HEAD", "POST"]
PAGE = "workflow:channels"
State = Delivery.State


@require_safe
@rules_view
def channels(request: AuthedRequest) -> HttpResponse:
    """The channels with what they carried of late, and the rules."""
    names = events.known()
    rules = NoticeRule.objects.select_related("channel")
    context = {
        "channels": with_figures(),
        "rules": [(rule, events.named(rule.what, names)) for rule in rules],
        "may_change": can_change_rules(request.user),
        "changes": changes_of(Channel, NoticeRule),
    }
    return render(request, "workflow/channels/channels.html", context)


def with_figures() -> list[Channel]:
    lately = Q(deliveries__made_at__gte=timezone.now() - LATELY)
    state = "deliveries__state"
    waits = Q(**{f"{state}__in": [State.WAITING, State.SENDING]})
    rows = Channel.objects.annotate(
        sent=Count("deliveries", filter=lately & Q(**{state: State.SENT})),
        failed=Count("deliveries", filter=lately & Q(**{state: State.FAILED})),
        waiting=Count("deliveries", filter=lately & waits),
        last_sent=Max("deliveries__ended_at", filter=lately & Q(**{state: State.SENT})),
    )
    return list(rows.order_by("-in_use", "code"))


@require_http_methods(GET_OR_POST)
@rules_change
def channel_new(request: AuthedRequest) -> HttpResponse:
    return _channel(request, None)


@require_http_methods(GET_OR_POST)
@rules_change
def channel(request: AuthedRequest, pk: int) -> HttpResponse:
    return _channel(request, get_object_or_404(Channel, pk=pk))


def _channel(request: AuthedRequest, row: Channel | None) -> HttpResponse:
    form = ChannelForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        with by(request):
            kept = form.save()
        messages.success(request, _("The channel is kept. Try it before it is used."))
        return redirect("workflow:channel", pk=kept.pk)
    return _edited(request, form, row, "workflow/channels/channel.html")


def _edited(
    request: AuthedRequest, form: Any, row: Any, template: str, **more: Any
) -> HttpResponse:
    context = {"form": form, "row": row, "rules_page": PAGE, **more}
    status = 400 if request.method == "POST" else 200
    return render(request, template, context, status=status)


@require_POST
@rules_change
def channel_use(request: AuthedRequest, pk: int) -> HttpResponse:
    """Put it into use, or out of it: then what waits stays waiting."""
    row = get_object_or_404(Channel, pk=pk)
    if not row.in_use:
        try:
            kinds.check(row)
        except NotSent as error:
            messages.error(request, error.text)
            return redirect("workflow:channel", pk=pk)
    with by(request):
        row.in_use = not row.in_use
        row.save(update_fields=["in_use"])
    return redirect(PAGE)


@require_POST
@rules_change
def channel_try(request: AuthedRequest, pk: int) -> HttpResponse:
    """Send a test message to oneself, now, and show what the receiver said."""
    row = get_object_or_404(Channel, pk=pk)
    tried = try_out(row, request.user)
    context = {"row": row, "form": ChannelForm(instance=row), "rules_page": PAGE}
    context |= {"tried": tried, "own_page": "workflow:own-channels"}
    return render(request, "workflow/channels/channel.html", context)


def try_out(row: Channel, person: Any) -> dict[str, Any]:
    """``ok``, ``said`` in words, and the status and beginning of the answer."""
    answer: outside.Answer | NotSent
    try:
        to = sending.receiver_of(row, person.pk)
        answer = kinds.send(row, words.trial_message(), to)
    except NotSent as error:
        found = {"ok": False, "said": error.text, "status": error.code}
        return {**found, "answer": sending.harmless(error.answer)}
    said = _("The receiver took the test message.")
    found = {"ok": True, "said": said, "status": answer.status}
    return {**found, "answer": sending.harmless(answer.text)}


@require_http_methods(GET_OR_POST)
@rules_change
def rule_new(request: AuthedRequest) -> HttpResponse:
    return _rule(request, None)


@require_http_methods(GET_OR_POST)
@rules_change
def rule(request: AuthedRequest, pk: int) -> HttpResponse:
    return _rule(request, get_object_or_404(NoticeRule, pk=pk))


def _rule(request: AuthedRequest, row: NoticeRule | None) -> HttpResponse:
    form = RuleForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        with by(request):
            form.save()
        return redirect(PAGE)
    return _edited(request, form, row, "workflow/channels/rule.html")


@require_POST
@rules_change
def rule_use(request: AuthedRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(NoticeRule, pk=pk)
    with by(request):
        row.in_use = not row.in_use
        row.save(update_fields=["in_use"])
    return redirect(PAGE)


@require_POST
@rules_change
def rule_remove(request: AuthedRequest, pk: int) -> HttpResponse:
    """Gone; the record keeps what it said."""
    row = get_object_or_404(NoticeRule, pk=pk)
    with by(request):
        row.delete()
    return redirect(PAGE)


@require_safe
@rules_view
def channels_file(request: AuthedRequest) -> HttpResponse:
    """The channels and rules as a site package has them, without secrets."""
    return file_of(loading.export(), loading.FILE)


@require_POST
@rules_change
def channels_take(request: AuthedRequest) -> HttpResponse:
    """Take over a file; what it leaves out stays as it is."""
    data = sent_file(request, loading.FILE)
    with by(request):
        line = loading.load_data(data, name=loading.FILE, anew=True)
    messages.success(request, _("Taken over: %(line)s") % {"line": line})
    return redirect(PAGE)


@require_safe
@rules_change
def log(request: AuthedRequest) -> HttpResponse:
    """Every message that left or should have, the newest first."""
    filters = Filters(request.GET)
    context = {
        "page": log_page(filters),
        "filters": filters,
        "states": State.choices,
        "channels": Channel.objects.all(),
        "rules_page": PAGE,
    }
    return render(request, "workflow/channels/log.html", context)


@require_safe
@rules_change
def delivery(request: AuthedRequest, pk: int) -> HttpResponse:
    """One message: its tries, and what each was answered."""
    rows = Delivery.objects.select_related("person", "channel")
    row = get_object_or_404(rows, pk=pk)
    notices = [item.notice for item in row.items.select_related("notice")[:50]]
    context = {
        "row": row,
        "tries": row.log.all(),
        "browsers": row.browsers.all(),
        "lines": [words.line_of(notice) for notice in notices],
        "rules_page": PAGE,
    }
    return render(request, "workflow/channels/delivery.html", context)


@require_POST
@rules_change
def delivery_retry(request: AuthedRequest, pk: int) -> HttpResponse:
    """Try a message again that failed."""
    row = get_object_or_404(Delivery, pk=pk)
    if sending.retry(row, timezone.now()):
        messages.success(request, _("It is tried again within a minute."))
    else:
        messages.info(request, _("It has not failed: there is nothing to try again."))
    return redirect("workflow:delivery", pk=pk)
