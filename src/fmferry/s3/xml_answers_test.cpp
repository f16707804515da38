// SPDX-License-Identifier: Apache-2.0
#include <fmferry/s3/xml_answers.hpp>

#include <gtest/gtest.h>

namespace fmferry::s3 {
namespace {

std::string listing(const std::string& inside) {
  return R"(<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">)" +
         inside + "</ListBucketResult>";
}

std::string only_key(const std::string& inside) {
  const auto page = parse_list_answer(listing("<IsTruncated>false</IsTruncated>" + inside));
  if (!page) return "ERROR " + to_line(page.error());
  return page->objects.size() == 1 ? page->objects[0].key : "ERROR not one object";
}

TEST(S3Listing, ReadsLengthAndEtag) {
  const auto page = parse_list_answer(listing(
      "<IsTruncated>false</IsTruncated><Contents><Key>a/b.jpg</Key>"
      "<ETag>&quot;900150983cd24fb0d6963f7d28e17f72&quot;</ETag><Size>3</Size></Contents>"));
  ASSERT_TRUE(page) << to_line(page.error());
  ASSERT_EQ(page->objects.size(), 1U);
  EXPECT_EQ(page->objects[0].key, "a/b.jpg");
  EXPECT_EQ(page->objects[0].length, 3);
  EXPECT_EQ(page->objects[0].etag, "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(page->next, "");
}

TEST(S3Listing, DecodesKeysOnlyWhenTheAnswerSaysThatTheyAreEncoded) {
  const std::string object = "<Contents><Key>a%2Fb%20c+d%2B</Key><Size>1</Size></Contents>";
  EXPECT_EQ(only_key("<EncodingType>url</EncodingType>" + object), "a/b c d+");
  EXPECT_EQ(only_key(object), "a%2Fb%20c+d%2B");
}

TEST(S3Listing, UnescapesXml) {
  EXPECT_EQ(only_key("<Contents><Key>&lt;&amp;&apos;&#xE9;</Key><Size>1</Size></Contents>"),
            "<&'\xC3\xA9");
}

TEST(S3Listing, KeepsAKeyOfBlanks) {
  EXPECT_EQ(only_key("<Contents><Key>  </Key><Size>1</Size></Contents>"), "  ");
}

TEST(S3Listing, GoesOnWhereTheStoreSays) {
  const auto page = parse_list_answer(listing(
      "<IsTruncated>true</IsTruncated><NextContinuationToken>a&amp;b</NextContinuationToken>"));
  ASSERT_TRUE(page) << to_line(page.error());
  EXPECT_EQ(page->next, "a&b");
}

TEST(S3Listing, AnIncompleteAnswerIsNoListing) {
  for (const std::string& answer :
       {std::string(),
        std::string("<html/>"),
        listing(""),
        listing("<IsTruncated>true</IsTruncated>"),
        listing("<IsTruncated>false</IsTruncated><Contents><Key>a</Key></Contents>"),
        listing("<IsTruncated>false</IsTruncated>").substr(0, 130)}) {
    const auto page = parse_list_answer(answer);
    ASSERT_FALSE(page) << answer;
    EXPECT_EQ(page.error().kind, ErrorKind::corrupt);
  }
}

TEST(S3Completion, TellsAnErrorInASuccess) {
  const auto failed = parse_completion("\n\n<Error><Code>InternalError</Code></Error>");
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->error.code, "InternalError");
  const auto done = parse_completion(
      "   <CompleteMultipartUploadResult><ETag>\"x-2\"</ETag></CompleteMultipartUploadResult>");
  ASSERT_TRUE(done);
  EXPECT_EQ(done->error.code, "");
  EXPECT_EQ(done->completed.etag, "x-2");
  const auto silent = parse_completion("");
  ASSERT_FALSE(silent);
  EXPECT_EQ(silent.error().kind, ErrorKind::in_doubt);
}

TEST(S3Completion, NamesThePartsInOrder) {
  EXPECT_EQ(completion_request({{.etag = "a"}, {.etag = "b", .checksum_sha256 = "c="}}),
            R"(<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">)"
            "<Part><PartNumber>1</PartNumber><ETag>&quot;a&quot;</ETag></Part>"
            "<Part><PartNumber>2</PartNumber><ETag>&quot;b&quot;</ETag>"
            "<ChecksumSHA256>c=</ChecksumSHA256></Part></CompleteMultipartUpload>");
}

}  // namespace
}  // namespace fmferry::s3
