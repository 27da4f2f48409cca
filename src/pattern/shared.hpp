#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

namespace rialto::pattern {

/// The count of those who share an object; a copy of the object starts anew. Base of what Shared points to.
class Counted {
public:
    Counted() = default;
    Counted(const Counted&) {}
    Counted& operator=(const Counted&) { return *this; }

private:
    template <class T>
    friend class Shared;
    mutable std::atomic<std::uint32_t> holders_{0};
};

/// A pointer that shares its object with its copies, as small as a plain one: half of std::shared_ptr, of which the
/// engine's tables hold very many. Copying and dropping is thread-safe; the object is written by own() only.
template <class T>
class Shared {
public:
    Shared() = default;
    explicit Shared(T* object) : object_{object} { hold(); }
    Shared(const Shared& other) : object_{other.object_} { hold(); }
    Shared(Shared&& other) noexcept : object_{std::exchange(other.object_, nullptr)} {}
    Shared& operator=(Shared other) noexcept {
        std::swap(object_, other.object_);
        return *this;
    }
    ~Shared() { drop(); }

    template <class... Args>
    static Shared make(Args&&... args) {
        return Shared{new T(std::forward<Args>(args)...)};
    }

    const T* get() const { return object_; }
    const T* operator->() const { return object_; }
    const T& operator*() const { return *object_; }
    explicit operator bool() const { return object_ != nullptr; }

    /// Whether the object is held by `holders` pointers, all of them the caller's: then it may write().
    bool is_held_by(std::uint32_t holders) const {
        return object_->holders_.load(std::memory_order_acquire) == holders;
    }
    T& write() { return *object_; }

    /// The object to write to: itself if nobody else holds it, else a copy that takes its place.
    T& own() {
        if (!is_held_by(1))
            *this = make(std::as_const(*object_));
        return *object_;
    }

private:
    void hold() {
        if (object_)
            object_->holders_.fetch_add(1, std::memory_order_relaxed);
    }
    void drop() {
        if (object_ && object_->holders_.fetch_sub(1, std::memory_order_acq_rel) == 1)
            delete object_;
    }

    T* object_ = nullptr;
};

}  // namespace rialto::pattern
