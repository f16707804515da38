// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace fmsim {

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void add(std::string_view bytes);

  // Lower-case hex; the object is used up.
  std::string hex();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

class Md5 {
 public:
  Md5();
  ~Md5();
  Md5(const Md5&) = delete;
  Md5& operator=(const Md5&) = delete;

  void add(std::string_view bytes);

  // The object is used up.
  std::string upper_hex();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

std::string base64(std::string_view bytes);

// Nothing comes back from text that is not base64.
std::string base64_decoded(std::string_view text);

// The server's weak entity tag of a body.
std::string entity_tag(std::string_view body);

}  // namespace fmsim
