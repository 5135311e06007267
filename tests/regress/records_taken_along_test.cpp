// Found by reading: the records of an organisation that leaves, sealed to the key that it named, were in the
// answer alone. A full stick, a lost answer or a second person who did not say --out, and they were gone with the
// node's keys.
#include <fstream>
#include <iterator>

#include <catch2/catch_test_macros.hpp>

#include "crypto/age/age.h"
#include "node/app/records_file.h"
#include "tests/support/seat.h"

namespace leeward::test {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> two{"investigation", "shelter"};

Json to_a_key() {
    const auto key = crypto::age::generate_identity(crypto::system_random());
    const std::string to = crypto::age::format_recipient(crypto::age::recipient_of(key));
    return Json::object({{"to", to}});
}

std::string text_of(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::size_t records_files(const fs::path& folder) {
    std::size_t found = 0;
    for (const auto& entry : fs::directory_iterator(folder))
        found += entry.path().filename().string().starts_with("records-") ? 1U : 0U;
    return found;
}

}  // namespace

TEST_CASE("the records of an organisation that left lie sealed in its folder, with no key left") {
    World world(61, two);
    TestNode& harbor = world.node(0);
    (void)ask(world, harbor, {&world.node(1)});
    const Json told = harbor.must("node.retire", to_a_key());
    const fs::path kept = told.text_at("sealed_file");
    CHECK(kept.parent_path() == harbor.folder());
    CHECK(fs::status(kept).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
    CHECK(text_of(kept).starts_with("-----BEGIN AGE ENCRYPTED FILE-----\n"));
    CHECK(text_of(kept) == told.text_at("file"));
    world.pass(std::chrono::hours(24 * 8), std::chrono::hours(12));
    harbor.look_after_home();
    REQUIRE(harbor.stopping());
    CHECK(text_of(kept) == told.text_at("file"));
}

TEST_CASE("whoever agrees that an organisation leaves is told where its records lie") {
    World world(62, two);
    TestNode& harbor = world.node(0);
    (void)ask(world, harbor, {&world.node(1)});
    Seat second(harbor, "night administrator", "ADMINISTRATOR");
    const Json waits = harbor.must("node.retire", to_a_key());
    REQUIRE(waits.bool_at("needs_second_person"));
    CHECK(records_files(harbor.folder()) == 0);
    const Json given = second.must("approval.give", Json::object({{"id", waits.text_at("id")}}));
    CHECK(text_of(given.text_at("sealed_file")) == given.text_at("file"));
    CHECK(given.text_at("file").size() > 1000);
}

TEST_CASE("a preview of leaving hands nobody the records") {
    World world(63, two);
    TestNode& harbor = world.node(0);
    (void)ask(world, harbor, {&world.node(1)});
    const Json shown = harbor.preview("node.retire", to_a_key());
    CHECK(shown.int_at("questions_ended") == 1);
    CHECK(shown.find("file") == nullptr);
    CHECK(records_files(harbor.folder()) == 0);
}

TEST_CASE("an organisation leaves by the reserve of a full disk, and no half file is left there") {
    if (!SmallDisk::possible()) SKIP("mounting a small disk is not allowed here");
    World world(64, two, {0});
    TestNode& harbor = world.node(0);
    (void)ask(world, harbor, {&world.node(1)});
    world.disk(0).fill();
    const Json told = harbor.must("node.retire", to_a_key());
    CHECK(text_of(told.text_at("sealed_file")) == told.text_at("file"));
    CHECK(records_files(harbor.folder()) == 1);
}

TEST_CASE("records that are too large for an answer are in the folder alone") {
    const ScratchFolder home;
    const std::string large(9UL << 20, 'x');
    Json answer = Json::object({{"copies_erased", 0}, {"file", large}});
    REQUIRE(node::keep_records_file(home.path(), answer, crypto::system_random()));
    CHECK(answer.find("file") == nullptr);
    CHECK(answer.find("copies_erased") != nullptr);
    CHECK(text_of(answer.text_at("sealed_file")) == large);
}

}  // namespace leeward::test
