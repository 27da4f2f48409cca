#include "app.hpp"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "entity_settings.hpp"
#include "rialto/base/log.hpp"
#include "rialto/bus/routing.hpp"

namespace rialto::app {
namespace {

http::ServerOptions server_options(const config::Config& config) {
    const config::Server& server = config.server;
    http::ServerOptions options;
    options.address = server.address;
    options.port = server.port;
    options.tls_certificate = server.tls.certificate;
    options.tls_key = server.tls.key;
    options.max_body = server.max_body;
    options.max_header = server.max_header;
    options.max_connections = server.max_connections;
    options.header_timeout = server.header_timeout;
    options.body_timeout = server.body_timeout;
    options.idle_timeout = server.idle_timeout;
    options.write_timeout = server.write_timeout;
    options.websocket.max_message = config.websocket.max_message;
    options.websocket.idle_timeout = config.websocket.idle_timeout;
    options.websocket.deflate = config.websocket.deflate;
    options.access_log = server.access_log;
    return options;
}

std::unique_ptr<mail::Mailer> make_mailer(const config::Config& config, metrics::Registry& metrics) {
    if (!config.mail.relay)
        return mail::make_outbox(config.storage.data_dir / "outbox", metrics);
    const config::Relay& relay = *config.mail.relay;
    mail::SmtpOptions options;
    options.host = relay.host;
    options.port = relay.port;
    options.security = static_cast<mail::SmtpOptions::Security>(relay.security);
    options.ca_file = relay.ca_file;
    options.username = relay.username;
    options.password = relay.password;
    options.helo = relay.helo;
    options.connect_timeout = relay.connect_timeout;
    options.timeout = relay.timeout;
    options.connections = relay.connections;
    return mail::make_smtp_mailer(std::move(options), metrics);
}
static_assert(static_cast<int>(config::Security::Tls) == static_cast<int>(mail::SmtpOptions::Security::Tls));
static_assert(static_cast<int>(config::Security::StartTls) == static_cast<int>(mail::SmtpOptions::Security::StartTls));

delivery::DispatcherOptions dispatcher_options(const config::Delivery& delivery) {
    return {.concurrency = delivery.concurrency,
            .lane_queue = delivery.memory_queue,
            .memory = delivery.memory,
            .back_off = {delivery.first_wait, delivery.longest_wait},
            .breaker = delivery.breaker};
}

storage::Retention retention(const config::Retention& kept) { return {.entries = kept.entries, .age = kept.age}; }

storage::Trimmer::Limits trimmer_limits(const config::Config& config) {
    return {.changes = retention(config.feed.history),
            .dead_letters = {.entries = config.delivery.dead_letters.entries,
                             .age = config.delivery.dead_letters.age,
                             .bytes = static_cast<std::int64_t>(config.delivery.dead_letters.size)},
            .attempts = config.delivery.attempts.failed,
            .pending_subscriptions = config.mail.pending_lifetime};
}

channels::ChannelLimits channel_limits(const config::WebSocket& websocket) {
    channels::ChannelLimits limits;
    limits.history = retention(websocket.history);
    return limits;
}

/// What a declaration does not say is as AWS has it; an empty policy is none.
queues::Attributes queue_attributes(const config::Queue& queue, const config::Aws& aws) {
    const auto seconds = [](Duration time) {
        return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(time).count());
    };
    queues::Attributes attributes{{"VisibilityTimeout", seconds(queue.visibility_timeout)},
                                  {"MessageRetentionPeriod", seconds(queue.retention)},
                                  {"DelaySeconds", seconds(queue.delay)},
                                  {"ReceiveMessageWaitTimeSeconds", seconds(queue.receive_wait)},
                                  {"MaximumMessageSize", std::to_string(queue.max_message)},
                                  {"RedrivePolicy", ""}};
    if (queues::is_fifo(queue.name))
        attributes.emplace("ContentBasedDeduplication", queue.content_based_deduplication ? "true" : "false");
    if (!queue.dead_letter_queue.empty())
        attributes["RedrivePolicy"] = R"({"deadLetterTargetArn":")" +
                                      queues::arn_of({aws.account, aws.region, queue.dead_letter_queue}) +
                                      R"(","maxReceiveCount":)" + std::to_string(queue.max_receives) + "}";
    return attributes;
}

http::ClientOptions client_options(const config::Outbound& outbound) {
    http::ClientOptions options;
    options.allow_local = outbound.allow_local;
    options.ca_file = outbound.ca_file;
    return options;
}

