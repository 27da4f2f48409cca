#include "storage/sqlite/subscriptions.hpp"

#include "storage/sqlite/outbox.hpp"
#include "storage/sqlite/trim.hpp"

namespace rialto::storage::sqlite {
namespace {

using Added = SubscriptionStore::Added;

Subscription read_subscription(const Statement& row) {
    return {.id = row.text(0),
            .topic = row.text(1),
            .email = row.text(2),
            .confirmed = row.number(3) != 0,
            .token = row.text(4),
            .created_at = row.time(5),
            .confirmed_at = row.optional_time(6)};
}

template <class Value>
Result<Subscription> find(Connection& db, Sql sql, const Value& value) {
    Statement row = db.query(sql, value);
    if (!row.step())
        return Error{Errc::NotFound, "there is no such subscription"};
    return read_subscription(row);
}

Result<Subscription> find_by_token(Connection& db, const std::string& token) {
    return find(db,
                "SELECT id, topic, email, confirmed, token, created_at, confirmed_at FROM subscriptions "
                "WHERE token = ?",
                token);
}

std::optional<Subscription> find_by_address(Connection& db, const std::string& topic, const std::string& email) {
    Statement row = db.query(
        "SELECT id, topic, email, confirmed, token, created_at, confirmed_at FROM subscriptions "
        "WHERE topic = ? AND email = ? COLLATE NOCASE",
        topic, email);
    return row.step() ? std::optional{read_subscription(row)} : std::nullopt;
}

void insert(Connection& db, const Subscription& subscription) {
    db.run(
        "INSERT INTO subscriptions(id, topic, email, confirmed, token, created_at, confirmed_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        subscription.id, subscription.topic, subscription.email, subscription.confirmed, subscription.token,
        subscription.created_at, subscription.confirmed_at);
}

/// How many topics nobody has confirmed that this address wants.
std::int64_t pending_of(Connection& db, const std::string& email) {
    return db.number("SELECT count(*) FROM subscriptions WHERE email = ? COLLATE NOCASE AND confirmed = 0", email);
}

Result<Added> add_to(Connection& db, const Subscription& wanted, TimePoint resend_before, const Outbox& outbox) {
    auto known = find_by_address(db, wanted.topic, wanted.email);
    if (!known) {
        if (pending_of(db, wanted.email) >= SubscriptionStore::kMostPending)
            return Error{Errc::LimitExceeded,
                         "this address has too many subscriptions that wait to be confirmed: open a link that was "
                         "mailed to it first"};
        insert(db, wanted);
        append(db, outbox);
        return Added{.subscription = wanted, .fresh = true, .mailed = true};
    }
    if (known->confirmed || resend_before <= known->created_at)
        return Added{.subscription = std::move(*known), .fresh = false, .mailed = false};
    known->created_at = wanted.created_at;
    db.run("UPDATE subscriptions SET created_at = ? WHERE id = ?", known->created_at, known->id);
    append(db, outbox);
    return Added{.subscription = std::move(*known), .fresh = false, .mailed = true};
}

constexpr Sql kAll{
    "SELECT id, topic, email, confirmed, token, created_at, confirmed_at FROM subscriptions "
    "WHERE id > ?1 AND confirmed >= ?2 ORDER BY id LIMIT ?3"};
constexpr Sql kOfTopic{
    "SELECT id, topic, email, confirmed, token, created_at, confirmed_at FROM subscriptions "
    "WHERE id > ?1 AND confirmed >= ?2 AND topic = ?4 ORDER BY id LIMIT ?3"};

std::vector<Subscription> read_all(Statement&& rows) {
    std::vector<Subscription> found;
    while (rows.step())
        found.push_back(read_subscription(rows));
    return found;
}

}  // namespace

Task<Result<Added>> Subscriptions::add(Subscription subscription, TimePoint resend_before, Outbox outbox) {
    auto job = [subscription = std::move(subscription), resend_before, outbox = std::move(outbox)](
                   Connection& db) -> Result<Added> { return add_to(db, subscription, resend_before, outbox); };
    return writer_.write(std::move(job));
}

Task<Result<Subscription>> Subscriptions::get(std::string id) {
    auto job = [id = std::move(id)](Connection& db) {
        return find(db,
                    "SELECT id, topic, email, confirmed, token, created_at, confirmed_at FROM subscriptions "
                    "WHERE id = ?",
                    id);
    };
    return readers_.read(std::move(job));
}

Task<Result<Subscription>> Subscriptions::find_token(std::string token) {
    auto job = [token = std::move(token)](Connection& db) { return find_by_token(db, token); };
    return readers_.read(std::move(job));
}

Task<Result<Subscription>> Subscriptions::confirm(std::string token, TimePoint now) {
    auto job = [token = std::move(token), now](Connection& db) {
        db.run("UPDATE subscriptions SET confirmed = 1, confirmed_at = ? WHERE token = ? AND confirmed = 0", now,
               token);
        return find_by_token(db, token);
    };
    return writer_.write(std::move(job));
}

Task<Status> Subscriptions::remove(std::string id) {
    auto job = [id = std::move(id)](Connection& db) -> Status {
        db.run("DELETE FROM subscriptions WHERE id = ?", id);
        if (db.changes() == 0)
            return Error{Errc::NotFound, "there is no such subscription"};
        return {};
    };
    return writer_.write(std::move(job));
}

Task<Result<std::vector<Subscription>>> Subscriptions::list(std::optional<std::string> topic, bool only_confirmed,
                                                            std::string after, std::size_t limit) {
    auto job = [topic = std::move(topic), only_confirmed, after = std::move(after),
                limit](Connection& db) -> Result<std::vector<Subscription>> {
        return topic ? read_all(db.query(kOfTopic, after, only_confirmed, limit, *topic))
                     : read_all(db.query(kAll, after, only_confirmed, limit));
    };
    return readers_.read(std::move(job));
}

Task<Result<std::size_t>> Subscriptions::trim_pending(TimePoint time) {
    auto job = [time](Connection& db) -> Result<std::size_t> {
        db.run(
            "DELETE FROM subscriptions WHERE row IN (SELECT row FROM subscriptions WHERE confirmed = 0 "
            "AND created_at < ? LIMIT ?)",
            time, kTrimmedAtOnce);
        return static_cast<std::size_t>(db.changes());
    };
    return writer_.write(std::move(job));
}

}  // namespace rialto::storage::sqlite
