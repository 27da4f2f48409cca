#pragma once

#include <memory>

#include "rialto/base/result.hpp"
#include "rialto/config/config.hpp"
#include "rialto/entities/gazetteer.hpp"
#include "rialto/targets/entity_extraction.hpp"

namespace rialto::app {

targets::ExtractionSettings extraction_settings(const config::Entities& settings);

/// The file of names of one's own; null if there is none. The error says what is wrong, and where.
Result<std::shared_ptr<const entities::Gazetteer>> read_gazetteer(const config::Entities& settings);

}  // namespace rialto::app
