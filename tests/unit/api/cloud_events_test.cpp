#include "api/rest/cloud_events.hpp"

#include <catch2/catch.hpp>
#include <utility>

#include "rialto/base/time.hpp"
#include "rialto/json/value.hpp"

namespace rialto::api {
namespace {

constexpr const char* kStructured = "application/cloudevents+json";
constexpr const char* kBatch = "application/cloudevents-batch+json";

http::Request request(const std::string& type, std::string body, const http::Headers& headers = {}) {
    http::Request made;
    made.method = "POST";
    made.headers = headers;
    if (!type.empty())
        made.headers.add("Content-Type", type);
    made.body = std::move(body);
    return made;
}

/// An event with what it must have, and `more` members.
std::string event(const std::string& more = "") {
    return R"({"specversion":"1.0","id":"7","source":"/shop","type":"org.example.order")" + more + "}";
}

http::Headers headers(std::initializer_list<http::Headers::Field> more = {}) {
    http::Headers made{
        {"ce-specversion", "1.0"}, {"CE-ID", "7"}, {"Ce-Source", "/shop"}, {"ce-type", "org.example.order"}};
    for (const auto& [name, value] : more)
        made.add(name, value);
    return made;
}

CloudEntry entry(const http::Request& request, const CloudOptions& options = {}) {
    auto entries = read_cloud_events(request, options);
    INFO((entries ? "" : entries.error().message));
    REQUIRE(entries);
    REQUIRE(entries->size() == 1);
    return entries->front();
}

CloudEntry structured(const std::string& more, const CloudOptions& options = {}) {
    return entry(request(kStructured, event(more)), options);
}

CloudError error(const http::Request& request, const CloudOptions& options = {}) {
    auto entries = read_cloud_events(request, options);
    REQUIRE_FALSE(entries);
    return entries.error();
}

std::string complaint(const http::Request& request) {
    const CloudError refused = error(request);
    CHECK(refused.status == 400);
    return refused.message;
}

const CloudOptions kWhole{.shape = DetailShape::Whole};

}  // namespace

TEST_CASE("a structured event becomes an entry", "[cloud_events]") {
    const auto made = structured(
        R"(,"subject":"order/1","time":"2026-01-31T10:15:30.999+02:00","data":{"total":10.50,"a":[{}]},"eventbusname":"orders")");

    CHECK(made.source == "/shop");
    CHECK(made.detail_type == "org.example.order");
    CHECK(made.time == from_rfc3339("2026-01-31T08:15:30Z"));
    CHECK(made.resources == std::vector<std::string>{"order/1"});
    CHECK(made.detail == R"({"total":10.50,"a":[{}],"_cloudevents":{"id":"7"}})");
    CHECK(made.bus == "orders");
    CHECK(made.id == "7");
    CHECK(made.trace_header.empty());
}

TEST_CASE("what an event does not say, its entry does not have", "[cloud_events]") {
    const auto made = structured(R"(,"subject":null,"time":null,"data_base64":null,"extension":null)");

    CHECK_FALSE(made.time);
    CHECK(made.resources.empty());
    CHECK_FALSE(made.bus);
    CHECK(made.detail == R"({"_cloudevents":{"id":"7"}})");
}

TEST_CASE("a detail is an object, whatever the data is", "[cloud_events]") {
    const std::vector<std::pair<std::string, std::string>> cases{
        {R"("data":[1,{"a":2}])", R"("data":[1,{"a":2}])"},
        {R"("data":"text")", R"("data":"text")"},
        {R"("data":1e400)", R"("data":1e400)"},
        {R"("data":false)", R"("data":false)"},
        {R"("data":null)", R"("data":null)"},
        {R"("data_base64":"AP8=")", R"("data_base64":"AP8=")"},
        {R"("data":{})", ""},
    };
    for (const auto& [data, detail] : cases) {
        INFO(data);
        CHECK(structured("," + data).detail ==
              "{" + detail + (detail.empty() ? "" : ",") + R"("_cloudevents":{"id":"7"}})");
    }
}

TEST_CASE("attributes without a place in the entry are metadata", "[cloud_events]") {
    const auto made = structured(
        R"(,"datacontenttype":"application/json","dataschema":"https://example.org/s","partitionkey":"p","sampled":true,"sequence":-2147483648,"data":{"_cloudevents":"forged","x":1})");

    CHECK(
        made.detail ==
        R"({"_cloudevents":{"id":"7","datacontenttype":"application/json","dataschema":"https://example.org/s","partitionkey":"p","sampled":true,"sequence":-2147483648},"x":1})");
}

TEST_CASE("a detail can be the whole event", "[cloud_events]") {
    const std::string whole = event(R"(,"time":"2026-01-31T08:15:30.5Z","subject":"s","data":{"x":1})");
    CHECK(entry(request(kStructured, whole), kWhole).detail == whole);

    const auto bytes = entry(request("image/png", "\xff", headers({{"ce-subject", "s"}})), kWhole);
    CHECK(bytes.detail == event(R"(,"subject":"s","datacontenttype":"image/png","data_base64":"/w==")"));
}

TEST_CASE("a trace context becomes a trace header", "[cloud_events]") {
    const auto header = [](const std::string& parent) {
        return structured(R"(,"traceparent":")" + parent + "\"").trace_header;
    };

    CHECK(header("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01") ==
          "Root=1-0af76519-16cd43dd8448eb211c80319c;Parent=b7ad6b7169203331;Sampled=1");
    CHECK(header("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-02").ends_with(";Sampled=0"));
    CHECK(header("00-00000000000000000000000000000000-b7ad6b7169203331-01").empty());
    CHECK(header("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01").empty());
    CHECK(header("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01").empty());
    CHECK(header("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331").empty());
    CHECK(header("anything").empty());
}

TEST_CASE("a binary event has its attributes in headers and its data in the body", "[cloud_events]") {
    const auto made =
        entry(request("application/json; charset=utf-8", R"({"total":1})",
                      headers({{"ce-subject", "a%20%22b%22%20%C3%A9"}, {"ce-time", "2026-01-31T08:15:30Z"}})));

    CHECK(made.source == "/shop");
    CHECK(made.detail_type == "org.example.order");
    CHECK(made.id == "7");
    CHECK(made.time == from_rfc3339("2026-01-31T08:15:30Z"));
    CHECK(made.resources == std::vector<std::string>{"a \"b\" é"});
    CHECK(made.detail ==
          R"({"total":1,"_cloudevents":{"id":"7","datacontenttype":"application/json; charset=utf-8"}})");
}

TEST_CASE("header values are unquoted and decoded, once", "[cloud_events]") {
    const auto subject = [](const std::string& value) {
        return entry(request("", "", headers({{"ce-subject", value}}))).resources.front();
    };

    CHECK(subject("plain") == "plain");
    CHECK(subject("\"a \\\"b\\\"\"") == "a \"b\"");
    CHECK(subject("\"a%20b\"") == "a b");
    CHECK(subject("%2541") == "%41");
    CHECK(subject("a+b") == "a+b");
    CHECK(subject("\xc3\xa9") == "é");
    CHECK(subject("\"") == "\"");
}

TEST_CASE("the type of a binary event's data says what it becomes", "[cloud_events]") {
    const auto data = [](const std::string& type, const std::string& body) {
        const auto whole = json::parse(entry(request(type, body, headers()), kWhole).detail).value();
        const auto* value = whole.find("data");
        const auto* base64 = whole.find("data_base64");
        return value ? json::write(*value) : base64 ? "base64 " + *base64->as_string() : "none";
    };

    CHECK(data("application/json", "[1]") == "[1]");
    CHECK(data("Application/Vnd.Shop+JSON;v=1", "{\"a\":1}") == R"({"a":1})");
    CHECK(data("text/plain", "h\xc3\xa9") == R"("hé")");
    CHECK(data("text/plain; Charset=\"UTF-8\"", "h") == R"("h")");
    CHECK(data("application/soap+xml", "<a/>") == R"("<a/>")");
    CHECK(data("text/plain; charset=latin1", "h\xe9") == "base64 aOk=");
    CHECK(data("text/plain", "h\xe9") == "base64 aOk=");
    CHECK(data("application/octet-stream", "h") == "base64 aA==");
    CHECK(data("", "h") == "base64 aA==");
    CHECK(data("application/json", "") == "none");
}

TEST_CASE("the content type tells the mode, before the headers", "[cloud_events]") {
    const auto made =
        entry(request("Application/CloudEvents+JSON; charset=UTF-8", event(), {{"ce-specversion", "0.3"}}));
    CHECK(made.id == "7");

    for (const auto& type : {"application/json", "", "application/cloudevents", "application/cloudevents+xml",
                             "application/cloudevents-batch", "application/cloudevents-batch+avro",
                             "application/cloudevents+json; charset=latin1"}) {
        INFO(type);
        CHECK(error(request(type, event())).status == 415);
    }
}

TEST_CASE("a batch is taken whole", "[cloud_events]") {
    const auto entries = read_cloud_events(request(kBatch, "[" + event() + "," + event(R"(,"data":{"x":1})") + "]"));
    REQUIRE(entries);
    REQUIRE(entries->size() == 2);
    CHECK(entries->at(1).detail == R"({"x":1,"_cloudevents":{"id":"7"}})");

    const auto none = read_cloud_events(request(kBatch, "[]"));
    REQUIRE(none);
    CHECK(none->empty());
}

TEST_CASE("one bad event refuses its batch, and is named", "[cloud_events]") {
    const auto refused = error(request(kBatch, "[" + event() + "," + event() + R"(,{"specversion":"1.0"},7])"));
    CHECK(refused.status == 400);
    CHECK(refused.index == 2U);
    CHECK(refused.message == R"(batch[2]: "id" is missing)");

    CHECK(complaint(request(kBatch, "[7]")) == "batch[0]: an event must be an object, not number");
    CHECK(complaint(request(kBatch, event())) == "a batch must be an array, not object");
    CHECK(complaint(request(kBatch, "[")).starts_with("the body: line 1, column 2"));
    CHECK_FALSE(error(request(kBatch, "[")).index);
}

TEST_CASE("what is wrong with an event is told", "[cloud_events]") {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"", "the body: "},
        {"[]", "an event must be an object, not array"},
        {"{}", "\"specversion\" is missing"},
        {R"({"specversion":"0.3","id":"1","source":"s","type":"t"})", "\"specversion\" must be \"1.0\""},
        {R"({"specversion":"1.0","id":"","source":"s","type":"t"})", "\"id\" must not be empty"},
        {R"({"specversion":"1.0","id":7,"source":"s","type":"t"})", "\"id\" must be a string"},
        {R"({"specversion":"1.0","id":"1","source":"","type":"t"})", "\"source\" must be a URI reference"},
        {R"({"specversion":"1.0","id":"1","source":"a b","type":"t"})", "\"source\" must be a URI reference"},
        {R"({"specversion":"1.0","id":"1","source":"a%2","type":"t"})", "\"source\" must be a URI reference"},
        {R"({"specversion":"1.0","id":"1","source":"é","type":"t"})", "\"source\" must be a URI reference"},
        {R"({"specversion":"1.0","id":"1","source":"aws.ec2","type":"t"})", "the source must not begin with \"aws.\""},
        {R"({"specversion":"1.0","id":"1","source":"s","type":null})", "\"type\" is missing"},
        {R"({"specversion":"1.0","id":"1","source":"s","type":"t\u0007"})",
         "\"type\" must not have control characters"},
        {R"({"specversion":"1.0","id":"1","source":"s","type":"t\u0085"})",
         "\"type\" must not have control characters"},
        {event(R"(,"subject":"")"), "\"subject\" must not be empty"},
        {event(R"(,"time":"yesterday")"), "\"time\" must be an RFC 3339 time"},
        {event(R"(,"time":0)"), "\"time\" must be a string"},
        {event(R"(,"datacontenttype":"json")"), "\"datacontenttype\" must be a media type"},
        {event(R"(,"dataschema":"/relative")"), "\"dataschema\" must be an absolute URI"},
        {event(R"(,"dataschema":":x")"), "\"dataschema\" must be an absolute URI"},
        {event(R"(,"Upper":"x")"), "\"Upper\" is not a name of an attribute"},
        {event(R"(,"a_b":"x")"), "\"a_b\" is not a name of an attribute"},
        {event(R"(,"":"x")"), "\"\" is not a name of an attribute"},
        {event(R"(,"ext":{})"), "\"ext\" must be a string, a boolean or an integer of 32 bits"},
        {event(R"(,"ext":1.5)"), "\"ext\" must be a string, a boolean or an integer of 32 bits"},
        {event(R"(,"ext":2147483648)"), "\"ext\" must be a string, a boolean or an integer of 32 bits"},
        {event(R"(,"eventbusname":"")"), "eventbusname must be the name or the ARN of a bus"},
        {event(R"(,"eventbusname":7)"), "eventbusname must be the name or the ARN of a bus"},
        {event(R"(,"data":1,"data_base64":"AA==")"), "the event has both \"data\" and \"data_base64\""},
        {event(R"(,"data_base64":"A")"), "\"data_base64\" must be base64"},
        {event(R"(,"data_base64":7)"), "\"data_base64\" must be base64"},
        {event(R"(,"id":"8")"), "the body: "},
    };
    for (const auto& [body, says] : cases) {
        INFO(body);
        CHECK_THAT(complaint(request(kStructured, body)), Catch::StartsWith(says));
    }
}

