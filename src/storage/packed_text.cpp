#include "rialto/storage/packed_text.hpp"

#include <lz4.h>
#include <zdict.h>
#include <zstd.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <utility>

namespace rialto::storage {
namespace {

constexpr char kLz4 = '\x01';  // then the text's size in four bytes, the lowest first; JSON does not begin so
constexpr std::size_t kLz4Head = 5;
constexpr std::string_view kZstd{"\x28\xB5\x2F\xFD"};  // RFC 8878, 3.1.1: a frame, which names size and dictionary
constexpr std::size_t kWorthIt = 64;                   // bytes; less does not shrink by much
constexpr std::size_t kWorthItAlone = 256;             // likewise, without a dictionary
constexpr std::size_t kMost = std::size_t{64} << 20U;  // of a text; no event is as large
constexpr std::size_t kDictionary = std::size_t{16} << 10U;
constexpr int kLevel = 1;  // more takes longer and saves next to nothing

Error damaged() { return {Errc::Corrupt, "a compressed text is damaged"}; }
Error no_memory() { return {Errc::Unavailable, "there is no memory for a compressed text"}; }

/// What does not shrink by an eighth stays as it is, which also bounds how much room the attempt needs.
std::size_t room_for(std::string_view json) { return json.size() - json.size() / 8; }

struct Free {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
    void operator()(ZSTD_CDict* dictionary) const { ZSTD_freeCDict(dictionary); }
    void operator()(ZSTD_DDict* dictionary) const { ZSTD_freeDDict(dictionary); }
};

bool prepare(ZSTD_CCtx& context, const ZSTD_CDict& dictionary) {
    const auto done = [](std::size_t code) { return ZSTD_isError(code) == 0U; };
    return done(ZSTD_CCtx_reset(&context, ZSTD_reset_session_and_parameters)) &&  // what did not fit left it half-way
           done(ZSTD_CCtx_setParameter(&context, ZSTD_c_checksumFlag, 1)) &&
           done(ZSTD_CCtx_refCDict(&context, &dictionary));
}

/// Empty if it does not fit, or there is no memory. With a checksum, which tells of a damaged dictionary too.
std::string pack_with(const ZSTD_CDict& dictionary, std::string_view json) {
    thread_local std::unique_ptr<ZSTD_CCtx, Free> context;
    if (!context)
        context.reset(ZSTD_createCCtx());
    if (!context || !prepare(*context, dictionary))
        return {};
    std::string packed(room_for(json), '\0');
    const std::size_t size = ZSTD_compress2(context.get(), packed.data(), packed.size(), json.data(), json.size());
    packed.resize(ZSTD_isError(size) != 0U ? 0 : size);
    return packed;
}

std::string pack_alone(std::string_view json) {
    std::string packed(room_for(json), kLz4);
    for (std::size_t i = 0; i < 4; ++i)
        packed[1 + i] = static_cast<char>(json.size() >> (8 * i) & 0xFFU);
    const int size = LZ4_compress_default(json.data(), packed.data() + kLz4Head, static_cast<int>(json.size()),
                                          static_cast<int>(packed.size() - kLz4Head));
    packed.resize(size <= 0 ? 0 : kLz4Head + static_cast<std::size_t>(size));
    return packed;
}

std::size_t lz4_size(std::string_view head) {
    std::size_t size = 0;
    for (std::size_t i = 0; i < 4; ++i)
        size |= std::size_t{static_cast<std::uint8_t>(head[1 + i])} << (8 * i);
    return size;
}

Result<std::string> unpack_alone(std::string_view packed) {
    const std::size_t size = packed.size() < kLz4Head ? kMost + 1 : lz4_size(packed);
    if (size > kMost)
        return damaged();
    std::string json(size, '\0');
    const int got = LZ4_decompress_safe(packed.data() + kLz4Head, json.data(),
                                        static_cast<int>(packed.size() - kLz4Head), static_cast<int>(size));
    if (got < 0 || static_cast<std::size_t>(got) != size)
        return damaged();
    return json;
}

Result<std::string> unpack_with(const ZSTD_DDict& dictionary, std::string_view packed) {
    thread_local std::unique_ptr<ZSTD_DCtx, Free> context;
    if (!context)
        context.reset(ZSTD_createDCtx());
    if (!context)
        return no_memory();
    const auto size = ZSTD_getFrameContentSize(packed.data(), packed.size());
    if (size > kMost)  // what is no size is said by the largest of numbers
        return damaged();
    std::string json(size, '\0');
    const std::size_t got =
        ZSTD_decompress_usingDDict(context.get(), json.data(), json.size(), packed.data(), packed.size(), &dictionary);
    if (got != size)
        return damaged();
    return json;
}

}  // namespace

struct TextPacker::Dictionaries {
    struct Known {
        std::string bytes;
        std::unique_ptr<ZSTD_DDict, Free> unpacking;
    };

