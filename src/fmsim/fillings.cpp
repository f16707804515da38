// SPDX-License-Identifier: Apache-2.0
#include <fmsim/clinic.hpp>
#include <fmsim/random.hpp>

#include <algorithm>
#include <cmath>

// What the five containers of a record hold.
namespace fmsim {
namespace {

// Sizes of the best containers: median 150 KB, mean 225 KB.
constexpr double k_median_bytes = 150'000;
constexpr double k_spread = 0.9;

// With the camera's originals: mean 2 MB.
constexpr double k_full_median_bytes = 1'700'000;
constexpr double k_least_bytes = 26'000;
constexpr double k_most_bytes = 10'000'000;
constexpr std::uint64_t k_one_is_huge = 600;  // one record in so many has a picture of nearly that

// How big a smaller version is compared with the first, by its distance.
constexpr std::array<double, k_containers> k_shrink{1.0, 0.45, 0.22, 0.1, 0.05};

constexpr double k_cut_after = 0.6;

std::size_t first_field(std::uint64_t drawn) {
  constexpr std::array<std::uint64_t, 4> k_up_to{700, 820, 910, 970};
  const std::uint64_t thousandth = drawn % 1000;
  const auto found = std::upper_bound(k_up_to.begin(), k_up_to.end(), thousandth);
  return static_cast<std::size_t>(found - k_up_to.begin());
}

// Whether the record has a good picture only after a bad container.
bool has_bad_first(Kind kind) {
  return kind == Kind::question_first || kind == Kind::reference_first || kind == Kind::cut_first;
}

// Whether nothing follows the first container.
bool stands_alone(Kind kind) {
  return kind == Kind::question_only || kind == Kind::reference_only || kind == Kind::typed_text ||
         kind == Kind::cut_only || kind == Kind::zero_bytes;
}

Filling filling_of(Kind kind) {
  if (kind == Kind::question_first || kind == Kind::question_only) return Filling::question;
  if (kind == Kind::reference_first || kind == Kind::reference_only) return Filling::reference;
  if (kind == Kind::typed_text) return Filling::text;
  return Filling::filled;
}

double kept_of(Kind kind) {
  if (kind == Kind::cut_first || kind == Kind::cut_only) return k_cut_after;
  return kind == Kind::zero_bytes ? 0.0 : 1.0;
}

Format format_of(Kind kind, std::uint64_t variant) {
  constexpr std::array<Format, 4> k_misnamed{Format::jpeg, Format::png, Format::pdf, Format::heic};
  if (kind == Kind::wrong_extension) return k_misnamed[variant % k_misnamed.size()];
  if (kind == Kind::pdf) return Format::pdf;
  if (kind == Kind::png) return Format::png;
  if (kind == Kind::heic) return Format::heic;
  if (kind == Kind::tiff) return Format::tiff;
  return Format::jpeg;
}

std::string_view shown_extension(Kind kind, Format format) {
  if (kind == Kind::no_extension) return "";
  if (kind == Kind::wrong_extension) return format == Format::jpeg ? ".png" : ".jpg";
  if (kind == Kind::dot_jpeg) return ".jpeg";
  return extension(format);
}

}  // namespace

Containers Clinic::containers(std::uint64_t index) const {
  Containers fields{};
  const Kind what = kind(index);
  if (what == Kind::all_empty) return fields;
  std::size_t first = first_field(draw(seed_, Topic::first_field, index));
  if (has_bad_first(what)) first = std::min(first, k_containers - 2);
  fill_plain(fields, index, first);

  Container& best = fields[first];
  best.filling = filling_of(what);
  best.kept = kept_of(what);
  best.format = format_of(what, draw(seed_, Topic::variant, index));
  best.shown_extension = shown_extension(what, best.format);
  if (best.format != Format::jpeg) {
    best.file = pool_.near(best.format,
                           wanted_size(index),
                           draw(seed_, Topic::pool_file, index * k_containers + first));
  }
  if (has_bad_first(what)) fields[first + 1].filling = Filling::filled;
  if (stands_alone(what))
    std::fill(fields.begin() + static_cast<std::ptrdiff_t>(first) + 1, fields.end(), Container{});
  return fields;
}

double Clinic::wanted_size(std::uint64_t index) const {
  const double median = pool_.full_size() ? k_full_median_bytes : k_median_bytes;
  const std::uint64_t drawn = draw(seed_, Topic::size, index);
  if (drawn % k_one_is_huge == 0) return k_most_bytes;
  const double deviate = normal(drawn);
  return std::clamp(median * std::exp(k_spread * deviate), k_least_bytes, k_most_bytes);
}

void Clinic::fill_plain(Containers& fields, std::uint64_t index, std::size_t first) const {
  const double best = wanted_size(index);
  for (std::size_t field = first; field < k_containers; ++field) {
    const std::uint64_t key = index * k_containers + field;
    const bool missing = draw(seed_, Topic::later_field, key) % 100 < 8;
    Container& container = fields[field];
    container.filling = field > first && missing ? Filling::empty : Filling::filled;
    container.shown_extension = extension(Format::jpeg);
    container.file = pool_.near(
        Format::jpeg, best * k_shrink[field - first], draw(seed_, Topic::pool_file, key));
    const std::uint64_t storage = draw(seed_, Topic::storage, key) % 100;
    container.additional = storage < 10;
    container.external = storage >= 95;
  }
}

}  // namespace fmsim
