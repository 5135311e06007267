// Ten thousand histories of needs over three nodes: random writes of people and timers at every side,
// their messages in any order, doubled, lost and sent again, crashes in between. Once all is delivered both
// sides of every leg hold the same registers and show the same; at every step G4, G5 and G7 hold.
//
// The stories, the stores and the logs are the real ones; messages pass from outbox to story without
// being sealed, so that ten thousand take seconds (histories_test.cpp plays two hundred with everything).
//   LEEWARD_HISTORIES=1000000 build/release/bin/convergence_test     a million
//   LEEWARD_SEED=17 build/release/bin/convergence_test               one world again
#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include <catch2/catch_test_macros.hpp>

#include "node/exchange/ask.h"
#include "node/exchange/legs.h"
#include "node/exchange/message_class.h"
#include "node/exchange/need_ends.h"
#include "node/exchange/need_rests.h"
#include "node/exchange/needs.h"
#include "node/exchange/stories.h"
#include "schema/release.h"
#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

using node::Leg;
using node::Need;
using node::OutboxItem;
using node::Transaction;
using schema::AnswerMove;
using schema::AskMove;
using schema::LegState;
using schema::NeedState;
using std::chrono::seconds;

constexpr std::uint64_t needs_a_world = 250;
constexpr int rounds = 10;
constexpr int mending_rounds = 60;

struct Travelling {
    std::size_t from;
    std::size_t to;
    OutboxItem item;
    schema::Message message;
};
struct Receipt {
    std::size_t sender;
    std::size_t recipient;
    schema::MessageId mid;
    std::string refused;
};

Json args_of(const std::string& id, std::initializer_list<std::pair<const char*, Json>> more = {}) {
    Json args = Json::object({{"id", id}});
    for (const auto& [key, value] : more)
        args.set(key, value);
    return args;
}

class Histories {
public:
    explicit Histories(std::uint64_t seed)
        : dice_(seed), world_(seed, {"investigation", "shelter", "shelter"}) {
        for (std::size_t i = 0; i < world_.size(); ++i)
            index_[world_.node(i).desk().self.node()] = i;
    }

    void play(std::uint64_t needs) {
        begin(needs);
        for (int i = 0; i < rounds; ++i) {
            round();
            one_place_is_chosen();
        }
        mend();
        one_place_is_chosen();
        both_sides_agree();
        for (std::size_t i = 0; i < world_.size(); ++i)
            CHECK(world_.node(i).must("audit.verify").bool_at("verified"));
    }

private:
    std::uint64_t below(std::uint64_t n) { return dice_.number() % n; }
    bool chance(std::uint64_t percent) { return below(100) < percent; }
    TestNode& node(std::size_t i) { return world_.node(i); }
    schema::Time now() { return world_.clock().now(); }

    // One transaction of one node; false when a crash (Errc::busy) took it back.
    template <class Work>
    bool in(std::size_t i, Work work) {
        const Outcome done = node(i).home().store.write(
            [&](Transaction& tx) -> Outcome { return work(node(i).desk(), tx); });
        if (!done && done.error().code != Errc::busy) FAIL(done.error().detail);
        return static_cast<bool>(done);
    }

    // ---------------------------------------------------------------- what people do

    void begin(std::uint64_t needs) {
        case_ =
            node(0)
                .must(
                    "case.new",
                    Json::object({{"record", sample_record().dump()}, {"duplicate-check", "none"}}))
                .text_at("id");
        sign();
        for (std::uint64_t i = 0; i < needs; ++i) {
            const char* priority = std::array{"EMERGENCY", "URGENT", "ROUTINE"}[below(3)];
            const auto made = node(0).must(
                "need.new",
                Json::object({{"case", case_},
                              {"need", sample_need("PLACEMENT", priority).dump()},
                              {"to", Json(Json::Array{node(1).name(), node(2).name()})}}));
            needs_.push_back(made.text_at("id"));
        }
    }

    void sign() {
        for (std::size_t i = 1; i < world_.size(); ++i)
            sign_release(node(0), case_, node(i));
    }

