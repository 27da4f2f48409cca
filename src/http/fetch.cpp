#include <utility>

#include "http/transfer.hpp"
#include "rialto/http/client.hpp"

namespace rialto::http {
namespace {

Result<ClientResponse> exchange_within(ClientRequest request, std::size_t max_body, std::string_view bound,
                                       bool insecure) {
    const ClientOptions options{.connect_timeout = request.timeout,
                                .max_body = max_body,
                                .ca_file = {},
                                .allow_local = true,
                                .transfers = 1,
                                .queue = 0};
    Handles handles{0};
    auto transfer = Transfer::prepare(std::move(request), options, handles);
    if (!transfer)
        return std::move(transfer).error();
    if (insecure)
        (*transfer)->trust_any_certificate();
    auto response = (*transfer)->outcome(curl_easy_perform((*transfer)->easy()));
    if (response && response->is_cut)
        return Error{Errc::LimitExceeded, (*transfer)->origin() + " answers with more than " + std::string{bound}};
    return response;
}

}  // namespace

Result<ClientResponse> exchange(ClientRequest request, bool insecure) {
    return exchange_within(std::move(request), std::size_t{64} << 20U, "64 MiB", insecure);
}

Result<Fetched> fetch(const std::string& url, std::chrono::milliseconds timeout, bool insecure) {
    auto response = exchange_within({.method = "GET", .url = url, .headers = {}, .body = {}, .timeout = timeout},
                                    1 << 20, "1 MiB", insecure);
    if (!response)
        return std::move(response).error();
    return Fetched{response->status, std::move(response->body)};
}

}  // namespace rialto::http
