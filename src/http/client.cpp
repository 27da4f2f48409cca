#include "rialto/http/client.hpp"

#include <curl/curl.h>
#include <pthread.h>

#include <algorithm>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "http/transfer.hpp"
#include "rialto/async/signal.hpp"

namespace rialto::http {
namespace {

using Steady = std::chrono::steady_clock;
using namespace std::chrono_literals;

/// A request on its way, shared by the coroutine that waits for it and the thread that sends it.
struct Job {
    explicit Job(std::unique_ptr<Transfer> t)
        : transfer{std::move(t)}, latest_start{Steady::now() + transfer->timeout()} {}

    std::unique_ptr<Transfer> transfer;
    const Steady::time_point latest_start;
    Signal answered;
    std::optional<Result<ClientResponse>> answer;  // guarded by the client's mutex
};
using SharedJob = std::shared_ptr<Job>;

Error stopping_error() { return {Errc::Unavailable, "the HTTP client is stopping"}; }

}  // namespace

/// The queue, which any thread may touch, and the transfers under way, which are the thread's alone.
struct Client::State {
    explicit State(ClientOptions o) : options{std::move(o)}, handles{options.transfers} {
        // Otherwise the end of a burst, when few transfers are left, closes most of the connections that it opened.
        if (multi != nullptr)
            curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, static_cast<long>(options.transfers));
    }
    ~State() { curl_multi_cleanup(multi); }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    Status enqueue(const SharedJob& job);
    void abandon(const SharedJob& job);
    Result<ClientResponse> take_answer(Job& job);
    void stop();

    void run();
    bool prepare_round();
    void begin(const SharedJob& job);
    bool may_begin(const Job& job, std::size_t free) const;
    std::size_t free_transfers() const { return options.transfers - std::min(options.transfers, under_way.size()); }
    void leave(const Job& job);
    void collect();
    SharedJob end(CURL* easy);
    void answer(const SharedJob& job, Result<ClientResponse> response);
    int poll_time();
    void end_all();

    const ClientOptions options;
    Handles handles;
    CURLM* const multi = curl_is_ready() ? curl_multi_init() : nullptr;
    std::mutex mutex;  // guards what follows up to the thread's own
    std::deque<SharedJob> waiting;
    std::vector<SharedJob> abandoned;
    bool stopping = false;
    bool blocked = false;  // there is a free transfer, but none that waits may have it

    std::map<CURL*, SharedJob> under_way;                       // the thread's own
    std::map<std::string, std::size_t, std::less<>> to_origin;  // of those under way; the thread's own
    std::jthread thread;
};

Status Client::State::enqueue(const SharedJob& job) {
    {
        const std::lock_guard lock{mutex};
        if (multi == nullptr)
            return Error{Errc::Unavailable, "libcurl cannot be initialised"};
        if (stopping)
            return stopping_error();
        if (waiting.size() >= options.queue)
            return Error{Errc::Unavailable, job->transfer->origin() + ": too many requests wait for their turn"};
        waiting.push_back(job);
        if (waiting.size() > 1 && !blocked)
            return {};  // the thread was told already
    }
    curl_multi_wakeup(multi);
    return {};
}

/// Nobody waits for the answer any more.
void Client::State::abandon(const SharedJob& job) {
    {
        const std::lock_guard lock{mutex};
        if (job->answer || std::erase(waiting, job) > 0 || stopping)
            return;
        abandoned.push_back(job);
    }
    curl_multi_wakeup(multi);
}

Result<ClientResponse> Client::State::take_answer(Job& job) {
    const std::lock_guard lock{mutex};
    if (!job.answer)
        return Error{Errc::Cancelled, job.transfer->origin() + ": the request was cancelled"};
    return std::move(*job.answer);
}

void Client::State::stop() {
    {
        const std::lock_guard lock{mutex};
        stopping = true;
    }
    curl_multi_wakeup(multi);
}

void Client::State::run() {
    pthread_setname_np(pthread_self(), "http-client");
    while (prepare_round()) {
        int running = 0;
        curl_multi_perform(multi, &running);
        collect();
        curl_multi_poll(multi, nullptr, 0, poll_time(), nullptr);
    }
    end_all();
}

