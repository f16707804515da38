// SPDX-License-Identifier: Apache-2.0
#include <fmferry/core/key_template.hpp>
#include <fmferry/foundation/digest.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

namespace fmferry {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string random_text(std::minstd_rand& random) {
  static const std::vector<std::string> k_pieces{
      "a", "A",   "b",    "1",    "2", ".", "..",
      "/", "//",  "\\",   "-",    "_", "%", "%2E",
      "é", "É",   "患",   " ",    "+", "~", std::string(1, '\0'),
      "{", "jpg", ".jpg", "\xff", ":"};
  std::string text;
  for (auto count = 1 + random() % 4; count > 0; --count) {
    text += k_pieces[random() % k_pieces.size()];
  }
  return text;
}

class KeyTemplateProperty : public testing::TestWithParam<const char*> {};

TEST_P(KeyTemplateProperty, DifferentRecordsGetDifferentKeysAndNoneLeavesItsFolder) {
  const auto made = KeyTemplate::parse(GetParam());
  ASSERT_TRUE(made) << to_line(made.error());
  std::minstd_rand random(20261122);
  std::map<std::string, std::string> owner;
  const std::vector<std::string> extensions{"jpg", "pg", "bin", "7z", "2"};
  const std::vector<std::string> containers{"image_Full", "Full", "a-b", "b", "1"};
  for (int i = 0; i < 5'000; ++i) {
    const KeyParts parts{.id = random_text(random),
                         .record_id = static_cast<RecordId>(1 + random() % 30),
                         .container = containers[random() % containers.size()],
                         .extension = extensions[random() % extensions.size()],
                         .sha256 = to_hex(sha256(std::to_string(random() % 30)))};
    const auto key = made->make(parts);
    std::string record;
    if (made->uses_id()) record += parts.id + '\n';
    if (made->uses_record_id()) record += std::to_string(parts.record_id);
    if (made->uses_sha256()) record += '\n' + parts.sha256;
    const auto [there, is_new] = owner.try_emplace(key, record);
    ASSERT_EQ(there->second, record) << "both have the key " << key;
    ASSERT_THAT("/" + key + "/", Not(HasSubstr("/../")));
    ASSERT_THAT("/" + key + "/", Not(HasSubstr("/./")));
    ASSERT_THAT(key, Not(HasSubstr("//")));
    ASSERT_THAT(key, StartsWith(made->fixed_prefix()));
  }
}

INSTANTIATE_TEST_SUITE_P(Templates,
                         KeyTemplateProperty,
                         testing::Values("filemaker-import/images-bulk-dump/{id}.{ext}",
                                         "{id}",
                                         "{recordId}.{ext}",
                                         "{recordId}-{id}.{ext}",
                                         "{id}-{recordId}.{ext}",
                                         "{container}/{id}.{ext}",
                                         "x/{id}/{container}.{ext}",
                                         "{ext}/{id}",
                                         "{ext}-{id}",
                                         "{id} {container}",
                                         "by-hash/{sha256}.{ext}",
                                         "{id}-{sha256}.{ext}",
                                         "{sha256}/{recordId}.{ext}",
                                         "{id}.d/{id}.{ext}"));

TEST(KeyTemplate, MakesTheKey) {
  const auto made = KeyTemplate::parse("a/{{{id}}}/{recordId}-{container}.{ext}");
  ASSERT_TRUE(made) << to_line(made.error());
  EXPECT_EQ(
      made->make({.id = ".x/é", .record_id = 7, .container = "image Full", .extension = "jpg"}),
      "a/{%2Ex%2F%C3%A9}/7-image%20Full.jpg");
  EXPECT_EQ(made->fixed_prefix(), "a/{");
}

TEST(KeyTemplate, TheFolderOfAllKeysEndsInASlash) {
  EXPECT_EQ(KeyTemplate::parse("a/b/c-{id}")->fixed_folder(), "a/b/");
  EXPECT_EQ(KeyTemplate::parse("c-{id}")->fixed_folder(), "");
  EXPECT_EQ(KeyTemplate::parse("{id}/a")->fixed_folder(), "");
}

TEST(KeyTemplate, KnowsWhenAnotherCouldMakeTheSameKey) {
  const auto may_meet = [](const char* one, const char* two) {
    const auto first = KeyTemplate::parse(one);
    const auto second = KeyTemplate::parse(two);
    EXPECT_EQ(first->may_meet(*second), second->may_meet(*first));
    return first->may_meet(*second);
  };
  EXPECT_TRUE(may_meet("{id}.{ext}", "{id}.{ext}"));
  EXPECT_TRUE(may_meet("{id}.jpg", "{recordId}.{ext}"));
  EXPECT_TRUE(may_meet("{container}/{id}.{ext}", "thumbnails/{id}.jpg"));
  EXPECT_TRUE(may_meet("a-{id}", "{id}-b"));
  EXPECT_FALSE(may_meet("images/{id}.{ext}", "thumbnails/{id}.{ext}"));
  EXPECT_FALSE(may_meet("{id}.{ext}", "thumbnails/{id}.{ext}"));
  EXPECT_FALSE(may_meet("image-{container}/{id}", "thumbnails/{id}"));
  EXPECT_FALSE(may_meet("{id}.jpg", "{id}.png"));
  EXPECT_FALSE(may_meet("a-{id}", "b-{id}"));
}

TEST(KeyTemplate, RefusesWhatCanNotNameObjects) {
  for (const auto* text : {"",
                           "images/all.jpg",
                           "{ext}",
                           "{sha256}{ext}",
                           "{sha256}{recordId}",
                           "{{id}}",
                           "{id",
                           "{ID}",
                           "{name}/{id}",
                           "/{id}",
                           "{id}/",
                           "../{id}",
                           "a/../{id}",
                           "a\n{id}",
                           "./{id}",
                           "a//{id}",
                           "a\\{id}"}) {
    EXPECT_FALSE(KeyTemplate::parse(text)) << text;
  }
}

TEST(KeyTemplate, RefusesValuesThatCouldRunIntoEachOther) {
  for (const auto* text : {"{id}{ext}",
                           "{id}{recordId}",
                           "{recordId}{id}",
                           "{recordId}7{id}",
                           "{container}-{id}",
                           "{id}_{container}.{ext}",
                           "{id}-{recordId}-{container}",
                           "{id}a{ext}",
                           "{id}%{container}"}) {
    EXPECT_FALSE(KeyTemplate::parse(text)) << text;
  }
}

}  // namespace
}  // namespace fmferry
