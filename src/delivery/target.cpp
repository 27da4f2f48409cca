#include "rialto/delivery/target.hpp"

#include <algorithm>
#include <utility>

#include "rialto/base/utf8.hpp"

namespace rialto::delivery {
namespace {

constexpr std::size_t kExcerpt = 256;

}  // namespace

Task<std::vector<Outcome>> SingleTarget::deliver_all(const std::vector<Attempt>& attempts) {
    std::vector<Outcome> outcomes;
    for (const Attempt& attempt : attempts)
        outcomes.push_back(co_await deliver(attempt));
    co_return outcomes;
}

bool Target::reads_event(const model::TargetKind& /*kind*/) const { return true; }

std::string excerpt_of(std::string_view answer) {
    std::string text{answer.substr(0, kExcerpt)};
    // Of what is no text, or was cut in a character, the rest is shown as far as it is ASCII.
    if (!is_utf8(text))
        std::ranges::replace_if(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '?');
    return text;
}

Failed failed(Error error) {
    switch (error.code) {
        case Errc::TimedOut:
            return {.error = std::move(error), .code = "TIMEOUT"};
        case Errc::Unavailable:
        case Errc::LimitExceeded:
        case Errc::Conflict:
        case Errc::Cancelled:
        case Errc::Internal:
            return {.error = std::move(error)};
        case Errc::InvalidArgument:
        case Errc::Corrupt:
            return {.error = std::move(error), .code = "INVALID_PARAMETER", .final = true};
        case Errc::NotFound:
            return {.error = std::move(error), .code = "NO_RESOURCE", .final = true};
        case Errc::AlreadyExists:
        case Errc::Rejected:
            return {.error = std::move(error), .final = true};
    }
    return {.error = std::move(error)};
}

}  // namespace rialto::delivery
