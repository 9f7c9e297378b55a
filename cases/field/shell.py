"""The files that the phone's pages are made of, and a version of them.

They are read from the templates and from what those files import, so that nothing has
to be listed a second time and nothing is forgotten.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from posixpath import dirname, join, normpath

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.templatetags.static import static

from cases.field.pages import KEPT

TEMPLATES = Path(settings.ROOT, "templates")
# Whose files come along: the frame, and every page that opens without a network.
FRAME = (
    "base.html",
    "cases/field/_head.html",
    "cases/field/_foot.html",
    "workflow/_bell.html",
)
PAGES = (
    *FRAME,
    "cases/report.html",
    "cases/tasks.html",
    "cases/my.html",
    "cases/field/page.html",
    "cases/field/offline.html",
)
# In the frame, but not on a page of the phone.
UNUSED = {"lib/htmx.org/dist/htmx.min.js"}
# The map weighs more than all the rest: it comes with its tiles, when asked for.
MAP_HEAD = "layers/_map_head.html"
MAP_MODULES = (
    "layers/map-core.js",
    "lib/@maplibre/maplibre-gl-leaflet/leaflet-maplibre-gl.js",
    "lib/maplibre-gl/dist/maplibre-gl.mjs",
    "lib/maplibre-gl/dist/maplibre-gl-worker.mjs",
)
# What the worker itself is made of; it is asked for anew with every version.
WORKER = ("field/store.js", "field/sender.js", "field/worker.js")
STATIC_TAG = re.compile(r"""{%-?\s*static\s+['"]([^'"]+)['"]""")
INCLUDE_TAG = re.compile(r"""{%\s*include\s+['"]([^'"]+)['"]""")
JS_IMPORT = re.compile(
    r"""^\s*(?:import|export)\b(?:[^'"`;()]*?\bfrom)?\s*['"]([^'"]+)['"]""", re.M
)
CSS_URL = re.compile(r"""@import\s+(?:url\()?\s*['"]([^'"]+)['"]""")


@dataclass(frozen=True)
class Shell:
    """Addresses of static files; ``version`` changes with any of them.

    ``modules``: by the address of a script of a page all modules that it comes to.
    """

    files: tuple[str, ...]
    worker: tuple[str, ...]
    modules: dict[str, list[str]]
    version: str


def shell() -> Shell:
    """What the phone keeps; in development looked for anew each time."""
    return _shell_now() if settings.DEBUG else _shell_kept()


@lru_cache(maxsize=1)
def _shell_kept() -> Shell:
    return _shell_now()


def _templates() -> list[str]:
    return [*PAGES, *(page.template for page in KEPT.values())]


def _shell_now() -> Shell:
    named = [name for page in _templates() for name in _of_template(page, set())]
    pages = [name for name in named if name not in UNUSED]
    names = sorted(_whole(pages) | {"field/icon-192.png"})
    worker = [name for name in WORKER if finders.find(name)]
    push = "workflow/push-worker.js"  # notices that come while no page is open
    if finders.find(push):
        worker.insert(-1, push)
    files = tuple(static(name) for name in names)
    digest = hashlib.sha256()
    for name, address in zip([*names, *worker], [*files, *worker], strict=True):
        digest.update(address.encode())
        digest.update(_read(name))
    scripts = {name for name in pages if name.endswith(".js")}
    modules = {static(name): _modules_of(name) for name in sorted(scripts)}
    return Shell(files, tuple(map(static, worker)), modules, digest.hexdigest()[:16])


def _modules_of(name: str) -> list[str]:
    return [static(one) for one in sorted(_whole([name])) if one.endswith(".js")]


def map_files() -> list[str]:
    """What a map is drawn with, besides its style and its tiles."""
    head = set(re.findall(r"""(?:src|href)="([^"?#]+)""", render_to_string(MAP_HEAD)))
    return sorted(head | {static(name) for name in _whole(MAP_MODULES)})


def module_names(page: str) -> frozenset[str]:
    """Bare names of the modules that a page can come to, by its template, with the
    frame's and the map's."""
    return _modules_now(page) if settings.DEBUG else _modules_kept(page)


@lru_cache(maxsize=16)
def _modules_kept(page: str) -> frozenset[str]:
    return _modules_now(page)


def _modules_now(page: str) -> frozenset[str]:
    named = [name for one in (*FRAME, page) for name in _of_template(one, set())]
    found = _whole([*named, *MAP_MODULES])
    own = {name.removesuffix(".js") for name in found if name.endswith(".js")}
    return frozenset(own | {"maplibre-gl"})


def _of_template(name: str, seen: set[str]) -> Iterator[str]:
    """Static files that a template names, or one that it takes in."""
    path = TEMPLATES / name
    if name in seen or not path.is_file():
        return
    seen.add(name)
    text = path.read_text("utf-8")
    yield from STATIC_TAG.findall(text)
    for inner in INCLUDE_TAG.findall(text):
        if inner != MAP_HEAD:
            yield from _of_template(inner, seen)


def _whole(names: Iterable[str]) -> set[str]:
    """These and all that they import, however far."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in found or not finders.find(name):
            continue
        found.add(name)
        waiting += _imports(name)
    return found


def _imports(name: str) -> list[str]:
    of: Callable[[str], list[str]] | None = {
        ".js": JS_IMPORT.findall,
        ".mjs": JS_IMPORT.findall,
        ".css": CSS_URL.findall,
    }.get(Path(name).suffix)
    if of is None or name.startswith("lib/"):
        return []
    return [_name(name, said) for said in of(_read(name).decode("utf-8"))]


def _name(where: str, said: str) -> str:
    """A module is imported by its bare name, a sheet by its way from the other."""
    if where.endswith(".css") or said.startswith("."):
        return normpath(join(dirname(where), said))
    return f"{said}.js"


def _read(name: str) -> bytes:
    path = finders.find(name)
    return Path(str(path)).read_bytes() if path else b""
