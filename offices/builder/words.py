"""What the builder knows of the words of the field: from titles to kinds, and back."""

import json
from pathlib import Path
from typing import Any

WORDS: dict[str, Any] = json.loads(
    Path(__file__).with_name("words.json").read_text("utf-8")
)