api::WsOptions websocket_options(const config::WebSocket& websocket) {
    api::WsOptions options;
    options.queue = websocket.queue;
    options.max_subscriptions = websocket.max_subscriptions;
    options.max_clients = websocket.max_clients;
    return options;
}

model::Declaration declaration_of(const config::Config& config) {
    return {.buses = config.buses,
            .archives = config.archives,
            .connections = config.connections,
            .api_destinations = config.api_destinations};
}

/// The channels that rules publish to.
std::vector<std::string> channels_of(const std::vector<model::Bus>& buses) {
    std::vector<std::string> names;
    for (const model::Bus& bus : buses)
        for (const model::Rule& rule : bus.rules)
            for (const model::Target& target : rule.targets)
                if (const auto* websocket = std::get_if<model::WebSocketTarget>(&target.kind))
                    names.push_back(websocket->channel);
    return names;
}

}  // namespace

std::expected<std::unique_ptr<App>, StartFailure> App::build(asio::io_context& loop, const config::Config& config) {
    auto random = std::make_unique<SystemRandom>();
    auto metrics = std::make_unique<metrics::Registry>();
    auto store = storage::open({.directory = config.storage.data_dir}, *metrics);
    if (!store)
        return std::unexpected{StartFailure{ExitCode::BadStorage, std::move(store).error()}};
    auto tagger = entities::Tagger::built_in();
    if (!tagger)
        return std::unexpected{StartFailure{ExitCode::Failed, std::move(tagger).error().within("entity model")}};
    return std::unique_ptr<App>{
        new App(loop, config, std::move(random), std::move(metrics), std::move(*store), std::move(*tagger))};
}

App::App(asio::io_context& loop, config::Config config, std::unique_ptr<SystemRandom> random,
         std::unique_ptr<metrics::Registry> metrics, std::unique_ptr<storage::Store> store, entities::Tagger tagger)
    : config_{std::move(config)},
      random_{std::move(random)},
      metrics_{std::move(metrics)},
      time_{config_.testing.virtual_clock},
      clock_{time_.clock()},
      timer_{time_.timer()},
      loop_{loop},
      configuring_{loop.get_executor()},
      recent_{clock_},
      attempts_{config_.delivery.attempts.recent},
      unmatched_{clock_},
      store_{std::move(store)},
      trimmer_{loop.get_executor(), *store_, clock_, timer_, trimmer_limits(config_), *metrics_},
      tagger_{std::move(tagger)},
      // A backlog of texts must not slow down the answers to clients.
      tagging_{{.name = "tagger", .threads = config_.entities.threads, .queue = 1024, .niceness = 10}},
      computing_{{.name = "computing"}},
      mailer_{make_mailer(config_, *metrics_)},
      dispatcher_{loop.get_executor(),
                  *store_,
                  targets_,
                  clock_,
                  timer_,
                  *random_,
                  dispatcher_options(config_.delivery),
                  *metrics_},
      admission_{loop.get_executor(),
                 *store_,
                 delivery::free_space_of(config_.storage.data_dir),
                 {.backlog = config_.delivery.max_backlog, .free = config_.storage.min_free},
                 clock_,
                 timer_,
                 *metrics_},
      bus_{*store_, dispatcher_, clock_, *random_, {config_.aws.account, config_.aws.region}, *metrics_},
      catalog_{loop.get_executor(), *store_, bus_, clock_},
      schedules_{loop.get_executor(), catalog_, bus_, clock_, timer_, *metrics_},
      archive_keeper_{loop.get_executor(), catalog_, bus_, store_->archives(), admission_, clock_, timer_, *metrics_},
      posts_{store_->posts(), bus_, clock_, *random_, config_.posts.idempotency_lifetime},
      feed_{loop.get_executor(), store_->posts(), bus_, posts_.news()},
      channels_{loop.get_executor(), store_->channels(), clock_, channel_limits(config_.websocket), *metrics_},
      queues_{store_->queues(), clock_, timer_, *random_},
      letters_{*mailer_, clock_},
      subscriptions_{*store_, bus_, dispatcher_, clock_, *random_, config_.mail.resend_after},
      email_{store_->subscriptions(), letters_},
      confirmation_{store_->subscriptions(), letters_},
      post_reader_{tagger_, tagging_},
      text_reader_{tagger_, computing_},
      entity_extraction_{posts_, post_reader_},
      websocket_{channels_},
      log_{config_.storage.data_dir / "logs", clock_},
      forward_{bus_, catalog_},
      archive_{store_->archives()},
      http_client_{client_options(config_.outbound)},
      destinations_{catalog_},
      api_destinations_{http_client_, destinations_, clock_, timer_, *metrics_, {}},
      authorizer_{loop.get_executor(), catalog_, api_destinations_, clock_, timer_},
      queue_{queues_},
      queue_express_{queues_},
      websocket_api_{channels_, websocket_options(config_.websocket), *random_, *metrics_},
      testing_{.recent = recent_, .time = time_.forward(), .reset = [this] { return reset(); }},
      api_{{catalog_, bus_, posts_, feed_, subscriptions_, queues_, *store_, dispatcher_, websocket_api_, text_reader_,
            computing_, *metrics_, clock_, *random_, admission_, attempts_, unmatched_,
            config_.testing.enabled ? &testing_ : nullptr},
           {config_.feed.max_waiters, config_.feed.heartbeat, RIALTO_VERSION, config_.aws.quotas}},
      server_{loop.get_executor(), server_options(config_), api_, *random_, *metrics_} {
    targets_.add<model::EmailTarget>(email_);
    targets_.add<model::ConfirmationTarget>(confirmation_);
    targets_.add<model::EntitiesTarget>(entity_extraction_);
    targets_.add<model::WebSocketTarget>(websocket_);
    targets_.add<model::LogTarget>(log_);
    targets_.add<model::BusTarget>(forward_);
    targets_.add<model::ArchiveTarget>(archive_);
    targets_.add<model::ApiDestinationTarget>(api_destinations_);
    catalog_.on_change([this](const std::vector<bus::Catalog::Key>& changed) {
        schedules_.follow(changed);
        authorizer_.follow(changed);
        archive_keeper_.follow(changed);
    });
    targets_.add<model::QueueTarget>(queue_);
    bus_.use(queue_express_);
    websocket_api_.allow_origins(config_.websocket.origins);
    bus_.observe(unmatched_);
    dispatcher_.observe(attempts_);
    if (config_.testing.enabled) {
        bus_.observe(recent_);
        dispatcher_.observe(recent_);
    }
    // What failed while the store was ill is on disk or not: only the tables tell.
    store_->on_healed([this] {
        dispatcher_.rescan();
        posts_.news().notify();
    });
}

