// SPDX-License-Identifier: Apache-2.0
#include <fmferry/net/http.hpp>

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <mutex>
#include <utility>

namespace fmferry {
namespace {

struct EasyFree {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};

using Easy = std::unique_ptr<CURL, EasyFree>;

struct ListFree {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

using HeaderList = std::unique_ptr<curl_slist, ListFree>;

void start_libcurl_once() {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  static_cast<void>(started);
}

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && to_lower(a) == to_lower(b);
}

// One request in flight: what libcurl's callbacks see.
struct Exchange {
  const HttpRequest* request{nullptr};
  const CallContext* context{nullptr};
  HttpResponse response{};
  std::size_t max_buffered{0};
  std::size_t sent{0};
  std::optional<Error> error{};
  bool has_answer{false};

  [[nodiscard]] bool stopped() const {
    return context->stop.stop_requested() ||
           (context->deadline && std::chrono::steady_clock::now() > *context->deadline);
  }
};

std::size_t on_header(char* data, std::size_t size, std::size_t count, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  const std::string_view line(data, size * count);
  if (line.starts_with("HTTP/")) {  // a new answer begins (100 Continue, proxy CONNECT)
    exchange.response.headers.clear();
    exchange.response.status = 0;
    const auto space = line.find(' ');
    if (space != std::string_view::npos) {
      const auto digits = line.substr(space + 1, 3);
      std::from_chars(digits.data(), digits.data() + digits.size(), exchange.response.status);
    }
    exchange.has_answer = exchange.response.status >= 200;
  } else if (const auto colon = line.find(':'); colon != std::string_view::npos) {
    exchange.response.headers.emplace_back(line.substr(0, colon), trim(line.substr(colon + 1)));
  }
  return size * count;
}

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  const ByteView bytes(data, size * count);
  auto& response = exchange.response;
  const bool is_first = response.body_length == 0;
  response.body_length += static_cast<std::int64_t>(bytes.size());
  if (exchange.request->sink && response.status >= 200 && response.status < 300) {
    Status taken;
    if (is_first && exchange.request->on_head) taken = exchange.request->on_head(response);
    if (taken) taken = exchange.request->sink(bytes);
    if (!taken) {
      exchange.error = std::move(taken).error();
      return 0;
    }
    return bytes.size();
  }
  if (response.body.size() + bytes.size() > exchange.max_buffered) {
    exchange.error = Error{.kind = ErrorKind::corrupt, .what = "the answer is too large to hold"};
    return 0;
  }
  response.body.append(bytes);
  return bytes.size();
}

std::size_t on_read(char* data, std::size_t size, std::size_t count, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  const ByteView rest = exchange.request->body.substr(exchange.sent);
  const std::size_t taken = std::min(rest.size(), size * count);
  std::copy_n(rest.data(), taken, data);
  exchange.sent += taken;
  return taken;
}

int on_seek(void* user, curl_off_t offset, int origin) {
  const auto& exchange = *static_cast<const Exchange*>(user);
  // libcurl rewinds to send the request again when a reused connection broke without an answer.
  // The other side may have acted on it by then, so that is not ours to do.
  const bool nothing_changes = origin == SEEK_SET && std::cmp_equal(offset, exchange.sent);
  return nothing_changes ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL;
}

int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const Exchange*>(user)->stopped() ? 1 : 0;
}

HeaderList header_list(const HttpRequest& request) {
  HeaderList list;
  const auto append = [&list](const std::string& line) {
    curl_slist* longer = curl_slist_append(list.get(), line.c_str());
    static_cast<void>(list.release());
    list.reset(longer);
  };
  for (const auto& [name, value] : request.headers) {
    append(value.empty() ? name + ";" : name + ": " + value);
  }
  append("Expect:");  // no waiting for 100 Continue
  const auto has_type = std::ranges::any_of(
      request.headers, [](const auto& header) { return same_name(header.first, "Content-Type"); });
  if (!has_type) append("Content-Type:");  // libcurl would add a form's
  return list;
}

void set_transport(CURL* curl, const HttpOptions& options) {
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, 256L * 1024L);
  curl_easy_setopt(curl, CURLOPT_UPLOAD_BUFFERSIZE, 256L * 1024L);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, options.user_agent.c_str());
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, options.connect_timeout.count());
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, options.stall_timeout.count());
  if (!options.ca_file.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, options.ca_file.c_str());
  if (options.past_proxies) curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
  if (options.insecure) {
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
  }
}

void set_method(CURL* curl, const HttpRequest& request, Exchange& exchange) {
  if (request.method == "HEAD") {
    curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    return;
  }
  if (request.has_body || !request.body.empty()) {
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, on_read);
    curl_easy_setopt(curl, CURLOPT_READDATA, &exchange);
    curl_easy_setopt(curl, CURLOPT_SEEKFUNCTION, on_seek);
    curl_easy_setopt(curl, CURLOPT_SEEKDATA, &exchange);
  }
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

bool reads_only(const HttpRequest& request) {
  return request.method == "GET" || request.method == "HEAD";
}

