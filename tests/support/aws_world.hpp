#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "api/aws/json_protocol.hpp"
#include "rialto/async/worker_pool.hpp"
#include "tests/support/catalog_world.hpp"

namespace rialto::testing {

/// A catalog asked by requests of AWS's JSON protocol, which are answered by what `services` makes.
class AwsWorld : public CatalogWorld {
public:
    using Services = std::vector<api::aws::Service>;
    explicit AwsWorld(std::function<Services()> services) : services_{std::move(services)} {}

    struct Answer {
        int status = 0;
        json::Value body;  ///< Null if there is none.

        /// The exception's name and message, `Type: message`; empty if it succeeded.
        std::string error() const {
            if (status == 200)
                return {};
            const json::Value* message = body.find("message");
            return *body.find("__type")->as_string() + ": " + (message ? *message->as_string() : std::string{});
        }
        std::string text(std::string_view name) const {
            const json::Value* value = body.find(name);
            return value && value->as_string() ? *value->as_string() : std::string{};
        }
    };

    Answer ask(const std::string& target, const std::string& body) {
        if (!protocol)
            protocol = std::make_unique<api::aws::JsonProtocol>(services_(), bus->identity());
        http::Request request;
        request.method = "POST";
        request.path = "/";
        request.id = "r";
        request.headers.add("Content-Type", "application/x-amz-json-1.1");
        request.headers.add("X-Amz-Target", target);
        if (!account.empty())
            request.headers.add("Authorization", "AWS4-HMAC-SHA256 Credential=" + account + "/d/" + region + "/s/t");
        for (const auto& [name, value] : headers)
            request.headers.add(name, value);
        request.body = body;
        const http::Response response = run(protocol->respond(request));
        Answer answer{.status = response.status, .body = {}};
        if (!response.body.empty())
            answer.body = json::parse(response.body).value();
        return answer;
    }

    void restart() {
        protocol.reset();
        CatalogWorld::restart();
    }

    std::string account;  ///< Of the caller; empty: ours.
    std::string region = "us-east-1";
    http::Headers headers;  ///< Further ones of each request.
    WorkerPool pool{{.name = "test"}};
    std::unique_ptr<api::aws::JsonProtocol> protocol;

private:
    std::function<Services()> services_;
};

}  // namespace rialto::testing
