#include "tests/crash/crash_fixture.hpp"

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <iostream>

#include "likeness/base/checksum.hpp"
#include "likeness/shop/latent_files.hpp"
#include "tests/crash/disk.hpp"

namespace likeness {
namespace {

namespace fs = std::filesystem;

std::string text_of(const CrashPoint& point, const LoggedCall& call) {
  const int error = std::atoi(point.there.c_str());
  const std::string what =
      error == 0 ? point.there : std::string(::strerrorname_np(error)) + " from there on";
  return "call " + std::to_string(point.call) + ", " + text_of(call) + ": " + what;
}

std::vector<CrashPoint> points_of(const std::vector<LoggedCall>& calls) {
  std::vector<CrashPoint> points;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    points.push_back({.call = i + 1, .there = kKill});
    if (calls[i].kind == CallKind::kWrite && calls[i].bytes.size() > 1) {
      points.push_back({.call = i + 1, .there = kTear});
      points.push_back({.call = i + 1, .there = kShort});
    }
    for (const int error : errors_of(calls[i].kind)) {
      points.push_back({.call = i + 1, .there = std::to_string(error)});
    }
  }
  return points;
}

// Of each command so many are tried, which makes more than 300 of all; by hand, all of them.
constexpr std::size_t kPoints = 34;
constexpr std::size_t kPowerCuts = 9;

// Every how many of them one is tried.
std::size_t stride_for(std::size_t all, std::size_t some) {
  const char* wanted = std::getenv("LIKENESS_CRASH_POINTS");  // NOLINT(concurrency-mt-unsafe)
  const bool every = wanted != nullptr && std::string(wanted) == "all";
  return every ? 1 : std::max<std::size_t>(1, all / some);
}

std::string digest_text(const std::string& bytes) {
  return to_hex(digest(std::as_bytes(std::span(bytes))));
}

// What a model says of the items, in short.
std::string text_of(const Store& store, const ShopFiles& files, const StoredModel& model) {
  const StoredLatents latents = all_latents(store, files, model);
  const StoredClusters clusters = store.clusters(model.id);
  std::string text = model.name + (model.active ? ", active" : "") + ", latents of";
  for (const auto item : latents.items) text += " " + std::to_string(item);
  text += ": " + to_hex(digest(std::as_bytes(std::span(latents.values)))) + ", clusters";
  for (const auto cluster : clusters.cluster) text += " " + std::to_string(cluster);
  return text + ": " + to_hex(digest(std::as_bytes(std::span(clusters.centroids)))) + "\n";
}

}  // namespace

CrashTest::CrashTest() {
  fs::create_directories(path("start"));
  draw_pictures(12);
  std::string table = "id,colour\n";
  for (int i = 1; i <= 12; ++i) table += (i < 10 ? "000" : "00") + std::to_string(i) + ",red\n";
  write("t.csv", table);
}

Words CrashTest::pack() {
  return {"pack",     "shop",  "../pictures", "--size",    "12x16", "--tags",
          "../t.csv", "--key", "id",          "--threads", "1",     "--quiet"};
}

Words CrashTest::train(const std::string& name, int epochs) {
  return {"train",     "shop", "--name",      name,  "--epochs", std::to_string(epochs),
          "--latent",  "3",    "--precision", "f32", "--batch",  "8",
          "--threads", "1",    "--patience",  "100", "--quiet"};
}

void CrashTest::prepare(const Words& words) const {
  const Outcome outcome = Running(words, path("start"), "").wait();
  ASSERT_EQ(outcome.exit_code, 0) << words.front() << ": " << outcome.err;
}

void CrashTest::prepare_latents() const {
  prepare(pack());
  prepare({"remove", "shop", "0003", "--quiet"});
  prepare(train("first", 1));
  prepare({"embed", "shop", "--quiet"});
  prepare({"cluster", "shop", "--clusters", "3", "--quiet"});
}

void CrashTest::begin_anew() const {
  fs::remove_all(path("work"));
  fs::copy(path("start"), path("work"), fs::copy_options::recursive);
}

Outcome CrashTest::run_in_work(const Words& words) const {
  return Running(words, path("work"), "").wait();
}

void CrashTest::expect_done(const Words& words) const {
  const Outcome outcome = run_in_work(words);
  EXPECT_EQ(outcome.exit_code, 0) << words.front() << ": " << outcome.err;
}

Outcome CrashTest::run_counted(const Words& words, const CrashPoint& point) const {
  fs::remove(path("calls"));
  const Words environment = {
      std::string("LD_PRELOAD=") + LIKENESS_COUNTED_CALLS,
      std::string(kBelowVariable) + "=" + fs::canonical(path("work")).string(),
      std::string(kLogVariable) + "=" + path("calls").string(),
      std::string(kAtVariable) + "=" + std::to_string(point.call),
      std::string(kThereVariable) + "=" + point.there};
  return Running(words, path("work"), "", environment).wait();
}

std::vector<LoggedCall> CrashTest::logged_calls() const {
  return read_calls(read("calls"), fs::canonical(path("work")).string());
}

std::string CrashTest::temporary_files() const {
  std::string names;
  for (const auto& entry : fs::recursive_directory_iterator(path("work"))) {
    const std::string name = entry.path().filename().string();
    if (name.find(".tmp") != std::string::npos) names += name + " ";
  }
  return names;
}

