#include "node/audit/audit_log.h"

#include <catch2/catch_test_macros.hpp>

#include "crypto/merkle.h"
#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

using node::AuditLog;
using node::Store;
using node::Transaction;

schema::AuditRecord record(Byte transition) {
    schema::AuditRecord out;
    out.kind = schema::EventKind::ACT;
    out.machine = schema::Machine::LEG;
    out.transition = transition;
    return out;
}

class Log {
public:
    Log() : key_(crypto::signing_key_from_seed(seed().reveal())) { open(); }

    void open() {
        log_.reset();
        store_.reset();
        auto store = Store::open(folder_.path() / "store.db", node::StoreKey(ByteArray<32>{7}));
        REQUIRE(store);
        store_ = std::make_unique<Store>(std::move(store).value());
        auto log = try_open();
        REQUIRE(log);
        log_ = std::make_unique<AuditLog>(std::move(log).value());
    }
    Result<AuditLog> try_open() {
        return AuditLog::open(*store_, key_, "leeward/log/test", random_);
    }
    Outcome append(int count) {
        return store_->write([&](Transaction& tx) -> Outcome {
            for (int i = 0; i < count; ++i) {
                const auto added = log_->append(tx, record(static_cast<Byte>(i)));
                if (!added) return added.error();
            }
            return Done{};
        });
    }
    Result<std::string> sign() {
        return store_->write([&](Transaction& tx) { return log_->sign_head(tx); });
    }
    void change(std::string_view sql) {
        REQUIRE(store_->write([&](Transaction& tx) -> Outcome { return tx.run(sql); }));
    }
    Result<node::LogReport> verify() { return log_->verify(*store_, AuditLog::Depth::OPENINGS); }
    AuditLog& log() { return *log_; }
    Store& store() { return *store_; }

private:
    static crypto::SigningSeed seed() { return crypto::SigningSeed(ByteArray<32>{5}); }

    ScratchFolder folder_;
    crypto::SeededRandom random_{9};
    crypto::SigningKey key_;
    std::unique_ptr<Store> store_;
    std::unique_ptr<AuditLog> log_;
};

// The root that the leaves in the store give, counted from nothing.
crypto::Hash root_of_rows(Store& store) {
    crypto::Frontier tree;
    auto rows = store.query("SELECT rec,n,xref FROM leaf ORDER BY idx");
    while (rows.next()) {
        const auto commit =
            schema::leaf_commitment(rows.array<32>(1), rows.array<schema::audit_record_bytes>(0));
        tree.append(crypto::leaf_hash(schema::leaf_data(commit, rows.array<32>(2))));
    }
    return tree.root();
}

}  // namespace

TEST_CASE("A log appended in batches over a tile's edge verifies, also after a new start") {
    Log log;
    for (const int batch : {1, 254, 1, 1, 300, 255}) {
        REQUIRE(log.append(batch));
        CHECK(log.log().root() == root_of_rows(log.store()));
        CHECK(log.verify());
    }
    const auto root = log.log().root();
    log.open();
    CHECK(log.log().size() == 812);
    CHECK(log.log().root() == root);
    REQUIRE(log.append(300));
    CHECK(log.log().root() == root_of_rows(log.store()));
    CHECK(log.verify());
}

TEST_CASE("What is rolled back over a tile's edge leaves log, tree and head as they were") {
    Log log;
    REQUIRE(log.append(250));
    const auto head = log.sign();
    REQUIRE(head);
    const auto root = log.log().root();
    const auto done = log.store().write([&](Transaction& tx) -> Outcome {
        for (int i = 0; i < 20; ++i)
            if (const auto added = log.log().append(tx, record(1)); !added) return added.error();
        const auto newer = log.log().sign_head(tx);
        if (!newer) return newer.error();
        return Error{Errc::wrong_state, "taken back"};
    });
    CHECK_FALSE(done);
    CHECK(log.log().size() == 250);
    CHECK(log.log().root() == root);
    CHECK(*log.sign() == *head);
    REQUIRE(log.append(20));
    CHECK(log.log().root() == root_of_rows(log.store()));
    CHECK(log.verify());
}

TEST_CASE("Two transactions that are both rolled back, then one that is kept, give one tree") {
    Log log;
    for (int i = 0; i < 2; ++i)
        CHECK_FALSE(log.store().write([&](Transaction& tx) -> Outcome {
            const auto added = log.log().append(tx, record(2));
            if (!added) return added.error();
            return Error{Errc::wrong_state, "taken back"};
        }));
    REQUIRE(log.append(3));
    CHECK(log.log().size() == 3);
    CHECK(log.log().root() == root_of_rows(log.store()));
    CHECK(log.verify());
}

TEST_CASE("A changed entry is found, and named") {
    const std::array<std::string_view, 3> changes{
        "UPDATE leaf SET rec=zeroblob(length(rec)) WHERE idx=300",
        "UPDATE leaf SET n=zeroblob(32) WHERE idx=300",
        "UPDATE leaf SET xref=zeroblob(32) WHERE idx=300"};
    for (const auto change : changes) {
        Log log;
        REQUIRE(log.append(600));  // entry 300 is in a full bundle
        log.change(change);
        const auto found = log.verify();
        REQUIRE_FALSE(found);
        CHECK(found.error().code == Errc::corrupt);
        CHECK(found.error().detail.find("entry 300;") != std::string::npos);
    }
}

TEST_CASE("A changed bundle, a missing entry and a missing tail are found") {
    const std::array<std::string_view, 3> changes{
        "UPDATE leaf_bundle SET leaves=zeroblob(length(leaves)) WHERE n=1",
        "DELETE FROM leaf WHERE idx=599",
        "DELETE FROM leaf WHERE idx=10"};
    for (const auto change : changes) {
        Log log;
        REQUIRE(log.append(600));
        log.change(change);
        CHECK_FALSE(log.verify());
    }
}

