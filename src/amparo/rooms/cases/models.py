"""Opening a case: a named worker, a safe place tonight, a guardian requested in the same hour."""

from __future__ import annotations
