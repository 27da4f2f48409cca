#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "rialto/base/result.hpp"

namespace rialto::json {

class Value;
using Array = std::vector<Value>;
using Member = std::pair<std::string, Value>;

/// Members in the order in which they were written. Looking one up is linear: fine for what people write.
class Object {
public:
    Object();
    Object(std::initializer_list<Member> members);
    explicit Object(std::vector<Member> members);  ///< Whose names differ.
    Object(const Object&);
    Object(Object&&) noexcept;
    Object& operator=(const Object&);
    Object& operator=(Object&&) noexcept;
    ~Object();

    const Value* find(std::string_view name) const;
    Value* find(std::string_view name);
    /// Replaces the member of that name, or adds one at the end.
    void set(std::string name, Value value);
    void remove(std::string_view name);

    bool empty() const;
    std::size_t size() const;
    std::vector<Member>::const_iterator begin() const;
    std::vector<Member>::const_iterator end() const;
    std::vector<Member>::iterator begin();
    std::vector<Member>::iterator end();

private:
    std::vector<Member> members_;
};

/// A number by its JSON text, so that nothing is lost between reading and writing.
struct Number {
    std::string text;
};

/// Any JSON value. Copies are deep.
class Value {
public:
    Value() = default;  ///< null
    Value(std::nullptr_t) {}
    Value(bool value) : data_{value} {}
    Value(Number number) : data_{std::move(number)} {}
    Value(double number);
    template <class Integer>
        requires(std::is_integral_v<Integer> && !std::is_same_v<Integer, bool>)
    Value(Integer number) : data_{Number{std::to_string(number)}} {}
    Value(std::string text) : data_{std::move(text)} {}
    Value(std::string_view text) : data_{std::string{text}} {}
    Value(const char* text) : data_{std::string{text}} {}
    Value(Array array) : data_{std::move(array)} {}
    Value(Object object) : data_{std::move(object)} {}

    bool is_null() const { return std::holds_alternative<std::monostate>(data_); }
    /// The value as that type, or null pointer.
    const bool* as_bool() const { return std::get_if<bool>(&data_); }
    const Number* as_number() const { return std::get_if<Number>(&data_); }
    const std::string* as_string() const { return std::get_if<std::string>(&data_); }
    const Array* as_array() const { return std::get_if<Array>(&data_); }
    const Object* as_object() const { return std::get_if<Object>(&data_); }
    std::string* as_string() { return std::get_if<std::string>(&data_); }
    Array* as_array() { return std::get_if<Array>(&data_); }
    Object* as_object() { return std::get_if<Object>(&data_); }
    /// A number without a fraction or exponent that fits; nothing otherwise.
    std::optional<std::int64_t> as_int64() const;
    std::optional<double> as_double() const;

    /// The member of that name, if this is an object that has it.
    const Value* find(std::string_view name) const;

    /// "null", "boolean", "number", "string", "array" or "object".
    std::string_view type_name() const;

private:
    std::variant<std::monostate, bool, Number, std::string, Array, Object> data_;
};

inline bool Object::empty() const { return members_.empty(); }
inline std::size_t Object::size() const { return members_.size(); }
inline std::vector<Member>::const_iterator Object::begin() const { return members_.begin(); }
inline std::vector<Member>::const_iterator Object::end() const { return members_.end(); }
inline std::vector<Member>::iterator Object::begin() { return members_.begin(); }
inline std::vector<Member>::iterator Object::end() { return members_.end(); }

/// Equal as JSON: members in any order, numbers by text.
bool operator==(const Value& a, const Value& b);

struct ParseLimits {
    std::size_t depth = 100;            ///< Arrays and objects inside each other.
    bool reject_duplicate_keys = true;  ///< Otherwise the last one wins.
    bool reject_half_pairs = true;      ///< Of surrogates, escaped; otherwise each becomes a question mark.
};

/// Strict RFC 8259: the whole text, well-formed UTF-8, no NUL tricks. InvalidArgument names line and column (both from
/// 1) and what is wrong. Memory and time are linear in the text; the stack does not grow with its depth.
Result<Value> parse(std::string_view text, const ParseLimits& limits = {});

/// Compact, in the order of the members. Control characters are escaped; other characters stay UTF-8.
std::string write(const Value& value);

/// `text` as a JSON string, in quotes.
std::string quote(std::string_view text);

/// RFC 7396 (JSON merge patch).
void merge_patch(Value& target, const Value& patch);

}  // namespace rialto::json
