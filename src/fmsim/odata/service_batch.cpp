// SPDX-License-Identifier: Apache-2.0
#include <fmsim/odata/multipart.hpp>
#include <fmsim/odata/service.hpp>

#include <algorithm>
#include <deque>

namespace fmsim::odata {
namespace {

constexpr const char* k_boundary = "b_5f0c6a1e";
constexpr const char* k_inner_boundary = "cs_5f0c6a1e";

std::string joined(const std::vector<std::string>& parts, const std::string& boundary) {
  std::string out;
  for (const std::string& part : parts) out += "--" + boundary + "\r\n" + part;
  return out + "--" + boundary + "--\r\n";
}

bool failed(const Reply& reply) {
  return reply.status >= 400;
}

bool is_changeset(const Part& part) {
  return !boundary_of(part.header("content-type")).empty();
}

// FileMaker Server 21 loses its way when a read comes before a changeset.
bool reads_before_changes(const std::vector<Part>& parts) {
  bool read = false;
  for (const Part& part : parts) {
    if (is_changeset(part) && read) return true;
    read = read || !is_changeset(part);
  }
  return false;
}

}  // namespace

Reply Service::batch(const Request& request) {
  const std::string boundary = boundary_of(request.call.content_type);
  const std::vector<Part> parts = split_multipart(request.call.body, boundary);
  const bool old_parser = settings_.odata.engine == 21;
  if (old_parser && reads_before_changes(parts)) throw url_problem("Expected batch boundary");
  std::vector<std::string> answers;
  for (const Part& part : parts) {
    bool good = true;
    answers.push_back(is_changeset(part) ? changeset(request, part, good)
                                         : lone_part(request, part, good));
    // The client hears nothing of the parts after the first one that failed.
    if (!good) break;
  }
  // It also loses the last of several reads.
  const bool only_reads = std::none_of(parts.begin(), parts.end(), is_changeset);
  if (old_parser && only_reads && answers.size() > 1) answers.pop_back();
  return engine_answer(request.view,
                       std::string("multipart/mixed; boundary=") + k_boundary,
                       joined(answers, k_boundary));
}

std::string Service::lone_part(const Request& outer, const Part& part, bool& good) {
  Reply reply;
  try {
    const Call call = read_embedded(part, outer.call, reads_whole_parts());
    ++batched_;
    reply = guarded(read(call, true));
  } catch (const Problem& problem) {
    reply = problem_answer(outer.view, problem);
  }
  good = !failed(reply);
  return embedded(reply);
}

// All of it happens, or nothing and the one answer says why not.
std::string Service::changeset(const Request& outer, const Part& part, bool& good) {
  try {
    std::deque<Call> calls;
    std::vector<Request> requests;
    std::vector<RecordChange> changes;
    std::vector<std::size_t> ends;
    for (const Part& each : split_multipart(part.body, boundary_of(part.header("content-type")))) {
      calls.push_back(read_embedded(each, outer.call, reads_whole_parts()));
      ++batched_;
      requests.push_back(read(calls.back(), true));
      check_write(requests.back());
      for (RecordChange& change : read_changes(requests.back())) {
        changes.push_back(std::move(change));
      }
      ends.push_back(changes.size());
    }
    const ChangesResult result = records_.change_all(changes, false);
    if (result.code != 0) throw refused(result);
    std::vector<std::string> answers;
    auto from = result.done.begin();
    for (std::size_t at = 0; at < requests.size(); ++at) {
      const auto to = result.done.begin() + static_cast<std::ptrdiff_t>(ends[at]);
      answers.push_back(embedded(written(requests[at], std::vector<WriteResult>(from, to))));
      from = to;
    }
    return std::string("Content-Type: multipart/mixed; boundary=") + k_inner_boundary + "\r\n\r\n" +
           joined(answers, k_inner_boundary);
  } catch (const Problem& problem) {
    good = false;
    return embedded(problem_answer(outer.view, problem));
  }
}

bool Service::reads_whole_parts() const {
  return settings_.odata.engine < 21;
}

}  // namespace fmsim::odata
