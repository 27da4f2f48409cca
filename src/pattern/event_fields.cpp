#include "pattern/event_fields.hpp"

#include <algorithm>

#include "pattern/lexer.hpp"

namespace rialto::pattern {
namespace {

constexpr std::size_t kMostFields = 20'000;
constexpr std::size_t kLongestPath = 500;  // fields further down are left out

std::optional<Kind> kind_of(JsonToken token) {
    switch (token) {
        case JsonToken::String:
            return Kind::String;
        case JsonToken::Number:
            return Kind::Number;
        case JsonToken::True:
            return Kind::True;
        case JsonToken::False:
            return Kind::False;
        case JsonToken::Null:
            return Kind::Null;
        default:
            return std::nullopt;
    }
}

class FieldReader {
public:
    explicit FieldReader(std::string_view event) : lexer_{event} {}

    std::vector<EventField> read() {
        for (auto token = lexer_.next(); token != JsonToken::End && token != JsonToken::Failed; token = lexer_.next()) {
            take(token);
            if (fields_.size() > kMostFields)
                return {};
        }
        return std::move(fields_);
    }

private:
    void take(JsonToken token) {
        switch (token) {
            case JsonToken::Key:
                steps_.resize(lengths_.back());
                steps_ += *lexer_.value() + '.';
                break;
            case JsonToken::ObjectStart:
                lengths_.push_back(steps_.size());
                add(token);
                break;
            case JsonToken::ObjectEnd:
                steps_.resize(lengths_.back());
                lengths_.pop_back();
                break;
            case JsonToken::ArrayEnd:
                break;
            default:
                add(token);
        }
    }

    void add(JsonToken token) {
        if (steps_.size() > kLongestPath)
            return;
        const auto kind = kind_of(token);
        fields_.push_back({steps_, kind, kind ? *lexer_.value() : std::string{}});
    }

    Lexer lexer_;
    std::string steps_;
    std::vector<std::size_t> lengths_;  // of the steps to each object that is open
    std::vector<EventField> fields_;
};

}  // namespace

std::vector<EventField> fields_of(std::string_view event) { return FieldReader{event}.read(); }

std::string reached_part(std::string_view path, std::span<const EventField> fields) {
    const std::string steps = std::string{path} + '.';
    std::string_view reached;
    for (const EventField& field : fields)
        if (steps.starts_with(field.steps) && field.steps.size() > reached.size())
            reached = field.steps;
    return std::string{reached.substr(0, std::max<std::size_t>(reached.size(), 1) - 1)};
}

}  // namespace rialto::pattern
