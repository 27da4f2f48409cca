#include "http/response_head.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include "http/text.hpp"

namespace rialto::http {
namespace {

void append_number(std::string& out, std::size_t number) {
    std::array<char, 20> digits;
    out.append(digits.data(), std::to_chars(digits.begin(), digits.end(), number).ptr);
}

void append_two_digits(std::string& out, unsigned number) {
    out += static_cast<char>('0' + number / 10 % 10);
    out += static_cast<char>('0' + number % 10);
}

void append_date(std::string& out, TimePoint time) {
    static constexpr std::string_view kDays = "SunMonTueWedThuFriSat";
    static constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::seconds>(time - day)};
    out += kDays.substr(std::chrono::weekday{day}.c_encoding() * 3, 3);
    out += ", ";
    append_two_digits(out, unsigned{date.day()});
    out += ' ';
    out += kMonths.substr((unsigned{date.month()} - 1) * 3, 3);
    out += ' ';
    append_number(out, static_cast<std::size_t>(int{date.year()}));
    out += ' ';
    append_two_digits(out, static_cast<unsigned>(clock.hours().count()));
    out += ':';
    append_two_digits(out, static_cast<unsigned>(clock.minutes().count()));
    out += ':';
    append_two_digits(out, static_cast<unsigned>(clock.seconds().count()));
    out += " GMT";
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
    out += name;
    out += ": ";
    if (std::ranges::any_of(value, is_control))
        out += clean_value(value);
    else
        out += value;
    out += "\r\n";
}

void append_framing(std::string& out, int status, const Framing& framing) {
    if (framing.body == Framing::Body::Chunked) {
        out += "Transfer-Encoding: chunked\r\n";
    } else if (framing.body == Framing::Body::Length && has_body(status)) {
        out += "Content-Length: ";
        append_number(out, framing.length);
        out += "\r\n";
    }
    const bool upgrading = status == 426;  // RFC 9110 section 7.8: Upgrade must be named by Connection.
    if (!framing.keep_alive)
        out += upgrading ? "Connection: close, Upgrade\r\n" : "Connection: close\r\n";
    else if (upgrading)
        out += "Connection: Upgrade\r\n";
    else if (framing.http_1_0)
        out += "Connection: keep-alive\r\n";
}

}  // namespace

void write_head(std::string& out, const Response& response, const Framing& framing, std::string_view request_id,
                TimePoint now) {
    out += "HTTP/1.1 ";
    append_number(out, static_cast<std::size_t>(response.status));
    out += ' ';
    out += reason_phrase(response.status);
    out += "\r\nDate: ";
    append_date(out, now);
    out += "\r\nServer: rialto\r\nX-Request-Id: ";
    out += request_id;
    out += "\r\n";
    for (const auto& [name, value] : response.headers)
        if (is_handlers_field(name))
            append_field(out, name, value);
    append_framing(out, response.status, framing);
    out += "\r\n";
}

std::string to_http_date(TimePoint time) {
    std::string date;
    append_date(date, time);
    return date;
}

std::string clean_value(std::string_view value) {
    std::string clean{value};
    std::erase_if(clean, is_control);
    return clean;
}

bool is_handlers_field(std::string_view name) {
    static constexpr auto kOurs = std::to_array<std::string_view>(
        {"Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "Date", "Server", "X-Request-Id"});
    if (name.empty() || !std::ranges::all_of(name, is_token_character))
        return false;
    return std::ranges::none_of(kOurs, [name](std::string_view ours) { return equal_ignoring_case(name, ours); });
}

bool has_body(int status) { return status >= 200 && status != 204 && status != 304; }

}  // namespace rialto::http
