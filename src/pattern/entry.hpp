#pragma once

#include <boost/container/small_vector.hpp>
#include <cstddef>
#include <cstdint>
#include <span>

#include "pattern/rules.hpp"
#include "pattern/schema.hpp"
#include "pattern/shared.hpp"
#include "pattern/token.hpp"
#include "rialto/pattern/matcher.hpp"

namespace rialto::pattern {

/// A condition of an alternative, with the number of its path.
struct Placed {
    PathId path = 0;
    const Condition* condition = nullptr;
};

/// A key under which an entry is filed: in a cluster itself, or apart from it, by one more token.
struct Filed {
    std::uint64_t cluster = 0;
    std::uint64_t apart = 0;  ///< 0: in the cluster itself.
    PathId path = 0;          ///< Of that token, and its feature.
    Feature feature;
    bool is_outside = false;  ///< The token's key is one of its own, not within the cluster.
    Zone zone = 0;
};

/// One alternative of a rule in the form that matching reads: one block of memory, read from front to end.
class Entry : public Counted {
public:
    struct Condition {
        PathId path;
        std::uint32_t rank : 30;  ///< Its place in the order of the paths.
        bool may_be_absent : 1;
        bool names_address : 1;
        std::uint32_t code;  ///< Where its tests are, from the begin of all code.
    };

    /// Where it is filed.
    struct Place {
        PathId lead = 0;           ///< The path that has the schema.
        std::uint32_t schema = 0;  ///< Its number there.
        boost::container::small_vector<Filed, 4> keys;
    };

    /// `conditions` in the order of their paths; `next` is the rule's next alternative. Those that a key does not
    /// decide come first when it is verified.
    static Shared<Entry> make(RuleId rule, std::span<const Placed> conditions, const Place& place, Shared<Entry> next);

    static void operator delete(void* memory) { ::operator delete(memory); }

    /// Announces that it is going to be read.
    void prefetch() const {
        __builtin_prefetch(this);
        __builtin_prefetch(reinterpret_cast<const char*>(this) + 64);
    }

    RuleId rule() const { return rule_; }
    const Shared<Entry>& next() const { return next_; }

    std::span<const Condition> conditions() const {
        return {reinterpret_cast<const Condition*>(this + 1), condition_count_};
    }
    const char* code(const Condition& condition) const {
        return reinterpret_cast<const char*>(conditions().data() + condition_count_) + condition.code;
    }

    // Where it is filed stands last, as matching does not need it.

    PathId lead() const { return filing().lead; }
    std::uint32_t schema() const { return filing().schema; }
    std::span<const Filed> keys() const { return {reinterpret_cast<const Filed*>(&filing() + 1), filing().key_count}; }

private:
    struct Filing {
        PathId lead;
        std::uint32_t schema;
        std::uint64_t key_count;
    };

    Entry(RuleId rule, std::size_t conditions, std::size_t filing_at, Shared<Entry> next);

    const Filing& filing() const {
        return *reinterpret_cast<const Filing*>(reinterpret_cast<const char*>(this) + filing_at_);
    }

    RuleId rule_;
    Shared<Entry> next_;
    std::uint32_t condition_count_;
    std::uint32_t filing_at_;
};

}  // namespace rialto::pattern
