#include "rialto/model/arn.hpp"

#include <catch2/catch.hpp>

using namespace rialto::model;

TEST_CASE("an ARN is read and written", "[model][arn]") {
    const std::string text = "arn:aws-cn:lambda:eu-west-1:123456789012:function:a:1";
    const auto arn = Arn::parse(text);

    REQUIRE(arn);
    CHECK(*arn == Arn{"aws-cn", "lambda", "eu-west-1", "123456789012", "function:a:1"});
    CHECK(arn->text() == text);
    CHECK(arn->name_after("function:") == "a:1");
    CHECK_FALSE(arn->name_after("layer:"));
    CHECK(Arn::parse("arn:aws:events:us-east-1:::"));
}

TEST_CASE("what is no ARN is none", "[model][arn]") {
    for (const char* text :
         {"", "arn", "arn:aws:sqs:r:a", "arn:aws:sqs:r:a:", "arn::sqs:r:a:q", "arn:aws::r:a:q", "urn:aws:sqs:r:a:q"}) {
        CAPTURE(text);
        CHECK_FALSE(Arn::parse(text));
    }
}
