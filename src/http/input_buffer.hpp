#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <string_view>

namespace rialto::http {

/// What was received and not yet understood.
class InputBuffer {
public:
    std::string_view view() const { return {static_cast<const char*>(bytes_.data().data()), bytes_.size()}; }
    bool empty() const { return bytes_.size() == 0; }
    std::size_t size() const { return bytes_.size(); }

    boost::asio::mutable_buffer prepare(std::size_t size) { return bytes_.prepare(size); }
    void commit(std::size_t size) { bytes_.commit(size); }
    void consume(std::size_t size) { bytes_.consume(size); }

    /// An idle connection must not hold what one large request needed.
    void shrink(std::size_t limit) {
        if (bytes_.capacity() > limit)
            bytes_.shrink_to_fit();
    }

private:
    boost::beast::flat_buffer bytes_;
};

}  // namespace rialto::http
