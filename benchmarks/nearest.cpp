// The nearest source of every node with a bucket queue, as planner/network/search.py does it, for comparison.
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace {

struct Entry {
    std::uint32_t node;
    std::int32_t next;
};

class Buckets {
  public:
    Buckets(std::int64_t count, double per_bucket) : first_(count, -1), mask_(count - 1), per_bucket_(per_bucket) {}

    std::int64_t of(double cost) const { return static_cast<std::int64_t>(cost * per_bucket_); }

    void put(double cost, std::uint32_t node) {
        std::int32_t at = spare_;
        if (at >= 0) {
            spare_ = entries_[at].next;
        } else {
            at = static_cast<std::int32_t>(entries_.size());
            entries_.push_back({});
        }
        std::int32_t &head = first_[of(cost) & mask_];
        entries_[at] = {node, head};
        head = at;
        ++live_;
    }

    bool empty() const { return live_ == 0; }

    std::int32_t take(std::int64_t bucket) {
        std::int32_t at = first_[bucket & mask_];
        first_[bucket & mask_] = -1;
        return at;
    }

    // Hands out an entry's node and steps to the next one; the entry becomes spare.
    std::uint32_t step(std::int32_t &at) {
        Entry &entry = entries_[at];
        const std::int32_t next = entry.next;
        entry.next = spare_;
        spare_ = at;
        at = next;
        --live_;
        return entry.node;
    }

  private:
    std::vector<std::int32_t> first_;
    std::vector<Entry> entries_;
    std::int64_t mask_;
    double per_bucket_;
    std::int32_t spare_ = -1;
    std::int64_t live_ = 0;
};

}  // namespace

extern "C" void nearest(std::int64_t n, const std::uint32_t *start, const std::uint32_t *head, const double *weight,
                        const std::int64_t *sources, std::int64_t n_sources, double per_bucket, std::int64_t buckets,
                        double *best, std::int32_t *which) {
    for (std::int64_t i = 0; i < n; ++i) {
        best[i] = std::numeric_limits<double>::infinity();
        which[i] = -1;
    }
    Buckets queue(buckets, per_bucket);
    for (std::int64_t i = 0; i < n_sources; ++i) {
        if (best[sources[i]] > 0.0) {
            best[sources[i]] = 0.0;
            which[sources[i]] = static_cast<std::int32_t>(i);
            queue.put(0.0, static_cast<std::uint32_t>(sources[i]));
        }
    }
    for (std::int64_t bucket = 0; !queue.empty();) {
        std::int32_t at = queue.take(bucket);
        if (at < 0) {
            ++bucket;
            continue;
        }
        while (at >= 0) {
            const std::uint32_t node = queue.step(at);
            const double cost = best[node];
            const std::int32_t label = which[node];
            if (queue.of(cost) != bucket) {
                continue;
            }
            for (std::uint32_t a = start[node]; a < start[node + 1]; ++a) {
                const std::uint32_t to = head[a];
                const double reached = cost + weight[a];
                if (reached < best[to] || (reached == best[to] && label < which[to])) {
                    best[to] = reached;
                    which[to] = label;
                    queue.put(reached, to);
                }
            }
        }
    }
}
