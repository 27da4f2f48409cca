#pragma once

#include "api/router.hpp"
#include "rialto/posts/posts.hpp"

namespace rialto::api {

/// `/posts` and `/posts/{id}`. `posts` must outlive the router.
void add_post_routes(Router& router, posts::Posts& posts);

}  // namespace rialto::api
