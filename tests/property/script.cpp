#include "tests/property/script.hpp"

#include "tests/property/events.hpp"
#include "tests/property/patterns.hpp"

namespace rialto::property {
namespace {

constexpr std::size_t kMatchers = 3;

/// Writes a script around one or two events and what is made of them.
class Author {
public:
    explicit Author(std::uint64_t seed) : random_{seed} {
        for (auto count = random_.chance(80) ? 1 : 2; count > 0; --count)
            events_.push_back(any_event(random_));
        ids_ = random_.chance(50) ? 1 + random_.below(8) : 1 + random_.below(200);
    }

    Script write() {
        for (std::size_t id = 0; id < ids_; ++id)
            add(id);
        for (auto count = 5 + random_.below(20); count > 0; --count) {
            if (random_.chance(30))
                change();
            match();
        }
        return std::move(script_);
    }

private:
    void add(std::size_t id) {
        push({.kind = Step::Kind::Add,
              .matcher = random_.below(kMatchers),
              .id = static_cast<pattern::RuleId>(id),
              .text = pattern_for(random_, random_.pick(events_))});
    }

    void change() {
        const auto matcher = random_.below(kMatchers);
        const auto id = static_cast<pattern::RuleId>(random_.below(ids_));
        if (random_.chance(30))
            push({.kind = Step::Kind::Copy, .matcher = matcher, .text = {}});
        else if (random_.chance(10))
            push({.kind = Step::Kind::Drop, .matcher = matcher, .text = {}});
        for (auto count = random_.below(4); count > 0; --count)
            push({.kind = Step::Kind::Remove, .matcher = matcher, .id = id, .text = {}});
        for (auto count = random_.below(4); count > 0; --count)
            add(random_.below(ids_));
    }

    void match() {
        auto event = changed_event(random_, random_.pick(events_));
        if (random_.chance(20))
            respell_paths(random_, event, Tree::Event);
        if (random_.chance(30))
            pad(event);
        auto text = written(random_, event);
        if (random_.chance(3))
            text = damaged(random_, text);
        push({.kind = Step::Kind::Match, .matcher = random_.below(kMatchers), .text = text});
    }

    /// With what no pattern asks for, full of what could be taken for the end of it.
    void pad(Json& event) {
        Json padding{Json::Kind::Array};
        for (auto count = random_.below(6); count > 0; --count) {
            const auto text = random_.pick({"", "\"", "\\", "]}", "{\"a\":[", ",\"a\":1,", std::string(60, '\\')});
            padding.values.push_back(random_.chance(70) ? text_json(random_, std::string(random_.below(90), 'p') + text)
                                                        : any_event(random_));
        }
        insert_member(random_, event, random_.below(event.values.size() + 1), "padding", std::move(padding));
    }

    void push(Step step) { script_.push_back(std::move(step)); }

    Random random_;
    std::vector<Json> events_;
    std::size_t ids_ = 0;
    Script script_;
};

std::string to_text(const Step& step) {
    const auto matcher = std::to_string(step.matcher);
    const auto id = std::to_string(step.id);
    switch (step.kind) {
        case Step::Kind::Add:
            return "add " + id + " to " + matcher + ": " + step.text;
        case Step::Kind::Remove:
            return "remove " + id + " from " + matcher;
        case Step::Kind::Match:
            return "match " + matcher + ": " + step.text;
        case Step::Kind::Copy:
            return "copy " + matcher;
        default:
            return "drop " + matcher;
    }
}

}  // namespace

Script any_script(std::uint64_t seed) { return Author{seed}.write(); }

std::string to_text(const Script& script) {
    std::string text;
    for (const auto& step : script)
        text += to_text(step) + "\n";
    return text;
}

}  // namespace rialto::property
