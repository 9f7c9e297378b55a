"""Jobs of the six offices. Read by the worker, which looks for jobs here only."""

from offices.modules import jobs as jobs_of_modules  # noqa: F401
from offices.ownership import jobs as jobs_of_ownership  # noqa: F401
from offices.quality import jobs as jobs_of_quality  # noqa: F401
