#include "node/audit/witness.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

using node::Store;
using node::Transaction;
using schema::AddCheckpoint;
using schema::WitnessAnswer;
using schema::WitnessStatus;
using enum schema::WitnessStatus;

crypto::SigningKey key_of(Byte number) {
    return crypto::signing_key_from_seed(crypto::SigningSeed(ByteArray<32>{number}).reveal());
}

// A log of numbered leaves and a witness with a store of its own.
class Bench {
public:
    Bench() { open(); }
    void open() {
        store_.reset();
        auto store = Store::open(folder_.path() / "store.db", node::StoreKey(ByteArray<32>{7}));
        REQUIRE(store);
        store_ = std::make_unique<Store>(std::move(store).value());
    }
    // A head over `size` leaves; another `life` is another log of the same key.
    std::string head(std::uint64_t size, Byte life = 0) const {
        return note({log_.name, crypto::TreeSize{size}, crypto::merkle_root(leaves(size, life))});
    }
    std::string note(const crypto::Checkpoint& checkpoint) const {
        return crypto::format_note(crypto::sign_checkpoint(checkpoint, log_key_));
    }
    AddCheckpoint request(std::uint64_t old, std::uint64_t size, Byte life = 0) const {
        AddCheckpoint out{old, {}, head(size, life)};
        Leaves reader(leaves(size, life));
        if (old > 0 && old < size)
            out.path =
                crypto::consistency_path(crypto::TreeSize{old}, crypto::TreeSize{size}, reader)
                    .value();
        return out;
    }
    WitnessAnswer ask(const AddCheckpoint& request, std::int64_t at = 1'790'000'000) {
        auto answer = store_->write([&](Transaction& tx) {
            return node::add_checkpoint(tx, witness_, log_, request, schema::from_unix(at));
        });
        REQUIRE(answer);
        return std::move(answer).value();
    }
    WitnessStatus status(const AddCheckpoint& request) { return ask(request).status; }
    bool cosigned(const WitnessAnswer& answer, const std::string& head) const {
        auto note = crypto::parse_note(head).value();
        note.signatures = crypto::parse_signature_lines(answer.text).value();
        const auto by = schema::witness_vkey(crypto::verify_key_of(witness_));
        return static_cast<bool>(crypto::verify_note(note, {&by, 1}));
    }
    Store& store() { return *store_; }
    const crypto::Vkey& log() const { return log_; }
    const crypto::SigningKey& witness() const { return witness_; }

private:
    struct Leaves final : crypto::HashReader {
        explicit Leaves(std::vector<crypto::Hash> all) : hashes(std::move(all)) {}
        Result<crypto::Hash> subtree(unsigned level, std::uint64_t index) override {
            const std::size_t width = std::size_t{1} << level;
            return crypto::merkle_root(std::span(hashes).subspan(index * width, width));
        }
        std::vector<crypto::Hash> hashes;
    };
    static std::vector<crypto::Hash> leaves(std::uint64_t size, Byte life) {
        std::vector<crypto::Hash> out;
        for (std::uint64_t i = 0; i < size; ++i)
            out.push_back(crypto::leaf_hash(Bytes{static_cast<Byte>(i), life}));
        return out;
    }

    ScratchFolder folder_;
    crypto::SigningKey log_key_ = key_of(1);
    crypto::SigningKey witness_ = key_of(2);
    crypto::Vkey log_{
        "leeward/log/test", crypto::NoteKeyType::ed25519, crypto::verify_key_of(log_key_)};
    std::unique_ptr<Store> store_;
};

}  // namespace

