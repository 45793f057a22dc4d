/* Stands between a program and its disk: preloaded (LD_PRELOAD), it sees every change that the program makes to
 * the files of one directory.
 *
 * DISK_DIR      the directory; files elsewhere are left alone
 * DISK_LOG      a file that gets one record for each change, in the order in which they happened
 * DISK_FAST     "1": syncing does nothing, which saves time where no power is cut
 *
 * The program itself may ask for a fault and mark what it has acknowledged, by unlinking names that nothing has:
 *   DISK_DIR/.fail/EIO/17     the 17th change from now on fails with EIO, and only that one
 *   DISK_DIR/.fail/ENOSPC/17  from the 17th change on the disk is full: what needs space fails, until the next request
 *   DISK_DIR/.fail/SYNC/17    the 17th sync from now on fails with EIO, and only that one; then syncs alone are counted
 *   DISK_DIR/.count           answers, as errno, how many changes there have been since the last fault was asked for
 *   DISK_DIR/.ack/TEXT        writes TEXT into the record
 *
 * A record is: kind (1 byte), file (u32), offset (u64), length (u32), data. Kinds: O open (data: name), W write,
 * T truncate (offset: the new size), S sync, E sync that failed, U unlink (data: name), A acknowledgement (data: text).
 * All numbers little endian. A change and its record happen under one lock, so their order is the true one. A record
 * that is there already is continued. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define FILES 65536

static pthread_mutex_t lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static char dir[PATH_MAX];
static size_t dir_length;
static int log_fd = -1;
static int fast;
static uint32_t ids[FILES]; /* by descriptor: the file's number, 0 where it is none of ours */
static uint32_t next_id = 1;
static long changes, fail_at;
static int fail_with, only_syncs;

static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_write)(int, const void *, size_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_ftruncate)(int, off_t);
static int (*real_unlink)(const char *);
static int (*real_open)(const char *, int, ...);
static int (*real_openat)(int, const char *, int, ...);
static int (*real_close)(int);
static int (*real_fallocate)(int, off_t, off_t);

