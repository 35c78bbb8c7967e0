"""The cases of TestQuantityParse, TestQuantityString and their neighbours.

Follows staging/src/k8s.io/apimachinery/pkg/api/resource/quantity_test.go, v1.34.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from simulator.engine import quantity

LARGEST = 2**63 - 1
BINARY, DECIMAL, EXPONENT = "binary", "decimal", "exponent"

PARSED: dict[str, tuple[int, int, str]] = {
    # text: digits, power of ten, format
    **{f"0{suffix}": (0, 0, DECIMAL) for suffix in ("", "n", "u", "m", "k", "M", "G", "T")},
    **{f"0{suffix}": (0, 0, BINARY) for suffix in ("Ki", "Mi", "Gi", "Ti")},
    "1": (1, 0, DECIMAL),
    "1Ki": (1024, 0, BINARY),
    "8Ki": (8 << 10, 0, BINARY),
    "7Mi": (7 << 20, 0, BINARY),
    "6Gi": (6 << 30, 0, BINARY),
    "5Ti": (5 << 40, 0, BINARY),
    "4Pi": (4 << 50, 0, BINARY),
    "3Ei": (3 << 60, 0, BINARY),
    "10Ti": (10 << 40, 0, BINARY),
    "100Ti": (100 << 40, 0, BINARY),
    "5n": (5, -9, DECIMAL),
    "4u": (4, -6, DECIMAL),
    "3m": (3, -3, DECIMAL),
    "9": (9, 0, DECIMAL),
    "8k": (8, 3, DECIMAL),
    "50k": (5, 4, DECIMAL),
    "7M": (7, 6, DECIMAL),
    "6G": (6, 9, DECIMAL),
    "5T": (5, 12, DECIMAL),
    "40T": (4, 13, DECIMAL),
    "300T": (3, 14, DECIMAL),
    "2P": (2, 15, DECIMAL),
    "1E": (1, 18, DECIMAL),
    "1E-3": (1, -3, EXPONENT),
    "1e3": (1, 3, EXPONENT),
    "1E6": (1, 6, EXPONENT),
    "1e9": (1, 9, EXPONENT),
    "1E12": (1, 12, EXPONENT),
    "1e15": (1, 15, EXPONENT),
    "1E18": (1, 18, EXPONENT),
    "1e14": (1, 14, EXPONENT),
    "1e13": (1, 13, EXPONENT),
    "100.035k": (100035, 0, DECIMAL),
    "0.001": (1, -3, DECIMAL),
    "0.0005k": (5, -1, DECIMAL),
    "0.005": (5, -3, DECIMAL),
    "0.05": (5, -2, DECIMAL),
    "0.5": (5, -1, DECIMAL),
    "0.00050k": (5, -1, DECIMAL),
    "0.00500": (5, -3, DECIMAL),
    "0.05000": (5, -2, DECIMAL),
    "0.50000": (5, -1, DECIMAL),
    "0.5e0": (5, -1, EXPONENT),
    "0.5e-1": (5, -2, EXPONENT),
    "0.5e-2": (5, -3, EXPONENT),
    "10.035M": (10035, 3, DECIMAL),
    "1.2e3": (12, 2, EXPONENT),
    "1.3E+6": (13, 5, EXPONENT),
    "1.40e9": (14, 8, EXPONENT),
    "1.53E12": (153, 10, EXPONENT),
    "1.6e15": (16, 14, EXPONENT),
    "1.7E18": (17, 17, EXPONENT),
    "9.01": (901, -2, DECIMAL),
    "8.1k": (81, 2, DECIMAL),
    "7.123456M": (7123456, 0, DECIMAL),
    "6.987654321G": (6987654321, 0, DECIMAL),
    "5.444T": (5444, 9, DECIMAL),
    "40.1T": (401, 11, DECIMAL),
    "300.2T": (3002, 11, DECIMAL),
    "2.5P": (25, 14, DECIMAL),
    "1.01E": (101, 16, DECIMAL),
    "3.001n": (4, -9, DECIMAL),
    "1.1E-9": (2, -9, EXPONENT),
    "0.0000000001": (1, -9, DECIMAL),
    "0.0000000005": (1, -9, DECIMAL),
    "0.00000000050": (1, -9, DECIMAL),
    "0.5e-9": (1, -9, EXPONENT),
    "0.9n": (1, -9, DECIMAL),
    "0.00000012345": (124, -9, DECIMAL),
    "0.00000012354": (124, -9, DECIMAL),
    "9Ei": (LARGEST, 0, BINARY),
    "9223372036854775807Ki": (LARGEST, 0, BINARY),
    "12E": (12, 18, DECIMAL),
    "100.035Ki": (10243584, -2, BINARY),
    "0.5Mi": (1 << 19, 0, BINARY),
    "0.05Gi": (536870912, -1, BINARY),
    "0.025Ti": (274877906944, -1, BINARY),
    "0.000000000001Ki": (2, -9, DECIMAL),
    ".001": (1, -3, DECIMAL),
    ".0001k": (100, -3, DECIMAL),
    "1.": (1, 0, DECIMAL),
    "1.G": (1, 9, DECIMAL),
}


@pytest.mark.parametrize(("text", "expected"), PARSED.items(), ids=PARSED.keys())
def test_parsed(text: str, expected: tuple[int, int, str]) -> None:
    digits, power, form = expected
    figure = digits * Fraction(10) ** power
    assert quantity.parse(text) == (figure, form)
    assert quantity.parse(f"+{text}") == (figure, form)
    assert quantity.parse(f"-{text}") == (-figure, form)


@pytest.mark.parametrize(
    "text",
    ["", "1.1.M", "1+1.0M", "0.1mi", "0.1am", "aoeu", ".5i", "1i", "-3.01i", "-3.01e-", " 1", "1 "],
)
def test_refused(text: str) -> None:
    with pytest.raises(ValueError, match="quantities must match"):
        quantity.parse(text)


WRITTEN = [
    # the canonical form, then other ways to write the same
    ("1Gi", "1024Mi"),
    ("300Mi", "307200Ki"),
    ("6Ki",),
    ("1001Gi", "1025024Mi"),
    ("1Ti", "1024Gi"),
    ("5", "5000m"),
    ("500m", "0.5"),
    ("1G", "1000M", "0.001T", "1000000k", "1000000000"),
    ("1m", "1000u"),
    ("80m",),
    ("1080m", "1.08", "1080000000n"),
    ("300M",),
    ("1T",),
    ("1234567M",),
    ("1234567m",),
    ("3k",),
    ("1025",),
    ("0", "00", "0Ki", "0e0"),
    ("1e9", ".001e12"),
    ("1e-3", "0.001e0"),
    ("1e-9", "1000e-12"),
    ("80e-3",),
    ("300e6",),
    ("1e12",),
    ("1e3",),
    ("3e3",),
    ("1n",),
    ("80n",),
    ("1080n",),
    ("1u",),
    ("80u",),
    ("1080u",),
    ("12E",),
    ("10e21", "1e22"),
    ("1024m", ".001Ki"),
    ("1024u", ".000001Ki"),
    ("1024n", ".000000001Ki"),
    ("2n", ".000000000001Ki"),
]


@pytest.mark.parametrize("texts", WRITTEN, ids=[texts[0] for texts in WRITTEN])
def test_written(texts: tuple[str, ...]) -> None:
    for text in texts:
        assert quantity.canonical(text) == texts[0]
        assert quantity.canonical(f"-{text}") == ("0" if texts[0] == "0" else f"-{texts[0]}")


@pytest.mark.parametrize(
    ("one", "other", "order"), [("0", "0", 0), ("100m", "50m", 1), ("50m", "100m", -1), ("10000T", "100Gi", 1)]
)
def test_compared(one: str, other: str, order: int) -> None:
    left, right = quantity.parse(one)[0], quantity.parse(other)[0]
    assert (left > right) - (left < right) == order


@pytest.mark.parametrize(
    ("text", "milli", "whole"),
    [("9.01", 9010, 10), ("-9.01", -9010, -10), ("0.0001", 1, 1), ("-0.0001", -1, -1), ("1001u", 2, 1)],
)
def test_rounded_away_from_zero(text: str, milli: int, whole: int) -> None:
    assert (quantity.milli(text), quantity.value(text)) == (milli, whole)
