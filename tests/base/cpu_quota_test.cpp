#include "likeness/base/cpu_quota.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "tests/support/temporary_folder.hpp"

namespace likeness {
namespace {

// A folder that stands for "/" of a machine with these control groups.
class CpuQuota : public testing::Test {
 protected:
  void write(const std::string& file, const std::string& text) {
    const auto path = folder_.path() / file;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  void mount_version_2(const std::string& group) {
    write("proc/self/mountinfo",
          "22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw\n"
          "30 22 0:27 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n");
    write("proc/self/cgroup", "0::" + group + "\n");
  }
  void mount_version_1(const std::string& root, const std::string& group) {
    write("proc/self/mountinfo",
          "31 30 0:28 " + root + " /sys/fs/cgroup/cpu,cpuacct ro - cgroup cgroup rw,cpu,cpuacct\n" +
              "32 30 0:29 " + root + " /sys/fs/cgroup/cpuset ro - cgroup cgroup rw,cpuset\n");
    write("proc/self/cgroup",
          "5:cpuset:/elsewhere\n4:cpu,cpuacct:" + group + "\n1:name=systemd:" + group + "\n");
  }
  [[nodiscard]] std::optional<std::size_t> quota() const { return cpu_quota(folder_.path()); }

 private:
  TemporaryFolder folder_;
};

TEST_F(CpuQuota, IsThatOfTheProcessesOwnGroup) {
  mount_version_2("/shop.slice/train.service");
  write("sys/fs/cgroup/shop.slice/train.service/cpu.max", "200000 100000\n");
  EXPECT_EQ(quota(), 2U);
}

TEST_F(CpuQuota, IsTheSmallestFromTheGroupUpwards) {
  mount_version_2("/shop.slice/train.service");
  write("sys/fs/cgroup/shop.slice/train.service/cpu.max", "max 100000\n");
  write("sys/fs/cgroup/shop.slice/cpu.max", "300000 100000\n");
  write("sys/fs/cgroup/cpu.max", "800000 100000\n");
  EXPECT_EQ(quota(), 3U);
}

TEST_F(CpuQuota, RoundsUpAndIsAtLeastOne) {
  mount_version_2("/");
  write("sys/fs/cgroup/cpu.max", "150000 100000\n");
  EXPECT_EQ(quota(), 2U);
  write("sys/fs/cgroup/cpu.max", "1000 100000\n");
  EXPECT_EQ(quota(), 1U);
}

TEST_F(CpuQuota, IsNoneWhereNoGroupHasOne) {
  mount_version_2("/shop.slice");
  write("sys/fs/cgroup/shop.slice/cpu.max", "max 100000\n");
  EXPECT_EQ(quota(), std::nullopt);
}

TEST_F(CpuQuota, ReadsVersionOne) {
  mount_version_1("/", "/user/42");
  write("sys/fs/cgroup/cpu,cpuacct/user/42/cpu.cfs_quota_us", "250000\n");
  write("sys/fs/cgroup/cpu,cpuacct/user/42/cpu.cfs_period_us", "50000\n");
  write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1\n");
  write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(quota(), 5U);
}

TEST_F(CpuQuota, FindsTheGroupOfAContainerThatSeesItsOwnAsTheTop) {
  mount_version_1("/docker/0123", "/docker/0123");
  write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "400000\n");
  write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(quota(), 4U);
}

TEST_F(CpuQuota, TakesTheMountPointForAGroupOutsideIt) {
  mount_version_2("/../../other");
  write("sys/fs/cgroup/cpu.max", "200000 100000\n");
  write("other/cpu.max", "100000 100000\n");
  write("sys/other/cpu.max", "100000 100000\n");
  EXPECT_EQ(quota(), 2U);
}

TEST_F(CpuQuota, IsNotMadeUpFromWhatMakesNoSense) {
  EXPECT_EQ(quota(), std::nullopt);  // no files at all
  mount_version_2("/");
  for (const char* text : {"", "\n", "200000\n", "many 100000\n", "200000 0\n", "-5 100000\n",
                           "200000 100000 7\n", "2e5x 100000\n"}) {
    write("sys/fs/cgroup/cpu.max", text);
    EXPECT_EQ(quota(), std::nullopt) << text;
  }
  write("proc/self/cgroup", "0\n:\nnonsense\n");
  write("sys/fs/cgroup/cpu.max", "200000 100000\n");
  EXPECT_EQ(quota(), std::nullopt);
  write("proc/self/mountinfo", "30 22\n- cgroup2\n30 22 0:27 / /sys/fs/cgroup rw - cgroup2\n");
  write("proc/self/cgroup", "0::/\n");
  EXPECT_EQ(quota(), std::nullopt);
}

}  // namespace
}  // namespace likeness
