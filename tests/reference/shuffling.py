"""The order of samples: xoshiro256** and the shuffle of Fisher and Yates.

Blackman & Vigna, "Scrambled linear pseudorandom number generators" (2021), https://prng.di.unimi.it/xoshiro256starstar.c
"""

from __future__ import annotations

from collections.abc import Sequence

WORD = 2**64


def rotated(word: int, bits: int) -> int:
    """To the left, within 64 bits."""
    return (word << bits | word >> (64 - bits)) % WORD


def advanced(state: Sequence[int]) -> tuple[int, list[int]]:
    """The next random word, and the state after it."""
    a, b, c, d = state
    word = rotated(b * 5 % WORD, 7) * 9 % WORD
    c, d = c ^ a, d ^ b
    return word, [a ^ d, b ^ c, c ^ (b << 17) % WORD, rotated(d, 45)]


def shuffled(order: Sequence[int], state: Sequence[int]) -> tuple[list[int], list[int]]:
    """From the last place down, each is exchanged with one not above it, drawn by the high half of the word."""
    result, words = list(order), list(state)
    for i in range(len(result) - 1, 0, -1):
        word, words = advanced(words)
        j = (word >> 32) * (i + 1) >> 32
        result[i], result[j] = result[j], result[i]
    return result, words
