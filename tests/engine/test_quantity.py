"""Quantities: what they mean, how they are written, and that nothing is lost between the two."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.engine import quantity


@pytest.mark.parametrize(
    ("text", "canonical", "milli", "value"),
    [
        ("0", "0", 0, 0),
        ("1", "1", 1000, 1),
        ("500m", "500m", 500, 1),
        ("0.5", "500m", 500, 1),
        (".5", "500m", 500, 1),
        ("5.", "5", 5000, 5),
        ("1.5", "1500m", 1500, 2),
        ("1000m", "1", 1000, 1),
        ("1Ki", "1Ki", 1024_000, 1024),
        ("1024Mi", "1Gi", None, 1 << 30),
        ("1.5Gi", "1536Mi", None, 1536 << 20),
        ("0.5Ki", "512", 512_000, 512),
        ("312.5Ki", "320k", None, 320_000),
        ("1.1Ki", "1126400m", 1126_400, 1127),
        ("1000k", "1M", None, 10**6),
        ("1e3", "1e3", 10**6, 1000),
        ("1.5e3", "1500", 1_500_000, 1500),
        ("1E", "1E", None, 10**18),
        ("1E3", "1e3", 10**6, 1000),
        ("100n", "100n", 1, 1),
        ("0.1n", "1n", 1, 1),
        ("-1", "-1", -1000, -1),
        ("+1", "1", 1000, 1),
        ("110", "110", 110_000, 110),
        ("9Ei", "9223372036854775807", None, 2**63 - 1),
    ],
)
def test_table(text: str, canonical: str, milli: int | None, value: int | None) -> None:
    assert quantity.canonical(text) == canonical
    if milli is not None:
        assert quantity.milli(text) == milli
    if value is not None:
        assert quantity.value(text) == value


@pytest.mark.parametrize("number", [1, 2, 0.5, 1.25])
def test_yaml_numbers(number: float) -> None:
    assert quantity.parse(number)[0] == Fraction(str(number))


@pytest.mark.parametrize(
    "text", ["", "m", "1 ", " 1", "1Mb", "1gi", "1K", "one", "1.2.3", ".", "1e", "1e1.5", "--1", "1\n", "١", "0x1"]
)
def test_what_is_no_quantity(text: str) -> None:
    with pytest.raises(ValueError, match="quantities must match the regular expression"):
        quantity.parse(text)


@pytest.mark.parametrize(
    ("text", "figure"), [("1e999999999999", 2**63 - 1), ("1e-999999999999", 1), ("0e999999999", 0)]
)
def test_a_huge_exponent_costs_nothing(text: str, figure: int) -> None:
    assert quantity.value(text) == figure


SUFFIXES = ["", "n", "u", "m", "k", "M", "G", "Ki", "Mi", "Gi", "e3", "e-3"]
quantities = st.builds(
    lambda sign, whole, part, suffix: f"{sign}{whole}{part}{suffix}",
    st.sampled_from(["", "-", "+"]),
    st.integers(0, 10**6),
    st.sampled_from(["", ".5", ".25", ".001"]),
    st.sampled_from(SUFFIXES),
)


@given(quantities)
def test_writing_and_reading_keeps_the_figure(text: str) -> None:
    canonical = quantity.canonical(text)
    assert quantity.parse(canonical)[0] == quantity.parse(text)[0]
    assert quantity.canonical(canonical) == canonical


@given(quantities, quantities)
def test_rounding_up_keeps_the_order(one: str, other: str) -> None:
    if quantity.parse(one)[0] <= quantity.parse(other)[0]:
        assert quantity.value(one) <= quantity.value(other)
        assert quantity.milli(one) <= quantity.milli(other)


@given(st.integers(0, 2**62))
def test_figures_become_quantities(figure: int) -> None:
    assert quantity.value(quantity.from_bytes(figure)) == figure
    assert quantity.milli(quantity.from_milli(figure)) == figure
