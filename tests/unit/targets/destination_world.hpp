#pragma once

#include <string>
#include <utility>

#include "rialto/targets/api_destination.hpp"
#include "tests/support/recording_server.hpp"
#include "tests/support/world.hpp"

namespace rialto::targets {

inline http::ClientOptions local_client() {
    http::ClientOptions options;
    options.allow_local = true;
    return options;
}

/// One API destination, at a server that remembers.
class DestinationTest : public testing::World, public DestinationDirectory {
public:
    DestinationTest() {
        targets.add<model::ApiDestinationTarget>(target);
        destination.arn = "arn:aws:events:us-east-1:000000000000:api-destination/d/1";
        destination.endpoint = server.url("/hook");
        destination.connection.arn = "arn:aws:events:us-east-1:000000000000:connection/c/1";
        destination.connection.credentials = Connection::Basic{"ann", Secret{"hush"}};
        destination.connection.authorized = true;
        destination.connection.version = "1";
        attempt.event_id = "e1";
        attempt.event = json::parse(R"({"id":"e1","detail":{"name":"a b/c","count":3,"none":null}})").value();
        attempt.payload = R"({"n":1.50})";
        parameters.arn = destination.arn;
    }
    ~DestinationTest() override {
        close();
        client.stop();
    }

    void use_oauth() {
        Connection::OAuth oauth;
        oauth.endpoint = server.url("/token");
        oauth.client_id = "id";
        oauth.client_secret = Secret{"hush"};
        destination.connection.credentials = oauth;
    }

    delivery::Outcome deliver() {
        attempt.target = parameters;
        return run(target.deliver(attempt));
    }
    delivery::Failed fail() {
        const auto outcome = deliver();
        REQUIRE(std::holds_alternative<delivery::Failed>(outcome));
        return std::get<delivery::Failed>(outcome);
    }
    /// The one request that a delivery makes.
    http::Request call() {
        const auto outcome = deliver();
        REQUIRE(std::holds_alternative<delivery::Delivered>(outcome));
        REQUIRE(server.count() == 1);
        return server.seen().front();
    }
    double metric(const std::string& line) const {
        const auto text = metrics.text();
        const auto at = text.find(line + " ");
        return at == std::string::npos ? 0 : std::stod(text.substr(at + line.size()));
    }

    testing::RecordingServer server;
    http::Client client{local_client()};
    ApiDestination destination;
    ApiDestinations target{client, *this, clock, timer, metrics, {}};
    model::ApiDestinationTarget parameters;
    delivery::Attempt attempt{};

private:
    Result<ApiDestination> find(const std::string& arn) const override {
        if (arn != destination.arn)
            return Error{Errc::NotFound, "there is no API destination " + arn};
        return destination;
    }
};

}  // namespace rialto::targets