TEST_CASE("A head is never signed for a tree that is smaller than one signed before") {
    Log log;
    REQUIRE(log.append(10));
    REQUIRE(log.sign());
    log.change("DELETE FROM leaf WHERE idx>=5");  // an old copy of the rows
    log.open();
    CHECK(log.sign().error().code == Errc::corrupt);
    REQUIRE(log.append(20));  // what is done meanwhile is entered all the same
    CHECK(log.sign().error().code == Errc::corrupt);
    log.open();  // larger than what was signed, and still not its continuation
    CHECK(log.log().size() == 25);
    CHECK(log.sign().error().code == Errc::corrupt);
    CHECK_FALSE(log.verify());
}

TEST_CASE("The same head is given while nothing was appended") {
    Log log;
    REQUIRE(log.append(3));
    const auto head = log.sign();
    REQUIRE(head);
    CHECK(*log.sign() == *head);
    log.open();
    CHECK(*log.sign() == *head);
    REQUIRE(log.append(1));
    CHECK(*log.sign() != *head);
}

TEST_CASE("Every entry has a proof that verifies under the signed head") {
    Log log;
    REQUIRE(log.append(515));
    const auto note = log.sign();
    REQUIRE(note);
    const auto head = crypto::open_checkpoint(*note, log.log().vkey());
    REQUIRE(head);
    for (const std::uint64_t index : std::array<std::uint64_t, 7>{0, 1, 255, 256, 511, 512, 514}) {
        const auto proof = log.store().write(
            [&](Transaction& tx) { return log.log().prove(tx, index, ByteArray<32>{}); });
        REQUIRE(proof);
        const auto entry =
            log.store().write([&](Transaction& tx) { return log.log().entry(tx, index); });
        REQUIRE(entry);
        const auto leaf =
            schema::leaf_data(schema::leaf_commitment(proof->n, proof->rec), entry->xref);
        const auto& at = head->checkpoint;
        CHECK(crypto::verify_inclusion(
            crypto::LeafIndex{index}, at.size, crypto::leaf_hash(leaf), proof->path, at.root));
        CHECK_FALSE(crypto::verify_inclusion(
            crypto::LeafIndex{index + 1}, at.size, crypto::leaf_hash(leaf), proof->path, at.root));
    }
}

TEST_CASE(
    "An hour's published head stands over entries that tell nothing, and opens like any other") {
    Log log;
    REQUIRE(log.append(5));
    const auto publish = [&](std::int64_t hour) {
        const auto note = log.store().write([&](Transaction& tx) {
            return log.log().publish(tx, schema::from_unix(hour * 3600 + 600));
        });
        REQUIRE(note);
        return *note;
    };
    const std::string first = publish(500'000);
    CHECK(log.log().size() % 16 == 0);
    CHECK(log.log().size() <= 64);
    CHECK(publish(500'000) == first);
    for (std::int64_t hour = 500'001; hour < 500'020; ++hour) {
        const auto before = log.log().size();
        const auto head = crypto::open_checkpoint(publish(hour), log.log().vkey());
        REQUIRE(head);
        CHECK(head->checkpoint.size.get() == log.log().size());
        CHECK(log.log().size() % 16 == 0);
        CHECK(log.log().size() - before <= 48);
    }
    CHECK(log.verify());
    const auto root = log.log().root();
    log.open();
    CHECK(log.log().root() == root);
    const auto verified = log.verify();
    REQUIRE(verified);
    CHECK(verified->leaves == log.log().size());
    const auto pads = log.store().write([&](Transaction& tx) -> Outcome {
        LEEWARD_ASSIGN(const auto one, log.log().entry(tx, 6));
        LEEWARD_ASSIGN(const auto other, log.log().entry(tx, 7));
        CHECK(schema::decode_audit_record(one.rec)->kind == schema::EventKind::PAD);
        CHECK(schema::decode_audit_record(one.rec)->quarter == 2'000'000);
        CHECK(one.commit() != other.commit());
        CHECK(one.xref != other.xref);
        return Done{};
    });
    CHECK(pads);
}

TEST_CASE("An entry that is passed off as one that tells nothing is found") {
    Log log;
    REQUIRE(log.append(5));
    log.change("UPDATE leaf SET rec=x'001e8480',n=x'',xref=x'' WHERE idx=3");
    CHECK(log.verify().error().code == Errc::corrupt);
}

TEST_CASE("An idle log publishes a head every hour and costs less than 50 MB a year") {
    World world(21, {"investigation", "shelter"});
    const auto published = [&] {
        return world.node(0).count("SELECT count(*) FROM published_head");
    };
    const auto bytes = [&] {
        return world.node(0).count(
            "SELECT (SELECT sum(length(rec)+length(n)+length(xref)+16) FROM leaf)+"
            "(SELECT coalesce(sum(length(leaves)),0) FROM leaf_bundle)+"
            "(SELECT coalesce(sum(length(hashes)),0) FROM tile)+"
            "(SELECT sum(length(note)+32) FROM published_head)");
    };
    world.pass(std::chrono::hours(24));
    const auto heads = published();
    const auto before = bytes();
    world.pass(std::chrono::hours(24 * 10));
    CHECK(published() - heads == 240);
    CHECK((bytes() - before) * 365 / 10 < 50'000'000);
    CHECK(world.node(0).must("audit.verify").bool_at("verified"));
    const Json shown = world.node(0).must("audit.show", Json::object({{"limit", 1000}}));
    for (const auto& entry : shown.array_at("entries"))
        CHECK(entry.text_at("kind") != "PAD");
}

}  // namespace leeward::test
