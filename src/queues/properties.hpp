#pragma once

#include <cstdint>
#include <string>

#include "rialto/queues/message.hpp"
#include "rialto/queues/queues.hpp"

namespace rialto::queues {

/// What of a message is kept beside its body, as text, and back into a message.
std::string properties_of(const Draft& draft, const std::string& unique);
void read_properties(const std::string& text, Message& message);

/// A sequence number as AWS's look: 20 digits.
std::string sequence_text(std::int64_t sequence);

/// Maps of names to texts, as they are kept.
std::string write_texts(const std::map<std::string, std::string>& texts);
std::map<std::string, std::string> read_texts(const std::string& text);

}  // namespace rialto::queues
