#include "api/aws/query_protocol.hpp"

#include <algorithm>
#include <utility>

#include "api/aws/query_input.hpp"
#include "api/aws/xml.hpp"

namespace rialto::api::aws {
namespace {

using Type = Shape::Type;

class OutputWriter {
public:
    explicit OutputWriter(XmlWriter& xml) : xml_{xml} {}

    void members(const json::Object& object, const Shape& shape) {
        for (const Member& member : shape.members)
            if (const json::Value* value = object.find(member.name))
                write(*value, member.shape, member.name);
    }

private:
    void write(const json::Value& value, const Shape& shape, const std::string& name) {
        switch (shape.type) {
            case Type::List:
                return list(*value.as_array(), shape, name);
            case Type::Map:
                return map(*value.as_object(), shape, name);
            case Type::Structure:
                xml_.begin(name);
                members(*value.as_object(), shape);
                xml_.end(name);
                return;
            default:
                xml_.text(name, value.as_string() != nullptr ? *value.as_string() : json::write(value));
        }
    }

    void list(const json::Array& elements, const Shape& shape, const std::string& name) {
        if (!shape.flat)
            xml_.begin(name);
        for (const auto& element : elements)
            write(element, shape.inner.front(), shape.flat ? shape.flat->entry : "member");
        if (!shape.flat)
            xml_.end(name);
    }

    void map(const json::Object& entries, const Shape& shape, const std::string& name) {
        const Shape::Flattened names = shape.flat.value_or(Shape::Flattened{"entry", "key", "value"});
        if (!shape.flat)
            xml_.begin(name);
        for (const auto& [key, value] : entries) {
            xml_.begin(names.entry).text(names.key, key);
            write(value, shape.inner.back(), names.value);
            xml_.end(names.entry);
        }
        if (!shape.flat)
            xml_.end(name);
    }

    XmlWriter& xml_;
};

std::string document(const Service& service, const Operation& operation, const Output& output,
                     const std::string& request_id) {
    const std::string response = operation.name + "Response";
    const std::string result = operation.name + "Result";
    XmlWriter xml;
    xml.begin(response, service.query->xml_namespace);
    if (operation.output.type == Type::Structure) {
        xml.begin(result);
        if (output)
            OutputWriter{xml}.members(*output, operation.output);
        xml.end(result);
    }
    xml.begin("ResponseMetadata").text("RequestId", request_id).end("ResponseMetadata").end(response);
    return xml.finish();
}

/// A request that is sent to what it is about need not name it again.
void add_path_parameter(json::Object& input, const Service& service, const Operation& operation,
                        const http::Request& request) {
    const std::string& name = service.query->path_parameter;
    const bool takes_it =
        std::ranges::find(operation.input.members, name, &Member::name) != operation.input.members.end();
    if (takes_it && request.path != "/" && input.find(name) == nullptr)
        input.set(name, request.path);
}

}  // namespace

QueryProtocol::QueryProtocol(const std::vector<Service>& services, bus::Identity ours, Throttle throttle)
    : ours_{std::move(ours)}, throttle_{std::move(throttle)} {
    std::ranges::copy_if(services, std::back_inserter(services_),
                         [](const Service& service) { return service.query.has_value(); });
}

/// Services may have operations of the same name: their versions tell them apart.
Outcome<QueryProtocol::Found> QueryProtocol::find(const Query& parameters) const {
    const std::string* action = parameters.find("Action");
    const std::string* version = parameters.find("Version");
    if (action == nullptr)
        return std::unexpected{Failure{Exception::MissingAction, "The request must contain the parameter Action."}};
    for (const Service& service : services_) {
        const auto operation = std::ranges::find(service.operations, *action, &Operation::name);
        if (operation != service.operations.end() && (version == nullptr || *version == service.query->version))
            return Found{service, *operation};
    }
    return std::unexpected{
        Failure{Exception::InvalidAction, "The action " + *action + " is not valid for this endpoint."}};
}

Task<http::Response> QueryProtocol::respond(const http::Request& request) const {
    http::Response response;
    const auto parameters = Query::parse(request.body);
    if (parameters)
        response = co_await call(request, *parameters);
    else
        response = query_failure_answer({Exception::MalformedQueryString, parameters.error().message}, "", request.id);
    response.headers.add("Content-Type", "text/xml");
    response.headers.add("x-amzn-RequestId", request.id);
    co_return response;
}

Task<http::Response> QueryProtocol::call(const http::Request& request, const Query& parameters) const {
    const auto found = find(parameters);
    if (!found)
        co_return query_failure_answer(found.error(), "", request.id);
    const auto& [service, operation] = *found;
    const std::string& xml_namespace = service.query->xml_namespace;
    if (throttle_(service.prefix + '.' + operation.name))
        co_return query_failure_answer({Exception::RequestThrottled, "Rate exceeded"}, xml_namespace, request.id);
    auto input = read_query(parameters, operation.input);
    if (!input)
        co_return query_failure_answer(input.error(), xml_namespace, request.id);
    add_path_parameter(*input, service, operation, request);
    if (const auto kept = service.check(*input, operation.input); !kept)
        co_return query_failure_answer(kept.error(), xml_namespace, request.id);
    const auto outcome = co_await operation.run({std::move(*input), caller_of(request, ours_), request});
    if (!outcome)
        co_return query_failure_answer(outcome.error(), xml_namespace, request.id);
    http::Response response;
    response.body = document(service, operation, *outcome, request.id);
    co_return response;
}

}  // namespace rialto::api::aws
