"""The process that reads a foreign file: told by one JSON, answers by lines of JSON.

It has no database, no socket and bounded memory; it ends with its file.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

from cases.tables.source import read
from layers.reading.sealing import seal
from layers.reading.trouble import Trouble

AT_ONCE = 500  # rows in a line


def answers(told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The head, the rows, and the end; or the trouble with the file."""
    try:
        head, rows = read(
            Path(told["path"]), Path(told["folder"]), told["titles"], told["unpacked"]
        )
        yield {"head": asdict(head)}
        while batch := list(islice(rows, AT_ONCE)):
            yield {"rows": batch}
        yield {"end": True}
    except Trouble as trouble:
        yield {"trouble": trouble.code, "details": trouble.details}
    except (MemoryError, RecursionError):
        yield {"trouble": "too_big", "details": {}}
    except Exception as error:  # whatever a broken file makes its reader say
        yield {"trouble": "broken", "details": {"said": str(error)[:200]}}


def main() -> None:
    told = json.load(sys.stdin)
    if not seal():
        sys.stderr.write("This machine has no filter of system calls.\n")
    for answer in answers(told):
        sys.stdout.write(json.dumps(answer, ensure_ascii=False))
        sys.stdout.write("\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
