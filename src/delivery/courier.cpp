#include "delivery/courier.hpp"

#include <algorithm>
#include <exception>
#include <limits>
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
    co_await finish(jobs, outcomes, span, ended);
    std::vector<Failure> postponed;
    std::vector<Failure> given_up;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        if (auto* parts = std::get_if<Split>(&outcomes[i])) {
            ended(jobs[i], co_await split(jobs[i], std::move(*parts), span));
        } else if (auto* failed = std::get_if<Failed>(&outcomes[i])) {
            Failure failure = judge(jobs[i], std::move(*failed), span);
            (failure.again ? postponed : given_up).push_back(std::move(failure));
        }
    }
    // What is useless to try again says nothing against the target, so that the others have the last word on it.
    for (Failures rest{given_up}; !rest.empty();) {
        const Failures some = rest.first(std::min(rest.size(), dead_letters_at_once(*jobs.front().target)));
        co_await give_up(some, span, ended);
        rest = rest.subspan(some.size());
    }
    co_await postpone(postponed, span, ended);
}

/// It got too old while its target was left alone: it is given up for what the last attempt at that met.
Task<> Courier::expire(const Job& job, Ended ended) {
    const Failure failure{.job = &job,
                          .failed = {.error = {Errc::Unavailable, job.too_old->message}, .code = job.too_old->code},
                          .exhausted = "MaximumEventAgeInSeconds"};
    co_await give_up({&failure, 1}, {.at = clock_.now()}, ended);
}

Task<std::vector<Outcome>> Courier::attempt(const std::vector<Job>& jobs) {
    const bool with_event = reads_event(jobs.front().target->kind);
    std::vector<Result<Attempt>> prepared;
    prepared.reserve(jobs.size());
    for (const Job& job : jobs)
        prepared.push_back(prepare(job, with_event));
    return hand_over(std::move(prepared));
}

/// What could not be prepared has failed.
Task<std::vector<Outcome>> Courier::hand_over(std::vector<Result<Attempt>> prepared) {
    std::vector<Outcome> outcomes(prepared.size());
    std::vector<Attempt> attempts;
    std::vector<std::size_t> places;
    attempts.reserve(prepared.size());
    for (std::size_t i = 0; i < prepared.size(); ++i) {
        if (!prepared[i]) {
            outcomes[i] = Failed{.error = std::move(prepared[i]).error(), .code = "INVALID_JSON", .final = true};
            continue;
        }
        attempts.push_back(std::move(*prepared[i]));
        places.push_back(i);
    }
    if (attempts.empty())
        co_return outcomes;
    auto answers = co_await send(attempts);
    for (std::size_t i = 0; i < places.size(); ++i)
        outcomes[places[i]] = std::move(answers[i]);
    co_return outcomes;
}

/// All of one kind of target.
Task<std::vector<Outcome>> Courier::send(const std::vector<Attempt>& attempts) {
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

Courier::Failure Courier::judge(const Job& job, Failed failed, Span span) {
    storage::FailedAttempt attempt{.number = job.delivery.attempts + 1,
                                   .at = span.at,
                                   .duration = span.duration,
                                   .status = failed.status,
                                   .code = failed.code,
                                   .message = std::string{utf8_prefix(failed.error.message, kMessage)},
                                   .response = failed.response};
    const auto next = next_attempt(job.target->retry, back_off_, attempt.number, job.delivery.ingested, clock_.now(),
                                   failed.not_before, random_);
    Failure failure{.job = &job, .failed = std::move(failed), .attempt = std::move(attempt)};
    if (failure.failed.final)
        return failure;
    if (const auto* again = std::get_if<TimePoint>(&next))
        failure.again = *again;
    else
        failure.exhausted = std::get<Exhausted>(next).condition;
    return failure;
}

Task<> Courier::finish(const std::vector<Job>& jobs, const std::vector<Outcome>& outcomes, Span span,
                       const Ended& ended) {
    std::vector<storage::DeliveryId> delivered;
    for (std::size_t i = 0; i < jobs.size(); ++i)
        if (const auto* done = std::get_if<Delivered>(&outcomes[i]); done != nullptr && !done->recorded)
            delivered.push_back(jobs[i].delivery.id);
    co_await forget(std::move(delivered));
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        const auto* done = std::get_if<Delivered>(&outcomes[i]);
        if (done == nullptr)
            continue;
        count(jobs[i].target->kind, Ending::Delivered);
        tell(jobs[i], {.status = done->status, .response = done->response, .result = AttemptReport::Result::Delivered},
             span);
        ended(jobs[i], {});
    }
}

