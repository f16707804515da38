// SPDX-License-Identifier: Apache-2.0
#include <fmsim/names.hpp>

#include <array>

namespace fmsim {

std::string_view made_first_name(std::uint64_t drawn) {
  constexpr std::array<std::string_view, 24> k_names{
      "Clover",  "Bramble", "Zéphyr", "Linnet",  "Sorrel", "Wicker", "Osier",   "Fennel",
      "Marl",    "Tansy",   "Ålva",   "Quill",   "Rush",   "Sedge",  "Bodkin",  "Damson",
      "Thimble", "Ginger",  "Noëlle", "Heather", "Pippin", "Yarrow", "Juniper", "Tamarisk"};
  return k_names[drawn % k_names.size()];
}

std::string_view made_last_name(std::uint64_t drawn) {
  constexpr std::array<std::string_view, 32> k_names{
      "Featherstitch", "Gimlet",   "O'Sandal",   "Müllrad",  "Corduroy",    "Pocketwell",
      "Trowel",        "Bannock",  "Kettle",     "Søndag",   "Loomis-Reed", "Farthing",
      "Tallow",        "Wainscot", "Buttonhook", "Candlish", "Drumlin",     "Eiderdown",
      "Flannelly",     "Gusset",   "Hobnail",    "Inkwell",  "Jutemaker",   "Kiln",
      "Lathe",         "Mortarby", "Nutbrown",   "Oakapple", "Pewter",      "Quoit",
      "Ratchet",       "Spindle"};
  return k_names[drawn % k_names.size()];
}

}  // namespace fmsim
