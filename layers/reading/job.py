"""What the reading process is told, and how it answers. Knows no Django."""

import json
import struct
from dataclasses import dataclass, field
from typing import Any, BinaryIO

READ, INSPECT, EXTRACT = "read", "inspect", "extract"
COPY, MESSAGE = b"C", b"M"
# Told of a reader: the number of its process, then how that ended.
NUMBER = struct.Struct(">i")


@dataclass(frozen=True)
class Job:
    """What to read and what it must be. ``usual_*`` serve where the file is silent."""

    path: str
    folder: str
    name: str  # the file's, as its sender calls it
    geometry: str = ""  # point, line or polygon
    key: str = ""  # the schema's name of the key
    schema: list[dict[str, Any]] = field(default_factory=list)
    mode: str = READ
    layer: str = ""
    crs: str = ""
    usual_crs: str = ""
    encoding: str = ""
    usual_encoding: str = ""
    ground: list[float] | None = None  # degrees; None: anywhere on earth
    batch: int = 5000
    # Definitions of the site's own coordinate systems (`crs_local.Local`).
    systems: list[dict[str, Any]] = field(default_factory=list)
    # The schema's name to the column's; "" where the file has none. Wins over names.
    mapping: dict[str, str] = field(default_factory=dict)
    # Columns that say where a row of a table is: x and y, or wkt, or address.
    places: dict[str, str] = field(default_factory=dict)
    cells: str = ""  # the file that `cells.Cells.read` takes; none: no cell is sought
    geocode: str = ""  # the file that `addresses.write` made
    # Of extract: a JSON file of row number to reason, and where the rows go.
    rows: str = ""
    target: str = ""
    max_rows: int = 5_000_000
    max_columns: int = 500
    max_vertices: int = 1_000_000  # of one geometry
    max_members: int = 2000  # of a zip
    max_unpacked: int = 3 << 30  # bytes


class Channel:
    """Frames: a kind of one byte, a length of four, the payload."""

    def __init__(self, pipe: BinaryIO) -> None:
        self.pipe = pipe

    def rows(self, payload: bytes) -> None:
        self._send(COPY, payload)

    def message(self, kind: str, **content: Any) -> None:
        payload = json.dumps({"kind": kind, **content}, ensure_ascii=False)
        self._send(MESSAGE, payload.encode("utf-8", "replace"))

    def _send(self, kind: bytes, payload: bytes) -> None:
        self.pipe.write(struct.pack(">cI", kind, len(payload)) + payload)
        self.pipe.flush()
