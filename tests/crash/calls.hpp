// The system calls that change files, as the preloaded library (counted_calls.cpp) counts them, and
// what the tests ask it to do at one of them.
#pragma once

#include <array>
#include <cerrno>
#include <cstddef>
#include <span>

namespace likeness {

enum class CallKind { kOpen, kWrite, kSync, kRename, kTruncate, kUnlink, kMake, kAttributes };

constexpr std::array<const char*, 8> kCallKinds = {"open",     "write",  "sync", "rename",
                                                   "truncate", "unlink", "make", "attributes"};
constexpr const char* name_of(CallKind kind) { return kCallKinds[static_cast<std::size_t>(kind)]; }

// The library is told by these variables of the environment.
constexpr const char* kBelowVariable =
    "LIKENESS_CALLS_BELOW";                                 // only files below this folder count
constexpr const char* kLogVariable = "LIKENESS_CALLS_LOG";  // writes each call into this file
constexpr const char* kAtVariable = "LIKENESS_CALLS_AT";    // the number of a call, from 1
// What happens there: kKill, kTear, kShort, or the number of an errno.
constexpr const char* kThereVariable = "LIKENESS_CALLS_THERE";
constexpr const char* kKill = "kill";    // the process ends before the call
constexpr const char* kTear = "tear";    // half of a write is done, then the process ends
constexpr const char* kShort = "short";  // half of a write is done, and this is what it says

constexpr std::array kOpenErrors = {ENOSPC, EDQUOT, EIO, EROFS, EACCES, EMFILE};
constexpr std::array kNameErrors = {ENOSPC, EDQUOT, EIO, EROFS, EACCES};
constexpr std::array kContentErrors = {ENOSPC, EDQUOT, EIO, EROFS};
constexpr std::array kUnlinkErrors = {EIO, EROFS, EACCES};

// What a call of this kind can fail with. An errno given for kThereVariable befalls that call and
// from there on every one that can give it: a full disk stays full, but files can be removed.
constexpr std::span<const int> errors_of(CallKind kind) {
  switch (kind) {
    case CallKind::kOpen: return kOpenErrors;
    case CallKind::kWrite:
    case CallKind::kSync:
    case CallKind::kTruncate: return kContentErrors;
    case CallKind::kRename:
    case CallKind::kMake: return kNameErrors;
    case CallKind::kUnlink:
    case CallKind::kAttributes: return kUnlinkErrors;
  }
  return {};
}

}  // namespace likeness
