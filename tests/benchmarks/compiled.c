/* The training of the kernels as a C program with the shape compiled in: what a general program is measured against.

The same samples in the same order and the same arithmetic (strict IEEE 754, sums in the same order), so the parameters
come out equal. Rows are units, columns are samples, 16 to a vector. What the compiler is told: the number of LAYERS (3 or 4),
their widths W0 ... W4, BATCH (which divides POINTS), POINTS, TANH (hidden layers; otherwise ReLU), SOFTMAX (head with
cross-entropy; otherwise tanh with squared error), ADAM (otherwise plain steps). */

#include <math.h>
#include <stdint.h>
#include <string.h>

typedef float V __attribute__((vector_size(64)));
typedef int32_t I __attribute__((vector_size(64)));
#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 16")
#define UP(n) (((n) + 15) / 16 * 16)
#define WIDE(n) ((n) >= 16) /* from so many inputs on, weight gradients are sums of outer products */
#define SUMS(in, out) (WIDE(in) ? (out) : (out) * ((in) + 1))
#define WEIGHTS(in, out) (WIDE(in) ? (out) * UP(in) : 0)
#if LAYERS == 3
#define W4 0
#define OUTPUTS W3
#define HEAD_ROW R3
#else
#define OUTPUTS W4
#define HEAD_ROW R4
#endif

enum {
    UNITS = 16, /* at a time: this many accumulators suit the registers best */
    VECTORS = UP(BATCH) / 16, STEPS = POINTS / BATCH,
    R0 = 0, R1 = W0, R2 = R1 + W1, R3 = R2 + W2, R4 = R3 + W3, ROWS = R4 + W4, /* first row of each layer's units */
    S0 = 0, S1 = S0 + SUMS(W0, W1), S2 = S1 + SUMS(W1, W2), S3 = S2 + SUMS(W2, W3), /* gradients summed over lanes */
    SUMMED = UP(S3 + (LAYERS == 4 ? SUMS(W3, W4) : 0)),
    K0 = SUMMED, K1 = K0 + WEIGHTS(W0, W1), K2 = K1 + WEIGHTS(W1, W2), K3 = K2 + WEIGHTS(W2, W3), /* wide weights */
    PACKED = K3 + (LAYERS == 4 ? WEIGHTS(W3, W4) : 0),
    WIDEST = UP(W0 > W1 ? (W0 > W2 ? W0 : W2 > W3 ? W2 : W3) : W1 > W2 ? (W1 > W3 ? W1 : W3) : W2 > W3 ? W2 : W3)
};

static V value[ROWS][VECTORS], slope[ROWS][VECTORS], delta[ROWS][VECTORS], sums[SUMMED];
static V turned[VECTORS * 16][WIDEST / 16], target[OUTPUTS][VECTORS];
static float parameters[PACKED] __attribute__((aligned(64))), gradient[PACKED] __attribute__((aligned(64)));
static float first[PACKED] __attribute__((aligned(64))), second[PACKED] __attribute__((aligned(64)));
static float by_sample[WIDE(W0) ? POINTS : 1][WIDE(W0) ? UP(W0) : 1] __attribute__((aligned(64)));
static int32_t sample[POINTS];

/* -- functions of 16 numbers ------------------------------------------------------------------------------------- */

INLINE V all(float x) { return (V){0} + x; }
INLINE V chosen(I mask, V x, V y) { return (V)(((I)x & mask) | ((I)y & ~mask)); }
INLINE V larger(V x, V limit) { return chosen(x < limit, limit, x); }
INLINE V smaller(V x, V limit) { return chosen(limit < x, limit, x); }

INLINE V exponential_within(V y) /* where the result is a normal number */
{
    V power = y * 1.4426950408889634f + 12582912.0f, k = power - 12582912.0f;
    V r = (y - k * 0.693359375f) + k * 2.12194440e-4f, p = 1.9875691500e-4f * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = (p * (r * r) + r) + 1.0f;
    return (V)((I)p + ((I)power << 23));
}

INLINE V exponential(V x) /* for x <= 0 */
{
    V lowest = all(-87.33654022216797f);
    return chosen(x < lowest, all(0.0f), exponential_within(larger(x, lowest)));
}

INLINE V tangent(V x)
{
    I sign = (I)x & INT32_MIN;
    V y = (V)((I)x & INT32_MAX), u = x * x, twice = y + y;
    V p = ((u * -5.70498872745e-3f + 2.06390887954e-2f) * u - 5.37397155531e-2f) * u + 1.33314422036e-1f;
    V low = y + y * (u * (p * u - 3.33332819422e-1f));
    V e = exponential_within(smaller(twice, all(20.0f)));
    return (V)((I)chosen(y < all(0.625f), low, 1.0f - 2.0f / (e + 1.0f)) | sign);
}

