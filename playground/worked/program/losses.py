"""Losses as they stand in a program: the line of every sample's loss, and of the slope at the head.

Owns these expressions: {z} and {a} stand for the head's arrays, {number} for Huber's delta or the focal gamma.
"""

from __future__ import annotations

from typing import NamedTuple


class WrittenLoss(NamedTuple):
    """before: lines that come first. losses: (n,) of each sample. slope: by the head's output, or at once by z."""

    losses: str
    slope: str
    before: tuple[str, ...] = ()


WRITTEN_LOSSES: dict[str, WrittenLoss] = {
    "squared_error": WrittenLoss("(0.5 * ({a} - t) ** 2).sum(axis=0)", "({a} - t)"),
    "huber": WrittenLoss(
        "(near * (np.abs(error) - 0.5 * near)).sum(axis=0)",
        "np.clip(error, -{number}, {number})",
        ("error = {a} - t", "near = np.minimum(np.abs(error), {number})"),
    ),
    "absolute": WrittenLoss("np.abs({a} - t).sum(axis=0)", "np.sign({a} - t)"),
    "hinge": WrittenLoss("np.maximum(0.0, 1 - t * {a}).sum(axis=0)", "np.where(1 - t * {a} > 0, -t, 0.0)"),
    "binary_cross_entropy": WrittenLoss(
        "(t * np.logaddexp(0.0, -{z}) + (1 - t) * np.logaddexp(0.0, {z})).sum(axis=0)", "({a} - t)"
    ),
    "softmax_cross_entropy": WrittenLoss(
        "-(t * log_p).sum(axis=0)", "({a} - t)", ("log_p = {z} - np.logaddexp.reduce({z}, axis=0)",)
    ),
    "binary_focal": WrittenLoss(
        "-(t * q**{number} * log_p + (1 - t) * p**{number} * log_q).sum(axis=0)",
        "(t * q**{number} * ({number} * p * log_p - q) + (1 - t) * p**{number} * (p - {number} * q * log_q))",
        ("log_p, log_q = -np.logaddexp(0.0, -{z}), -np.logaddexp(0.0, {z})", "p, q = np.exp(log_p), np.exp(log_q)"),
    ),
    "softmax_focal": WrittenLoss(
        "-(t * q**{number} * log_p).sum(axis=0)",
        "(by_log - p * by_log.sum(axis=0))",
        (
            "log_p = {z} - np.logaddexp.reduce({z}, axis=0)",
            "p, q = np.exp(log_p), -np.expm1(log_p)",
            "ratio = np.where(q > 0, log_p / np.where(q > 0, q, 1.0), -1.0)  # ln p / (1 - p), -1 in the limit",
            "by_log = t * q**{number} * ({number} * p * ratio - 1)  # the slope by ln p",
        ),
    ),
    "naive_binary_cross_entropy": WrittenLoss(
        "-(t * np.log({a}) + (1 - t) * np.log(1 - {a})).sum(axis=0)", "((1 - t) / (1 - {a}) - t / {a})"
    ),
    "naive_softmax_cross_entropy": WrittenLoss(
        "-(t * np.log({a})).sum(axis=0)",
        "(by_log - {a} * by_log.sum(axis=0))",
        ("by_log = -t / {a} * {a}  # the slope by ln p",),
    ),
}
"""Every loss by the kernels' name."""
