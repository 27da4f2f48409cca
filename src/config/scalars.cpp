#include "config/scalars.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>
#include <ranges>
#include <span>
#include <system_error>

namespace rialto::config {

namespace {

constexpr std::size_t kShownBytes = 60;
constexpr std::size_t kMaxSecret = 64 * kKiB;

std::string_view kind_of(const Node& node) {
    switch (node.kind) {
        case Node::Kind::List:
            return "a list";
        case Node::Kind::Map:
            return "a map";
        case Node::Kind::Null:
            return "empty";
        default:
            return "this";
    }
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

struct Unit {
    std::string_view name;
    std::uint64_t factor;
};
constexpr Unit kSizes[] = {{"GiB", kGiB},     {"MiB", kMiB}, {"KiB", kKiB}, {"GB", 1'000'000'000},
                           {"MB", 1'000'000}, {"kB", 1'000}, {"KB", 1'000}, {"B", 1}};
constexpr Unit kDurations[] = {{"ms", 1}, {"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}};

/// A number with its unit, in the smallest one. Nothing if it is none, or absurdly large.
std::optional<std::uint64_t> parse_amount(std::string_view text, std::span<const Unit> units) {
    const auto digits = text.substr(0, text.find_first_not_of("0123456789"));
    const auto number = parse_number(digits);
    const auto unit = std::ranges::find(units, text.substr(digits.size()), &Unit::name);
    if (!number || unit == units.end() || *number > (std::uint64_t{1} << 62) / unit->factor)
        return std::nullopt;
    return *number * unit->factor;
}

/// In the largest unit that leaves no rest.
std::string shown_amount(std::uint64_t amount, std::span<const Unit> units, std::string_view smallest) {
    const Unit* best = nullptr;
    for (const auto& unit : units)
        if (amount % unit.factor == 0 && amount > 0 && (best == nullptr || unit.factor > best->factor))
            best = &unit;
    return best == nullptr ? "0" + std::string{smallest}
                           : std::to_string(amount / best->factor) + std::string{best->name};
}

std::string shown_size(std::size_t bytes) { return shown_amount(bytes, std::span{kSizes}.first(3), "B"); }
std::string shown_duration(Duration duration) {
    return shown_amount(static_cast<std::uint64_t>(duration.count()), kDurations, "s");
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

std::string length_between(std::size_t least, std::size_t most) {
    return std::to_string(least) + " to " + std::to_string(most) + " bytes";
}

template <class T>
Rule<T> integer_in(T least, T most) {
    return [least, most](const Node& node) -> Result<T> {
        const auto number = node.is(Node::Kind::Scalar) ? parse_number(node.text) : std::nullopt;
        if (!number || *number < static_cast<std::uint64_t>(least) || *number > static_cast<std::uint64_t>(most))
            return must_be("a number from " + std::to_string(least) + " to " + std::to_string(most), node);
        return static_cast<T>(*number);
    };
}

Result<std::string> read_secret(const std::filesystem::path& file) {
    std::error_code failure;
    if (!std::filesystem::is_regular_file(file, failure))
        return Error{Errc::InvalidArgument, "must name a file; there is none at " + file.string()};
    std::ifstream stream{file, std::ios::binary};
    std::string text(kMaxSecret + 1, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!stream.eof() || stream.bad())
        return Error{Errc::InvalidArgument, file.string() + " cannot be read, or is larger than 64 KiB"};
    text.resize(static_cast<std::size_t>(stream.gcount()));
    if (text.ends_with('\n'))
        text.pop_back();
    if (text.ends_with('\r'))
        text.pop_back();
    return text;
}

}  // namespace

Error must_be(std::string_view what, const Node& node) {
    auto message = "must be " + std::string{what};
    if (!node.is(Node::Kind::Scalar))
        message += ", not " + std::string{kind_of(node)};
    else if (node.shown().size() <= kShownBytes)
        message += ", not \"" + node.shown() + "\"" + (node.written ? " with its variables put in" : "");
    return {Errc::InvalidArgument, std::move(message)};
}

Result<std::string> scalar_text(const Node& node, std::string_view what) {
    if (!node.is(Node::Kind::Scalar))
        return must_be(what, node);
    return node.text;
}

Rule<std::size_t> number_in(std::size_t least, std::size_t most) { return integer_in(least, most); }

Rule<int> small_number_in(int least, int most) { return integer_in(least, most); }

Rule<std::uint16_t> port() { return integer_in<std::uint16_t>(1, 65'535); }

Rule<double> fraction() {
    return [](const Node& node) -> Result<double> {
        double value = -1;
        const char* end = node.text.data() + node.text.size();
        const bool number = node.is(Node::Kind::Scalar) && !node.text.empty() &&
                            std::from_chars(node.text.data(), end, value, std::chars_format::fixed).ptr == end;
        if (!number || !(value >= 0 && value <= 1))
            return must_be("a number from 0 to 1, such as 0.7", node);
        return value;
    };
}

Rule<bool> flag() { return one_of<bool>({{"true", true}, {"false", false}}); }

Rule<std::size_t> size_in(std::size_t least, std::size_t most) {
    return [least, most](const Node& node) -> Result<std::size_t> {
        auto bytes = node.is(Node::Kind::Scalar) ? parse_amount(node.text, kSizes) : std::nullopt;
        if (!bytes && node.is(Node::Kind::Scalar))
            bytes = parse_number(node.text);
        if (!bytes || *bytes < least || *bytes > most)
            return must_be(
                "a size from " + shown_size(least) + " to " + shown_size(most) + ", such as 64KiB, 10MB or plain bytes",
                node);
        return static_cast<std::size_t>(*bytes);
    };
}

Rule<Duration> duration_in(Duration least, Duration most) {
    return [least, most](const Node& node) -> Result<Duration> {
        const auto amount = node.is(Node::Kind::Scalar) ? parse_amount(node.text, kDurations) : std::nullopt;
        if (!amount || *amount < static_cast<std::uint64_t>(least.count()) ||
            *amount > static_cast<std::uint64_t>(most.count()))
            return must_be("a duration from " + shown_duration(least) + " to " + shown_duration(most) +
                               ", such as 500ms, 10s, 5m, 24h or 7d",
                           node);
        return Duration{static_cast<Duration::rep>(*amount)};
    };
}

Rule<std::string> text_of(std::size_t least, std::size_t most) {
    return [=](const Node& node) -> Result<std::string> {
        if (!node.is(Node::Kind::Scalar) || node.text.size() < least || node.text.size() > most)
            return must_be("text of " + length_between(least, most), node);
        return node.text;
    };
}

Rule<std::string> line_of(std::size_t least, std::size_t most) {
    return [=](const Node& node) -> Result<std::string> {
        auto text = text_of(least, most)(node);
        if (!text || std::ranges::any_of(*text, is_control))
            return must_be("one line of " + length_between(least, most), node);
        return text;
    };
}

Rule<std::string> name_of(std::size_t most, std::string_view others) {
    return [most, others = std::string{others}](const Node& node) -> Result<std::string> {
        const auto allowed = [&others](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || others.contains(c);
        };
        if (!node.is(Node::Kind::Scalar) || node.text.empty() || node.text.size() > most ||
            !std::ranges::all_of(node.text, allowed))
            return must_be("a name: 1 to " + std::to_string(most) + " letters, digits or " + others, node);
        return node.text;
    };
}

Rule<std::string> file_beside(std::filesystem::path folder) {
    return [folder = std::move(folder)](const Node& node) -> Result<std::string> {
        auto file = line_of(1, 4096)(node);
        if (!file)
            return must_be("the path of a file", node);
        return (folder / *file).string();
    };
}

Rule<Secret> secret_text() {
    return [](const Node& node) -> Result<Secret> {
        if (!node.is(Node::Kind::Scalar) || node.text.size() > kMaxSecret)
            return Error{Errc::InvalidArgument, "must be text of at most 64 KiB"};
        return Secret{node.text};
    };
}

Rule<Secret> secret_file(std::filesystem::path folder) {
    return [folder = std::move(folder)](const Node& node) -> Result<Secret> {
        const auto file = file_beside(folder)(node);
        if (!file)
            return file.error();
        auto text = read_secret(*file);
        if (!text)
            return std::move(text).error();
        return Secret{*std::move(text)};
    };
}

}  // namespace rialto::config
