#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "rialto/async/task.hpp"
#include "rialto/base/clock.hpp"
#include "rialto/base/metrics.hpp"
#include "rialto/http/client.hpp"
#include "rialto/targets/destination_directory.hpp"
#include "targets/oauth_request.hpp"

namespace rialto::targets {

/// The OAuth tokens of connections, each fetched when it is first needed, when it expires within a minute, and when it
/// was dropped; once for all who wait for it. Thread-safe.
class OAuthTokens {
public:
    struct Token {
        Secret value;
        bool is_fresh = false;  ///< It was fetched while the caller waited.
    };

    /// All must outlive this. `timeout` is of one request for a token.
    OAuthTokens(http::Client& client, const Clock& clock, std::chrono::milliseconds timeout,
                metrics::Registry& metrics);
    ~OAuthTokens();

    /// The token of a connection, whose credentials are OAuth's.
    Task<Result<Token>> get(Connection connection);

    /// Makes the next get() fetch anew, unless another token has taken its place already.
    void drop(const Connection& connection, const Secret& token);

private:
    struct Entry;
    std::shared_ptr<Entry> entry_of(const Connection& connection);
    Task<Result<GrantedToken>> fetch(const Connection& connection);
    bool begins_fetch(Entry& entry);
    void end_fetch(Entry& entry);
    void keep(Entry& entry, const Result<GrantedToken>& granted);

    http::Client& client_;
    const Clock& clock_;
    const std::chrono::milliseconds timeout_;
    metrics::Counter& fetched_;
    metrics::Counter& failed_;
    std::mutex mutex_;  // guards what follows, and the entries
    std::map<std::string, std::shared_ptr<Entry>> entries_;
};

}  // namespace rialto::targets
