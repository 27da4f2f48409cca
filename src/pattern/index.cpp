#include "pattern/index.hpp"

#include <algorithm>
#include <bit>
#include <functional>
#include <optional>
#include <string_view>

namespace rialto::pattern {
namespace {

constexpr std::uint64_t kAlways = 0;

enum class Form : std::uint64_t { Present = 1, Text, Address, Number, Digits, Constant };

std::uint64_t mix(std::uint64_t x) {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31);
}

std::uint64_t key(PathId path, Form form, std::uint64_t value) {
    return mix(value + mix((std::uint64_t{path} << 4) + static_cast<std::uint64_t>(form)));
}
std::uint64_t key(PathId path, Form form, std::string_view value) {
    return key(path, form, std::uint64_t{std::hash<std::string_view>{}(value)});
}

std::uint64_t text_key(PathId path, std::string_view text) { return key(path, Form::Text, text); }

std::uint64_t address_key(PathId path, const Address& address) {
    const std::string_view bytes{reinterpret_cast<const char*>(address.bytes.data()), address.bytes.size()};
    return key(path, Form::Address, bytes) + (address.is_v6 ? 1 : 0);
}

std::uint64_t number_key(PathId path, const Number& number, std::string_view text) {
    if (!number.comparable)
        return key(path, Form::Digits, text);
    return key(path, Form::Number, std::bit_cast<std::uint64_t>(number.value + 0.0));  // -0 becomes 0
}

std::uint64_t constant_key(PathId path, Kind kind) {
    return key(path, Form::Constant, static_cast<std::uint64_t>(kind));
}

std::uint64_t present_key(PathId path) { return key(path, Form::Present, 0); }

std::optional<std::uint64_t> exact_key(PathId path, const Predicate& test) {
    if (const auto* text = std::get_if<ExactText>(&test.test))
        return text_key(path, text->text);
    if (const auto* address = std::get_if<ExactAddress>(&test.test))
        return address_key(path, address->address);
    if (const auto* number = std::get_if<ExactNumber>(&test.test))
        return number_key(path, number->number, number->text);
    if (const auto* constant = std::get_if<ExactConstant>(&test.test))
        return constant_key(path, constant->kind);
    return std::nullopt;
}

/// A key for each value that the condition lists; nothing if it lists anything else.
std::optional<Index::Keys> exact_keys(const PlacedCondition& placed) {
    Index::Keys keys;
    if (placed.condition->may_be_absent)
        return std::nullopt;
    for (const auto& test : placed.condition->tests) {
        const auto exact = exact_key(placed.path, test);
        if (!exact)
            return std::nullopt;
        keys.push_back(*exact);
    }
    std::ranges::sort(keys);
    keys.erase(std::ranges::unique(keys).begin(), keys.end());
    return keys;
}

}  // namespace

Index::Keys Index::add(Slot slot, const std::vector<PlacedCondition>& conditions) {
    auto keys = choose(conditions);
    for (const auto key : keys)
        filed_[key].push_back(slot);
    return keys;
}

void Index::remove(Slot slot, const Keys& keys) {
    for (const auto key : keys) {
        const auto filed = filed_.find(key);
        std::erase(filed->second, slot);
        if (filed->second.empty())
            filed_.erase(filed);
    }
}

Index::Keys Index::choose(const std::vector<PlacedCondition>& conditions) const {
    std::optional<Keys> best;
    Keys present{kAlways};
    for (const auto& placed : conditions) {
        auto keys = exact_keys(placed);
        if (keys && (!best || crowd(*keys) < crowd(*best)))
            best = std::move(keys);
        if (placed.condition->may_be_absent)
            continue;
        Keys here{present_key(placed.path)};
        if (present.front() == kAlways || crowd(here) < crowd(present))
            present = std::move(here);
    }
    return best ? std::move(*best) : present;
}

std::size_t Index::crowd(const Keys& keys) const {
    std::size_t most = 0;
    for (const auto key : keys) {
        const auto filed = filed_.find(key);
        most = std::max(most, filed == filed_.end() ? 0 : filed->second.size());
    }
    return most;
}

void Index::find(const Event& event, std::vector<Slot>& slots) const {
    probe(kAlways, slots);
    for (const PathId path : event.present())
        probe(present_key(path), slots);
    for (const auto& [path, element, value] : event.leaves()) {
        switch (value.kind) {
            case Kind::String:
                probe(text_key(path, value.text), slots);
                if (const auto address = parse_address(value.text))
                    probe(address_key(path, *address), slots);
                break;
            case Kind::Number:
                probe(number_key(path, value.number, value.text), slots);
                break;
            default:
                probe(constant_key(path, value.kind), slots);
        }
    }
}

void Index::probe(std::uint64_t key, std::vector<Slot>& slots) const {
    if (const auto filed = filed_.find(key); filed != filed_.end())
        slots.insert(slots.end(), filed->second.begin(), filed->second.end());
}

}  // namespace rialto::pattern
