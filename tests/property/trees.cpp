#include "tests/property/trees.hpp"

#include "tests/property/texts.hpp"

namespace rialto::property {
namespace {

using Kind = Json::Kind;

Json literal_json(Random& random) {
    static const std::vector<Kind> kKinds = {Kind::Null, Kind::True, Kind::False};
    return Json{random.pick(kKinds)};
}

/// Moves the only member of the object that is member `i` up into its name.
void join_names(Random& random, Json& json, std::size_t i) {
    auto inner = json.values[i];
    const auto name = json.names[i].value + "." + inner.names.front().value;
    json.names[i] = {name, spelled_text(random, name)};
    json.values[i] = inner.values.front();
}

/// Leaves the first members of the object that is member `i` there, and puts the others into a second one.
void split_object(Random& random, Json& json, std::size_t i) {
    auto first = json.values[i];
    const auto count = static_cast<std::ptrdiff_t>(1 + random.below(first.values.size() - 1));
    Json second{Kind::Object};
    second.names.assign(first.names.begin() + count, first.names.end());
    second.values.assign(first.values.begin() + count, first.values.end());
    first.names.resize(static_cast<std::size_t>(count));
    first.values.resize(static_cast<std::size_t>(count));
    json.values[i] = first;
    insert_member(random, json, i + 1 + random.below(json.values.size() - i), json.names[i].value, second);
}

/// "a.b" becomes "b" in "a".
void part_names(Random& random, Json& json, std::size_t i) {
    const auto name = json.names[i].value;
    const auto dot = name.find('.');
    auto inner = object_json(name.substr(dot + 1), json.values[i]);
    json.names[i] = {name.substr(0, dot), spelled_text(random, name.substr(0, dot))};
    json.values[i] = std::move(inner);
}

bool is_path(const Json& json, std::size_t i) {
    const auto& inner = json.values[i];
    return inner.kind == Kind::Object && json.names[i].value != "$or" && !inner.values.empty() &&
           inner.names.front().value != "$or";
}

void respell_member(Random& random, Json& json, std::size_t i) {
    if (is_path(json, i) && json.values[i].values.size() == 1 && random.chance(25))
        join_names(random, json, i);
    else if (is_path(json, i) && json.values[i].values.size() > 1 && random.chance(8))
        split_object(random, json, i);
    else if (json.names[i].value.contains('.') && !json.names[i].value.contains('$') && random.chance(15))
        part_names(random, json, i);
}

}  // namespace

Json text_json(Random& random, const std::string& text) {
    return Json{Kind::String, {text, spelled_text(random, text)}};
}

Json number_json(const std::string& number) { return oracle::number_json(number); }

Json object_json(const std::string& name, Json value) {
    Json object{Kind::Object};
    object.names.push_back(oracle::string_json(name).text);
    object.values.push_back(std::move(value));
    return object;
}

Json array_json(std::vector<Json> values) {
    Json array{Kind::Array};
    array.values = std::move(values);
    return array;
}

void add_member(Random& random, Json& object, const std::string& name, Json value) {
    insert_member(random, object, object.values.size(), name, std::move(value));
}

void insert_member(Random& random, Json& object, std::size_t at, const std::string& name, Json value) {
    const auto offset = static_cast<std::ptrdiff_t>(at);
    object.names.insert(object.names.begin() + offset, {name, spelled_text(random, name)});
    object.values.insert(object.values.begin() + offset, std::move(value));
}

std::string any_name(Random& random) {
    if (random.chance(80))
        return random.pick({"a", "b", "c", "detail", "source"});
    return random.pick({"",
                        ".",
                        "a.b",
                        "b.c",
                        "a.b.c",
                        "a-b",
                        "A",
                        "aa",
                        "ab",
                        "$or",
                        "prefix",
                        "fourteen bytes",
                        "sixteen bytes it",
                        "names of twenty-two by",
                        "names of 23 bytes, more",
                        "=",
                        "k\"q",
                        "k\\q",
                        "é",
                        "é",
                        "ключ",
                        "😀",
                        "\uffee",
                        "a b",
                        std::string(1, '\0'),
                        std::string(60, 'n')});
}

Json any_scalar(Random& random) {
    switch (random.below(10)) {
        case 0:
            return literal_json(random);
        case 1:
        case 2:
        case 3:
            return number_json(any_number(random));
        default:
            return text_json(random, any_text(random));
    }
}

Json near_scalar(Random& random, const Json& scalar) {
    const auto kind = random.below(10);
    if (kind == 0)
        return any_scalar(random);
    if (kind == 1 && scalar.kind == Kind::Number)
        return text_json(random, scalar.text.value);
    if (scalar.kind == Kind::Number)
        return number_json(near_number(random, scalar.text.value));
    if (scalar.kind != Kind::String)
        return kind == 1 ? text_json(random, oracle::write_json(scalar)) : literal_json(random);
    if (scalar.text.value.find_first_of(".:") != std::string::npos && random.chance(50))
        return text_json(random, near_address(random, scalar.text.value));
    return text_json(random, near_text(random, scalar.text.value));
}

void respell_paths(Random& random, Json& json, Tree tree) {
    for (std::size_t i = 0; i < json.values.size(); ++i) {
        const bool is_object = json.kind == Kind::Object;
        const bool is_leaf = tree == Tree::Pattern && is_object && json.values[i].kind == Kind::Array;
        if (!is_leaf || json.names[i].value == "$or")
            respell_paths(random, json.values[i], tree);
        if (is_object)
            respell_member(random, json, i);
    }
}

std::string written(Random& random, const Json& json) {
    if (json.is_scalar() || random.chance(90))
        return write_json(json);
    const auto space = [&random] { return random.pick({"", " ", "\n", "\t\r "}); };
    const bool is_array = json.kind == Kind::Array;
    std::string text = is_array ? "[" : "{";
    for (std::size_t i = 0; i < json.values.size(); ++i) {
        text += i > 0 ? "," + space() : space();
        if (!is_array)
            text += json.names[i].source + space() + ":";
        text += space() + written(random, json.values[i]) + space();
    }
    return text + (is_array ? "]" : "}");
}

std::string damaged(Random& random, std::string text) {
    const auto at = random.below(text.size());
    switch (random.below(4)) {
        case 0:
            text.erase(at, 1);
            break;
        case 1:
            text.insert(at, 1, text[at]);
            break;
        case 2:
            text.resize(at);
            break;
        default:
            text[at] = "{}[],:\"\\1e.-a\n\xff"[random.below(15)];
            break;
    }
    return text;
}

}  // namespace rialto::property
