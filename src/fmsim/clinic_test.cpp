// SPDX-License-Identifier: Apache-2.0
#include <fmsim/clinic.hpp>
#include <fmsim/truth.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>

namespace fmsim {
namespace {

class ClinicTest : public testing::Test {
 protected:
  Pool pool_ = Pool::made();
};

TEST_F(ClinicTest, IsTheSameForTheSameSeed) {
  const Clinic one(7, 300, pool_);
  const Clinic two(7, 300, pool_);
  std::ostringstream first;
  std::ostringstream second;
  write_truth(one, first);
  write_truth(two, second);
  EXPECT_EQ(first.str(), second.str());
}

TEST_F(ClinicTest, DiffersForAnotherSeed) {
  EXPECT_NE(Clinic(1, 300, pool_).id(5), Clinic(2, 300, pool_).id(5));
}

TEST_F(ClinicTest, HasEveryKindAmongTheFirst200Records) {
  for (const std::uint64_t seed : {1U, 2U, 3U, 99U}) {
    std::set<Kind> kinds;
    for (std::uint64_t index = 0; index < 200; ++index) kinds.insert(kind_of(seed, index));
    EXPECT_EQ(kinds.size(), 20U) << "seed " << seed;
    EXPECT_EQ(kind_of(seed, 0), Kind::plain);
  }
}

TEST_F(ClinicTest, KeepsItsSharesOverTenThousandRecords) {
  std::map<Kind, int> counts;
  for (std::uint64_t index = 0; index < 10'000; ++index) ++counts[kind_of(1, index)];
  EXPECT_NEAR(counts[Kind::png], 600, 15);
  EXPECT_NEAR(counts[Kind::pdf], 300, 15);
  EXPECT_NEAR(counts[Kind::all_empty], 100, 10);
  EXPECT_NEAR(counts[Kind::empty_id], 10, 3);
}

TEST_F(ClinicTest, RecordIdsAscendWithGapsAndLeadBack) {
  const Clinic clinic(1, 5000, pool_);
  std::uint64_t last = 0;
  for (std::uint64_t index = 0; index < 5000; ++index) {
    const std::uint64_t id = clinic.record_id(index);
    EXPECT_GT(id, last);
    EXPECT_EQ(clinic.index_of(id), index);
    last = id;
  }
  EXPECT_GT(last, 6000U);
  EXPECT_EQ(clinic.index_of(100), std::nullopt);
}

TEST_F(ClinicTest, RecordIdsInGapsLeadNowhere) {
  const Clinic clinic(1, 800, pool_);
  std::size_t known = 0;
  for (std::uint64_t id = 101; id < 101 + 1100; ++id) known += clinic.index_of(id) ? 1U : 0U;
  EXPECT_EQ(known, 800U);
}

TEST_F(ClinicTest, IdsRepeatOnlyInPairs) {
  const Clinic clinic(1, 6664, pool_);
  std::map<std::string, int> ids;
  for (std::uint64_t index = 0; index < clinic.records(); ++index) {
    if (clinic.kind(index) != Kind::empty_id) ++ids[clinic.id(index)];
  }
  int pairs = 0;
  for (const auto& [id, count] : ids) {
    EXPECT_LE(count, 2);
    pairs += count == 2 ? 1 : 0;
  }
  EXPECT_NEAR(pairs, 20, 3);
}

TEST_F(ClinicTest, EveryPatientOfARecordExistsUnlessItIsMissing) {
  const Clinic clinic(3, 2000, pool_);
  std::set<std::string> patients;
  for (std::uint64_t i = 0; i < clinic.patients(); ++i) patients.insert(clinic.patient_uuid(i));
  for (std::uint64_t index = 0; index < clinic.records(); ++index) {
    const bool missing = clinic.kind(index) == Kind::missing_patient;
    EXPECT_EQ(patients.contains(clinic.patient_id(index)), !missing) << index;
  }
}

TEST_F(ClinicTest, NoPatientHasMoreThanEightImagesOnADay) {
  const Clinic clinic(1, 3000, pool_);
  std::map<std::string, int> visits;
  for (std::uint64_t index = 0; index < clinic.records(); ++index) {
    ++visits[clinic.patient_id(index) + clinic.image_date(index)];
  }
  int most = 0;
  for (const auto& [visit, images] : visits) most = std::max(most, images);
  EXPECT_LE(most, 8);
  EXPECT_GT(most, 3);
}

TEST_F(ClinicTest, ChoosesTheFirstCompletePicture) {
  const Clinic clinic(1, 400, pool_);
  for (std::uint64_t index = 0; index < clinic.records(); ++index) {
    const Containers fields = clinic.containers(index);
    const auto choice = clinic.choice(fields);
    const Kind kind = clinic.kind(index);
    if (kind == Kind::cut_first || kind == Kind::question_first || kind == Kind::reference_first) {
      ASSERT_TRUE(choice.has_value()) << index;
      EXPECT_NE(fields[*choice - 1].filling, Filling::empty);
      EXPECT_FALSE(fields[*choice - 1].complete());
    }
    if (kind == Kind::zero_bytes || kind == Kind::cut_only || kind == Kind::all_empty) {
      EXPECT_EQ(choice, std::nullopt);
    }
  }
}

TEST_F(ClinicTest, FatesAreWhatTheKindSays) {
  const Clinic clinic(1, 200, pool_);
  std::map<Kind, std::string> fates;
  for (std::uint64_t index = 0; index < clinic.records(); ++index) {
    fates[clinic.kind(index)] = expected_fate(clinic, index, clinic.containers(index));
  }
  EXPECT_EQ(fates[Kind::plain], "moved");
  EXPECT_EQ(fates[Kind::cut_first], "moved");
  EXPECT_EQ(fates[Kind::all_empty], "empty");
  EXPECT_EQ(fates[Kind::typed_text], "refused");
  EXPECT_EQ(fates[Kind::zero_bytes], "empty");
  EXPECT_EQ(fates[Kind::cut_only], "corrupt");
  EXPECT_EQ(fates[Kind::duplicate_id], "duplicate");
  EXPECT_EQ(fates[Kind::missing_patient], "moved");
  EXPECT_EQ(fates[Kind::empty_id], "refused");
}

TEST_F(ClinicTest, EveryPictureHasItsOwnHash) {
  const Clinic clinic(1, 400, pool_);
  std::set<std::string> hashes;
  std::size_t pictures = 0;
  for (std::uint64_t index = 0; index < clinic.records(); ++index) {
    const Containers fields = clinic.containers(index);
    for (std::size_t field = 0; field < k_containers; ++field) {
      if (fields[field].filling != Filling::filled || fields[field].kept == 0.0) continue;
      ++pictures;
      hashes.insert(clinic.picture(index, field).sha256());
    }
  }
  EXPECT_EQ(hashes.size(), pictures);
  EXPECT_GT(pictures, 1000U);
}

TEST(PictureTest, KeepsTheFormatsSignatureAndEnd) {
  const Pool pool = Pool::made();
  const auto bytes = [&](Format format) {
    return Picture::from_pool(format, pool.file(format, 0), "a note", 1.0).copy();
  };
  EXPECT_TRUE(bytes(Format::jpeg).starts_with("\xFF\xD8\xFF\xFE"));
  EXPECT_TRUE(bytes(Format::jpeg).ends_with("\xFF\xD9"));
  EXPECT_TRUE(bytes(Format::png).starts_with("\x89PNG\r\n\x1A\n"));
  EXPECT_TRUE(bytes(Format::png).ends_with("IEND\xAE\x42\x60\x82"));
  EXPECT_TRUE(bytes(Format::pdf).starts_with("%PDF-"));
  EXPECT_EQ(bytes(Format::heic).substr(4, 8), "ftypheic");
  EXPECT_TRUE(bytes(Format::tiff).starts_with("II*"));
}

TEST(PictureTest, IsReadInPiecesThatJoin) {
  const Pool pool = Pool::made();
  const Picture picture =
      Picture::from_pool(Format::jpeg, pool.file(Format::jpeg, 3), "a note", 1.0);
  std::string joined;
  while (joined.size() < picture.size())
    joined += std::string(picture.at(joined.size()).substr(0, 7));
  EXPECT_EQ(joined, picture.copy());
  EXPECT_TRUE(picture.at(picture.size()).empty());
}

TEST(PictureTest, IsCutWhereAsked) {
  const Pool pool = Pool::made();
  const std::string_view file = pool.file(Format::jpeg, 0);
  const Picture whole = Picture::from_pool(Format::jpeg, file, "a note", 1.0);
  const Picture cut = Picture::from_pool(Format::jpeg, file, "a note", 0.6);
  EXPECT_EQ(cut.size(), whole.size() * 6 / 10);
  EXPECT_TRUE(whole.copy().starts_with(cut.copy()));
  EXPECT_EQ(Picture::from_pool(Format::jpeg, file, "a note", 0.0).size(), 0U);
}

TEST_F(ClinicTest, CatalogueSqlIsOneTransactionWithoutDashedIds) {
  std::ostringstream out;
  write_catalogue_sql(Clinic(1, 100, pool_), out);
  EXPECT_TRUE(out.str().starts_with("BEGIN;"));
  EXPECT_TRUE(out.str().ends_with("COMMIT;\n"));
  EXPECT_THAT(out.str(), testing::HasSubstr("'patients','patient'"));
}

}  // namespace
}  // namespace fmsim
