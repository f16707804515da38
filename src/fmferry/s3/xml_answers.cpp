// SPDX-License-Identifier: Apache-2.0
#include <fmferry/s3/xml_answers.hpp>

#include <algorithm>
#include <charconv>

#include <pugixml.hpp>

namespace fmferry::s3 {
namespace {

// The document's root if it has that name, else nothing.
pugi::xml_node root_of(pugi::xml_document& document, std::string_view xml, const char* name) {
  // A key may be nothing but blanks, which pugixml drops by default.
  const auto flags = pugi::parse_default | pugi::parse_ws_pcdata_single;
  if (!document.load_buffer(xml.data(), xml.size(), flags, pugi::encoding_utf8)) return {};
  return document.child(name);
}

ErrorAnswer error_answer(const pugi::xml_node& error) {
  return {.code = error.child_value("Code"),
          .message = error.child_value("Message"),
          .region = error.child_value("Region")};
}

// With encoding-type=url some stores write a blank as '+'; a real plus is %2B in all of them.
std::string url_decoded(std::string text) {
  std::ranges::replace(text, '+', ' ');
  return percent_decode(text);
}

Result<ObjectInfo> listed_object(const pugi::xml_node& node, bool encoded) {
  ObjectInfo object{.key = node.child_value("Key"),
                    .etag = without_quotes(node.child_value("ETag"))};
  if (encoded) object.key = url_decoded(std::move(object.key));
  const std::string_view size = node.child_value("Size");
  const auto parsed = std::from_chars(size.data(), size.data() + size.size(), object.length);
  const bool whole = parsed.ec == std::errc{} && parsed.ptr == size.data() + size.size();
  if (object.key.empty() || !whole || object.length < 0) {
    return fail(ErrorKind::corrupt, "the store's listing has an entry without key or size");
  }
  return object;
}

}  // namespace

std::string without_quotes(std::string_view etag) {
  if (etag.starts_with("W/")) etag.remove_prefix(2);
  if (etag.size() >= 2 && etag.starts_with('"') && etag.ends_with('"')) {
    etag = etag.substr(1, etag.size() - 2);
  }
  return std::string(etag);
}

ErrorAnswer parse_error_answer(std::string_view xml) {
  pugi::xml_document document;
  return error_answer(root_of(document, xml, "Error"));
}

Result<ListPage> parse_list_answer(std::string_view xml) {
  pugi::xml_document document;
  const pugi::xml_node root = root_of(document, xml, "ListBucketResult");
  const std::string_view truncated = root.child_value("IsTruncated");
  if (truncated != "true" && truncated != "false") {
    return fail(ErrorKind::corrupt, "the answer is no S3 listing, or it ends too early");
  }
  const bool encoded = root.child_value("EncodingType") == std::string_view("url");
  ListPage page;
  for (const auto& node : root.children("Contents")) {
    FMF_TRY_ASSIGN(auto object, listed_object(node, encoded));
    page.objects.push_back(std::move(object));
  }
  if (truncated == "true") {
    page.next = root.child_value("NextContinuationToken");
    if (page.next.empty()) {
      return fail(ErrorKind::corrupt, "the store says that its listing goes on, but not where");
    }
  }
  return page;
}

Result<std::string> parse_upload_id(std::string_view xml) {
  pugi::xml_document document;
  std::string id = root_of(document, xml, "InitiateMultipartUploadResult").child_value("UploadId");
  if (id.empty()) return fail(ErrorKind::corrupt, "the store began an upload but did not name it");
  return id;
}

Result<CompletionAnswer> parse_completion(std::string_view xml) {
  pugi::xml_document document;
  if (const auto root = root_of(document, trim(xml), "CompleteMultipartUploadResult")) {
    return CompletionAnswer{.completed = {.etag = without_quotes(root.child_value("ETag")),
                                          .checksum_sha256 = root.child_value("ChecksumSHA256")}};
  }
  CompletionAnswer answer{.error = error_answer(document.child("Error"))};
  if (answer.error.code.empty()) {
    return fail(ErrorKind::in_doubt, "the store did not say how completing the upload went");
  }
  return answer;
}

Result<CompletionAnswer> parse_copy(std::string_view xml) {
  pugi::xml_document document;
  if (const auto root = root_of(document, trim(xml), "CopyObjectResult")) {
    return CompletionAnswer{.completed = {.etag = without_quotes(root.child_value("ETag"))}};
  }
  CompletionAnswer answer{.error = error_answer(document.child("Error"))};
  if (answer.error.code.empty()) {
    return fail(ErrorKind::in_doubt, "the store did not say how copying went");
  }
  return answer;
}

std::string completion_request(const std::vector<PartName>& parts) {
  std::string xml = R"(<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">)";
  for (std::size_t i = 0; i < parts.size(); ++i) {
    xml += "<Part><PartNumber>" + std::to_string(i + 1) + "</PartNumber><ETag>&quot;" +
           parts[i].etag + "&quot;</ETag>";
    if (!parts[i].checksum_sha256.empty()) {
      xml += "<ChecksumSHA256>" + parts[i].checksum_sha256 + "</ChecksumSHA256>";
    }
    xml += "</Part>";
  }
  return xml + "</CompleteMultipartUpload>";
}

}  // namespace fmferry::s3
