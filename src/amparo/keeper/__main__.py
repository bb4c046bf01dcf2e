"""`python -m amparo.keeper`: the keeper with the settings of its environment."""

from __future__ import annotations

import logging
import os
import sys

from amparo.keeper.keks import KeksError
from amparo.keeper.server import serve
from amparo.keeper.settings import SettingsError

logging.basicConfig(format="keeper: %(message)s", level=logging.INFO)
try:
    serve(os.environ)
except (KeksError, SettingsError) as error:
    sys.exit(f"keeper: {error}")
