#include "tests/property/operators.hpp"

#include <cmath>
#include <cstdlib>

#include "tests/oracle/address.hpp"
#include "tests/oracle/number.hpp"
#include "tests/property/texts.hpp"

namespace rialto::property {
namespace {

using Kind = Json::Kind;

std::string other_text(Random& random, const std::string& text) {
    return random.chance(60) ? near_text(random, text) : any_text(random);
}

/// One text, or a list of them.
Json one_or_list(Random& random, Json first, Json (*more)(Random&, const Json&)) {
    if (random.chance(40))
        return first;
    std::vector<Json> list{first};
    for (auto count = random.below(4); count > 0; --count)
        list.insert(list.begin() + static_cast<std::ptrdiff_t>(random.below(list.size() + 1)), more(random, first));
    return array_json(list);
}

Json more_text(Random& random, const Json& first) {
    return text_json(random, other_text(random, first.text.value) + "x");
}

/// Other numbers than these are no pattern's.
bool is_comparable(const std::string& number) { return oracle::Number::in_pattern(number).value().has_value(); }

Json more_number(Random& random, const Json& first) {
    const auto number = near_number(random, first.text.value);
    return number_json(is_comparable(number) || random.chance(5) ? number : "7");
}

Json ignoring_case(Random& random, const std::string& text) {
    return object_json("equals-ignore-case", text_json(random, refolded(random, text)));
}

Json affix(Random& random, const std::string& name, const std::string& text) {
    return object_json(name, random.chance(60) ? text_json(random, text) : ignoring_case(random, text));
}

Json wildcard(Random& random, const std::string& text) {
    return object_json("wildcard", text_json(random, starred(random, text)));
}

/// anything-but with one of its operators, which takes out `text`.
Json all_but_like(Random& random, const std::string& text) {
    const auto name = random.pick({"prefix", "suffix", "equals-ignore-case", "wildcard"});
    auto taken = name == "prefix"               ? head(random, text)
                 : name == "suffix"             ? tail(random, text)
                 : name == "equals-ignore-case" ? refolded(random, text)
                                                : starred(random, text);
    if (taken.empty())
        taken = "a";
    return object_json("anything-but", object_json(name, one_or_list(random, text_json(random, taken), more_text)));
}

Json all_but(Random& random, const Json& scalar) {
    const bool is_number = scalar.kind == Kind::Number;
    if (is_number && (is_comparable(scalar.text.value) || random.chance(5)))
        return object_json("anything-but",
                           one_or_list(random, number_json(respelled_number(random, scalar.text.value)), more_number));
    const auto text = scalar.kind == Kind::String ? scalar.text.value : write_json(scalar);
    if (random.chance(60))
        return all_but_like(random, text);
    return object_json("anything-but", one_or_list(random, text_json(random, text), more_text));
}

/// A comparison that `number` passes.
Json numeric(Random& random, const std::string& number) {
    const double value = std::strtod(number.c_str(), nullptr);
    const auto same = number_json(respelled_number(random, number));
    const auto op = random.pick({"=", "<=", ">=", "<", ">"});
    std::vector<Json> list{text_json(random, op), same};
    if (op == "<" || op == ">") {
        const double bound = std::nextafter(value, op == "<" ? 1e308 : -1e308);
        list.back() = number_json(std::isfinite(bound) && random.chance(80) ? shortest_number(bound) : "0");
    }
    if (op[0] == '>' && random.chance(50)) {
        const auto top =
            std::abs(value) < 1e15 ? shortest_number(value + static_cast<double>(1 + random.below(3))) : "1e300";
        list.push_back(text_json(random, random.pick({"<", "<="})));
        list.push_back(number_json(respelled_number(random, top)));
    }
    return object_json("numeric", array_json(list));
}

Json range(Random& random, const std::string& text) {
    return object_json("cidr", text_json(random, range_around(random, text)));
}

Json text_element(Random& random, const std::string& text) {
    if (oracle::parse_address(text) && random.chance(30))
        return range(random, text);
    switch (random.below(8)) {
        case 0:
            return affix(random, "prefix", head(random, text));
        case 1:
            return affix(random, "suffix", tail(random, text));
        case 2:
            return ignoring_case(random, text);
        case 3:
        case 4:
            return wildcard(random, text);
        case 5:
            return random.chance(5) ? range(random, text) : object_json("exactly", text_json(random, text));
        default:
            return text_json(random, text);
    }
}

Json number_element(Random& random, const std::string& number) {
    const bool may_be_numeric = is_comparable(number) || random.chance(5);
    return may_be_numeric && random.chance(50) ? numeric(random, number)
                                               : number_json(respelled_number(random, number));
}

}  // namespace

Json element_for(Random& random, const Json& scalar, bool is_hit) {
    const auto kind = random.below(10);
    if (kind == 0)
        return object_json("exists", Json{is_hit ? Kind::True : Kind::False});
    if (kind < 3)
        return all_but(random, is_hit ? near_scalar(random, scalar) : scalar);
    const auto wanted = is_hit ? scalar : near_scalar(random, scalar);
    if (wanted.kind == Kind::String)
        return text_element(random, wanted.text.value);
    return wanted.kind == Kind::Number ? number_element(random, wanted.text.value) : wanted;
}

}  // namespace rialto::property
