#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace rialto {

enum class Errc {
    InvalidArgument,  ///< The caller's input is wrong; trying again is useless.
    NotFound,
    AlreadyExists,
    Conflict,       ///< A precondition of the caller's does not hold (any more).
    LimitExceeded,  ///< A bound of ours is reached.
    Unavailable,    ///< Cannot be done now; trying again later may help.
    TimedOut,
    Cancelled,
    Rejected,  ///< A peer refused for good; trying again is useless.
    Corrupt,   ///< Stored data is not what we wrote.
    Internal,
};

/// Why an operation failed. `message` is for people; programs branch on `code` only.
struct [[nodiscard]] Error {
    Error(Errc c, std::string m) : code{c}, message{std::move(m)} {}

    /// The same error with `where: ` put in front of the message, for the caller to add what only it knows.
    Error within(std::string_view where) && {
        message.insert(0, std::string{where} + ": ");
        return std::move(*this);
    }

    Errc code;
    std::string message;
};

/// A value or the Error that prevented it. An Error converts implicitly, so `return Error{...}` works.
template <class T>
class [[nodiscard]] Result : public std::expected<T, Error> {
    using Base = std::expected<T, Error>;

public:
    using Base::Base;
    Result(Error error) : Base{std::unexpect, std::move(error)} {}  // NOLINT(google-explicit-constructor)
};

/// Success, or the Error that prevented it. `return {};` is success.
using Status = Result<void>;

}  // namespace rialto
