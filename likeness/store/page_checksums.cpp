// A file of SQLite's own between SQLite and the system's file, after the pattern of SQLite's
// extension cksumvfs. Only the database's file is looked at: the -wal has checksums already, and
// its pages come through here when they are written to their place.
#include "likeness/store/page_checksums.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <span>

#include "likeness/base/checksum.hpp"

namespace likeness {
namespace {

constexpr std::size_t kLeastPage = 512;
constexpr sqlite3_int64 kReservedAt = 20;  // in the file's head: bytes that each page keeps free

// What SQLite holds for our file; the system's own lies directly behind it.
struct CheckedFile {
  sqlite3_file base;
  bool reserved = false;  // known to be so: it never ceases to be
};

sqlite3_file* system_file(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<CheckedFile*>(file) + 1);
}

bool is_page(std::size_t size, sqlite3_int64 offset) {
  return size >= kLeastPage && (size & (size - 1)) == 0 &&
         offset % static_cast<sqlite3_int64>(size) == 0;
}

// With the page's number, so that two pages that have changed places are noticed.
std::uint64_t page_checksum(std::span<const std::byte> page, sqlite3_int64 offset) {
  constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15;
  const auto number = static_cast<std::uint64_t>(offset) / page.size() + 1;
  return checksum(page.first(page.size() - kPageChecksumBytes)) ^ (number * kOdd);
}

// `page` is what is read or written at `offset`, for the head lies in the first one.
bool reserves(sqlite3_file* file, std::span<const std::byte> page, sqlite3_int64 offset) {
  auto& checked = *reinterpret_cast<CheckedFile*>(file);
  if (checked.reserved) return true;
  auto reserved = std::byte{0};
  if (offset == 0) {
    reserved = page[kReservedAt];
  } else {
    sqlite3_file* system = system_file(file);
    if (system->pMethods->xRead(system, &reserved, 1, kReservedAt) != SQLITE_OK) return false;
  }
  checked.reserved = reserved == std::byte{kPageChecksumBytes};
  return checked.reserved;
}

int read(sqlite3_file* file, void* into, int size, sqlite3_int64 offset) noexcept {
  sqlite3_file* system = system_file(file);
  const int code = system->pMethods->xRead(system, into, size, offset);
  const std::span page(static_cast<const std::byte*>(into), static_cast<std::size_t>(size));
  if (code != SQLITE_OK || !is_page(page.size(), offset) || !reserves(file, page, offset)) {
    return code;
  }
  std::uint64_t stored = 0;
  std::memcpy(&stored, page.last(sizeof stored).data(), sizeof stored);
  return stored == page_checksum(page, offset) ? SQLITE_OK : kDamagedPage;
}

int write(sqlite3_file* file, const void* from, int size, sqlite3_int64 offset) noexcept {
  sqlite3_file* system = system_file(file);
  // Into SQLite's own copy of the page: these bytes are not SQLite's, and it never looks at them.
  const std::span page(static_cast<std::byte*>(const_cast<void*>(from)),
                       static_cast<std::size_t>(size));
  if (is_page(page.size(), offset) && reserves(file, page, offset)) {
    const std::uint64_t sum = page_checksum(page, offset);
    std::memcpy(page.last(sizeof sum).data(), &sum, sizeof sum);
  }
  return system->pMethods->xWrite(system, from, size, offset);
}

// All else is the system's.
template <auto kMethod, typename... Values>
int pass(sqlite3_file* file, Values... values) noexcept {
  sqlite3_file* system = system_file(file);
  return (system->pMethods->*kMethod)(system, values...);
}

void barrier(sqlite3_file* file) noexcept {
  sqlite3_file* system = system_file(file);
  system->pMethods->xShmBarrier(system);
}

// Nothing is mapped: what is mapped would be read without being compared.
int fetch(sqlite3_file* /*file*/, sqlite3_int64 /*offset*/, int /*size*/, void** page) noexcept {
  *page = nullptr;
  return SQLITE_OK;
}

int unfetch(sqlite3_file* /*file*/, sqlite3_int64 /*offset*/, void* /*page*/) noexcept {
  return SQLITE_OK;
}

constexpr sqlite3_io_methods kMethods{
    .iVersion = 3,
    .xClose = pass<&sqlite3_io_methods::xClose>,
    .xRead = read,
    .xWrite = write,
    .xTruncate = pass<&sqlite3_io_methods::xTruncate, sqlite3_int64>,
    .xSync = pass<&sqlite3_io_methods::xSync, int>,
    .xFileSize = pass<&sqlite3_io_methods::xFileSize, sqlite3_int64*>,
    .xLock = pass<&sqlite3_io_methods::xLock, int>,
    .xUnlock = pass<&sqlite3_io_methods::xUnlock, int>,
    .xCheckReservedLock = pass<&sqlite3_io_methods::xCheckReservedLock, int*>,
    .xFileControl = pass<&sqlite3_io_methods::xFileControl, int, void*>,
    .xSectorSize = pass<&sqlite3_io_methods::xSectorSize>,
    .xDeviceCharacteristics = pass<&sqlite3_io_methods::xDeviceCharacteristics>,
    .xShmMap = pass<&sqlite3_io_methods::xShmMap, int, int, int, void volatile**>,
    .xShmLock = pass<&sqlite3_io_methods::xShmLock, int, int, int>,
    .xShmBarrier = barrier,
    .xShmUnmap = pass<&sqlite3_io_methods::xShmUnmap, int>,
    .xFetch = fetch,
    .xUnfetch = unfetch};

int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* given) noexcept {
  auto* system_vfs = static_cast<sqlite3_vfs*>(vfs->pAppData);
  if ((flags & SQLITE_OPEN_MAIN_DB) == 0) {
    return system_vfs->xOpen(system_vfs, name, file, flags, given);
  }
  new (file) CheckedFile{};  // no methods: SQLite then does not close what could not be opened
  const int code = system_vfs->xOpen(system_vfs, name, system_file(file), flags, given);
  if (code == SQLITE_OK) file->pMethods = &kMethods;
  return code;
}

// SQLite keeps its list of VFSs for the whole process, and this one must stay in it: it is made
// once and has no state.
sqlite3_vfs* registered_vfs() {
  sqlite3_vfs* system_vfs = sqlite3_vfs_find(nullptr);
  if (system_vfs == nullptr) return nullptr;
  static sqlite3_vfs vfs = [system_vfs] {
    sqlite3_vfs ours = *system_vfs;
    ours.zName = "likeness";
    ours.szOsFile = static_cast<int>(sizeof(CheckedFile)) + system_vfs->szOsFile;
    ours.pNext = nullptr;
    ours.pAppData = system_vfs;
    ours.xOpen = open;
    return ours;
  }();
  static const int code = sqlite3_vfs_register(&vfs, 0);
  return code == SQLITE_OK ? &vfs : nullptr;
}

}  // namespace

const char* page_checksum_vfs() {
  const sqlite3_vfs* vfs = registered_vfs();
  if (vfs == nullptr) throw std::bad_alloc();
  return vfs->zName;
}

}  // namespace likeness
