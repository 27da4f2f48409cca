#include "http/transfer.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "http/local_address.hpp"
#include "http/text.hpp"

namespace rialto::http {
namespace {

constexpr std::size_t kMaxHeaderBytes = 16 << 10;
constexpr std::size_t kMaxRead = 1 << 20;  // of a body; what is beyond is not waited for

bool is_token(std::string_view text) { return !text.empty() && std::ranges::all_of(text, is_token_character); }

/// URLs are ASCII without spaces; libcurl would cut at a NUL, and forgives much.
bool is_url_text(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

std::string single_line(std::string_view text) {
    std::string line{text};
    std::ranges::replace_if(line, is_control, ' ');
    return line;
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::string part_of(CURLU* url, CURLUPart part) {
    char* text = nullptr;
    if (curl_url_get(url, part, &text, 0) != CURLUE_OK)
        return {};
    std::string copy{text};
    curl_free(text);
    return copy;
}

Status check_header(std::string_view name, std::string_view value) {
    if (!is_token(name))
        return Error{Errc::InvalidArgument, "a header field has a name that HTTP does not allow"};
    const auto is_same = [name](std::string_view own) { return equal_ignoring_case(own, name); };
    if (std::ranges::any_of(std::array{"Host", "Content-Length", "Transfer-Encoding"}, is_same))
        return Error{Errc::InvalidArgument, "the header field " + std::string{name} + " cannot be set"};
    if (std::ranges::any_of(value, is_control))
        return Error{Errc::InvalidArgument, "the header field " + std::string{name} + " holds control characters"};
    return {};
}

}  // namespace

bool curl_is_ready() {
    // curl_global_init is not thread-safe everywhere; a function's static is.
    static const bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    return ready;
}

Handle Handles::take() {
    {
        const std::lock_guard lock{mutex_};
        if (!free_.empty()) {
            Handle handle = std::move(free_.back());
            free_.pop_back();
            return handle;
        }
    }
    Handle handle;
    if (!curl_is_ready())
        return handle;
    handle.url.reset(curl_url());
    handle.easy.reset(curl_easy_init());
    return handle;
}

void Handles::give_back(Handle handle) {
    if (!handle.easy || !handle.url)
        return;
    curl_easy_reset(handle.easy.get());
    if (handle.url_text.contains('?')) {  // there may be secrets behind it
        curl_url_set(handle.url.get(), CURLUPART_URL, nullptr, 0);
        handle.url_text.clear();
    }
    const std::lock_guard lock{mutex_};
    if (free_.size() < most_)
        free_.push_back(std::move(handle));
}

Transfer::Transfer(ClientRequest request, const ClientOptions& options, Handles& handles)
    : request_{std::move(request)},
      max_body_{options.max_body},
      allow_local_{options.allow_local},
      handles_{handles},
      handle_{handles.take()} {}

// Here, before the members go that libcurl has pointers to.
Transfer::~Transfer() { handles_.give_back(std::move(handle_)); }

Result<std::unique_ptr<Transfer>> Transfer::prepare(ClientRequest request, const ClientOptions& options,
                                                    Handles& handles) {
    std::unique_ptr<Transfer> transfer{new Transfer{std::move(request), options, handles}};  // private constructor
    if (Status ready = transfer->set_up(options); !ready)
        return std::move(ready).error();
    return transfer;
}

Status Transfer::set_up(const ClientOptions& options) {
    if (!handle_.easy || !handle_.url)
        return Error{Errc::Unavailable, "libcurl cannot be initialised"};
    if (!is_token(request_.method) || request_.method == "CONNECT" || request_.method == "TRACE")
        return Error{Errc::InvalidArgument, "the HTTP method is not one that can be sent"};
    if (Status taken = set_url(); !taken)
        return taken;
    if (Status taken = set_headers(); !taken)
        return taken;
    set_method();
    set_limits(options);
    set_callbacks();
    if (!is_ready_)
        return Error{Errc::Unavailable, "libcurl did not take the options of a request"};
    return {};
}

Status Transfer::set_url() {
    if (handle_.url_text.empty() || handle_.url_text != request_.url) {
        handle_.url_text.clear();
        if (Status read = read_url(); !read)
            return read;
        handle_.url_text = request_.url;
    }
    set(CURLOPT_CURLU, handle_.url.get());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    return {};
}

Status Transfer::read_url() {
    CURLU* const url = handle_.url.get();
    curl_url_set(url, CURLUPART_URL, nullptr, 0);  // or the next would be read as relative to the last
    handle_.origin.clear();
    if (!is_url_text(request_.url))
        return Error{Errc::InvalidArgument, "the URL holds characters that must be percent-encoded"};
    const CURLUcode code =
        curl_url_set(url, CURLUPART_URL, request_.url.c_str(), CURLU_DISALLOW_USER | CURLU_PATH_AS_IS);
    if (code == CURLUE_USER_NOT_ALLOWED)
        return Error{Errc::InvalidArgument, "the URL holds user information"};
    if (code != CURLUE_OK)
        return Error{Errc::InvalidArgument, std::string{"the URL cannot be used: "} + curl_url_strerror(code)};
    const auto scheme = part_of(url, CURLUPART_SCHEME);
    if (scheme != "http" && scheme != "https")
        return Error{Errc::InvalidArgument, "the URL is neither http nor https"};
    const auto port = part_of(url, CURLUPART_PORT);
    handle_.origin = scheme + "://" + part_of(url, CURLUPART_HOST) + (port.empty() ? "" : ":" + port);
    return {};
}

void Transfer::add_header(const std::string& line) {
    curl_slist* const longer = curl_slist_append(headers_.get(), line.c_str());
    is_ready_ = is_ready_ && longer != nullptr;
    if (longer != nullptr && longer != headers_.get())
        headers_.reset(longer);  // the first one; the list grows at its end
}

Status Transfer::set_headers() {
    for (const auto& [name, value] : request_.headers) {
        if (Status allowed = check_header(name, value); !allowed)
            return allowed;
        std::string line = name;
        if (trimmed(value).empty())
            line += ';';  // libcurl's way to write a field without a value
        else
            line.append(": ").append(value);
        add_header(line);
    }
    // What libcurl would add of its own accord.
    for (const auto* name : {"Accept", "Content-Type", "Expect"})
        if (!request_.headers.find(name))
            add_header(std::string{name} + ":");
    set(CURLOPT_HTTPHEADER, headers_.get());
    const auto connection = request_.headers.find("Connection");
    if (connection && equal_ignoring_case(*connection, "close"))
        set(CURLOPT_FORBID_REUSE, 1L);
    return {};
}

void Transfer::set_method() {
    if (request_.method == "HEAD") {
        set(CURLOPT_NOBODY, 1L);
        return;
    }
    const bool has_body =
        !request_.body.empty() || request_.method == "POST" || request_.method == "PUT" || request_.method == "PATCH";
    if (has_body) {
        set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
        set(CURLOPT_POSTFIELDS, request_.body.data());
    }
    set(CURLOPT_CUSTOMREQUEST, request_.method.c_str());
}

void Transfer::set_limits(const ClientOptions& options) {
    const auto at_least_1 = [](std::chrono::milliseconds time) {
        return static_cast<long>(std::max(time.count(), 1L));
    };
    set(CURLOPT_TIMEOUT_MS, at_least_1(request_.timeout));
    set(CURLOPT_CONNECTTIMEOUT_MS, at_least_1(options.connect_timeout));
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    if (!options.ca_file.empty())
        set(CURLOPT_CAINFO, options.ca_file.c_str());
    set(CURLOPT_PROXY, "");
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_QUICK_EXIT, 1L);  // a resolver that hangs holds up nobody else
}

void Transfer::set_callbacks() {
    using Take = std::size_t (*)(char*, std::size_t, std::size_t, void*);
    const Take take_header_line = [](char* data, std::size_t, std::size_t size, void* self) {
        return static_cast<Transfer*>(self)->take_header(data, size);
    };
    const Take take_body_piece = [](char* data, std::size_t, std::size_t size, void* self) {
        return static_cast<Transfer*>(self)->take_body(data, size);
    };
    const curl_opensocket_callback open = [](void* self, curlsocktype, curl_sockaddr* address) {
        return static_cast<Transfer*>(self)->open_socket(*address);
    };
    set(CURLOPT_HEADERFUNCTION, take_header_line);
    set(CURLOPT_HEADERDATA, this);
    set(CURLOPT_WRITEFUNCTION, take_body_piece);
    set(CURLOPT_WRITEDATA, this);
    set(CURLOPT_OPENSOCKETFUNCTION, open);
    set(CURLOPT_OPENSOCKETDATA, this);
    set(CURLOPT_ERRORBUFFER, error_.data());
}

void Transfer::trust_any_certificate() {
    set(CURLOPT_SSL_VERIFYPEER, 0L);
    set(CURLOPT_SSL_VERIFYHOST, 0L);
}

std::size_t Transfer::take_header(const char* data, std::size_t size) {
    const std::string_view line{data, size};
    if (line.starts_with("HTTP/")) {  // what came before was provisional (1xx)
        response_.headers = {};
        header_bytes_ = 0;
    }
    const auto colon = line.find(':');
    header_bytes_ += size;
    if (colon != std::string_view::npos && !line.starts_with("HTTP/") && header_bytes_ <= kMaxHeaderBytes)
        response_.headers.add(std::string{line.substr(0, colon)}, std::string{trimmed(line.substr(colon + 1))});
    return size;
}

std::size_t Transfer::take_body(const char* data, std::size_t size) {
    const auto kept = std::min(size, max_body_ - response_.body.size());
    response_.body.append(data, kept);
    response_.is_cut = response_.is_cut || kept < size;
    body_bytes_ += size;
    return body_bytes_ > kMaxRead ? 0 : size;  // 0 ends the transfer with CURLE_WRITE_ERROR
}

curl_socket_t Transfer::open_socket(const curl_sockaddr& address) {
    if (!allow_local_ && is_local(address.addr)) {
        has_refused_ = true;
        return CURL_SOCKET_BAD;
    }
    has_opened_ = true;
    return ::socket(address.family, address.socktype | SOCK_CLOEXEC, address.protocol);
}

Result<ClientResponse> Transfer::outcome(CURLcode code) {
    const bool has_enough = code == CURLE_WRITE_ERROR && body_bytes_ > kMaxRead;
    if (code != CURLE_OK && !has_enough)
        return failure(code);
    long status = 0;
    curl_easy_getinfo(easy(), CURLINFO_RESPONSE_CODE, &status);
    response_.status = static_cast<int>(status);
    return std::move(response_);
}

Error Transfer::failure(CURLcode code) const {
    if (has_refused_ && !has_opened_)
        return {Errc::InvalidArgument, origin() + " is at a local address, which may not be called"};
    const auto reason = single_line(error_[0] != '\0' ? error_.data() : curl_easy_strerror(code));
    if (code == CURLE_OPERATION_TIMEDOUT)
        return {Errc::TimedOut, origin() + " did not answer in time: " + reason};
    return {Errc::Unavailable, origin() + ": " + reason};
}

}  // namespace rialto::http
