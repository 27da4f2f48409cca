#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

/// Figures for Prometheus. Names follow its conventions: `rialto_<what>_<unit>[_total]`, seconds and bytes.
namespace rialto::metrics {

using Labels = std::map<std::string, std::string>;

class Counter {
public:
    virtual ~Counter() = default;
    virtual void add(double by = 1) = 0;
};

class Gauge {
public:
    virtual ~Gauge() = default;
    virtual void set(double value) = 0;
    virtual void add(double by) = 0;
};

class Histogram {
public:
    virtual ~Histogram() = default;
    virtual void observe(double value) = 0;
};

/// Owns every figure of the process. Asking again for the same name and labels gives the same figure. Thread-safe;
/// what it returns lives as long as it does and is thread-safe too.
class Registry {
public:
    Registry();
    ~Registry();
    Registry(const Registry&) = delete;
    Registry& operator=(const Registry&) = delete;

    Counter& counter(const std::string& name, const std::string& help, const Labels& labels = {});
    Gauge& gauge(const std::string& name, const std::string& help, const Labels& labels = {});

    /// `bounds` are the upper bounds of the buckets, ascending; the same for every set of labels of a name.
    Histogram& histogram(const std::string& name, const std::string& help, const std::vector<double>& bounds,
                         const Labels& labels = {});

    /// The text exposition format, version 0.0.4.
    std::string text() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace rialto::metrics
