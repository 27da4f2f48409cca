// The body of an AWS request: what is taken is of its shape and keeps it when read again; what is not has its reason.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "api/aws/constraints.hpp"
#include "api/aws/deserialize.hpp"
#include "rialto/base/utf8.hpp"
#include "tests/support/aws_shape.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace rialto;
    using namespace rialto::api::aws;
    static const Shape shape = sample_shape();
    const auto input = deserialize({reinterpret_cast<const char*>(data), size}, shape);
    if (!input)
        return input.error().exception == Exception::Serialization ? 0 : (std::abort(), 1);
    const auto written = json::write(*input);
    const auto again = deserialize(written, shape);
    const auto kept = check_constraints(*input, shape);
    if (!again || json::write(*again) != written || (!kept && !is_utf8(kept.error().message)))
        std::abort();
    return 0;
}
