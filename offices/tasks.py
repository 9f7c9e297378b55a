"""Jobs of the six offices. Read by the worker, which looks for jobs here only."""

from offices.modules import jobs as jobs_of_modules  # noqa: F401
