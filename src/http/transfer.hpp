#pragma once

#include <curl/curl.h>

#include <array>
#include <cstddef>
#include <memory>
#include <string>

#include "rialto/base/result.hpp"
#include "rialto/http/client.hpp"

namespace rialto::http {

/// Sets libcurl up, once. False if it cannot be.
bool curl_is_ready();

/// One request and its response, as libcurl sees them. May go from thread to thread, but is on one at a time.
class Transfer {
public:
    /// InvalidArgument for what cannot be sent.
    static Result<std::unique_ptr<Transfer>> prepare(ClientRequest request, const ClientOptions& options);

    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    void trust_any_certificate();

    CURL* easy() const { return easy_.get(); }
    std::chrono::milliseconds timeout() const { return request_.timeout; }
    /// Scheme, host and port: all of the URL that may be shown.
    const std::string& origin() const { return origin_; }

    /// What came of it, once libcurl has ended it with `code`. Call once.
    Result<ClientResponse> outcome(CURLcode code);

private:
    struct CleanUp {
        void operator()(CURL* easy) const noexcept { curl_easy_cleanup(easy); }
        void operator()(CURLU* url) const noexcept { curl_url_cleanup(url); }
        void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
    };

    Transfer(ClientRequest request, const ClientOptions& options);
    Status set_up(const ClientOptions& options);
    Status set_url();
    Status set_headers();
    void add_header(const std::string& line);
    void set_method();
    void set_limits(const ClientOptions& options);
    void set_callbacks();
    template <class Value>
    void set(CURLoption option, Value value) {
        is_ready_ = curl_easy_setopt(easy_.get(), option, value) == CURLE_OK && is_ready_;
    }

    std::size_t take_header(const char* data, std::size_t size);
    std::size_t take_body(const char* data, std::size_t size);
    curl_socket_t open_socket(const curl_sockaddr& address);
    Error failure(CURLcode code) const;

    const ClientRequest request_;
    const std::size_t max_body_;
    const bool allow_local_;
    std::string origin_;
    ClientResponse response_;
    std::size_t header_bytes_ = 0;
    std::size_t body_bytes_ = 0;
    bool has_opened_ = false;   ///< A socket to an address that may be called.
    bool has_refused_ = false;  ///< One to an address that may not.
    bool is_ready_ = true;      ///< Every option was taken.
    std::array<char, CURL_ERROR_SIZE> error_{};
    std::unique_ptr<CURLU, CleanUp> url_;
    std::unique_ptr<curl_slist, CleanUp> headers_;
    std::unique_ptr<CURL, CleanUp> easy_;  // last: it calls back into what is above
};

}  // namespace rialto::http
