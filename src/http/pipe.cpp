#include "http/pipe.hpp"

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <utility>

namespace rialto::http {
namespace {

class Pipe final : public Transport {
public:
    Pipe(asio::any_io_executor executor, std::string input, std::size_t piece, std::shared_ptr<PipeOutput> output)
        : executor_{std::move(executor)}, input_{std::move(input)}, piece_{piece}, output_{std::move(output)} {}

    asio::any_io_executor executor() override { return executor_; }
    void open(DoneHandler handler) override { complete(std::move(handler)); }

    void read_some(std::span<const asio::mutable_buffer> buffers, IoHandler handler) override {
        const auto rest = asio::buffer(input_.data() + at_, std::min(piece_, input_.size() - at_));
        const auto size = buffers.empty() ? 0 : asio::buffer_copy(buffers.front(), rest);
        at_ += size;
        const bool at_end = size == 0 && !buffers.empty() && buffers.front().size() > 0;
        complete(std::move(handler), at_end ? ErrorCode{asio::error::eof} : ErrorCode{}, size);
    }

    void write_some(std::span<const asio::const_buffer> buffers, IoHandler handler) override {
        std::size_t size = 0;
        for (const auto& buffer : buffers) {
            output_->bytes.append(static_cast<const char*>(buffer.data()), buffer.size());
            size += buffer.size();
        }
        complete(std::move(handler), closed_ ? ErrorCode{asio::error::broken_pipe} : ErrorCode{}, closed_ ? 0 : size);
    }

    void shut_down(DoneHandler handler) override {
        output_->shut_down = true;
        complete(std::move(handler));
    }
    void discard_some(IoHandler handler) override { complete(std::move(handler), asio::error::eof, 0); }
    // Nothing is ever pending for longer than a post.
    void cancel() noexcept override {}
    void close() noexcept override { closed_ = true; }

private:
    void complete(DoneHandler handler) {
        asio::post(executor_, [handler = std::move(handler)]() mutable { std::move(handler)(ErrorCode{}); });
    }
    void complete(IoHandler handler, ErrorCode error, std::size_t size) {
        asio::post(executor_,
                   [handler = std::move(handler), error, size]() mutable { std::move(handler)(error, size); });
    }

    asio::any_io_executor executor_;
    std::string input_;
    std::size_t at_ = 0;
    std::size_t piece_;
    std::shared_ptr<PipeOutput> output_;
    bool closed_ = false;
};

}  // namespace

std::unique_ptr<Transport> make_pipe(asio::any_io_executor executor, std::string input, std::size_t piece,
                                     std::shared_ptr<PipeOutput> output) {
    return std::make_unique<Pipe>(std::move(executor), std::move(input), piece, std::move(output));
}

}  // namespace rialto::http
