// The sections of the report, in the order in which they are read. Each draws what the shop has
// data for, and tells what is missing and which command makes it. Quality reads all pictures, and
// has the shop let go of them.
#pragma once

#include "likeness/plot/page.hpp"
#include "likeness/report/draft.hpp"
#include "likeness/report/source.hpp"

namespace likeness {

[[nodiscard]] PageSection catalogue_section(const ReportSource& source);
[[nodiscard]] PageSection training_section(const ReportSource& source, ReportDraft& draft);
[[nodiscard]] PageSection space_section(const ReportSource& source, ReportDraft& draft);
[[nodiscard]] PageSection cluster_section(const ReportSource& source, ReportDraft& draft);
[[nodiscard]] PageSection recommendation_section(const ReportSource& source, ReportDraft& draft);
[[nodiscard]] PageSection quality_section(ReportSource& source, ReportDraft& draft);
[[nodiscard]] PageSection origin_section(const ReportSource& source);

}  // namespace likeness
