// What a job can be: the verbs of a shop that take minutes.
#pragma once

#include <functional>
#include <string>

#include "likeness/base/json.hpp"
#include "likeness/base/work.hpp"
#include "likeness/shop/shop.hpp"

namespace likeness {

// Its outcome is as its command's --json.
using JobWork = std::function<Json(const Work&)>;

// `verb` is train, embed, cluster, evaluate or compact; `options` has the names of its command's.
// HttpProblem 400, naming the member, for what is unknown, of another type or out of range.
[[nodiscard]] JobWork job_work(const ShopFiles& files, const std::string& verb,
                               const Json& options);
// The work of a job that a service was doing when it ended. A training goes on where its last
// checkpoint is, or begins anew if it has none; nothing for what has to be asked for anew.
[[nodiscard]] JobWork work_to_go_on(const ShopFiles& files, const std::string& verb,
                                    const Json& options);

}  // namespace likeness
