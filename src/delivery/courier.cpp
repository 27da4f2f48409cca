#include "delivery/courier.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "rialto/base/crash_point.hpp"
#include "rialto/base/log.hpp"
#include "rialto/base/utf8.hpp"
#include "rialto/json/value.hpp"
#include "rialto/model/envelope.hpp"

namespace rialto::delivery {
namespace {

constexpr Duration kRecordAgainAfter{1s};

constexpr std::size_t kMessage = 1024;  // of an error, kept with an attempt

Verdict verdict_of(const Failed& failure) {
    return {
        .failed = !failure.final, .pause = failure.not_before, .code = failure.code, .message = failure.error.message};
}

std::string rule_name_of(const std::string& arn) { return arn.substr(arn.rfind('/') + 1); }

model::InputContext context_of(const storage::StoredDelivery& owed) {
    return {owed.rule, rule_name_of(owed.rule), owed.ingested};
}

std::string why_unreachable(const model::TargetKind& kind) {
    if (const auto* foreign = std::get_if<model::ForeignTarget>(&kind))
        return "nothing can be delivered to " + foreign->arn + ": it is of a service that is not here";
    return "no target of kind " + std::string{model::name_of(kind)};
}

/// `with_event`: whoever takes the attempt looks into the event.
Result<Attempt> prepare(const Job& job, bool with_event) {
    const storage::StoredDelivery& owed = job.delivery;
    const bool is_shaped = !std::holds_alternative<model::WholeEvent>(job.target->input);
    auto event = with_event || is_shaped ? json::parse(*owed.envelope, model::kEnvelopeLimits) : json::Value{};
    if (!event)
        return std::move(event).error().within("stored event " + owed.event_id);
    auto payload = model::shape(job.target->input, *owed.envelope, *event, context_of(owed));
    if (!payload)
        return std::move(payload).error();
    return Attempt{.delivery = owed.id,
                   .event_id = owed.event_id,
                   .bus = owed.bus,
                   .rule = owed.rule,
                   .ingested = owed.ingested,
                   .event = std::move(*event),
                   .payload = std::move(*payload),
                   .hops = owed.hops,
                   .trace_header = owed.trace_header,
                   .shaped = is_shaped,
                   .target = job.target->kind,
                   .part = owed.part};
}

}  // namespace

Courier::Courier(storage::Store& store, const Targets& targets, const Clock& clock, Timer& timer, Random& random,
                 const BackOff& back_off, metrics::Registry& metrics)
    : store_{store},
      targets_{targets},
      clock_{clock},
      timer_{timer},
      random_{random},
      back_off_{back_off},
      metrics_{metrics} {}

Task<> Courier::deliver(const std::vector<Job>& jobs, Ended ended) {
    crash_point("delivery.unattempted");
    Span span{.at = clock_.now()};
    auto outcomes = co_await attempt(jobs);
    span.duration = std::max(Duration{0}, clock_.now() - span.at);
    crash_point("delivery.unrecorded");
    std::vector<storage::DeliveryId> delivered;
    for (std::size_t i = 0; i < jobs.size(); ++i)
        if (const auto* done = std::get_if<Delivered>(&outcomes[i]); done != nullptr && !done->recorded)
            delivered.push_back(jobs[i].delivery.id);
    if (!delivered.empty())
        co_await finish(std::move(delivered));
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        const auto* done = std::get_if<Delivered>(&outcomes[i]);
        if (done == nullptr)
            continue;
        count(jobs[i].target->kind, Result::Delivered);
        tell(jobs[i], {.status = done->status, .response = done->response, .result = AttemptReport::Result::Delivered},
             span);
        ended(jobs[i], {});
    }
    for (std::size_t i = 0; i < jobs.size(); ++i)
        if (!std::holds_alternative<Delivered>(outcomes[i]))
            ended(jobs[i], co_await conclude(jobs[i], std::move(outcomes[i]), span));
}

Task<Courier::Follow> Courier::conclude(const Job& job, Outcome outcome, Span span) {
    if (auto* parts = std::get_if<Split>(&outcome))
        co_return co_await split(job, std::move(*parts), span);
    co_return co_await fail(job, std::get<Failed>(std::move(outcome)), span);
}

Task<> Courier::finish(std::vector<storage::DeliveryId> ids) {
    co_await record([this, &ids] { return store_.deliveries().finish(ids); });
}