Task<std::expected<void, StartFailure>> App::start() {
    // What there is must be known before the first request asks for it.
    if (Status read = co_await queues_.start(); !read)
        co_return std::unexpected{StartFailure{ExitCode::BadStorage, std::move(read).error()}};
    if (Status declared = co_await declare_queues(config_.queues); !declared)
        co_return std::unexpected{StartFailure{ExitCode::BadConfig, std::move(declared).error()}};
    // The port is taken before anything is delivered: links in mails name it, and a second server on it must not begin
    // to deliver. Connections are taken last: a post that came before the rules would be acknowledged and owe nothing
    // to anybody.
    if (Status listening = server_.start(); !listening)
        co_return std::unexpected{StartFailure{ExitCode::CannotListen, std::move(listening).error()}};
    if (Status lettered = letters_.apply(letter_settings(config_)); !lettered)
        co_return std::unexpected{StartFailure{ExitCode::BadConfig, std::move(lettered).error()}};
    auto names = co_await read_names(config_.entities);
    if (!names)
        co_return std::unexpected{StartFailure{ExitCode::BadConfig, std::move(names).error()}};
    use_entity_settings(config_.entities, std::move(*names));
    Status applied = co_await catalog_.start(declaration_of(config_));
    if (!applied)
        co_return std::unexpected{StartFailure{ExitCode::BadConfig, std::move(applied).error()}};
    Status started = co_await subscriptions_.start();
    if (started)
        started = co_await dispatcher_.start();
    if (!started)
        co_return std::unexpected{StartFailure{ExitCode::BadStorage, std::move(started).error()}};
    if (config_.testing.enabled)
        log::warn("testing is enabled: whoever reaches the server can empty it");
    channels_.reserve(channels_of(config_.buses));
    feed_.start();
    schedules_.start();
    archive_keeper_.start();
    trimmer_.start();
    co_await admission_.start();
    server_.accept();
    co_return std::expected<void, StartFailure>{};
}

Task<Status> App::reload(config::Config next) {
    const auto alone = co_await configuring_.lock();
    co_return co_await reload_alone(std::move(next));
}

