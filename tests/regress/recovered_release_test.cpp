// Found by reading: after a restore a partner names questions and grants in several parts. Where a grant came
// before its question, or one that had ended before one that was open, its release was not put down, or as
// withdrawn: she withdrew, was told that sharing had ended, and the house went on reading.
#include "node/exchange/resync_text.h"
#include "node/exchange/succeed.h"
#include "tests/node/exchange/restored_pair.h"

namespace leeward::test {
namespace {

using std::chrono::hours;

// Asked and disclosed after the backup; words are compared, and what the house then says has not left it.
struct Recovered {
    Pair p;
    Asked asked;
    std::string release;

    explicit Recovered(std::uint64_t seed) : p(seed), backup(back_up(p.harbor)) {
        asked = ask(p.world, p.harbor, {&p.juniper});
        release = p.disclosed(asked);
    }
    void restored() {
        restore(p.harbor, backup, p.holders, p.world.random());
        pair_up(p.harbor, p.juniper);
        compare_words(p.juniper, p.harbor);
        compare_words(p.harbor, p.juniper);
    }
    node::ResyncText unsaid() {
        node::ResyncText text;
        REQUIRE(write([&](node::Transaction& tx) -> Outcome {
            LEEWARD_ASSIGN(const auto mid, waiting_resync(tx));
            LEEWARD_ASSIGN(const auto item, outbox().find(tx, mid));
            LEEWARD_ASSIGN(const std::string body, outbox().body(*item));
            LEEWARD_ASSIGN(text, node::read_resync(body));
            return outbox().remove(tx, mid);
        }));
        return text;
    }
    void say(const node::ResyncText& text) {
        node::Outgoing message;
        message.to = p.harbor.home().identity.node();
        message.kind = schema::MessageKind::RESYNC;
        message.message_class = node::MessageClass::CONTROL;
        message.body = node::to_json(text).dump();
        message.record = node::general_record;
        message.expires = p.world.clock().now() + hours(24);
        message.event = node::node_act(25, message.to);
        message.event.kind = schema::EventKind::SEND;
        REQUIRE(write([&](node::Transaction& tx) -> Outcome {
            const auto put = outbox().put(tx, message, p.world.clock().now());
            return put ? Outcome(Done{}) : Outcome(put.error());
        }));
        p.world.pump();
    }
    // By the case that came back: nobody here knows the release any more.
    std::int64_t withdraw() {
        const Json cases = p.harbor.must("case.list");
        const std::string id = cases.array_at("cases").front().text_at("id");
        const Json done = p.harbor.must("release.withdraw", Json::object({{"case", id}}));
        p.world.pass(hours(2));
        return done.int_at("withdrawn");
    }
    std::int64_t readable() {
        return p.juniper.count("SELECT count(*) FROM grant_of WHERE discloser<=1");
    }

private:
    node::BackupName backup;

    node::Outbox& outbox() { return p.juniper.desk().outbox; }
    template <class Work>
    Outcome write(Work&& work) {
        return p.juniper.home().store.write(work);
    }
    static Result<schema::MessageId> waiting_resync(node::Transaction& tx) {
        auto rows = tx.query("SELECT mid FROM outbox WHERE kind=?", schema::MessageKind::RESYNC);
        if (!rows.next()) return Error{Errc::not_found, "nothing is unsaid"};
        return rows.id<schema::MessageId>(0);
    }
};

}  // namespace

TEST_CASE("what was shared after a backup can be withdrawn, whichever part named it first") {
    Recovered r(991);
    r.restored();
    node::ResyncText first = r.unsaid();
    REQUIRE(first.grants.size() == 1);
    node::ResyncText second = first;
    first.of = second.of = second.part = 2;
    first.legs.clear();
    second.grants.clear();
    r.say(first);
    CHECK(r.p.harbor.count("SELECT count(*) FROM release") == 0);
    r.say(second);
    CHECK(r.withdraw() == 1);
    CHECK(r.readable() == 0);
}

TEST_CASE("what was left of a narrowed release can be withdrawn after a restore") {
    Recovered r(992);
    r.p.harbor.must("release.narrow",
                    Json::object({{"id", r.release}, {"fields", Json(Json::Array{"allergies"})}}));
    r.p.world.pass(hours(2));
    r.restored();
    r.p.world.pump();
    REQUIRE(r.readable() == 1);
    CHECK(r.withdraw() == 1);
    CHECK(r.readable() == 0);
}

}  // namespace leeward::test