    void round() {
        world_.clock().move(seconds(below(2) == 0 ? below(600) : below(3 * 3600)));
        if (chance(10))
            (void)node(0).call("release.withdraw",
                               Json::object({{"case", case_}, {"scope", "ALL"}}));
        else if (chance(15))
            sign();
        people_at_the_needs();
        for (std::size_t i = 0; i < world_.size(); ++i)
            people_at_the_legs(i);
        for (std::size_t i = 0; i < world_.size(); ++i)
            tick(i);
        for (std::size_t i = 0; i < world_.size(); ++i)
            post(i, Weather{.loss = 250, .duplication = 200, .delay = 300});
        deliver(20);
        hand_out_receipts(25);
        if (chance(15)) restart(below(world_.size()));
    }

    void tick(std::size_t i) {
        const Outcome done = node(i).engine().tick(world_.clock().ms());
        if (!done) FAIL(node(i).name() << " at its deadlines: " << done.error().detail);
    }

    void restart(std::size_t i) {
        node(i).close();
        node(i).open();
    }

    std::vector<schema::LegId> legs_at(Transaction& tx) {
        std::vector<schema::LegId> ids;
        auto rows = tx.query("SELECT id FROM leg ORDER BY id");
        while (rows.next())
            ids.push_back(rows.id<schema::LegId>(0));
        return ids;
    }

    void people_at_the_needs() {
        in(0, [&](node::Desk& desk, Transaction& tx) -> Outcome {
            for (const auto& id : needs_) {
                if (!chance(4)) continue;
                LEEWARD_ASSIGN(const Need need, node::find_need(desk, tx, id));
                LEEWARD_TRY(about(desk, tx, need, id));
            }
            return Done{};
        });
    }

    // Only what is not refused: a refusal would take the whole batch back.
    Outcome about(node::Desk& desk, Transaction& tx, const Need& need, const std::string& id) {
        const auto done = [](const Result<Json>& result) {
            return result ? Outcome(Done{}) : Outcome(result.error());
        };
        if (need.state == NeedState::PAUSED)
            return done(node::need_resume(desk, tx, args_of(id), now()));
        if (need.state < NeedState::CLOSED && chance(20))
            return done(node::need_withdraw(
                desk,
                tx,
                args_of(id, {{"reason", "WITHDRAW_PREFERS_NOT_TO_SAY"}, {"bed-asked", true}}),
                now()));
        if (need.state >= NeedState::READY && need.state <= NeedState::CONFIRMED)
            return done(node::need_pause(
                desk, tx, args_of(id, {{"reason", "PAUSE_SURVIVOR_ASKED"}}), now()));
        return Done{};
    }

    void people_at_the_legs(std::size_t i) {
        const bool crashes = chance(5);
        in(i, [&](node::Desk& desk, Transaction& tx) -> Outcome {
            for (const auto& id : legs_at(tx)) {
                if (!chance(60)) continue;
                LEEWARD_ASSIGN(Leg leg, node::load_leg(desk, tx, id));
                LEEWARD_TRY(leg.ours ? ask_move(desk, tx, leg) : answer_move(desk, tx, leg));
            }
            if (crashes) return Error{Errc::busy, "the power went"};
            return Done{};
        });
    }

    Result<bool> another_is_chosen(node::Desk& desk, Transaction& tx, const Leg& leg) {
        LEEWARD_ASSIGN(const auto legs, node::legs_of(desk, tx, *leg.need));
        return std::any_of(legs.begin(), legs.end(), [&](const Leg& other) {
            return other.id != leg.id &&
                   (schema::is_chosen(other.shown) || other.shown == LegState::ARRIVED);
        });
    }

    // Any write of the table that a person or the node may make now, as its command would make it.
    Outcome ask_move(node::Desk& desk, Transaction& tx, Leg& leg) {
        const auto moves = schema::allowed_asks(leg.ask, leg.answer, !leg.sent);
        if (moves.empty()) return Done{};
        const AskMove move = moves[below(moves.size())];
        const bool chooses = move == AskMove::A3 || move == AskMove::A4 || move == AskMove::A7;
        if (chooses) {
            LEEWARD_ASSIGN(const bool taken, another_is_chosen(desk, tx, leg));
            if (taken) return Done{};
        }
        if (ends_a_question(move) && chance(70)) return Done{};  // or no history goes far
        if (move == AskMove::A3) {
            LEEWARD_ASSIGN(Need need, node::load_need(desk, tx, *leg.need));
            if (need.state != NeedState::OPTIONS) return Done{};
            LEEWARD_TRY(node::move_need(desk,
                                        tx,
                                        need,
                                        schema::NeedMove::N5,
                                        std::nullopt,
                                        "CHOICE_BASIS_IN_PERSON",
                                        now()));
        }
        node::Said said;
        if (move == AskMove::A5) said.members = window(leg);
        return node::write(desk, tx, leg, move, std::move(said), now());
    }

