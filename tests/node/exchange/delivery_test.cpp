// What a hostile or broken network may do to two nodes: nothing is lost, nothing happens twice.
#include <catch2/catch_test_macros.hpp>

#include "node/mailbox/sealing.h"
#include "schema/envelope.h"
#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

using node::Frame;
using std::chrono::hours;
using std::chrono::seconds;

const std::vector<std::string> two{"investigation", "shelter"};
constexpr std::int64_t week = 7 * 24 * 3600;

bool is_envelope(const Frame& frame) {
    return schema::kind_of(frame.parts) == schema::FrameKind::ENVELOPE;
}

// Every frame that a node sends, kept as it left.
struct Recorder {
    std::vector<Frame> frames;
    bool lose = false;

    void on(TestNode& node) {
        node.watch([this](const node::TransportPublicKey&, const Frame& frame) {
            frames.push_back(frame);
            return !lose;
        });
    }
    [[nodiscard]] std::size_t envelopes() const {
        return static_cast<std::size_t>(std::count_if(frames.begin(), frames.end(), is_envelope));
    }
};

std::int64_t refusals(TestNode& node, std::string_view code) {
    return node.count("SELECT count(*) FROM received WHERE refused='" + std::string(code) + "'");
}

Json legs(TestNode& node) {
    return Json(node.must("leg.list", Json::object({{"all", true}})).array_at("legs"));
}

// An inquiry of `from` that its courier did not make: `proof` decides what goes with it.
enum class Proof { OWN, NONE, OTHER_LEAF, OTHER_TREE };

schema::Message inquiry(TestNode& from, TestNode& to, const node::Sealing& sealing) {
    auto& random = from.desk().random;
    schema::Message message;
    auto& h = message.header;
    h.mid = schema::new_id<schema::MessageId>(random);
    h.from = from.desk().self.node();
    h.to = to.desk().self.node();
    h.kid = sealing.kid();
    h.ench = sealing.ench();
    h.leg = schema::new_id<schema::LegId>(random);
    h.seq = h.counter = 1;
    h.ts = from.clock().now();
    h.exp = h.ts + hours(24);
    random.fill(h.xk);
    h.from_card = h.to_card = 1;
    message.body = Json::object({{"value", "OPEN"},
                                 {"alias", "quiet heron"},
                                 {"service", "PLACEMENT"},
                                 {"priority", "URGENT"},
                                 {"card", Json::object({{"age_band", "15_to_17"}})}})
                       .dump();
    return message;
}

// By a clock that is so far ahead.
void send_forged(World& world,
                 TestNode& from,
                 TestNode& to,
                 TestNode& stranger,
                 Proof proof,
                 schema::Duration ahead = {}) {
    const auto frame = from.home().store.write([&](node::Transaction& tx)
                                                   -> Result<schema::EnvelopeFrame> {
        auto& desk = from.desk();
        const node::Peer& peer = *desk.peers.find(to.desk().self.node());
        LEEWARD_ASSIGN(const auto prekey, desk.prekeys.newest(tx, peer, from.clock().now()));
        LEEWARD_ASSIGN(auto sealing,
                       node::Sealing::begin(desk.self, desk.peers, peer, *prekey, desk.random));
        auto message = inquiry(from, to, sealing);
        message.header.ts += ahead;
        message.header.exp += ahead;
        const auto& h = message.header;
        const auto body = crypto::sha256(as_bytes(message.body));
        const ByteArray<32> salt = desk.random.array<32>();
        schema::AuditRecord event;
        event.kind = schema::EventKind::SEND;
        event.machine = schema::Machine::LEG;
        event.own = schema::organisation_tag(h.from);
        event.other = schema::organisation_tag(h.to);
        event.link = schema::link_commitment(salt, h.mid, body);
        const auto xref = schema::exchange_xref(h.xk, h.mid, body);
        LEEWARD_ASSIGN(const auto index, desk.log.append(tx, event, xref));
        schema::Inner inner;
        LEEWARD_ASSIGN(inner.head, desk.log.sign_head(tx));
        schema::MessageItem item{schema::sign_message(message, desk.self.signing), std::nullopt};
        if (proof == Proof::OWN) {
            LEEWARD_ASSIGN(item.proof, desk.log.prove(tx, index, salt));
        }
        if (proof == Proof::OTHER_LEAF) {
            LEEWARD_ASSIGN(item.proof, desk.log.prove(tx, 0, salt));
        }
        if (proof == Proof::OTHER_TREE)
            LEEWARD_TRY(stranger.home().store.write([&](node::Transaction& theirs) -> Outcome {
                auto& log = stranger.desk().log;
                LEEWARD_ASSIGN(const auto there, log.append(theirs, event, xref));
                LEEWARD_ASSIGN(const auto head, log.sign_head(theirs));
                (void)head;
                LEEWARD_ASSIGN(item.proof, log.prove(theirs, there, salt));
                return Done{};
            }));
        inner.messages.push_back(std::move(item));
        return std::move(sealing).finish(inner);
    });
    REQUIRE(frame);
    REQUIRE(from.transport().send(to.link(), Frame{schema::write_frame(*frame)}));
    world.pump();
}

}  // namespace

