/* edwards25519 for W points at a time; included once for W = 1 and once for W = 8, with FE, F and C naming the field
 * and the functions. Formulas: Hisil, Wong, Carter, Dawson, "Twisted Edwards curves revisited" (2008), a = -1; they
 * hold for every pair of points of the curve, those of low order included.
 *
 * All powers of one point (one or two by challenges, one by the order of the group) share one chain of doublings:
 * the power of 16 reached is added to the bucket of each scalar's digit, and the buckets are summed up at the end
 * (Yao 1976; signed digits, so that eight buckets do). */

typedef struct { FE x, y, z, t; } C(ext);             /* x = X/Z, y = Y/Z, xy = T/Z */
typedef struct { FE plus, minus, z2, t2d; } C(cached); /* Y+X, Y-X, 2Z, 2dT */

static void C(neutral)(C(ext) *r) {
    r->x = r->t = F(spread)(&f1_zero);
    r->y = r->z = F(spread)(&f1_one);
}

static inline void C(cache)(C(cached) *r, const C(ext) *p) {
    const FE d2 = F(spread)(&f1_2d);
    F(add)(&r->plus, &p->y, &p->x);
    F(sub)(&r->minus, &p->y, &p->x);
    F(add)(&r->z2, &p->z, &p->z);
    F(mul)(&r->t2d, &p->t, &d2);
}

static inline void C(finish)(C(ext) *r, const FE *a, const FE *b, const FE *f, const FE *g) {
    FE e, h;
    F(sub)(&e, b, a);
    F(add)(&h, b, a);
    F(mul)(&r->x, &e, f);
    F(mul)(&r->y, g, &h);
    F(mul)(&r->z, f, g);
    F(mul)(&r->t, &e, &h);
}

/* p + q, or p - q where `negative` (then Y+X and Y-X of q change places, and the sign of 2dT); d is 2 * Z of p * Z of q. */
static inline void C(combine)(C(ext) *r, const C(ext) *p, const FE *plus, const FE *minus, const FE *t2d, const FE *d,
                              int negative) {
    FE a, b, c, f, g;
    F(sub)(&a, &p->y, &p->x);
    F(mul)(&a, &a, negative ? plus : minus);
    F(add)(&b, &p->y, &p->x);
    F(mul)(&b, &b, negative ? minus : plus);
    F(mul)(&c, &p->t, t2d);
    F(sub)(&f, d, &c);
    F(add)(&g, d, &c);
    C(finish)(r, &a, &b, negative ? &g : &f, negative ? &f : &g);
}

static inline void C(add)(C(ext) *r, const C(ext) *p, const C(cached) *q) {
    FE d;
    F(mul)(&d, &p->z, &q->z2);
    C(combine)(r, p, &q->plus, &q->minus, &q->t2d, &d, 0);
}

static inline void C(double)(C(ext) *r, const C(ext) *p, int with_t) {
    FE a, b, c, e, f, g, h;
    F(sq)(&a, &p->x);
    F(sq)(&b, &p->y);
    F(sq)(&c, &p->z);
    F(add)(&c, &c, &c);
    F(add)(&e, &p->x, &p->y);
    F(sq)(&e, &e);
    F(add)(&h, &a, &b);
    F(sub)(&e, &h, &e);
    F(sub)(&g, &a, &b);
    F(add)(&f, &c, &g);
    F(mul)(&r->x, &e, &f);
    F(mul)(&r->y, &g, &h);
    F(mul)(&r->z, &f, &g);
    if (with_t) F(mul)(&r->t, &e, &h);
}

/* --- powers for decompression and inversion ------------------------------------------------------------------- */

static void C(squares)(FE *r, const FE *a, int times) {
    *r = *a;
    while (times--) F(sq)(r, r);
}

