#include <simdjson.h>

#include <bit>
#include <string>
#include <vector>

#include "pattern/json_text.hpp"
#include "pattern/number.hpp"
#include "rialto/pattern/matcher.hpp"

namespace rialto::pattern {
namespace {

constexpr std::size_t kDeepest = 1000;

/// simdjson finds where the tokens of the text begin; one walk over these checks the grammar.
class EventCheck {
public:
    /// Its memory is used again for the next event.
    Status check(std::string_view text);

private:
    enum class Expect : std::uint8_t { Value, FirstMember, FirstElement, AfterValue };

    Status find_tokens();
    Status walk();
    Status value();
    Status open(bool is_array);
    Status member();
    Status after_value();
    void close();
    Status scalar();
    Status string();

    /// The token at the cursor with nothing behind it; for a string with its quotes.
    std::string_view token() const;
    char peek() const { return text_[tokens_[cursor_]]; }
    bool at_end() const { return cursor_ == count_; }
    Error wrong(std::string_view what) const;

    std::unique_ptr<simdjson::internal::dom_parser_implementation> parser_;
    std::vector<bool> open_;  // whether it is an array
    std::string decoded_;

    // Of the event being checked.
    std::string_view text_;
    const std::uint32_t* tokens_ = nullptr;
    std::size_t count_ = 0;
    std::size_t cursor_ = 0;
    Expect expect_ = Expect::Value;
};

Status EventCheck::check(std::string_view text) {
    text_ = text;
    open_.clear();
    if (auto found = find_tokens(); !found)
        return found;
    return peek() == '{' ? walk() : wrong("an event must be an object");
}

Status EventCheck::find_tokens() {
    constexpr std::size_t kLeast = 4096;
    if (text_.empty())
        return flaw_at("no JSON", 0);
    auto failed = simdjson::SUCCESS;
    if (!parser_)
        failed = simdjson::get_active_implementation()->create_dom_parser_implementation(kLeast, 1, parser_);
    if (!failed && text_.size() > parser_->capacity())
        failed = parser_->allocate(std::bit_ceil(text_.size()), 1);
    if (failed)
        return Error{Errc::LimitExceeded, "no memory for an event of " + std::to_string(text_.size()) + " bytes"};
    // This stage copies what it needs padded, so the text needs no padding of its own.
    if (parser_->stage1(reinterpret_cast<const std::uint8_t*>(text_.data()), text_.size(),
                        simdjson::stage1_mode::regular))
        return describe_flaw(text_);
    tokens_ = parser_->structural_indexes.get();
    count_ = parser_->n_structural_indexes;
    cursor_ = 0;
    return {};
}

Status EventCheck::walk() {
    expect_ = Expect::Value;
    do {
        if (at_end())
            return wrong("the event ends too early");
        Status step;
        switch (expect_) {
            case Expect::FirstElement:
            case Expect::FirstMember:
                if (peek() == (open_.back() ? ']' : '}')) {
                    close();
                    break;
                }
                step = expect_ == Expect::FirstMember ? member() : value();
                break;
            case Expect::Value:
                step = value();
                break;
            case Expect::AfterValue:
                step = after_value();
                break;
        }
        if (!step)
            return step;
    } while (!open_.empty());
    return at_end() ? Status{} : wrong("something follows the event");
}

Status EventCheck::value() {
    switch (peek()) {
        case '{':
            return open(false);
        case '[':
            return open(true);
        default:
            expect_ = Expect::AfterValue;
            return peek() == '"' ? string() : scalar();
    }
}

Status EventCheck::open(bool is_array) {
    if (open_.size() == kDeepest)
        return wrong("nested deeper than " + std::to_string(kDeepest) + " levels");
    open_.push_back(is_array);
    expect_ = is_array ? Expect::FirstElement : Expect::FirstMember;
    ++cursor_;
    return {};
}

void EventCheck::close() {
    open_.pop_back();
    expect_ = Expect::AfterValue;
    ++cursor_;
}

Status EventCheck::member() {
    if (peek() != '"')
        return wrong("expected a name in quotes");
    if (auto checked = string(); !checked)
        return checked;
    if (at_end() || peek() != ':')
        return wrong("expected a colon");
    ++cursor_;
    expect_ = Expect::Value;
    return {};
}

Status EventCheck::after_value() {
    const bool is_array = open_.back();
    const char c = peek();
    if (c == (is_array ? ']' : '}')) {
        close();
        return {};
    }
    if (c != ',')
        return wrong(is_array ? "expected a comma or ]" : "expected a comma or }");
    ++cursor_;
    if (at_end())
        return wrong("the event ends too early");
    if (!is_array)
        return member();
    expect_ = Expect::Value;
    return {};
}

Status EventCheck::scalar() {
    const auto text = token();
    const bool is_valid =
        text == "true" || text == "false" || text == "null" || json_number_length(text) == text.size();
    if (!is_valid)
        return wrong("expected a value");
    ++cursor_;
    return {};
}

Status EventCheck::string() {
    const auto quoted = token();
    const auto content = quoted.substr(1, quoted.size() - 2);
    if (content.find('\\') != std::string_view::npos) {
        const auto flaw = unescape(content, decoded_);
        if (flaw != std::string_view::npos)
            return flaw_at("an unknown escape", tokens_[cursor_] + 1 + flaw);
    }
    ++cursor_;
    return {};
}

std::string_view EventCheck::token() const {
    const std::size_t begin = tokens_[cursor_];
    std::size_t end = cursor_ + 1 < count_ ? tokens_[cursor_ + 1] : text_.size();
    while (end > begin + 1 && is_json_space(text_[end - 1]))
        --end;
    return text_.substr(begin, end - begin);
}

Error EventCheck::wrong(std::string_view what) const {
    return flaw_at(what, at_end() ? text_.size() : tokens_[cursor_]);
}

}  // namespace

Status check_event(std::string_view event) {
    thread_local EventCheck check;
    return check.check(event);
}

}  // namespace rialto::pattern
