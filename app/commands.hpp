// One function a command, each in the file of its name: it declares the command's options and
// returns what is done with them.
#pragma once

#include <span>

#include "app/program.hpp"

namespace likeness {

// main.cpp has the table.
[[nodiscard]] std::span<const Command> all_commands();

Action cluster_command(Arguments& arguments);
Action compact_command(Arguments& arguments);
Action duplicates_command(Arguments& arguments);
Action embed_command(Arguments& arguments);
Action evaluate_command(Arguments& arguments);
Action export_command(Arguments& arguments);
Action info_command(Arguments& arguments);
Action key_list_command(Arguments& arguments);
Action key_new_command(Arguments& arguments);
Action key_revoke_command(Arguments& arguments);
Action manual_command(Arguments& arguments);
Action model_activate_command(Arguments& arguments);
Action model_export_command(Arguments& arguments);
Action model_import_command(Arguments& arguments);
Action model_list_command(Arguments& arguments);
Action model_remove_command(Arguments& arguments);
Action pack_command(Arguments& arguments);
Action partition_command(Arguments& arguments);
Action publish_command(Arguments& arguments);
Action recommend_command(Arguments& arguments);
Action remove_command(Arguments& arguments);
Action report_command(Arguments& arguments);
Action sample_command(Arguments& arguments);
Action serve_command(Arguments& arguments);
Action train_command(Arguments& arguments);
Action verify_command(Arguments& arguments);

}  // namespace likeness