Task<Status> App::reload_alone(config::Config next) {
    if (Status may = config::check_reload(config_, next); !may)
        co_return may;
    for (const std::string& key : config::needs_restart(config_, next))
        log::warn("only a restart changes this key", {{"key", key}});
    next = config::reloaded(config_, next);
    // All that can be wrong with a configuration is found before the first change.
    if (Status circle = bus::check_no_circle(next.buses); !circle)
        co_return circle;
    if (Status lettered = targets::Letters::check(letter_settings(next)); !lettered)
        co_return lettered;
    auto names = co_await read_names(next.entities);
    if (!names)
        co_return std::move(names).error();
    auto certificate = server_.read_certificate();
    if (!certificate)
        co_return std::move(certificate).error();
    // From here on only a store that is ill can refuse. The next reload goes on where it did.
    if (Status declared = co_await declare_queues(next.queues); !declared)
        co_return declared;
    Status applied = co_await catalog_.declare(declaration_of(next));
    if (!applied)
        co_return applied;
    server_.use(std::move(*certificate));
    channels_.reserve(channels_of(next.buses));
    (void)letters_.apply(letter_settings(next));  // the check has shown that it succeeds
    use_entity_settings(next.entities, std::move(*names));
    websocket_api_.allow_origins(next.websocket.origins);
    log::set_level(next.log.level);
    config_ = std::move(next);
    co_return Status{};
}

Task<> App::stop() {
    const Duration grace = config_.server.shutdown_grace;
    api_.begin_stop();
    queues_.close();  // or those who wait for messages would hold up the end
    co_await server_.stop(grace);
    co_await feed_.stop();
    co_await schedules_.stop();
    co_await archive_keeper_.stop();
    co_await authorizer_.stop();
    // A relay that hangs must not hold up the end: what is not sent stays owed.
    asio::steady_timer patience{loop_, grace};
    patience.async_wait([this](const boost::system::error_code& cancelled) {
        if (!cancelled)
            mailer_->stop();
    });
    co_await dispatcher_.stop(grace);
    patience.cancel();
    http_client_.stop();
    co_await channels_.stop();
    co_await trimmer_.stop();
    co_await admission_.stop();
    store_->on_healed({});  // the store outlives whom it tells
}

/// A queue that is there keeps its messages, and gets the attributes that it is declared with. Since the configuration
/// was checked when it was read, this fails with the store only.
Task<Status> App::declare_queues(std::vector<config::Queue> declared) {
    const auto named = [this](const std::string& name) {
        return queues::QueueName{config_.aws.account, config_.aws.region, name};
    };
    // A queue may be the dead-letter queue of one that stands before it.
    for (const config::Queue& queue : declared) {
        if (queues_.exists(named(queue.name)))
            continue;
        queues::Attributes attributes;
        if (queues::is_fifo(queue.name))
            attributes.emplace("FifoQueue", "true");
        const auto made = co_await queues_.create(named(queue.name), std::move(attributes), {});
        if (!made)
            co_return Error{Errc::Unavailable, made.error().message}.within("queue " + queue.name);
    }
    for (const config::Queue& queue : declared) {
        const auto set = co_await queues_.set_attributes(named(queue.name), queue_attributes(queue, config_.aws));
        if (!set)
            co_return Error{Errc::Unavailable, set.error().message}.within("queue " + queue.name);
    }
    co_return Status{};
}

/// A large file takes a tenth of a second: too long for an I/O thread.
Task<Result<App::OwnNames>> App::read_names(config::Entities settings) {
    auto read = [&settings] { return read_gazetteer(settings); };
    co_return co_await computing_.run(read);
}

void App::use_entity_settings(const config::Entities& settings, OwnNames own) {
    post_reader_.use(own);
    text_reader_.use(std::move(own));
    entity_extraction_.use(extraction_settings(settings));
}

std::string App::address() const {
    const std::string& host = config_.server.address;
    const bool bare = host.find(':') == std::string::npos;
    return (bare ? host : "[" + host + "]") + ":" + std::to_string(server_.port());
}

targets::LetterSettings App::letter_settings(const config::Config& config) const {
    const auto texts = [](const config::MailTemplate& t) { return targets::LetterTexts{t.subject, t.text, t.html}; };
    return {.from = config.mail.from,
            .post = texts(config.mail.post),
            .confirmation = texts(config.mail.confirmation),
            .public_url = config::public_url(config.server, server_.port())};
}

}  // namespace rialto::app
