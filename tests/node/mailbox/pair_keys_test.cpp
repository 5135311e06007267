// The keys of pairs over weeks: what is needed is there, what is destroyed opens nothing any more.
#include "node/mailbox/pair_keys.h"

#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "crypto/hpke.h"
#include "schema/envelope.h"
#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

namespace fs = std::filesystem;
using crypto::Epoch;
using node::Frame;
using node::Keyring;
using std::chrono::hours;
using std::chrono::seconds;

const std::vector<std::string> two{"investigation", "shelter"};
const std::vector<std::string> three{"investigation", "shelter", "counselling"};
constexpr std::int64_t week = 7 * 24 * 3600;

Epoch epoch_now(World& world) {
    return crypto::epoch_of(world.clock().seconds());
}

void pass_weeks(World& world, int weeks) {
    for (int i = 0; i < weeks; ++i)
        world.pass(seconds(week), hours(12));
}

std::vector<std::string> pair_keys(TestNode& node) {
    return node.home().keyring.names("psk/");
}

Epoch held_epoch(TestNode& node, TestNode& peer) {
    return node.desk().peers.find(peer.desk().self.node())->psk_epoch;
}

std::string asked_and_delivered(World& world, TestNode& from, TestNode& to) {
    const Asked asked = ask(world, from, {&to});
    world.pass(seconds(60), seconds(5));
    return from.state_of(asked.legs[0]);
}

// What lay on somebody's disk when it was stolen, and its passphrase.
class StolenCopy {
public:
    explicit StolenCopy(const TestNode& of) {
        const fs::path folder = scratch_.path() / "copy";
        fs::copy(of.folder(), folder, fs::copy_options::recursive);
        auto home = node::open_home(folder, SecretBytes(as_bytes(passphrase_of_all)), random_);
        REQUIRE(home);
        home_ = std::make_unique<node::OpenedHome>(std::move(home).value());
    }
    Keyring& keyring() { return home_->keyring; }

private:
    ScratchFolder scratch_;
    crypto::SeededRandom random_{31};
    std::unique_ptr<node::OpenedHome> home_;
};

// An envelope as it crossed, and the private prekey that it was sealed to: all that an attacker
// needs but the pair's key.
struct Taken {
    schema::EnvelopeFrame frame;
    SecretBytes prekey;
    Epoch epoch = 0;
    schema::NodeId from;
    schema::NodeId to;
};

Taken take_envelope(World& world, TestNode& from, TestNode& to) {
    Taken taken;
    from.watch([&](const node::TransportPublicKey&, const Frame& frame) {
        if (auto envelope = schema::read_envelope_frame(frame.parts))
            taken.frame = std::move(envelope).value();
        return true;
    });
    ask(world, from, {&to});
    from.watch({});
    taken.epoch = epoch_now(world);
    taken.from = from.desk().self.node();
    taken.to = to.desk().self.node();
    auto prekey = to.home().keyring.get("prekey/" + hex::encode(taken.frame.kid));
    REQUIRE(prekey);
    taken.prekey = std::move(*prekey);
    return taken;
}

// Tries every key of a pair that the keyring has, as it is and as it will be in later weeks.
bool opens(const Taken& taken, Keyring& keyring) {
    const auto dir = crypto::direction(taken.from.get(), taken.to.get());
    const auto pair = crypto::pair_id(taken.from.get(), taken.to.get());
    const Bytes info =
        crypto::hpke_info(taken.from.get(), taken.to.get(), taken.frame.kid, taken.epoch);
    const Bytes id = crypto::hpke_psk_id(pair, taken.epoch, dir);
    const Bytes aad = schema::envelope_aad(taken.frame.mailbox, taken.frame.kid);
    const crypto::XWingPrivateKey prekey(
        taken.prekey.reveal().first<crypto::XWingPrivateKey::size>());
    for (const auto& name : keyring.names("psk/"))
        for (Epoch ahead = 0; ahead < 170; ++ahead) {  // a pair begins 156 weeks before it meets
            const auto psk = crypto::hpke_psk(crypto::psk_at(*keyring.get(name), 0, ahead), dir);
            auto recipient = crypto::hpke::setup_recipient(taken.frame.enc,
                                                           prekey,
                                                           crypto::hpke::Info{info},
                                                           crypto::hpke::Psk{psk.reveal(), id});
            if (recipient && recipient->open(crypto::Aad{aad}, taken.frame.ciphertext)) return true;
        }
    return false;
}

