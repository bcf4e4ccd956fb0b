// How much of a machine a container may use: a control group limits the time of processors, not
// their number, so that sched_getaffinity() knows nothing of it.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>

namespace likeness {

// The smallest quota of this process's control group and of those above it, in whole processors,
// rounded up, at least 1; nothing where there is none. Version 2 (`cpu.max`) and version 1
// (`cpu.cfs_quota_us` of `cpu.cfs_period_us`), as in Linux, Documentation/admin-guide/cgroup-v2.rst
// and Documentation/scheduler/sched-bwc.rst. What cannot be read or makes no sense sets no limit.
// `root` is the folder that stands for "/".
[[nodiscard]] std::optional<std::size_t> cpu_quota(const std::filesystem::path& root = "/");

}  // namespace likeness