TEST_CASE("what is wrong with the headers of a binary event is told", "[cloud_events]") {
    const std::vector<std::pair<http::Headers, std::string>> cases{
        {{{"ce-specversion", "1.0"}}, "ce-id is missing"},
        {headers({{"ce-id", "8"}}), "ce-id stands there twice"},
        {headers({{"ce-data", "x"}}), "ce-data is not allowed"},
        {headers({{"CE-DataContentType", "text/plain"}}), "ce-datacontenttype is not allowed"},
        {headers({{"ce-subject", "100%"}}), "ce-subject must be percent-encoded UTF-8"},
        {headers({{"ce-subject", "%FF"}}), "ce-subject must be percent-encoded UTF-8"},
        {headers({{"ce-subject", "\xff"}}), "ce-subject must be percent-encoded UTF-8"},
        {headers({{"ce-subject", ""}}), "ce-subject must not be empty"},
        {headers({{"ce-subject", "%0A"}}), "ce-subject must not have control characters"},
        {headers({{"ce-a-b", "x"}}), "ce-a-b is not a name of an attribute"},
        {headers({{"Content-Type", "json"}}), "Content-Type must be a media type"},
        {headers({{"Content-Type", "application/json"}}), "the body: line 1, column 2"},
    };
    for (const auto& [given, says] : cases)
        CHECK_THAT(complaint(request("", "{", given)), Catch::StartsWith(says));
}

