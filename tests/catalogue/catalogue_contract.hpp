// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "application.hpp"
#include <fmferry/foundation/clock.hpp>
#include <fmferry/sql/catalogue.hpp>
#include <fmferry/sql/values.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace fmferry::test {

// What Django 4.2's sqlmigrate gives for the application's models, on SQLite.
inline constexpr const char* k_on_sqlite = R"sql(
CREATE TABLE "django_content_type" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  "app_label" varchar(100) NOT NULL, "model" varchar(100) NOT NULL);
CREATE TABLE "auth_user" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT);
CREATE TABLE "patients" ("id" char(32) NOT NULL PRIMARY KEY, "name" varchar(100) NOT NULL,
  "number" varchar(20) NULL, "filemaker_metadata" text NULL CHECK
  ((JSON_VALID("filemaker_metadata") OR "filemaker_metadata" IS NULL)));
CREATE TABLE "images_batch" ("id" char(32) NOT NULL PRIMARY KEY, "object_id" char(32) NOT NULL,
  "name" varchar(255) NOT NULL, "description" text NOT NULL, "uploaded_at" datetime NOT NULL,
  "image_count" integer NOT NULL, "content_type_id" integer NOT NULL REFERENCES
  "django_content_type" ("id") DEFERRABLE INITIALLY DEFERRED, "uploaded_by_id" integer NULL
  REFERENCES "auth_user" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "images_image" ("id" char(32) NOT NULL PRIMARY KEY, "s3_key" varchar(500) NOT NULL,
  "s3_thumbnail_key" varchar(500) NOT NULL, "original_name" varchar(255) NOT NULL, "file_size"
  integer NOT NULL, "thumbnail_size" integer NULL, "mime_type" varchar(100) NOT NULL, "width"
  integer NULL, "height" integer NULL, "category" varchar(100) NOT NULL, "caption" text NOT NULL,
  "date_taken" date NULL, "uploaded_at" datetime NOT NULL, "filemaker_id" char(32) NULL UNIQUE,
  "order" integer NOT NULL, "batch_id" char(32) NOT NULL REFERENCES "images_batch" ("id")
  DEFERRABLE INITIALLY DEFERRED, "uploaded_by_id" integer NULL REFERENCES "auth_user" ("id")
  DEFERRABLE INITIALLY DEFERRED);
CREATE INDEX "images_image_batch_id" ON "images_image" ("batch_id");
)sql";

// The same on PostgreSQL, with an order of texts that is not that of their bytes.
inline constexpr const char* k_on_postgres = R"sql(
CREATE TABLE "django_content_type" ("id" serial NOT NULL PRIMARY KEY, "app_label" varchar(100) NOT
  NULL, "model" varchar(100) NOT NULL);
CREATE TABLE "auth_user" ("id" serial NOT NULL PRIMARY KEY);
CREATE TABLE "patients" ("id" uuid NOT NULL PRIMARY KEY, "name" varchar(100) NOT NULL, "number"
  varchar(20) NULL, "filemaker_metadata" jsonb NULL);
CREATE TABLE "images_batch" ("id" uuid NOT NULL PRIMARY KEY, "object_id" uuid NOT NULL, "name"
  varchar(255) NOT NULL, "description" text NOT NULL, "uploaded_at" timestamp with time zone NOT
  NULL, "image_count" integer NOT NULL, "content_type_id" integer NOT NULL REFERENCES
  "django_content_type" ("id") DEFERRABLE INITIALLY DEFERRED, "uploaded_by_id" integer NULL
  REFERENCES "auth_user" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "images_image" ("id" uuid NOT NULL PRIMARY KEY, "s3_key" varchar(500) COLLATE "en-x-icu" NOT NULL,
  "s3_thumbnail_key" varchar(500) NOT NULL, "original_name" varchar(255) NOT NULL, "file_size"
  integer NOT NULL, "thumbnail_size" integer NULL, "mime_type" varchar(100) NOT NULL, "width"
  integer NULL, "height" integer NULL, "category" varchar(100) NOT NULL, "caption" text NOT NULL,
  "date_taken" date NULL, "uploaded_at" timestamp with time zone NOT NULL, "filemaker_id" uuid NULL
  UNIQUE, "order" integer NOT NULL, "batch_id" uuid NOT NULL REFERENCES "images_batch" ("id")
  DEFERRABLE INITIALLY DEFERRED, "uploaded_by_id" integer NULL REFERENCES "auth_user" ("id")
  DEFERRABLE INITIALLY DEFERRED);
CREATE INDEX "images_image_batch_id" ON "images_image" ("batch_id");
)sql";

inline constexpr const char* k_content_types =
    "INSERT INTO django_content_type (id, app_label, model) VALUES (7, 'images', 'batch'),"
    "(31, 'patients', 'patient')";

