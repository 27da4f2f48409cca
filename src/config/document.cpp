#include "config/document.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <sstream>
#include <utility>

#include "rialto/base/utf8.hpp"

namespace rialto::config {

namespace {

Mark to_mark(const YAML::Mark& mark) { return {std::max(mark.line, 0) + 1, std::max(mark.column, 0) + 1}; }

/// Ends the reading. Does not leave this file.
struct Refused {
    Mark mark;
    std::string why;
};

/// What a value costs, all within it included.
struct Weight {
    std::size_t nodes = 1;
    std::size_t bytes = 0;
    std::size_t depth = 1;

    void add(const Weight& inner) {
        nodes += inner.nodes;
        bytes += inner.bytes;
        depth = std::max(depth, inner.depth + 1);
    }
};

/// Builds our tree from yaml-cpp's events. Its own tree keeps duplicate keys silently, loses the difference between
/// `5` and "5" in places, and has no limits.
class Builder final : public YAML::EventHandler {
public:
    explicit Builder(Problems& problems) : problems_{problems} {}

    Node take_root() { return std::move(root_); }

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        add(make_node(Node::Kind::Null, to_mark(mark)), {}, anchor);
    }

    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override {
        check_tag(mark, tag);
        auto node = make_node(Node::Kind::Scalar, to_mark(mark), value);
        node.plain = tag.empty() || tag == "?";
        add(std::move(node), {.bytes = value.size()}, anchor);
    }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        const auto found = anchors_.find(anchor);
        if (found == anchors_.end())
            refuse(to_mark(mark), "an alias stands inside the value that it names");
        const auto weight = found->second.second;
        charge(weight, to_mark(mark));
        place(found->second.first, weight);
    }

    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        open(mark, tag, anchor, Node::Kind::List);
    }
    void OnSequenceEnd() override { close(); }

    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        open(mark, tag, anchor, Node::Kind::Map);
    }
    void OnMapEnd() override { close(); }

private:
    struct Open {
        Node node;
        Weight weight;
        YAML::anchor_t anchor = 0;
        std::optional<Entry> entry;       // its key was read, its value was not
        std::map<std::string, int> keys;  // and their lines
    };

    static void check_tag(const YAML::Mark& mark, const std::string& tag) {
        if (!tag.empty() && tag != "?" && tag != "!" && tag != "tag:yaml.org,2002:str")
            refuse(to_mark(mark), "tags such as !name are not supported");
    }

    [[noreturn]] static void refuse(Mark mark, const std::string& why) { throw Refused{mark, why}; }

    void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Node::Kind kind) {
        check_tag(mark, tag);
        const auto at = to_mark(mark);
        charge({}, at);
        open_.push_back({.node = make_node(kind, at), .weight = {}, .anchor = anchor, .entry = {}, .keys = {}});
    }

    void close() {
        auto done = std::move(open_.back());
        open_.pop_back();
        remember(done.anchor, done.node, done.weight);
        place(std::move(done.node), done.weight);
    }

    void add(Node node, const Weight& weight, YAML::anchor_t anchor) {
        charge(weight, node.mark);
        remember(anchor, node, weight);
        place(std::move(node), weight);
    }

    void remember(YAML::anchor_t anchor, const Node& node, const Weight& weight) {
        if (anchor == 0)
            return;
        // A copy for each anchor is bounded, too: anchors inside anchors would square the file.
        kept_nodes_ += weight.nodes;
        kept_bytes_ += weight.bytes;
        if (kept_nodes_ > kMaxNodes || kept_bytes_ > kMaxExpanded)
            refuse(node.mark, "too much stands under anchors");
        anchors_.insert_or_assign(anchor, std::pair{node, weight});
    }

    void charge(const Weight& weight, Mark mark) {
        nodes_ += weight.nodes;
        bytes_ += weight.bytes;
        if (open_.size() + weight.depth > kMaxDepth)
            refuse(mark, "nested too deeply; " + std::to_string(kMaxDepth) + " levels are allowed");
        if (nodes_ > kMaxNodes)
            refuse(mark, "too many values; " + std::to_string(kMaxNodes) + " are allowed, aliases resolved");
        if (bytes_ > kMaxExpanded)
            refuse(mark, "too much text; 4 MiB are allowed, aliases resolved");
    }

    void place(Node node, const Weight& weight) {
        if (open_.empty()) {
            root_ = std::move(node);
            return;
        }
        auto& parent = open_.back();
        parent.weight.add(weight);
        if (parent.node.is(Node::Kind::List))
            parent.node.items.push_back(std::move(node));
        else if (!parent.entry)
            start_entry(parent, std::move(node));
        else
            finish_entry(parent, std::move(node));
    }

    static void start_entry(Open& map, Node key) {
        if (!key.is(Node::Kind::Scalar))
            refuse(key.mark, "a key must be text");
        map.entry = Entry{.key = std::move(key.text), .mark = key.mark, .value = {}};
    }

    void finish_entry(Open& map, Node value) {
        auto entry = *std::exchange(map.entry, std::nullopt);
        const auto [known, fresh] = map.keys.emplace(entry.key, entry.mark.line);
        if (!fresh) {
            problems_.add(entry.mark,
                          "duplicate key \"" + entry.key + "\"; it stands in line " + std::to_string(known->second));
            return;
        }
        entry.value = std::move(value);
        map.node.entries.push_back(std::move(entry));
    }

    Problems& problems_;
    Node root_;
    std::vector<Open> open_;
    std::map<YAML::anchor_t, std::pair<Node, Weight>> anchors_;
    std::size_t nodes_ = 0;
    std::size_t bytes_ = 0;
    std::size_t kept_nodes_ = 0;
    std::size_t kept_bytes_ = 0;
};

