// The table of contents: one line a command.
#include <array>
#include <string>
#include <vector>

#include "app/commands.hpp"

namespace likeness {
namespace {

constexpr auto kCommands = std::to_array<Command>({
    {"sample", "draw a catalogue of clothes to try everything on", sample_command},
    {"pack", "turn pictures into a shop, or add new and changed ones to it", pack_command},
    {"partition", "deal a list of pictures out, for a shop each", partition_command},
    {"train", "learn to describe pictures from a shop, without labels", train_command},
    {"embed", "give each picture its description by a trained model", embed_command},
    {"cluster", "put what looks alike into groups", cluster_command},
    {"recommend", "show what looks like an item or a picture", recommend_command},
    {"evaluate", "measure recommendations, beside plain baselines", evaluate_command},
    {"duplicates", "find items that show the same picture", duplicates_command},
    {"report", "show everything as pictures on one page", report_command},
    {"serve", "answer over HTTP, with a page to walk through the catalogue", serve_command},
    {"publish", "write the items and their descriptions to a PostgreSQL", publish_command},
    {"key new", "make a key for the service", key_new_command},
    {"key list", "tell which keys a file has", key_list_command},
    {"key revoke", "let a key count no more", key_revoke_command},
    {"export", "write the descriptions for NumPy", export_command},
    {"remove", "take items out of a shop for ever", remove_command},
    {"compact", "make few packs of many; what is removed leaves the disk", compact_command},
    {"info", "tell what is in a shop", info_command},
    {"model list", "tell which models a shop has", model_list_command},
    {"model import", "take a model that another shop trained, or a pretrained encoder",
     model_import_command},
    {"model export", "write a model as ONNX, to run elsewhere", model_export_command},
    {"model activate", "let another model answer", model_activate_command},
    {"model remove", "take a model out of a shop, with its latents", model_remove_command},
    {"verify", "check everything in a shop for damage", verify_command},
    {"manual", "write the man pages, and what bash and zsh complete", manual_command},
});

}  // namespace

std::span<const Command> all_commands() { return kCommands; }

}  // namespace likeness

int main(int count, char** words) {
  return likeness::run_program(
      likeness::all_commands(),
      std::vector<std::string>(words + (count > 0 ? 1 : 0), words + count));
}