// The whole request left us, so the other side may have acted on it. It can't act on a body that
// it has only a part of.
bool was_sent(CURL* curl, const Exchange& exchange) {
  long head_bytes = 0;
  curl_easy_getinfo(curl, CURLINFO_REQUEST_SIZE, &head_bytes);
  return head_bytes > 0 && exchange.sent >= exchange.request->body.size();
}

// What a failed transfer means for a request that changes nothing.
Error transport_error(CURLcode code, const Exchange& exchange) {
  Error error{.kind = ErrorKind::unavailable,
              .what = curl_easy_strerror(code),
              .origin_code = static_cast<int>(code)};
  switch (static_cast<int>(code)) {
    case CURLE_ABORTED_BY_CALLBACK:
      error.kind =
          exchange.context->stop.stop_requested() ? ErrorKind::cancelled : ErrorKind::timeout;
      error.what = error.kind == ErrorKind::cancelled ? "stopped" : "the time limit is reached";
      break;
    case CURLE_SSL_CACERT_BADFILE:
      error.kind = ErrorKind::denied;
      error.what = "the file that `ca` names is not there, or holds no certificates";
      break;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
      error.kind = ErrorKind::denied;
      error.what = "the server's certificate is not trusted: name its CA with `ca`, or mend it (" +
                   error.what + ")";
      break;
    case CURLE_PARTIAL_FILE:
      error.kind = ErrorKind::corrupt;
      error.what = "the body ended before its announced length";
      break;
    case CURLE_OPERATION_TIMEDOUT:
      error.kind = ErrorKind::timeout;
      break;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      error.kind = ErrorKind::invalid;
      break;
    default:
      break;
  }
  return error;
}

// A lost answer to anything that may have changed the other side is `in_doubt`.
Error lost_answer(Error error) {
  const bool lost = error.kind == ErrorKind::unavailable || error.kind == ErrorKind::timeout ||
                    error.kind == ErrorKind::corrupt;
  if (lost) error.kind = ErrorKind::in_doubt;
  return error;
}

}  // namespace

struct HttpClient::Pool {
  HttpOptions options;
  std::mutex mutex;
  std::vector<Easy> idle;  // guarded by mutex

  Easy take() {
    {
      const std::scoped_lock lock(mutex);
      if (!idle.empty()) {
        Easy handle = std::move(idle.back());
        idle.pop_back();
        return handle;
      }
    }
    return Easy(curl_easy_init());
  }

  void give_back(Easy handle) {
    curl_easy_reset(handle.get());  // keeps the connections
    const std::scoped_lock lock(mutex);
    idle.push_back(std::move(handle));
  }
};

HttpClient::HttpClient(HttpOptions options) : pool_(std::make_unique<Pool>()) {
  start_libcurl_once();
  pool_->options = std::move(options);
}

HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;
HttpClient::~HttpClient() = default;

Result<HttpResponse> HttpClient::send(const HttpRequest& request,
                                      const CallContext& context) const {
  Exchange exchange;
  exchange.request = &request;
  exchange.context = &context;
  exchange.max_buffered = pool_->options.max_buffered;
  if (exchange.stopped()) return fail(transport_error(CURLE_ABORTED_BY_CALLBACK, exchange));

  Easy handle = pool_->take();
  if (handle == nullptr) return fail(ErrorKind::internal, "libcurl gave no handle");
  CURL* curl = handle.get();
  const HeaderList headers = header_list(request);
  set_transport(curl, pool_->options);
  set_method(curl, request, exchange);
  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &exchange);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &exchange);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &exchange);

  const CURLcode code = curl_easy_perform(curl);
  curl_off_t first_byte = 0;
  curl_easy_getinfo(curl, CURLINFO_STARTTRANSFER_TIME_T, &first_byte);
  exchange.response.first_byte = std::chrono::milliseconds(first_byte / 1000);
  const bool may_have_acted = !reads_only(request) && was_sent(curl, exchange);
  pool_->give_back(std::move(handle));
  if (exchange.error) return fail(std::move(*exchange.error));
  if (code != CURLE_OK) {
    Error error = transport_error(code, exchange);
    return fail(may_have_acted ? lost_answer(std::move(error)) : std::move(error));
  }
  return std::move(exchange.response);
}

std::string_view HttpResponse::header(std::string_view name) const {
  for (const auto& [candidate, value] : headers) {
    if (same_name(candidate, name)) return value;
  }
  return {};
}

std::vector<std::string_view> HttpResponse::all_headers(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& [candidate, value] : headers) {
    if (same_name(candidate, name)) values.emplace_back(value);
  }
  return values;
}

std::optional<std::int64_t> HttpResponse::announced_length() const {
  const auto digits = header("Content-Length");
  std::int64_t length = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), length);
  const bool whole = parsed.ec == std::errc() && parsed.ptr == digits.data() + digits.size();
  return whole && length >= 0 ? std::optional(length) : std::nullopt;
}

}  // namespace fmferry
