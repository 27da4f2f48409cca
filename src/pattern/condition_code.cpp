#include "pattern/condition_code.hpp"

#include <algorithm>
#include <cstring>
#include <functional>
#include <type_traits>

#include "pattern/condition_op.hpp"
#include "pattern/folding.hpp"
#include "pattern/hash.hpp"

namespace rialto::pattern {
namespace {

/// From so many on, the texts of a list are found by their hash.
constexpr std::size_t kManyTexts = 8;

class Writer {
public:
    explicit Writer(std::string& code) : code_{code} {}

    template <class T>
        requires std::is_trivially_copyable_v<T>
    void put(const T& value) {
        code_.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    void put_text(std::string_view text) {
        put(static_cast<std::uint32_t>(text.size()));
        code_ += text;
    }
    void put_list(const std::vector<Predicate>& tests);

    void put_test(const ExactText& test) {
        put(Op::Text);
        put_text(test.text);
    }
    void put_test(const ExactConstant& test) {
        put(Op::Constant);
        put(test.kind);
    }
    void put_test(const ExactNumber& test) {
        if (test.number.comparable) {
            put(Op::Number);
            put(test.number.value);
        } else if (is_integer(test.text)) {
            put(Op::Digits);
            put_text(test.text);
        }
    }
    void put_test(const ExactAddress& test) {
        put(Op::Address);
        put(test.address);
    }
    void put_test(const Prefix& test) {
        put(Op::Prefix);
        put_text(test.text);
    }
    void put_test(const Suffix& test) {
        put(Op::Suffix);
        put_text(test.text);
    }
    void put_test(const IgnoreCase& test) {
        const auto place = static_cast<std::uint8_t>(test.place);
        if (is_ascii(test.text)) {
            put(static_cast<Op>(static_cast<std::uint8_t>(Op::FoldedWhole) + place));
            std::string lower = test.text;
            std::ranges::transform(lower, lower.begin(), ascii_lower);
            put_text(lower);
            return;
        }
        put(static_cast<Op>(static_cast<std::uint8_t>(Op::FormsWhole) + place));
        auto forms = case_forms(test.text);
        if (test.place == IgnoreCase::Place::End)
            std::ranges::reverse(forms);  // the order in which they are looked at
        put(static_cast<std::uint32_t>(forms.size()));
        for (const auto& [lower, upper] : forms) {
            put_text(lower);
            put_text(upper);
        }
    }
    void put_test(const WildcardText& test) {
        put(Op::Wildcard);
        put(static_cast<std::uint32_t>(test.wildcard.pieces().size()));
        for (const auto& piece : test.wildcard.pieces())
            put_text(piece);
    }
    void put_test(const NumericRange& test) {
        put(Op::Range);
        put(test.bottom);
        put(test.top);
        put(static_cast<std::uint8_t>((test.open_bottom ? 1 : 0) | (test.open_top ? 2 : 0)));
    }
    void put_test(const InBlock& test) {
        put(Op::Block);
        put(test.block);
    }
    void put_test(const Exists&) { put(Op::Any); }
    void put_test(const Absent&) {}
    void put_test(const AnythingBut& test) {
        put(Op::AnythingBut);
        const auto size_at = code_.size();
        put(std::uint32_t{0});
        put_list(*test.excluded);
        const auto size = static_cast<std::uint32_t>(code_.size() - size_at - sizeof(std::uint32_t));
        std::memcpy(code_.data() + size_at, &size, sizeof size);
    }

private:
    void put_texts(std::vector<std::string_view> texts);

    std::string& code_;
};

/// Their hashes in order, where each text ends, and the texts.
void Writer::put_texts(std::vector<std::string_view> texts) {
    std::ranges::sort(texts, std::less<>{},
                      [](std::string_view text) { return static_cast<std::uint32_t>(hash(text)); });
    put(Op::Texts);
    put(static_cast<std::uint32_t>(texts.size()));
    for (const auto text : texts)
        put(static_cast<std::uint32_t>(hash(text)));
    std::uint32_t end = 0;
    for (const auto text : texts)
        put(end += static_cast<std::uint32_t>(text.size()));
    for (const auto text : texts)
        code_ += text;
}

void Writer::put_list(const std::vector<Predicate>& tests) {
    std::vector<std::string_view> texts;
    for (const auto& test : tests)
        if (const auto* text = std::get_if<ExactText>(&test.test))
            texts.push_back(text->text);
    const bool are_many = texts.size() >= kManyTexts;
    if (are_many)
        put_texts(std::move(texts));
    for (const auto& test : tests)
        if (!are_many || !std::holds_alternative<ExactText>(test.test))
            std::visit([this](const auto& kind) { put_test(kind); }, test.test);
    put(Op::End);
}

}  // namespace

void encode(const Condition& condition, std::string& code) { Writer{code}.put_list(condition.tests); }

}  // namespace rialto::pattern
