// What this machine gives, measured in the same run: no figure means anything without it.
#include <fcntl.h>
#include <unistd.h>

#include "crypto/ed25519.h"
#include "crypto/hash.h"
#include "crypto/xwing.h"
#include "node/store/store.h"
#include "tests/bench/bench.h"

namespace leeward::bench {
namespace {

template <class Work>
double per_second(int times, Work&& work) {
    const auto start = Clock::now();
    for (int i = 0; i < times; ++i)
        work(i);
    return times / (ms_since(start) / 1'000);
}

double fsyncs(const std::filesystem::path& folder) {
    const int fd = ::open((folder / "sync").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    const ByteArray<4096> page{};
    const double rate = per_second(300, [&](int) {
        (void)!::pwrite(fd, page.data(), page.size(), 0);
        ::fsync(fd);
    });
    ::close(fd);
    return rate;
}

Outcome rows(const std::filesystem::path& folder, Report& report) {
    node::StoreKey key;
    crypto::system_random().fill(key.reveal());
    LEEWARD_ASSIGN(auto store, node::Store::open(folder / "rows.db", key));
    const ByteArray<300> value{};
    const auto put = [&](node::Transaction& tx, int i) {
        return tx.run("INSERT OR REPLACE INTO meta(key,value) VALUES(?,?)",
                      std::to_string(i),
                      BytesView(value));
    };
    report.limits["store.commits_per_s"] = per_second(300, [&](int i) {
        (void)store.write([&](node::Transaction& tx) -> Outcome { return put(tx, i); });
    });
    const auto start = Clock::now();
    constexpr int batch = 20'000;
    LEEWARD_TRY(store.write([&](node::Transaction& tx) -> Outcome {
        for (int i = 0; i < batch; ++i)
            LEEWARD_TRY(put(tx, i));
        return Done{};
    }));
    report.limits["store.batched_rows_per_s"] = batch / (ms_since(start) / 1'000);
    report.limits["store.point_reads_per_s"] = per_second(batch, [&](int i) {
        auto found = store.query("SELECT value FROM meta WHERE key=?", std::to_string(i));
        (void)found.next();
    });
    return Done{};
}

}  // namespace

Outcome measure_limits(Report& report) {
    auto& random = crypto::system_random();
    crypto::SigningSeed seed;
    random.fill(seed.reveal());
    const auto signing = crypto::signing_key_from_seed(seed.reveal());
    const Bytes message(1'000, 1);
    const auto signature = crypto::sign(signing, message);
    const auto verify_key = crypto::verify_key_of(signing);
    const auto kem = crypto::xwing_generate(random);
    const auto kem_public = crypto::xwing_public_key_of(kem);
    LEEWARD_ASSIGN(const auto sealed, crypto::xwing_encapsulate(kem_public, random));
    report.limits["ed25519.sign_per_s"] =
        per_second(2'000, [&](int) { (void)crypto::sign(signing, message); });
    report.limits["ed25519.verify_per_s"] =
        per_second(2'000, [&](int) { (void)crypto::verify(verify_key, message, signature); });
    report.limits["xwing.encapsulate_per_s"] =
        per_second(1'000, [&](int) { (void)crypto::xwing_encapsulate(kem_public, random); });
    report.limits["xwing.decapsulate_per_s"] =
        per_second(1'000, [&](int) { (void)crypto::xwing_decapsulate(kem, sealed.ciphertext); });
    report.limits["sha256.leaves_per_s"] =
        per_second(100'000, [&](int) { (void)crypto::sha256(BytesView(message).first(80)); });
    const Folder folder;
    report.limits["fsync_per_s"] = fsyncs(folder.path());
    return rows(folder.path(), report);
}

}  // namespace leeward::bench
