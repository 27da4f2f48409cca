#include "api/rest/posts.hpp"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include "api/rest/answers.hpp"
#include "rialto/base/encoding.hpp"
#include "rialto/json/object_writer.hpp"

namespace rialto::api {
namespace {

constexpr std::int64_t kDefaultPage = 50;
constexpr std::int64_t kLargestPage = 200;
constexpr std::size_t kLongestKey = 255;

std::string etag_of(const storage::Post& post) { return "\"" + std::to_string(post.version) + "\""; }

http::Response post_answer(int status, const storage::Post& post) {
    http::Response response = json_text_answer(status, posts::to_json(post));
    response.headers.add("ETag", etag_of(post));
    return response;
}

/// A member of the body as a JSON pointer in a URI's fragment (RFC 6901).
std::string pointer_to(std::string_view field) {
    std::string step;
    for (const char c : field) {
        if (c == '~')
            step += "~0";
        else if (c == '/')
            step += "~1";
        else
            step += c;
    }
    return "#/" + percent_encode(step);
}

http::Response invalid_fields(const std::vector<posts::Problem>& problems) {
    json::Array errors;
    for (const auto& [field, message] : problems) {
        const std::string subject = field.empty() ? "the body" : field;
        errors.emplace_back(json::Object{{"field", field},
                                         {"pointer", field.empty() ? "#" : pointer_to(field)},
                                         {"detail", subject + " " + message}});
    }
    const std::string count = std::to_string(problems.size());
    return problem(422, count + (problems.size() == 1 ? " field is" : " fields are") + " not valid",
                   {{"errors", std::move(errors)}});
}

http::Response refusal_answer(const posts::Refusal& refusal, bool conditional) {
    if (!refusal.problems.empty())
        return invalid_fields(refusal.problems);
    if (refusal.error.code == Errc::Conflict && conditional)
        return problem(412, refusal.error.message);
    return problem(refusal.error);
}

/// The entity tags of a header such as If-Match (RFC 9110 section 13.1.1) that name a version; "*" is any.
struct Tags {
    bool any = false;
    std::vector<std::int64_t> versions;
};

/// How entity tags are compared (RFC 9110 section 8.8.3.2): weakly, a proxy's W/"1" is as good as "1".
enum class Compare { Strong, Weak };

Tags read_tags(std::string_view header, Compare compare) {
    Tags tags;
    while (!header.empty()) {
        const auto comma = header.find(',');
        std::string_view tag = header.substr(0, comma);
        header.remove_prefix(comma == std::string_view::npos ? header.size() : comma + 1);
        while (tag.starts_with(' '))
            tag.remove_prefix(1);
        while (tag.ends_with(' '))
            tag.remove_suffix(1);
        tags.any = tags.any || tag == "*";
        if (compare == Compare::Weak && tag.starts_with("W/"))
            tag.remove_prefix(2);
        std::int64_t version = 0;
        if (tag.size() > 2 && tag.front() == '"' && tag.back() == '"' &&
            std::from_chars(tag.data() + 1, tag.data() + tag.size() - 1, version).ptr == tag.data() + tag.size() - 1)
            tags.versions.push_back(version);
    }
    return tags;
}

/// The version that a write must find, as If-Match says. Nothing: any.
using Precondition = std::expected<std::optional<std::int64_t>, http::Response>;

Task<Precondition> precondition(posts::Posts& posts, const Call& call) {
    const auto header = call.request.headers.find("If-Match");
    if (!header)
        co_return std::nullopt;
    const Tags tags = read_tags(*header, Compare::Strong);
    const auto post = co_await posts.get(call.path.at("id"));
    if (!post)
        co_return std::unexpected{problem(post.error())};
    if (tags.any)
        co_return std::nullopt;
    if (std::ranges::find(tags.versions, post->version) == tags.versions.end())
        co_return std::unexpected{problem(412, "the post is at version " + std::to_string(post->version))};
    co_return post->version;
}

std::expected<std::optional<posts::IdempotencyKey>, http::Response> idempotency_key(const http::Request& request) {
    const auto key = request.headers.find("Idempotency-Key");
    if (!key)
        return std::nullopt;
    const bool visible = std::ranges::all_of(*key, [](char c) { return c > 0x20 && c < 0x7f; });
    if (key->empty() || key->size() > kLongestKey || !visible)
        return std::unexpected{problem(400, "Idempotency-Key must be 1 to 255 visible ASCII characters")};
    return posts::IdempotencyKey{std::string{*key}, to_hex(sha256(request.body))};
}

Task<http::Response> create(posts::Posts& posts, Call call) {
    auto body = json::parse(call.request.body);
    if (!body)
        co_return problem(400, "the body is not JSON: " + body.error().message);
    auto draft = posts::read_draft(std::move(*body));
    if (!draft)
        co_return invalid_fields(draft.error());
    auto key = idempotency_key(call.request);
    if (!key)
        co_return std::move(key).error();

    const auto created = co_await posts.create(std::move(*draft), std::move(*key));
    if (!created && created.error().code == Errc::Conflict)
        co_return problem(422, created.error().message);
    if (!created && created.error().code == Errc::NotFound)
        co_return problem(410, "the post that this Idempotency-Key made has been deleted");
    if (!created)
        co_return problem(created.error());
    http::Response response = post_answer(201, created->post);
    response.headers.add("Location", "/posts/" + created->post.id);
    if (!created->fresh)
        response.headers.add("Idempotency-Replayed", "true");
    co_return response;
}

Task<http::Response> read(posts::Posts& posts, Call call) {
    const auto post = co_await posts.get(call.path.at("id"));
    if (!post)
        co_return problem(post.error());
    const Tags known = read_tags(call.request.headers.find("If-None-Match").value_or(""), Compare::Weak);
    if (known.any || std::ranges::find(known.versions, post->version) != known.versions.end()) {
        http::Response unchanged;
        unchanged.status = 304;
        unchanged.headers.add("ETag", etag_of(*post));
        co_return unchanged;
    }
    co_return post_answer(200, *post);
}

Task<http::Response> list(posts::Posts& posts, Call call) {
    const auto limit = call.query.number("limit", kDefaultPage, 1, kLargestPage);
    if (!limit)
        co_return problem(limit.error());
    const auto given = [&call](std::string_view name) {
        const std::string* value = call.query.find(name);
        return value == nullptr ? std::nullopt : std::optional{*value};
    };
    const auto page = co_await posts.list({.topic = given("topic"),
                                           .author = given("author"),
                                           .before = given("cursor"),
                                           .limit = static_cast<std::size_t>(*limit)});
    if (!page)
        co_return problem(page.error());
    std::vector<std::string> shown;
    for (const storage::Post& post : page->items)
        shown.push_back(posts::to_json(post));
    json::ObjectWriter body;
    body.json("posts", json::write_array(shown));
    if (page->more)
        body.text("nextCursor", page->items.back().id);
    co_return json_text_answer(200, body.finish());
}

Task<http::Response> edit(posts::Posts& posts, Call call, posts::Posts::Edit change) {
    auto version = co_await precondition(posts, call);
    if (!version)
        co_return std::move(version).error();
    const auto edited = co_await posts.update(call.path.at("id"), *version, std::move(change));
    if (!edited)
        co_return refusal_answer(edited.error(), version->has_value());
    co_return post_answer(200, *edited);
}

Task<http::Response> replace(posts::Posts& posts, Call call) {
    const auto body = json::parse(call.request.body);
    if (!body)
        co_return problem(400, "the body is not JSON: " + body.error().message);
    co_return co_await edit(posts, std::move(call),
                            [body = *body](const storage::Post&) { return posts::read_draft(body); });
}

Task<http::Response> patch(posts::Posts& posts, Call call) {
    const auto body = json::parse(call.request.body);
    if (!body)
        co_return problem(400, "the body is not JSON: " + body.error().message);
    if (body->as_object() == nullptr)
        co_return invalid_fields({{"", "must be a JSON object (RFC 7396)"}});
    co_return co_await edit(posts, std::move(call), [body = *body](const storage::Post& post) {
        json::Value draft = posts::draft_of(post);
        json::merge_patch(draft, body);
        return posts::read_draft(draft);
    });
}

Task<http::Response> remove(posts::Posts& posts, Call call) {
    auto version = co_await precondition(posts, call);
    if (!version)
        co_return std::move(version).error();
    const Status removed = co_await posts.remove(call.path.at("id"), *version);
    if (!removed)
        co_return refusal_answer({removed.error(), {}}, version->has_value());
    http::Response response;
    response.status = 204;
    co_return response;
}

}  // namespace

void add_post_routes(Router& router, posts::Posts& posts) {
    router.add("POST", "/posts", Body::Json, [&posts](Call call) { return create(posts, std::move(call)); });
    router.add("GET", "/posts", Body::None, [&posts](Call call) { return list(posts, std::move(call)); });
    router.add("GET", "/posts/{id}", Body::None, [&posts](Call call) { return read(posts, std::move(call)); });
    router.add("PUT", "/posts/{id}", Body::Json, [&posts](Call call) { return replace(posts, std::move(call)); });
    router.add("PATCH", "/posts/{id}", Body::MergePatch, [&posts](Call call) { return patch(posts, std::move(call)); });
    router.add("DELETE", "/posts/{id}", Body::None, [&posts](Call call) { return remove(posts, std::move(call)); });
}

}  // namespace rialto::api