    static bool ends_a_question(AskMove move) {
        return move == AskMove::A8 || move == AskMove::A9 || move == AskMove::A13 ||
               move == AskMove::A14 || move == AskMove::A15 || move == AskMove::A16 ||
               move == AskMove::A17;
    }

    Json window(Leg& leg) {
        leg.window_start = now() + seconds(600);
        leg.window_end = now() + seconds(600 + below(4 * 3600));
        return Json::object({{"window_start", schema::unix_seconds(leg.window_start)},
                             {"window_end", schema::unix_seconds(leg.window_end)}});
    }

    Outcome answer_move(node::Desk& desk, Transaction& tx, Leg& leg) {
        const auto moves = schema::allowed_answers(leg.answer, leg.ask);
        if (moves.empty()) return Done{};
        const AnswerMove move = moves[below(moves.size())];
        const bool ends = move == AnswerMove::W10 || move == AnswerMove::W13 ||
                          move == AnswerMove::W14 || move == AnswerMove::W20;
        if (move == AnswerMove::W1 || (ends && chance(70))) return Done{};
        node::Said said;
        if (move == AnswerMove::W5 || move == AnswerMove::W6 || move == AnswerMove::W12) {
            leg.hold_until = now() + seconds(1800 + below(4 * 3600));
            said.members = Json::object({{"hold_until", schema::unix_seconds(leg.hold_until)}});
        }
        return node::write(desk, tx, leg, move, std::move(said), now());
    }

    // ---------------------------------------------------------------- what the network does

    // What is in the outbox is put on the way, as a courier would: it may be sent again and again.
    void post(std::size_t i, Weather weather) {
        in(i, [&](node::Desk& desk, Transaction& tx) -> Outcome {
            const auto may_leave = node::authority_of(desk);
            std::vector<schema::MessageId> mids;
            auto rows = tx.query("SELECT mid FROM outbox ORDER BY seq_no");
            while (rows.next())
                mids.push_back(rows.id<schema::MessageId>(0));
            for (const auto& mid : mids) {
                if (below(1000) < weather.delay) continue;
                LEEWARD_ASSIGN(const auto item, desk.outbox.find(tx, mid));
                if (!item || !index_.contains(item->peer)) continue;
                LEEWARD_TRY(send(desk, tx, i, *item, may_leave, weather));
            }
            return Done{};
        });
    }

    Outcome send(node::Desk& desk,
                 Transaction& tx,
                 std::size_t from,
                 const OutboxItem& item,
                 const node::Courier::Authority& may_leave,
                 Weather weather) {
        const auto body = desk.outbox.body(item);
        if (!body || !may_leave(tx, item, now())) return desk.outbox.abandon(tx, item, now());
        if (item.message_class != node::MessageClass::CONTROL && item.expires <= now()) {
            LEEWARD_TRY(desk.outbox.abandon(tx, item, now()));
            return node::ran_out_at(desk)(tx, item, now());
        }
        const Travelling message{from, index_.at(item.peer), item, message_of(desk, item, *body)};
        LEEWARD_TRY(content_may_pass(desk, tx, message));
        LEEWARD_TRY(desk.outbox.sent(tx, item, 0));
        if (below(1000) >= weather.loss) under_way_.push_back(message);
        if (below(1000) < weather.duplication) under_way_.push_back(message);
        return Done{};
    }

    static schema::Message message_of(const node::Desk& desk,
                                      const OutboxItem& item,
                                      const std::string& body) {
        schema::Message message;
        auto& h = message.header;
        h.mid = item.mid;
        h.from = desk.self.node();
        h.to = item.peer;
        if (item.leg) h.leg = *item.leg;
        h.seq = item.leg_seq;
        h.counter = item.counter;
        h.saw = item.saw;
        h.ts = item.created;
        h.exp = item.expires;
        h.xk = item.xk;
        h.kind = item.kind;
        message.body = body;
        return message;
    }

