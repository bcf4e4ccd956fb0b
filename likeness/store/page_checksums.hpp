// Checksums for the pages of an SQLite file, which has none of its own: a flipped byte, a page that
// lies in another's place and a page that was never written are told as the page is read, in a
// table as in an index. Each page ends in eight bytes, which SQLite keeps free if it is asked to.
#pragma once

#include <sqlite3.h>

namespace likeness {

inline constexpr int kPageChecksumBytes = 8;

// The name of the "VFS" that writes and compares them, for sqlite3_open_v2(). It does so in files
// whose head reserves kPageChecksumBytes, and leaves all others as they are.
[[nodiscard]] const char* page_checksum_vfs();

// What sqlite3_extended_errcode() is after a page that is not as it was written.
inline constexpr int kDamagedPage = SQLITE_IOERR_DATA;

}  // namespace likeness
