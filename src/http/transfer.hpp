#pragma once

#include <curl/curl.h>

#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "rialto/base/result.hpp"
#include "rialto/http/client.hpp"

namespace rialto::http {

/// Sets libcurl up, once. False if it cannot be.
bool curl_is_ready();

struct CurlCleanUp {
    void operator()(CURL* easy) const noexcept { curl_easy_cleanup(easy); }
    void operator()(CURLU* url) const noexcept { curl_url_cleanup(url); }
    void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};

/// What libcurl keeps of a transfer: costly to make, so that the next transfer gets it.
struct Handle {
    std::unique_ptr<CURLU, CurlCleanUp> url;
    std::string url_text;  ///< What `url` holds; empty: nothing yet.
    std::string origin;    ///< Of `url`.
    std::unique_ptr<CURL, CurlCleanUp> easy;
};

/// The handles that no transfer needs now. Thread-safe.
class Handles {
public:
    explicit Handles(std::size_t most) : most_{most} { free_.reserve(most); }

    /// Without an `easy` or a `url` if libcurl cannot be initialised.
    Handle take();
    void give_back(Handle handle);

private:
    const std::size_t most_;
    std::mutex mutex_;  // guards the next
    std::vector<Handle> free_;
};

/// One request and its response, as libcurl sees them. May go from thread to thread, but is on one at a time.
class Transfer {
public:
    /// InvalidArgument for what cannot be sent. `handles` must outlive the transfer.
    static Result<std::unique_ptr<Transfer>> prepare(ClientRequest request, const ClientOptions& options,
                                                     Handles& handles);

    ~Transfer();
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    void trust_any_certificate();

    CURL* easy() const { return handle_.easy.get(); }
    std::chrono::milliseconds timeout() const { return request_.timeout; }
    /// Scheme, host and port: all of the URL that may be shown.
    const std::string& origin() const { return handle_.origin; }

    /// What came of it, once libcurl has ended it with `code`. Call once.
    Result<ClientResponse> outcome(CURLcode code);

private:
    Transfer(ClientRequest request, const ClientOptions& options, Handles& handles);
    Status set_up(const ClientOptions& options);
    Status set_url();
    Status read_url();
    Status set_headers();
    void add_header(const std::string& line);
    void set_method();
    void set_limits(const ClientOptions& options);
    void set_callbacks();
    template <class Value>
    void set(CURLoption option, Value value) {
        is_ready_ = curl_easy_setopt(easy(), option, value) == CURLE_OK && is_ready_;
    }

    std::size_t take_header(const char* data, std::size_t size);
    std::size_t take_body(const char* data, std::size_t size);
    curl_socket_t open_socket(const curl_sockaddr& address);
    Error failure(CURLcode code) const;

    const ClientRequest request_;
    const std::size_t max_body_;
    const bool allow_local_;
    ClientResponse response_;
    std::size_t header_bytes_ = 0;
    std::size_t body_bytes_ = 0;
    bool has_opened_ = false;   ///< A socket to an address that may be called.
    bool has_refused_ = false;  ///< One to an address that may not.
    bool is_ready_ = true;      ///< Every option was taken.
    std::array<char, CURL_ERROR_SIZE> error_{};
    std::unique_ptr<curl_slist, CurlCleanUp> headers_;
    Handles& handles_;
    Handle handle_;
};

}  // namespace rialto::http
