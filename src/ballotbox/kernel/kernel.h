/* What Python calls; build.py reads the declarations below the mark. A point in memory is 10 words (x and y, five limbs
 * each), a sum 20 (X, Y, Z, T), a table 32 * 129 * 16. Bytes are little-endian as in RFC 8032, 32 for each point or
 * scalar; scalars are below 2^255. `lanes` is 1, or 8 where ballotbox_lanes() says 8. */

#ifndef BALLOTBOX_KERNEL_H
#define BALLOTBOX_KERNEL_H

#include <stddef.h>
#include <stdint.h>

/* declarations */

/* How many points the processor takes at a time. */
int ballotbox_lanes(void);

/* Points from bytes: canonical encodings of points of the curve; the number of the first that is none, or -1. */
long ballotbox_decompress(int lanes, uint64_t *points, const uint8_t *bytes, size_t n);

/* The table of one point. */
void ballotbox_table(uint64_t *table, const uint64_t *point);

/* sums[i] += the next sizes[i] points, for n sums; -= for `subtract`. */
void ballotbox_sum(uint64_t *sums, size_t n, const uint32_t *sizes, const uint64_t *points, int subtract);

/* Sums as points and as 64 hexadecimal digits each, as Belenios writes them. */
void ballotbox_affine(uint64_t *points, char *hex, const uint64_t *sums, size_t n);

/* For each of n points and each of its `count` (1 or 2) scalars: point^challenge * g^by_g * y^by_y, 64 digits each.
 * With `check`, the number of the first point whose order does not divide that of the group; else -1; -2 for scalars
 * or counts out of range. */
long ballotbox_commitments(int lanes, const uint64_t *g, const uint64_t *y, const uint64_t *points, size_t n, int count,
                           int check, const uint8_t *challenges, const uint8_t *by_g, const uint8_t *by_y, char *out);

/* end */

#endif
