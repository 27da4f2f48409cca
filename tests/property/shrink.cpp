#include "tests/property/shrink.hpp"

#include <algorithm>

#include "tests/property/trees.hpp"

namespace rialto::property {
namespace {

using Kind = Json::Kind;

/// `json` with one thing less, for each thing that it could be.
std::vector<Json> smaller(const Json& json);

void add_without_member(const Json& json, std::vector<Json>& all) {
    for (std::size_t i = 0; i < json.values.size(); ++i) {
        auto less = json;
        less.values.erase(less.values.begin() + static_cast<std::ptrdiff_t>(i));
        if (json.kind == Kind::Object)
            less.names.erase(less.names.begin() + static_cast<std::ptrdiff_t>(i));
        all.push_back(std::move(less));
    }
}

/// A value in the place of what holds it.
void add_contents(const Json& json, std::vector<Json>& all) {
    for (const auto& value : json.values)
        all.push_back(value);
}

void add_with_smaller_member(const Json& json, std::vector<Json>& all) {
    for (std::size_t i = 0; i < json.values.size(); ++i) {
        for (auto& value : smaller(json.values[i])) {
            auto less = json;
            less.values[i] = std::move(value);
            all.push_back(std::move(less));
        }
    }
}

void add_shorter(const std::string& text, std::vector<std::string>& all) {
    for (auto length = text.size() / 2; length > 0; length /= 2) {
        for (std::size_t at = 0; at + length <= text.size(); at += length)
            all.push_back(text.substr(0, at) + text.substr(at + length));
    }
}

/// First in its plain spelling, then shorter.
void add_simpler_scalar(const Json& json, std::vector<Json>& all) {
    if (json.kind == Kind::String) {
        const auto plain = oracle::string_json(json.text.value);
        if (plain.text.source != json.text.source)
            all.push_back(plain);
    }
    std::vector<std::string> sources;
    add_shorter(json.text.source, sources);
    for (const auto& source : sources) {
        auto shorter = oracle::parse_json(source, oracle::Rest::Refused);
        if (shorter && shorter->kind == json.kind)
            all.push_back(*std::move(shorter));
    }
}

void add_with_simpler_name(const Json& json, std::vector<Json>& all) {
    for (std::size_t i = 0; i < json.names.size(); ++i) {
        std::vector<Json> names;
        add_simpler_scalar(Json{Kind::String, json.names[i]}, names);
        for (const auto& name : names) {
            auto less = json;
            less.names[i] = name.text;
            all.push_back(std::move(less));
        }
    }
}

std::vector<Json> smaller(const Json& json) {
    std::vector<Json> all;
    add_without_member(json, all);
    add_contents(json, all);
    add_with_smaller_member(json, all);
    add_with_simpler_name(json, all);
    if (json.kind == Kind::String || json.kind == Kind::Number)
        add_simpler_scalar(json, all);
    return all;
}

/// As JSON, or by the character if it is none.
std::vector<std::string> smaller(const std::string& text) {
    std::vector<std::string> all;
    const auto json = oracle::parse_json(text, oracle::Rest::Refused);
    if (!json) {
        add_shorter(text, all);
        return all;
    }
    if (const auto plain = write_json(*json); plain != text)
        all.push_back(plain);
    for (const auto& less : smaller(*json))
        all.push_back(write_json(less));
    return all;
}

class Shrinker {
public:
    Shrinker(Script script, const std::function<bool(const Script&)>& fails)
        : script_{std::move(script)}, fails_{fails} {}

    Script shrink() {
        for (bool again = true; again;) {
            again = drop_steps();
            for (std::size_t i = 0; i < script_.size(); ++i)
                again = simplify(i) || again;
        }
        return std::move(script_);
    }

private:
    bool keep_if_it_fails(Script script) {
        if (!fails_(script))
            return false;
        script_ = std::move(script);
        return true;
    }

    bool drop_steps() {
        bool dropped = false;
        for (auto count = script_.size(); count > 0; count /= 2) {
            for (std::size_t at = 0; at < script_.size();) {
                auto less = script_;
                const auto end = std::min(at + count, less.size());
                less.erase(less.begin() + static_cast<std::ptrdiff_t>(at),
                           less.begin() + static_cast<std::ptrdiff_t>(end));
                if (keep_if_it_fails(std::move(less)))
                    dropped = true;
                else
                    at += count;
            }
        }
        return dropped;
    }

    bool simplify(std::size_t step) {
        bool simplified = false;
        for (bool again = true; again;) {
            const auto texts = smaller(script_[step].text);
            again = std::ranges::any_of(texts, [&](const std::string& text) {
                auto simpler = script_;
                simpler[step].text = text;
                return keep_if_it_fails(std::move(simpler));
            });
            simplified = simplified || again;
        }
        return simplified;
    }

    Script script_;
    const std::function<bool(const Script&)>& fails_;
};

}  // namespace

Script shrunk(Script script, const std::function<bool(const Script&)>& fails) {
    return Shrinker{std::move(script), fails}.shrink();
}

}  // namespace rialto::property
