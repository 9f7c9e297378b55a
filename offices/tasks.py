"""Jobs of the six offices. Read by the worker, which looks for jobs here only."""

from offices.comparison import jobs as jobs_of_comparisons  # noqa: F401
from offices.modules import jobs as jobs_of_modules  # noqa: F401
from offices.ownership import jobs as jobs_of_ownership  # noqa: F401
from offices.quality import jobs as jobs_of_quality  # noqa: F401
from offices.registers.importing import jobs as jobs_of_imports  # noqa: F401
