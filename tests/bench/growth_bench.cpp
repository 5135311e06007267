// How the cost of the log grows with its size: verification in step with it, proofs with its logarithm.
#include <array>
#include <cstdio>
#include <string>

#include "crypto/random.h"
#include "crypto/tile.h"
#include "node/store/store.h"
#include "tests/bench/bench.h"

namespace leeward::bench {
namespace {

constexpr std::array<std::uint64_t, 7> sizes{
    1'000, 10'000, 100'000, 1'000'000, 2'000'000, 5'000'000, 10'000'000};
constexpr int proofs = 200;
constexpr std::uint64_t per_transaction = 200'000;

crypto::Hash leaf(std::uint64_t index) {
    Bytes data(80);
    for (std::size_t i = 0; i < 8; ++i)
        data[i] = static_cast<Byte>(index >> (8 * i));
    return crypto::leaf_hash(data);
}

// A tree whose tiles lie in an encrypted store, as those of a node's log do.
class StoredTree {
public:
    explicit StoredTree(node::Store& store) : store_(store) {}

    Outcome grow(std::uint64_t to) {
        while (tree_.size().get() < to)
            LEEWARD_TRY(store_.write([&](node::Transaction& tx) -> Outcome {
                tx_ = &tx;
                const std::uint64_t until = std::min(to, tree_.size().get() + per_transaction);
                while (tree_.size().get() < until)
                    LEEWARD_TRY(tree_.append(leaf(tree_.size().get())));
                return Done{};
            }));
        return Done{};
    }
    template <class Work>
    Outcome within(Work work) {
        return store_.peek([&](node::Transaction& tx) -> Outcome {
            tx_ = &tx;
            return work(tree_);
        });
    }

private:
    Result<Bytes> fetch(unsigned level, std::uint64_t index) const {
        auto rows = tx_->query("SELECT hashes FROM tile WHERE level=? AND n=?",
                               static_cast<std::int64_t>(level),
                               static_cast<std::int64_t>(index));
        if (!rows.next()) return Error{Errc::corrupt, "a tile is missing"};
        return rows.bytes(0);
    }
    Outcome emit(unsigned level, std::uint64_t index, BytesView tile) const {
        return tx_->run("INSERT INTO tile(level,n,hashes) VALUES(?,?,?)",
                        static_cast<std::int64_t>(level),
                        static_cast<std::int64_t>(index),
                        tile);
    }

    node::Store& store_;
    node::Transaction* tx_ = nullptr;
    crypto::TileTree tree_{
        [this](unsigned level, std::uint64_t n) { return fetch(level, n); },
        [this](unsigned level, std::uint64_t n, BytesView tile) { return emit(level, n, tile); }};
};

struct Cost {
    double verify_ms = 0;
    double inclusion_us = 0;    // median
    double consistency_us = 0;  // median
    std::size_t hashes = 0;     // of the longest inclusion path
};

// Places far apart, so that their tiles are not in the cache.
std::uint64_t place(int i, std::uint64_t size) {
    return (static_cast<std::uint64_t>(i) * 0x9e3779b97f4a7c15) % size;
}

Outcome measure(StoredTree& tree, std::uint64_t size, Cost& cost) {
    return tree.within([&](crypto::TileTree& tiles) -> Outcome {
        std::vector<double> inclusion;
        std::vector<double> consistency;
        const crypto::TreeSize at{size};
        for (int i = 1; i <= proofs; ++i) {
            auto start = Clock::now();
            LEEWARD_ASSIGN(const auto path,
                           tiles.inclusion_path(crypto::LeafIndex{place(i, size)}, at));
            inclusion.push_back(ms_since(start) * 1'000);
            cost.hashes = std::max(cost.hashes, path.size());
            start = Clock::now();
            LEEWARD_TRY(tiles.consistency_path(crypto::TreeSize{1 + place(i, size - 1)}, at));
            consistency.push_back(ms_since(start) * 1'000);
        }
        cost.inclusion_us = quantile(std::move(inclusion), 0.5);
        cost.consistency_us = quantile(std::move(consistency), 0.5);
        return Done{};
    });
}

double verify_ms(std::uint64_t size) {
    const auto start = Clock::now();
    crypto::Frontier tree;
    for (std::uint64_t i = 0; i < size; ++i)
        tree.append(leaf(i));
    (void)tree.root();
    return ms_since(start);
}

std::string bar(double part) {
    return std::string(static_cast<std::size_t>(part * 24 + 0.5), '#');
}

void print_growth(const std::array<Cost, sizes.size()>& costs) {
    const Cost& last = costs.back();
    std::fprintf(stderr,
                 "%10s %11s  %-24s %8s %12s %13s  %s\n",
                 "leaves",
                 "verify, ms",
                 "",
                 "hashes",
                 "inclusion,us",
                 "consistency,us",
                 "");
    for (std::size_t i = 0; i < sizes.size(); ++i)
        std::fprintf(
            stderr,
            "%10llu %11.1f  %-24s %8zu %12.1f %14.1f  %s\n",
            static_cast<unsigned long long>(sizes[i]),
            costs[i].verify_ms,
            bar(costs[i].verify_ms / last.verify_ms).c_str(),
            costs[i].hashes,
            costs[i].inclusion_us,
            costs[i].consistency_us,
            bar(static_cast<double>(costs[i].hashes) / static_cast<double>(last.hashes)).c_str());
}

}  // namespace

Outcome bench_growth(Report& report) {
    const Folder folder;
    node::StoreKey key;
    crypto::system_random().fill(key.reveal());
    LEEWARD_ASSIGN(auto store, node::Store::open(folder.path() / "store.db", key));
    StoredTree tree(store);
    std::array<Cost, sizes.size()> costs;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        LEEWARD_TRY(tree.grow(sizes[i]));
        costs[i].verify_ms = verify_ms(sizes[i]);
        LEEWARD_TRY(measure(tree, sizes[i], costs[i]));
    }
    print_growth(costs);
    report.results["growth.inclusion_us_10M"] = costs.back().inclusion_us;
    report.results["growth.consistency_us_10M"] = costs.back().consistency_us;
    report.results["growth.verify_per_s_10M"] =
        static_cast<double>(sizes.back()) / (costs.back().verify_ms / 1'000);
    return Done{};
}

}  // namespace leeward::bench
