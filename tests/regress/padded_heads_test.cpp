// Found by reading: a signed head was kept as it came, with whatever lines by unknown keys stood below it. One
// partner could pad a head of another's log to the size of an envelope: shown to that log, or told to all as
// evidence, it fitted into none, and the node sent nothing to anybody any more.
#include <catch2/catch_test_macros.hpp>

#include "crypto/base/base64.h"
#include "crypto/checkpoint.h"
#include "schema/limits.h"
#include "tests/support/made_up.h"

namespace leeward::test {
namespace {

using std::chrono::seconds;

const std::vector<std::string> three{"investigation", "shelter", "shelter"};

// With a line by a key that nobody knows, as long as it takes.
std::string padded(const std::string& note, std::size_t bytes) {
    return note + "\u2014 padding " + base64::encode(Bytes((bytes - note.size()) * 3 / 4)) + "\n";
}

// An envelope that says this of logs alone.
void show(World& world, TestNode& from, TestNode& to, schema::Inner said) {
    const auto fill = [&](node::Transaction&, const node::Sealing&, schema::Inner& inner) {
        inner = std::move(said);
        return Outcome(Done{});
    };
    deliver(world, from, to, made_up(from, to, fill));
}

// Of a size that nobody has been shown.
std::string newer_head(TestNode& node) {
    const auto head = node.home().store.write([&](node::Transaction& tx) -> Result<std::string> {
        schema::AuditRecord event;
        event.kind = schema::EventKind::ACT;
        event.machine = schema::Machine::NODE;
        LEEWARD_TRY(node::log_event(node.desk(), tx, event, node.clock().now()));
        return node.desk().log.sign_head(tx);
    });
    REQUIRE(head);
    return *head;
}

std::string head_with_root(TestNode& node, Byte root) {
    const crypto::Checkpoint made{node.desk().log.origin(), crypto::TreeSize{1'000'000}, {root}};
    return crypto::format_note(crypto::sign_checkpoint(made, node.home().identity.log));
}

std::uint64_t witnessed_size(TestNode& witness, TestNode& log) {
    auto rows = witness.home().store.query("SELECT size FROM witnessed WHERE log=?",
                                           crypto::format_vkey(log.desk().log.vkey()));
    return rows.next() ? static_cast<std::uint64_t>(rows.integer(0)) : 0;
}

void check_that_both_are_asked(World& world) {
    TestNode& harbor = world.node(0);
    const Asked asked = ask(world, harbor, {&world.node(1), &world.node(2)});
    world.pass(seconds(30), seconds(5));
    for (const auto& leg : asked.legs)
        CHECK(harbor.state_of(leg) == "DELIVERED");
}

}  // namespace

TEST_CASE("a head of another's log that a partner has padded keeps nothing from anybody") {
    World world(983, three);
    ask(world, world.node(0), {&world.node(1), &world.node(2)});
    schema::Inner inner;
    inner.seen = {padded(newer_head(world.node(1)), 64'500)};
    show(world, world.node(2), world.node(0), inner);
    check_that_both_are_asked(world);
}

TEST_CASE("a partner that pads its own head is not heard, and keeps nothing from anybody") {
    World world(984, three);
    schema::Inner inner;
    inner.head = padded(newer_head(world.node(2)), 64'500);
    show(world, world.node(2), world.node(0), inner);
    check_that_both_are_asked(world);
}

TEST_CASE("two padded heads of one size are told to nobody, and stop nothing that is") {
    World world(985, three);
    for (const Byte root : {Byte{1}, Byte{2}}) {
        schema::Inner inner;
        inner.head = padded(head_with_root(world.node(2), root), 40'000);
        show(world, world.node(2), world.node(0), inner);
    }
    check_that_both_are_asked(world);
}

TEST_CASE("a padded head that a witness is asked to sign is no evidence to tell of") {
    World world(986, three);
    const crypto::Hash no_proof{};
    schema::Inner inner;
    inner.witnessing.ask =
        schema::AddCheckpoint{witnessed_size(world.node(0), world.node(2)),
                              {no_proof},
                              padded(head_with_root(world.node(2), Byte{1}), 60'000)};
    show(world, world.node(2), world.node(0), inner);
    check_that_both_are_asked(world);
}

TEST_CASE("a message that fits no envelope is let go, and said to be, and what follows leaves") {
    World world(987, three);
    TestNode& harbor = world.node(0);
    REQUIRE(harbor.home().store.write([&](node::Transaction& tx) -> Outcome {
        auto& desk = harbor.desk();
        node::Outgoing word;
        word.to = world.node(1).desk().self.node();
        word.kind = schema::MessageKind::PROVE;
        word.message_class = schema::MessageClass::CONTROL;
        word.body = "{}";
        word.record = node::general_record;
        word.expires = harbor.clock().now() + std::chrono::hours(12);
        LEEWARD_ASSIGN(const auto mid, desk.outbox.put(tx, word, harbor.clock().now()));
        LEEWARD_ASSIGN(
            const Bytes body,
            desk.records.seal(word.record, node::outbox_place(mid), Bytes(60'000, Byte{'1'})));
        return tx.run("UPDATE outbox SET body=? WHERE mid=?", BytesView(body), mid);
    }));
    const auto work = harbor.engine().step(harbor.clock().ms());
    REQUIRE(work);
    CHECK(work->fault == Errc::too_large);
    CHECK(harbor.waiting() == 0);
    check_that_both_are_asked(world);
}

TEST_CASE("an honest head with the longest origin has room in what a head may measure") {
    const auto key = crypto::signing_key_from_seed(ByteArray<32>{1});
    const std::string origin(64, 'o');
    const crypto::Checkpoint last{origin, crypto::TreeSize{schema::limits::log_leaves}, {}};
    const std::string head = crypto::format_note(crypto::sign_checkpoint(last, key));
    CHECK(head.size() * 2 < schema::limits::head_bytes);
}

}  // namespace leeward::test
