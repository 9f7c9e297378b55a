"""Which files are served as static, and under which names."""

from collections.abc import Iterator
from typing import Any

from django.contrib.staticfiles.finders import FileSystemFinder
from django.core.files.storage import Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

# node_modules holds thousands of files that no page asks for.
CHOSEN = {
    "lib": (
        "leaflet/dist/",
        "maplibre-gl/dist/",
        "@maplibre/maplibre-gl-leaflet/",
        "htmx.org/dist/htmx.min.js",
        "echarts/dist/echarts.simple.min.js",
        "@tabler/core/dist/css/tabler.min.css",
        "@tabler/core/dist/js/tabler.min.js",
    ),
    # Of django-leaflet only its own part: Leaflet itself comes from node_modules.
    "leaflet": ("leaflet.extras.js", "images/reset-view.png"),
}


class ChosenFilesFinder(FileSystemFinder):
    """The project's own static folder, and of the libraries only what pages use."""

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, Storage]]:
        for path, storage in super().list(ignore_patterns):
            chosen = CHOSEN.get(getattr(storage, "prefix", None) or "")
            if chosen is None or path.startswith(chosen):
                yield path, storage


class ManifestStorage(CompressedManifestStaticFilesStorage):
    """Names carry a content hash, so that browsers may keep files for ever."""

    # A library's stylesheet may name a source map that its package leaves out.
    manifest_strict = False
