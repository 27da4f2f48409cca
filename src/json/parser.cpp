#include <map>

#include "json/scanner.hpp"
#include "rialto/base/utf8.hpp"
#include "rialto/json/value.hpp"

namespace rialto::json {
namespace {

/// Finds a name among the members of an object that is being read. Beyond a handful it keeps an ordered index: a
/// hostile object costs n log n, and no choice of names makes it worse, as it would a hash table.
class Names {
public:
    std::optional<std::size_t> find(const std::vector<Member>& members, const std::string& name) {
        if (members.size() <= kFew)
            return scan(members, name);
        for (; indexed_ < members.size(); ++indexed_)
            index_.emplace(members[indexed_].first, indexed_);
        const auto found = index_.find(name);
        return found == index_.end() ? std::nullopt : std::optional{found->second};
    }

private:
    static constexpr std::size_t kFew = 16;

    static std::optional<std::size_t> scan(const std::vector<Member>& members, const std::string& name) {
        for (std::size_t i = 0; i < members.size(); ++i)
            if (members[i].first == name)
                return i;
        return std::nullopt;
    }

    std::map<std::string, std::size_t> index_;
    std::size_t indexed_ = 0;
};

/// An array or object of which the end has not been read.
struct Container {
    explicit Container(char opening) : is_object{opening == '{'} {}

    char closing() const { return is_object ? '}' : ']'; }

    Value finish() {
        if (is_object)
            return Object{std::move(members)};
        return std::move(elements);
    }

    bool is_object;
    Array elements;
    std::vector<Member> members;
    Names names;
    std::string name;                     // of the member that is being read
    std::optional<std::size_t> replaced;  // the earlier member of that name
};

/// The open containers are an explicit stack, so that depth costs heap and not stack.
class Parser {
public:
    Parser(std::string_view text, const ParseLimits& limits)
        : scanner_{text, limits.reject_half_pairs}, limits_{limits} {}

    Result<Value> parse() {
        while (!done_) {
            scanner_.skip_space();
            const char c = scanner_.peek();
            Status step = c == '{' || c == '[' ? open(c) : scalar(c);
            if (!step)
                return std::move(step).error();
        }
        return std::move(root_);
    }

private:
    Status open(char opening) {
        if (open_.size() == limits_.depth)
            return scanner_.error(scanner_.at(), "nested deeper than " + std::to_string(limits_.depth) + " levels");
        scanner_.take(opening);
        open_.emplace_back(opening);
        scanner_.skip_space();
        if (scanner_.take(open_.back().closing()))
            return close();
        return open_.back().is_object ? name() : Status{};
    }

    Status scalar(char c) {
        switch (c) {
            case '"':
                return put_token(scanner_.string());
            case 't':
                return put_word("true", true);
            case 'f':
                return put_word("false", false);
            case 'n':
                return put_word("null", nullptr);
            default:
                if (c == '-' || (c >= '0' && c <= '9'))
                    return put_token(scanner_.number());
                return scanner_.error("expected a value");
        }
    }

    template <class Token>
    Status put_token(Result<Token> token) {
        if (!token)
            return std::move(token).error();
        return put(std::move(*token));
    }

    Status put_word(std::string_view word, Value value) {
        if (Status read = scanner_.word(word); !read)
            return read;
        return put(std::move(value));
    }

    /// Adds a complete value to what surrounds it, and reads on to where the next value begins.
    Status put(Value value) {
        while (!open_.empty()) {
            auto& inner = open_.back();
            add(inner, std::move(value));
            scanner_.skip_space();
            if (scanner_.take(','))
                return inner.is_object ? name() : Status{};
            if (!scanner_.take(inner.closing()))
                return scanner_.error(inner.is_object ? "expected ',' or '}'" : "expected ',' or ']'");
            value = inner.finish();
            open_.pop_back();
        }
        scanner_.skip_space();
        if (!scanner_.at_end())
            return scanner_.error("expected nothing after the value");
        root_ = std::move(value);
        done_ = true;
        return {};
    }

    Status close() {
        Value value = open_.back().finish();
        open_.pop_back();
        return put(std::move(value));
    }

    static void add(Container& container, Value&& value) {
        if (!container.is_object)
            container.elements.push_back(std::move(value));
        else if (container.replaced)
            container.members[*container.replaced].second = std::move(value);
        else
            container.members.emplace_back(std::move(container.name), std::move(value));
    }

    Status name() {
        scanner_.skip_space();
        const auto start = scanner_.at();
        if (scanner_.peek() != '"')
            return scanner_.error("expected a name in double quotes");
        auto name = scanner_.string();
        if (!name)
            return std::move(name).error();

        auto& object = open_.back();
        object.replaced = object.names.find(object.members, *name);
        if (object.replaced && limits_.reject_duplicate_keys)
            return scanner_.error(start, "duplicate key " + brief(*name) + " in " + path());
        object.name = std::move(*name);
        scanner_.skip_space();
        return scanner_.take(':') ? Status{} : Status{scanner_.error("expected ':'")};
    }

    /// Where the innermost container stands, as `$.detail.items[3]`.
    std::string path() const {
        std::string text = "$";
        for (std::size_t i = 0; i + 1 < open_.size(); ++i) {
            const auto& outer = open_[i];
            text += outer.is_object ? "." + std::string{utf8_prefix(outer.name, kBrief)}
                                    : "[" + std::to_string(outer.elements.size()) + "]";
        }
        return text;
    }

    static std::string brief(std::string_view name) { return quote(utf8_prefix(name, kBrief)); }

    static constexpr std::size_t kBrief = 64;

    Scanner scanner_;
    const ParseLimits& limits_;
    std::vector<Container> open_;
    Value root_;
    bool done_ = false;
};

}  // namespace

Result<Value> parse(std::string_view text, const ParseLimits& limits) { return Parser{text, limits}.parse(); }

}  // namespace rialto::json
