"""Observation guides and screens as versioned data. A condition for nothing."""

from __future__ import annotations