class FixedClock final : public Clock {
 public:
  std::chrono::steady_clock::time_point now() override { return {}; }

  std::chrono::system_clock::time_point wall() override { return wall_; }

  bool sleep_for(std::chrono::milliseconds, const std::stop_token&) override { return true; }

  std::chrono::system_clock::time_point wall_{std::chrono::microseconds(1'700'000'000'000'042)};
};

inline std::string uuid(unsigned number) {
  std::string tail = std::to_string(number);
  return "0a1b2c3d-0000-4000-8000-" + std::string(12 - tail.size(), '0') + tail;
}

struct DatabaseCase {
  std::string name{};
  std::unique_ptr<Application> (*make)();
  const char* schema{};
};

class CatalogueContract : public testing::TestWithParam<DatabaseCase> {
 protected:
  void SetUp() override {
    application_ = GetParam().make();
    other_ = application_->connect();
    sql(GetParam().schema);
    sql(k_content_types);
  }

  [[nodiscard]] bool on_sqlite() const { return other_->dialect() == sql::Dialect::sqlite; }

  // As another program would.
  void sql(const std::string& text) {
    std::istringstream statements(text);
    for (std::string statement; std::getline(statements, statement, ';');) {
      if (statement.find_first_not_of(" \n") == std::string::npos) continue;
      const auto done = other_->run(statement, {});
      ASSERT_TRUE(done) << to_line(done.error()) << " in " << statement;
    }
  }

  // The rows, one a line, their columns between bars; UUIDs and times in one form for all.
  std::string ask(const std::string& query) {
    const auto rows = other_->run(query, {});
    if (!rows) return "ERROR " + to_line(rows.error());
    std::string text;
    for (const auto& row : *rows) {
      if (!text.empty()) text += "\n";
      for (std::size_t at = 0; at < row.size(); ++at) {
        std::string shown = row[at] ? sql::plain_uuid(*row[at]) : "NULL";
        if (shown.ends_with("+00")) shown.resize(shown.size() - 3);
        text += (at == 0 ? "" : "|") + shown;
      }
    }
    return text;
  }

  sql::SqlCatalogue& catalogue() {
    if (!catalogue_) catalogue_ = with(*sql::preset("nexus"));
    return *catalogue_;
  }

  std::unique_ptr<sql::SqlCatalogue> with(sql::Mapping mapping) {
    return std::make_unique<sql::SqlCatalogue>(
        application_->connect(), std::move(mapping), "clinic", clock_);
  }

  // "inserted changed unchanged", or the error.
  std::string outcome(const std::vector<ImageRow>& rows) {
    const auto counts = catalogue().upsert(rows);
    if (!counts) {
      return std::string(name_of(counts.error().kind)) + ": " + to_line(counts.error());
    }
    return std::to_string(counts->inserted) + " " + std::to_string(counts->changed) + " " +
           std::to_string(counts->unchanged);
  }

  // The parents' ids, "-" for those that are not known.
  std::vector<std::string> parents_of(const std::vector<std::string>& asked) {
    std::vector<ParentKeys> keys;
    for (const auto& id : asked) keys.push_back({id});
    const auto found = catalogue().parents(keys);
    EXPECT_TRUE(found) << to_line(found.error());
    std::vector<std::string> shown;
    for (const auto& parent : *found) shown.push_back(parent.value_or("-"));
    return shown;
  }

  static ImageRow row(unsigned number, const std::string& day = "2024-03-11") {
    return {.image_id = uuid(number),
            .parent_id = uuid(900),
            .day = day,
            .key = "in/" + uuid(number) + ".jpg",
            .original_name = "IMG.jpg",
            .length = 1000 + number,
            .media_type = "image/jpeg",
            .width = 4032,
            .height = 3024,
            .category = "photo",
            .source_id = uuid(5000 + number)};
  }

  // Everything that is in the two tables.
  std::string dump() {
    return ask("SELECT * FROM images_batch ORDER BY id") + "\n" +
           ask("SELECT * FROM images_image ORDER BY id");
  }

  std::string counts_of_batches() {
    return ask("SELECT name, image_count FROM images_batch ORDER BY name");
  }

  void add_patient(unsigned number, const std::string& metadata) {
    sql("INSERT INTO patients (id, name, filemaker_metadata) VALUES ('" +
        sql::to_uuid_form(uuid(number), on_sqlite() ? sql::UuidForm::hex : sql::UuidForm::dashed)
            .value_or("") +
        "', 'made up', " + (metadata.empty() ? "NULL" : "'" + metadata + "'") + ")");
  }

  std::unique_ptr<Application> application_;
  std::unique_ptr<sql::Database> other_;
  FixedClock clock_;
  std::unique_ptr<sql::SqlCatalogue> catalogue_;
};

}  // namespace fmferry::test
