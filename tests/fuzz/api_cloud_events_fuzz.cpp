// A request with CloudEvents: headers, an empty line, a body. What is taken is fit for a bus, in either shape; what is
// not has a status and a reason.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "api/rest/cloud_events.hpp"
#include "rialto/base/utf8.hpp"
#include "rialto/json/value.hpp"

using namespace rialto;

namespace {

void require(bool claim) {
    if (!claim)
        std::abort();
}

http::Request request_of(std::string_view text) {
    http::Request request;
    for (;;) {
        const auto end = text.find('\n');
        const auto line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        const auto colon = line.find(':');
        if (colon == std::string_view::npos)
            break;
        request.headers.add(std::string{line.substr(0, colon)}, std::string{line.substr(colon + 1)});
    }
    request.body = text;
    return request;
}

void check(const api::CloudEntry& entry) {
    require(!entry.id.empty() && !entry.source.empty() && !entry.detail_type.empty());
    require(is_utf8(entry.source) && is_utf8(entry.detail_type) && entry.resources.size() <= 1);
    const auto detail = json::parse(entry.detail, {.depth = 1000});
    require(detail && detail->as_object());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto request = request_of({reinterpret_cast<const char*>(data), size});
    for (const auto shape : {api::DetailShape::Plain, api::DetailShape::Whole}) {
        const auto entries =
            api::read_cloud_events(request, {.shape = shape, .max_events = 5, .max_event_bytes = 2000});
        if (entries) {
            for (const auto& entry : *entries)
                check(entry);
        } else {
            const int status = entries.error().status;
            require((status == 400 || status == 413 || status == 415) && is_utf8(entries.error().message));
        }
    }
    return 0;
}
