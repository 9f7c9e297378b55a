"""A process that sets pages: a JSON list of HTML documents in, one PDF out.

Started by `govmap.lib.pdf`, never imported by the application. It opens no file and no
address that a page names: pictures come within the pages, as ``data:``. Each document
keeps its own count of pages.
"""

import json
import resource
import sys

from weasyprint import HTML
from weasyprint.urls import URLFetcher

MEMORY = 2 << 30  # bytes


def main(memory: int = MEMORY) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    sources: list[str] = json.load(sys.stdin)
    fetcher = URLFetcher(allowed_protocols={"data"})
    set_ = [HTML(string=text, url_fetcher=fetcher).render() for text in sources]
    pages = [page for document in set_ for page in document.pages]
    sys.stdout.buffer.write(set_[0].copy(pages).write_pdf())


if __name__ == "__main__":
    main()
