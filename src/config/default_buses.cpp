#include "rialto/config/config.hpp"

namespace rialto::config {

namespace {

model::Rule post_creation() {
    return {
        .name = "blogPostCreation",
        .description = "A new post is mailed to its topic's subscribers, and read for the names in it",
        .pattern = R"({"source":["rialto.posts"],"detail-type":["BlogPostCreated"]})",
        .targets = {{.id = "email", .kind = model::EmailTarget{}, .input = {}, .retry = {}, .dead_letter = {}},
                    {.id = "entities", .kind = model::EntitiesTarget{}, .input = {}, .retry = {}, .dead_letter = {}}}};
}

model::Rule post_edit() {
    return {
        .name = "blogPostEdit",
        .description = "A post whose text was changed is read again",
        .pattern = R"({"source":["rialto.posts"],"detail-type":["BlogPostUpdated"]})",
        .targets = {{.id = "entities", .kind = model::EntitiesTarget{}, .input = {}, .retry = {}, .dead_letter = {}}}};
}

model::Rule post_update() {
    return {.name = "blogPostUpdate",
            .description = "Every change of a post is pushed to the WebSocket clients",
            .pattern = R"({"source":["rialto.posts.changes"],"detail-type":["BlogPostChange"]})",
            .targets = {
                {.id = "websocket", .kind = model::WebSocketTarget{}, .input = {}, .retry = {}, .dead_letter = {}}}};
}

}  // namespace

// The same as in config/rialto.yaml, which is the one that people read.
std::vector<model::Bus> default_buses() {
    return {{.name = "default", .rules = {post_creation(), post_edit()}},
            {.name = "websocket", .rules = {post_update()}}};
}

}  // namespace rialto::config
