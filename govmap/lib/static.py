"""Which files are served as static, and under which names."""

from collections.abc import Iterator
from typing import Any

from django.contrib.staticfiles.finders import FileSystemFinder
from django.core.files.storage import Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

# node_modules holds thousands of files that no page asks for.
CHOSEN = (
    "leaflet/dist/",
    "maplibre-gl/dist/",
    "@maplibre/maplibre-gl-leaflet/",
    "htmx.org/dist/htmx.min.js",
    "@tabler/core/dist/css/tabler.min.css",
    "@tabler/core/dist/js/tabler.min.js",
)


class ChosenFilesFinder(FileSystemFinder):
    """The project's own static folder, and of node_modules only what pages use."""

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, Storage]]:
        for path, storage in super().list(ignore_patterns):
            if getattr(storage, "prefix", None) != "lib" or path.startswith(CHOSEN):
                yield path, storage


class ManifestStorage(CompressedManifestStaticFilesStorage):
    """Names carry a content hash, so that browsers may keep files for ever."""

    # A library's stylesheet may name a source map that its package leaves out.
    manifest_strict = False
