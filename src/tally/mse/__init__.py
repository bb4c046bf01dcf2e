"""How many are hidden: multiple systems estimation, with its limits said aloud."""

from tally.mse.averaging import averaged
from tally.mse.fitting import Fit, fit
from tally.mse.latent import latent_class
from tally.mse.reporting import METHODS, Report, report
from tally.mse.resampling import bootstrap
from tally.mse.results import Estimate
from tally.mse.selection import bic, bic_rule, downhill, downhill_rule, stepwise, stepwise_rule
from tally.mse.table import Table, read_table

__all__ = [
    "METHODS", "Estimate", "Fit", "Report", "Table", "averaged", "bic", "bic_rule", "bootstrap", "downhill",
    "downhill_rule", "fit", "latent_class", "read_table", "report", "stepwise", "stepwise_rule",
]  # fmt: skip
