// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/error.hpp>

// Redeclared before the include, so that both compilers warn when a result is dropped.
namespace tl {
template <class T, class E>
class [[nodiscard]] expected;
}

#include <tl/expected.hpp>

#include <utility>

namespace fmferry {

// What an operation gave, or why it failed. Failures are data here: they go into the ledger,
// cross threads, and decide about retries. Exceptions are left for broken invariants.
template <class T>
using Result = tl::expected<T, Error>;

using Status = Result<void>;

[[nodiscard]] inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

[[nodiscard]] inline tl::unexpected<Error> fail(ErrorKind kind, std::string what) {
  return tl::unexpected<Error>(Error{.kind = kind, .what = std::move(what)});
}

}  // namespace fmferry

#define FMF_CONCAT_INNER(a, b) a##b
#define FMF_CONCAT(a, b) FMF_CONCAT_INNER(a, b)

// Leaves the function with the error of `expr`, if it has one. The counter keeps the names apart
// when the expression is a lambda that uses the macro too.
#define FMF_TRY(...) FMF_TRY_INNER(FMF_CONCAT(fmf_status_, __COUNTER__), __VA_ARGS__)
#define FMF_TRY_INNER(name, ...)                       \
  do {                                                 \
    if (auto name = (__VA_ARGS__); !name) {            \
      return ::fmferry::fail(std::move(name).error()); \
    }                                                  \
  } while (false)

// FMF_TRY_ASSIGN(auto page, source.page(1, 100, ctx));
#define FMF_TRY_ASSIGN(decl, ...) \
  FMF_TRY_ASSIGN_INNER(FMF_CONCAT(fmf_result_, __COUNTER__), decl, __VA_ARGS__)
#define FMF_TRY_ASSIGN_INNER(name, decl, ...)        \
  auto name = (__VA_ARGS__);                         \
  if (!name) {                                       \
    return ::fmferry::fail(std::move(name).error()); \
  }                                                  \
  decl = std::move(*name)
