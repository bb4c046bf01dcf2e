"""Concerns from the public, staff and partner agencies; the duty desk that answers for each."""

from __future__ import annotations
