#pragma once

#include <string>

#include "rialto/base/result.hpp"
#include "rialto/entities/tagger.hpp"

namespace rialto::ner {

Status write_file(const std::string& path, const std::string& bytes);

/// A tagger with the file's model, or the built-in one if there is no file. `bytes` must outlive it.
Result<entities::Tagger> load_tagger(const std::string& path, std::string& bytes);

}  // namespace rialto::ner
