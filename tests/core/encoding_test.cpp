// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/digest.hpp>
#include <fmferry/foundation/encoding.hpp>

#include <gtest/gtest.h>

#include <random>

namespace fmferry {
namespace {

std::string random_bytes(std::minstd_rand& random, std::size_t most) {
  std::string bytes(random() % (most + 1), '\0');
  for (char& c : bytes) c = static_cast<char>(random() & 0xffU);
  return bytes;
}

TEST(Encoding, EveryFormGivesTheBytesBack) {
  std::minstd_rand random(4711);
  for (int i = 0; i < 2000; ++i) {
    const auto bytes = random_bytes(random, 70);
    EXPECT_EQ(from_hex(to_hex(bytes)), bytes);
    EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
    EXPECT_EQ(percent_decode(percent_encode(bytes)), bytes);
    EXPECT_EQ(percent_decode(percent_encode(bytes, true)), bytes);
  }
}

TEST(Encoding, PercentEncodingIsThatOfSignatureV4) {
  EXPECT_EQ(percent_encode("a b/ü~-._*"), "a%20b%2F%C3%BC~-._%2A");
  EXPECT_EQ(percent_encode("a b/c", true), "a%20b/c");
}

TEST(Encoding, ABadPercentStaysAsItIs) {
  EXPECT_EQ(percent_decode("100%"), "100%");
  EXPECT_EQ(percent_decode("%4"), "%4");
  EXPECT_EQ(percent_decode("%zz%41"), "%zzA");
}

TEST(Encoding, RefusesWhatIsNoHex) {
  for (const auto* text : {"a", "0g", "zz", "0 "}) EXPECT_EQ(from_hex(text), std::nullopt) << text;
  EXPECT_EQ(from_hex("0aFF"), std::string("\x0a\xff"));
}

TEST(Encoding, RefusesWhatIsNoBase64) {
  for (const auto* text :
       {"Q", "QQ=", "====", "A===", "QQ==QQ==", "    ====", "QUI=\n\n\n\n", "Q?=="}) {
    EXPECT_EQ(from_base64(text), std::nullopt) << text;
  }
  EXPECT_EQ(from_base64(""), "");
  EXPECT_EQ(from_base64("QQ=="), "A");
}

TEST(Encoding, TrimsBlanksOfAllKinds) {
  EXPECT_EQ(trim(" \t\r\n a b \n"), "a b");
  EXPECT_EQ(trim(" \n"), "");
}

TEST(Digest, AgreesWithPublishedVectors) {
  EXPECT_EQ(to_hex(sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(md5("")), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(to_hex(hmac_sha256("key", "The quick brown fox jumps over the lazy dog")),
            "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8");
}

TEST(Digest, HashesTheSameInAnySlicing) {
  std::minstd_rand random(1);
  const auto bytes = random_bytes(random, 5000);
  Hasher hasher;
  for (std::size_t at = 0; at < bytes.size(); at += 7) {
    hasher.update(ByteView(bytes).substr(at, 7));
  }
  EXPECT_EQ(hasher.finish(), sha256(bytes));
}

TEST(Uuid, Version5IsTheOneOfTheRfc) {
  EXPECT_EQ(uuid_v5("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "www.example.com"),
            "2ed6657d-e927-568b-95e1-2665a8aea6a2");
}

TEST(Uuid, Version4IsRandomAndWellFormed) {
  const auto one = uuid_v4();
  EXPECT_TRUE(looks_like_uuid(one));
  EXPECT_EQ(one[14], '4');
  EXPECT_NE(one, uuid_v4());
}

TEST(Uuid, TellsUuidsFromOtherText) {
  EXPECT_TRUE(looks_like_uuid("2ED6657D-E927-568B-95E1-2665a8aea6a2"));
  for (const auto* text : {"",
                           "2ed6657de927568b95e12665a8aea6a2",
                           "2ed6657d-e927-568b-95e1-2665a8aea6ag",
                           "2ed6657d-e927-568b-95e1-2665a8aea6a22",
                           "2ed6657d+e927-568b-95e1-2665a8aea6a2"}) {
    EXPECT_FALSE(looks_like_uuid(text)) << text;
  }
}

}  // namespace
}  // namespace fmferry
