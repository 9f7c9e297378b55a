"""Rules as a file: given out as a site package has them, and taken in again."""

import json
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from govmap.lib.errors import BadInput
from govmap.lib.pages import AuthedRequest

LARGEST = 1024 * 1024  # bytes of a file that is sent


def file_of(data: Any, name: str) -> HttpResponse:
    """``data`` as the JSON file ``name``, to keep."""
    text = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    answer = HttpResponse(text, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


def sent_file(request: AuthedRequest, name: str) -> Any:
    """What the JSON file says that was sent as ``file``; ``name`` is its usual one.

    Raises BadInput (400) that says what to choose instead.
    """
    file = request.FILES.get("file")
    if file is None or (file.size or 0) > LARGEST:
        said = _("Choose the file %(name)s, of at most 1 MB.")
        raise BadInput(said % {"name": name})
    try:
        return json.loads(file.read().decode("utf-8-sig"))
    except (RecursionError, ValueError) as error:
        raise BadInput(_("The file is no JSON in UTF-8.")) from error
