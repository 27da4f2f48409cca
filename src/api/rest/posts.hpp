#pragma once

#include "rialto/posts/posts.hpp"
#include "router.hpp"

namespace rialto::api {

/// `/posts` and `/posts/{id}`. `posts` must outlive the router.
void add_post_routes(Router& router, posts::Posts& posts);

}  // namespace rialto::api
