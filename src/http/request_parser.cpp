#include "http/request_parser.hpp"

#include <algorithm>
#include <boost/beast/http/error.hpp>

#include "http/text.hpp"

namespace rialto::http {
namespace {

namespace beast_http = boost::beast::http;
using beast_http::error;

constexpr std::size_t kMaxChunkExtensions = 4096;  // of all chunks of a request together

std::string_view to_view(boost::beast::string_view view) { return {view.data(), view.size()}; }

bool has_fold(std::string_view head) {
    for (auto at = head.find("\r\n"); at != std::string_view::npos; at = head.find("\r\n", at + 2))
        if (at + 2 < head.size() && (head[at + 2] == ' ' || head[at + 2] == '\t'))
            return true;
    return false;
}

// A line feed without its carriage return. Beast would wait for more before it complains.
bool has_bare_line_feed(std::string_view input) {
    const auto head = input.substr(0, input.starts_with("\r\n") ? 0 : input.find("\r\n\r\n"));
    for (auto at = head.find('\n'); at != std::string_view::npos; at = head.find('\n', at + 1))
        if (at == 0 || head[at - 1] != '\r')
            return true;
    return false;
}

// "HTTP/" DIGIT "." DIGIT at the end of the first line: a version, though not one of ours.
bool names_some_version(std::string_view input) {
    const auto line = input.substr(0, input.find("\r\n"));
    if (line.size() < 9)
        return false;
    const auto version = line.substr(line.size() - 8);
    return version.starts_with("HTTP/") && is_digit(version[5]) && version[6] == '.' && is_digit(version[7]);
}

bool is_host(std::string_view value) {
    const auto fits = [](char c) { return is_alphanumeric(c) || std::string_view{"-._~!$&'()*+,;=%:[]"}.contains(c); };
    return std::ranges::all_of(value, fits);
}

// "http://host/path" becomes "/path".
std::string_view without_authority(std::string_view target) {
    const auto scheme = target.find("://");
    if (target.starts_with('/') || scheme == std::string_view::npos)
        return target;
    const auto is_http = equal_ignoring_case(target.substr(0, scheme), "http");
    const auto is_https = equal_ignoring_case(target.substr(0, scheme), "https");
    if (!is_http && !is_https)
        return target;
    const auto path = target.find_first_of("/?", scheme + 3);
    return path == std::string_view::npos ? "/" : target.substr(path);
}

}  // namespace

RequestParser::RequestParser(std::size_t max_header, std::size_t max_body)
    : max_header_{max_header}, max_body_{max_body} {
    header_limit(static_cast<std::uint32_t>(max_header));
    body_limit(boost::none);  // Checked here, so that the head can be judged before the body's size.
}

std::size_t RequestParser::feed_head(std::string_view input) {
    if (has_bare_line_feed(input)) {
        fault_ = {400, "a line of the request head ends without a carriage return"};
        return 0;
    }
    std::size_t consumed = 0;
    ErrorCode error;
    while (!error && !head_done() && consumed < input.size())
        consumed += parse(input.substr(consumed), error);
    head_size_ += consumed;
    if (fault_)
        return consumed;
    if (error && error != error::need_more)
        blame(error, input);
    else if (head_size_ > max_header_ || (!head_done() && head_size_ + (input.size() - consumed) >= max_header_))
        fault_ = {431, "the request head is too large"};
    else if (has_fold(input.substr(0, consumed)))
        fault_ = {400, "a header field is folded over several lines"};
    else if (head_done())
        check_head();
    return consumed;
}

std::size_t RequestParser::feed_body(std::string_view input) {
    std::size_t consumed = 0;
    ErrorCode error;
    while (!error && !done() && consumed < input.size())
        consumed += parse(input.substr(consumed), error);
    if (error && error != error::need_more && !fault_)
        blame(error, input);
    else if (!fault_ && !done() && input.size() - consumed > max_header_)
        fault_ = {400, "a chunk header or the trailer is too large"};
    return consumed;
}

std::optional<std::uint64_t> RequestParser::announced_length() const {
    if (chunked())
        return std::nullopt;
    const auto length = content_length();
    return length ? *length : 0;
}

std::size_t RequestParser::parse(std::string_view input, ErrorCode& error) {
    return put(boost::asio::buffer(input.data(), input.size()), error);
}

void RequestParser::check_head() {
    if (hosts_ == 0 && version_ == 11)
        fault_ = {400, "the Host header field is missing"};
    else if (has_transfer_encoding_ && version_ == 10)
        fault_ = {400, "Transfer-Encoding in an HTTP/1.0 request"};
    else if (has_transfer_encoding_ && !chunked())
        fault_ = {501, "only the transfer encoding chunked is supported"};
}

void RequestParser::set_target(View sent, Verb method) {
    const auto target = without_authority(to_view(sent));
    const auto question = target.find('?');
    if (question == 0)
        request_.target = "/";
    request_.target += target;
    request_.path = question == 0 ? "/" : target.substr(0, question);
    if (question != std::string_view::npos)
        request_.query = target.substr(question + 1);
    const bool is_asterisk = request_.path == "*" && method == Verb::options;
    if (!request_.path.starts_with('/') && !is_asterisk)
        fault_ = {400, "the request target is neither a path nor an http URL"};
}

void RequestParser::fail(int status, std::string_view reason, ErrorCode& error) {
    fault_ = {status, reason};
    error = error::bad_value;
}

void RequestParser::blame(const ErrorCode& error, std::string_view input) {
    if (error == error::header_limit)
        fault_ = {431, "the request head is too large"};
    else if (error == error::bad_version && names_some_version(input))
        fault_ = {505, "only HTTP/1.0 and HTTP/1.1 are supported"};
    else if (error == error::bad_transfer_encoding || error == error::bad_content_length ||
             error == error::multiple_content_length)
        fault_ = {400, "Content-Length and Transfer-Encoding are wrong or contradict each other"};
    else if (error == error::bad_chunk || error == error::bad_chunk_extension)
        fault_ = {400, "a chunk header is malformed"};
    else
        fault_ = {400, "the request is malformed"};
}

void RequestParser::note(FieldName name, std::string_view value, ErrorCode& error) {
    if (name == FieldName::host) {
        if (++hosts_ > 1 || !is_host(value))
            fail(400, "the Host header field is wrong or repeated", error);
    } else if (name == FieldName::transfer_encoding) {
        if (has_transfer_encoding_)
            fail(400, "Transfer-Encoding is repeated", error);
        has_transfer_encoding_ = true;
        if (!equal_ignoring_case(value, "chunked"))
            fail(501, "only the transfer encoding chunked is supported", error);
    } else if (name == FieldName::expect) {
        expects_continue_ = equal_ignoring_case(value, "100-continue") && version_ == 11;
        if (!expects_continue_ && version_ == 11)
            fail(417, "only the expectation 100-continue is supported", error);
    }
}

std::size_t RequestParser::take_body(View piece) {
    request_.body.append(piece.data(), piece.size());
    return piece.size();
}

void RequestParser::on_request_impl(Verb method, View name, View target, int version, ErrorCode& error) {
    version_ = version;
    request_.method.assign(name.data(), name.size());
    set_target(target, method);
    if (fault_)
        error = error::bad_target;
}

void RequestParser::on_field_impl(FieldName name, View text, View value, ErrorCode& error) {
    if (head_done())
        return;  // A trailer: nobody asked for it, and it must not pass for a header.
    note(name, to_view(value), error);
    request_.headers.add(std::string{to_view(text)}, std::string{to_view(value)});
}

std::size_t RequestParser::on_body_impl(View piece, ErrorCode&) { return take_body(piece); }

void RequestParser::on_chunk_header_impl(std::uint64_t size, View extension, ErrorCode& error) {
    extensions_size_ += extension.size();
    if (extensions_size_ > kMaxChunkExtensions || std::ranges::any_of(extension, is_control))
        fail(400, "the chunk extensions are malformed or too large", error);
    else if (size > max_body_ - std::min(max_body_, request_.body.size()))
        fail(413, "the request body is too large", error);
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, View piece, ErrorCode&) { return take_body(piece); }

}  // namespace rialto::http
