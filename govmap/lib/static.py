"""Which files are served as static, and under which names."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import FileSystemFinder
from django.core.files.storage import Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

# node_modules holds thousands of files that no page asks for.
CHOSEN = {
    "lib": (
        "leaflet/dist/",
        "maplibre-gl/dist/maplibre-gl.css",
        "maplibre-gl/dist/maplibre-gl.mjs",
        "maplibre-gl/dist/maplibre-gl-worker.mjs",
        "maplibre-gl/dist/maplibre-gl-shared.mjs",
        "@maplibre/maplibre-gl-leaflet/",
        "htmx.org/dist/htmx.min.js",
        "echarts/dist/echarts.simple.min.js",
        "@tabler/core/dist/css/tabler.min.css",
        "@tabler/core/dist/js/tabler.min.js",
    ),
    # Of django-leaflet only its own part: Leaflet itself comes from node_modules.
    "leaflet": ("leaflet.extras.js", "images/reset-view.png"),
}
# Maps to the sources of libraries: only a debugger asks for them, and they are larger
# than all the rest together.
MAPS = ".map"


class ChosenFilesFinder(FileSystemFinder):
    """The project's own static folder, and of the libraries only what pages use."""

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, Storage]]:
        for path, storage in super().list(ignore_patterns):
            chosen = CHOSEN.get(getattr(storage, "prefix", None) or "")
            if path.endswith(MAPS):
                continue
            if chosen is None or path.startswith(chosen):
                yield path, storage


class ManifestStorage(CompressedManifestStaticFilesStorage):
    """Names carry a content hash, so that browsers may keep files for ever."""

    patterns = tuple(
        (kind, tuple(found for found in names if "sourceMappingURL" not in str(found)))
        for kind, names in CompressedManifestStaticFilesStorage.patterns
    )

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """To compress all takes ten seconds, and most is as it was."""
        hashed = set(self.hashed_files.values())
        left = [
            name
            for name in paths
            if not is_compressed(Path(self.path(name)), is_final=name in hashed)
        ]
        yield from super().compress_files(left)


def is_compressed(path: Path, *, is_final: bool) -> bool:
    """Whether what lies beside ``path`` is what compressing it would write now.

    A compressed file is given its source's time once it is whole, and one that was
    broken off is younger. ``is_final``: the name says what is in it, so an older one
    holds the same.
    """
    compressed = path.with_name(f"{path.name}.gz")
    if not compressed.exists():
        return False
    written, source = compressed.stat().st_mtime, path.stat().st_mtime
    return written == source or (is_final and written < source)
