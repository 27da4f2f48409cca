#pragma once

#include <boost/asio/io_context.hpp>
#include <expected>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "exit_code.hpp"
#include "rialto/api/api.hpp"
#include "rialto/api/testing.hpp"
#include "rialto/api/ws.hpp"
#include "rialto/async/mutex.hpp"
#include "rialto/async/timer.hpp"
#include "rialto/async/worker_pool.hpp"
#include "rialto/base/clock.hpp"
#include "rialto/base/id.hpp"
#include "rialto/base/metrics.hpp"
#include "rialto/bus/archive_keeper.hpp"
#include "rialto/bus/catalog.hpp"
#include "rialto/bus/event_bus.hpp"
#include "rialto/bus/scheduled_rules.hpp"
#include "rialto/channels/channels.hpp"
#include "rialto/config/config.hpp"
#include "rialto/delivery/admission.hpp"
#include "rialto/delivery/dispatcher.hpp"
#include "rialto/entities/tagger.hpp"
#include "rialto/http/client.hpp"
#include "rialto/http/server.hpp"
#include "rialto/inspection/attempt_log.hpp"
#include "rialto/inspection/recent_events.hpp"
#include "rialto/inspection/unmatched_events.hpp"
#include "rialto/mail/mailer.hpp"
#include "rialto/posts/change_feed.hpp"
#include "rialto/posts/posts.hpp"
#include "rialto/queues/queues.hpp"
#include "rialto/storage/store.hpp"
#include "rialto/storage/trimmer.hpp"
#include "rialto/targets/api_destination.hpp"
#include "rialto/targets/archive.hpp"
#include "rialto/targets/bus.hpp"
#include "rialto/targets/catalog_directory.hpp"
#include "rialto/targets/connection_authorizer.hpp"
#include "rialto/targets/email.hpp"
#include "rialto/targets/entity_extraction.hpp"
#include "rialto/targets/entity_reader.hpp"
#include "rialto/targets/letters.hpp"
#include "rialto/targets/log.hpp"
#include "rialto/targets/queue.hpp"
#include "rialto/targets/queue_express.hpp"
#include "rialto/targets/subscriptions.hpp"
#include "rialto/targets/websocket.hpp"
#include "time.hpp"

namespace rialto::app {

/// Why the server did not start.
struct StartFailure {
    int code;
    Error error;
};

/// The whole server: built in the order in which its members stand, started, and stopped in reverse.
class App {
public:
    /// Opens the database and builds every room. Nothing runs yet.
    static std::expected<std::unique_ptr<App>, StartFailure> build(asio::io_context& loop,
                                                                   const config::Config& config);

    /// Begins to serve.
    Task<std::expected<void, StartFailure>> start();

    /// Puts a new configuration in force, or changes nothing and says why. What only a restart can change is left as it
    /// is.
    Task<Status> reload(config::Config next);

    /// Finishes what is in flight, at most for the configured grace, and ends everything. What is left is owed and goes
    /// on at the next start.
    Task<> stop();

    /// `ADDRESS:PORT` that is listened on, and the directory of everything durable.
    std::string address() const;
    std::string data_dir() const { return config_.storage.data_dir.string(); }

private:
    App(asio::io_context& loop, config::Config config, std::unique_ptr<SystemRandom> random,
        std::unique_ptr<metrics::Registry> metrics, std::unique_ptr<storage::Store> store, entities::Tagger tagger);
    targets::LetterSettings letter_settings(const config::Config& config) const;
    Task<Status> reload_alone(config::Config next);
    using OwnNames = std::shared_ptr<const entities::Gazetteer>;
    Task<Result<OwnNames>> read_names(config::Entities settings);
    void use_entity_settings(const config::Entities& settings, OwnNames own);
    Task<Status> reset();
    Task<Status> reset_alone();
    Task<Status> declare_queues(std::vector<config::Queue> declared);

    config::Config config_;  // what is in force; start(), reload() and stop() are never under way at once
    std::unique_ptr<SystemRandom> random_;
    std::unique_ptr<metrics::Registry> metrics_;
    Time time_;
    const Clock& clock_;
    Timer& timer_;
    asio::io_context& loop_;
    Mutex configuring_;  // one reload or reset at a time
    inspection::RecentEvents recent_;
    inspection::AttemptLog attempts_;
    inspection::UnmatchedEvents unmatched_;
    std::unique_ptr<storage::Store> store_;
    storage::Trimmer trimmer_;
    entities::Tagger tagger_;
    WorkerPool tagging_;
    WorkerPool computing_;
    std::unique_ptr<mail::Mailer> mailer_;
    delivery::Targets targets_;
    delivery::Dispatcher dispatcher_;
    delivery::Admission admission_;
    bus::EventBus bus_;
    bus::Catalog catalog_;
    bus::ScheduledRules schedules_;
    bus::ArchiveKeeper archive_keeper_;
    posts::Posts posts_;
    posts::ChangeFeed feed_;
    channels::Channels channels_;
    queues::Queues queues_;
    targets::Letters letters_;
    targets::Subscriptions subscriptions_;
    targets::Email email_;
    targets::Confirmation confirmation_;
    targets::EntityReader post_reader_;
    targets::EntityReader text_reader_;
    targets::EntityExtraction entity_extraction_;
    targets::WebSocket websocket_;
    targets::Log log_;
    targets::Bus forward_;
    targets::Archive archive_;
    http::Client http_client_;
    targets::CatalogDirectory destinations_;
    targets::ApiDestinations api_destinations_;
    targets::ConnectionAuthorizer authorizer_;
    targets::Queue queue_;
    targets::QueueExpress queue_express_;
    api::WebSocketApi websocket_api_;
    const api::TestRooms testing_;
    api::Api api_;
    http::Server server_;
};

}  // namespace rialto::app
