"""The engine's only randomness: hashes of a cluster's seed and of what is drawn. Same seed, same draws."""

from __future__ import annotations

from hashlib import blake2b

_SUFFIX_LETTERS = "bcdfghjklmnpqrstvwxz2456789"


class Chance:
    """What a cluster's seed decides."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def hash(self, *parts: object) -> int:
        """64 bits that depend on the seed and the parts alone."""
        text = "\x1f".join(map(str, (self.seed, *parts)))
        return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")

    def suffix(self, *parts: object, length: int = 5) -> str:
        """A random name part in Kubernetes' alphabet (no vowels), by hash."""
        figure, letters = self.hash("suffix", *parts), ""
        for _ in range(length):
            figure, index = divmod(figure, len(_SUFFIX_LETTERS))
            letters += _SUFFIX_LETTERS[index]
        return letters

    def uid(self, *parts: object) -> str:
        """A version-4 shaped UUID for an object that is told apart by the parts."""
        text = "\x1f".join(map(str, (self.seed, "uid", *parts)))
        digits = blake2b(text.encode(), digest_size=16).hexdigest()
        variant = "89ab"[int(digits[16], 16) % 4]
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"