__attribute__((constructor)) static void begin(void) {
    real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    real_write = dlsym(RTLD_NEXT, "write");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
    real_unlink = dlsym(RTLD_NEXT, "unlink");
    real_open = dlsym(RTLD_NEXT, "open64");
    real_openat = dlsym(RTLD_NEXT, "openat64");
    real_close = dlsym(RTLD_NEXT, "close");
    real_fallocate = dlsym(RTLD_NEXT, "posix_fallocate64");
    const char *name = getenv("DISK_DIR");
    if (name && strlen(name) < sizeof dir) {
        strcpy(dir, name);
        dir_length = strlen(dir);
    }
    fast = getenv("DISK_FAST") != NULL;
    const char *record = getenv("DISK_LOG");
    if (record) log_fd = real_open(record, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static int is_ours(const char *path) {
    return dir_length && !strncmp(path, dir, dir_length) && path[dir_length] == '/';
}

static uint32_t id_of(int fd) { return fd >= 0 && fd < FILES ? ids[fd] : 0; }

static void record(char kind, uint32_t file, uint64_t offset, const void *data, uint32_t length) {
    if (log_fd < 0) return;
    char head[17];
    head[0] = kind;
    memcpy(head + 1, &file, 4);
    memcpy(head + 5, &offset, 8);
    memcpy(head + 13, &length, 4);
    struct iovec parts[2] = {{head, sizeof head}, {(void *)data, length}};
    ssize_t all = sizeof head + length;
    if (writev(log_fd, parts, length ? 2 : 1) != all) abort(); /* a record with a gap proves nothing */
}

enum change { SPACE, SYNC, OTHER }; /* what needs space, what syncs, and the rest */

/* Whether this change is to fail; sets errno. */
static int fails(enum change change) {
    if (only_syncs && change != SYNC) return 0;
    changes++;
    if (!fail_at || (fail_with == ENOSPC && change != SPACE)) return 0;
    if (changes < fail_at) return 0;
    if (fail_with == EIO) fail_at = 0; /* a disk that is full stays so */
    errno = fail_with;
    return 1;
}

ssize_t pwrite64(int fd, const void *data, size_t length, off_t offset) {
    uint32_t id = id_of(fd);
    if (!id) return real_pwrite(fd, data, length, offset);
    pthread_mutex_lock(&lock);
    ssize_t done = fails(SPACE) ? -1 : real_pwrite(fd, data, length, offset);
    if (done > 0) record('W', id, offset, data, done);
    pthread_mutex_unlock(&lock);
    return done;
}
ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) { return pwrite64(fd, data, length, offset); }

ssize_t write(int fd, const void *data, size_t length) {
    uint32_t id = id_of(fd);
    if (!id) return real_write(fd, data, length);
    pthread_mutex_lock(&lock);
    off_t offset = lseek(fd, 0, SEEK_CUR);
    ssize_t done = fails(SPACE) ? -1 : real_write(fd, data, length);
    if (done > 0) record('W', id, offset, data, done);
    pthread_mutex_unlock(&lock);
    return done;
}

static int sync_with(int (*real)(int), int fd) {
    uint32_t id = id_of(fd);
    if (!id) return real(fd);
    pthread_mutex_lock(&lock);
    int done = fails(SYNC) ? -1 : fast ? 0 : real(fd);
    int error = errno;
    record(done ? 'E' : 'S', id, 0, NULL, 0);
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}
int fsync(int fd) { return sync_with(real_fsync, fd); }
int fdatasync(int fd) { return sync_with(real_fdatasync, fd); }

int ftruncate64(int fd, off_t size) {
    uint32_t id = id_of(fd);
    if (!id) return real_ftruncate(fd, size);
    pthread_mutex_lock(&lock);
    int done = fails(SPACE) ? -1 : real_ftruncate(fd, size);
    if (!done) record('T', id, size, NULL, 0);
    pthread_mutex_unlock(&lock);
    return done;
}
int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

int posix_fallocate64(int fd, off_t offset, off_t length) {
    if (!id_of(fd)) return real_fallocate(fd, offset, length);
    return EINVAL; /* as file systems without it answer: then the program writes, which is recorded */
}
int posix_fallocate(int fd, off_t offset, off_t length) { return posix_fallocate64(fd, offset, length); }

static int asked(const char *what) {
    char kind[8];
    long at;
    if (!strncmp(what, ".ack/", 5)) {
        record('A', 0, 0, what + 5, strlen(what + 5));
    } else if (!strcmp(what, ".count")) {
        errno = changes;
        return 1;
    } else if (sscanf(what, ".fail/%7[A-Z]/%ld", kind, &at) == 2) {
        changes = 0;
        fail_at = at;
        fail_with = !strcmp(kind, "ENOSPC") ? ENOSPC : EIO;
        only_syncs = !strcmp(kind, "SYNC");
    } else {
        return 0;
    }
    errno = ENOENT;
    return 1;
}

int unlink(const char *path) {
    if (!is_ours(path)) return real_unlink(path);
    pthread_mutex_lock(&lock);
    int done = -1;
    if (!asked(path + dir_length + 1)) {
        done = real_unlink(path);
        if (!done) record('U', 0, 0, path + dir_length + 1, strlen(path + dir_length + 1));
    }
    int error = errno;
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}

static int opened(int fd, const char *path) {
    if (fd >= 0 && fd < FILES) {
        ids[fd] = next_id++;
        record('O', ids[fd], 0, path + dir_length + 1, strlen(path + dir_length + 1));
    }
    return fd;
}

static int open_with(int at, const char *path, int flags, mode_t mode) {
    int writes = (flags & O_ACCMODE) != O_RDONLY;
    if (!is_ours(path)) return real_openat(at, path, flags, mode);
    pthread_mutex_lock(&lock);
    int fd = writes && fails(OTHER) ? -1 : real_openat(at, path, flags, mode);
    /* A directory is opened for reading, and synced. */
    if (fd >= 0) opened(fd, path);
    pthread_mutex_unlock(&lock);
    return fd;
}

#define MODE(flags)                                          \
    mode_t mode = 0;                                         \
    if ((flags) & (O_CREAT | O_TMPFILE)) {                   \
        va_list rest;                                        \
        va_start(rest, flags);                               \
        mode = va_arg(rest, mode_t);                         \
        va_end(rest);                                        \
    }

int open64(const char *path, int flags, ...) {
    MODE(flags)
    return open_with(AT_FDCWD, path, flags, mode);
}
int open(const char *path, int flags, ...) {
    MODE(flags)
    return open_with(AT_FDCWD, path, flags, mode);
}
int openat64(int at, const char *path, int flags, ...) {
    MODE(flags)
    return open_with(at, path, flags, mode);
}
int openat(int at, const char *path, int flags, ...) {
    MODE(flags)
    return open_with(at, path, flags, mode);
}

int close(int fd) {
    pthread_mutex_lock(&lock);
    if (fd >= 0 && fd < FILES) ids[fd] = 0;
    int done = real_close(fd);
    pthread_mutex_unlock(&lock);
    return done;
}
