#include "node/audit/view_journal.h"

#include <fstream>

#include <catch2/catch_test_macros.hpp>
#include <sys/stat.h>

#include "tests/support/small_disk.h"
#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

using node::ViewJournal;
namespace fs = std::filesystem;

constexpr std::size_t slot = 512;
constexpr std::size_t whole = ViewJournal::slots * slot;

struct Desk {
    ScratchFolder folder;
    fs::path file = folder.path() / "views.journal";
    crypto::SeededRandom random{3};

    Result<ViewJournal> try_open(Byte key = 7) {
        return ViewJournal::open(file, ViewJournal::Key(ByteArray<32>{key}), random);
    }
    ViewJournal open() {
        auto opened = try_open();
        if (!opened) FAIL(opened.error().detail);
        return std::move(opened).value();
    }
    Bytes read() const {
        std::ifstream in(file, std::ios::binary);
        const std::string text{std::istreambuf_iterator<char>(in), {}};
        return to_bytes(as_bytes(text));
    }
    void write(BytesView bytes) const {
        std::ofstream out(file, std::ios::binary | std::ios::trunc);
        out.write(reinterpret_cast<const char*>(bytes.data()),
                  static_cast<std::streamsize>(bytes.size()));
    }
};

std::vector<std::string> texts(const ViewJournal& journal) {
    std::vector<std::string> out;
    for (const auto& entry : journal.entries())
        out.push_back(to_text(entry.text));
    return out;
}

}  // namespace

TEST_CASE("what was entered in the journal of readings is there after opening again, in order") {
    Desk desk;
    {
        auto journal = desk.open();
        for (const char* text : {"one", "two", "three"})
            REQUIRE(journal.append(as_bytes(text)));
        REQUIRE(journal.drop_up_to(1));
        REQUIRE(journal.append(as_bytes("four")));  // into the slot of the first
    }
    const auto journal = desk.open();
    CHECK(texts(journal) == std::vector<std::string>{"two", "three", "four"});
    CHECK(journal.entries().back().number == 4);
}

TEST_CASE("the journal never grows or shrinks, and tells nobody how much it holds") {
    Desk desk;
    auto journal = desk.open();
    CHECK(fs::file_size(desk.file) == whole);
    const Bytes empty = desk.read();
    for (std::size_t i = 0; i < ViewJournal::slots; ++i)
        REQUIRE(journal.append(as_bytes(std::string(ViewJournal::longest_entry, 'x'))));
    CHECK(journal.append(as_bytes("more")).error().code == Errc::disk_full);
    CHECK(fs::file_size(desk.file) == whole);
    CHECK(as_text(desk.read()).find("xxxx") == std::string_view::npos);
    REQUIRE(journal.drop_up_to(journal.entries().back().number));
    CHECK(journal.entries().empty());
    CHECK(fs::file_size(desk.file) == whole);
    CHECK(desk.open().entries().empty());
}

TEST_CASE("numbers go on from what the log holds, so that nothing is entered twice or never") {
    Desk desk;
    auto journal = desk.open();
    REQUIRE(journal.drop_up_to(41));  // said by the store at a start
    REQUIRE(journal.append(as_bytes("next")));
    CHECK(journal.entries().front().number == 42);
}

TEST_CASE("an entry that is too long is refused, not cut") {
    Desk desk;
    auto journal = desk.open();
    const std::string text(ViewJournal::longest_entry + 1, 'x');
    CHECK(journal.append(as_bytes(text)).error().code == Errc::too_large);
    CHECK(journal.entries().empty());
}

TEST_CASE("a flipped bit or a moved slot of the journal is no entry, and harms no other") {
    Desk desk;
    {
        auto journal = desk.open();
        REQUIRE(journal.append(as_bytes("first")));
        REQUIRE(journal.append(as_bytes("second")));
    }
    const Bytes sound = desk.read();
    for (std::size_t bit = 0; bit < slot * 8; bit += 7) {
        Bytes damaged = sound;
        damaged[bit / 8] = static_cast<Byte>(damaged[bit / 8] ^ (1U << (bit % 8)));
        desk.write(damaged);
        CHECK(texts(desk.open()) == std::vector<std::string>{"second"});
    }
    Bytes moved = sound;
    std::copy_n(sound.begin(), slot, moved.begin() + 4 * slot);
    desk.write(moved);
    CHECK(texts(desk.open()) == std::vector<std::string>{"first", "second"});
}

TEST_CASE(
    "a journal that is cut short or open to others is refused, and another key reads nothing") {
    Desk desk;
    REQUIRE(desk.open().append(as_bytes("entry")));
    CHECK(desk.try_open(8)->entries().empty());
    const Bytes sound = desk.read();
    for (const std::size_t size : {std::size_t{0}, slot - 1, whole - 1}) {
        desk.write(BytesView(sound).first(size));
        CHECK(desk.try_open().error().code == Errc::corrupt);
    }
    desk.write(sound);
    REQUIRE(::chmod(desk.file.c_str(), 0640) == 0);
    CHECK(desk.try_open().error().code == Errc::untrusted);
}

TEST_CASE("on a full disk the journal still takes entries; without room to make it, it has none") {
    if (!SmallDisk::possible()) SKIP("mounting a small disk is not allowed here");
    Desk desk;
    const SmallDisk disk(desk.folder.path(), 1);
    {
        auto journal = desk.open();
        disk.fill();
        for (std::size_t i = 0; i < ViewJournal::slots; ++i)
            CHECK(journal.append(as_bytes("read on a full disk")));
    }
    CHECK(desk.open().entries().size() == ViewJournal::slots);
    fs::remove(desk.file);
    disk.fill();
    CHECK(desk.open().append(as_bytes("entry")).error().code == Errc::disk_full);
}

}  // namespace leeward::test
