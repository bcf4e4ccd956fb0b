// A signal's handler may call little: it takes no memory and no lock. So regions are kept in a list
// that only grows, and one whose file is gone is used for the next.
#include "likeness/base/mapped_file.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <mutex>
#include <string>
#include <system_error>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"

namespace likeness {
namespace {

struct Region {
  std::atomic<std::uintptr_t> begin{0};  // 0: not mapped
  std::atomic<std::size_t> size{0};
  std::string name;
  Region* next = nullptr;
};

std::mutex regions_mutex;  // of whoever changes the list
std::atomic<Region*> regions{nullptr};
std::atomic<const Region*> last_cut{nullptr};  // keeps its name: it is not used again
std::atomic<std::size_t> found{0};
std::atomic<std::size_t> known{0};
struct sigaction before{};

std::size_t page_size() noexcept { return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)); }

void add_region(const std::filesystem::path& path, std::span<const std::byte> bytes) {
  const std::scoped_lock lock(regions_mutex);
  Region* region = regions;
  while (region != nullptr && (region->begin != 0 || region == last_cut)) region = region->next;
  if (region == nullptr) {
    // Never freed: a handler may be walking along it.
    region = new Region{.name = {}, .next = regions};  // NOLINT(cppcoreguidelines-owning-memory)
    regions = region;
  }
  region->name = path.string();
  region->size = bytes.size();
  region->begin = reinterpret_cast<std::uintptr_t>(bytes.data());
}

void drop_region(std::span<const std::byte> bytes) noexcept {
  const std::scoped_lock lock(regions_mutex);
  for (Region* region = regions; region != nullptr; region = region->next) {
    if (region->begin == reinterpret_cast<std::uintptr_t>(bytes.data())) region->begin = 0;
  }
}

// Zeros from the page of the address to the end of its file. False if no file is mapped there.
bool fill_with_zeros(std::uintptr_t address) noexcept {
  for (const Region* region = regions; region != nullptr; region = region->next) {
    const std::uintptr_t begin = region->begin;
    const std::uintptr_t end = begin + region->size;
    if (begin == 0 || address < begin || address >= end) continue;
    const std::uintptr_t page = address - address % page_size();
    void* const start = reinterpret_cast<void*>(page);  // NOLINT(performance-no-int-to-ptr)
    if (::mmap(start, end - page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) ==
        MAP_FAILED) {
      return false;
    }
    last_cut = region;
    ++found;
    return true;
  }
  return false;
}

void on_bus_error(int signal, siginfo_t* info, void* context) noexcept {
  const int code = errno;
  const bool ours = info->si_code == BUS_ADRERR &&
                    fill_with_zeros(reinterpret_cast<std::uintptr_t>(info->si_addr));
  errno = code;
  if (ours) return;
  if ((before.sa_flags & SA_SIGINFO) != 0) return before.sa_sigaction(signal, info, context);
  if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN)
    return before.sa_handler(signal);
  std::signal(signal, SIG_DFL);
  ::raise(signal);
}

}  // namespace

MappedFile::MappedFile(const std::filesystem::path& path) {
  const RegularFile file(path);
  const std::size_t size = file.size();
  if (size == 0) return;  // nothing to map; mmap refuses a length of 0
  void* start = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file.descriptor(), 0);
  if (start == MAP_FAILED) {
    throw Error(Error::Kind::kUnavailable,
                path.string() + ": cannot be read: " + std::generic_category().message(errno));
  }
  bytes_ = {static_cast<const std::byte*>(start), size};
  add_region(path, bytes_);
}

MappedFile::~MappedFile() {
  if (bytes_.empty()) return;
  drop_region(bytes_);
  ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

void MappedFile::will_read(std::span<const std::byte> part) const noexcept {
  const std::size_t page = page_size();
  const auto offset = static_cast<std::size_t>(part.data() - bytes_.data()) / page * page;
  const auto end = static_cast<std::size_t>(part.data() - bytes_.data()) + part.size();
  // A hint: where it is refused (before Linux 5.14), pages come one by one.
  (void)::madvise(const_cast<std::byte*>(bytes_.data() + offset), end - offset, MADV_POPULATE_READ);
}

void MappedFile::release_pages() const noexcept {
  if (bytes_.empty()) return;
  // A hint: where it is refused, nothing is lost but memory.
  (void)::madvise(const_cast<std::byte*>(bytes_.data()), bytes_.size(), MADV_DONTNEED);
}

MappedFile::MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  return *this;
}

void survive_cut_files() noexcept {
  static std::atomic_flag is_done;
  if (is_done.test_and_set()) return;
  struct sigaction action{};
  action.sa_sigaction = on_bus_error;
  action.sa_flags = SA_SIGINFO;
  ::sigemptyset(&action.sa_mask);
  ::sigaction(SIGBUS, &action, &before);
}

std::size_t known_cut_files() noexcept { return known; }

std::size_t found_cut_files() noexcept { return found; }

void know_cut_files(std::size_t now_known) noexcept { known = now_known; }

void require_whole_files(std::size_t known_before) {
  if (found <= known_before) return;
  const Region* const region = last_cut;
  throw Error(Error::Kind::kCorrupt, region->name +
                                         ": was cut short or cannot be read from the disk: restore "
                                         "it from a backup, or make it again");
}

}  // namespace likeness
