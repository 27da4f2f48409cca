#include "api/aws/regex.hpp"

#include <catch2/catch.hpp>
#include <stdexcept>

namespace rialto::api::aws {
namespace {

TEST_CASE("an expression of the service model matches whole values only", "[aws]") {
    const auto [expression, value, expected] = GENERATE(table<const char*, std::string, bool>({
        {R"([/\.\-_A-Za-z0-9]+)", "a/b.c-d_9", true},
        {R"([/\.\-_A-Za-z0-9]+)", "", false},
        {R"([/\.\-_A-Za-z0-9]+)", "a b", false},
        {R"([a-zA-Z0-9-_]+)", "a-b_c", true},
        {R"([A-Za-z0-9\_\-]+)", "a_b-c", true},
        {R"(\d{12})", "123456789012", true},
        {R"(\d{12})", "1234567890123", false},
        {R"(\d{12})", "٠١٢٣٤٥٦٧٨٩٠١", false},
        {R"((\d{12}|\*))", "*", true},
        {R"(^[a-zA-Z0-9_\-/:]*$)", "", true},
        {R"(^[a-zA-Z0-9_\-/:]*$)", "a\n", false},
        {R"(^(?!\s*$).+)", "  ", false},
        {R"(^(?!\s*$).+)", " x", true},
        {R"(^(?!\s*$).+)", "a\nb", false},
        {R"(.*)", "a\xe2\x80\xa8z", false},
        {R"(.*)", "é😀", true},
        {R"(^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$)", "Größe 7", true},
        {R"(^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$)", "a;b", false},
        {R"(aws\.partner(/[\.\-_A-Za-z0-9]+){2,})", "aws.partner/a/b", true},
        {R"(aws\.partner(/[\.\-_A-Za-z0-9]+){2,})", "aws.partner/a", false},
        {R"((arn:aws[\w-]*:events:[a-z]+-[a-z]+-[\w-]+:[0-9]{12}:event-bus\/)?[/\.\-_A-Za-z0-9]+)",
         "arn:aws:events:us-east-1:000000000000:event-bus/default", true},
    }));
    INFO(expression << " on " << value);
    CHECK(Regex{expression}.matches(value) == expected);
}

TEST_CASE("an expression that backtracks without end is given up", "[aws]") {
    CHECK_FALSE(Regex{"(a|aa)+b"}.matches(std::string(10'000, 'a')));
}

TEST_CASE("what is no expression is a fault of ours", "[aws]") { CHECK_THROWS_AS(Regex{"[a"}, std::invalid_argument); }

}  // namespace
}  // namespace rialto::api::aws
