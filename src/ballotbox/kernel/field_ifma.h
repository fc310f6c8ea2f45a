/* The same field, eight elements at a time: limb i of lane j is word j of vector i. AVX-512 IFMA multiplies the low
 * 52 bits of each word, so that every operation here leaves tight limbs (below 2^51 + 2^14). */

typedef struct { __m512i v[5]; } fe8;

static inline fe8 f8_spread(const fe1 *a) {
    fe8 r;
    for (int i = 0; i < 5; i++) r.v[i] = _mm512_set1_epi64((long long)a->v[i]);
    return r;
}

/* Carries of all limbs at once; limbs below 2^61 become tight. */
static inline void f8_carry(fe8 *r, __m512i z0, __m512i z1, __m512i z2, __m512i z3, __m512i z4) {
    const __m512i mask = _mm512_set1_epi64((long long)MASK51), nineteen = _mm512_set1_epi64(19);
    __m512i c0 = _mm512_srli_epi64(z0, 51), c1 = _mm512_srli_epi64(z1, 51), c2 = _mm512_srli_epi64(z2, 51);
    __m512i c3 = _mm512_srli_epi64(z3, 51), c4 = _mm512_srli_epi64(z4, 51);
    r->v[0] = _mm512_madd52lo_epu64(_mm512_and_si512(z0, mask), c4, nineteen);
    r->v[1] = _mm512_add_epi64(_mm512_and_si512(z1, mask), c0);
    r->v[2] = _mm512_add_epi64(_mm512_and_si512(z2, mask), c1);
    r->v[3] = _mm512_add_epi64(_mm512_and_si512(z3, mask), c2);
    r->v[4] = _mm512_add_epi64(_mm512_and_si512(z4, mask), c3);
}

static inline void f8_add(fe8 *r, const fe8 *a, const fe8 *b) {
    f8_carry(r, _mm512_add_epi64(a->v[0], b->v[0]), _mm512_add_epi64(a->v[1], b->v[1]),
             _mm512_add_epi64(a->v[2], b->v[2]), _mm512_add_epi64(a->v[3], b->v[3]),
             _mm512_add_epi64(a->v[4], b->v[4]));
}

static inline void f8_sub(fe8 *r, const fe8 *a, const fe8 *b) {
    const __m512i low = _mm512_set1_epi64((long long)(2 * MASK51 - 36));
    const __m512i rest = _mm512_set1_epi64((long long)(2 * MASK51));
#define DIFFERENCE(i, bias) _mm512_sub_epi64(_mm512_add_epi64(a->v[i], bias), b->v[i])
    f8_carry(r, DIFFERENCE(0, low), DIFFERENCE(1, rest), DIFFERENCE(2, rest), DIFFERENCE(3, rest),
             DIFFERENCE(4, rest));
#undef DIFFERENCE
}

static inline __m512i times19(__m512i x) {
    return _mm512_add_epi64(_mm512_add_epi64(_mm512_slli_epi64(x, 4), _mm512_slli_epi64(x, 1)), x);
}

/* Of each product the low 52 bits stand at limb i + j, the rest at i + j + 1 and doubled, since 2^52 = 2 * 2^51. */
#define LO(acc, i, j) acc = _mm512_madd52lo_epu64(acc, a##i, b##j)
#define HI(acc, i, j) acc = _mm512_madd52hi_epu64(acc, a##i, b##j)
#define TWICE(x) _mm512_add_epi64(x, x)

static inline void f8_mul(fe8 *r, const fe8 *a, const fe8 *b) {
    const __m512i zero = _mm512_setzero_si512();
    __m512i a0 = a->v[0], a1 = a->v[1], a2 = a->v[2], a3 = a->v[3], a4 = a->v[4];
    __m512i b0 = b->v[0], b1 = b->v[1], b2 = b->v[2], b3 = b->v[3], b4 = b->v[4];
    __m512i l0 = zero, l1 = zero, l2 = zero, l3 = zero, l4 = zero, l5 = zero, l6 = zero, l7 = zero, l8 = zero;
    __m512i h1 = zero, h2 = zero, h3 = zero, h4 = zero, h5 = zero, h6 = zero, h7 = zero, h8 = zero, h9 = zero;
    LO(l0, 0, 0); HI(h1, 0, 0);
    LO(l1, 0, 1); HI(h2, 0, 1); LO(l2, 0, 2); HI(h3, 0, 2); LO(l3, 0, 3); HI(h4, 0, 3); LO(l4, 0, 4); HI(h5, 0, 4);
    LO(l1, 1, 0); HI(h2, 1, 0); LO(l2, 1, 1); HI(h3, 1, 1); LO(l3, 1, 2); HI(h4, 1, 2); LO(l4, 1, 3); HI(h5, 1, 3);
    LO(l5, 1, 4); HI(h6, 1, 4);
    LO(l2, 2, 0); HI(h3, 2, 0); LO(l3, 2, 1); HI(h4, 2, 1); LO(l4, 2, 2); HI(h5, 2, 2); LO(l5, 2, 3); HI(h6, 2, 3);
    LO(l6, 2, 4); HI(h7, 2, 4);
    LO(l3, 3, 0); HI(h4, 3, 0); LO(l4, 3, 1); HI(h5, 3, 1); LO(l5, 3, 2); HI(h6, 3, 2); LO(l6, 3, 3); HI(h7, 3, 3);
    LO(l7, 3, 4); HI(h8, 3, 4);
    LO(l4, 4, 0); HI(h5, 4, 0); LO(l5, 4, 1); HI(h6, 4, 1); LO(l6, 4, 2); HI(h7, 4, 2); LO(l7, 4, 3); HI(h8, 4, 3);
    LO(l8, 4, 4); HI(h9, 4, 4);
    l5 = _mm512_add_epi64(l5, TWICE(h5));
    l6 = _mm512_add_epi64(l6, TWICE(h6));
    l7 = _mm512_add_epi64(l7, TWICE(h7));
    l8 = _mm512_add_epi64(l8, TWICE(h8));
    f8_carry(r, _mm512_add_epi64(l0, times19(l5)),
             _mm512_add_epi64(_mm512_add_epi64(l1, TWICE(h1)), times19(l6)),
             _mm512_add_epi64(_mm512_add_epi64(l2, TWICE(h2)), times19(l7)),
             _mm512_add_epi64(_mm512_add_epi64(l3, TWICE(h3)), times19(l8)),
             _mm512_add_epi64(_mm512_add_epi64(l4, TWICE(h4)), times19(TWICE(h9))));
}