/// Drops what was abandoned and begins what has its turn. False if it is time to stop.
bool Client::State::prepare_round() {
    std::vector<SharedJob> dropped;
    std::vector<SharedJob> late;
    std::vector<SharedJob> next;
    {
        const std::lock_guard lock{mutex};
        if (stopping)
            return false;
        dropped.swap(abandoned);
        const auto now = Steady::now();
        const auto is_late = [now](const SharedJob& job) { return job->latest_start < now; };
        std::ranges::copy_if(waiting, std::back_inserter(late), is_late);
        std::erase_if(waiting, is_late);
        auto free = free_transfers();
        for (auto job = waiting.begin(); free > 0 && job != waiting.end();) {
            if (!may_begin(**job, free)) {
                ++job;
                continue;
            }
            ++to_origin[(*job)->transfer->origin()];
            next.push_back(std::move(*job));
            job = waiting.erase(job);
            --free;
        }
    }
    for (const auto& job : dropped)
        (void)end(job->transfer->easy());
    for (const auto& job : late)
        answer(job, Error{Errc::TimedOut, job->transfer->origin() + ": the request waited too long for its turn"});
    for (const auto& job : next)
        begin(job);
    return true;
}

void Client::State::begin(const SharedJob& job) {
    if (curl_multi_add_handle(multi, job->transfer->easy()) == CURLM_OK) {
        under_way.emplace(job->transfer->easy(), job);
    } else {
        leave(*job);
        answer(job, Error{Errc::Unavailable, "libcurl did not take a request"});
    }
}

/// Each origin that does not answer halves at most what is left for the others, but for a sixteenth of all transfers,
/// of which an origin gets only its first.
bool Client::State::may_begin(const Job& job, std::size_t free) const {
    const auto found = to_origin.find(job.transfer->origin());
    return found == to_origin.end() ? free > 0 : found->second + options.transfers / 16 < free;
}

/// It is not under way any more.
void Client::State::leave(const Job& job) {
    const auto found = to_origin.find(job.transfer->origin());
    if (--found->second == 0)
        to_origin.erase(found);
}

void Client::State::collect() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
        if (message->msg != CURLMSG_DONE)
            continue;
        const CURLcode code = message->data.result;
        const SharedJob job = end(message->easy_handle);  // which takes `message` with it
        if (job)
            answer(job, job->transfer->outcome(code));
    }
}

/// Takes a transfer out of libcurl's hands. Null if it has ended already.
SharedJob Client::State::end(CURL* easy) {
    const auto found = under_way.find(easy);
    if (found == under_way.end())
        return nullptr;
    curl_multi_remove_handle(multi, easy);
    auto job = std::move(found->second);
    under_way.erase(found);
    leave(*job);
    return job;
}

void Client::State::answer(const SharedJob& job, Result<ClientResponse> response) {
    {
        const std::lock_guard lock{mutex};
        job->answer.emplace(std::move(response));
    }
    job->answered.notify();
}

/// Milliseconds, at most `look`: until there may be something to do that libcurl does not know of.
int Client::State::poll_time() {
    const std::lock_guard lock{mutex};
    const std::size_t free = free_transfers();
    const auto begins = [this, free](const SharedJob& job) { return may_begin(*job, free); };
    if (stopping || std::ranges::any_of(waiting, begins))
        return 0;
    blocked = free > 0 && !waiting.empty();
    const auto now = Steady::now();
    auto time = Steady::duration{options.look};
    for (const auto& job : waiting)
        time = std::min(time, job->latest_start - now);
    return static_cast<int>(std::max(std::chrono::ceil<std::chrono::milliseconds>(time).count(), 0L));
}

void Client::State::end_all() {
    std::deque<SharedJob> left;
    {
        const std::lock_guard lock{mutex};
        left.swap(waiting);
        abandoned.clear();
    }
    while (!under_way.empty())
        left.push_back(end(under_way.begin()->first));
    for (const auto& job : left)
        answer(job, stopping_error());
}

Client::Client(ClientOptions options) : state_{std::make_shared<State>(std::move(options))} {
    if (state_->multi == nullptr)
        return;  // enqueue() refuses everything
    state_->thread = std::jthread{[state = state_.get()] { state->run(); }};
}

Client::~Client() {
    state_->stop();
    if (state_->thread.joinable())
        state_->thread.join();
}

void Client::stop() { state_->stop(); }

Task<Result<ClientResponse>> Client::send(ClientRequest request) {
    // Also when the coroutine is destroyed while it waits.
    struct Interest {
        ~Interest() { state.abandon(job); }
        State& state;
        const SharedJob& job;
    };

    const auto state = state_;
    auto transfer = Transfer::prepare(std::move(request), state->options, state->handles);
    if (!transfer)
        co_return std::move(transfer).error();
    const auto job = std::make_shared<Job>(std::move(*transfer));
    if (Status queued = state->enqueue(job); !queued)
        co_return std::move(queued).error();
    const Interest interest{*state, job};
    co_await job->answered.wait(0, Steady::time_point::max());
    co_return state->take_answer(*job);
}

}  // namespace rialto::http
