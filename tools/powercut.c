/* A power cut and a full disk for tests, preloaded before SQLite or PostgreSQL.
 *
 * For every regular file below the folder POWERCUT_DATA, what a write replaces is kept in the folder POWERCUT_UNDO
 * until the file is synced. After the processes were killed, whoever replays that backwards has the files as a disk
 * shows them that lost everything unsynced (tests/faults/power.py). While the file named by POWERCUT_FULL exists,
 * writes find the disk full. SQLite's index in shared memory (-shm) is never on disk: it is rebuilt. Names in folders
 * (new, renamed, removed files) count as durable at once.
 *
 * An undo file has the path of its file as its name, with '%' for '/'. A record, four native int64: size of the file
 * before, offset, number of old bytes, total length of the record; then the old bytes, then the total length again.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_pwritev)(int, const struct iovec *, int, off_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static char data[PATH_MAX], undo_folder[PATH_MAX];

__attribute__((constructor)) static void find_the_real_ones(void) {
  real_write = (ssize_t(*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
  real_pwrite = (ssize_t(*)(int, const void *, size_t, off_t))dlsym(RTLD_NEXT, "pwrite");
  real_pwritev = (ssize_t(*)(int, const struct iovec *, int, off_t))dlsym(RTLD_NEXT, "pwritev");
  real_ftruncate = (int (*)(int, off_t))dlsym(RTLD_NEXT, "ftruncate");
  real_fsync = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  const char *folder = getenv("POWERCUT_DATA"), *kept = getenv("POWERCUT_UNDO");
  if (folder && kept && realpath(folder, data) && realpath(kept, undo_folder)) return;
  data[0] = 0;
}

static int ends_with(const char *text, const char *end) {
  size_t a = strlen(text), b = strlen(end);
  return a >= b && strcmp(text + a - b, end) == 0;
}

/* The undo file of a held file, or 0 when the descriptor is none of ours. */
static int held(int fd, char *undo, size_t size) {
  char link[64], path[PATH_MAX];
  struct stat now;
  if (!data[0] || fstat(fd, &now) != 0 || !S_ISREG(now.st_mode)) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, path, sizeof path - 1);
  if (n <= 0) return 0;
  path[n] = 0;
  size_t length = strlen(data);
  if (strncmp(path, data, length) != 0 || path[length] != '/') return 0;
  if (ends_with(path, "-shm") || ends_with(path, " (deleted)")) return 0;
  for (char *at = path; *at; at++)
    if (*at == '/') *at = '%';
  return snprintf(undo, size, "%s/%s", undo_folder, path) < (int)size;
}

static int disk_is_full(void) {
  const char *flag = getenv("POWERCUT_FULL");
  return flag && access(flag, F_OK) == 0;
}

/* All of it into the undo file; the test is void if that fails, so it stops here. */
static void put(int out, const void *bytes, size_t length) {
  if (real_write(out, bytes, length) != (ssize_t)length) abort();
}

/* Keep what stands at [offset, offset + length) and the size. */
static void keep(int fd, const char *undo, off_t offset, size_t length) {
  struct stat now;
  char link[64];
  int out = open(undo, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (out < 0 || fstat(fd, &now) != 0) abort();
  flock(out, LOCK_EX);
  char *old = malloc(length + 1);
  ssize_t got = 0;
  if (offset < now.st_size && length) {
    /* The file may be open for writing only. */
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    int in = open(link, O_RDONLY | O_CLOEXEC);
    if (in < 0 || !old || (got = pread(in, old, length, offset)) < 0) abort();
    close(in);
  }
  int64_t total = 5 * (int64_t)sizeof(int64_t) + got;
  int64_t head[4] = {now.st_size, offset, got, total};
  put(out, head, sizeof head);
  put(out, old, (size_t)got);
  put(out, &total, sizeof total);
  free(old);
  close(out);
}

/* How much is kept at the moment: what comes after it is not covered by a sync that begins now. */
static off_t kept(const char *undo) {
  struct stat now;
  return stat(undo, &now) == 0 ? now.st_size : 0;
}

/* Forget the first `covered` bytes of what is kept. */
static void forget(const char *undo, off_t covered) {
  struct stat now;
  int out = covered ? open(undo, O_RDWR | O_APPEND | O_CLOEXEC) : -1;
  if (out < 0) return;
  flock(out, LOCK_EX);
  if (fstat(out, &now) != 0) abort();
  size_t rest = (size_t)(now.st_size - covered);
  char *later = malloc(rest + 1);
  if (!later || pread(out, later, rest, covered) != (ssize_t)rest || real_ftruncate(out, 0) != 0) abort();
  put(out, later, rest);
  free(later);
  close(out);
}

/* Whether a write may go on; keeps what it replaces. */
static int may_write(int fd, off_t offset, size_t length) {
  char undo[2 * PATH_MAX];
  if (!held(fd, undo, sizeof undo)) return 1;
  if (disk_is_full()) {
    errno = ENOSPC;
    return 0;
  }
  keep(fd, undo, offset, length);
  return 1;
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) {
  return may_write(fd, offset, length) ? real_pwrite(fd, bytes, length, offset) : -1;
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) { return pwrite(fd, bytes, length, offset); }

ssize_t pwritev(int fd, const struct iovec *pieces, int number, off_t offset) {
  size_t length = 0;
  for (int at = 0; at < number; at++) length += pieces[at].iov_len;
  return may_write(fd, offset, length) ? real_pwritev(fd, pieces, number, offset) : -1;
}

ssize_t pwritev64(int fd, const struct iovec *pieces, int number, off64_t offset) {
  return pwritev(fd, pieces, number, offset);
}

ssize_t write(int fd, const void *bytes, size_t length) {
  off_t offset = data[0] ? lseek(fd, 0, SEEK_CUR) : -1;
  if (offset >= 0 && (fcntl(fd, F_GETFL) & O_APPEND)) offset = lseek(fd, 0, SEEK_END);
  return offset < 0 || may_write(fd, offset, length) ? real_write(fd, bytes, length) : -1;
}

int ftruncate(int fd, off_t size) {
  char undo[2 * PATH_MAX];
  struct stat now;
  if (held(fd, undo, sizeof undo) && fstat(fd, &now) == 0)
    keep(fd, undo, size, now.st_size > size ? (size_t)(now.st_size - size) : 0);
  return real_ftruncate(fd, size);
}

int ftruncate64(int fd, off64_t size) { return ftruncate(fd, size); }

/* One sync of a file at a time, or one would forget what only the other covers. */
static int take_turn(const char *undo) {
  char name[2 * PATH_MAX + 8];
  snprintf(name, sizeof name, "%s.turn", undo);
  int turn = open(name, O_RDONLY | O_CREAT | O_CLOEXEC, 0600);
  if (turn < 0 || flock(turn, LOCK_EX) != 0) abort();
  return turn;
}

static int synced(int fd, int (*sync)(int)) {
  char undo[2 * PATH_MAX];
  if (!held(fd, undo, sizeof undo)) return sync(fd);
  int turn = take_turn(undo);
  off_t covered = kept(undo);
  int done = sync(fd);
  if (done == 0) forget(undo, covered);
  close(turn);
  return done;
}

int fsync(int fd) { return synced(fd, real_fsync); }

int fdatasync(int fd) { return synced(fd, real_fdatasync); }
