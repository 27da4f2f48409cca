#include "parse.hpp"

#include <CLI/CLI.hpp>
#include <cstddef>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "post_text.hpp"
#include "rapidjson.hpp"
#include "report.hpp"
#include "rialto/json/value.hpp"
#include "samples.hpp"

namespace rialto::bench {
namespace {

struct Text {
    std::string key;
    std::string what;
    std::string json;
};

std::string order(std::size_t number) {
    return R"({"orderId":"o-)" + std::to_string(number) +
           R"(","customer":{"name":"José Martínez","email":"jose@example.com","tier":"gold","newsletter":true},)"
           R"("items":[{"sku":"A-1001","quantity":2,"price":19.95},{"sku":"B-2002","quantity":1,"price":249.00}],)"
           R"("total":288.90,"currency":"EUR","coupon":null,)"
           R"("note":"Please leave the parcel next door, at the Müllers', third floor; the bell does not work."})";
}

std::string event(std::size_t number) {
    return R"({"version":"0","id":"6a7e8feb-b491-4cf7-a9f1-bf3703467718","detail-type":"Order Placed",)"
           R"("source":"com.example.shop","account":"123456789012","time":"2026-11-24T17:28:36Z",)"
           R"("region":"eu-west-1","resources":["arn:aws:ecs:eu-west-1:123456789012:task/b99d40b3-5176-4f71"],)"
           R"("detail":)" +
           order(number) + "}";
}

std::string document(std::size_t size) {
    std::string text = "[";
    for (std::size_t i = 0; text.size() < size; ++i)
        text += (i == 0 ? "" : ",") + event(i);
    return text + "]";
}

/// Each Detail is JSON in a string, so every quote in it is escaped.
std::string put_events() {
    constexpr std::size_t kEntries = 10;
    std::string text = R"({"Entries":[)";
    for (std::size_t i = 0; i < kEntries; ++i)
        text += (i == 0 ? "" : ",") +
                std::string{R"({"Source":"com.example.shop","DetailType":"Order Placed","EventBusName":"default",)"
                            R"("Time":1764005316,"Resources":[],"Detail":)"} +
                json::quote(order(i)) + "}";
    return text + "]}";
}

std::optional<json::Value> own_parse(std::string_view text) {
    auto value = json::parse(text);
    return value ? std::optional{std::move(*value)} : std::nullopt;
}

/// Microseconds a text.
template <class Parse>
double time_of(Parse parse, std::string_view text) {
    constexpr std::size_t kBytes = 4'000'000;
    const std::size_t times = kBytes / text.size() + 1;
    const double begin = thread_cpu_seconds();
    for (std::size_t i = 0; i < times; ++i)
        if (!parse(text))
            throw std::runtime_error{"refused: " + std::string{text.substr(0, 80)}};
    return (thread_cpu_seconds() - begin) * 1e6 / static_cast<double>(times);
}

/// The two take turns, so that what else the machine does meets both.
void measure(const Text& text, int rounds, std::vector<Figure>& figures) {
    if (own_parse(text.json) != rapidjson_parse(text.json))
        throw std::runtime_error{text.what + ": the two read different values"};
    std::vector<double> own, other, ratios;
    for (int round = 0; round < rounds; ++round) {
        own.push_back(time_of(own_parse, text.json));
        other.push_back(time_of(rapidjson_parse, text.json));
        ratios.push_back(other.back() / own.back());
    }
    const std::string what = text.what + ", " + std::to_string(text.json.size()) + " bytes";
    figures.push_back({text.key, what, median(own), "µs", ""});
    figures.push_back({text.key + "_rapidjson", "the same by RapidJSON's reader", median(other), "µs", ""});
    figures.push_back({text.key + "_ratio", "RapidJSON's time to ours", median(ratios), "", ""});
}

}  // namespace

int parse(int argc, char** argv) {
    CLI::App cli{"Measures how fast JSON is read into values, beside RapidJSON's reader.", "rialto-bench parse"};
    int rounds = 25;
    bool json = false;
    cli.add_option("--rounds", rounds, "Of which the median counts (default 25)")->check(CLI::Range(1, 10'000));
    cli.add_flag("--json", json, "JSON instead of a table");
    CLI11_PARSE(cli, argc, argv);

    std::vector<Figure> figures;
    for (const Text& text :
         {Text{"event", "an event", event(1)}, Text{"document", "a document", document(100'000)},
          Text{"put_events", "PutEvents with 10 entries", put_events()}, Text{"post", "a post", post_json(1)}})
        measure(text, rounds, figures);
    std::cout << (json ? to_json(figures) : to_markdown(figures));
    return 0;
}

}  // namespace rialto::bench