struct Crash {};

}  // namespace

TEST_CASE("A pair keeps one key, of the oldest week that may still be needed") {
    World world(1, two);
    const auto met = pair_keys(world.node(0));
    REQUIRE(met.size() == 1);
    pass_weeks(world, 6);
    for (TestNode* node : {&world.node(0), &world.node(1)}) {
        const auto names = pair_keys(*node);
        REQUIRE(names.size() == 1);
        CHECK(names.front() != met.front());
        CHECK(names.front().ends_with("/" + std::to_string(epoch_now(world) - 2)));
    }
    CHECK(asked_and_delivered(world, world.node(0), world.node(1)) == "DELIVERED");
}

TEST_CASE("A copy that is stolen after a key was destroyed opens no older envelope") {
    World world(2, two);
    const Taken taken = take_envelope(world, world.node(0), world.node(1));
    {
        StolenCopy early(world.node(1));
        REQUIRE(opens(taken, early.keyring()));
    }
    pass_weeks(world, 5);
    for (std::size_t i = 0; i < 2; ++i) {
        StolenCopy late(world.node(i));
        CHECK_FALSE(opens(taken, late.keyring()));
    }
}

TEST_CASE("What is under way while both sides move on is opened") {
    World world(3, two);
    world.network().set_weather({100, 100, 600});
    std::vector<Asked> all;
    for (int day = 0; day < 35; ++day) {
        all.push_back(ask(world, world.node(0), {&world.node(1)}, "COUNSELLING"));
        world.pass(hours(24), hours(6));
    }
    world.network().set_weather({});
    world.pass(hours(1), seconds(60));
    CHECK(world.node(0).waiting() == 0);
    CHECK(world.node(1).count("SELECT count(*) FROM received WHERE refused<>''") == 0);
    CHECK(held_epoch(world.node(0), world.node(1)) == epoch_now(world) - 2);
    CHECK(held_epoch(world.node(1), world.node(0)) == epoch_now(world) - 2);
}

TEST_CASE("A pair waits for a silent peer, which finds its key again even when K frames are lost") {
    World world(4, three);
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    TestNode& cedar = world.node(2);
    const Epoch met = epoch_now(world);  // and heard each other
    birch.close();
    pass_weeks(world, 5);
    CHECK(alder.desk().peers.find(cedar.desk().self.node())->psk_epoch == epoch_now(world) - 2);
    bool lose = true;
    const auto loses_control = [&](const node::TransportPublicKey&, const Frame& frame) {
        return !lose || schema::kind_of(frame.parts) != schema::FrameKind::CONTROL;
    };
    alder.watch(loses_control);
    birch.watch(loses_control);
    birch.open();
    CHECK(held_epoch(alder, birch) == met);
    world.pass(hours(2), seconds(300));
    lose = false;
    world.pass(hours(2), seconds(60));
    CHECK(asked_and_delivered(world, alder, birch) == "DELIVERED");
    world.pass(hours(3), hours(1));
    CHECK(held_epoch(alder, birch) == epoch_now(world) - 2);
    // Birch has not lived through those weeks: to it, its clock may have jumped.
    CHECK(held_epoch(birch, alder) < epoch_now(world) - 2);
    pass_weeks(world, 2);
    CHECK(held_epoch(birch, alder) == epoch_now(world) - 2);
}

TEST_CASE(
    "A clock of all nodes that jumps two years ahead destroys nothing in its first two weeks") {
    World world(14, two);
    pass_weeks(world, 4);
    const Epoch before = epoch_now(world);
    world.clock().move(seconds(104 * week));
    for (int lived = 0; lived < 2; ++lived) {
        REQUIRE(asked_and_delivered(world, world.node(0), world.node(1)) == "DELIVERED");
        world.pass(hours(2));
        CHECK(held_epoch(world.node(0), world.node(1)) == before - 2);
        CHECK(held_epoch(world.node(1), world.node(0)) == before - 2);
        pass_weeks(world, 1);
    }
    REQUIRE(asked_and_delivered(world, world.node(0), world.node(1)) == "DELIVERED");
    world.pass(hours(2));
    CHECK(held_epoch(world.node(0), world.node(1)) == epoch_now(world) - 2);
}

