#include "rialto/model/policy.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <vector>

#include "rialto/model/arn.hpp"

namespace rialto::model {
namespace {

constexpr const char* kVersion = "2012-10-17";

constexpr std::array<std::string_view, 16> kActions{"*",
                                                    "PutEvents",
                                                    "DescribeEventBus",
                                                    "PutRule",
                                                    "DescribeRule",
                                                    "ListRules",
                                                    "EnableRule",
                                                    "DisableRule",
                                                    "DeleteRule",
                                                    "PutTargets",
                                                    "RemoveTargets",
                                                    "ListTargetsByRule",
                                                    "TagResource",
                                                    "UntagResource",
                                                    "ListTagsForResource",
                                                    "ListRuleNamesByTarget"};

Error invalid(std::string message) { return {Errc::InvalidArgument, std::move(message)}; }

Error invalid_statement(std::size_t column, const std::string& why) {
    return invalid("Invalid statement at line 1 column " + std::to_string(column) + ": " + why);
}

bool is_account(std::string_view text) {
    constexpr std::size_t kDigits = 12;
    return text.size() == kDigits && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// The texts that a value is, alone or in a list. Nothing if it is something else.
std::optional<std::vector<std::string>> texts_of(const json::Value& value) {
    if (const std::string* text = value.as_string())
        return std::vector{*text};
    const json::Array* array = value.as_array();
    if (!array)
        return std::nullopt;
    std::vector<std::string> texts;
    for (const json::Value& one : *array) {
        if (!one.as_string())
            return std::nullopt;
        texts.push_back(*one.as_string());
    }
    return texts;
}

/// Reads the statements of one policy, one after the other.
class Statements {
public:
    Statements(std::string_view policy, const std::string& arn) : policy_{policy}, arn_{arn} {}

    Result<json::Value> read(const json::Value& given) {
        column_ = column_of(given);
        const json::Object* object = given.as_object();
        if (!object)
            return invalid("Could not parse the policy: a statement is not an object");
        for (const char* name : {"Sid", "Effect", "Principal", "Action", "Resource"})
            if (!object->find(name))
                return invalid(std::string{"Missing required field "} + name);
        json::Object statement = *object;
        for (auto check : {&Statements::check_sid, &Statements::check_effect, &Statements::check_actions,
                           &Statements::check_principal, &Statements::check_resource})
            if (auto checked = (this->*check)(statement); !checked)
                return std::move(checked).error();
        return statement;
    }

private:
    /// Where the statement's id stands, which tells it from the others.
    std::size_t column_of(const json::Value& statement) const {
        const json::Value* sid = statement.find("Sid");
        const auto at = sid && sid->as_string() ? policy_.find(json::quote(*sid->as_string())) : std::string_view::npos;
        return at == std::string_view::npos ? 1 : at + 1;
    }

    Status check_sid(json::Object& statement) {
        const std::string* sid = statement.find("Sid")->as_string();
        if (!sid || sid->empty())
            return invalid("Missing required field Sid");
        if (!sids_.insert(*sid).second)
            return invalid_statement(column_, "The Statement Ids in the policy are not unique");
        return {};
    }

    Status check_effect(json::Object& statement) {
        const std::string* effect = statement.find("Effect")->as_string();
        if (!effect || (*effect != "Allow" && *effect != "Deny"))
            return invalid_statement(column_, "Effect must be Allow or Deny");
        return {};
    }

    Status check_actions(json::Object& statement) {
        const auto actions = texts_of(*statement.find("Action"));
        if (!actions || actions->empty())
            return invalid_statement(column_, "Action must be a string or a list of strings");
        std::string unknown;
        for (const std::string& action : *actions) {
            if (!action.starts_with("events:") && action != "*")
                return invalid_statement(
                    column_, "Action field includes AWS services that are inconsistent with specified vendor");
            const auto name = action == "*" ? std::string_view{action} : std::string_view{action}.substr(7);
            if (std::ranges::find(kActions, name) == kActions.end())
                unknown += (unknown.empty() ? "\"" : ", \"") + action + '"';
        }
        if (!unknown.empty())
            return invalid_statement(column_, "The following action names are invalid: " + unknown);
        return {};
    }

    Status check_principal(json::Object& statement) {
        json::Value& principal = *statement.find("Principal");
        if (const std::string* text = principal.as_string(); text && *text == "*")
            return {};
        json::Object* kinds = principal.as_object();
        if (!kinds || kinds->empty())
            return invalid("Policy contains an invalid principal");
        for (auto& [kind, named] : *kinds) {
            if ((kind != "AWS" && kind != "Service" && kind != "Federated") || !texts_of(named))
                return invalid("Policy contains an invalid principal");
            if (kind == "AWS" && !spell_out(named))
                return invalid("Policy contains an invalid principal");
        }
        return {};
    }

    /// Accounts become the ARNs of their roots. False if one of the principals is neither.
    static bool spell_out(json::Value& named) {
        if (json::Array* list = named.as_array())
            return std::ranges::all_of(*list, spell_out);
        std::string& text = *named.as_string();
        if (is_account(text))
            text = "arn:aws:iam::" + text + ":root";
        const auto arn = Arn::parse(text);
        return text == "*" || (arn && (arn->service == "iam" || arn->service == "sts") && is_account(arn->account));
    }

    Status check_resource(json::Object& statement) {
        const auto resources = texts_of(*statement.find("Resource"));
        if (!resources || resources->empty())
            return invalid("Missing required field Resource");
        for (const std::string& resource : *resources) {
            if (resource == arn_ || resource == "*")
                continue;
            const auto arn = Arn::parse(resource);
            return invalid("The relative-id \"" + (arn ? arn->resource : resource) + "\" is invalid for ARN \"" + arn_ +
                           '"');
        }
        return {};
    }

    std::string_view policy_;
    const std::string& arn_;
    std::set<std::string> sids_;
    std::size_t column_ = 1;
};

}  // namespace

json::Object empty_policy() { return {{"Version", kVersion}, {"Statement", json::Array{}}}; }

Result<json::Object> read_policy(std::string_view text, const std::string& arn) {
    auto value = json::parse(text);
    if (!value)
        return invalid("This policy contains invalid Json");
    const json::Object* given = value->as_object();
    if (!given)
        return invalid("This text appears not to be a policy");
    if (!given->find("Version"))
        return invalid("Missing required field Version");
    const json::Value* listed = given->find("Statement");
    const json::Array statements = listed && listed->as_array()    ? *listed->as_array()
                                   : listed && listed->as_object() ? json::Array{*listed}
                                                                   : json::Array{};
    if (statements.empty())
        return invalid("Could not parse the policy: Statement is empty!");
    Statements reader{text, arn};
    json::Array read;
    for (const json::Value& statement : statements) {
        auto one = reader.read(statement);
        if (!one)
            return std::move(one).error();
        read.push_back(std::move(*one));
    }
    json::Object policy = *given;
    policy.set("Statement", std::move(read));
    return policy;
}

}  // namespace rialto::model
