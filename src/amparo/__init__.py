"""Amparo: one platform for the people who find, protect and care for trafficked children."""

__version__ = "0.1.0"