TEST_CASE("A lost receipt ends in delivered, and the message is applied once") {
    World world(2, two);
    Recorder answers;
    answers.on(world.node(1));
    answers.lose = true;
    const Asked asked = ask(world, world.node(0), {&world.node(1)});
    CHECK(world.node(0).state_of(asked.legs[0]) == "QUEUED");
    CHECK(world.node(1).state_of(asked.legs[0]) == "DELIVERED");
    answers.lose = false;
    world.pass(seconds(60), seconds(1));
    CHECK(world.node(0).state_of(asked.legs[0]) == "DELIVERED");
    CHECK(world.node(0).waiting() == 0);
    CHECK(legs(world.node(1)).as_array()->size() == 1);
}

TEST_CASE("An envelope that comes again byte for byte is answered with its receipt again") {
    World world(3, two);
    Recorder questions;
    Recorder answers;
    questions.on(world.node(0));
    answers.on(world.node(1));
    answers.lose = true;
    const Asked asked = ask(world, world.node(0), {&world.node(1)});
    REQUIRE(questions.envelopes() == 1);
    const auto leaves = world.node(1).count("SELECT count(*) FROM leaf");
    answers.lose = false;
    REQUIRE(world.node(0).transport().send(world.node(1).link(), Frame(questions.frames.back())));
    world.pump();
    CHECK(world.node(0).state_of(asked.legs[0]) == "DELIVERED");
    CHECK(world.node(0).waiting() == 0);
    CHECK(world.node(1).count("SELECT count(*) FROM leaf") == leaves);
}

TEST_CASE("Junk under a true encapsulated key does not burn the true envelope") {
    World world(4, two);
    Recorder questions;
    questions.on(world.node(0));
    questions.lose = true;
    const Asked asked = ask(world, world.node(0), {&world.node(1)});
    REQUIRE(questions.envelopes() == 1);
    const Frame whole = questions.frames.back();
    questions.lose = false;
    Frame junk = whole;
    for (auto& byte : junk.parts.back())
        byte = static_cast<Byte>(byte ^ 0x55U);
    REQUIRE(world.node(0).transport().send(world.node(1).link(), Frame(junk)));
    world.pump();
    CHECK(legs(world.node(1)).as_array()->empty());
    REQUIRE(world.node(0).transport().send(world.node(1).link(), Frame(whole)));
    world.pump();
    CHECK(world.node(1).state_of(asked.legs[0]) == "DELIVERED");
    CHECK(world.node(0).state_of(asked.legs[0]) == "DELIVERED");
}

