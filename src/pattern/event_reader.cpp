#include "pattern/event_reader.hpp"

#include <simdjson.h>

#include <algorithm>
#include <bit>

#include "pattern/json_text.hpp"

namespace rialto::pattern {

struct EventReader::Simd {
    std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
};

EventReader::EventReader() : simd_{std::make_unique<Simd>()} {}
EventReader::~EventReader() = default;

Status EventReader::read(std::string_view text, const Paths& paths) {
    text_ = text;
    paths_ = &paths;
    event_.clear(paths.size());
    open_.clear();
    decoded_count_ = 0;
    if (auto found = find_tokens(text); !found)
        return found;
    if (peek() != '{')
        return wrong("an event must be an object");
    if (auto walked = walk(); !walked)
        return walked;
    event_.finish();
    return {};
}

Status EventReader::find_tokens(std::string_view text) {
    constexpr std::size_t kLeast = 4096;
    if (text.empty())
        return flaw_at("no JSON", 0);
    auto& parser = simd_->parser;
    auto failed = simdjson::SUCCESS;
    if (!parser)
        failed = simdjson::get_active_implementation()->create_dom_parser_implementation(kLeast, 1, parser);
    if (!failed && text.size() > parser->capacity())
        failed = parser->allocate(std::bit_ceil(text.size()), 1);
    if (failed)
        return Error{Errc::LimitExceeded, "no memory for an event of " + std::to_string(text.size()) + " bytes"};
    // This stage copies what it needs padded, so the text needs no padding of its own.
    if (parser->stage1(reinterpret_cast<const std::uint8_t*>(text.data()), text.size(), simdjson::stage1_mode::regular))
        return describe_flaw(text);
    tokens_ = parser->structural_indexes.get();
    count_ = parser->n_structural_indexes;
    cursor_ = 0;
    return {};
}

Status EventReader::walk() {
    path_ = Paths::kRoot;
    expect_ = Expect::Value;
    do {
        if (at_end())
            return wrong("the event ends too early");
        Status step;
        switch (expect_) {
            case Expect::FirstElement:
            case Expect::FirstMember:
                if (peek() == (open_.back().is_array ? ']' : '}')) {
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

Status EventReader::value() {
    switch (peek()) {
        case '{':
            return open(false);
        case '[':
            return open(true);
        default:
            expect_ = Expect::AfterValue;
            return peek() == '"' ? string(path_) : scalar(path_);
    }
}

Status EventReader::open(bool is_array) {
    if (open_.size() == kDeepest)
        return wrong("nested deeper than " + std::to_string(kDeepest) + " levels");
    Container container{.is_array = is_array, .path = path_, .element = Event::kWhole};
    if (!open_.empty()) {
        const Container& outer = open_.back();
        container.element = outer.element;
        container.is_element = outer.is_array && path_ != Paths::kNone;
        if (container.is_element)
            container.element = event_.begin_element(outer.element, outer.array);
    }
    if (is_array && path_ != Paths::kNone)
        container.array = event_.begin_array(path_);
    open_.push_back(container);
    expect_ = is_array ? Expect::FirstElement : Expect::FirstMember;
    ++cursor_;
    return {};
}

void EventReader::close() {
    const Container& container = open_.back();
    if (container.is_array && container.path != Paths::kNone)
        event_.end_array(container.array);
    if (container.is_element)
        event_.end_element(container.element);
    open_.pop_back();
    expect_ = Expect::AfterValue;
    ++cursor_;
}

Status EventReader::member() {
    if (peek() != '"')
        return wrong("expected a name in quotes");
    std::string_view name;
    if (auto unquoted = unquote(token(), name); !unquoted)
        return unquoted;
    const PathId outer = open_.back().path;
    path_ = outer == Paths::kNone ? outer : paths_->below(outer, name);
    ++cursor_;
    if (at_end() || peek() != ':')
        return wrong("expected a colon");
    ++cursor_;
    expect_ = Expect::Value;
    return {};
}

Status EventReader::after_value() {
    const Container& container = open_.back();
    const char c = peek();
    if (c == (container.is_array ? ']' : '}')) {
        close();
        return {};
    }
    if (c != ',')
        return wrong(container.is_array ? "expected a comma or ]" : "expected a comma or }");
    ++cursor_;
    if (at_end())
        return wrong("the event ends too early");
    if (!container.is_array)
        return member();
    path_ = container.path;
    expect_ = Expect::Value;
    return {};
}

Status EventReader::scalar(PathId path) {
    const auto text = token();
    Value value{.kind = Kind::Number, .number = {}, .text = text};
    if (text == "true")
        value.kind = Kind::True;
    else if (text == "false")
        value.kind = Kind::False;
    else if (text == "null")
        value.kind = Kind::Null;
    else if (json_number_length(text) != text.size())
        return wrong("expected a value");
    keep(path, value);
    ++cursor_;
    return {};
}

Status EventReader::string(PathId path) {
    Value value{.kind = Kind::String, .number = {}, .text = {}};
    if (auto unquoted = unquote(token(), value.text); !unquoted)
        return unquoted;
    keep(path, value);
    ++cursor_;
    return {};
}

void EventReader::keep(PathId path, const Value& value) {
    if (path == Paths::kNone || !paths_->is_wanted(path))
        return;
    Value kept = value;
    if (kept.kind == Kind::Number)
        kept.number = event_number(kept.text);
    event_.add_leaf(path, open_.back().element, kept);
}

std::string_view EventReader::token() const {
    const std::size_t begin = tokens_[cursor_];
    std::size_t end = cursor_ + 1 < count_ ? tokens_[cursor_ + 1] : text_.size();
    while (end > begin + 1 && is_json_space(text_[end - 1]))
        --end;
    return text_.substr(begin, end - begin);
}

Status EventReader::unquote(std::string_view token, std::string_view& content) {
    content = token.substr(1, token.size() - 2);
    if (content.find('\\') == std::string_view::npos)
        return {};
    if (decoded_count_ == decoded_.size())
        decoded_.emplace_back();
    std::string& decoded = decoded_[decoded_count_++];
    const auto flaw = unescape(content, decoded);
    if (flaw != std::string_view::npos)
        return flaw_at("an unknown escape", tokens_[cursor_] + 1 + flaw);
    content = decoded;
    return {};
}

Error EventReader::wrong(std::string_view what) const {
    return flaw_at(what, at_end() ? text_.size() : tokens_[cursor_]);
}

}  // namespace rialto::pattern