Task<std::vector<Outcome>> Courier::attempt(const std::vector<Job>& jobs) {
    const bool with_event = reads_event(jobs.front().target->kind);
    std::vector<Outcome> outcomes(jobs.size());
    std::vector<Attempt> attempts;
    std::vector<std::size_t> places;
    attempts.reserve(jobs.size());
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        auto prepared = prepare(jobs[i], with_event);
        if (!prepared) {
            outcomes[i] = Failed{.error = std::move(prepared).error(), .code = "INVALID_JSON", .final = true};
            continue;
        }
        attempts.push_back(std::move(*prepared));
        places.push_back(i);
    }
    if (attempts.empty())
        co_return outcomes;
    auto answers = co_await hand_over(attempts);
    for (std::size_t i = 0; i < places.size(); ++i)
        outcomes[places[i]] = std::move(answers[i]);
    co_return outcomes;
}

/// All of one kind of target.
Task<std::vector<Outcome>> Courier::hand_over(const std::vector<Attempt>& attempts) {
    const model::TargetKind& kind = attempts.front().target;
    Target* target = targets_.find(kind);
    if (target == nullptr)
        co_return std::vector<Outcome>(
            attempts.size(),
            Failed{.error = {Errc::NotFound, why_unreachable(kind)}, .code = "NO_RESOURCE", .final = true});
    std::string bug;
    try {
        co_return co_await target->deliver_all(attempts);
    } catch (const std::exception& e) {
        bug = e.what();
    }
    if (!stopping_)  // a stop that runs out of grace breaks off what is under way
        log::error("a target threw; this is a bug", {{"target", model::name_of(kind)}, {"reason", bug}});
    co_return std::vector<Outcome>(attempts.size(), Failed{.error = {Errc::Internal, bug}, .code = "INTERNAL_ERROR"});
}

Task<Courier::Follow> Courier::split(const Job& job, Split split, Span span) {
    Follow follow;
    std::vector<storage::Part> parts;
    for (std::string& name : split.parts) {
        storage::StoredDelivery part = job.delivery;
        part.id = store_.next_delivery_id();
        part.attempts = 0;
        part.part = name;
        parts.push_back({part.id, std::move(name)});
        follow.deliveries.push_back(std::move(part));
    }
    co_await record(
        [this, &job, &parts, &split] { return store_.deliveries().split(job.delivery.id, parts, split.rest); });
    crash_point("split.undispatched");
    tell(job, {.result = AttemptReport::Result::Split, .parts = parts, .goes_on = split.rest.has_value()}, span);
    if (split.rest) {
        follow.again = clock_.now();  // the rest is read from the table: memory has just got work enough
    }
    co_return follow;
}

Task<Courier::Follow> Courier::fail(const Job& job, Failed failure, Span span) {
    storage::FailedAttempt attempt{.number = job.delivery.attempts + 1,
                                   .at = span.at,
                                   .duration = span.duration,
                                   .status = failure.status,
                                   .code = failure.code,
                                   .message = std::string{utf8_prefix(failure.error.message, kMessage)},
                                   .response = failure.response};
    AttemptReport report{.status = failure.status,
                         .response = failure.response,
                         .error_code = failure.code,
                         .error_message = failure.error.message};
    const auto next = next_attempt(job.target->retry, back_off_, attempt.number, job.delivery.ingested, clock_.now(),
                                   failure.not_before, random_);
    if (const auto* again = std::get_if<TimePoint>(&next); again != nullptr && !failure.final) {
        count(job.target->kind, Result::Retried);
        log::warn("a delivery failed and will be tried again", {{"event", job.delivery.event_id},
                                                                {"target", job.target->id},
                                                                {"attempts", attempt.number},
                                                                {"reason", failure.error.message}});
        co_await record(
            [this, &job, &attempt, again] { return store_.deliveries().postpone(job.delivery.id, attempt, *again); });
        report.result = AttemptReport::Result::Retrying;
        tell(job, std::move(report), span);
        co_return Follow{.deliveries = {}, .again = *again, .verdict = verdict_of(failure)};
    }
    const auto* exhausted = failure.final ? nullptr : std::get_if<Exhausted>(&next);
    co_await give_up(job, failure, exhausted == nullptr ? std::string{} : exhausted->condition, std::move(attempt));
    report.result = AttemptReport::Result::GivenUp;
    tell(job, std::move(report), span);
    co_return Follow{.deliveries = {}, .again = {}, .verdict = verdict_of(failure)};
}

/// It got too old while its target was left alone: it is given up for what the last attempt at that met.
Task<Courier::Follow> Courier::expire(const Job& job) {
    const Failed failure{.error = {Errc::Unavailable, job.too_old->message}, .code = job.too_old->code};
    co_await give_up(job, failure, "MaximumEventAgeInSeconds", std::nullopt);
    tell(job,
         {.result = AttemptReport::Result::GivenUp, .error_code = failure.code, .error_message = failure.error.message},
         {.at = clock_.now()});
    co_return Follow{};
}

