#include "targets/oauth_tokens.hpp"

#include <optional>
#include <utility>

#include "rialto/async/signal.hpp"

namespace rialto::targets {
namespace {

constexpr Duration kRenewBefore{60s};
constexpr std::size_t kMaxEntries = 4096;

metrics::Counter& counter(metrics::Registry& metrics, const char* result) {
    return metrics.counter("rialto_oauth_token_requests_total", "Requests for OAuth tokens of connections by result",
                           {{"result", result}});
}

}  // namespace

struct OAuthTokens::Entry {
    bool is_usable(TimePoint now) const { return !token.empty() && (!expires || now + kRenewBefore < *expires); }

    std::string version;
    Secret token;
    std::optional<TimePoint> expires;
    bool is_fetching = false;
    std::optional<Result<GrantedToken>> last;  ///< What came of the fetch that ended last.
    Signal fetched;
};

OAuthTokens::OAuthTokens(http::Client& client, const Clock& clock, std::chrono::milliseconds timeout,
                         metrics::Registry& metrics)
    : client_{client},
      clock_{clock},
      timeout_{timeout},
      fetched_{counter(metrics, "fetched")},
      failed_{counter(metrics, "failed")} {}

OAuthTokens::~OAuthTokens() = default;

std::shared_ptr<OAuthTokens::Entry> OAuthTokens::entry_of(const Connection& connection) {
    const std::lock_guard lock{mutex_};
    if (entries_.size() >= kMaxEntries && !entries_.contains(connection.arn))
        entries_.clear();  // those of connections that are gone, above all; the rest fetch anew
    auto& entry = entries_[connection.arn];
    if (!entry || entry->version != connection.version) {
        entry = std::make_shared<Entry>();
        entry->version = connection.version;
    }
    return entry;
}

Task<Result<OAuthTokens::Token>> OAuthTokens::get(Connection connection) {
    // Whatever ends the fetch, the next in line may begin one.
    struct Fetching {
        ~Fetching() { tokens.end_fetch(entry); }
        OAuthTokens& tokens;
        Entry& entry;
    };

    const auto entry = entry_of(connection);
    while (true) {
        const auto seen = entry->fetched.version();
        {
            const std::lock_guard lock{mutex_};
            if (entry->is_usable(clock_.now()))
                co_return Token{.value = entry->token};
        }
        if (begins_fetch(*entry))
            break;
        const bool has_ended = co_await entry->fetched.wait(seen, std::chrono::steady_clock::time_point::max());
        if (!has_ended)
            co_return Error{Errc::Cancelled, "the wait for a token was cancelled"};
        const std::lock_guard lock{mutex_};
        if (entry->last && !*entry->last)
            co_return entry->last->error();
        if (entry->last)
            co_return Token{.value = (*entry->last)->value, .is_fresh = true};
    }

    const Fetching fetching{*this, *entry};
    const auto granted = co_await fetch(connection);
    const bool is_cancelled = !granted && granted.error().code == Errc::Cancelled;
    if (!is_cancelled)  // which concerns nobody else
        keep(*entry, granted);
    if (!granted)
        co_return granted.error();
    co_return Token{.value = granted->value, .is_fresh = true};
}

/// True if nobody is at it: the caller then is.
bool OAuthTokens::begins_fetch(Entry& entry) {
    const std::lock_guard lock{mutex_};
    if (entry.is_fetching)
        return false;
    entry.is_fetching = true;
    entry.last.reset();
    return true;
}

void OAuthTokens::end_fetch(Entry& entry) {
    {
        const std::lock_guard lock{mutex_};
        entry.is_fetching = false;
    }
    entry.fetched.notify();
}

void OAuthTokens::keep(Entry& entry, const Result<GrantedToken>& granted) {
    (granted ? fetched_ : failed_).add();
    const std::lock_guard lock{mutex_};
    entry.last = granted;
    if (!granted)
        return;
    entry.token = granted->value;
    entry.expires.reset();
    if (granted->lifetime)
        entry.expires = clock_.now() + *granted->lifetime;
}

Task<Result<GrantedToken>> OAuthTokens::fetch(const Connection& connection) {
    const std::string where = "the authorization endpoint of " + connection.arn;
    auto request = token_request(std::get<Connection::OAuth>(connection.credentials));
    if (!request)
        co_return std::move(request).error().within(where);
    request->timeout = timeout_;
    const auto response = co_await client_.send(std::move(*request));
    if (!response)
        co_return Error{response.error()}.within(where);
    auto granted = read_token(*response);
    if (!granted)
        co_return std::move(granted).error().within(where);
    co_return granted;
}

void OAuthTokens::drop(const Connection& connection, const Secret& token) {
    const std::lock_guard lock{mutex_};
    const auto found = entries_.find(connection.arn);
    if (found != entries_.end() && found->second->version == connection.version && found->second->token == token)
        found->second->token = {};
}

}  // namespace rialto::targets
