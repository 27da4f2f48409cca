#include <utility>

#include "http/transfer.hpp"
#include "rialto/http/client.hpp"

namespace rialto::http {

Result<Fetched> fetch(const std::string& url, std::chrono::milliseconds timeout, bool insecure) {
    ClientRequest request{.method = "GET", .url = url, .headers = {}, .body = {}, .timeout = timeout};
    const ClientOptions options{.connect_timeout = timeout,
                                .max_body = 1 << 20,
                                .ca_file = {},
                                .allow_local = true,
                                .transfers = 1,
                                .queue = 0};
    auto transfer = Transfer::prepare(std::move(request), options);
    if (!transfer)
        return std::move(transfer).error();
    if (insecure)
        (*transfer)->trust_any_certificate();
    auto response = (*transfer)->outcome(curl_easy_perform((*transfer)->easy()));
    if (!response)
        return std::move(response).error();
    if (response->is_cut)
        return Error{Errc::LimitExceeded, (*transfer)->origin() + " answers with more than 1 MiB"};
    return Fetched{response->status, std::move(response->body)};
}

}  // namespace rialto::http