std::string CrashTest::state() const {
  const auto database = path("work/shop/shop.db");
  if (!fs::exists(database)) return "no items";
  const Store store(database, OpenMode::kExisting);
  std::string text;
  for (const Item& item : store.items_with_removed()) {
    text += item.key + " " + to_hex(item.digest) + (item.removed ? " removed" : "");
    for (const ItemTag& tag : store.tags_of(item.id)) text += " " + tag.name + "=" + tag.value;
    text += "\n";
  }
  if (text.empty()) return "no items";
  for (const StoredPack& pack : store.packs()) {
    text += pack.file + " " + digest_text(read("work/shop/packs/" + pack.file)) + "\n";
  }
  for (const StoredModel& model : store.models())
    text += text_of(store, {.folder = path("work/shop")}, model);
  return text;
}

// A signal, an answer and a complaint as they should be; whether the command said it was done.
bool CrashTest::check_end(const CrashPoint& point, const Outcome& outcome) const {
  const bool killed = point.there == kKill || point.there == kTear;
  if (killed) {
    EXPECT_EQ(outcome.signal, SIGKILL) << outcome.exit_code << outcome.err;
    return !outcome.out.empty();
  }
  EXPECT_EQ(outcome.signal, 0);
  if (point.there == kShort) {
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  }
  if (outcome.exit_code == 0) return true;
  EXPECT_EQ(outcome.exit_code, 1) << outcome.err;
  EXPECT_EQ(outcome.out, "");
  EXPECT_TRUE(outcome.err.starts_with("likeness: ")) << outcome.err;
  EXPECT_EQ(outcome.err.find('\n') + 1, outcome.err.size()) << outcome.err;
  // Where files can still be removed, none is left.
  const int error = std::atoi(point.there.c_str());
  if (error == ENOSPC || error == EDQUOT || error == EMFILE) {
    EXPECT_EQ(temporary_files(), "");
  }
  return false;
}

void CrashTest::check(const std::string& now, bool acknowledged) {
  EXPECT_TRUE(now == after_ || (now == before_ && !acknowledged))
      << "the shop is neither as before nor as after: " << now << "\nbefore: " << before_
      << "\nafter: " << after_;
  expect_done(words_);
  EXPECT_EQ(state(), after_) << "after the next run";
  EXPECT_EQ(temporary_files(), "") << "after the next run";
}

void CrashTest::check_shop(bool acknowledged) {
  if (fs::exists(path("work/shop/shop.db"))) {
    const Outcome verified = run_in_work({"verify", "shop"});
    EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
  }
  check(state(), acknowledged);
}

void CrashTest::try_point(const CrashPoint& point, const LoggedCall& call) {
  SCOPED_TRACE(text_of(point, call));
  begin_anew();
  const Outcome outcome = run_counted(words_, point);
  check_shop(check_end(point, outcome));
}

std::vector<LoggedCall> CrashTest::run_whole(const Words& words) {
  words_ = words;
  begin_anew();
  before_ = state();
  begin_anew();
  const Outcome whole = run_counted(words, {});
  EXPECT_EQ(whole.exit_code, 0) << whole.err;
  auto calls = logged_calls();
  EXPECT_FALSE(calls.empty());
  after_ = state();
  return calls;
}

void CrashTest::try_all(const Words& words) {
  const auto calls = run_whole(words);
  const std::string points = try_points(calls);
  const std::string cuts = try_power_cuts(calls);
  std::cout << words.front() << ": " << calls.size() << " calls that change files; " << points
            << "; " << cuts << "\n";
}

std::string CrashTest::try_points(const std::vector<LoggedCall>& calls) {
  const auto points = points_of(calls);
  const std::size_t stride = stride_for(points.size(), kPoints);
  std::size_t tried = 0;
  for (std::size_t i = stride / 2; i < points.size(); i += stride, ++tried) {
    try_point(points[i], calls[points[i].call - 1]);
  }
  return std::to_string(tried) + " tried of " + std::to_string(points.size()) + " points";
}

std::string CrashTest::try_power_cuts(const std::vector<LoggedCall>& calls) {
  const std::size_t stride = stride_for(3 * calls.size(), kPowerCuts);
  Random random(1);
  Disk disk(path("start"));
  std::size_t cuts = 0;
  std::size_t tried = 0;
  for (std::size_t made = 0; made <= calls.size(); ++made) {
    if (made > 0) disk.apply(calls[made - 1]);
    const bool last = made == calls.size();
    for (const auto lost : {Disk::Lost::kAll, Disk::Lost::kContents, Disk::Lost::kSome}) {
      if (cuts++ % stride != 0 && !last) continue;
      SCOPED_TRACE("power cut after call " + std::to_string(made) + ", " +
                   (made > 0 ? text_of(calls[made - 1]) : "none") + ", lost " +
                   std::to_string(static_cast<int>(lost)));
      fs::remove_all(path("work"));
      disk.cut_power(lost, random, path("work"));
      check_shop(last);
      ++tried;
    }
  }
  return std::to_string(tried) + " tried of " + std::to_string(cuts) + " power cuts";
}

}  // namespace likeness
