#include "api/rest/feed.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include "api/rest/answers.hpp"
#include "rialto/async/cancellation.hpp"
#include "rialto/async/waiting.hpp"
#include "rialto/json/object_writer.hpp"

namespace rialto::api {
namespace {

enum class Form { Normal, LongPoll, Continuous, EventSource };

constexpr std::int64_t kDefaultPage = 100;
constexpr std::int64_t kLargestPage = 1000;
constexpr std::size_t kReadAtOnce = 100;
constexpr std::int64_t kLongPollMs = 60'000;
constexpr std::int64_t kLeastHeartbeatMs = 100;
constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::int64_t kNoEnd = std::numeric_limits<std::int64_t>::max();

std::string row_of(const storage::Change& change) {
    json::ObjectWriter row;
    row.json("seq", std::to_string(change.sequence)).text("id", change.post_id);
    if (change.kind == storage::ChangeKind::Remove)
        row.json("deleted", "true");
    posts::add_members(row, change);
    return row.finish();
}

std::string page_of(const std::vector<storage::Change>& changes, std::int64_t since) {
    std::vector<std::string> rows;
    for (const auto& change : changes)
        rows.push_back(row_of(change));
    const std::int64_t last = changes.empty() ? since : changes.back().sequence;
    return json::ObjectWriter{}
        .json("results", json::write_array(rows))
        .json("last_seq", std::to_string(last))
        .finish();
}

/// Who has seen the feed up to `since` missed what came after it, and may go on from `kept` only.
http::Response gone(std::int64_t since, std::int64_t kept) {
    const auto from = std::to_string(kept);
    return problem(410, "changes after " + std::to_string(since) + " are kept no longer; go on with since=" + from,
                   {{"since", kept}});
}

/// Changes that a client saw and we have not: a backup was restored.
http::Response ahead(std::int64_t since, std::int64_t last) {
    return problem(410,
                   "the feed ends at " + std::to_string(last) + ", before " + std::to_string(since) +
                       ": it is another than before; read the posts anew and go on with since=" + std::to_string(last),
                   {{"since", last}});
}

Result<Form> read_form(const std::string* text) {
    if (text == nullptr || *text == "normal")
        return Form::Normal;
    if (*text == "longpoll")
        return Form::LongPoll;
    if (*text == "continuous")
        return Form::Continuous;
    if (*text == "eventsource")
        return Form::EventSource;
    return Error{Errc::InvalidArgument, "feed must be normal, longpoll, continuous or eventsource"};
}

}  // namespace

struct FeedApi::Wanted {
    Form form = Form::Normal;
    std::int64_t since = 0;
    std::int64_t limit = kDefaultPage;
    std::chrono::milliseconds heartbeat{0};  ///< 0: none.
    std::chrono::milliseconds timeout{0};    ///< Without news; 0: never.

    static Result<Wanted> read(const Call& call, const Options& options, std::int64_t last);
    Status read_since(const Call& call, std::int64_t last);
    Status read_times(const Call& call, const Options& options);
};

Status FeedApi::Wanted::read_since(const Call& call, std::int64_t last) {
    const auto header = form == Form::EventSource ? call.request.headers.find("Last-Event-ID") : std::nullopt;
    const std::string* query = call.query.find("since");
    const std::string text{header ? *header : query == nullptr ? "0" : *query};
    if (text == "now") {
        since = last;
        return {};
    }
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), since);
    if (error != std::errc{} || end != text.data() + text.size() || since < 0)
        return Error{Errc::InvalidArgument, "since must be a sequence number, 0 for all, or now"};
    return {};
}

Status FeedApi::Wanted::read_times(const Call& call, const Options& options) {
    const std::string* beat = call.query.find("heartbeat");
    const bool by_default = beat == nullptr ? form == Form::EventSource || form == Form::Continuous : *beat == "true";
    if (by_default) {
        heartbeat = options.heartbeat;
    } else if (beat != nullptr && *beat != "false") {
        const auto given = call.query.number("heartbeat", 0, kLeastHeartbeatMs, kHourMs);
        if (!given)
            return given.error();
        heartbeat = std::chrono::milliseconds{*given};
    }
    const auto wait = call.query.number("timeout", form == Form::LongPoll ? kLongPollMs : 0, 0, kHourMs);
    if (!wait)
        return wait.error();
    timeout = std::chrono::milliseconds{*wait};
    return {};
}

Result<FeedApi::Wanted> FeedApi::Wanted::read(const Call& call, const Options& options, std::int64_t last) {
    Wanted wanted;
    const auto form = read_form(call.query.find("feed"));
    if (!form)
        return form.error();
    wanted.form = *form;
    if (Status status = wanted.read_since(call, last); !status)
        return std::move(status).error();
    if (Status status = wanted.read_times(call, options); !status)
        return std::move(status).error();
    const bool endless = wanted.form == Form::Continuous || wanted.form == Form::EventSource;
    const auto limit = call.query.number("limit", endless ? kNoEnd : kDefaultPage, 1, endless ? kNoEnd : kLargestPage);
    if (!limit)
        return limit.error();
    wanted.limit = *limit;
    return wanted;
}

