/* Ed25519 arithmetic for whoever checks ballots: everything here is public, nothing takes constant time.
 *
 * Six functions, see kernel.h. The same curve code is compiled for one point at a time and, where the compiler and the
 * processor know AVX-512 IFMA, for eight; which one runs is chosen at run time. Nothing is allocated, nothing is kept. */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "kernel.h"

#if !defined(__SIZEOF_INT128__)
#error "this compiler has no 128-bit integers; the kernel is optional"
#endif

#if defined(__x86_64__) && defined(__GNUC__) && !defined(BALLOTBOX_PORTABLE)
#define WITH_IFMA 1
#include <immintrin.h>
#endif

#include "field51.h"

enum {
    HEX = 64,
    CHUNK = 16,         /* batches that share one inversion */
    TABLE_COLUMN = 129, /* multiples 0 to 128 of one power of 256 */
    TABLE_ENTRY = 16    /* words: y + x, y - x, 2dxy, padding */
};

typedef struct { fe1 x, y; } affine;

typedef struct {
    const uint64_t *g, *y;
    const affine *points;
    size_t n;
    int count, check;
    const uint8_t *challenges, *by_g, *by_y;
    char *out;
} work;

/* The order of the group, 2^252 + 27742317777372353535851937790883648493, in signed digits of 16. */
static const int8_t order_digits[64] = {-3, -1, 4, -3, 6, -1, -3, 6, -6, 2, 3, 6, 2, 1, -8, 6, 6, -3, -3, -6, -8, 0,
                                        3, -6, -1, -2, -6, 0, -1, -2, 5, 1, [63] = 1};

/* A scalar below 2^255 in 64 digits from -8 to 8. */
static void digits16(int8_t digits[64], const uint8_t scalar[32]) {
    int carry = 0;
    for (int i = 0; i < 64; i++) {
        int digit = (scalar[i / 2] >> 4 * (i % 2) & 15) + carry;
        carry = digit > 7 && i < 63;
        digits[i] = (int8_t)(digit - 16 * carry);
    }
}

/* The same in 32 digits from -128 to 128. */
static void digits256(int16_t digits[32], const uint8_t scalar[32]) {
    int carry = 0;
    for (int i = 0; i < 32; i++) {
        int digit = scalar[i] + carry;
        carry = digit > 127 && i < 31;
        digits[i] = (int16_t)(digit - 256 * carry);
    }
}

/* As Belenios writes a point: the 32 bytes of RFC 8032 backwards, in hexadecimal. */
static void write_point(char *to, const fe1 *x, const fe1 *y) {
    static const char digit[] = "0123456789abcdef";
    fe1 cx, cy;
    uint8_t bytes[32];
    f1_canonical(&cx, x);
    f1_canonical(&cy, y);
    f1_to_bytes(bytes, &cy);
    bytes[31] |= (uint8_t)((cx.v[0] & 1) << 7);
    for (int i = 0; i < 32; i++) {
        *to++ = digit[bytes[31 - i] >> 4];
        *to++ = digit[bytes[31 - i] & 15];
    }
}

/* The root with this sign, from a candidate; 0 when there is none, or when x = 0 is written with a sign. */
static int choose_x(fe1 *x, const fe1 *u, const fe1 *vxx, int sign) {
    fe1 u1, check, canonical;
    f1_canonical(&u1, u);
    f1_sub(&check, vxx, &u1);
    if (!f1_is_zero(&check)) {
        f1_add(&check, vxx, &u1);
        if (!f1_is_zero(&check)) return 0;
        f1_mul(x, x, &f1_root);
    }
    f1_canonical(&canonical, x);
    if (f1_is_zero(&canonical)) return !sign;
    if ((int)(canonical.v[0] & 1) != sign) f1_sub(&canonical, &f1_zero, &canonical);
    f1_mul(x, &canonical, &f1_one);
    return 1;
}

#define W 1
#define FE fe1
#define F(name) f1_##name
#define C(name) one_##name
#include "curve.h"
#undef W
#undef FE
#undef F
#undef C

#ifdef WITH_IFMA
#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512ifma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512dq,avx512ifma")
#endif
#include "field_ifma.h"
#define W 8
#define FE fe8
#define F(name) f8_##name
#define C(name) eight_##name
#include "curve.h"
#undef W
#undef FE
#undef F
#undef C
#ifdef __clang__
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif

int ballotbox_lanes(void) {
#ifdef WITH_IFMA
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512ifma"))
        return 8;
#endif
    return 1;
}

