// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/digest.hpp>
#include <fmferry/localfs/folder_path.hpp>
#include <fmferry/localfs/local_folder_store.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

namespace fmferry {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class LocalFolderStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    place_ = fs::temp_directory_path() / ("fmferry-test-" + uuid_v4());
    fs::create_directory(place_);
    folder_ = place_ / "store";
  }

  void TearDown() override {
    std::error_code ignored;
    fs::permissions(folder_, fs::perms::owner_all, ignored);
    fs::remove_all(place_, ignored);
  }

  LocalFolderStore& store() {
    if (!store_) {
      store_ = std::make_unique<LocalFolderStore>(
          LocalFolderOptions{.path = folder_, .part_size = 10, .page_size = 3, .window_size = 7});
      EXPECT_TRUE(store_->probe({}));
    }
    return *store_;
  }

  Result<Receipt> put(const std::string& key, ByteView body = "bytes") {
    return store().put(key, body, {.sha256 = sha256(body)}, {});
  }

  std::vector<std::string> all_keys(const std::string& prefix = "") {
    std::vector<std::string> keys;
    std::string token;
    do {
      auto page = store().list(prefix, token, {});
      if (!page) {
        ADD_FAILURE() << to_line(page.error());
        return keys;
      }
      for (const auto& object : page->objects) keys.push_back(object.key);
      token = page->next;
    } while (!token.empty());
    return keys;
  }

  // The names in the folder as the system tells them, temporaries too.
  std::vector<std::string> names(const fs::path& folder) {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(folder)) {
      found.push_back(entry.path().filename().string());
    }
    return found;
  }

  fs::path place_;
  fs::path folder_;
  std::unique_ptr<LocalFolderStore> store_;
};

// Root may do everything, so a test of rights that runs as root steps back for a while.
class AsOrdinaryUser {
 public:
  AsOrdinaryUser() {
    if (before_ == 0 && ::seteuid(65534) != 0) ADD_FAILURE() << "cannot step back from root";
  }

  ~AsOrdinaryUser() {
    if (::seteuid(before_) != 0) ADD_FAILURE() << "cannot become root again";
  }

  AsOrdinaryUser(const AsOrdinaryUser&) = delete;
  AsOrdinaryUser& operator=(const AsOrdinaryUser&) = delete;

 private:
  uid_t before_{::geteuid()};
};

ErrorKind kind_of(const Status& status) {
  return status ? ErrorKind{} : status.error().kind;
}

template <class T>
std::string outcome(const Result<T>& result) {
  return result ? "ok" : std::string(name_of(result.error().kind));
}

unsigned mode_of(const fs::path& path) {
  struct stat info {};

  ::stat(path.c_str(), &info);
  return info.st_mode & 0777U;
}

TEST_F(LocalFolderStoreTest, MakesItsFolderButNotTheOneAbove) {
  LocalFolderStore orphan({.path = place_ / "no" / "such"});
  const Status refused = orphan.probe({});
  EXPECT_EQ(kind_of(refused), ErrorKind::invalid);
  EXPECT_THAT(to_line(refused.error()), HasSubstr("make that one first"));
  EXPECT_TRUE(LocalFolderStore({.path = folder_}).probe({}));
  EXPECT_EQ(mode_of(folder_), 0700U);
}

TEST_F(LocalFolderStoreTest, LeavesNothingBehindAfterAProbe) {
  store();
  EXPECT_THAT(names(folder_), IsEmpty());
}

TEST_F(LocalFolderStoreTest, SaysInOneLineThatAFolderCannotBeWrittenTo) {
  fs::create_directory(folder_);
  fs::permissions(folder_,
                  fs::perms::owner_read | fs::perms::owner_exec | fs::perms::others_all,
                  fs::perm_options::replace);
  fs::permissions(folder_, fs::perms::others_write, fs::perm_options::remove);
  const AsOrdinaryUser ordinary;
  const Status refused = LocalFolderStore({.path = folder_}).probe({});
  EXPECT_EQ(kind_of(refused), ErrorKind::denied);
  EXPECT_THAT(to_line(refused.error()), HasSubstr(folder_.string()));
}

TEST_F(LocalFolderStoreTest, RefusesAFileAsItsFolder) {
  std::ofstream(folder_) << "x";
  EXPECT_EQ(kind_of(LocalFolderStore({.path = folder_}).probe({})), ErrorKind::invalid);
}

TEST_F(LocalFolderStoreTest, KeepsFilesAndFoldersToTheirOwner) {
  ASSERT_TRUE(put("a/b.jpg"));
  EXPECT_EQ(mode_of(folder_ / "a"), 0700U);
  EXPECT_EQ(mode_of(folder_ / "a" / "b.jpg"), 0600U);
}

TEST_F(LocalFolderStoreTest, RefusesKeysThatCouldLeaveTheFolder) {
  for (const std::string key :
       {"..\\up", "a\\..\\b", ".", "a/..", "../up", "/etc/passwd", ".fmferry-1.tmp"}) {
    EXPECT_EQ(outcome(put(key)), "invalid") << key;
  }
}

