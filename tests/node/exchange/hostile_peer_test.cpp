// What an admitted peer, or whoever stands between two, may try with bytes of their own making. Each
// ends in silence or in a code, stores nothing, and the true message is still delivered afterwards.
#include <catch2/catch_test_macros.hpp>

#include "crypto/aead.h"
#include "crypto/pad.h"
#include "schema/grant.h"
#include "schema/record.h"
#include "schema/release.h"
#include "schema/tier.h"
#include "tests/support/made_up.h"

namespace leeward::test {
namespace {

using node::Frame;
using std::chrono::hours;

const std::vector<std::string> three{"investigation", "shelter", "shelter"};

// All that a refused frame must leave as it was.
std::vector<std::int64_t> state_of(TestNode& node) {
    std::vector<std::int64_t> out;
    for (const char* table : {"leaf", "received", "leg", "grant_of", "notice", "outbox"})
        out.push_back(node.count("SELECT count(*) FROM " + std::string(table)));
    return out;
}

// The last frame of a kind that `from` sent while it asked `to`; it did not arrive.
Frame lost_frame(World& world, TestNode& from, TestNode& to, schema::FrameKind kind) {
    Frame kept;
    from.watch([&](const node::TransportPublicKey&, const Frame& frame) {
        if (schema::kind_of(frame.parts) == kind) kept = frame;
        return false;
    });
    ask(world, from, {&to});
    from.watch({});
    REQUIRE_FALSE(kept.parts.empty());
    return kept;
}

// Every part of a frame with each of `step` bytes changed by one bit, and cut at as many places.
template <class Try>
void each_change(const Frame& whole, std::size_t step, Try&& attempt) {
    for (std::size_t part = 0; part < whole.parts.size(); ++part)
        for (std::size_t at = 0; at < whole.parts[part].size(); at += step) {
            Frame flipped = whole;
            auto& byte = flipped.parts[part][at];
            byte = static_cast<Byte>(byte ^ (1U << (at % 8)));
            attempt(std::move(flipped));
            Frame cut = whole;
            cut.parts[part].resize(at);
            attempt(std::move(cut));
        }
}

const std::string new_duty_line = schema::to_json(schema::Contact{"555-0199", "", "", ""}).dump();

schema::Message contact(TestNode& from, TestNode& to, const node::Sealing& sealing) {
    return message_in(sealing, from, to, schema::MessageKind::CONTACT, new_duty_line);
}

// The code that a word about a leg is refused with, which comes without its log entry; empty when it is
// taken.
std::string say(World& world,
                TestNode& from,
                TestNode& to,
                const std::string& leg,
                schema::MessageKind kind,
                const Json& body) {
    schema::MessageId mid;
    deliver(world, from, to, made_up(from, to, kind, body.dump(), [&](schema::Message& message) {
                message.header.counter = 40;
                message.header.leg = schema::LegId(*hex::decode_array<16>(leg));
                mid = message.header.mid;
            }));
    auto rows = to.home().store.query("SELECT refused FROM received WHERE mid=?", mid);
    return rows.next() ? rows.text(0) : "not heard";
}

std::string duty_line(TestNode& node, const TestNode& peer) {
    return node.must("peer.contact", Json::object({{"peer", peer.name()}}))
        .find("contact")
        ->text_at("duty_line");
}

}  // namespace

TEST_CASE(
    "An envelope changed by a bit or cut anywhere is met with silence, and the true one opens") {
    World world(81, three);
    TestNode& harbor = world.node(0);
    TestNode& lantern = world.node(1);
    const Frame whole = lost_frame(world, harbor, lantern, schema::FrameKind::ENVELOPE);
    const auto before = state_of(lantern);
    each_change(whole, 37, [&](Frame changed) {
        deliver(world, harbor, lantern, std::move(changed));
        REQUIRE(state_of(lantern) == before);
    });
    deliver(world, harbor, lantern, whole);
    CHECK(lantern.count("SELECT count(*) FROM leg") == 1);
}

TEST_CASE("A control frame changed by a bit or cut anywhere changes nothing") {
    World world(82, three);
    TestNode& harbor = world.node(0);
    TestNode& lantern = world.node(1);
    const auto now = crypto::epoch_of(world.clock().seconds());
    auto& desk = lantern.desk();
    const auto frame = node::seal_control(desk.peers,
                                          *desk.peers.find(harbor.desk().self.node()),
                                          now,
                                          {true, {}, std::chrono::seconds(60)},
                                          desk.random);
    REQUIRE(frame);
    harbor.watch([](const node::TransportPublicKey&, const Frame&) { return false; });
    ask(world, harbor, {&lantern});
    const auto due = [&] { return harbor.count("SELECT min(due) FROM outbox WHERE lane=1"); };
    const auto before = std::pair(state_of(harbor), due());
    each_change(Frame{schema::write_frame(*frame)}, 61, [&](Frame changed) {
        deliver(world, lantern, harbor, std::move(changed));
        REQUIRE(std::pair(state_of(harbor), due()) == before);
    });
    deliver(world, lantern, harbor, Frame{schema::write_frame(*frame)});
    CHECK(due() == world.clock().ms() + 60'000);
}

TEST_CASE("A message that was not made for this envelope, sender and recipient is not heard") {
    World world(83, three);
    TestNode& harbor = world.node(0);
    TestNode& lantern = world.node(1);
    TestNode& juniper = world.node(2);
    const std::string line = duty_line(lantern, juniper);
    const auto& by_juniper = juniper.desk().self.signing;
    const auto& by_harbor = harbor.desk().self.signing;
    const auto attempt = [&](const crypto::SigningKey& signer, auto&& change) {
        deliver(
            world,
            juniper,
            lantern,
            made_up(
                juniper,
                lantern,
                [&](node::Transaction&, const node::Sealing& sealing, schema::Inner& inner)
                    -> Outcome {
                    auto message = contact(juniper, lantern, sealing);
                    change(message.header);
                    inner.messages.push_back({schema::sign_message(message, signer), std::nullopt});
                    return Done{};
                }));
    };
    using Header = schema::MessageHeader;
    const auto before = state_of(lantern);
    attempt(by_juniper, [&](Header& h) { h.from = harbor.desk().self.node(); });
    attempt(by_harbor, [&](Header& h) { h.from = harbor.desk().self.node(); });
    attempt(by_harbor, [](Header&) {});
    attempt(by_juniper, [&](Header& h) { h.to = harbor.desk().self.node(); });
    attempt(by_juniper, [](Header& h) { h.ench[0] ^= 1; });
    attempt(by_juniper, [](Header& h) { h.kid[0] ^= 1; });
    CHECK(state_of(lantern) == before);
    CHECK(duty_line(lantern, juniper) == line);
    attempt(by_juniper, [](Header&) {});
    CHECK(duty_line(lantern, juniper) == "555-0199");
}

TEST_CASE("A batch whose head is not of the sender's log is refused whole") {
    World world(84, three);
    TestNode& lantern = world.node(1);
    TestNode& juniper = world.node(2);
    const std::string line = duty_line(lantern, juniper);
    const auto send_with = [&](const std::function<std::string(std::string)>& change) {
        const auto fill = [&](node::Transaction& tx,
                              const node::Sealing& sealing,
                              schema::Inner& inner) -> Outcome {
            auto& desk = juniper.desk();
            LEEWARD_ASSIGN(const std::string head, desk.log.sign_head(tx));
            inner.head = change(head);
            inner.messages.push_back(
                {schema::sign_message(contact(juniper, lantern, sealing), desk.self.signing),
                 std::nullopt});
            return Done{};
        };
        deliver(world, juniper, lantern, made_up(juniper, lantern, fill));
    };
    const auto before = state_of(lantern);
    for (const std::size_t at : {std::size_t{0}, std::size_t{20}, std::size_t{45}})
        send_with([&](std::string head) {
            head[std::min(at, head.size() - 2)] ^= 1;
            return head;
        });
    send_with([&](std::string) {
        return *world.node(0).home().store.write(
            [&](node::Transaction& tx) { return world.node(0).desk().log.sign_head(tx); });
    });
    CHECK(state_of(lantern) == before);
    CHECK(duty_line(lantern, juniper) == line);
    send_with([](std::string head) { return head; });
    CHECK(duty_line(lantern, juniper) == "555-0199");
}

namespace {

// A referrer that has a firm bed and writes its own grants, each with a true proof of its own log.
struct Discloser {
    explicit Discloser(std::uint64_t seed) : world(seed, three) {
        firm = ask(world, harbor(), {&lantern()});
        make_firm(world, harbor(), lantern(), firm, 0);
        open = ask(world, harbor(), {&lantern()});
        elsewhere = ask(world, harbor(), {&world.node(2)});
        make_firm(world, harbor(), world.node(2), elsewhere, 0);
    }
    TestNode& harbor() { return world.node(0); }
    TestNode& lantern() { return world.node(1); }

    struct Grant {
        Json fields = Json::object({{"preferred_name", "Wren"}});
        std::string tier = "T2";
        schema::FieldSet logged = schema::fields_of(Json::object({{"preferred_name", "Wren"}}));
        std::chrono::seconds lives = hours(24);
        std::string leg;
        schema::Tier logged_tier = schema::Tier::T2;
        bool proven = true;
    };
    Grant good() {
        Grant grant;
        grant.leg = firm.legs[0];
        return grant;
    }

    // The code that it was refused with; empty when it was taken.
    std::string send(const Grant& grant) {
        schema::MessageId mid;
        deliver(
            world,
            harbor(),
            lantern(),
            made_up(harbor(),
                    lantern(),
                    [&](node::Transaction& tx, const node::Sealing& sealing, schema::Inner& inner) {
                        return fill(grant, tx, sealing, inner, mid);
                    }));
        auto rows = lantern().home().store.query("SELECT refused FROM received WHERE mid=?", mid);
        return rows.next() ? rows.text(0) : "not heard";
    }

    World world;
    Asked firm;
    Asked open;
    Asked elsewhere;

private:
    Outcome fill(const Grant& grant,
                 node::Transaction& tx,
                 const node::Sealing& sealing,
                 schema::Inner& inner,
                 schema::MessageId& mid) {
        auto& desk = harbor().desk();
        schema::Message message = contact(harbor(), lantern(), sealing);
        message.header.kind = schema::MessageKind::GRANT;
        message.header.counter = 1;
        message.header.leg = schema::LegId(*hex::decode_array<16>(grant.leg));
        const auto commitment = desk.random.array<32>();
        const auto bitmap = schema::logged_bitmap(grant.logged);
        message.body =
            Json::object({{"grant", schema::text(schema::new_id<schema::GrantId>(desk.random))},
                          {"release", schema::text(schema::new_id<schema::ReleaseId>(desk.random))},
                          {"tier", grant.tier},
                          {"basis", schema::name(schema::Basis::RELEASE)},
                          {"purpose", "PURPOSE_PLACEMENT"},
                          {"expires", schema::unix_seconds(world.clock().now() + grant.lives)},
                          {"commitment", hex::encode(commitment)},
                          {"bitmap", hex::encode(bitmap)},
                          {"fields", grant.fields}})
                .dump();
        mid = message.header.mid;
        const auto body = crypto::sha256(as_bytes(message.body));
        const auto salt = desk.random.array<32>();
        schema::AuditRecord event;
        event.kind = schema::EventKind::SEND;
        event.machine = schema::Machine::GRANT;
        event.tier = static_cast<Byte>(grant.logged_tier);
        event.own = schema::organisation_tag(message.header.from);
        event.other = schema::organisation_tag(message.header.to);
        event.fields = bitmap;
        event.release = commitment;
        event.link = schema::link_commitment(salt, mid, body);
        LEEWARD_ASSIGN(
            const auto index,
            desk.log.append(tx, event, schema::exchange_xref(message.header.xk, mid, body)));
        LEEWARD_ASSIGN(const auto head, desk.log.sign_head(tx));
        (void)head;
        schema::MessageItem item{schema::sign_message(message, desk.self.signing), std::nullopt};
        if (grant.proven) {
            LEEWARD_ASSIGN(item.proof, desk.log.prove(tx, index, salt));
        }
        inner.messages.push_back(std::move(item));
        return Done{};
    }
};

}  // namespace

TEST_CASE("A grant is taken only as it was logged, in time, for a bed that is firm at this house") {
    Discloser d(85);
    auto grant = d.good();
    grant.proven = false;
    CHECK(d.send(grant) == "NO_PROOF");
    grant = d.good();
    grant.logged_tier = schema::Tier::T3;
    CHECK(d.send(grant) == "NO_PROOF");
    grant = d.good();
    grant.logged = schema::fields_of(Json::object({{"allergies", "Nuts."}}));
    CHECK(d.send(grant) == "SCHEMA");  // what is in it is not what the log says
    grant = d.good();
    grant.lives = std::chrono::seconds(-1);
    CHECK(d.send(grant) == "EXPIRED");
    grant = d.good();
    grant.leg = d.open.legs[0];
    CHECK(d.send(grant) == "NO_PROOF");
    grant = d.good();
    grant.leg = d.elsewhere.legs[0];
    CHECK(d.send(grant) == "RECIPIENT_MISMATCH");
    for (const char* local : {"unsafe_persons", "case_reference", "no_such_field"}) {
        grant = d.good();
        grant.fields.set(local, "x");
        CHECK(d.send(grant) == "SCHEMA");
    }
    for (const char* tier : {"T1", "T4", "L0", ""}) {
        grant = d.good();
        grant.tier = tier;
        CHECK_FALSE(d.send(grant).empty());
    }
    CHECK(d.lantern().count("SELECT count(*) FROM grant_of") == 0);
    CHECK(d.send(d.good()).empty());
    CHECK(d.lantern().count("SELECT count(*) FROM grant_of") == 1);
}

TEST_CASE("A word that is said without its log entry carries no content") {
    World world(86, {"investigation", "shelter"});
    TestNode& harbor = world.node(0);
    TestNode& lantern = world.node(1);
    const std::string leg = ask(world, harbor, {&lantern}).legs[0];
    using enum schema::MessageKind;
    const Json bare = Json::object({{"withheld", true}});
    const auto with = [](Json body, const char* value, const char* key, const Json& content) {
        return std::move(body.set("value", value).set(key, content));
    };
    CHECK(say(world, harbor, lantern, leg, ASK, with(Json::object(), "PLAN", "code_word", "a")) ==
          "NO_PROOF");
    CHECK(say(world, harbor, lantern, leg, ASK, with(bare, "PLAN", "code_word", "a")) == "SCHEMA");
    CHECK(say(world, harbor, lantern, leg, ASK, with(bare, "PLAN", "window_end", 1'800'000'000)) ==
          "SCHEMA");
    CHECK(say(world, lantern, harbor, leg, ANSWER, with(bare, "ENDED", "outcome", "X")) ==
          "SCHEMA");
    CHECK(say(world,
              lantern,
              harbor,
              leg,
              ANSWER,
              with(bare, "OFFERED", "hold_until", 1'800'000'000)) == "SCHEMA");
    CHECK(harbor.state_of(leg) == "DELIVERED");
    CHECK(lantern.state_of(leg) == "DELIVERED");
    CHECK(
        say(world, lantern, harbor, leg, ANSWER, with(bare, "DECLINED", "withheld", true)).empty());
    CHECK(harbor.state_of(leg) == "DECLINED");
}

TEST_CASE("A bare word is taken from nobody whose word with its content would be refused") {
    World world(87, {"investigation", "shelter"});
    TestNode& harbor = world.node(0);
    TestNode& lantern = world.node(1);
    const std::string leg = ask(world, harbor, {&lantern}).legs[0];
    const auto mark = [&](const char* how) {
        REQUIRE(harbor.home().store.write([&](node::Transaction& tx) -> Outcome {
            LEEWARD_TRY(tx.run(how));
            return harbor.desk().peers.load(harbor.home().store);
        }));
    };
    const auto bare = [&](const char* value) {
        return say(world,
                   lantern,
                   harbor,
                   leg,
                   schema::MessageKind::ANSWER,
                   Json::object({{"value", value}, {"withheld", true}}));
    };
    mark("UPDATE peer SET frozen=1");
    CHECK(bare("OFFERED") == "LOG_FROZEN");
    mark("UPDATE peer SET frozen=0,suspended=1");
    CHECK(bare("ACCEPTED") == "KEY_UNKNOWN");
    CHECK(harbor.state_of(leg) == "DELIVERED");
    mark("UPDATE peer SET suspended=0");
    CHECK(bare("OFFERED").empty());
    CHECK(harbor.state_of(leg) == "OFFERED");
}

}  // namespace leeward::test
