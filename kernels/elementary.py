"""exp, log, tanh, sine on lanes, built from + - * / comparisons and bit moves only.

Owns the elementary functions, which are traced (see tracing.py). Must not know networks. The machine's own mathematics
library differs from processor to processor and release to release in the last bit; these return the same bits
everywhere. Every function is free of branches, computes in the precision of its argument, and lets NaN through.

Sources: polynomials of float32 exp and sine after S. Moshier, Cephes (1992); float64 sine and the splitting of pi/2
after Sun's fdlibm (1993); float64 tanh near 0 after Cephes; float32 tanh is our own fit (see `tanh`).
"""

from __future__ import annotations

from kernels.lanes import (
    Lanes,
    Number,
    exponent,
    is_single,
    magnitude,
    significand,
    times_power,
    where_bit,
    where_less,
    with_sign,
)

MAGIC_SINGLE = 12582912.0  # 1.5 * 2**23: adding it rounds to the nearest integer and leaves it in the low bits
MAGIC_DOUBLE = 6755399441055744.0  # 1.5 * 2**52
LOG2_E = 1.4426950408889634
LN_2 = 0.6931471805599453
TWO_OVER_PI = 0.6366197723675814
TANH_P0, TANH_P1, TANH_P2 = 0.5, 0.014892162755131721, 5.7246408687205985e-05
TANH_Q1, TANH_Q2, TANH_Q3 = 0.11311761289834976, 0.0012076665880158544, 1.2343363096078974e-06


def smaller(x: Number, limit: Number) -> Lanes:
    """min(x, limit); NaN stays NaN."""
    return where_less(limit, x, limit, x)


def larger(x: Number, limit: Number) -> Lanes:
    """max(x, limit); NaN stays NaN."""
    return where_less(x, limit, limit, x)


def exp_down(x: Lanes) -> Lanes:
    """exp(x) for x <= 0; 0 below the smallest normal result (-87 in float32, -708 in float64).

    x = k ln 2 + r with integer k, |r| <= ln 2 / 2; exp(x) = 2**k exp(r).
    """
    if is_single(x):
        y = larger(x, -87.0)
        power = y * LOG2_E + MAGIC_SINGLE
        k = power - MAGIC_SINGLE
        r = (y - k * 0.693359375) + k * 2.12194440e-4
        p = 1.9875691500e-4 * r + 1.3981999507e-3
        p = p * r + 8.3334519073e-3
        p = p * r + 4.1665795894e-2
        p = p * r + 1.6666665459e-1
        p = p * r + 5.0000001201e-1
        return where_less(x, -87.0, 0.0, times_power((p * (r * r) + r) + 1.0, power))
    y = larger(x, -708.0)
    power = y * LOG2_E + MAGIC_DOUBLE
    k = power - MAGIC_DOUBLE
    r = (y - k * 6.93145751953125e-1) - k * 1.42860682030941723212e-6
    p = r * (1 / 6227020800) + 1 / 479001600  # Taylor's series: its first left-out term is below 2**-57
    p = p * r + 1 / 39916800
    p = p * r + 1 / 3628800
    p = p * r + 1 / 362880
    p = p * r + 1 / 40320
    p = p * r + 1 / 5040
    p = p * r + 1 / 720
    p = p * r + 1 / 120
    p = p * r + 1 / 24
    p = p * r + 1 / 6
    p = p * r + 0.5
    return where_less(x, -708.0, 0.0, times_power((p * (r * r) + r) + 1.0, power))


def atanh_series(s: Lanes) -> Lanes:
    """atanh(s) for |s| <= 1/3 by its series; 7 terms in float32, 16 in float64."""
    q = s * s
    if is_single(s):
        p = q * (1 / 13) + 1 / 11
    else:
        p = q * (1 / 31) + 1 / 29
        p = p * q + 1 / 27
        p = p * q + 1 / 25
        p = p * q + 1 / 23
        p = p * q + 1 / 21
        p = p * q + 1 / 19
        p = p * q + 1 / 17
        p = p * q + 1 / 15
        p = p * q + 1 / 13
        p = p * q + 1 / 11
    p = p * q + 1 / 9
    p = p * q + 1 / 7
    p = p * q + 1 / 5
    p = p * q + 1 / 3
    return p * (q * s) + s


