#include <algorithm>

#include "api/aws/events/operations.hpp"
#include "api/aws/events/shapes.hpp"
#include "api/aws/events/support.hpp"
#include "rialto/model/policy.hpp"

/// Who else may use a bus: its policy, as a whole or by statements.
namespace rialto::api::aws::events {
namespace {

std::unexpected<Failure> too_long() {
    return failure(Exception::PolicyLengthExceeded, "The policy of the event bus would be longer than " +
                                                        std::to_string(model::kLongestPolicy) + " characters.");
}

std::unexpected<Failure> not_supported(const std::string& parameter) {
    return failure(Exception::Validation, "Provided value in parameter '" + parameter + "' is not supported.");
}

std::unexpected<Failure> must_be_given(const std::string& parameter) {
    return failure(Exception::Validation, "Parameter(s) " + parameter + " must be specified.");
}

Outcome<void> check_condition(const json::Object& condition) {
    if (text_of(condition, "Type") != "StringEquals")
        return not_supported("condition.type");
    if (text_of(condition, "Key") != "aws:PrincipalOrgID")
        return not_supported("condition.key");
    if (!text_of(condition, "Value").starts_with("o-"))
        return failure(Exception::Validation, "Provided value in parameter 'condition.value' is invalid.");
    return {};
}

Outcome<json::Object> statement_of(const json::Object& input, const BusName& bus) {
    for (const char* name : {"Action", "Principal", "StatementId"})
        if (!input.find(name))
            return must_be_given(name);
    const std::string action = text_of(input, "Action");
    if (action != "events:PutEvents")
        return not_supported("action");
    const std::string principal = text_of(input, "Principal");
    json::Object statement{{"Sid", text_of(input, "StatementId")}, {"Effect", "Allow"}};
    if (principal == "*")
        statement.set("Principal", principal);
    else
        statement.set("Principal", json::Object{{"AWS", "arn:aws:iam::" + principal + ":root"}});
    statement.set("Action", action);
    statement.set("Resource", bus.arn());
    const json::Object* condition = object_of(input, "Condition");
    if (!condition)
        return statement;
    if (auto checked = check_condition(*condition); !checked)
        return std::unexpected{std::move(checked.error())};
    statement.set("Condition",
                  json::Object{{text_of(*condition, "Type"),
                                json::Object{{text_of(*condition, "Key"), text_of(*condition, "Value")}}}});
    return statement;
}

json::Object policy_of(const json::Object& bus) {
    const auto text = text_in(bus, "Policy");
    auto policy = text ? json::parse(*text) : Result<json::Value>{model::empty_policy()};
    return policy && policy->as_object() ? std::move(*policy->as_object()) : model::empty_policy();
}

json::Array::iterator find_statement(json::Array& statements, const std::string& id) {
    return std::ranges::find_if(statements, [&id](const json::Value& statement) {
        const json::Value* sid = statement.find("Sid");
        return sid && sid->as_string() && *sid->as_string() == id;
    });
}

/// The bus's policy with the statement in it, in place of the one with its id.
Outcome<json::Object> with_statement(const json::Object& input, const json::Object& bus, const BusName& name) {
    auto statement = statement_of(input, name);
    if (!statement)
        return statement;
    json::Object policy = policy_of(bus);
    json::Array& statements = *policy.find("Statement")->as_array();
    const auto same = find_statement(statements, text_of(*statement, "Sid"));
    if (same != statements.end())
        *same = std::move(*statement);
    else
        statements.emplace_back(std::move(*statement));
    return policy;
}

Outcome<json::Object> whole_policy(const std::string& text, const BusName& bus) {
    auto policy = model::read_policy(text, bus.arn());
    if (!policy)
        return failure(Exception::Validation, policy.error().message);
    return std::move(*policy);
}

Outcome<Output> put(Edit& edit, const Invocation& call, TimePoint born, std::int64_t now) {
    auto found = bus_to_change(edit, call, "EventBusName", born);
    if (!found)
        return std::unexpected{std::move(found.error())};
    auto& [name, bus] = *found;
    const auto text = text_in(call.input, "Policy");
    const bool has_statement =
        std::ranges::any_of(std::array{"Action", "Principal", "StatementId", "Condition"},
                            [&](const char* member) { return call.input.find(member) != nullptr; });
    if (text && has_statement)
        return failure(Exception::Validation,
                       "Action, Principal, StatementId and Condition could not be combined with Policy parameter.");
    // With all its space; what would be stored is measured below.
    if (text && text->size() > 4 * model::kLongestPolicy)
        return too_long();
    auto policy = text ? whole_policy(*text, name) : with_statement(call.input, bus, name);
    if (!policy)
        return std::unexpected{std::move(policy.error())};
    std::string written = json::write(*policy);
    if (written.size() > model::kLongestPolicy)
        return too_long();
    bus.set("Policy", std::move(written));
    bus.set("LastModifiedTime", now);
    edit.put(Kind::Bus, name.key(), std::move(bus));
    return Output{};
}

/// Takes one statement, or all, out of the policy; one without statements is none.
Outcome<void> take_out(json::Object& bus, const json::Object& input) {
    if (flag_in(input, "RemoveAllPermissions")) {
        bus.remove("Policy");
        return {};
    }
    json::Object policy = policy_of(bus);
    json::Array& statements = *policy.find("Statement")->as_array();
    const auto found = find_statement(statements, text_of(input, "StatementId"));
    if (found == statements.end())
        return failure(Exception::ResourceNotFound, "Statement with the provided id does not exist.");
    statements.erase(found);
    if (statements.empty())
        bus.remove("Policy");
    else
        bus.set("Policy", json::write(policy));
    return {};
}

Outcome<Output> remove(Edit& edit, const Invocation& call, TimePoint born, std::int64_t now) {
    auto found = bus_to_change(edit, call, "EventBusName", born);
    if (!found)
        return std::unexpected{std::move(found.error())};
    auto& [name, bus] = *found;
    const bool all = flag_in(call.input, "RemoveAllPermissions");
    if (!all && !call.input.find("StatementId"))
        return must_be_given("StatementId");
    if (all && call.input.find("StatementId"))
        return failure(Exception::Validation, "StatementId could not be combined with All parameter.");
    if (auto taken = take_out(bus, call.input); !taken)
        return std::unexpected{std::move(taken.error())};
    bus.set("LastModifiedTime", now);
    edit.put(Kind::Bus, name.key(), std::move(bus));
    return Output{};
}

Shape statement_id() { return string().at_least(1).at_most(64).matching("[a-zA-Z0-9-_]+"); }

}  // namespace

Operation put_permission(const Rooms& rooms) {
    return changing(
        rooms.catalog, "PutPermission",
        structure("PutPermissionRequest",
                  {optional("EventBusName", non_partner_event_bus_name()),
                   optional("Action", string().at_least(1).at_most(64).matching("events:[a-zA-Z]+")),
                   optional("Principal", string().at_least(1).at_most(12).matching(R"((\d{12}|\*))")),
                   optional("StatementId", statement_id()),
                   optional("Condition", structure("Condition", {required("Type", string()), required("Key", string()),
                                                                 required("Value", string())})),
                   optional("Policy", string())}),
        [&catalog = rooms.catalog, &clock = rooms.clock](Edit& edit, const Invocation& call) {
            return put(edit, call, catalog.born(), millis(clock.now()));
        });
}

Operation remove_permission(const Rooms& rooms) {
    return changing(rooms.catalog, "RemovePermission",
                    structure("RemovePermissionRequest",
                              {optional("StatementId", statement_id()), optional("RemoveAllPermissions", boolean()),
                               optional("EventBusName", non_partner_event_bus_name())}),
                    [&catalog = rooms.catalog, &clock = rooms.clock](Edit& edit, const Invocation& call) {
                        return remove(edit, call, catalog.born(), millis(clock.now()));
                    });
}

}  // namespace rialto::api::aws::events