/* a^(2^250 - 1), and a^11 on the way. */
static void C(ladder)(FE *r, FE *a11, const FE *a) {
    FE t, a2, a5, a10, a50, a100;
    F(sq)(&a2, a);
    C(squares)(&t, &a2, 2);
    F(mul)(&t, &t, a);
    F(mul)(a11, &t, &a2);
    F(sq)(&a5, a11);
    F(mul)(&a5, &a5, &t); /* 2^5 - 1 */
    C(squares)(&a10, &a5, 5);
    F(mul)(&a10, &a10, &a5);
    C(squares)(&t, &a10, 10);
    F(mul)(&t, &t, &a10); /* 2^20 - 1 */
    C(squares)(&a50, &t, 20);
    F(mul)(&a50, &a50, &t);
    C(squares)(&a50, &a50, 10);
    F(mul)(&a50, &a50, &a10);
    C(squares)(&a100, &a50, 50);
    F(mul)(&a100, &a100, &a50);
    C(squares)(&t, &a100, 100);
    F(mul)(&t, &t, &a100);
    C(squares)(&t, &t, 50);
    F(mul)(r, &t, &a50);
}

static void C(invert)(FE *r, const FE *a) {
    FE t, a11;
    C(ladder)(&t, &a11, a);
    C(squares)(&t, &t, 5);
    F(mul)(r, &t, &a11);
}

/* A candidate x for each y: u v^3 (u v^7)^((p-5)/8) with u = y^2 - 1, v = d y^2 + 1; also u and v x^2. */
static void C(candidate)(FE *x, FE *u, FE *vxx, const FE *y) {
    const FE one = F(spread)(&f1_one), d = F(spread)(&f1_d);
    FE v, v3, t, unused;
    F(sq)(&t, y);
    F(mul)(&v, &t, &d);
    F(add)(&v, &v, &one);
    F(sub)(u, &t, &one);
    F(sq)(&v3, &v);
    F(mul)(&v3, &v3, &v);
    F(sq)(&t, &v3);
    F(mul)(&t, &t, &v);
    F(mul)(&t, &t, u);
    C(ladder)(x, &unused, &t);
    C(squares)(x, x, 2);
    F(mul)(x, x, &t);
    F(mul)(x, x, &v3);
    F(mul)(x, x, u);
    F(sq)(vxx, x);
    F(mul)(vxx, vxx, &v);
}

/* --- what is looked up, lane by lane --------------------------------------------------------------------------- */

/* Buckets for digits that are the same in every lane; `used` has a bit for each that holds something. */
typedef struct {
    C(ext) own[9];
    int used;
} C(buckets);

/* bucket[|digit|] += digit's sign * p; q is p made ready */
static inline void C(drop_same)(C(buckets) *to, int digit, const C(cached) *q, const C(ext) *p) {
    int negative = digit < 0, at = negative ? -digit : digit;
    C(ext) *bucket = &to->own[at];
    FE d;
    if (!at) return;
    if (to->used >> at & 1) {
        F(mul)(&d, &bucket->z, &q->z2);
        C(combine)(bucket, bucket, &q->plus, &q->minus, &q->t2d, &d, negative);
        return;
    }
    to->used |= 1 << at;
    *bucket = *p;
    if (negative) {
        const FE zero = F(spread)(&f1_zero);
        F(sub)(&bucket->x, &zero, &p->x);
        F(sub)(&bucket->t, &zero, &p->t);
    }
}

/* The sum of n * bucket[n]. */
static void C(collect)(C(ext) *r, const C(buckets) *from) {
    C(ext) running;
    C(cached) q;
    C(neutral)(&running);
    *r = running;
    for (int n = 8; n > 0; n--) {
        if (from->used >> n & 1) {
            C(cache)(&q, &from->own[n]);
            C(add)(&running, &running, &q);
        }
        C(cache)(&q, &running);
        C(add)(r, r, &q);
    }
}

