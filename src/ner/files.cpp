#include "files.hpp"

#include "rialto/base/file.hpp"

#include <fstream>
#include <iterator>

namespace rialto::ner {

Status write_file(const std::string& path, const std::string& bytes) {
    std::ofstream file{path, std::ios::binary};
    if (!(file << bytes) || !file.flush())
        return Error{Errc::Unavailable, path + ": cannot be written"};
    return {};
}

Result<entities::Tagger> load_tagger(const std::string& path, std::string& bytes) {
    if (path.empty())
        return entities::Tagger::built_in();
    Result<std::string> file = read_file(path);
    if (!file)
        return file.error();
    bytes = *std::move(file);
    return entities::Tagger::from_bytes(bytes);
}

}  // namespace rialto::ner
