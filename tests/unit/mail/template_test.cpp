#include "rialto/mail/template.hpp"

#include <array>
#include <catch2/catch.hpp>

using namespace rialto;
using namespace rialto::mail;

namespace {

constexpr std::array<std::string_view, 3> kNames{"title", "author", "post.url"};

}  // namespace

TEST_CASE("placeholders become values, and all else stays", "[mail]") {
    const Template::Values values{{"title", "Brücken & <Wege>"}, {"author", "{{title}}"}};
    const auto [text, expected] = GENERATE(table<std::string, std::string>({
        {"", ""},
        {"no placeholder", "no placeholder"},
        {"{{title}}", "Brücken & <Wege>"},
        {"a {{ title }}{{\ttitle\t}} b", "a Brücken & <Wege>Brücken & <Wege> b"},
        {"{{author}}", "{{title}}"},
        {"[{{post.url}}]", "[]"},
        {"{{{{title}}", "{{title}}"},
        {"{{{{{{title}}", "{{Brücken & <Wege>"},
        {"p { color: red } }} {", "p { color: red } }} {"},
    }));
    CAPTURE(text);

    const auto parsed = Template::parse(text, kNames);

    REQUIRE(parsed);
    CHECK(parsed->render(values, Template::Escape::None) == expected);
}

TEST_CASE("in HTML the values are escaped and the template is not", "[mail]") {
    const auto parsed = Template::parse("<b title=\"{{title}}\">", kNames);

    REQUIRE(parsed);
    const auto html = parsed->render({{"title", "\"><script>"}}, Template::Escape::Html);
    CHECK(html.starts_with("<b title=\"&"));
    CHECK(html.find("<script>") == std::string::npos);
}

TEST_CASE("a broken template is refused with line and reason", "[mail]") {
    const auto [text, reason] = GENERATE(table<std::string, std::string>({
        {"a\n\n{{titel}}", "unknown placeholder {{titel}} at line 3: allowed are title, author, post.url"},
        {"{{title", "{{ without its }} at line 1"},
        {"\n{{", "{{ without its }} at line 2"},
        {"{{{title}}}", "{{{ means nothing"},
        {"{{}}", "this is not one at line 1"},
        {"{{ti tle}}", "this is not one at line 1"},
        {"{{title\n}}", "this is not one at line 1"},
        {"{{title {{author}}", "this is not one at line 1"},
    }));
    CAPTURE(text);

    const auto parsed = Template::parse(text, kNames);

    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().code == Errc::InvalidArgument);
    CHECK_THAT(parsed.error().message, Catch::Contains(reason));
}
