"""How much noise a promise of privacy asks for: zero-concentrated differential privacy and its conversion."""

from __future__ import annotations

import math

from scipy.optimize import minimize_scalar

SLACK = 1e-20  # of delta, for the 128-bit table of `noise`, over any number of draws that fits a machine


def delta_of(rho: float, epsilon: float) -> float:
    """The smallest delta known such that rho-zCDP gives (epsilon, delta)-differential privacy.

    References
    ----------
    .. [1] Canonne, Kamath and Steinke (2020), proposition 12. arXiv:2004.00010
    """
    if rho <= 0:
        return 0.0

    def log_delta(log_gap: float) -> float:
        alpha = 1 + math.exp(log_gap)
        return (alpha - 1) * (alpha * rho - epsilon) + alpha * math.log1p(-1 / alpha) - math.log(alpha - 1)

    found = minimize_scalar(log_delta, bounds=(-10, 12), method="bounded", options={"xatol": 1e-10})
    return min(1.0, math.exp(min(0.0, float(found.fun)))) + SLACK


def rho_for(epsilon: float, delta: float) -> float:
    """The largest rho whose conversion stays within (epsilon, delta), found by halving.

    Raises
    ------
    ValueError
        If epsilon is not above 0, or delta not between 0 and 1.
    """
    if not (epsilon > 0 and 10 * SLACK < delta < 1):
        raise ValueError("epsilon must be above 0, and delta between 0 and 1.")
    low, high = 0.0, epsilon
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if delta_of(middle, epsilon) <= delta else (low, middle)
    return low


def sigma_for(rho: float, sensitivity: float = 1.0) -> float:
    """The scale of Gaussian noise that makes an answer of that L2 sensitivity rho-zCDP; rounded up."""
    return math.ceil(sensitivity / math.sqrt(2 * rho) * 1e6) / 1e6
