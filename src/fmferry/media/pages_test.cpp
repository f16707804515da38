// SPDX-License-Identifier: Apache-2.0
#include <fmferry/media/made_documents_test.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace fmferry::media {
namespace {

using namespace std::string_literals;

TEST(Pages, OfATiffAreTheDirectoriesWithPictures) {
  EXPECT_EQ(inspect(pages_of_tiff(true, {page(), page()})), "image/tiff 0 - 2");
  EXPECT_EQ(inspect(pages_of_tiff(true, {page(1), page(4)})), "image/tiff 0 - 0");
  EXPECT_EQ(inspect(pages_of_tiff(true, {page(), {Tiff::offset(300, 1)}})), "image/tiff 0 - 0");
}

TEST(Pages, OfAChainThatGoesInACircleAreNotCounted) {
  const Tiff tiff(true);
  EXPECT_EQ(inspect(tiff.header() + tiff.directory(8, page(), 8)), "image/tiff 0 - 0");
  EXPECT_EQ(inspect(tiff.header() + tiff.directory(8, page(), 0xfffffff0U)), "image/tiff 0 - 0");
  const std::size_t second = 8 + tiff.directory(8, page()).size();
  EXPECT_EQ(inspect(tiff.header() + tiff.directory(8, page(), second) +
                    tiff.directory(second, page(), 8)),
            "image/tiff 0 - 0");
}

struct PdfCase {
  const char* name;
  std::string body;
  int pages;
};

TEST(Pages, OfAPdfAreToldOrUnknown) {
  const std::string root = k_root;
  const std::string small = "7 0 obj\n<</Count 3/Kids[8 0 R]/Type/Pages>>\nendobj\n";
  const PdfCase cases[] = {
      {"a root", pdf_of(root), 12},
      {"keys in any order", pdf_of(small), 3},
      {"no blanks", pdf_of("2 0 obj<</Type/Pages/Count 5/Kids[]>>endobj"), 5},
      {"a comment", pdf_of("2 0 obj\n% the pages (\n<< % more >>\n/Type /Pages /Count 5>>"), 5},
      {"the same root twice", pdf_of(root + root), 12},
      {"two roots that differ", pdf_of(root + small), 0},
      {"the count elsewhere", pdf_of("2 0 obj <</Type /Pages /Count 5 0 R>> endobj"), 0},
      {"no count", pdf_of("2 0 obj <</Type /Pages /Kids []>> endobj"), 0},
      {"a count below zero", pdf_of("2 0 obj <</Type /Pages /Count -4>> endobj"), 0},
      {"a count that is too large",
       pdf_of("2 0 obj <</Type /Pages /Count 99999999999>> endobj"),
       0},
      {"a node with a parent only", pdf_of("2 0 obj <</Type /Pages /Parent 1 0 R /Count 4>>"), 0},
      {"outlines", pdf_of("2 0 obj <</Type /Outlines /Count 4>> endobj"), 0},
      {"objects that are compressed", pdf_of(root + "5 0 obj <</Type /ObjStm /N 3>> endobj"), 0},
      {"a count in a dictionary inside", pdf_of("2 0 obj <</Type /Pages /R <</Count 4>> >>"), 0},
      {"in a string", pdf_of("2 0 obj <</Note (\\) /Type /Pages /Count 4 (>>) ) >> endobj"), 0},
      {"no end", pdf_of(root + "9 0 obj <</Note (open "), 0},
      {"text outside", pdf_of("/Type /Pages /Count 4"), 0},
  };
  for (const auto& [name, body, pages] : cases) {
    for (const std::size_t slice : {1U, 5U, 100'000U}) {
      EXPECT_EQ(inspect(body, slice), "application/pdf 0 - " + std::to_string(pages)) << name;
    }
  }
}

TEST(Pages, OfALinearizedPdfAreAnnouncedAsLongAsNothingWasAppended) {
  const auto made = [](std::size_t length) {
    std::string body = "%PDF-1.5\n1 0 obj <</Linearized 1 /L " + std::to_string(length) +
                       " /H [ 1 2 ] /O 7 /E 9 /N 44 /T 5>> endobj\n"
                       "5 0 obj <</Type /ObjStm /N 3>> endobj\n%%EOF\n";
    body.resize(4000, ' ');
    return body + "%%EOF\n";
  };
  EXPECT_EQ(inspect(made(4006)), "application/pdf 0 - 44");
  EXPECT_EQ(inspect(made(4000)), "application/pdf 0 - 0");
  EXPECT_EQ(inspect(made(90'000)), "application/pdf 0 - 0");
}

}  // namespace
}  // namespace fmferry::media