#if W == 1
typedef C(buckets) C(stores);
static inline void C(empty)(C(stores) *s) { s->used = 0; }
static inline void C(drop)(C(stores) *to, const int8_t digit[1], const C(cached) *q, const C(ext) *p) {
    C(drop_same)(to, *digit, q, p);
}
static inline void C(collect_stores)(C(ext) *r, const C(stores) *from) { C(collect)(r, from); }
/* r += digit's sign * the entry of a table, whose Z is 1 */
static inline void C(add_entry)(C(ext) *r, const uint64_t *const from[1], const int8_t sign[1]) {
    const FE *entry = (const FE *)from[0];
    FE d;
    F(add)(&d, &r->z, &r->z);
    C(combine)(r, r, &entry[0], &entry[1], &entry[2], &d, *sign);
}
#else
/* Buckets of each lane: X, Y, Z, T and padding; bucket 0 takes what a digit of nothing brings. */
typedef struct { uint64_t word[W][9][24]; } C(stores);

static inline void C(take)(C(ext) *r, const C(stores) *from, const int8_t *at) {
    __m512i *out = (__m512i *)r, t[8];
    for (int part = 0; part < 3; part++) {
        for (int lane = 0; lane < 8; lane++) t[lane] = _mm512_loadu_si512(from->word[lane][at[lane]] + 8 * part);
        transpose(t);
        for (int i = 0; i < (part < 2 ? 8 : 4); i++) out[8 * part + i] = t[i];
    }
}
static inline void C(give)(C(stores) *to, const int8_t *at, const C(ext) *p) {
    const __m512i *in = (const __m512i *)p;
    __m512i t[8];
    for (int part = 0; part < 3; part++) {
        for (int i = 0; i < 8; i++) t[i] = 8 * part + i < 20 ? in[8 * part + i] : _mm512_setzero_si512();
        transpose(t);
        for (int lane = 0; lane < 8; lane++) _mm512_storeu_si512(to->word[lane][at[lane]] + 8 * part, t[lane]);
    }
}
static void C(empty)(C(stores) *s) {
    C(ext) o;
    int8_t at[W];
    C(neutral)(&o);
    for (int n = 0; n < 9; n++) {
        memset(at, n, sizeof at);
        C(give)(s, at, &o);
    }
}
static inline void C(negate)(C(cached) *r, const int8_t *digit) {
    const fe8 zero = f8_spread(&f1_zero);
    fe8 t;
    f8_sub(&t, &zero, &r->t2d);
    __mmask8 less = _mm512_movepi64_mask(_mm512_cvtepi8_epi64(_mm_loadl_epi64((const __m128i *)digit)));
    for (int i = 0; i < 5; i++) {
        __m512i plus = r->plus.v[i];
        r->plus.v[i] = _mm512_mask_mov_epi64(plus, less, r->minus.v[i]);
        r->minus.v[i] = _mm512_mask_mov_epi64(r->minus.v[i], less, plus);
        r->t2d.v[i] = _mm512_mask_mov_epi64(r->t2d.v[i], less, t.v[i]);
    }
}
/* Each lane its own digit. */
static inline void C(drop)(C(stores) *to, const int8_t digit[W], const C(cached) *q, const C(ext) *p) {
    int8_t at[W];
    C(cached) signed_q = *q;
    C(ext) sum;
    (void)p;
    for (int lane = 0; lane < W; lane++) at[lane] = (int8_t)(digit[lane] < 0 ? -digit[lane] : digit[lane]);
    C(negate)(&signed_q, digit);
    C(take)(&sum, to, at);
    C(add)(&sum, &sum, &signed_q);
    C(give)(to, at, &sum);
}
static void C(collect_stores)(C(ext) *r, const C(stores) *from) {
    C(buckets) all;
    int8_t at[W];
    for (int n = 1; n < 9; n++) {
        memset(at, n, sizeof at);
        C(take)(&all.own[n], from, at);
    }
    all.used = ~0;
    C(collect)(r, &all);
}
/* r += digit's sign * the entry of a table, whose Z is 1, each lane its own */
static inline void C(add_entry)(C(ext) *r, const uint64_t *const from[W], const int8_t sign[W]) {
    __m512i t[8], u[8];
    C(cached) q;
    for (int lane = 0; lane < 8; lane++) t[lane] = _mm512_loadu_si512(from[lane]);
    for (int lane = 0; lane < 8; lane++) u[lane] = _mm512_loadu_si512(from[lane] + 8);
    transpose(t);
    transpose(u);
    for (int i = 0; i < 5; i++) q.plus.v[i] = t[i];
    for (int i = 0; i < 5; i++) q.minus.v[i] = i < 3 ? t[5 + i] : u[i - 3];
    for (int i = 0; i < 5; i++) q.t2d.v[i] = u[2 + i];
    C(negate)(&q, sign);
    F(add)(&q.z2, &r->z, &r->z);
    C(combine)(r, r, &q.plus, &q.minus, &q.t2d, &q.z2, 0);
}
#endif

