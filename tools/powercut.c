/* A power cut and a full disk for tests, preloaded before SQLite.
 *
 * For every file that ends in .sqlite3, -wal or -journal, what a write replaces is kept in FILE.undo until the file is
 * synced. After the processes were killed, whoever replays FILE.undo backwards has the file as a disk shows it that
 * lost everything unsynced (tests/faults/power.py). While the file named by POWERCUT_FULL exists, writes find the disk
 * full. The index in shared memory (-shm) is never on disk: it is rebuilt.
 *
 * A record of FILE.undo, four native int64: size of the file before, offset, number of old bytes, total length of the
 * record; then the old bytes, then the total length again, so that the last record is found from the end.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);

__attribute__((constructor)) static void find_the_real_ones(void) {
  real_pwrite = (ssize_t(*)(int, const void *, size_t, off_t))dlsym(RTLD_NEXT, "pwrite");
  real_ftruncate = (int (*)(int, off_t))dlsym(RTLD_NEXT, "ftruncate");
  real_fsync = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
}

static int ends_with(const char *text, const char *end) {
  size_t a = strlen(text), b = strlen(end);
  return a >= b && strcmp(text + a - b, end) == 0;
}

/* The undo file of a held file, or 0 when the descriptor is none of ours. */
static int held(int fd, char *undo, size_t size) {
  char link[64], path[4000];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, path, sizeof path - 1);
  if (n <= 0) return 0;
  path[n] = 0;
  if (!ends_with(path, ".sqlite3") && !ends_with(path, ".sqlite3-wal") && !ends_with(path, ".sqlite3-journal")) return 0;
  return snprintf(undo, size, "%s.undo", path) < (int)size;
}

static int disk_is_full(void) {
  const char *flag = getenv("POWERCUT_FULL");
  return flag && access(flag, F_OK) == 0;
}

/* Keep what stands at [offset, offset + length) and the size; the test is void if that fails, so it stops here. */
static void keep(int fd, const char *undo, off_t offset, size_t length) {
  struct stat now;
  int out = open(undo, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (out < 0 || fstat(fd, &now) != 0) abort();
  flock(out, LOCK_EX);
  char *old = malloc(length + 1);
  ssize_t got = offset < now.st_size ? pread(fd, old, length, offset) : 0;
  if (got < 0) abort();
  int64_t total = 5 * (int64_t)sizeof(int64_t) + got;
  int64_t head[4] = {now.st_size, offset, got, total};
  if (write(out, head, sizeof head) != (ssize_t)sizeof head || write(out, old, (size_t)got) != got ||
      write(out, &total, sizeof total) != (ssize_t)sizeof total)
    abort();
  free(old);
  close(out);
}

static void forget(const char *undo) {
  int out = open(undo, O_WRONLY | O_CLOEXEC);
  if (out < 0) return;
  flock(out, LOCK_EX);
  if (real_ftruncate(out, 0) != 0) abort();
  close(out);
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) {
  char undo[4096];
  if (held(fd, undo, sizeof undo)) {
    if (disk_is_full()) {
      errno = ENOSPC;
      return -1;
    }
    keep(fd, undo, offset, length);
  }
  return real_pwrite(fd, bytes, length, offset);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) { return pwrite(fd, bytes, length, offset); }

int ftruncate(int fd, off_t size) {
  char undo[4096];
  struct stat now;
  if (held(fd, undo, sizeof undo) && fstat(fd, &now) == 0)
    keep(fd, undo, size, now.st_size > size ? (size_t)(now.st_size - size) : 0);
  return real_ftruncate(fd, size);
}

int ftruncate64(int fd, off64_t size) { return ftruncate(fd, size); }

static int synced(int fd, int (*sync)(int)) {
  char undo[4096];
  int done = sync(fd);
  if (done == 0 && held(fd, undo, sizeof undo)) forget(undo);
  return done;
}

int fsync(int fd) { return synced(fd, real_fsync); }

int fdatasync(int fd) { return synced(fd, real_fdatasync); }
