#include "rialto/base/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <deque>
#include <mutex>
#include <utility>

namespace rialto::metrics {
namespace {

class PrometheusCounter final : public Counter {
public:
    explicit PrometheusCounter(prometheus::Counter& inner) : inner_{inner} {}
    void add(double by) override { inner_.Increment(by); }

private:
    prometheus::Counter& inner_;
};

class PrometheusGauge final : public Gauge {
public:
    explicit PrometheusGauge(prometheus::Gauge& inner) : inner_{inner} {}
    void set(double value) override { inner_.Set(value); }
    void add(double by) override { inner_.Increment(by); }

private:
    prometheus::Gauge& inner_;
};

class PrometheusHistogram final : public Histogram {
public:
    explicit PrometheusHistogram(prometheus::Histogram& inner) : inner_{inner} {}
    void observe(double value) override { inner_.Observe(value); }

private:
    prometheus::Histogram& inner_;
};

/// Our face of each figure, kept beside Prometheus's own so that references stay valid.
template <class Face, class Inner>
class Faces {
public:
    Face& of(Inner& inner) {
        const auto found = faces_.find(&inner);
        return found != faces_.end() ? found->second : faces_.try_emplace(&inner, inner).first->second;
    }

private:
    std::map<Inner*, Face> faces_;
};

}  // namespace

struct Registry::State {
    prometheus::Registry registry;
    std::mutex mutex;  // guards what follows
    Faces<PrometheusCounter, prometheus::Counter> counters;
    Faces<PrometheusGauge, prometheus::Gauge> gauges;
    Faces<PrometheusHistogram, prometheus::Histogram> histograms;
};

Registry::Registry() : state_{std::make_unique<State>()} {}
Registry::~Registry() = default;

Counter& Registry::counter(const std::string& name, const std::string& help, const Labels& labels) {
    auto& family = prometheus::BuildCounter().Name(name).Help(help).Register(state_->registry);
    const std::lock_guard lock{state_->mutex};
    return state_->counters.of(family.Add(labels));
}

Gauge& Registry::gauge(const std::string& name, const std::string& help, const Labels& labels) {
    auto& family = prometheus::BuildGauge().Name(name).Help(help).Register(state_->registry);
    const std::lock_guard lock{state_->mutex};
    return state_->gauges.of(family.Add(labels));
}

Histogram& Registry::histogram(const std::string& name, const std::string& help, const std::vector<double>& bounds,
                               const Labels& labels) {
    auto& family = prometheus::BuildHistogram().Name(name).Help(help).Register(state_->registry);
    const std::lock_guard lock{state_->mutex};
    return state_->histograms.of(family.Add(labels, bounds));
}

std::string Registry::text() const { return prometheus::TextSerializer{}.Serialize(state_->registry.Collect()); }

}  // namespace rialto::metrics
