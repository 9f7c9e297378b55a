"""A small router: the live stream is plain async, everything else is Django's WSGI.

Django's own ASGI path costs four times the CPU for an empty view, and open streams
would hold its threads and connections.
"""

import os
from typing import Any, cast

from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "govmap.settings")
pages = get_wsgi_application()

from django.conf import settings  # noqa: E402

from workflow import live  # noqa: E402

# As many request threads as the pool has connections, less two for opening streams.
django = WSGIMiddleware(cast(Any, pages), workers=max(2, settings.POOL_SIZE - 2))


async def application(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http" and scope["path"] == "/live/":
        await live.application(scope, receive, send)
    elif scope["type"] == "http":
        await django(scope, receive, send)


async def _lifespan(receive: Any, send: Any) -> None:
    while True:
        kind = (await receive())["type"]
        await send({"type": f"{kind}.complete"})
        if kind == "lifespan.shutdown":
            return
