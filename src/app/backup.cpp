#include <filesystem>
#include <iostream>

#include "commands.hpp"
#include "exit_code.hpp"
#include "rialto/config/config.hpp"
#include "rialto/storage/backup.hpp"

namespace rialto::app {
namespace {

int complain(const Error& error) {
    std::cerr << "rialto: " << error.message << '\n';
    return ExitCode::Failed;
}

Result<std::filesystem::path> data_dir(const DataOptions& options) {
    if (!options.data_dir.empty())
        return std::filesystem::path{options.data_dir};
    if (options.config.empty())
        return config::Config{}.storage.data_dir;
    auto config = config::load(options.config, config::process_environment);
    if (!config)
        return std::move(config).error();
    return config->storage.data_dir;
}

}  // namespace

int backup(const DataOptions& options, const std::string& file) {
    const auto directory = data_dir(options);
    if (!directory)
        return complain(directory.error());
    if (const Status done = storage::backup(*directory, file); !done)
        return complain(done.error());
    std::cout << file << ": " << std::filesystem::file_size(file) << " bytes\n";
    return ExitCode::Ok;
}

int restore(const DataOptions& options, const std::string& file) {
    const auto directory = data_dir(options);
    if (!directory)
        return complain(directory.error());
    if (const Status done = storage::restore(*directory, file); !done)
        return complain(done.error());
    std::cout << storage::database_in(*directory).string() << ": restored\n";
    return ExitCode::Ok;
}

int verify(const DataOptions& options, const std::string& file) {
    const auto directory = data_dir(options);
    if (!directory)
        return complain(directory.error());
    const auto database = file.empty() ? storage::database_in(*directory) : std::filesystem::path{file};
    const auto wrong = storage::verify(database);
    if (!wrong)
        return complain(wrong.error());
    for (const std::string& line : *wrong)
        std::cout << database.string() << ": " << line << '\n';
    if (!wrong->empty())
        return complain({Errc::Corrupt, database.string() + " is damaged: " + std::string{storage::kRestoreIt}});
    std::cout << database.string() << ": ok\n";
    return ExitCode::Ok;
}

}  // namespace rialto::app
