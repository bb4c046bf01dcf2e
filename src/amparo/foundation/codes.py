"""Code names of children: Crockford base-32, five random signs and a check sign, written `K7-4Q2M`.

The check sign is a weighted sum over the field of 32 elements: it finds every single wrong sign and every swap of two
neighbours, the mistakes made on the telephone.
"""

from __future__ import annotations

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOK_ALIKE = str.maketrans("OILU", "011V")
DATA_SIGNS = 5


def _times(a: int, b: int) -> int:
    """Product in GF(32) with the polynomial x^5 + x^2 + 1."""
    product = 0
    while b:
        if b & 1:
            product ^= a
        a = (a << 1) ^ (0b100101 if a & 16 else 0)
        b >>= 1
    return product


def check_sign(data: str) -> str:
    total, weight = 0, 1
    for sign in data:
        weight = _times(weight, 2)
        total ^= _times(weight, ALPHABET.index(sign))
    return ALPHABET[total]


def new_code() -> str:
    """A fresh code, in stored form (six signs)."""
    data = "".join(secrets.choice(ALPHABET) for _ in range(DATA_SIGNS))
    return data + check_sign(data)


def parse_code(text: str) -> str:
    """The stored form of a code as people write or say it. Raises ValueError when it cannot be one."""
    signs = "".join(text.upper().split()).replace("-", "").translate(_LOOK_ALIKE)
    if len(signs) != DATA_SIGNS + 1 or any(s not in ALPHABET for s in signs):
        raise ValueError("A code has six signs, for example K7-4Q2M.")
    if check_sign(signs[:-1]) != signs[-1]:
        raise ValueError("One sign of this code is wrong. Check it with whoever gave it to you.")
    return signs


def show_code(code: str) -> str:
    return f"{code[:2]}-{code[2:]}" if len(code) == DATA_SIGNS + 1 else code