Mark mark_at(std::string_view text, std::size_t offset) {
    const auto before = text.substr(0, offset);
    const auto lines = std::count(before.begin(), before.end(), '\n');
    const auto start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
    return {static_cast<int>(lines) + 1, static_cast<int>(offset - start) + 1};
}

bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F;
}

/// The length of the longest prefix of `text` that is UTF-8.
std::size_t utf8_length(std::string_view text) {
    std::size_t length = 0;
    while (length < text.size()) {
        std::size_t next = 1;
        while (next <= 4 && length + next <= text.size() && !is_utf8(text.substr(length, next)))
            ++next;
        if (next > 4 || length + next > text.size())
            break;
        length += next;
    }
    return length;
}

/// What yaml-cpp would read wrongly without a word: it takes byte 4 for the end, and guesses encodings.
bool is_readable(std::string_view text, Problems& problems) {
    if (text.size() > kMaxFile) {
        problems.add({}, "the file is larger than 1 MiB");
        return false;
    }
    if (!is_utf8(text)) {
        problems.add(mark_at(text, utf8_length(text)), "not UTF-8");
        return false;
    }
    const auto control = std::find_if(text.begin(), text.end(), is_control);
    if (control == text.end())
        return true;
    problems.add(mark_at(text, static_cast<std::size_t>(control - text.begin())),
                 "a control character; write it in quotes, as in \"\\u0007\"");
    return false;
}

/// The line of a tab at or before `mark` that indents, which yaml-cpp complains about in puzzling ways.
std::optional<Mark> indenting_tab(std::string_view text, Mark mark) {
    int line = 1;
    for (std::size_t start = 0; start < text.size() && line <= mark.line; ++line) {
        const auto end = std::min(text.find('\n', start), text.size());
        const auto first = text.find_first_not_of(" \t", start);
        const auto tab = text.find('\t', start);
        if (line >= mark.line - 1 && tab < end && tab < std::min(first, end))
            return Mark{line, static_cast<int>(tab - start) + 1};
        start = end + 1;
    }
    return std::nullopt;
}

void report(const YAML::Exception& failure, std::string_view text, Problems& problems) {
    const auto mark = to_mark(failure.mark);
    if (const auto tab = indenting_tab(text, mark))
        problems.add(*tab, "a tab in the indentation; YAML allows only spaces");
    else
        problems.add(mark, failure.msg);
}

}  // namespace

std::optional<Node> read_document(std::string_view text, Problems& problems) {
    if (!is_readable(text, problems))
        return std::nullopt;
    try {
        std::istringstream stream{std::string{text}};
        YAML::Parser parser{stream};
        Builder builder{problems};
        parser.HandleNextDocument(builder);
        Builder second{problems};
        if (parser && parser.HandleNextDocument(second)) {
            problems.add(second.take_root().mark, "a second document; one file holds one");
            return std::nullopt;
        }
        return builder.take_root();
    } catch (const Refused& refusal) {
        problems.add(refusal.mark, refusal.why);
        return std::nullopt;
    } catch (const YAML::Exception& failure) {
        report(failure, text, problems);
        return std::nullopt;
    }
}

}  // namespace rialto::config