TEST_CASE("Everything replayed in reverse order changes no state and adds no leaf") {
    World world(5, two);
    Recorder questions;
    Recorder answers;
    questions.on(world.node(0));
    answers.on(world.node(1));
    const Asked asked = ask(world, world.node(0), {&world.node(1)});
    make_firm(world, world.node(0), world.node(1), asked, 0);
    const auto before = std::pair(legs(world.node(0)).dump(), legs(world.node(1)).dump());
    const auto leaves = std::pair(world.node(0).count("SELECT count(*) FROM leaf"),
                                  world.node(1).count("SELECT count(*) FROM leaf"));
    const auto again = [&](Recorder& from, TestNode& by, TestNode& to) {
        const auto frames = from.frames;
        for (auto at = frames.rbegin(); at != frames.rend(); ++at)
            REQUIRE(by.transport().send(to.link(), Frame(*at)));
        world.pump();
    };
    again(questions, world.node(0), world.node(1));
    again(answers, world.node(1), world.node(0));
    CHECK(std::pair(legs(world.node(0)).dump(), legs(world.node(1)).dump()) == before);
    CHECK(std::pair(world.node(0).count("SELECT count(*) FROM leaf"),
                    world.node(1).count("SELECT count(*) FROM leaf")) == leaves);
    CHECK(world.node(0).must("audit.verify").bool_at("verified"));
}

TEST_CASE("A network that doubles every frame applies each message once") {
    std::vector<std::int64_t> leaves;
    for (const std::uint32_t doubled : {0U, 500U}) {
        World world(6, two);
        world.network().set_weather({0, doubled, 0});
        const Asked asked = ask(world, world.node(0), {&world.node(1)});
        make_firm(world, world.node(0), world.node(1), asked, 0);
        CHECK(world.node(0).state_of(asked.legs[0]) == "ACCEPTED");
        CHECK(world.node(1).state_of(asked.legs[0]) == "ACCEPTED");
        CHECK(legs(world.node(1)).as_array()->size() == 1);
        leaves.push_back(world.node(1).count("SELECT count(*) FROM leaf"));
    }
    CHECK(leaves.front() == leaves.back());
}

TEST_CASE("An inquiry that the sender's log does not prove is refused, and a proven one is taken") {
    World world(7, {"investigation", "shelter", "shelter"});
    TestNode& harbor = world.node(0);
    TestNode& lantern = world.node(1);
    for (const Proof proof : {Proof::NONE, Proof::OTHER_LEAF, Proof::OTHER_TREE}) {
        const auto before = refusals(lantern, "NO_PROOF");
        send_forged(world, harbor, lantern, world.node(2), proof);
        CHECK(refusals(lantern, "NO_PROOF") == before + 1);
        CHECK(legs(lantern).as_array()->empty());
    }
    send_forged(world, harbor, lantern, world.node(2), Proof::OWN);
    CHECK(legs(lantern).as_array()->size() == 1);
    CHECK(lantern.must("audit.verify").bool_at("verified"));
}

TEST_CASE("A message from eight days ahead or two months ago is refused with TOO_OLD") {
    World world(14, {"investigation", "shelter", "shelter"});
    TestNode& harbor = world.node(0);
    TestNode& lantern = world.node(1);
    std::int64_t refused = 0;
    for (const hours ahead : {hours(8 * 24), -hours(61 * 24)}) {
        send_forged(world, harbor, lantern, world.node(2), Proof::OWN, ahead);
        CHECK(refusals(lantern, "TOO_OLD") == ++refused);
        CHECK(legs(lantern).as_array()->empty());
    }
    send_forged(world, harbor, lantern, world.node(2), Proof::OWN, hours(6 * 24));
    CHECK(refusals(lantern, "TOO_OLD") == refused);
    CHECK(legs(lantern).as_array()->size() == 1);
}

TEST_CASE("A frame for a mailbox that nobody has is met with silence") {
    World world(8, two);
    Recorder answers;
    answers.on(world.node(1));
    const auto leaves = world.node(1).count("SELECT count(*) FROM leaf");
    schema::EnvelopeFrame stranger;
    stranger.mailbox = world.random().array<16>();
    stranger.ciphertext = Bytes(8192 + 16);
    REQUIRE(
        world.node(0).transport().send(world.node(1).link(), Frame{schema::write_frame(stranger)}));
    REQUIRE(world.node(0).transport().send(world.node(1).link(), Frame{{to_bytes(as_bytes("x"))}}));
    world.pump();
    CHECK(answers.frames.empty());
    CHECK(world.node(1).count("SELECT count(*) FROM leaf") == leaves);
}

