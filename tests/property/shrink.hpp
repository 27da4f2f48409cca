#pragma once

#include <functional>

#include "tests/property/script.hpp"

namespace rialto::property {

/// A script that is as small as taking steps away, and parts of patterns and events, makes it while `fails` holds. It
/// must hold for `script`.
Script shrunk(Script script, const std::function<bool(const Script&)>& fails);

}  // namespace rialto::property