INLINE void activate(int layer, V z, V *to, V *to_slope)
{
    if (layer < LAYERS ? TANH : !SOFTMAX) {
        *to = tangent(z);
        *to_slope = 1.0f - *to * *to;
    } else if (layer < LAYERS) {
        *to = larger(z, all(0.0f));
        *to_slope = chosen(all(0.0f) < z, all(1.0f), all(0.0f));
    } else {
        *to = z; /* softmax follows */
    }
}

INLINE V fold(V x, V y)
{
    return __builtin_shufflevector(x, y, 0, 2, 16, 18, 4, 6, 20, 22, 8, 10, 24, 26, 12, 14, 28, 30) +
           __builtin_shufflevector(x, y, 1, 3, 17, 19, 5, 7, 21, 23, 9, 11, 25, 27, 13, 15, 29, 31);
}

INLINE V fold_fours(V x, V y)
{
    return __builtin_shufflevector(x, y, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27) +
           __builtin_shufflevector(x, y, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
}

INLINE V totals(const V *x) /* of each of 16 vectors */
{
    V a[8], b[4];
    UNROLL for (int i = 0; i < 8; i++) a[i] = fold(x[2 * i], x[2 * i + 1]);
    UNROLL for (int i = 0; i < 4; i++) b[i] = fold(a[2 * i], a[2 * i + 1]);
    return fold_fours(fold_fours(b[0], b[1]), fold_fours(b[2], b[3]));
}

INLINE void transpose(const V *from, int from_step, V *to, int to_step) /* 16 x 16 */
{
    V a[16], b[16];
    UNROLL for (int i = 0; i < 16; i++) a[i] = from[i * from_step];
    UNROLL for (int round = 0; round < 4; round++) {
        UNROLL for (int i = 0; i < 8; i++) {
            b[2 * i] = __builtin_shufflevector(a[i], a[i + 8], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
            b[2 * i + 1] =
                __builtin_shufflevector(a[i], a[i + 8], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
        }
        UNROLL for (int i = 0; i < 16; i++) a[i] = b[i];
    }
    UNROLL for (int i = 0; i < 16; i++) to[i * to_step] = a[i];
}

/* -- a layer ------------------------------------------------------------------------------------------------------ */

/* sum[u] = sum over j of weights[u * across + j * along] * rows[j][column] */
INLINE void products(V *sum, const float *weights, int across, int along, V (*rows)[VECTORS], int column, int terms, int units)
{
    UNROLL for (int u = 0; u < units; u++) sum[u] = rows[0][column] * weights[u * across];
    for (int j = 1; j < terms; j++)
        UNROLL for (int u = 0; u < units; u++) sum[u] += rows[j][column] * weights[u * across + j * along];
}

INLINE void forward_block(int layer, int in, int from, int to, const float *weights, int stride, const float *bias,
                          int bias_step, int column, int units)
{
    V sum[UNITS];
    products(sum, weights, stride, 1, value + from, column, in, units);
    UNROLL for (int u = 0; u < units; u++)
        activate(layer, sum[u] + bias[u * bias_step], &value[to + u][column], &slope[to + u][column]);
}

INLINE void forward(int layer, int in, int out, int from, int to, int at_sums, int at_weights)
{
    const int stride = WIDE(in) ? UP(in) : in + 1, step = WIDE(in) ? 1 : in + 1, whole = out / UNITS * UNITS;
    const float *weights = parameters + (WIDE(in) ? at_weights : at_sums), *bias = parameters + at_sums + (WIDE(in) ? 0 : in);
    for (int column = 0; column < VECTORS; column++) {
        for (int u = 0; u < whole; u += UNITS)
            forward_block(layer, in, from, to + u, weights + u * stride, stride, bias + u * step, step, column, UNITS);
        if (out > whole)
            forward_block(layer, in, from, to + whole, weights + whole * stride, stride, bias + whole * step, step, column,
                          out - whole);
    }
}

INLINE void backward_block(int out, int from, int to, const float *weights, int stride, int column, int units)
{
    V sum[UNITS];
    products(sum, weights, 1, stride, delta + to, column, out, units);
    UNROLL for (int u = 0; u < units; u++) delta[from + u][column] = sum[u] * slope[from + u][column];
}

INLINE void backward(int in, int out, int from, int to, int at_sums, int at_weights)
{
    const int stride = WIDE(in) ? UP(in) : in + 1, whole = in / UNITS * UNITS;
    const float *weights = parameters + (WIDE(in) ? at_weights : at_sums);
    for (int column = 0; column < VECTORS; column++) {
        for (int k = 0; k < whole; k += UNITS) backward_block(out, from + k, to, weights + k, stride, column, UNITS);
        if (in > whole) backward_block(out, from + whole, to, weights + whole, stride, column, in - whole);
    }
}

INLINE V summed(const V *x, const V *y)
{
    V sum = x[0] * y[0];
    UNROLL for (int v = 1; v < VECTORS; v++) sum += x[v] * y[v];
    return sum;
}

INLINE V summed_alone(const V *x)
{
    V sum = x[0];
    UNROLL for (int v = 1; v < VECTORS; v++) sum += x[v];
    return sum;
}

INLINE void outer_block(int to, const V *x, float *gradients, int stride, int units)
{
    V sum[UNITS];
    UNROLL for (int u = 0; u < units; u++) sum[u] = x[0] * ((const float *)delta[to + u])[0];
    for (int s = 1; s < BATCH; s++)
        UNROLL for (int u = 0; u < units; u++) sum[u] += x[s * (WIDEST / 16)] * ((const float *)delta[to + u])[s];
    UNROLL for (int u = 0; u < units; u++) *(V *)(gradients + u * stride) = sum[u];
}

INLINE void gradients(int layer, int in, int out, int from, int to, int at_sums, int at_weights)
{
    if (!WIDE(in)) {
        for (int u = 0; u < out; u++) {
            for (int k = 0; k < in; k++) sums[at_sums + u * (in + 1) + k] = summed(delta[to + u], value[from + k]);
            sums[at_sums + u * (in + 1) + in] = summed_alone(delta[to + u]);
        }
        return;
    }
    for (int u = 0; u < out; u++) sums[at_sums + u] = summed_alone(delta[to + u]);
    if (layer > 1) /* the inputs of the first layer lie there already */
        for (int k = 0; k < in; k += 16)
            for (int v = 0; v < VECTORS; v++) transpose(&value[from + k][v], VECTORS, &turned[16 * v][k / 16], WIDEST / 16);
    const int whole = out / UNITS * UNITS;
    for (int k = 0; k < in; k += 16) {
        const V *x = &turned[0][k / 16];
        float *here = gradient + at_weights + k;
        for (int u = 0; u < whole; u += UNITS) outer_block(to + u, x, here + u * UP(in), UP(in), UNITS);
        if (out > whole) outer_block(to + whole, x, here + whole * UP(in), UP(in), out - whole);
    }
}

/* -- a step ------------------------------------------------------------------------------------------------------- */

INLINE void enter(const float *inputs, const float *targets, const int32_t *chosen_samples)
{
    int32_t here[VECTORS * 16];
    for (int lane = 0; lane < VECTORS * 16; lane++) here[lane] = chosen_samples[lane < BATCH ? lane : BATCH - 1];
    if (WIDE(W0)) {
        for (int lane = 0; lane < VECTORS * 16; lane++) memcpy(turned[lane], by_sample[here[lane]], sizeof by_sample[0]);
        for (int k = 0; k < W0; k += 16)
            for (int v = 0; v < VECTORS; v++) transpose(&turned[16 * v][k / 16], WIDEST / 16, &value[k][v], VECTORS);
    } else {
        for (int k = 0; k < W0; k++)
            for (int lane = 0; lane < VECTORS * 16; lane++) ((float *)value[k])[lane] = inputs[k * POINTS + here[lane]];
    }
    for (int k = 0; k < OUTPUTS; k++)
        for (int lane = 0; lane < VECTORS * 16; lane++) ((float *)target[k])[lane] = targets[k * POINTS + here[lane]];
}

INLINE void head(void) /* probabilities, and the deltas of the head */
{
    static const float places[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    for (int v = 0; v < VECTORS; v++) {
        V place, share = all(1.0f / BATCH);
        memcpy(&place, places, sizeof place);
        share = chosen(place + 16.0f * v < all(BATCH), share, all(0.0f));
        if (SOFTMAX) {
            V top = value[HEAD_ROW][v], total = all(0.0f);
            for (int u = 1; u < OUTPUTS; u++) top = larger(value[HEAD_ROW + u][v], top);
            for (int u = 0; u < OUTPUTS; u++) total += value[HEAD_ROW + u][v] = exponential(value[HEAD_ROW + u][v] - top);
            for (int u = 0; u < OUTPUTS; u++) value[HEAD_ROW + u][v] /= total;
        }
        for (int u = 0; u < OUTPUTS; u++) {
            V d = (value[HEAD_ROW + u][v] - target[u][v]) * share;
            delta[HEAD_ROW + u][v] = SOFTMAX ? d : d * slope[HEAD_ROW + u][v];
        }
    }
}

INLINE void update(const double *hyper, double *powers) /* hyper: rate, beta1, beta2, epsilon */
{
    float rate = hyper[0];
    if (!ADAM) {
        for (int i = 0; i < PACKED; i++) parameters[i] -= gradient[i] * rate;
        return;
    }
    powers[0] *= hyper[1];
    powers[1] *= hyper[2];
    const float root = 1.0 / sqrt(1.0 - powers[1]), epsilon = hyper[3];
    const float beta1 = hyper[1], beta2 = hyper[2], rest1 = 1.0 - hyper[1], rest2 = 1.0 - hyper[2];
    rate = hyper[0] / (1.0 - powers[0]);
    for (int i = 0; i < PACKED; i++) {
        const float g = gradient[i];
        first[i] = first[i] * beta1 + g * rest1;
        second[i] = second[i] * beta2 + g * g * rest2;
        parameters[i] -= first[i] * rate / (sqrtf(second[i]) * root + epsilon);
    }
}

static void step(const float *inputs, const float *targets, const int32_t *chosen_samples, const double *hyper, double *powers)
{
    enter(inputs, targets, chosen_samples);
    forward(1, W0, W1, R0, R1, S0, K0);
    forward(2, W1, W2, R1, R2, S1, K1);
    forward(3, W2, W3, R2, R3, S2, K2);
    if (LAYERS == 4) forward(4, W3, W4, R3, R4, S3, K3);
    head();
    if (LAYERS == 4) backward(W3, W4, R3, R4, S3, K3);
    backward(W2, W3, R2, R3, S2, K2);
    backward(W1, W2, R1, R2, S1, K1);
    gradients(1, W0, W1, R0, R1, S0, K0);
    gradients(2, W1, W2, R1, R2, S1, K1);
    gradients(3, W2, W3, R2, R3, S2, K2);
    if (LAYERS == 4) gradients(4, W3, W4, R3, R4, S3, K3);
    for (int i = 0; i < SUMMED; i += 16) *(V *)(gradient + i) = totals(sums + i);
    update(hyper, powers);
}

/* -- epochs ------------------------------------------------------------------------------------------------------- */

static uint64_t rotated(uint64_t x, int bits) { return x << bits | x >> (64 - bits); }

static void shuffle(uint64_t s[4]) /* Fisher-Yates by xoshiro256** */
{
    for (int i = POINTS - 1; i > 0; i--) {
        const uint64_t bits = rotated(s[1] * 5, 7) * 9, shifted = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= shifted;
        s[3] = rotated(s[3], 45);
        const int j = (int)((bits >> 32) * (uint64_t)(i + 1) >> 32), kept = sample[i];
        sample[i] = sample[j];
        sample[j] = kept;
    }
}

/* Copy a layer's parameters between the caller's order (weights (out, in), then biases) and the packed one. */
static float *copied(float *flat, float *packed, int in, int out, int at_sums, int at_weights, int back)
{
    for (int u = 0; u < out; u++)
        for (int k = 0; k <= in; k++) {
            float *here = k == in ? packed + at_sums + (WIDE(in) ? u : u * (in + 1) + in)
                                  : packed + (WIDE(in) ? at_weights + u * UP(in) + k : at_sums + u * (in + 1) + k);
            float *there = k == in ? flat + out * in + u : flat + u * in + k;
            if (back) *there = *here;
            else *here = *there;
        }
    return flat + out * (in + 1);
}

static void copy_all(float *flat, float *packed, int back)
{
    flat = copied(flat, packed, W0, W1, S0, K0, back);
    flat = copied(flat, packed, W1, W2, S1, K1, back);
    flat = copied(flat, packed, W2, W3, S2, K2, back);
    if (LAYERS == 4) copied(flat, packed, W3, W4, S3, K3, back);
}

/* Train for whole epochs. flat (P), moments (2, P), powers (2), inputs (W0, POINTS), targets (OUTPUTS, POINTS), the
order (POINTS) of the first epoch and the generator's state (4) are advanced in place. */
void train(float *flat, float *moments, double *powers, const float *inputs, const float *targets, int64_t *order,
           uint64_t *generator, const double *hyper, int64_t size, int64_t epochs)
{
    copy_all(flat, parameters, 0);
    copy_all(moments, first, 0);
    copy_all(moments + size, second, 0);
    for (int i = 0; i < POINTS; i++) sample[i] = (int32_t)order[i];
    if (WIDE(W0))
        for (int i = 0; i < POINTS; i++)
            for (int k = 0; k < W0; k++) by_sample[i][k] = inputs[k * POINTS + i];
    for (int64_t epoch = 0; epoch < epochs; epoch++) {
        for (int s = 0; s < STEPS; s++) step(inputs, targets, sample + s * BATCH, hyper, powers);
        shuffle(generator);
    }
    for (int i = 0; i < POINTS; i++) order[i] = sample[i];
    copy_all(flat, parameters, 1);
    copy_all(moments, first, 1);
    copy_all(moments + size, second, 1);
}
