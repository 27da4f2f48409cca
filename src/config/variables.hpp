#pragma once

#include "config/document.hpp"
#include "rialto/config/config.hpp"

namespace rialto::config {

/// Puts the values of variables where scalars have `${NAME}` or `${NAME:-default}`, and a dollar for `$$`; any other
/// dollar is itself. As in a shell, the default also stands for a variable that is empty. Keys stay as they are.
void expand_variables(Node& root, const Environment& environment, Problems& problems);

}  // namespace rialto::config
