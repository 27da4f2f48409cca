#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "run.hpp"
#include "tests/support/full_disk.hpp"

using namespace rialto;
using namespace rialto::mail;
namespace fs = std::filesystem;

namespace {

struct OutboxTest {
    OutboxTest() {
        auto pattern = (fs::temp_directory_path() / "rialto-outbox-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr)
            throw std::runtime_error("cannot make a directory for the test");
        root = pattern;
    }
    ~OutboxTest() { fs::remove_all(root); }

    std::vector<std::string> files() const {
        std::vector<std::string> names;
        for (const auto& entry : fs::directory_iterator{directory()})
            names.push_back(entry.path().filename());
        std::ranges::sort(names);
        return names;
    }

    fs::path directory() const { return root / "data" / "outbox"; }

    fs::path root;
    metrics::Registry metrics;
};

std::string content(const fs::path& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

}  // namespace

TEST_CASE_METHOD(OutboxTest, "a mail becomes a file named after its Message-ID", "[mail]") {
    const auto outbox = make_outbox(directory(), metrics);

    REQUIRE(mail::send(*outbox, sample_message()));

    CHECK(files() == std::vector<std::string>{"0198c0de.1@rialto.example.org.eml"});
    CHECK(content(directory() / files().front()) == mail::to_rfc5322(sample_message()));
    CHECK(metrics.text().find("rialto_mail_sent_total 1") != std::string::npos);
}

TEST_CASE_METHOD(OutboxTest, "the same Message-ID replaces its file", "[mail]") {
    const auto outbox = make_outbox(directory(), metrics);
    auto second = sample_message();
    second.subject = "Better";

    REQUIRE(mail::send(*outbox, sample_message()));
    REQUIRE(mail::send(*outbox, second));

    REQUIRE(files().size() == 1);
    CHECK(content(directory() / files().front()) == mail::to_rfc5322(second));
}

TEST_CASE_METHOD(OutboxTest, "no Message-ID leads out of the directory or hides its file", "[mail]") {
    const auto outbox = make_outbox(directory(), metrics);
    auto message = sample_message();
    message.message_id = GENERATE(std::string{"../../evil"}, std::string{"/etc/evil"}, std::string{".hidden"},
                                  std::string{"a\0b", 3}, std::string{"ü\r\n"}, std::string(5000, 'x'), std::string{});

    REQUIRE(mail::send(*outbox, message));

    REQUIRE(files().size() == 1);
    const auto name = files().front();
    CHECK(name.front() != '.');
    CHECK(name.ends_with(".eml"));
    CHECK(name.size() <= 204);
    CHECK(name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._@+-") ==
          std::string::npos);
    CHECK(fs::exists(directory() / name));
}

TEST_CASE_METHOD(OutboxTest, "two ids that look alike when made safe keep a file each", "[mail]") {
    const auto outbox = make_outbox(directory(), metrics);
    auto one = sample_message();
    auto other = sample_message();
    one.message_id = "a/b";
    other.message_id = "a:b";

    REQUIRE(mail::send(*outbox, one));
    REQUIRE(mail::send(*outbox, other));

    CHECK(files().size() == 2);
}

TEST_CASE_METHOD(OutboxTest, "a directory that cannot be made is named with the reason and may be tried again",
                 "[mail]") {
    std::ofstream{root / "data"} << "a file where the directory should be";
    const auto outbox = make_outbox(directory(), metrics);

    const auto failed = mail::send(*outbox, sample_message());
    fs::remove(root / "data");
    const auto sent = mail::send(*outbox, sample_message());

    REQUIRE_FALSE(failed);
    CHECK(failed.error().code == Errc::Unavailable);
    CHECK(failed.error().message == directory().string() + ": Not a directory");
    CHECK(sent);
}

TEST_CASE_METHOD(OutboxTest, "a file that cannot be replaced leaves nothing behind", "[mail]") {
    const auto taken = directory() / "0198c0de.1@rialto.example.org.eml";
    fs::create_directories(taken);
    const auto outbox = make_outbox(directory(), metrics);

    const auto failed = mail::send(*outbox, sample_message());

    REQUIRE_FALSE(failed);
    CHECK(failed.error().message == taken.string() + ": Is a directory");
    CHECK(files() == std::vector<std::string>{taken.filename()});
}

TEST_CASE_METHOD(OutboxTest, "a full disk leaves nothing behind, and the mail may be tried again", "[mail]") {
    const auto outbox = make_outbox(directory(), metrics);
    {
        const testing::FullDisk full{100};
        const auto failed = mail::send(*outbox, sample_message());
        REQUIRE_FALSE(failed);
        CHECK(failed.error().code == Errc::Unavailable);
        CHECK(files().empty());
    }

    REQUIRE(mail::send(*outbox, sample_message()));

    CHECK(content(directory() / files().front()) == mail::to_rfc5322(sample_message()));
}