Task<> Courier::give_up(const Job& job, const Failed& failure, std::string exhausted,
                        std::optional<storage::FailedAttempt> attempt) {
    count(job.target->kind, Result::GivenUp);
    log::error("a delivery was given up",
               {{"event", job.delivery.event_id}, {"target", job.target->id}, {"reason", failure.error.message}});
    const int attempts = attempt ? attempt->number : job.delivery.attempts;
    GivenUp given_up{.target = job.target->kind,
                     .code = failure.code,
                     .message = failure.error.message,
                     .retries = std::max(0, attempts - 1),
                     .exhausted = exhausted};
    const auto taken = co_await dead_letter_target_took(job, std::move(given_up));
    if (taken) {
        if (!taken->recorded)
            co_await finish({job.delivery.id});
        co_return;
    }
    storage::DeadLetter letter;  // the store fills in what it knows of the delivery
    letter.attempts = attempts;
    letter.error_code = failure.code;
    letter.error_message = failure.error.message;
    letter.exhausted = std::move(exhausted);
    letter.died = clock_.now();
    co_await record(
        [this, &job, &letter, &attempt] { return store_.deliveries().bury(job.delivery.id, letter, attempt); });
}

Task<std::optional<Delivered>> Courier::dead_letter_target_took(const Job& job, GivenUp given_up) {
    if (!job.target->dead_letter)
        co_return std::nullopt;
    const bool with_event = reads_event(*job.target->dead_letter);
    auto attempt = prepare(job, with_event);
    if (!attempt) {  // what could not be shaped goes as it came
        Job whole = job;
        auto target = std::make_shared<model::Target>(*job.target);
        target->input = model::WholeEvent{};
        whole.target = std::move(target);
        attempt = prepare(whole, true);
        if (attempt)
            given_up.attempted =
                model::shaped_text(job.target->input, *job.delivery.envelope, attempt->event, context_of(job.delivery));
    }
    if (!attempt)
        co_return std::nullopt;
    attempt->target = *job.target->dead_letter;
    attempt->part.clear();
    attempt->given_up = std::move(given_up);
    const auto outcomes = co_await hand_over({std::move(*attempt)});
    const Outcome& outcome = outcomes.front();
    if (const auto* failure = std::get_if<Failed>(&outcome))
        log::error("the dead-letter target failed; the event goes to the built-in store",
                   {{"event", job.delivery.event_id}, {"reason", failure->error.message}});
    const auto* delivered = std::get_if<Delivered>(&outcome);
    co_return delivered == nullptr ? std::nullopt : std::optional{*delivered};
}

template <class Write>
Task<> Courier::record(Write write) {
    while (true) {
        const Status recorded = co_await write();
        if (recorded || recorded.error().code != Errc::Unavailable || stopping_) {
            if (!recorded)
                log::error("an outcome was not recorded; the delivery stays owed",
                           {{"reason", recorded.error().message}});
            co_return;
        }
        co_await timer_.wait_until(clock_.now() + kRecordAgainAfter);
    }
}

void Courier::tell(const Job& job, AttemptReport told, Span span) const {
    if (observers_.empty())
        return;
    told.delivery = job.delivery.id;
    told.event_id = job.delivery.event_id;
    told.bus = job.delivery.bus;
    told.rule = job.delivery.rule;
    told.target_id = job.target->id;
    told.target_kind = model::name_of(job.target->kind);
    told.part = job.delivery.part;
    told.attempts = job.delivery.attempts + (job.too_old ? 0 : 1);
    told.at = span.at;
    told.duration = span.duration;
    for (Observer* observer : observers_)
        observer->attempted(told);
}

bool Courier::reads_event(const model::TargetKind& kind) const {
    const Target* target = targets_.find(kind);
    return target != nullptr && target->reads_event(kind);
}

void Courier::count(const model::TargetKind& kind, Result result) {
    static constexpr std::array kNames{"delivered", "retried", "given_up"};
    const auto index = static_cast<std::size_t>(result);
    std::atomic<metrics::Counter*>& known = counters_.at(kind.index()).at(index);
    metrics::Counter* counter = known;
    if (counter == nullptr) {
        counter =
            &metrics_.counter("rialto_delivery_attempts_total", "Attempts at deliveries by target kind and result",
                              {{"kind", std::string{model::name_of(kind)}}, {"result", kNames.at(index)}});
        known = counter;
    }
    counter->add();
}

}  // namespace rialto::delivery
