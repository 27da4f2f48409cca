#include "report.hpp"

#include <iomanip>
#include <sstream>

#include "rialto/json/value.hpp"

namespace rialto::bench {
namespace {

std::string rounded(double value) {
    std::ostringstream text;
    text << std::fixed << std::setprecision(value >= 100 ? 0 : value >= 10 ? 1 : 2) << value;
    return text.str();
}

}  // namespace

std::string to_markdown(const std::vector<Figure>& figures) {
    std::string table = "| What | Measured | Goal |\n|---|---|---|\n";
    for (const Figure& figure : figures)
        table += "| " + figure.what + " | " + rounded(figure.value) + " " + figure.unit + " | " + figure.goal + " |\n";
    return table;
}

std::string to_json(const std::vector<Figure>& figures) {
    json::Object all;
    for (const Figure& figure : figures)
        all.set(figure.key, json::Object{{"value", json::Number{rounded(figure.value)}}, {"unit", figure.unit}});
    return json::write(all) + "\n";
}

}  // namespace rialto::bench
