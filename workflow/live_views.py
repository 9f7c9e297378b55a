"""The event log by a cursor, for whom no stream reaches: the proxy between eats it."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from accounts.recognition import user_of
from workflow.live import cursor_of, missed_by
from workflow.models import Event
from workflow.notice_views import unread_count


@require_safe
def since(request: HttpRequest) -> HttpResponse:
    """What happened after event ``after``, as the stream would have told it; or 401.

    ``last`` is the cursor of the next question; without ``after`` that is all. With
    ``reload`` it was too much: the page reads everything again. ``notices`` is how many
    of the person's are unread, of which the log knows nothing.
    """
    user = user_of(request)
    if user is None:
        return HttpResponse(status=401)
    after = cursor_of(request.GET.get("after", ""))
    last = Event.objects.last_id()
    found = [] if after is None or after == last else missed_by(user, after)
    events = [message.said for message in found or ()]
    # What was written since the log was asked for its end is among them already.
    last = max([last, *(event["id"] for event in events)])
    said = {"last": last, "events": events, "reload": found is None}
    response = JsonResponse({**said, "notices": unread_count(user)})
    response["Cache-Control"] = "private, no-store"
    return response
