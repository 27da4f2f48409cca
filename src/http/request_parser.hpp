#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "rialto/http/message.hpp"

namespace rialto::http {

/// What is wrong with a request, as Handler::fault() takes it. `status` 0: nothing.
struct Fault {
    int status = 0;
    std::string_view reason;

    explicit operator bool() const { return status != 0; }
};

/// Reads one request from bytes that come in pieces, and refuses what could be understood in two ways (request
/// smuggling).
///
/// Feed it until done() or fault(); the caller keeps what was not consumed and gives it again with more behind it.
/// Pure.
class RequestParser : private boost::beast::http::basic_parser<true> {
public:
    RequestParser(std::size_t max_header, std::size_t max_body);

    /// Consumes a part of the head: how many bytes. Stops behind the head.
    std::size_t feed_head(std::string_view input);
    /// Consumes a part of the body. Stops behind the request.
    std::size_t feed_body(std::string_view input);

    bool head_done() const { return is_header_done(); }
    bool done() const { return is_done(); }
    const Fault& fault() const { return fault_; }

    /// Complete once head_done(), the body once done(). May be changed and moved from.
    Request& request() { return request_; }

    bool is_http_1_0() const { return version_ == 10; }
    bool wants_keep_alive() const { return keep_alive(); }
    bool expects_continue() const { return expects_continue_; }
    /// The length of the body as announced: 0 if there is none, nothing if it is chunked.
    std::optional<std::uint64_t> announced_length() const;

private:
    using Verb = boost::beast::http::verb;
    using FieldName = boost::beast::http::field;
    using View = boost::beast::string_view;
    using ErrorCode = boost::beast::error_code;

    std::size_t parse(std::string_view input, ErrorCode& error);
    void check_head();
    void set_target(View target, Verb method);
    void fail(int status, std::string_view reason, ErrorCode& error);
    void blame(const ErrorCode& error, std::string_view input);
    void note(FieldName name, std::string_view value, ErrorCode& error);
    std::size_t take_body(View piece);

    void on_request_impl(Verb, View, View, int, ErrorCode&) override;
    void on_response_impl(int, View, int, ErrorCode&) override {}
    void on_field_impl(FieldName, View, View, ErrorCode&) override;
    void on_header_impl(ErrorCode&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, ErrorCode&) override {}
    std::size_t on_body_impl(View, ErrorCode&) override;
    void on_chunk_header_impl(std::uint64_t, View, ErrorCode&) override;
    std::size_t on_chunk_body_impl(std::uint64_t, View, ErrorCode&) override;
    void on_finish_impl(ErrorCode&) override {}

    std::size_t max_header_;
    std::size_t max_body_;
    Request request_;
    Fault fault_;
    int version_ = 11;
    int hosts_ = 0;
    std::size_t head_size_ = 0;
    std::size_t extensions_size_ = 0;
    bool has_transfer_encoding_ = false;
    bool expects_continue_ = false;
};

}  // namespace rialto::http