TEST_F(LocalFolderStoreTest, NeverFollowsASymbolicLinkOutOfTheFolder) {
  store();
  fs::create_directory(place_ / "outside");
  std::ofstream(place_ / "outside" / "secret") << "x";
  fs::create_directory_symlink(place_ / "outside", folder_ / "link");
  fs::create_symlink(place_ / "outside" / "secret", folder_ / "file");
  const ByteSink nowhere = [](ByteView) -> Status { return {}; };
  EXPECT_EQ(outcome(put("link/new")), "invalid");
  EXPECT_EQ(outcome(store().get("link/secret", nowhere, {})), "invalid");
  EXPECT_EQ(outcome(store().get("file", nowhere, {})), "invalid");
  EXPECT_THAT(all_keys(), IsEmpty());
  EXPECT_THAT(names(place_ / "outside"), ElementsAre("secret"));
}

TEST_F(LocalFolderStoreTest, AFileInTheWayOfAFolderIsTold) {
  ASSERT_TRUE(put("a"));
  EXPECT_EQ(outcome(put("a/b")), "invalid");
  EXPECT_EQ(outcome(store().head("a/b", {})), "not_found");
}

TEST_F(LocalFolderStoreTest, LeavesNoTemporaryFileAfterARefusal) {
  ASSERT_TRUE(put("a"));
  EXPECT_EQ(outcome(put("a")), "conflict");
  EXPECT_EQ(outcome(store().put("b", "bytes", {.sha256 = sha256("other")}, {})), "corrupt");
  EXPECT_THAT(names(folder_), ElementsAre("a"));
}

TEST_F(LocalFolderStoreTest, SweepsOldLeftoversOfItsOwnOnly) {
  store();
  const auto old = fs::file_time_type::clock::now() - std::chrono::hours(2);
  for (const char* name : {".fmferry-old.tmp", ".fmferry-young.tmp", ".other-old.tmp"}) {
    std::ofstream(folder_ / name) << "x";
  }
  fs::last_write_time(folder_ / ".fmferry-old.tmp", old);
  fs::last_write_time(folder_ / ".other-old.tmp", old);
  ASSERT_TRUE(put("a"));
  EXPECT_THAT(names(folder_),
              testing::UnorderedElementsAre("a", ".fmferry-young.tmp", ".other-old.tmp"));
  EXPECT_THAT(all_keys(), ElementsAre(".other-old.tmp", "a"));
}

TEST_F(LocalFolderStoreTest, DoesNotSweepWhatALivingUploadWrites) {
  auto upload = store().begin("slow", {}, {});
  ASSERT_TRUE(upload);
  ASSERT_TRUE((*upload)->write("bytes", {}));
  const auto old = fs::file_time_type::clock::now() - std::chrono::hours(2);
  for (const auto& entry : fs::directory_iterator(folder_)) fs::last_write_time(entry.path(), old);

  LocalFolderStore other({.path = folder_});
  ASSERT_TRUE(other.probe({}));
  ASSERT_TRUE(other.put("a", "x", {.sha256 = sha256("x")}, {}));

  EXPECT_TRUE((*upload)->finish(sha256("bytes"), {}));
  EXPECT_THAT(all_keys(), ElementsAre("a", "slow"));
}

TEST_F(LocalFolderStoreTest, ListsInByteOrderAcrossPagesWindowsAndEmptyFolders) {
  std::vector<std::string> keys;
  for (int i = 0; i < 40; ++i) {
    keys.push_back(std::to_string(i) + (i % 3 == 0 ? "/x" : i % 3 == 1 ? "-y/z/1" : ".jpg"));
    ASSERT_TRUE(put(keys.back()));
    fs::create_directories(folder_ / ("0empty" + std::to_string(i)) / "deeper");
  }
  std::sort(keys.begin(), keys.end());
  EXPECT_EQ(all_keys(), keys);
}

TEST_F(LocalFolderStoreTest, AListingThatCannotReadAFolderIsAnErrorAndNotShorter) {
  ASSERT_TRUE(put("closed/a"));
  fs::permissions(folder_ / "closed", fs::perms::none);
  {
    const AsOrdinaryUser ordinary;
    EXPECT_EQ(outcome(store().list("", "", {})), "denied");
  }
  fs::permissions(folder_ / "closed", fs::perms::owner_all);
}

TEST_F(LocalFolderStoreTest, ADiskThatGivesOutLeavesNothing) {
  store();
  ASSERT_NE(std::signal(SIGXFSZ, SIG_IGN), SIG_ERR);
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  rlimit small = before;
  small.rlim_cur = 4;
  ::setrlimit(RLIMIT_FSIZE, &small);
  const auto refused = put("a", "five.");
  ::setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_EQ(outcome(refused), "internal");
  EXPECT_THAT(names(folder_), IsEmpty());
}

TEST_F(LocalFolderStoreTest, ASecondListingSeesWhatCameMeanwhile) {
  for (const char* key : {"a", "b", "c", "e"}) ASSERT_TRUE(put(key));
  ASSERT_TRUE(store().list("", "", {}));  // abandoned after its first page
  ASSERT_TRUE(put("d"));
  EXPECT_THAT(all_keys(), ElementsAre("a", "b", "c", "d", "e"));
}

TEST_F(LocalFolderStoreTest, TheIdentityIsAFileUrl) {
  folder_ = place_ / "with space";
  EXPECT_THAT(store().identity(), testing::StartsWith("file:///"));
  EXPECT_THAT(store().identity(), testing::EndsWith("/with%20space"));
}

TEST_F(LocalFolderStoreTest, AnExpiredDeadlineIsATimeout) {
  const CallContext late{.deadline = std::chrono::steady_clock::time_point{}};
  EXPECT_EQ(outcome(store().list("", "", late)), "timeout");
}

}  // namespace
}  // namespace fmferry
