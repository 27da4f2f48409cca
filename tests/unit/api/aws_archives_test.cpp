#include "tests/unit/api/archives_world.hpp"

namespace rialto::api::aws {
namespace {

const std::string kOurs = "arn:aws:events:us-east-1:000000000000:";
const std::string kArchiveRule = "Events-Archive-a";

struct ArchivesTest : testing::ArchivesWorld {
    json::Value describe(const std::string& name = "a") { return must("DescribeArchive", {{"ArchiveName", name}}); }
    std::string names(const json::Object& input) {
        std::string all;
        const json::Value answer = must("ListArchives", input);
        for (const json::Value& one : *answer.find("Archives")->as_array())
            all += *one.find("ArchiveName")->as_string() + ' ';
        return all;
    }
    void lose_target() {
        must("RemoveTargets", {{"Rule", kArchiveRule}, {"Ids", json::Array{kArchiveRule}}, {"Force", true}});
    }
};

TEST_CASE_METHOD(ArchivesTest, "an archive keeps the events of its bus, and tells how many", "[aws]") {
    put(0, 3);
    std::size_t bytes = 0;
    for (const auto& attempt : fake.attempts)
        bytes += attempt.payload.size();
    restart();

    CHECK(json::write(describe()) == R"({"ArchiveArn":")" + kOurs +
                                         R"(archive/a","ArchiveName":"a","EventSourceArn":")" + kOurs +
                                         R"(event-bus/default","State":"ENABLED","RetentionDays":0,"SizeBytes":)" +
                                         std::to_string(bytes) + R"(,"EventCount":3,"CreationTime":1767225600})");
    put(3, 4);
    CHECK(archived() == 4);
    CHECK(owed() == 0);
}

TEST_CASE_METHOD(ArchivesTest, "an archive with a pattern keeps what matches it", "[aws]") {
    must("CreateArchive", {{"ArchiveName", "some"},
                           {"EventSourceArn", kBus},
                           {"EventPattern", R"({"detail":{"n":[{"numeric":["<",2]}]}})"},
                           {"Description", "d"},
                           {"RetentionDays", 7}});
    put(0, 5);

    CHECK(archived("some") == 2);
    CHECK(archived() == 5);
    must("UpdateArchive", {{"ArchiveName", "some"}, {"EventPattern", R"({"detail":{"n":[9]}})"}});
    put(8, 10);
    CHECK(archived("some") == 3);
    const json::Value shown = describe("some");
    CHECK(*shown.find("EventPattern") == json::Value{R"({"detail":{"n":[9]}})"});
    CHECK(*shown.find("Description") == json::Value{"d"});
    CHECK(shown.find("RetentionDays")->as_int64() == 7);
    must("UpdateArchive", {{"ArchiveName", "some"}, {"EventPattern", ""}, {"Description", ""}});
    CHECK_FALSE(describe("some").find("EventPattern"));
    CHECK_FALSE(describe("some").find("Description"));
    put(0, 1);
    CHECK(archived("some") == 4);
}

TEST_CASE_METHOD(ArchivesTest, "an archive has a managed rule, as AWS shows it", "[aws]") {
    must("CreateArchive", {{"ArchiveName", "some"}, {"EventSourceArn", kBus}, {"EventPattern", R"({"source":["s"]})"}});

    const json::Value rule = must("DescribeRule", {{"Name", "Events-Archive-some"}});
    CHECK(*rule.find("EventPattern") == json::Value{R"({"replay-name":[{"exists":false}],"source":["s"]})"});
    CHECK(*rule.find("ManagedBy") == json::Value{"prod.vhs.events.aws.internal"});
    const json::Value listed = must("ListTargetsByRule", {{"Rule", kArchiveRule}});
    REQUIRE(listed.find("Targets")->as_array()->size() == 1);
    const json::Value& target = listed.find("Targets")->as_array()->at(0);
    CHECK(*target.find("Id") == json::Value{kArchiveRule});
    CHECK(*target.find("Arn") == json::Value{"arn:aws:events:us-east-1:::"});
    CHECK(target.find("InputTransformer")->find("InputTemplate")->as_string()->find(kOurs + "archive/a") !=
          std::string::npos);
}