/* Products of different limbs are added once and doubled at the end: a doubled limb would not fit 52 bits. */
static inline void f8_sq(fe8 *r, const fe8 *a) {
    const __m512i zero = _mm512_setzero_si512();
    __m512i a0 = a->v[0], a1 = a->v[1], a2 = a->v[2], a3 = a->v[3], a4 = a->v[4];
    __m512i b0 = a0, b1 = a1, b2 = a2, b3 = a3, b4 = a4;
    __m512i l1 = zero, l2 = zero, l3 = zero, l4 = zero, l5 = zero, l6 = zero, l7 = zero;
    __m512i h2 = zero, h3 = zero, h4 = zero, h5 = zero, h6 = zero, h7 = zero, h8 = zero;
    __m512i s0 = zero, s2 = zero, s4 = zero, s6 = zero, s8 = zero, t1 = zero, t3 = zero, t5 = zero, t7 = zero, t9 = zero;
    LO(l1, 0, 1); HI(h2, 0, 1); LO(l2, 0, 2); HI(h3, 0, 2); LO(l3, 0, 3); HI(h4, 0, 3); LO(l4, 0, 4); HI(h5, 0, 4);
    LO(l3, 1, 2); HI(h4, 1, 2); LO(l4, 1, 3); HI(h5, 1, 3); LO(l5, 1, 4); HI(h6, 1, 4);
    LO(l5, 2, 3); HI(h6, 2, 3); LO(l6, 2, 4); HI(h7, 2, 4); LO(l7, 3, 4); HI(h8, 3, 4);
    LO(s0, 0, 0); HI(t1, 0, 0); LO(s2, 1, 1); HI(t3, 1, 1); LO(s4, 2, 2); HI(t5, 2, 2);
    LO(s6, 3, 3); HI(t7, 3, 3); LO(s8, 4, 4); HI(t9, 4, 4);
    /* square + 2 * (cross + high half of a square + 2 * high half of cross) */
#define LIMB(s, l, t, h) _mm512_add_epi64(s, TWICE(_mm512_add_epi64(_mm512_add_epi64(l, t), TWICE(h))))
    __m512i z5 = LIMB(zero, l5, t5, h5), z6 = LIMB(s6, l6, zero, h6), z7 = LIMB(zero, l7, t7, h7);
    __m512i z8 = LIMB(s8, zero, zero, h8), z9 = TWICE(t9);
    f8_carry(r, _mm512_add_epi64(s0, times19(z5)),
             _mm512_add_epi64(LIMB(zero, l1, t1, zero), times19(z6)),
             _mm512_add_epi64(LIMB(s2, l2, zero, h2), times19(z7)),
             _mm512_add_epi64(LIMB(zero, l3, t3, h3), times19(z8)),
             _mm512_add_epi64(LIMB(s4, l4, zero, h4), times19(z9)));
#undef LIMB
}

#undef LO
#undef HI
#undef TWICE

static inline void f8_put(fe8 *r, int lane, const fe1 *a) {
    for (int i = 0; i < 5; i++) memcpy((char *)&r->v[i] + 8 * lane, &a->v[i], 8);
}

static inline void f8_get(fe1 *r, const fe8 *a, int lane) {
    for (int i = 0; i < 5; i++) memcpy(&r->v[i], (const char *)&a->v[i] + 8 * lane, 8);
}

/* Rows become columns: word j of vector i and word i of vector j change places. */
static inline void transpose(__m512i r[8]) {
    __m512i t[8], u[8];
    for (int i = 0; i < 8; i += 2) {
        t[i] = _mm512_unpacklo_epi64(r[i], r[i + 1]);
        t[i + 1] = _mm512_unpackhi_epi64(r[i], r[i + 1]);
    }
    for (int i = 0; i < 8; i += 4) {
        for (int k = 0; k < 2; k++) {
            u[i + k] = _mm512_shuffle_i64x2(t[i + k], t[i + 2 + k], 0x88);
            u[i + 2 + k] = _mm512_shuffle_i64x2(t[i + k], t[i + 2 + k], 0xdd);
        }
    }
    for (int i = 0; i < 4; i++) {
        r[i] = _mm512_shuffle_i64x2(u[i], u[i + 4], 0x88);
        r[i + 4] = _mm512_shuffle_i64x2(u[i], u[i + 4], 0xdd);
    }
}
