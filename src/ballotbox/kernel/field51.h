/* The field of 2^255 - 19, one element at a time: five limbs of 51 bits, products in 128 bits.
 *
 * "Tight" limbs are below 2^51 + 2^14, as a product leaves them; sums and differences of tight elements ("loose",
 * below 2^54) may be multiplied, and only multiplied. */

#define ALWAYS_INLINE inline __attribute__((always_inline))
#define MASK51 ((UINT64_C(1) << 51) - 1)

typedef struct { uint64_t v[5]; } fe1;
typedef unsigned __int128 wide;

static const fe1 f1_zero = {{0, 0, 0, 0, 0}};
static const fe1 f1_one = {{1, 0, 0, 0, 0}};
static const fe1 f1_d = {{0x34dca135978a3, 0x1a8283b156ebd, 0x5e7a26001c029, 0x739c663a03cbb, 0x52036cee2b6ff}};
static const fe1 f1_2d = {{0x69b9426b2f159, 0x35050762add7a, 0x3cf44c0038052, 0x6738cc7407977, 0x2406d9dc56dff}};
static const fe1 f1_root = {{0x61b274a0ea0b0, 0x0d5a5fc8f189d, 0x7ef5e9cbd0c60, 0x78595a6804c9e, 0x2b8324804fc1d}};

static inline fe1 f1_spread(const fe1 *a) { return *a; }

static ALWAYS_INLINE void f1_add(fe1 *r, const fe1 *a, const fe1 *b) {
    for (int i = 0; i < 5; i++) r->v[i] = a->v[i] + b->v[i];
}

/* a - b with 2p added, so that no limb is negative; b is tight. */
static ALWAYS_INLINE void f1_sub(fe1 *r, const fe1 *a, const fe1 *b) {
    r->v[0] = a->v[0] + (2 * MASK51 - 36) - b->v[0];
    for (int i = 1; i < 5; i++) r->v[i] = a->v[i] + 2 * MASK51 - b->v[i];
}

static ALWAYS_INLINE void f1_reduce(fe1 *r, wide t0, wide t1, wide t2, wide t3, wide t4) {
    t1 += (uint64_t)(t0 >> 51);
    t2 += (uint64_t)(t1 >> 51);
    t3 += (uint64_t)(t2 >> 51);
    t4 += (uint64_t)(t3 >> 51);
    uint64_t r0 = ((uint64_t)t0 & MASK51) + 19 * (uint64_t)(t4 >> 51);
    r->v[0] = r0 & MASK51;
    r->v[1] = ((uint64_t)t1 & MASK51) + (r0 >> 51);
    r->v[2] = (uint64_t)t2 & MASK51;
    r->v[3] = (uint64_t)t3 & MASK51;
    r->v[4] = (uint64_t)t4 & MASK51;
}

static ALWAYS_INLINE void f1_mul(fe1 *r, const fe1 *a, const fe1 *b) {
    uint64_t a0 = a->v[0], a1 = a->v[1], a2 = a->v[2], a3 = a->v[3], a4 = a->v[4];
    uint64_t b0 = b->v[0], b1 = b->v[1], b2 = b->v[2], b3 = b->v[3], b4 = b->v[4];
    uint64_t c1 = 19 * b1, c2 = 19 * b2, c3 = 19 * b3, c4 = 19 * b4;
    f1_reduce(r, (wide)a0 * b0 + (wide)a1 * c4 + (wide)a2 * c3 + (wide)a3 * c2 + (wide)a4 * c1,
              (wide)a0 * b1 + (wide)a1 * b0 + (wide)a2 * c4 + (wide)a3 * c3 + (wide)a4 * c2,
              (wide)a0 * b2 + (wide)a1 * b1 + (wide)a2 * b0 + (wide)a3 * c4 + (wide)a4 * c3,
              (wide)a0 * b3 + (wide)a1 * b2 + (wide)a2 * b1 + (wide)a3 * b0 + (wide)a4 * c4,
              (wide)a0 * b4 + (wide)a1 * b3 + (wide)a2 * b2 + (wide)a3 * b1 + (wide)a4 * b0);
}