Task<> Courier::forget(std::vector<storage::DeliveryId> delivered) {
    if (!delivered.empty())
        co_await record([this, &delivered] { return store_.deliveries().finish(delivered); });
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

Task<> Courier::postpone(Failures failures, Span span, const Ended& ended) {
    if (failures.empty())
        co_return;
    std::vector<storage::Postponed> rows;
    for (const Failure& failure : failures) {
        const Job& job = *failure.job;
        count(job.target->kind, Ending::Retried);
        log::warn("a delivery failed and will be tried again", {{"event", job.delivery.event_id},
                                                                {"target", job.target->id},
                                                                {"attempts", failure.attempt->number},
                                                                {"reason", failure.failed.error.message}});
        rows.push_back({job.delivery.id, *failure.attempt, *failure.again});
    }
    co_await record([this, &rows] { return store_.deliveries().postpone(rows); });
    conclude(failures, span, ended);
}

/// To the dead-letter target, or where there is none, or it fails, to the built-in store.
Task<> Courier::give_up(Failures failures, Span span, const Ended& ended) {
    if (failures.empty())
        co_return;
    for (const Failure& failure : failures) {
        count(failure.job->target->kind, Ending::GivenUp);
        log::error("a delivery was given up", {{"event", failure.job->delivery.event_id},
                                               {"target", failure.job->target->id},
                                               {"reason", failure.failed.error.message}});
    }
    std::vector<storage::DeliveryId> taken;
    std::vector<storage::Buried> buried;
    const auto sent = co_await send_dead_letters(failures);
    for (std::size_t i = 0; i < failures.size(); ++i) {
        const storage::DeliveryId id = failures[i].job->delivery.id;
        const auto* delivered = sent.empty() ? nullptr : std::get_if<Delivered>(&sent[i]);
        if (delivered == nullptr)
            buried.push_back({id, built_in_letter_of(failures[i]), failures[i].attempt});
        else if (!delivered->recorded)
            taken.push_back(id);
    }
    co_await forget(std::move(taken));
    if (!buried.empty())
        co_await record([this, &buried] { return store_.deliveries().bury(buried); });
    conclude(failures, span, ended);
}

/// As many as the target for dead letters likes together: what it took is recorded before it gets more.
std::size_t Courier::dead_letters_at_once(const model::Target& target) const {
    const Target* const taker = target.dead_letter ? targets_.find(*target.dead_letter) : nullptr;
    return taker == nullptr ? std::numeric_limits<std::size_t>::max() : taker->together().attempts;
}

/// Nothing if there is no target for dead letters.
Task<std::vector<Outcome>> Courier::send_dead_letters(Failures failures) {
    if (!failures.front().job->target->dead_letter)
        co_return std::vector<Outcome>{};
    std::vector<Result<Attempt>> letters;
    for (const Failure& failure : failures)
        letters.push_back(dead_letter_of(failure));
    auto outcomes = co_await hand_over(std::move(letters));
    for (std::size_t i = 0; i < failures.size(); ++i)
        if (const auto* failed = std::get_if<Failed>(&outcomes[i]))
            log::error("the dead-letter target failed; the event goes to the built-in store",
                       {{"event", failures[i].job->delivery.event_id}, {"reason", failed->error.message}});
    co_return outcomes;
}

Result<Attempt> Courier::dead_letter_of(const Failure& failure) const {
    const Job& job = *failure.job;
    GivenUp given_up{.target = job.target->kind,
                     .code = failure.failed.code,
                     .message = failure.failed.error.message,
                     .retries = std::max(0, failure.attempts() - 1),
                     .exhausted = failure.exhausted};
    auto letter = prepare(job, reads_event(*job.target->dead_letter));
    if (!letter) {  // what could not be shaped goes as it came
        Job whole = job;
        auto target = std::make_shared<model::Target>(*job.target);
        target->input = model::WholeEvent{};
        whole.target = std::move(target);
        letter = prepare(whole, true);
        if (!letter)
            return letter;
        given_up.attempted =
            model::shaped_text(job.target->input, *job.delivery.envelope, letter->event, context_of(job.delivery));
    }
    letter->target = *job.target->dead_letter;
    letter->part.clear();
    letter->given_up = std::move(given_up);
    return letter;
}

/// The store fills in what it knows of the delivery.
storage::DeadLetter Courier::built_in_letter_of(const Failure& failure) const {
    storage::DeadLetter letter;
    letter.attempts = failure.attempts();
    letter.error_code = failure.failed.code;
    letter.error_message = failure.failed.error.message;
    letter.exhausted = failure.exhausted;
    letter.died = clock_.now();
    return letter;
}

void Courier::conclude(Failures failures, Span span, const Ended& ended) {
    for (const Failure& failure : failures) {
        const Failed& failed = failure.failed;
        tell(*failure.job,
             {.status = failed.status,
              .response = failed.response,
              .result = failure.again ? AttemptReport::Result::Retrying : AttemptReport::Result::GivenUp,
              .error_code = failed.code,
              .error_message = failed.error.message},
             span);
        ended(*failure.job, {.deliveries = {}, .again = failure.again, .verdict = verdict_of(failed)});
    }
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

void Courier::count(const model::TargetKind& kind, Ending ending) {
    static constexpr std::array kNames{"delivered", "retried", "given_up"};
    const auto index = static_cast<std::size_t>(ending);
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
