#include "queues/settings.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "rialto/json/value.hpp"

namespace rialto::queues {
namespace {

enum class Kind : std::uint8_t { Number, Flag, Word, Text, Redrive };

/// Which queues have an attribute.
enum class Of : std::uint8_t { All, Fifo };

struct Rule {
    std::string_view name;
    Kind kind;
    Of of = Of::All;
    std::int64_t least = 0;
    std::int64_t most = 0;
    std::string_view otherwise{};  ///< Empty: the attribute is not there until it is set.
    std::array<std::string_view, 2> words{};
};

constexpr std::array kRules{
    Rule{.name = "VisibilityTimeout", .kind = Kind::Number, .most = 43'200, .otherwise = "30"},
    Rule{.name = "MessageRetentionPeriod", .kind = Kind::Number, .least = 60, .most = 1'209'600, .otherwise = "345600"},
    Rule{.name = "DelaySeconds", .kind = Kind::Number, .most = 900, .otherwise = "0"},
    Rule{.name = "ReceiveMessageWaitTimeSeconds", .kind = Kind::Number, .most = 20, .otherwise = "0"},
    Rule{.name = "MaximumMessageSize", .kind = Kind::Number, .least = 1'024, .most = 1'048'576, .otherwise = "1048576"},
    Rule{.name = "Policy", .kind = Kind::Text},
    Rule{.name = "RedrivePolicy", .kind = Kind::Redrive},
    Rule{.name = "RedriveAllowPolicy", .kind = Kind::Text},
    Rule{.name = "KmsMasterKeyId", .kind = Kind::Text},
    Rule{.name = "KmsDataKeyReusePeriodSeconds", .kind = Kind::Number, .least = 60, .most = 86'400},
    Rule{.name = "SqsManagedSseEnabled", .kind = Kind::Flag, .otherwise = "true"},
    Rule{.name = "FifoQueue", .kind = Kind::Flag, .of = Of::Fifo, .otherwise = "true"},
    Rule{.name = "ContentBasedDeduplication", .kind = Kind::Flag, .of = Of::Fifo, .otherwise = "false"},
    Rule{.name = "DeduplicationScope",
         .kind = Kind::Word,
         .of = Of::Fifo,
         .otherwise = "queue",
         .words = {"queue", "messageGroup"}},
    Rule{.name = "FifoThroughputLimit",
         .kind = Kind::Word,
         .of = Of::Fifo,
         .otherwise = "perQueue",
         .words = {"perQueue", "perMessageGroupId"}},
};

constexpr std::array<std::string_view, 6> kReadOnly{
    "QueueArn",
    "CreatedTimestamp",
    "LastModifiedTimestamp",
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
};

const Rule* rule_of(std::string_view name) {
    const auto* rule = std::ranges::find(kRules, name, &Rule::name);
    return rule == kRules.end() ? nullptr : rule;
}

std::optional<std::int64_t> whole_number(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

std::optional<RedrivePolicy> read_redrive(const std::string& text) {
    const auto value = json::parse(text, {.depth = 4});
    const json::Value* to = value ? value->find("deadLetterTargetArn") : nullptr;
    const json::Value* most = value ? value->find("maxReceiveCount") : nullptr;
    if (to == nullptr || most == nullptr || to->as_string() == nullptr)
        return std::nullopt;
    const auto name = from_arn(*to->as_string());
    const auto count = most->as_string() ? whole_number(*most->as_string()) : most->as_int64();
    if (!name || !count)
        return std::nullopt;
    return RedrivePolicy{*name, *count};
}

Answer<void> check_redrive_text(const std::string& text) {
    const std::string intro = "Value " + text + " for parameter RedrivePolicy is invalid. Reason: ";
    const auto policy = read_redrive(text);
    if (!policy)
        return refuse(Fault::InvalidParameterValue,
                      intro + "Amazon SQS can't create the redrive policy, as it's in an unsupported format.");
    if (policy->max_receives < 1 || policy->max_receives > 1'000)
        return refuse(Fault::InvalidParameterValue,
                      intro + "Invalid value for maxReceiveCount: " + std::to_string(policy->max_receives) +
                          ", valid values are from 1 to 1000 both inclusive.");
    return {};
}

bool keeps(const Rule& rule, const std::string& value) {
    switch (rule.kind) {
        case Kind::Number: {
            const auto number = whole_number(value);
            return number && *number >= rule.least && *number <= rule.most;
        }
        case Kind::Flag:
            return value == "true" || value == "false";
        case Kind::Word:
            return std::ranges::find(rule.words, value) != rule.words.end();
        case Kind::Text:
        case Kind::Redrive:
            return true;
    }
    return true;
}

Answer<void> check_kind_of_queue(const Rule& rule, const std::string& value, bool fifo) {
    if (rule.name == "FifoQueue" && (value == "true") != fifo)
        return refuse(Fault::InvalidAttributeValue,
                      "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.");
    if (rule.of == Of::All || fifo)
        return {};
    if (rule.kind == Kind::Word)
        return refuse(Fault::InvalidAttributeName,
                      "You can specify the " + std::string{rule.name} + " only when FifoQueue is set to true.");
    return refuse(Fault::InvalidAttributeName, "Unknown Attribute " + std::string{rule.name} + ".");
}

Answer<void> check(const std::string& name, const std::string& value, bool fifo) {
    const Rule* rule = rule_of(name);
    if (rule == nullptr)
        return refuse(Fault::InvalidAttributeName, "Unknown Attribute " + name + ".");
    if (auto fits = check_kind_of_queue(*rule, value, fifo); !fits)
        return fits;
    if (rule->kind == Kind::Redrive && !value.empty())
        return check_redrive_text(value);
    if (!keeps(*rule, value))
        return refuse(Fault::InvalidAttributeValue, "Invalid value for the parameter " + name + ".");
    return {};
}

}  // namespace

Answer<void> merge(Attributes& set, const Attributes& changes, bool fifo) {
    for (const auto& [name, value] : changes)
        if (auto valid = check(name, value, fifo); !valid)
            return valid;
    for (const auto& [name, value] : changes) {
        if (value.empty())
            set.erase(name);
        else
            set.insert_or_assign(name, value);
    }
    return {};
}

Settings settings_of(const Attributes& set, bool fifo) {
    const auto number = [&](const char* name) {
        return whole_number(value_of(set, name, fifo).value_or("")).value_or(0);
    };
    Settings settings;
    settings.visibility = std::chrono::seconds{number("VisibilityTimeout")};
    settings.retention = std::chrono::seconds{number("MessageRetentionPeriod")};
    settings.delay = std::chrono::seconds{number("DelaySeconds")};
    settings.wait = std::chrono::seconds{number("ReceiveMessageWaitTimeSeconds")};
    settings.max_message = number("MaximumMessageSize");
    settings.fifo = fifo;
    settings.unique_by_content = value_of(set, "ContentBasedDeduplication", fifo) == "true";
    settings.unique_by_group = value_of(set, "DeduplicationScope", fifo) == "messageGroup";
    if (const auto policy = set.find("RedrivePolicy"); policy != set.end())
        settings.redrive = read_redrive(policy->second);
    return settings;
}

std::optional<std::string> value_of(const Attributes& set, const std::string& name, bool fifo) {
    const Rule* rule = rule_of(name);
    if (rule == nullptr || (rule->of == Of::Fifo && !fifo))
        return std::nullopt;
    if (const auto given = set.find(name); given != set.end())
        return given->second;
    if (rule->otherwise.empty())
        return std::nullopt;
    return std::string{rule->otherwise};
}

Attributes effective(const Attributes& set, bool fifo) {
    Attributes all;
    for (const Rule& rule : kRules) {
        const std::string name{rule.name};
        if (auto value = value_of(set, name, fifo))
            all.emplace(name, *std::move(value));
    }
    return all;
}

bool is_attribute(const std::string& name) {
    return rule_of(name) != nullptr || std::ranges::find(kReadOnly, name) != kReadOnly.end();
}

}  // namespace rialto::queues