/* --- the work -------------------------------------------------------------------------------------------------- */

/* out[j] = p^scalar[j] for `count` scalars in digits of 16, and whether p^order is neutral, a bit for each lane. */
static unsigned C(powers)(C(ext) out[2], const C(ext) *p, int count, int8_t (*digits)[64][W], int check) {
    C(stores) store[2];
    C(buckets) by_order;
    C(ext) chain = *p;
    C(cached) q;
    unsigned sound = 0;
    by_order.used = 0;
    for (int j = 0; j < count; j++) C(empty)(&store[j]);
    for (int i = 0; i < 64; i++) {
        C(cache)(&q, &chain);
        for (int j = 0; j < count; j++) C(drop)(&store[j], digits[j][i], &q, &chain);
        if (check) C(drop_same)(&by_order, order_digits[i], &q, &chain);
        for (int k = 0; i < 63 && k < 4; k++) C(double)(&chain, &chain, k == 3);
    }
    for (int j = 0; j < count; j++) C(collect_stores)(&out[j], &store[j]);
    if (!check) return ~0u;
    C(collect)(&chain, &by_order);
    F(sub)(&q.minus, &chain.y, &chain.z);
    for (int lane = 0; lane < W; lane++) {
        fe1 x, difference;
        F(get)(&x, &chain.x, lane);
        F(get)(&difference, &q.minus, lane);
        sound |= (unsigned)(f1_is_zero(&x) && f1_is_zero(&difference)) << lane;
    }
    return sound;
}

/* r *= base^scalar from the table of the base; each lane its own scalar, in 32 signed digits of 256. */
static void C(fixed)(C(ext) *r, const uint64_t *table, int16_t digits[32][W]) {
    const uint64_t *from[32][W];
    int8_t sign[32][W];
    int some = 0;
    for (int i = 0; i < 32; i++) {
        for (int lane = 0; lane < W; lane++) {
            int digit = digits[i][lane];
            some |= digit;
            sign[i][lane] = digit < 0 ? -1 : 0;
            from[i][lane] = table + (size_t)(i * TABLE_COLUMN + (digit < 0 ? -digit : digit)) * TABLE_ENTRY;
            __builtin_prefetch(from[i][lane]);
            __builtin_prefetch(from[i][lane] + TABLE_ENTRY - 1);
        }
    }
    for (int i = 0; i < 32 && some; i++) C(add_entry)(r, from[i], sign[i]);
}

/* The written form of `count` times W points with one inversion (Montgomery's trick). */
static void C(write)(char *(*to)[W], const C(ext) *points, size_t count) {
    FE before[2 * CHUNK], inverse, own, x, y;
    inverse = F(spread)(&f1_one);
    for (size_t i = 0; i < count; i++) {
        before[i] = inverse;
        F(mul)(&inverse, &inverse, &points[i].z);
    }
    C(invert)(&inverse, &inverse);
    for (size_t i = count; i-- > 0;) {
        F(mul)(&own, &inverse, &before[i]);
        F(mul)(&inverse, &inverse, &points[i].z);
        F(mul)(&x, &points[i].x, &own);
        F(mul)(&y, &points[i].y, &own);
        for (int lane = 0; lane < W; lane++) {
            fe1 x1, y1;
            if (!to[i][lane]) continue;
            F(get)(&x1, &x, lane);
            F(get)(&y1, &y, lane);
            write_point(to[i][lane], &x1, &y1);
        }
    }
}

