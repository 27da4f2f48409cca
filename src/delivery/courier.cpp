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

Result<Attempt> prepare(const Job& job) {
    const storage::StoredDelivery& owed = job.delivery;
    auto event = json::parse(*owed.envelope, model::kEnvelopeLimits);
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
                   .shaped = !std::holds_alternative<model::WholeEvent>(job.target->input),
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

Task<Courier::Follow> Courier::deliver(Job job) {
    if (job.too_old)
        co_return co_await expire(job);
    crash_point("delivery.unattempted");
    Span span{.at = clock_.now()};
    Outcome outcome = co_await attempt(job);
    span.duration = std::max(Duration{0}, clock_.now() - span.at);
    crash_point("delivery.unrecorded");
    if (const auto* delivered = std::get_if<Delivered>(&outcome)) {
        count(job.target->kind, "delivered");
        co_await finish(job, *delivered);
        tell(job,
             {.status = delivered->status, .response = delivered->response, .result = AttemptReport::Result::Delivered},
             span);
        co_return Follow{};
    }
    if (auto* parts = std::get_if<Split>(&outcome))
        co_return co_await split(job, std::move(*parts), span);
    co_return co_await fail(job, std::get<Failed>(std::move(outcome)), span);
}

Task<> Courier::finish(const Job& job, Delivered delivered) {
    if (!delivered.recorded)
        co_await record([this, &job] { return store_.deliveries().finish(job.delivery.id); });
}

Task<Outcome> Courier::attempt(const Job& job) {
    auto prepared = prepare(job);
    if (!prepared)
        co_return Failed{.error = std::move(prepared).error(), .code = "INVALID_JSON", .final = true};
    co_return co_await hand_over(*prepared);
}

Task<Outcome> Courier::hand_over(const Attempt& attempt) {
    Target* target = targets_.find(attempt.target);
    if (target == nullptr)
        co_return Failed{
            .error = {Errc::NotFound, why_unreachable(attempt.target)}, .code = "NO_RESOURCE", .final = true};
    std::string bug;
    try {
        co_return co_await target->deliver(attempt);
    } catch (const std::exception& e) {
        bug = e.what();
    }
    if (!stopping_)  // a stop that runs out of grace breaks off what is under way
        log::error("a target threw; this is a bug", {{"target", model::name_of(attempt.target)}, {"reason", bug}});
    co_return Failed{.error = {Errc::Internal, bug}, .code = "INTERNAL_ERROR"};
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
        count(job.target->kind, "retried");
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
    count(job.target->kind, "given_up");
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
        co_await finish(job, *taken);
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
    auto attempt = prepare(job);
    if (!attempt) {  // what could not be shaped goes as it came
        Job whole = job;
        auto target = std::make_shared<model::Target>(*job.target);
        target->input = model::WholeEvent{};
        whole.target = std::move(target);
        attempt = prepare(whole);
        if (attempt)
            given_up.attempted =
                model::shaped_text(job.target->input, *job.delivery.envelope, attempt->event, context_of(job.delivery));
    }
    if (!attempt)
        co_return std::nullopt;
    attempt->target = *job.target->dead_letter;
    attempt->part.clear();
    attempt->given_up = std::move(given_up);
    const Outcome outcome = co_await hand_over(*attempt);
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

void Courier::count(const model::TargetKind& kind, const char* result) {
    metrics_
        .counter("rialto_delivery_attempts_total", "Attempts at deliveries by target kind and result",
                 {{"kind", std::string{model::name_of(kind)}}, {"result", result}})
        .add();
}

}  // namespace rialto::delivery
