// The verb "report": everything the shop knows, as pictures and as one page.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "likeness/base/json.hpp"
#include "likeness/base/work.hpp"
#include "likeness/plot/page.hpp"
#include "likeness/report/source.hpp"

namespace likeness {

struct ReportOutcome {
  std::filesystem::path folder;
  std::vector<std::string> pictures;  // in the folder
  std::vector<PageMissing> missing;
};

// Replaces the whole folder in one step. Error::kInput if it holds anything that no report has,
// Error::kNotFound for an item that is not there.
[[nodiscard]] ReportOutcome make_report(const ReportRequest& request, const Work& work);

[[nodiscard]] Json to_json(const ReportOutcome& outcome);

}  // namespace likeness