def log1p_unit(x: Lanes) -> Lanes:
    """log(1 + x) for 0 <= x <= 1, as 2 atanh(x / (2 + x))."""
    return atanh_series(x / (x + 2.0)) * 2.0


def log(x: Lanes) -> Lanes:
    """Natural logarithm of positive normal numbers: exponent * ln 2 + log(significand)."""
    m = significand(x)
    return exponent(x) * LN_2 + atanh_series((m - 1.0) / (m + 1.0)) * 2.0


def tanh(x: Lanes) -> Lanes:
    """Hyperbolic tangent.

    float32: tanh(x) = 2 n d / (d**2 + n**2) with n / d = tanh(x / 2), n = x P(x**2), d = Q(x**2) fitted for least
    relative error of the result up to 8.7, where it reaches 1. Doubling the angle damps the rounding errors of n and d,
    so low degrees and one division suffice; relative error below 3 * 2**-23, never above 1.
    float64: x + x**3 P(x**2) / Q(x**2) below 0.625, else (1 - e) / (1 + e) with e = exp(-2 |x|).
    """
    if is_single(x):
        y = smaller(larger(x, -8.7), 8.7)
        u = y * y
        n = y * ((TANH_P0 + u * TANH_P1) + (u * u) * TANH_P2)
        d = (u * TANH_Q1 + 1.0) + (u * u) * (u * TANH_Q3 + TANH_Q2)
        nd = n * d
        return (nd + nd) / (d * d + n * n)
    size = magnitude(x)
    u = x * x
    p = (u * -9.64399179425052238628e-1 - 9.92877231001918586564e1) * u - 1.61468768441708447952e3
    q = ((u + 1.12811678491632931402e2) * u + 2.23548839060100448583e3) * u + 4.84406305325125486048e3
    small = x + x * (u * (p / q))
    e = exp_down(size * -2.0)
    return where_less(size, 0.625, small, with_sign((1.0 - e) / (1.0 + e), x))


def turned(x: Lanes) -> tuple[Lanes, Lanes]:
    """(power, r): x = k pi/2 + r, |r| <= pi/4, k in the low bits of power. |x| is held below 2**17 (float64: 2**20)."""
    if is_single(x):
        y = smaller(larger(x, -131072.0), 131072.0)
        power = y * TWO_OVER_PI + MAGIC_SINGLE
        k = power - MAGIC_SINGLE
        return power, ((y - k * 1.5703125) - k * 4.837512969970703125e-4) - k * 7.54978995489188216e-8
    y = smaller(larger(x, -1048576.0), 1048576.0)
    power = y * TWO_OVER_PI + MAGIC_DOUBLE
    k = power - MAGIC_DOUBLE
    r = (y - k * 1.57079632673412561417) - k * 6.07710050630396597660e-11
    return power, r - k * 2.02226624879595063154e-21


def sine_and_cosine(x: Lanes) -> tuple[Lanes, Lanes]:
    """(sin x, cos x). Beyond the limit of `turned`, where float32 has few digits left, the limit's values."""
    power, r = turned(x)
    u = r * r
    if is_single(x):
        p = (u * -1.9515295891e-4 + 8.3321608736e-3) * u - 1.6666654611e-1
        s = r + r * (u * p)
        p = (u * 2.443315711809948e-5 - 1.388731625493765e-3) * u + 4.166664568298827e-2
        c = (1.0 - u * 0.5) + (u * u) * p
    else:
        p = (u * 1.58969099521155010221e-10 - 2.50507602534068634195e-8) * u + 2.75573137070700676789e-6
        p = ((p * u - 1.98412698298579493134e-4) * u + 8.33333333332248946124e-3) * u - 1.66666666666666324348e-1
        s = r + r * (u * p)
        p = (u * -1.13596475577881948265e-11 + 2.08757232129817482790e-9) * u - 2.75573143513906633035e-7
        p = ((p * u + 2.48015872894767294178e-5) * u - 1.38888888888741095749e-3) * u + 4.16666666666666019037e-2
        c = (1.0 - u * 0.5) + (u * u) * p
    sine = where_bit(power, 0, c, s)
    cosine = where_bit(power, 0, s, c)
    return where_bit(power, 1, -sine, sine), where_bit(power + 1.0, 1, -cosine, cosine)


def exp(x: Lanes) -> Lanes:
    """exp(x) for every x."""
    e = exp_down(-magnitude(x))
    return where_less(x, 0.0, e, 1.0 / e)