TEST_CASE("CloudEvents have limits", "[cloud_events]") {
    const auto extension = [](std::size_t name, std::size_t value) {
        return ",\"" + std::string(name, 'x') + "\":\"" + std::string(value, 'v') + "\"";
    };
    std::string many;
    for (int i = 0; i < 60; ++i)
        many += ",\"x" + std::to_string(i) + "\":1";
    const auto nested = [](std::size_t depth) {
        return ",\"data\":" + std::string(depth, '[') + std::string(depth, ']');
    };
    CHECK(read_cloud_events(request(kStructured, event(extension(64, 4096) + nested(999)))));
    CHECK(read_cloud_events(request(kStructured, event(many))));
    CHECK(complaint(request(kStructured, event(extension(65, 1)))).contains("is not a name of an attribute"));
    CHECK(complaint(request(kStructured, event(extension(1, 4097)))) == "\"x\" must not be longer than 4096 bytes");
    CHECK(complaint(request(kStructured, event(many + R"(,"y":1)"))) == "the event has more than 64 attributes");
    CHECK(complaint(request(kStructured, event(nested(1000)))).starts_with("the body: "));

    const auto typed = [](std::size_t size) {
        std::string type;
        for (std::size_t i = 0; i < size; ++i)
            type += "é";
        return request(kStructured, R"({"specversion":"1.0","id":"1","source":"s","type":")" + type + "\"}");
    };
    CHECK(read_cloud_events(typed(128)));
    CHECK(complaint(typed(129)) == "the type must not be longer than 128 characters");
}

TEST_CASE("an event and a batch have a largest size", "[cloud_events]") {
    const std::string small = event(R"(,"subject":"s","time":"2026-01-31T08:15:30Z")");
    const std::size_t size =
        std::string{
            "/shop"
            "org.example.order"
            "s"
            R"({"_cloudevents":{"id":"7"}})"}
            .size() +
        14;
    const CloudOptions fits{.max_events = 2, .max_event_bytes = size};
    const CloudOptions too_small{.max_events = 2, .max_event_bytes = size - 1};
    const auto batch = [](const std::string& events) { return request(kBatch, "[" + events + "]"); };

    CHECK(read_cloud_events(batch(small + "," + small), fits));
    CHECK(error(batch(event() + "," + small), too_small).status == 413);
    CHECK(error(batch(event() + "," + small), too_small).index == 1U);
    CHECK(error(batch("1,2,3"), fits).status == 413);
    CHECK(error(batch("1,2,3"), fits).message == "a batch has at most 2 events");
}

}  // namespace rialto::api
