// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/known_length.hpp>
#include <fmferry/engine/read_back.hpp>
#include <fmferry/engine/record_check.hpp>

namespace fmferry {
namespace {

// FileMaker writes it as 32 hex digits in upper case.
std::optional<std::string> md5_from(const std::string& text) {
  const auto raw = from_hex(to_lower(trim(text)));
  return raw && raw->size() == 16 ? raw : std::nullopt;
}

// An error that is this record's own; any other ends the run.
bool is_its_own(const Error& error) {
  const Disposition what = disposition_of(error);
  return what == Disposition::retry || what == Disposition::give_up_item;
}

class Check {
 public:
  Check(const Job& job, const VerifyOptions& options, Subject& subject, const CallContext& context)
      : job_(job), options_(options), subject_(subject), context_(context) {}

  Status run() {
    FMF_TRY(check_object());
    if (subject_.gone) found(finding::k_source_gone);
    if (!subject_.now) return {};
    const Record& now = *subject_.now;
    if (is_changed()) found(finding::k_source_changed);
    const bool stamped = !subject_.row.stamped_at.empty();
    if (stamped && !job_.settings.stamp_field.empty() &&
        now.field(job_.settings.stamp_field).empty()) {
      found(finding::k_stamp_missing);
    }
    check_attributes();
    return is_sampled() && options_.reread_source ? check_container() : Status();
  }

 private:
  [[nodiscard]] const StoredObject& object() const { return *subject_.row.stored; }

  [[nodiscard]] bool is_sampled() const {
    return in_sample(subject_.row.seen.record_id, options_.seed, options_.sample);
  }

  // Edited by somebody else after it was moved: other bytes there are no failure then.
  [[nodiscard]] bool is_changed() const { return subject_.now->mod_id != subject_.row.seen.mod_id; }

  void found(const FindingKind& kind) { subject_.found.push_back(kind); }

  Status check_object() {
    const auto head = job_.store.head(object().key, context_);
    if (!head && head.error().kind == ErrorKind::not_found) {
      found(finding::k_object_missing);
      return {};
    }
    if (!head) return fail(head.error());
    if (head->length != object().length) {
      found(finding::k_object_length);
      return {};
    }
    std::string there = head->sha256;
    // Of an object sent in one piece the ETag is the MD5, but only deep reading proves that.
    if (options_.deep && is_sampled()) {
      const auto digests = digests_in_store(job_.store, object().key, context_);
      if (!digests && !is_its_own(digests.error())) return fail(digests.error());
      if (!digests) {
        found(finding::k_object_unreadable);
        return {};
      }
      there = digests->sha256;
      md5_ = digests->md5;
    }
    if (there.empty()) return {};
    subject_.hashed = true;
    if (there != object().sha256) found(finding::k_object_hash);
    return {};
  }

  // What FileMaker itself says about its bytes, where the layout has calculations for it.
  void check_attributes() {
    const JobSettings& settings = job_.settings;
    const Record& now = *subject_.now;
    if (const auto length = length_said(now, object().field, settings)) {
      subject_.compared_length = true;
      if (*length != object().length) differs(finding::k_source_length);
    }
    const auto md5 = md5_from(now.field(attribute_field(settings.md5_field, object().field)));
    if (!md5 || md5_.empty()) return;
    subject_.compared_md5 = true;
    if (*md5 != md5_) differs(finding::k_source_md5);
  }

  void differs(const FindingKind& kind) {
    if (!is_changed()) return found(kind);
    if (!replaced_) found(finding::k_source_replaced);
    replaced_ = true;
  }

  Status check_container() {
    // A byte that was flipped on the way must not be the record's fault, so what differs is read
    // once more.
    for (const bool last : {false, true}) {
      const auto there = digests_at_source(job_.source, *subject_.now, object().field, context_);
      if (!there && !is_its_own(there.error())) return fail(there.error());
      if (!there) {
        if (is_changed() && there.error().kind == ErrorKind::not_found) {
          differs(finding::k_source_hash);
        } else {
          found(finding::k_source_unreadable);
        }
        return {};
      }
      job_.progress.bytes += there->length;
      subject_.reread = true;
      if (there->sha256 == object().sha256) return {};
      if (last) differs(finding::k_source_hash);
    }
    return {};
  }

  const Job& job_;
  const VerifyOptions& options_;
  Subject& subject_;
  const CallContext& context_;
  std::string md5_;  // raw, of the object as it was read; empty: it was not
  bool replaced_{false};
};

}  // namespace

Status check_moved(const Job& job,
                   const VerifyOptions& options,
                   Subject& subject,
                   const CallContext& context) {
  return Check(job, options, subject, context).run();
}

}  // namespace fmferry