    // G7: after a closing word nothing with content leaves on that leg. G4: a grant leaves only under a
    // release of its recipient that is in force.
    Outcome content_may_pass(node::Desk& desk, Transaction& tx, const Travelling& one) {
        if (node::class_of(one.message) != node::MessageClass::DISCLOSING) return Done{};
        if (one.item.leg) {
            LEEWARD_ASSIGN(const Leg leg, node::load_leg(desk, tx, *one.item.leg));
            INFO(schema::name(leg.ask.value) << " " << schema::name(leg.answer.value));
            if (leg.ours && leg.shown != LegState::ARRIVED)  // she came all the same
                CHECK_FALSE(schema::closes(leg.ask.value));
            CHECK(leg.answer.value != schema::Answer::DISCARDED);
        }
        if (!one.item.grant) return Done{};
        auto rows = tx.query(
            "SELECT r.state,r.recipient=g.peer,r.expires>? FROM grant_of g JOIN release r ON "
            "r.id=g.release WHERE g.id=?",
            schema::unix_seconds(now()),
            *one.item.grant);
        REQUIRE(rows.next());
        CHECK(schema::live(static_cast<schema::ReleaseState>(rows.integer(0))));
        CHECK((rows.integer(1) == 1 && rows.integer(2) == 1));
        return Done{};
    }

    void shuffle() {
        for (std::size_t i = under_way_.size(); i > 1; --i)
            std::swap(under_way_[i - 1], under_way_[below(i)]);
    }

    void deliver(std::uint64_t late_percent) {
        shuffle();
        std::vector<Travelling> later;
        std::vector<std::vector<Travelling>> arrived(world_.size());
        for (auto& one : under_way_)
            (chance(late_percent) ? later : arrived[one.to]).push_back(std::move(one));
        under_way_ = std::move(later);
        for (std::size_t i = 0; i < arrived.size(); ++i)
            take(i, arrived[i], late_percent > 0 && chance(5));
    }

    // One batch, one transaction. A crash takes all of it back: nothing of it was receipted.
    void take(std::size_t i, const std::vector<Travelling>& batch, bool crashes) {
        std::vector<Receipt> receipts;
        const auto stories = node::stories_of(node(i).desk());
        const bool done = in(i, [&](node::Desk& desk, Transaction& tx) -> Outcome {
            std::vector<std::string> keys;
            for (const auto& one : batch)
                stories.prepare(one.message, keys);
            std::sort(keys.begin(), keys.end());
            keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
            if (!keys.empty()) LEEWARD_TRY(desk.records.ensure(keys));
            for (const auto& one : batch) {
                LEEWARD_ASSIGN(std::string refused, take_one(desk, tx, stories, one));
                receipts.push_back({one.from, i, one.item.mid, std::move(refused)});
            }
            if (crashes) return Error{Errc::busy, "the power went"};
            return Done{};
        });
        if (!done) return;
        for (const auto& receipt : receipts)
            seen_[i].emplace(receipt.mid, receipt.refused);
        std::move(receipts.begin(), receipts.end(), std::back_inserter(receipts_));
    }

    // Registers are taken again although they were seen: the counter alone must make that harmless.
    Result<std::string> take_one(node::Desk& desk,
                                 Transaction& tx,
                                 const node::Receiver::Stories& stories,
                                 const Travelling& one) {
        const auto kind = one.message.header.kind;
        const bool is_register =
            kind == schema::MessageKind::ASK || kind == schema::MessageKind::ANSWER;
        const auto seen = seen_[one.to].find(one.item.mid);
        if (seen != seen_[one.to].end() && !is_register) return seen->second;
        node::Peer* peer = desk.peers.find(one.message.header.from);
        LEEWARD_ASSIGN(const auto applied, stories.apply(tx, *peer, one.message, now()));
        return applied.refused;
    }

    void hand_out_receipts(std::uint64_t lost_percent) {
        auto all = std::exchange(receipts_, {});
        for (std::size_t i = 0; i < world_.size(); ++i)
            in(i, [&](node::Desk& desk, Transaction& tx) -> Outcome {
                const auto stories = node::stories_of(desk);
                for (const auto& one : all)
                    if (one.sender == i && !chance(lost_percent))
                        LEEWARD_TRY(take_receipt(desk, tx, stories, one));
                return Done{};
            });
    }

    Outcome take_receipt(node::Desk& desk,
                         Transaction& tx,
                         const node::Receiver::Stories& stories,
                         const Receipt& one) {
        LEEWARD_ASSIGN(const auto item, desk.outbox.find(tx, one.mid));
        if (!item) return Done{};
        node::Peer* peer = desk.peers.find(item->peer);
        LEEWARD_TRY(stories.receipted(tx, *peer, *item, one.refused, now()));
        return desk.outbox.remove(tx, one.mid);
    }