void FeedApi::add_routes(Router& router) {
    router.add("GET", "/posts/changes", Body::None, [this](Call call) { return respond(std::move(call)); });
}

Task<http::Response> FeedApi::respond(Call call) {
    const auto last = co_await feed_.last_sequence();
    if (!last)
        co_return problem(last.error());
    const auto wanted = Wanted::read(call, options_, *last);
    if (!wanted)
        co_return problem(wanted.error());

    if (wanted->since > *last)
        co_return ahead(wanted->since, *last);
    const bool paged = wanted->form == Form::Normal || wanted->form == Form::LongPoll;
    const auto changes = co_await feed_.read(wanted->since, paged ? static_cast<std::size_t>(wanted->limit) : 1);
    if (!changes)
        co_return problem(changes.error());
    if (const auto kept = posts::trimmed_to(wanted->since, *changes))
        co_return gone(wanted->since, *kept);
    if (wanted->form == Form::Normal || (wanted->form == Form::LongPoll && !changes->empty()))
        co_return json_text_answer(200, page_of(*changes, wanted->since));
    if (waiters_ >= options_.max_waiters)
        co_return problem(Error{Errc::Unavailable, "too many clients wait for changes"});
    const bool events = wanted->form == Form::EventSource;
    const bool lines = wanted->form == Form::Continuous;
    http::Response response = text_answer(200,
                                          events  ? "text/event-stream"
                                          : lines ? "application/x-ndjson"
                                                  : "application/json",
                                          "");
    response.headers.add("Cache-Control", "no-store");
    response.headers.add("X-Accel-Buffering", "no");  // nginx would hold the news back
    response.stream = [this, wanted = *wanted](http::BodyWriter& writer) { return stream(writer, wanted); };
    co_return response;
}

/// Writes changes as they come, and heartbeats in between, until the client goes or has what it asked for.
Task<> FeedApi::stream(http::BodyWriter& writer, Wanted wanted) {
    using Clock = std::chrono::steady_clock;
    co_await notice_cancellation();  // or a stop in the midst of a read would throw, and cut the body off
    const Waiting waiting{waiters_};
    if (wanted.form == Form::EventSource) {
        const Status greeted = co_await writer.write(": hello\n\n");  // tells the client at once that it is connected
        if (!greeted)
            co_return;
    }
    const auto never = Clock::time_point::max();
    auto end = wanted.timeout.count() == 0 ? never : Clock::now() + wanted.timeout;
    while (!writer.closed()) {
        const auto beat = wanted.heartbeat.count() == 0 ? never : Clock::now() + wanted.heartbeat;
        const auto at_once = std::min(static_cast<std::size_t>(wanted.limit), kReadAtOnce);
        const auto changes = co_await feed_.wait(wanted.since, at_once, std::min(beat, end));
        if (!changes || posts::trimmed_to(wanted.since, *changes) || writer.closed())
            co_return;  // the client comes back with the last sequence number that it saw
        if (!changes->empty()) {
            const bool more = co_await write_changes(writer, wanted, *changes);
            if (!more)
                co_return;
            end = wanted.timeout.count() == 0 ? never : Clock::now() + wanted.timeout;
        } else if (Clock::now() >= end) {
            const std::string last = wanted.form == Form::LongPoll ? page_of({}, wanted.since) + "\n"
                                     : wanted.form == Form::Continuous
                                         ? json::write(json::Object{{"last_seq", wanted.since}}) + "\n"
                                         : std::string{};
            if (!last.empty())
                (void)co_await writer.write(last);  // it ends either way
            co_return;
        } else {
            const Status beaten = co_await writer.write(wanted.form == Form::EventSource ? ": heartbeat\n\n" : "\n");
            if (!beaten)
                co_return;
        }
    }
}

/// False if the stream is to end.
Task<bool> FeedApi::write_changes(http::BodyWriter& writer, Wanted& wanted,
                                  const std::vector<storage::Change>& changes) {
    std::string text;
    if (wanted.form == Form::LongPoll) {
        text = page_of(changes, wanted.since) + "\n";
    } else {
        for (const auto& change : changes) {
            if (wanted.form == Form::EventSource)
                text += "id: " + std::to_string(change.sequence) + "\ndata: " + row_of(change) + "\n\n";
            else
                text += row_of(change) + "\n";
        }
    }
    const Status written = co_await writer.write(std::move(text));
    wanted.since = changes.back().sequence;
    wanted.limit -= static_cast<std::int64_t>(changes.size());
    co_return written&& wanted.form != Form::LongPoll&& wanted.limit > 0;
}

}  // namespace rialto::api
