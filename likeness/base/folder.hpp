// Folders whose names outlast a power cut: flushing a file keeps its content, and only flushing the
// folder that it is in keeps its name.
#pragma once

#include <filesystem>
#include <vector>

namespace likeness {

// Keeps what was made, renamed and removed in the folder until now ("" is the present one).
// Error::kUnavailable if the disk fails; file systems that cannot do it are taken as they are.
void flush_folder(const std::filesystem::path& folder);

// Makes the folder and those above it that are missing, and flushes them into place. Returns those
// it made, outermost first. Error::kUnavailable if one cannot be made.
std::vector<std::filesystem::path> make_folders(const std::filesystem::path& folder);

}  // namespace likeness