    mutable std::shared_mutex mutex;
    std::shared_ptr<const ZSTD_CDict> newest;
    std::map<unsigned, Known> all;  // by their ids; none is ever removed
};

TextPacker::TextPacker() : dictionaries_{std::make_unique<Dictionaries>()} {}

TextPacker::~TextPacker() = default;

std::string TextPacker::pack(std::string_view json) const {
    if (json.size() < kWorthIt || json.size() > kMost)
        return std::string{json};
    std::shared_ptr<const ZSTD_CDict> newest;
    {
        const std::shared_lock lock{dictionaries_->mutex};
        newest = dictionaries_->newest;
    }
    std::string packed;
    if (newest)
        packed = pack_with(*newest, json);
    else if (json.size() >= kWorthItAlone)
        packed = pack_alone(json);
    return packed.empty() ? std::string{json} : packed;
}

Result<std::string> TextPacker::unpack(std::string packed) const {
    if (packed.starts_with(kLz4))
        return unpack_alone(packed);
    if (!packed.starts_with(kZstd))
        return packed;
    const unsigned id = ZSTD_getDictID_fromFrame(packed.data(), packed.size());
    const ZSTD_DDict* dictionary = nullptr;
    {
        const std::shared_lock lock{dictionaries_->mutex};
        if (const auto found = dictionaries_->all.find(id); found != dictionaries_->all.end())
            dictionary = found->second.unpacking.get();
    }
    if (dictionary == nullptr)
        return Error{Errc::Corrupt, "a compressed text is damaged, or its dictionary is missing"};
    return unpack_with(*dictionary, packed);
}

Status TextPacker::add(std::string_view dictionary) {
    std::shared_ptr<const ZSTD_CDict> packing{ZSTD_createCDict(dictionary.data(), dictionary.size(), kLevel), Free{}};
    std::unique_ptr<ZSTD_DDict, Free> unpacking{ZSTD_createDDict(dictionary.data(), dictionary.size())};
    const unsigned id = ZDICT_getDictID(dictionary.data(), dictionary.size());
    if (id == 0 || ZDICT_isError(ZDICT_getDictHeaderSize(dictionary.data(), dictionary.size())) != 0U)
        return Error{Errc::Corrupt, "a dictionary of compressed texts is damaged"};
    if (!packing || !unpacking)
        return no_memory();
    const std::unique_lock lock{dictionaries_->mutex};
    const auto known = dictionaries_->all.try_emplace(id, std::string{dictionary}, std::move(unpacking)).first;
    if (known->second.bytes == dictionary)  // else what it packs would be unpacked with the other
        dictionaries_->newest = std::move(packing);
    return {};
}

bool TextPacker::has_another(std::string_view dictionary) const {
    const std::shared_lock lock{dictionaries_->mutex};
    const auto known = dictionaries_->all.find(ZDICT_getDictID(dictionary.data(), dictionary.size()));
    return known != dictionaries_->all.end() && known->second.bytes != dictionary;
}

std::optional<std::string> train(const TextPacker& packer, const std::vector<std::string>& texts) {
    std::string learned;
    std::vector<std::size_t> sizes;
    std::vector<std::string_view> unseen;  // every fourth: what it is good for is measured by what it was not made from
    for (const std::string& text : texts) {
        if ((sizes.size() + unseen.size()) % 4 == 3) {
            unseen.emplace_back(text);
            continue;
        }
        learned += text;
        sizes.push_back(text.size());
    }
    std::string dictionary(kDictionary, '\0');
    const std::size_t size = ZDICT_trainFromBuffer(dictionary.data(), dictionary.size(), learned.data(), sizes.data(),
                                                   static_cast<unsigned>(sizes.size()));
    if (ZDICT_isError(size) != 0U)
        return std::nullopt;  // too few, or nothing that they have in common
    dictionary.resize(size);
    TextPacker with;
    if (packer.has_another(dictionary) || !with.add(dictionary))
        return std::nullopt;
    std::size_t before = 0;
    std::size_t after = 0;
    for (const std::string_view text : unseen) {
        before += packer.pack(text).size();
        after += with.pack(text).size();
    }
    return after <= before - before / 8 ? std::optional{std::move(dictionary)} : std::nullopt;
}

}  // namespace rialto::storage
