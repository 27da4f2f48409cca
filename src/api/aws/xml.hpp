#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace rialto::api::aws {

/// Writes an XML document element by element. Names are ours; texts are escaped, and what XML cannot carry is replaced
/// by question marks.
class XmlWriter {
public:
    XmlWriter& begin(std::string_view name, std::string_view xml_namespace = {});
    XmlWriter& end(std::string_view name);
    XmlWriter& text(std::string_view name, std::string_view value);

    /// The whole document. Call once, last.
    std::string finish() { return std::move(out_); }

private:
    void append_escaped(std::string_view text);

    std::string out_ = "<?xml version=\"1.0\"?>";
};

}  // namespace rialto::api::aws