TEST_CASE_METHOD(ArchivesTest, "an archive's rule is changed by force only", "[aws]") {
    const std::string managed = "ManagedRuleException: " + kArchiveRule + " is a managed rule.";
    CHECK(ask("PutRule", {{"Name", kArchiveRule}, {"EventPattern", R"({"source":["s"]})"}}).error() == managed);
    CHECK(ask("DisableRule", {{"Name", kArchiveRule}}).error() == managed);
    CHECK(ask("DeleteRule", {{"Name", kArchiveRule}}).error() == managed);
    CHECK(ask("RemoveTargets", {{"Rule", kArchiveRule}, {"Ids", json::Array{kArchiveRule}}}).error() == managed);
    CHECK(ask("PutTargets",
              {{"Rule", kArchiveRule},
               {"Targets", json::Array{json::Object{{"Id", "x"}, {"Arn", "arn:aws:sqs:us-east-1:000000000000:q"}}}}})
              .error() == managed);
    CHECK(ask("DeleteRule", {{"Name", kArchiveRule}, {"Force", true}}).error() ==
          "ValidationException: Rule can't be deleted since it has targets.");
    CHECK(*describe().find("State") == json::Value{"ENABLED"});
}

TEST_CASE_METHOD(ArchivesTest, "an archive that lost its rule is disabled, and repaired by an update", "[aws]") {
    const bool whole = GENERATE(false, true);
    put(0, 1);
    lose_target();
    if (whole)
        must("DeleteRule", {{"Name", kArchiveRule}, {"Force", true}});
    restart();
    CHECK(*describe().find("State") == json::Value{"DISABLED"});
    CHECK(*describe().find("StateReason") == json::Value{"Managed rule for the archive was forcefully deleted."});
    CHECK(names({{"State", "DISABLED"}}) == "a ");
    put(1, 2);
    CHECK(archived() == 1);

    must("UpdateArchive", {{"ArchiveName", "a"}, {"Description", "d"}});
    CHECK(*describe().find("State") == json::Value{"ENABLED"});
    CHECK_FALSE(describe().find("StateReason"));
    put(2, 3);
    CHECK(archived() == 2);
}

TEST_CASE_METHOD(ArchivesTest, "an archive outlives its bus, but is not repaired without it", "[aws]") {
    must("CreateEventBus", {{"Name", "b"}});
    must("CreateArchive", {{"ArchiveName", "x"}, {"EventSourceArn", kOurs + "event-bus/b"}});
    CHECK(ask("DeleteEventBus", {{"Name", "b"}}).error() ==
          "ValidationException: EventBus can't be deleted since it has rules.");
    const std::string rule = "Events-Archive-x";
    must("RemoveTargets", {{"Rule", rule}, {"EventBusName", "b"}, {"Ids", json::Array{rule}}, {"Force", true}});
    must("DeleteRule", {{"Name", rule}, {"EventBusName", "b"}, {"Force", true}});
    must("DeleteEventBus", {{"Name", "b"}});
    CHECK(*describe("x").find("State") == json::Value{"DISABLED"});

    CHECK(ask("UpdateArchive", {{"ArchiveName", "x"}, {"RetentionDays", 1}}).error() ==
          "ResourceNotFoundException: Event bus b does not exist.");
    must("DeleteArchive", {{"ArchiveName", "x"}});
    CHECK_FALSE(bus->has("b"));
}

TEST_CASE_METHOD(ArchivesTest, "a client's rule of the name that an archive's would have is left alone", "[aws]") {
    const std::string taken =
        "ResourceAlreadyExistsException: Rule Events-Archive-x already exists on EventBus default.";
    make_listener("Events-Archive-x");
    CHECK(ask("CreateArchive", {{"ArchiveName", "x"}, {"EventSourceArn", kBus}}).error() == taken);
    CHECK(heard_on("default") == "Events-Archive-x all ");

    lose_target();
    must("DeleteRule", {{"Name", kArchiveRule}, {"Force", true}});
    make_listener(kArchiveRule);
    CHECK(ask("UpdateArchive", {{"ArchiveName", "a"}, {"Description", "d"}}).status == 400);
    must("DeleteArchive", {{"ArchiveName", "a"}});
    CHECK(heard_on("default") == "Events-Archive-a Events-Archive-x all ");
}

TEST_CASE_METHOD(ArchivesTest, "a deleted archive keeps nothing, and a new one of its name begins empty", "[aws]") {
    put(0, 3);
    CHECK(json::write(must("DeleteArchive", {{"ArchiveName", "a"}})) == "{}");
    CHECK(ask("DescribeArchive", {{"ArchiveName", "a"}}).error() ==
          "ResourceNotFoundException: Archive a does not exist.");
    CHECK(ask("DescribeRule", {{"Name", kArchiveRule}}).status == 400);
    put(3, 4);

    must("CreateArchive", {{"ArchiveName", "a"}, {"EventSourceArn", kBus}});
    CHECK(archived() == 0);
    put(4, 5);
    CHECK(archived() == 1);
}

