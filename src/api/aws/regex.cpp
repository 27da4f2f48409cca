#include "api/aws/regex.hpp"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <stdexcept>

namespace rialto::api::aws {
namespace {

constexpr std::uint32_t kMostSteps = 1'000'000;

template <auto Free>
struct Freer {
    void operator()(auto* object) const { Free(object); }
};
using CompileContext = std::unique_ptr<pcre2_compile_context, Freer<pcre2_compile_context_free>>;
using MatchContext = std::unique_ptr<pcre2_match_context, Freer<pcre2_match_context_free>>;
using MatchData = std::unique_ptr<pcre2_match_data, Freer<pcre2_match_data_free>>;

PCRE2_SPTR bytes(std::string_view text) { return reinterpret_cast<PCRE2_SPTR>(text.data()); }

}  // namespace

Regex::Regex(std::string expression) : text_{std::move(expression)} {
    const CompileContext context{pcre2_compile_context_create(nullptr)};
    pcre2_set_newline(context.get(), PCRE2_NEWLINE_ANY);  // what a dot does not match in Java either
    int error = 0;
    std::size_t at = 0;
    pcre2_code* code = pcre2_compile(bytes(text_), text_.size(), PCRE2_UTF | PCRE2_ANCHORED | PCRE2_ENDANCHORED, &error,
                                     &at, context.get());
    if (code == nullptr)
        throw std::invalid_argument{"not a regular expression: " + text_};
    code_ = std::shared_ptr<pcre2_code>{code, pcre2_code_free};
}

bool Regex::matches(std::string_view value) const {
    const auto* code = static_cast<const pcre2_code*>(code_.get());
    const MatchData data{pcre2_match_data_create(1, nullptr)};
    const MatchContext context{pcre2_match_context_create(nullptr)};
    pcre2_set_match_limit(context.get(), kMostSteps);
    return pcre2_match(code, bytes(value), value.size(), 0, PCRE2_NO_UTF_CHECK, data.get(), context.get()) >= 0;
}

}  // namespace rialto::api::aws
