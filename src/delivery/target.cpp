#include "rialto/delivery/target.hpp"

#include <utility>

namespace rialto::delivery {

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