TEST_CASE("A crash between the new key and the row that names it changes nothing") {
    World world(5, two);
    pass_weeks(world, 4);
    TestNode& alder = world.node(0);
    const node::Peer& peer = *alder.desk().peers.find(world.node(1).desk().self.node());
    const Epoch before = peer.psk_epoch;
    std::vector<node::NamedKey> next;
    next.push_back({node::psk_name(peer.node(), peer.pairing, before + 1),
                    crypto::psk_at(peer.psk, before, before + 1)});
    REQUIRE(alder.home().keyring.put(std::move(next)));
    alder.close();
    alder.open();
    CHECK(held_epoch(alder, world.node(1)) == before);
    CHECK(pair_keys(alder).size() == 1);
    CHECK(asked_and_delivered(world, alder, world.node(1)) == "DELIVERED");
    pass_weeks(world, 2);
    CHECK(held_epoch(alder, world.node(1)) == epoch_now(world) - 2);
}

TEST_CASE("A crash at any step of destroying a key leaves the pair whole and the key destroyed") {
    for (int step = 0; step <= static_cast<int>(Keyring::Step::old_file_removed); ++step) {
        INFO(step);
        World world(6, two);
        TestNode& birch = world.node(1);
        const Taken taken = take_envelope(world, world.node(0), birch);
        birch.home().keyring.on_step([&](Keyring::Step reached) {
            const auto names = pair_keys(birch);
            if (names.size() > 1 && static_cast<int>(reached) == step) throw Crash{};
        });
        CHECK_THROWS_AS(pass_weeks(world, 6), Crash);
        birch.close();
        birch.open();
        pass_weeks(world, 1);
        world.pass(hours(2));
        CHECK(pair_keys(birch).size() == 1);
        CHECK(asked_and_delivered(world, world.node(0), birch) == "DELIVERED");
        StolenCopy late(birch);
        CHECK_FALSE(opens(taken, late.keyring()));
    }
}

TEST_CASE("A clock two years ahead moves no pair on, though another peer's clock agrees with it") {
    World world(7, three);
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    TestNode& cedar = world.node(2);
    const Epoch met = epoch_now(world);  // and heard each other
    TestClock ahead;
    ahead.move(seconds(104 * week));
    for (TestNode* node : {&alder, &cedar}) {
        node->close();
        node->use_clock(ahead);
        node->open();
    }
    for (int i = 0; i < 40; ++i) {
        ahead.move(hours(12));
        world.pass(hours(12), hours(12));
    }
    CHECK(held_epoch(alder, birch) == met);
    alder.close();
    alder.use_clock(world.clock());
    alder.open();
    world.pass(hours(1), seconds(60));
    CHECK(asked_and_delivered(world, alder, birch) == "DELIVERED");
}

TEST_CASE("A clock that was set back before the pair met stops nothing else") {
    World world(8, three);
    TestNode& alder = world.node(0);
    pass_weeks(world, 4);
    TestClock behind;
    behind.move(seconds(-10 * week));
    alder.close();
    alder.use_clock(behind);
    alder.open();
    ask(world, alder, {&world.node(1)});
    alder.close();
    alder.use_clock(world.clock());
    alder.open();
    world.pass(hours(1), seconds(60));
    CHECK(alder.waiting() == 0);
}

TEST_CASE("A pair that meets again has a key of a new name, and the old one is destroyed") {
    World world(9, two);
    const auto before = pair_keys(world.node(0));
    pair_up(world.node(0), world.node(1));
    compare_words(world.node(0), world.node(1));
    compare_words(world.node(1), world.node(0));
    world.pass(hours(2));
    const auto after = pair_keys(world.node(0));
    REQUIRE(after.size() == 1);
    CHECK(after != before);
    CHECK(asked_and_delivered(world, world.node(0), world.node(1)) == "DELIVERED");
}

TEST_CASE("A meeting that is only tried leaves the pair's key as it is") {
    World world(10, two);
    const auto before = pair_keys(world.node(0));
    world.node(0).must("peer.offer", Json::object({{"for", "Birch"}}));
    const auto theirs =
        world.node(1).must("peer.offer", Json::object({{"for", "Alder"}})).text_at("file");
    world.node(0).preview("peer.accept", Json::object({{"offer", theirs}}));
    world.pass(hours(2));
    CHECK(pair_keys(world.node(0)) == before);
    CHECK(asked_and_delivered(world, world.node(0), world.node(1)) == "DELIVERED");
}

}  // namespace leeward::test
