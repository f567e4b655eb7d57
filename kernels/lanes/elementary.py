"""exp, log, logistic, tanh, sine, the normal distribution on lanes, built from + - * / comparisons and bit moves only.

Owns the elementary functions, which are traced (see tracing.py). Must not know networks. The machine's own mathematics
library differs from processor to processor and release to release in the last bit; these return the same bits
everywhere. Every function is free of branches, computes in the precision of its argument, and lets NaN through.

Largest errors in float32, of all its numbers (tests/kernels/exhaustive.py), in units of the result's last place:
exp and exp_down 1.0, expm1 1.0, log and log1p_unit 0.9, logistic 2.5, tanh 1.4, normal 7.5; sine and cosine
1.6 * 2**-24 absolute up to |x| = 8192. All but the last three never step back where the function rises.

Sources: polynomials of float32 exp and sine after S. Moshier, Cephes (1992); log, float64 sine and the splittings of
ln 2 and pi/2 after Sun's fdlibm (1993); tanh near 0 after Cephes.
"""

from __future__ import annotations

import math

from kernels.lanes.duals import differentiable
from kernels.lanes.vectors import (
    Lanes,
    Number,
    exponent,
    filled,
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
LOWEST_SINGLE, HIGHEST_SINGLE = -87.33654022216797, 88.72283172607422  # outermost arguments of normal results of exp
LOWEST_DOUBLE, HIGHEST_DOUBLE = -708.3964185322641, 709.782712893384
LN_2 = 0.6931471805599453
LN_2_HIGH_SINGLE, LN_2_LOW_SINGLE = 6.9313812256e-01, 9.0580006145e-06  # fdlibm's
LN_2_HIGH_DOUBLE, LN_2_LOW_DOUBLE = 6.93147180369123816490e-01, 1.90821492927058770002e-10
TWO_OVER_PI = 0.6366197723675814
TANH_0, TANH_1, TANH_2 = -3.33332819422e-1, 1.33314422036e-1, -5.37397155531e-2  # Cephes, tanhf
TANH_3, TANH_4 = 2.06390887954e-2, -5.70498872745e-3

ROOT_OF_TURN = 0.3989422804014327  # 1 / sqrt(2 pi)
TAIL_SINGLE = (
    -1.1908065554081913e-05, 3.894886010869523e-05, 8.420320024672462e-05, -0.0005248125843334284,
    0.00029861956737728396, 0.003938442887903794, -0.01673377317320437, 0.038672189507478735, -0.05973578518432464,
    0.05895827653661001, -0.01629543979667073, -0.06898825256434003, 0.6244888749978496,
)  # fmt: skip
TAIL_DOUBLE = (
    -5.763669663399488e-12, -1.4937673945243436e-10, -6.420499681691252e-11, 1.6083301134882749e-09,
    1.529826808987709e-09, -9.357125078953796e-09, -1.438517333017202e-08, 4.186852468417506e-08,
    9.95455377320511e-08, -1.7722545795840949e-07, -6.129710629001945e-07, 8.686416051451462e-07,
    3.6572326035171925e-06, -5.874482767813085e-06, -2.114505269842176e-05, 5.374026381108448e-05,
    9.547869457912373e-05, -0.0005417517706117096, 0.00029137880836755395, 0.003948179747654876,
    -0.016731327701242013, 0.03866942016363502, -0.05973618328164428, 0.05895861705114651, -0.016295415326473682,
    -0.06898826458548998, 0.6244888747512267,
)  # fmt: skip

Pair = tuple[Lanes, Lanes]


def smaller(x: Number, limit: Number) -> Lanes:
    """min(x, limit); NaN stays NaN."""
    return where_less(limit, x, limit, x)


def larger(x: Number, limit: Number) -> Lanes:
    """max(x, limit); NaN stays NaN."""
    return where_less(x, limit, limit, x)


def reduced(y: Lanes, low: Lanes | None = None) -> Pair:
    """(power, exp(r) - 1): y + low = k ln 2 + r with integer k in the low bits of power, |r| <= ln 2 / 2.

    low, if given, is what y has lost by rounding.
    """
    whole = y if low is None else y + low
    if is_single(y):
        power = whole * LOG2_E + MAGIC_SINGLE
        k = power - MAGIC_SINGLE
        r = (y - k * 0.693359375) + k * 2.12194440e-4
        r = r if low is None else r + low
        p = 1.9875691500e-4 * r + 1.3981999507e-3
        p = p * r + 8.3334519073e-3
        p = p * r + 4.1665795894e-2
        p = p * r + 1.6666665459e-1
        p = p * r + 5.0000001201e-1
        return power, p * (r * r) + r
    power = whole * LOG2_E + MAGIC_DOUBLE
    k = power - MAGIC_DOUBLE
    r = (y - k * 6.93145751953125e-1) - k * 1.42860682030941723212e-6
    r = r if low is None else r + low
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
    return power, p * (r * r) + r


@differentiable(lambda x, y: y)
def exp_within(y: Lanes) -> Lanes:
    """exp(y) = 2**k exp(r) where the result is a normal number."""
    power, rise = reduced(y)
    return times_power(rise + 1.0, power)


@differentiable(lambda x, y: y)
def exp_down(x: Lanes) -> Lanes:
    """exp(x) for x <= 0; 0 below the smallest normal result (-87.3 in float32, -708.4 in float64)."""
    lowest = LOWEST_SINGLE if is_single(x) else LOWEST_DOUBLE
    return where_less(x, lowest, 0.0, exp_within(larger(x, lowest)))


@differentiable(lambda x, found: (found[0], found[0]))
def exp_and_expm1(x: Lanes) -> Pair:
    """(exp(x), exp(x) - 1) for x <= 0, the second to its last digits near 0 too: 2**k (exp(r) - 1) + (2**k - 1)."""
    lowest = LOWEST_SINGLE if is_single(x) else LOWEST_DOUBLE
    power, rise = reduced(larger(x, lowest))
    scale = times_power(filled(x, 1.0), power)
    return where_less(x, lowest, 0.0, times_power(rise + 1.0, power)), rise * scale + (scale - 1.0)


@differentiable(lambda x, y: y)
def exp(x: Lanes) -> Lanes:
    """exp(x) for every x: infinity where the result passes the largest number, 0 below the smallest normal one.

    The bounds are the last arguments inside: 88.72283 and -87.33654 in float32, 709.78271 and -708.39642 in float64.
    """
    highest = HIGHEST_SINGLE if is_single(x) else HIGHEST_DOUBLE
    lowest = LOWEST_SINGLE if is_single(x) else LOWEST_DOUBLE
    y = exp_within(smaller(larger(x, lowest), highest))
    return where_less(x, lowest, 0.0, where_less(highest, x, math.inf, y))


def logistic_slope(x: Lanes, y: Lanes) -> Lanes:
    """y (1 - y), each factor to its last digits."""
    return y * logistic(-x)


@differentiable(logistic_slope)
def logistic(x: Lanes) -> Lanes:
    """1 / (1 + exp(-x)): rises without a step back because each of its operations does; 0 below -87.3 (-708.4)."""
    lowest = LOWEST_SINGLE if is_single(x) else LOWEST_DOUBLE
    e = exp_within(smaller(larger(-x, lowest), -lowest))
    return where_less(x, lowest, 0.0, 1.0 / (e + 1.0))


def log_near_one(f: Lanes) -> Lanes:
    """f - log(1 + f) for -0.3 < f <= 0.5, after fdlibm: h - s (h + R) with s = f / (2 + f), h = f**2 / 2.

    log(1 + f) = 2 atanh(s) and R = (2 atanh(s) - 2 s) / s by its series: 5 terms in float32, 11 in float64.
    """
    s = f / (f + 2.0)
    q = s * s
    if is_single(f):
        p = q * (2 / 11) + 2 / 9
    else:
        p = q * (2 / 23) + 2 / 21
        p = p * q + 2 / 19
        p = p * q + 2 / 17
        p = p * q + 2 / 15
        p = p * q + 2 / 13
        p = p * q + 2 / 11
        p = p * q + 2 / 9
    p = p * q + 2 / 7
    p = p * q + 2 / 5
    p = p * q + 2 / 3
    h = f * f * 0.5
    return h - s * (h + p * q)


@differentiable(lambda x, y: 1.0 / (x + 1.0))
def log1p_unit(x: Lanes) -> Lanes:
    """log(1 + x) for 0 <= x <= 1; from 1/2 on as ln 2 + log((1 + x) / 2)."""
    f = where_less(x, 0.5, x, (x - 1.0) * 0.5)
    small = f - log_near_one(f)
    return where_less(x, 0.5, small, small + LN_2)


@differentiable(lambda x, y: 1.0 / x)
def log(x: Lanes) -> Lanes:
    """Natural logarithm: -infinity of 0, NaN of negative numbers.

    log(2**k (1 + f)) = k ln 2 + log(1 + f), ln 2 in two parts of which k times the first is exact. Subnormal numbers
    are scaled up first.
    """
    smallest, digits = (2.0**-126, 25.0) if is_single(x) else (2.0**-1022, 54.0)
    high, low = (LN_2_HIGH_SINGLE, LN_2_LOW_SINGLE) if is_single(x) else (LN_2_HIGH_DOUBLE, LN_2_LOW_DOUBLE)
    normal = where_less(x, smallest, x * 2.0**digits, x)
    k = exponent(normal) - where_less(x, smallest, filled(x, digits), 0.0)
    f = significand(normal) - 1.0
    found = k * high - ((log_near_one(f) - k * low) - f)
    return where_less(0.0, x, where_less(x, math.inf, found, x), where_less(x, 0.0, math.nan, x - math.inf))


@differentiable(lambda x, y: 1.0 - y * y)
def tanh(x: Lanes) -> Lanes:
    """Hyperbolic tangent: near 0 x + x**3 R(x**2), else from exp(2 |x|); each piece rises because its operations do.

    float32: R a polynomial below 0.625, else 1 - 2 / (e + 1), which is exactly 1 from 9.02 on. A quotient of
    polynomials for the whole range is a third faster, but its neighbours step back (docs/decisions/0015).
    float64: R = P / Q below 0.625, else (1 - e) / (1 + e) with e = exp(-2 |x|).
    """
    if is_single(x):
        y = magnitude(x)
        u = x * x
        p = ((u * TANH_4 + TANH_3) * u + TANH_2) * u + TANH_1
        small = y + y * (u * (p * u + TANH_0))
        e = exp_within(smaller(y + y, 20.0))
        return with_sign(where_less(y, 0.625, small, 1.0 - 2.0 / (e + 1.0)), x)
    size = magnitude(x)
    u = x * x
    p = (u * -9.64399179425052238628e-1 - 9.92877231001918586564e1) * u - 1.61468768441708447952e3
    q = ((u + 1.12811678491632931402e2) * u + 2.23548839060100448583e3) * u + 4.84406305325125486048e3
    small = x + x * (u * (p / q))
    e = exp_down(size * -2.0)
    return with_sign(where_less(size, 0.625, small, (1.0 - e) / (1.0 + e)), x)


def upper(x: Lanes) -> Lanes:
    """The upper half of the digits of x, whose square is exact (Dekker 1971)."""
    far = x * (4097.0 if is_single(x) else 134217729.0)
    return far - (far - x)


@differentiable(lambda x, found: (found[1] * ROOT_OF_TURN, -(x * found[1])))
def normal(x: Lanes) -> Pair:
    """(Φ(x), exp(-x**2 / 2)): Φ(x) = (1 + erf(x / √2)) / 2 is the share of a normal distribution below x.

    Below 0 it is the product of exp(-x**2 / 2), x**2 in two parts, and a function that falls slowly: erfc scaled. That
    times 1 + √2 |x| is a polynomial of (|x| - 4.5) / (|x| + 4.5), by its Chebyshev series (Shepherd & Laframboise
    1981). So Φ keeps its digits far below 0, where (1 + erf) / 2 has lost them all. It is 0 where exp(-x**2 / 2) is no
    normal number.
    """
    lowest = LOWEST_SINGLE if is_single(x) else LOWEST_DOUBLE
    a = smaller(magnitude(x), 13.25 if is_single(x) else 37.75)
    top = upper(a)
    high, low = top * top * -0.5, (a - top) * (a + top) * -0.5
    far = high + low
    power, rise = reduced(larger(high, lowest), where_less(high, lowest, 0.0, low))
    e = where_less(far, lowest, 0.0, times_power(rise + 1.0, power))
    u = (a - 4.5) / (a + 4.5)
    first, *others = TAIL_SINGLE if is_single(x) else TAIL_DOUBLE
    p = filled(x, first)
    for factor in others:
        p = p * u + factor
    below = e * (p / (a * 1.4142135623730951 + 1.0))
    return where_less(x, 0.0, below, 1.0 - below), e


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


@differentiable(lambda x, found: (found[1], -found[0]))
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
