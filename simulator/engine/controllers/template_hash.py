"""The short hash that tells the versions of a pod template apart.

Follows pkg/controller/controller_utils.go (ComputeHash) and apimachinery's pkg/util/rand, v1.34. Upstream hashes a dump
of its Go struct, which nothing else can repeat; here it is the template's canonical JSON, with the same FNV and
letters.
"""

from __future__ import annotations

import json

from simulator.engine.registry import Body

_LETTERS = "bcdfghjklmnpqrstvwxz2456789"


def template_hash(template: Body, collisions: int | None = None) -> str:
    """Eight to ten letters that depend on the template and on the number of collisions met so far."""
    text = json.dumps(template, sort_keys=True, separators=(",", ":"))
    figure = 0x811C9DC5
    for byte in f"{text}{'' if collisions is None else collisions}".encode():
        figure = (figure ^ byte) * 0x01000193 & 0xFFFFFFFF
    return "".join(_LETTERS[ord(digit) % len(_LETTERS)] for digit in str(figure))