    // ---------------------------------------------------------------- what must hold

    void mend() {
        for (int i = 0; i < mending_rounds; ++i) {
            world_.clock().move(seconds(1));
            for (std::size_t n = 0; n < world_.size(); ++n)
                post(n, Weather{});
            if (under_way_.empty()) return;
            deliver(0);
            hand_out_receipts(0);
        }
        FAIL("the nodes never come to rest");
    }

    void one_place_is_chosen() {
        CHECK(node(0).count("SELECT count(*) FROM (SELECT need FROM leg WHERE ours=1 AND shown "
                            "BETWEEN 8 AND 13 GROUP BY need HAVING count(*)>1)") == 0);
    }

    struct Registers {
        schema::AskRegister ask;
        schema::AnswerRegister answer;
        LegState shown;
    };

    std::map<schema::LegId, Registers> registers_at(std::size_t i) {
        std::map<schema::LegId, Registers> all;
        in(i, [&](node::Desk& desk, Transaction& tx) -> Outcome {
            for (const auto& id : legs_at(tx)) {
                LEEWARD_ASSIGN(const Leg leg, node::load_leg(desk, tx, id));
                all.emplace(id, Registers{leg.ask, leg.answer, leg.shown});
            }
            return Done{};
        });
        return all;
    }

    // The receipt stands for W1 (STORED), and of what was called back none is waited for.
    static bool same(const Registers& a, const Registers& b) {
        const auto nothing = [](const Registers& r) {
            return r.answer.value == schema::Answer::NONE ||
                   r.answer.value == schema::Answer::STORED;
        };
        const bool answers = (nothing(a) && nothing(b)) || (a.answer.value == b.answer.value &&
                                                            a.answer.counter == b.answer.counter);
        const bool asks = a.ask.value == b.ask.value && a.ask.counter == b.ask.counter;
        return a.shown == b.shown && answers && asks;
    }

    static std::string text(const Registers& r) {
        return std::string(schema::name(r.shown)) + " (" + std::string(schema::name(r.ask.value)) +
               " " + std::to_string(r.ask.counter) + ", " +
               std::string(schema::name(r.answer.value)) + " " + std::to_string(r.answer.counter) +
               ")";
    }

    void both_sides_agree() {
        const auto ours = registers_at(0);
        std::map<schema::LegId, Registers> theirs = registers_at(1);
        theirs.merge(registers_at(2));
        CHECK(ours.size() == 2 * needs_.size());
        for (const auto& [id, mine] : ours) {
            const auto other = theirs.find(id);
            if (other == theirs.end()) {  // called back, or overtaken, before it came
                if (!schema::closes(mine.ask.value)) FAIL_CHECK("never came: " << text(mine));
                continue;
            }
            if (!same(mine, other->second))
                FAIL_CHECK(text(mine) << " against " << text(other->second));
        }
        for (std::size_t i = 0; i < world_.size(); ++i)
            CHECK(node(i).count("SELECT count(*) FROM outbox") == 0);
    }

    crypto::SeededRandom dice_;
    World world_;
    std::map<schema::NodeId, std::size_t> index_;
    std::string case_;
    std::vector<std::string> needs_;
    std::vector<Travelling> under_way_;
    std::vector<Receipt> receipts_;
    std::map<std::size_t, std::map<schema::MessageId, std::string>> seen_;
};

std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
    const char* given = std::getenv(name);
    return given == nullptr ? otherwise : std::strtoull(given, nullptr, 10);
}

}  // namespace

TEST_CASE(
    "whatever is said in whatever order, both sides of every leg end with the same registers") {
    const std::uint64_t histories = number_from("LEEWARD_HISTORIES", 10'000);
    const std::uint64_t only = number_from("LEEWARD_SEED", 0);
    const std::uint64_t first = only == 0 ? 1 : only;
    const std::uint64_t last = only == 0 ? (histories + needs_a_world - 1) / needs_a_world : only;
    for (std::uint64_t seed = first; seed <= last; ++seed) {
        CAPTURE(seed);
        Histories(seed).play(std::min(needs_a_world, histories));
    }
}

}  // namespace leeward::test