/* Points [from, from + some) of a call, at most W of them; empty lanes hold the neutral element. */
static void C(load_points)(C(ext) *r, const affine *points, size_t some) {
    C(neutral)(r);
    for (size_t lane = 0; lane < some; lane++) {
        F(put)(&r->x, (int)lane, &points[lane].x);
        F(put)(&r->y, (int)lane, &points[lane].y);
    }
    F(mul)(&r->t, &r->x, &r->y);
}

static unsigned C(batch)(C(ext) out[2], const work *w, size_t from, size_t some) {
    C(ext) p;
    int8_t digits[2][64][W];
    int16_t fixed[2][2][32][W];
    memset(digits, 0, sizeof digits);
    memset(fixed, 0, sizeof fixed);
    for (size_t lane = 0; lane < some; lane++) {
        for (int j = 0; j < w->count; j++) {
            size_t at = ((from + lane) * (size_t)w->count + (size_t)j) * 32;
            int8_t d[64];
            int16_t e[2][32];
            digits16(d, w->challenges + at);
            digits256(e[0], w->by_g + at);
            digits256(e[1], w->by_y + at);
            for (int i = 0; i < 64; i++) digits[j][i][lane] = d[i];
            for (int i = 0; i < 32; i++) fixed[j][0][i][lane] = e[0][i];
            for (int i = 0; i < 32; i++) fixed[j][1][i][lane] = e[1][i];
        }
    }
    C(load_points)(&p, w->points + from, some);
    unsigned sound = C(powers)(out, &p, w->count, digits, w->check);
    for (int j = 0; j < w->count; j++) {
        C(fixed)(&out[j], w->g, fixed[j][0]);
        C(fixed)(&out[j], w->y, fixed[j][1]);
    }
    return sound;
}

/* Everything of one call; the number of the first point outside the group, or -1. */
static long C(commitments)(const work *w) {
    C(ext) points[2 * CHUNK];
    char *to[2 * CHUNK][W];
    size_t waiting = 0;
    for (size_t from = 0; from < w->n; from += W) {
        size_t some = w->n - from < W ? w->n - from : W;
        unsigned sound = C(batch)(points + waiting, w, from, some);
        for (size_t lane = 0; lane < some; lane++) {
            if (!(sound >> lane & 1)) return (long)(from + lane);
        }
        for (int j = 0; j < w->count; j++, waiting++) {
            for (size_t lane = 0; lane < W; lane++) {
                size_t at = ((from + lane) * (size_t)w->count + (size_t)j) * HEX;
                to[waiting][lane] = lane < some ? w->out + at : 0;
            }
        }
        if (waiting + 2 > 2 * CHUNK || from + W >= w->n) {
            C(write)(to, points, waiting);
            waiting = 0;
        }
    }
    return -1;
}

/* Points from their 32 bytes; the number of the first that is none, or -1. Membership is not checked here. */
static long C(decompress)(affine *out, const uint8_t *bytes, size_t n) {
    for (size_t from = 0; from < n; from += W) {
        FE y, x, u, vxx;
        size_t some = n - from < W ? n - from : W;
        y = F(spread)(&f1_one);
        for (size_t lane = 0; lane < some; lane++) {
            fe1 one;
            if (!f1_from_bytes(&one, bytes + 32 * (from + lane))) return (long)(from + lane);
            F(put)(&y, (int)lane, &one);
        }
        C(candidate)(&x, &u, &vxx, &y);
        for (size_t lane = 0; lane < some; lane++) {
            affine *point = out + from + lane;
            fe1 u1, vxx1;
            F(get)(&point->x, &x, (int)lane);
            F(get)(&point->y, &y, (int)lane);
            F(get)(&u1, &u, (int)lane);
            F(get)(&vxx1, &vxx, (int)lane);
            if (!choose_x(&point->x, &u1, &vxx1, bytes[32 * (from + lane) + 31] >> 7)) return (long)(from + lane);
        }
    }
    return -1;
}
