// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as SCSU and as a file name: what comes out is bounded and valid.
#include <fmferry/filemaker/fmp12/file_name.hpp>
#include <fmferry/filemaker/fmp12/scsu.hpp>

#include <cstdint>
#include <cstdlib>

namespace fmferry::fmp12 {
namespace {

void must(bool holds) {
  if (!holds) std::abort();
}

void read_text(ByteView bytes) {
  const auto text = decode_scsu(bytes);
  if (text) {
    must(text->size() <= 2 * bytes.size());
    must(utf8_of(*text).size() <= 3 * text->size());
    std::u16string again;
    must(decode_scsu_units(bytes, text->size(), again) && again == *text);
  }
  const auto name = file_name_of_fnam(bytes);
  if (!name) return;
  const auto safe = safe_file_name(*name);
  must(safe.find('/') == std::string::npos && !safe.starts_with('.'));
  must(safe_file_name(safe) == safe);
}

}  // namespace
}  // namespace fmferry::fmp12

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fmferry::fmp12::read_text({reinterpret_cast<const char*>(data), size});
  return 0;
}