TEST_CASE("A witness cosigns a log that only grows, and says at what time") {
    Bench bench;
    const auto first = bench.ask(bench.request(0, 16), 1'790'000'000);
    CHECK(first.status == COSIGNED);
    CHECK(first.size == 16);
    CHECK(bench.cosigned(first, bench.head(16)));
    CHECK_FALSE(bench.cosigned(first, bench.head(17)));
    CHECK(bench.status(bench.request(16, 48)) == COSIGNED);
    // The same head again: a lost answer is asked for again, and is the same to the byte. A newer time would
    // say that what the log has taken in since is older than its witness says.
    const auto before = bench.ask(bench.request(48, 48), 1'790'000'000);
    const auto again = bench.ask(bench.request(48, 48), 1'790'000'900);
    CHECK(again.status == COSIGNED);
    CHECK(bench.cosigned(again, bench.head(48)));
    CHECK(again.text == before.text);
}

TEST_CASE(
    "A witness refuses whatever does not continue what it has cosigned, and stays as it was") {
    Bench bench;
    REQUIRE(bench.status(bench.request(0, 32)) == COSIGNED);
    const std::string held = bench.head(32);
    const auto refuses = [&](const AddCheckpoint& request, WitnessStatus why) {
        const auto answer = bench.ask(request);
        CHECK(answer.status == why);
        CHECK(answer.size == 32);
        CHECK(answer.text == held);
    };
    refuses(bench.request(0, 48), OTHER_SIZE);
    refuses(bench.request(16, 48), OTHER_SIZE);
    refuses(bench.request(0, 16), OTHER_SIZE);  // rolled back
    refuses(bench.request(32, 16), BAD_REQUEST);
    refuses(bench.request(32, 48, 1), BAD_PROOF);  // another life of that log
    refuses(bench.request(32, 32, 1), OTHER_ROOT);
    auto surplus = bench.request(32, 48);
    surplus.path.push_back(crypto::Hash{});
    refuses(surplus, BAD_PROOF);
    auto needless = bench.request(32, 32);
    needless.path.push_back(crypto::Hash{});
    refuses(needless, BAD_PROOF);
    CHECK(bench.status(bench.request(32, 48)) == COSIGNED);
}

TEST_CASE("A first request proves nothing, and one for an empty log is as good as any") {
    Bench bench;
    auto with_path = bench.request(0, 16);
    with_path.path.push_back(crypto::Hash{});
    CHECK(bench.status(with_path) == BAD_PROOF);
    CHECK(bench.status(bench.request(0, 0)) == COSIGNED);
    CHECK(bench.status(bench.request(0, 16)) == COSIGNED);
}

TEST_CASE(
    "Notes that do not parse, are not that log's, or are beyond what can be counted are refused") {
    Bench bench;
    REQUIRE(bench.status(bench.request(0, 16)) == COSIGNED);
    AddCheckpoint request{16, {}, ""};
    CHECK(bench.status(request) == BAD_REQUEST);
    request.note = bench.head(32);
    request.note[request.note.size() - 3] ^= 1;
    CHECK(bench.status(request) != COSIGNED);
    const crypto::Checkpoint other{"leeward/log/other", crypto::TreeSize{32}, crypto::Hash{}};
    request.note = crypto::format_note(crypto::sign_checkpoint(other, key_of(1)));
    CHECK(bench.status(request) == UNTRUSTED);
    const crypto::Checkpoint stolen{bench.log().name, crypto::TreeSize{32}, crypto::Hash{}};
    request.note = crypto::format_note(crypto::sign_checkpoint(stolen, key_of(9)));
    CHECK(bench.status(request) == UNTRUSTED);
    for (const std::uint64_t size :
         {std::uint64_t{1} << 63, (std::uint64_t{1} << 63) + 1, ~std::uint64_t{0}}) {
        request.note = bench.note({bench.log().name, crypto::TreeSize{size}, crypto::Hash{}});
        CHECK(bench.status(request) == BAD_REQUEST);
    }
    const auto largest = (std::uint64_t{1} << 63) - 1;
    request.note = bench.note({bench.log().name, crypto::TreeSize{largest}, crypto::Hash{}});
    CHECK(bench.status(request) == BAD_PROOF);
    CHECK(bench.status(bench.request(16, 16)) == COSIGNED);
}

TEST_CASE("A note with a hundred signatures is read; of one with more nothing is") {
    Bench bench;
    auto note = crypto::parse_note(bench.head(16)).value();
    for (Byte i = 0; i < 99; ++i)
        note.signatures.push_back(crypto::sign_note(
            "somebody/" + std::to_string(i), key_of(static_cast<Byte>(i + 10)), note.text));
    AddCheckpoint request{0, {}, crypto::format_note(note)};
    CHECK(bench.status(request) == COSIGNED);
    const auto held =
        bench.store().write([&](Transaction& tx) { return node::witnessed_head(tx, bench.log()); });
    REQUIRE(held);
    CHECK(**held == bench.head(16));  // what others have signed is not kept
    note.signatures.push_back(note.signatures.back());
    request = {16, {}, crypto::format_note(note)};
    CHECK(bench.status(request) == BAD_REQUEST);
}

TEST_CASE("What a witness vouches for is on the disk with the cosignature, or neither is") {
    Bench bench;
    REQUIRE(bench.status(bench.request(0, 16)) == COSIGNED);
    const auto taken_back = bench.store().peek([&](Transaction& tx) {
        return node::add_checkpoint(tx,
                                    bench.witness(),
                                    bench.log(),
                                    bench.request(16, 32),
                                    schema::from_unix(1'790'000'000));
    });
    REQUIRE(taken_back);
    CHECK(bench.ask(bench.request(0, 16)).size == 16);
    REQUIRE(bench.status(bench.request(16, 48)) == COSIGNED);
    bench.open();  // a crash right after the answer
    CHECK(bench.status(bench.request(16, 48, 1)) == OTHER_SIZE);
    CHECK(bench.ask(bench.request(16, 32)).size == 48);
}

}  // namespace leeward::test