TEST_CASE("An envelope to a prekey that is gone is answered with one K frame, then delivered") {
    World world(9, two);
    TestNode& lantern = world.node(1);
    Recorder answers;
    answers.on(lantern);
    // As after a restore: the private parts are gone and new ones are made.
    lantern.close();
    {
        crypto::SeededRandom random(77);
        auto home =
            node::open_home(lantern.folder(), SecretBytes(as_bytes(passphrase_of_all)), random);
        REQUIRE(home);
        REQUIRE(home->store.write(
            [](node::Transaction& tx) -> Outcome { return tx.run("DELETE FROM own_prekey"); }));
    }
    lantern.open();
    answers.lose = true;  // its own notice about the new ones does not get through
    world.pump();
    answers.frames.clear();
    answers.lose = false;
    const Asked asked = ask(world, world.node(0), {&lantern});
    const auto control = answers.frames.size() - answers.envelopes();
    CHECK(control == 1);
    world.pass(seconds(120), seconds(5));
    CHECK(answers.frames.size() - answers.envelopes() == 1);
    CHECK(world.node(0).state_of(asked.legs[0]) == "DELIVERED");
}

TEST_CASE("After three silent weeks on both sides a question is delivered") {
    World world(10, two);
    world.node(0).close();
    world.node(1).close();
    world.clock().move(seconds(3 * week));
    world.node(0).open();
    world.node(1).open();
    world.pump();
    const Asked asked = ask(world, world.node(0), {&world.node(1)});
    world.pass(seconds(60), seconds(5));
    CHECK(world.node(0).state_of(asked.legs[0]) == "DELIVERED");
}

TEST_CASE("A node that runs for ten weeks keeps its prekeys and its pairs fresh") {
    World world(11, two);
    for (int i = 0; i < 10; ++i)
        world.pass(seconds(week), hours(12));
    const Asked asked = ask(world, world.node(0), {&world.node(1)});
    CHECK(world.node(0).state_of(asked.legs[0]) == "DELIVERED");
    CHECK(world.node(0).count("SELECT count(*) FROM own_prekey") <= 5);
}

TEST_CASE("A start with a clock two years ahead destroys no pairing") {
    World world(12, two);
    TestNode& harbor = world.node(0);
    harbor.close();
    TestClock ahead;
    ahead.move(seconds(104 * week));
    harbor.use_clock(ahead);
    harbor.open();
    for (int i = 0; i < 20; ++i) {
        ahead.move(seconds(7));
        world.pass(seconds(7), seconds(7));
    }
    harbor.close();
    harbor.use_clock(world.clock());
    harbor.open();
    world.pass(seconds(120), seconds(5));
    const Asked asked = ask(world, harbor, {&world.node(1)});
    world.pass(seconds(60), seconds(5));
    CHECK(harbor.state_of(asked.legs[0]) == "DELIVERED");
    offer(world, world.node(1), asked.legs[0]);
    CHECK(harbor.state_of(asked.legs[0]) == "OFFERED");
}

TEST_CASE("A clock that is set back while much is under way does not stop the node") {
    World world(13, two);
    TestNode& harbor = world.node(0);
    TestClock own;
    own.move(seconds(3600));
    harbor.close();
    harbor.use_clock(own);
    harbor.open();
    world.pump();
    bool lose = true;
    harbor.watch([&](const node::TransportPublicKey&, const Frame&) { return !lose; });
    std::vector<Asked> asked;
    for (int i = 0; i < 10; ++i)
        asked.push_back(ask(world, harbor, {&world.node(1)}));
    lose = false;
    own.move(-seconds(3600));
    for (int i = 0; i < 30; ++i) {
        own.move(seconds(1));
        world.pass(seconds(1), seconds(1));
    }
    world.pass(seconds(30), seconds(1));
    for (const auto& one : asked)
        CHECK(world.node(1).state_of(one.legs[0]) == "DELIVERED");
}

}  // namespace leeward::test
