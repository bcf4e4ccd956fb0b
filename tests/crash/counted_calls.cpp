// Preloaded into likeness (LD_PRELOAD), this library stands before every system call that changes
// files: it counts those below one folder, writes them into a log, and at one of them ends the
// process or lets the call fail, as calls.hpp tells. What it lets through goes to the kernel
// directly.
//
// Functions are named by their symbols, for the C headers' own declarations of them differ
// (variable arguments, exceptions). Both names of a call (open, open64) are one here: offsets have
// 64 bits.
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>
#include <utility>

#include "tests/crash/calls.hpp"

namespace likeness {
namespace {

std::string text_of(const char* variable) {
  const char* text = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe): before any thread
  return text == nullptr ? "" : text;
}

// What was asked for, and how far we are.
struct Counting {
  Counting() {
    log = log_path.empty()
              ? -1
              : static_cast<int>(::syscall(SYS_openat, AT_FDCWD, log_path.c_str(),
                                           O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    // Other programs that are started, such as gnuplot, write outside the shop and are left alone.
    ::unsetenv("LD_PRELOAD");  // NOLINT(concurrency-mt-unsafe): before any thread
  }

  const std::string below = text_of(kBelowVariable);
  const std::string log_path = text_of(kLogVariable);
  const std::string there = text_of(kThereVariable);
  const long at = std::atol(text_of(kAtVariable).c_str());
  const int error = std::atoi(there.c_str());
  int log = -1;
  long count = 0;
  std::mutex mutex;
};

Counting& counting() {
  static Counting counting;
  return counting;
}

// Reads the environment as the library is loaded, when there are no threads yet.
[[maybe_unused]] const Counting& at_start = counting();

struct Call {
  CallKind kind{};
  std::string path;
  std::string second = {};      // the new name of a rename or link
  const void* bytes = nullptr;  // of a write
  std::size_t size = 0;
  long number = 0;  // the flags of an open, the place of a write, the length that a file is cut to
};

std::string path_of(int descriptor) {
  std::array<char, 4096> path{};
  const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
  const auto size = ::readlink(link.c_str(), path.data(), path.size());
  return {path.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
}

std::string path_of(int folder, const char* path) {
  if (path[0] == '/') return path;
  if (folder != AT_FDCWD) return path_of(folder) + "/" + path;
  std::array<char, 4096> here{};
  return std::string(::getcwd(here.data(), here.size()) == nullptr ? "" : here.data()) + "/" + path;
}

bool counts(const std::string& path) {
  const std::string& below = counting().below;
  return !below.empty() && path.starts_with(below) &&
         (path.size() == below.size() || path[below.size()] == '/');
}

[[noreturn]] void end() {
  ::kill(::getpid(), SIGKILL);
  std::abort();  // never reached
}

// A line of fields, a tab between two, and the bytes that were written.
void log(const Call& call, long result) {
  const int file = counting().log;
  if (file < 0) return;
  const std::size_t written =
      call.bytes != nullptr && result > 0 ? static_cast<std::size_t>(result) : 0;
  std::string text = std::string(name_of(call.kind)) + "\t" + std::to_string(result) + "\t" +
                     std::to_string(call.number) + "\t" + std::to_string(written) + "\t" +
                     call.path + "\t" + call.second + "\n";
  text.append(static_cast<const char*>(call.bytes), written);
  ::syscall(SYS_write, file, text.data(), text.size());
}

bool befalls(const Call& call) {
  const auto errors = errors_of(call.kind);
  return std::ranges::find(errors, counting().error) != errors.end();
}

// `run(size)` makes the system call; `size` is how many bytes of a write it may write.
template <typename Run>
long counted(const Call& call, const Run& run) {
  if (!counts(call.path) && !counts(call.second)) return run(call.size);
  Counting& now = counting();
  const std::lock_guard lock(now.mutex);
  const bool here = ++now.count == now.at;
  if (here && now.there == kKill) end();
  if (now.error != 0 && now.count >= now.at && befalls(call)) {
    log(call, -now.error);
    errno = now.error;
    return -1;
  }
  const bool half = here && (now.there == kTear || now.there == kShort) && call.size > 1;
  const long result = run(half ? call.size / 2 : call.size);
  if (here && now.there == kTear) end();
  const int error = errno;
  log(call, result < 0 ? -error : result);
  errno = error;
  return result;
}

long counted_open_at(int folder, const char* path, int flags, unsigned mode) {
  const auto run = [&](std::size_t) { return ::syscall(SYS_openat, folder, path, flags, mode); };
  if ((flags & O_ACCMODE) == O_RDONLY && (flags & O_CREAT) == 0) return run(0);
  return counted({.kind = CallKind::kOpen, .path = path_of(folder, path), .number = flags}, run);
}

// At `offset`, or where the descriptor stands.
long counted_write_at(int file, const void* bytes, std::size_t size, long offset) {
  const bool stands = offset < 0;
  const long place = stands ? ::syscall(SYS_lseek, file, 0, SEEK_CUR) : offset;
  return counted({.kind = CallKind::kWrite,
                  .path = path_of(file),
                  .bytes = bytes,
                  .size = size,
                  .number = place},
                 [&](std::size_t count) {
                   return stands ? ::syscall(SYS_write, file, bytes, count)
                                 : ::syscall(SYS_pwrite64, file, bytes, count, offset);
                 });
}

// A call that needs nothing but its own arguments.
template <typename... Arguments>
int counted_call(const Call& call, long number, Arguments... arguments) {
  return static_cast<int>(
      counted(call, [&](std::size_t) { return ::syscall(number, arguments...); }));
}

int flags_of(const char* mode) {
  const std::string letters = mode;
  const bool both = letters.find('+') != std::string::npos;
  int flags = both ? O_RDWR : O_WRONLY;
  if (letters[0] == 'r') return both ? O_RDWR : O_RDONLY;
  flags |= O_CREAT | (letters[0] == 'a' ? O_APPEND : O_TRUNC);
  return letters.find('x') == std::string::npos ? flags : flags | O_EXCL;
}

}  // namespace
}  // namespace likeness

using likeness::CallKind;
using likeness::counted_call;
using likeness::path_of;

extern "C" {

int counted_open(const char* path, int flags, unsigned mode) __asm__("open");
int counted_open64(const char*, int, unsigned) __asm__("open64") __attribute__((alias("open")));
int counted_openat(int folder, const char* path, int flags, unsigned mode) __asm__("openat");
int counted_openat64(int, const char*, int, unsigned) __asm__("openat64")
    __attribute__((alias("openat")));
int counted_creat(const char* path, unsigned mode) __asm__("creat");
int counted_creat64(const char*, unsigned) __asm__("creat64") __attribute__((alias("creat")));
FILE* counted_fopen(const char* path, const char* mode) __asm__("fopen");
FILE* counted_fopen64(const char*, const char*) __asm__("fopen64") __attribute__((alias("fopen")));
long counted_write(int file, const void* bytes, std::size_t size) __asm__("write");
long counted_pwrite(int file, const void* bytes, std::size_t size, long offset) __asm__("pwrite");
long counted_pwrite64(int, const void*, std::size_t, long) __asm__("pwrite64")
    __attribute__((alias("pwrite")));
long counted_writev(int file, const iovec* parts, int count) __asm__("writev");
int counted_fsync(int file) __asm__("fsync");
int counted_fdatasync(int file) __asm__("fdatasync");
int counted_ftruncate(int file, long length) __asm__("ftruncate");
int counted_ftruncate64(int, long) __asm__("ftruncate64") __attribute__((alias("ftruncate")));
int counted_truncate(const char* path, long length) __asm__("truncate");
int counted_truncate64(const char*, long) __asm__("truncate64") __attribute__((alias("truncate")));
int counted_fallocate(int file, int mode, long offset, long size) __asm__("fallocate");
int counted_fallocate64(int, int, long, long) __asm__("fallocate64")
    __attribute__((alias("fallocate")));
int counted_rename(const char* from, const char* to) __asm__("rename");
int counted_renameat(int from_folder, const char* from, int to_folder,
                     const char* to) __asm__("renameat");
int counted_renameat2(int from_folder, const char* from, int to_folder, const char* to,
                      unsigned flags) __asm__("renameat2");
int counted_link(const char* from, const char* to) __asm__("link");
int counted_symlink(const char* target, const char* path) __asm__("symlink");
int counted_unlink(const char* path) __asm__("unlink");
int counted_unlinkat(int folder, const char* path, int flags) __asm__("unlinkat");
int counted_rmdir(const char* path) __asm__("rmdir");
int counted_remove(const char* path) __asm__("remove");
int counted_mkdir(const char* path, unsigned mode) __asm__("mkdir");
int counted_mkdirat(int folder, const char* path, unsigned mode) __asm__("mkdirat");
int counted_chmod(const char* path, unsigned mode) __asm__("chmod");
int counted_fchmod(int file, unsigned mode) __asm__("fchmod");
int counted_utimensat(int folder, const char* path, const timespec* times,
                      int flags) __asm__("utimensat");
int counted_futimens(int file, const timespec* times) __asm__("futimens");
long counted_sendfile(int out, int in, long* offset, std::size_t count) __asm__("sendfile");
long counted_sendfile64(int, int, long*, std::size_t) __asm__("sendfile64")
    __attribute__((alias("sendfile")));

int counted_open(const char* path, int flags, unsigned mode) {
  return static_cast<int>(likeness::counted_open_at(AT_FDCWD, path, flags, mode));
}

int counted_openat(int folder, const char* path, int flags, unsigned mode) {
  return static_cast<int>(likeness::counted_open_at(folder, path, flags, mode));
}

int counted_creat(const char* path, unsigned mode) {
  return counted_open(path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

FILE* counted_fopen(const char* path, const char* mode) {
  const int file = counted_open(path, likeness::flags_of(mode), 0666);
  return file < 0 ? nullptr : ::fdopen(file, mode);
}

long counted_write(int file, const void* bytes, std::size_t size) {
  return likeness::counted_write_at(file, bytes, size, -1);
}

long counted_pwrite(int file, const void* bytes, std::size_t size, long offset) {
  return likeness::counted_write_at(file, bytes, size, offset);
}

// Some of its bytes, as the kernel may: those of the first part that has any.
long counted_writev(int file, const iovec* parts, int count) {
  int part = 0;
  while (part + 1 < count && parts[part].iov_len == 0) ++part;
  return count == 0 ? 0 : counted_write(file, parts[part].iov_base, parts[part].iov_len);
}

int counted_fsync(int file) {
  return counted_call({.kind = CallKind::kSync, .path = path_of(file)}, SYS_fsync, file);
}

int counted_fdatasync(int file) {
  return counted_call({.kind = CallKind::kSync, .path = path_of(file)}, SYS_fdatasync, file);
}

int counted_ftruncate(int file, long length) {
  return counted_call({.kind = CallKind::kTruncate, .path = path_of(file), .number = length},
                      SYS_ftruncate, file, length);
}

int counted_truncate(const char* path, long length) {
  return counted_call(
      {.kind = CallKind::kTruncate, .path = path_of(AT_FDCWD, path), .number = length},
      SYS_truncate, path, length);
}

int counted_fallocate(int file, int mode, long offset, long size) {
  return counted_call({.kind = CallKind::kTruncate, .path = path_of(file), .number = offset + size},
                      SYS_fallocate, file, mode, offset, size);
}

int counted_rename(const char* from, const char* to) {
  return counted_renameat2(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int counted_renameat(int from_folder, const char* from, int to_folder, const char* to) {
  return counted_renameat2(from_folder, from, to_folder, to, 0);
}

int counted_renameat2(int from_folder, const char* from, int to_folder, const char* to,
                      unsigned flags) {
  return counted_call({.kind = CallKind::kRename,
                       .path = path_of(from_folder, from),
                       .second = path_of(to_folder, to),
                       .number = flags},
                      SYS_renameat2, from_folder, from, to_folder, to, flags);
}

int counted_link(const char* from, const char* to) {
  return counted_call({.kind = CallKind::kMake, .path = path_of(AT_FDCWD, to)}, SYS_link, from, to);
}

int counted_symlink(const char* target, const char* path) {
  return counted_call({.kind = CallKind::kMake, .path = path_of(AT_FDCWD, path)}, SYS_symlink,
                      target, path);
}

int counted_unlink(const char* path) { return counted_unlinkat(AT_FDCWD, path, 0); }

int counted_unlinkat(int folder, const char* path, int flags) {
  return counted_call({.kind = CallKind::kUnlink, .path = path_of(folder, path)}, SYS_unlinkat,
                      folder, path, flags);
}

int counted_rmdir(const char* path) { return counted_unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }

int counted_remove(const char* path) {
  const int result = counted_unlink(path);
  return result < 0 && errno == EISDIR ? counted_rmdir(path) : result;
}

int counted_mkdir(const char* path, unsigned mode) { return counted_mkdirat(AT_FDCWD, path, mode); }

int counted_mkdirat(int folder, const char* path, unsigned mode) {
  return counted_call({.kind = CallKind::kMake, .path = path_of(folder, path)}, SYS_mkdirat, folder,
                      path, mode);
}

int counted_chmod(const char* path, unsigned mode) {
  return counted_call({.kind = CallKind::kAttributes, .path = path_of(AT_FDCWD, path)}, SYS_chmod,
                      path, mode);
}

int counted_fchmod(int file, unsigned mode) {
  return counted_call({.kind = CallKind::kAttributes, .path = path_of(file)}, SYS_fchmod, file,
                      mode);
}

int counted_utimensat(int folder, const char* path, const timespec* times, int flags) {
  return counted_call({.kind = CallKind::kAttributes, .path = path_of(folder, path)}, SYS_utimensat,
                      folder, path, times, flags);
}

int counted_futimens(int file, const timespec* times) {
  return counted_call({.kind = CallKind::kAttributes, .path = path_of(file)}, SYS_utimensat, file,
                      nullptr, times, 0);
}

// Refused where it would be counted, as some file systems refuse it: callers then write.
long counted_sendfile(int out, int in, long* offset, std::size_t count) {
  if (!likeness::counts(path_of(out))) return ::syscall(SYS_sendfile, out, in, offset, count);
  errno = EINVAL;
  return -1;
}

}  // extern "C"