TEST_CASE_METHOD(ArchivesTest, "an archive drops what is older than it keeps", "[aws]") {
    must("UpdateArchive", {{"ArchiveName", "a"}, {"RetentionDays", 1}});
    put(0, 3);
    pass(23h);
    put(3, 4);
    CHECK(archived() == 4);
    pass(2h);
    CHECK(archived() == 1);
}

TEST_CASE_METHOD(ArchivesTest, "archives are listed by one filter", "[aws]") {
    must("CreateEventBus", {{"Name", "b"}});
    must("CreateArchive", {{"ArchiveName", "ab"}, {"EventSourceArn", kOurs + "event-bus/b"}, {"Description", "d"}});
    put(0, 1);

    CHECK(names({}) == "a ab ");
    CHECK(names({{"NamePrefix", "ab"}}) == "ab ");
    CHECK(names({{"EventSourceArn", kBus}}) == "a ");
    CHECK(names({{"State", "DISABLED"}}).empty());
    CHECK(names({{"Limit", 1}}) == "a ");
    CHECK(json::write(*must("ListArchives", {{"NamePrefix", "ab"}}).find("Archives")) ==
          R"([{"ArchiveName":"ab","EventSourceArn":")" + kOurs +
              R"(event-bus/b","State":"ENABLED","RetentionDays":0,"SizeBytes":0,"EventCount":0,)"
              R"("CreationTime":1767225600}])");
    CHECK(ask("ListArchives", {{"NamePrefix", "a"}, {"State", "ENABLED"}}).error() ==
          "ValidationException: At most one filter is allowed for ListArchives. Use either : State, EventSourceArn, or "
          "NamePrefix.");
    CHECK(ask("ListArchives", {{"EventSourceArn", kOurs + "event-bus/nowhere"}}).error() ==
          "ResourceNotFoundException: Event bus nowhere does not exist.");
}

TEST_CASE_METHOD(ArchivesTest, "CreateArchive says what is wrong", "[aws]") {
    const auto create = [this](const std::string& name, const std::string& source, const char* pattern = "") {
        return ask("CreateArchive", {{"ArchiveName", name}, {"EventSourceArn", source}, {"EventPattern", pattern}})
            .error();
    };
    CHECK(create("a", kBus) == "ResourceAlreadyExistsException: Archive a already exists.");
    CHECK(create("x", kOurs + "event-bus/nowhere") == "ResourceNotFoundException: Event bus nowhere does not exist.");
    CHECK(create("x", kOurs + "rule/r") ==
          "ValidationException: Parameter EventSourceArn is not valid. Reason: Must contain an event bus ARN.");
    CHECK(create("x", "arn:aws:events:us-east-1:111111111111:event-bus/default").starts_with("ResourceNotFound"));
    CHECK(create("x", kBus, "{}").starts_with("InvalidEventPatternException: Event pattern is not valid. Reason: "));
    CHECK(create("x", kBus, "[").starts_with("InvalidEventPatternException: "));
    CHECK(ask("DescribeRule", {{"Name", "Events-Archive-x"}}).status == 400);
    CHECK(create("x", kBus).empty());
    CHECK_FALSE(describe("x").find("EventPattern"));
}

TEST_CASE_METHOD(ArchivesTest, "UpdateArchive and DeleteArchive say what is wrong", "[aws]") {
    const std::string missing = "ResourceNotFoundException: Archive x does not exist.";
    CHECK(ask("UpdateArchive", {{"ArchiveName", "x"}}).error() ==
          "ValidationException: At least one of EventPattern, RetentionDays or Description must be provided.");
    CHECK(ask("UpdateArchive", {{"ArchiveName", "x"}, {"Description", "d"}}).error() == missing);
    CHECK(ask("UpdateArchive", {{"ArchiveName", "a"}, {"EventPattern", "{}"}})
              .error()
              .starts_with("InvalidEventPatternException: "));
    CHECK(ask("DescribeArchive", {{"ArchiveName", "x"}}).error() == missing);
    CHECK(ask("DeleteArchive", {{"ArchiveName", "x"}}).error() == missing);
    account = "111111111111";
    CHECK(ask("DescribeArchive", {{"ArchiveName", "a"}}).status == 400);
}

}  // namespace
}  // namespace rialto::api::aws