static ALWAYS_INLINE void f1_sq(fe1 *r, const fe1 *a) {
    uint64_t a0 = a->v[0], a1 = a->v[1], a2 = a->v[2], a3 = a->v[3], a4 = a->v[4];
    uint64_t d0 = 2 * a0, d1 = 2 * a1, c3 = 19 * a3, c4 = 19 * a4;
    f1_reduce(r, (wide)a0 * a0 + (wide)d1 * c4 + (wide)(2 * a2) * c3,
              (wide)d0 * a1 + (wide)(2 * a2) * c4 + (wide)a3 * c3,
              (wide)d0 * a2 + (wide)a1 * a1 + (wide)(2 * a3) * c4,
              (wide)d0 * a3 + (wide)d1 * a2 + (wide)a4 * c4,
              (wide)d0 * a4 + (wide)d1 * a3 + (wide)a2 * a2);
}

/* The smallest representative; a may be loose. */
static void f1_canonical(fe1 *r, const fe1 *a) {
    uint64_t t[5], carry = 0;
    for (int i = 0; i < 5; i++) t[i] = a->v[i];
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 5; i++) {
            t[i] += carry;
            carry = t[i] >> 51;
            t[i] &= MASK51;
        }
        carry *= 19;
    }
    t[0] += carry; /* now below 2^255 + 19, limbs but the first below 2^51 */
    uint64_t above = t[0] + 19;
    for (int i = 1; i < 5; i++) above = t[i] + (above >> 51);
    t[0] += 19 * (above >> 51); /* p is taken away once where the number is p or more */
    for (int i = 0; i < 4; i++) {
        t[i + 1] += t[i] >> 51;
        t[i] &= MASK51;
    }
    t[4] &= MASK51;
    for (int i = 0; i < 5; i++) r->v[i] = t[i];
}

static int f1_is_zero(const fe1 *a) {
    fe1 c;
    f1_canonical(&c, a);
    return (c.v[0] | c.v[1] | c.v[2] | c.v[3] | c.v[4]) == 0;
}

static uint64_t load64(const uint8_t *from) {
    uint64_t word = 0;
    for (int i = 7; i >= 0; i--) word = word << 8 | from[i];
    return word;
}

/* 255 bits, little-endian; returns 0 when they are not below p. The 256th bit is ignored. */
static int f1_from_bytes(fe1 *r, const uint8_t from[32]) {
    uint64_t w0 = load64(from), w1 = load64(from + 8), w2 = load64(from + 16), w3 = load64(from + 24);
    r->v[0] = w0 & MASK51;
    r->v[1] = (w0 >> 51 | w1 << 13) & MASK51;
    r->v[2] = (w1 >> 38 | w2 << 26) & MASK51;
    r->v[3] = (w2 >> 25 | w3 << 39) & MASK51;
    r->v[4] = w3 >> 12 & MASK51;
    return !(r->v[0] >= MASK51 - 18 && (r->v[1] & r->v[2] & r->v[3] & r->v[4]) == MASK51);
}

/* c is canonical. */
static void f1_to_bytes(uint8_t to[32], const fe1 *c) {
    uint64_t w[4] = {c->v[0] | c->v[1] << 51, c->v[1] >> 13 | c->v[2] << 38, c->v[2] >> 26 | c->v[3] << 25,
                     c->v[3] >> 39 | c->v[4] << 12};
    for (int i = 0; i < 32; i++) to[i] = (uint8_t)(w[i / 8] >> 8 * (i % 8));
}

/* One lane of one. */
static inline void f1_put(fe1 *r, int lane, const fe1 *a) { (void)lane; *r = *a; }
static inline void f1_get(fe1 *r, const fe1 *a, int lane) { (void)lane; *r = *a; }
