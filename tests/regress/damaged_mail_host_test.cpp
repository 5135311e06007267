// Found by a review: the store of mail that is kept for others could stop the node that keeps it. One page of it
// that did not read ended the daemon, or its start; a commit of it that failed ended hosting until a restart.
#include <fstream>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::streamoff page = 4096;

// Alder asks Birch, whose mail Cedar keeps while Birch is away.
struct Kept {
    explicit Kept(std::uint64_t seed)
        : world(seed, {"investigation", "hidden shelter", "counselling"}) {
        settle();
        birch().close();
        asked = ask(world, alder(), {&birch()});
        settle();
        REQUIRE(cedar().home().mail_host->frames() == 1);
    }
    TestNode& alder() { return world.node(0); }
    TestNode& birch() { return world.node(1); }
    TestNode& cedar() { return world.node(2); }
    void settle(seconds by = seconds(60)) { world.pass(by, seconds(5)); }

    // A bit of that page of the store, or of each of the last four, among which the frame lies; twice, and it is
    // whole again.
    enum class Page { FIRST, LAST };
    void turn_bit(Page which) {
        const auto file = cedar().folder() / "mailhost.db";
        const auto size = static_cast<std::streamoff>(std::filesystem::file_size(file));
        std::fstream store(file, std::ios::in | std::ios::out | std::ios::binary);
        if (which == Page::FIRST) return turn_bit_of(store, 0);
        for (int back = 1; back <= 4; ++back)
            turn_bit_of(store, size - back * page);
    }
    static void turn_bit_of(std::fstream& store, std::streamoff at) {
        store.seekg(at + 100);
        const int byte = store.get();
        store.seekp(at + 100);
        store.put(static_cast<char>(byte ^ 1));
    }
    void damage(Page which) {
        cedar().close();
        turn_bit(which);
        cedar().open();
    }
    std::string said_of_kept_mail() {
        const Json said = cedar().must("node.doctor");
        for (const auto& check : said.array_at("checks"))
            if (check.text_at("check") == "kept mail")
                return check.text_at("light") + ": " + check.text_at("say");
        return "";
    }
    bool cedar_is_heard() {
        const Asked other = ask(world, alder(), {&cedar()}, "COUNSELLING");
        world.pump();
        return alder().state_of(other.legs[0]) == "DELIVERED";
    }

    World world;
    Asked asked;
};

}  // namespace

TEST_CASE("a node whose store of others' mail does not open works all the same, and says so") {
    Kept kept(971);
    kept.damage(Kept::Page::FIRST);
    CHECK(kept.cedar().home().mail_host_fault == Errc::locked);
    CHECK(kept.cedar_is_heard());
    CHECK(kept.said_of_kept_mail().starts_with("red: "));
    CHECK(kept.cedar().refused("mailhost.open").code == Errc::wrong_state);
    CHECK(kept.alder().waiting() > 0);
}

TEST_CASE("with its damaged store put aside a node keeps mail for others again") {
    Kept kept(972);
    kept.cedar().close();
    std::filesystem::resize_file(kept.cedar().folder() / "mailhost.db", page);
    kept.cedar().open();
    REQUIRE(kept.cedar().home().mail_host_fault);
    kept.cedar().close();
    std::filesystem::rename(kept.cedar().folder() / "mailhost.db",
                            kept.cedar().folder() / "aside.db");
    kept.cedar().open();
    CHECK(kept.said_of_kept_mail().empty());
    kept.birch().open();
    kept.birch().must("mailhost.remove",
                      Json::object({{"host", kept.cedar().home().identity.card.endpoint}}));
    give_place(kept.cedar(), kept.birch());
    kept.settle(minutes(10));
    CHECK(kept.cedar().home().mail_host->fault() == std::nullopt);
}

TEST_CASE(
    "a page of others' mail that does not read stops nothing but their mail, until it reads") {
    Kept kept(973);
    kept.damage(Kept::Page::LAST);
    REQUIRE_FALSE(kept.cedar().home().mail_host_fault);
    kept.birch().open();
    kept.settle();
    CHECK(kept.cedar().home().mail_host->fault() == Errc::corrupt);
    CHECK(kept.cedar_is_heard());
    CHECK(kept.said_of_kept_mail().starts_with("red: "));
    CHECK(kept.alder().state_of(kept.asked.legs[0]) != "DELIVERED");
    kept.turn_bit(Kept::Page::LAST);
    kept.settle(minutes(10));
    CHECK(kept.said_of_kept_mail().empty());
    CHECK(kept.alder().state_of(kept.asked.legs[0]) == "DELIVERED");
    CHECK(kept.cedar().home().mail_host->frames() == 0);
}

TEST_CASE("whom one account gives up and another takes in the same breath is admitted") {
    World world(974, {"investigation", "hidden shelter", "counselling"});
    world.pass(seconds(60), seconds(5));
    TestNode& birch = world.node(1);
    TestNode& cedar = world.node(2);
    const auto line = birch.engine().post().lines_to(cedar.link()).front();
    const auto guest = world.node(0).engine().post().lines_to(cedar.link()).front();
    const auto name = [&](std::vector<schema::LineKey> keys) {
        const schema::HostRequest request{{}, schema::Guests{std::move(keys)}};
        REQUIRE(birch.transport().send(line, node::Frame{schema::write_host_request(request)}));
    };
    name({});
    name({guest.get()});
    world.pump();
    const Asked asked = ask(world, world.node(0), {&birch});
    world.pass(seconds(60), seconds(5));
    CHECK(world.node(0).state_of(asked.legs[0]) == "DELIVERED");
}

}  // namespace leeward::test