long ballotbox_decompress(int lanes, uint64_t *points, const uint8_t *bytes, size_t n) {
    affine *out = (affine *)points;
#ifdef WITH_IFMA
    if (lanes == 8) return eight_decompress(out, bytes, n);
#endif
    (void)lanes;
    return one_decompress(out, bytes, n);
}

/* One column of a table: the multiples 0 to 128 of a point, with one inversion; start becomes start^256. */
static void column(uint64_t *to, one_ext *start) {
    one_ext point;
    one_cached first;
    one_ext all[TABLE_COLUMN];
    fe1 before[TABLE_COLUMN], inverse = f1_one, own, t;
    one_cache(&first, start);
    one_neutral(&point);
    for (int i = 0; i < TABLE_COLUMN; i++) {
        all[i] = point;
        before[i] = inverse;
        f1_mul(&inverse, &inverse, &point.z);
        one_add(&point, &point, &first);
    }
    one_double(start, &all[128], 1);
    one_invert(&inverse, &inverse);
    for (int i = TABLE_COLUMN; i-- > 0;) {
        fe1 x, y, words[3];
        f1_mul(&own, &inverse, &before[i]);
        f1_mul(&inverse, &inverse, &all[i].z);
        f1_mul(&x, &all[i].x, &own);
        f1_mul(&y, &all[i].y, &own);
        f1_add(&t, &y, &x);
        f1_mul(&words[0], &t, &f1_one); /* tight, as eight lanes need it */
        f1_sub(&t, &y, &x);
        f1_mul(&words[1], &t, &f1_one);
        f1_mul(&t, &x, &y);
        f1_mul(&words[2], &t, &f1_2d);
        memcpy(to + i * TABLE_ENTRY, words, sizeof words);
        to[i * TABLE_ENTRY + 15] = 0;
    }
}

void ballotbox_table(uint64_t *table, const uint64_t *point) {
    one_ext start;
    one_load_points(&start, (const affine *)point, 1);
    for (int i = 0; i < 32; i++) column(table + (size_t)i * TABLE_COLUMN * TABLE_ENTRY, &start);
}

void ballotbox_sum(uint64_t *sums, size_t n, const uint32_t *sizes, const uint64_t *points, int subtract) {
    one_ext *to = (one_ext *)sums, p;
    one_cached q;
    fe1 d;
    for (size_t i = 0; i < n; i++) {
        for (uint32_t j = 0; j < sizes[i]; j++, points += 10) {
            one_load_points(&p, (const affine *)points, 1);
            one_cache(&q, &p);
            f1_mul(&d, &to[i].z, &q.z2);
            one_combine(&to[i], &to[i], &q.plus, &q.minus, &q.t2d, &d, subtract);
        }
    }
}

void ballotbox_affine(uint64_t *points, char *hex, const uint64_t *sums, size_t n) {
    const one_ext *from = (const one_ext *)sums;
    for (size_t start = 0; start < n; start += CHUNK) {
        size_t some = n - start < CHUNK ? n - start : CHUNK;
        fe1 before[CHUNK], inverse = f1_one, own;
        for (size_t i = 0; i < some; i++) {
            before[i] = inverse;
            f1_mul(&inverse, &inverse, &from[start + i].z);
        }
        one_invert(&inverse, &inverse);
        for (size_t i = some; i-- > 0;) {
            affine *point = (affine *)points + start + i;
            f1_mul(&own, &inverse, &before[i]);
            f1_mul(&inverse, &inverse, &from[start + i].z);
            f1_mul(&point->x, &from[start + i].x, &own);
            f1_mul(&point->y, &from[start + i].y, &own);
            write_point(hex + (start + i) * HEX, &point->x, &point->y);
        }
    }
}

long ballotbox_commitments(int lanes, const uint64_t *g, const uint64_t *y, const uint64_t *points, size_t n, int count,
                           int check, const uint8_t *challenges, const uint8_t *by_g, const uint8_t *by_y, char *out) {
    const work w = {g, y, (const affine *)points, n, count, check, challenges, by_g, by_y, out};
    if (count < 1 || count > 2) return -2;
    for (size_t i = 0; i < n * (size_t)count; i++) {
        if ((challenges[32 * i + 31] | by_g[32 * i + 31] | by_y[32 * i + 31]) > 127) return -2;
    }
#ifdef WITH_IFMA
    if (lanes == 8) return eight_commitments(&w);
#endif
    (void)lanes;
    return one_commitments(&w);
}
