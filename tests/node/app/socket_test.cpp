#include "node/app/socket.h"

#include <array>
#include <fstream>
#include <thread>

#include <catch2/catch_test_macros.hpp>
#include <rapidcheck.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/node/store/folder.h"

namespace {

using namespace leeward;
using namespace leeward::node;

struct Pair {
    Pair() {
        std::array<int, 2> ends{};
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
        ours = Descriptor(ends[0]);
        theirs = Descriptor(ends[1]);
    }
    void raw(std::string_view bytes) const {
        REQUIRE(::send(theirs.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
                static_cast<ssize_t>(bytes.size()));
    }
    Descriptor ours;
    Descriptor theirs;
};

constexpr int soon = 5000;
constexpr int at_once = 20;
constexpr std::string_view header_of_five("\0\0\0\5", 4);

TEST_CASE("packets arrive whole and in order, also when they are larger than a socket holds") {
    const Pair pair;
    const std::string large(3UL * 1024 * 1024, 'x');
    std::thread writer([&] {
        REQUIRE(write_packet(pair.theirs.get(), "first"));
        REQUIRE(write_packet(pair.theirs.get(), ""));
        REQUIRE(write_packet(pair.theirs.get(), large));
    });
    CHECK(read_packet(pair.ours.get(), max_answer, soon).value() == "first");
    CHECK(read_packet(pair.ours.get(), max_answer, soon).value().empty());
    const bool same = read_packet(pair.ours.get(), max_answer, soon).value() == large;
    writer.join();
    CHECK(same);
}

TEST_CASE("a passphrase arrives whole, and a longer one than there is is refused") {
    const Pair pair;
    REQUIRE(write_packet(pair.theirs.get(), "correct horse"));
    REQUIRE(write_packet(pair.theirs.get(), std::string(max_secret + 1, 'x')));
    CHECK(as_text(read_secret_packet(pair.ours.get(), soon)->reveal()) == "correct horse");
    CHECK(read_secret_packet(pair.ours.get(), soon).error().code == Errc::too_large);
}

TEST_CASE("a length beyond the limit is refused before anything else is read") {
    const Pair pair;
    pair.raw("\xFF\xFF\xFF\xFF");
    CHECK(read_packet(pair.ours.get(), max_request, soon).error().code == Errc::too_large);
    pair.raw(header_of_five);
    CHECK(read_packet(pair.ours.get(), 4, soon).error().code == Errc::too_large);
    CHECK(write_packet(pair.ours.get(), std::string(max_answer + 1, 'x')).error().code ==
          Errc::too_large);
}

TEST_CASE("a packet that is cut off at any byte is an error, never a shorter packet") {
    const std::string whole = std::string(header_of_five) + "hello";
    for (std::size_t length = 0; length < whole.size(); ++length) {
        Pair pair;
        if (length > 0) pair.raw(whole.substr(0, length));
        pair.theirs.close();
        CHECK(read_packet(pair.ours.get(), max_request, soon).error().code == Errc::unreachable);
    }
}

TEST_CASE("who sends a byte at a time is understood, who sends nothing is given up") {
    const Pair pair;
    std::thread writer([&] {
        for (const char c : std::string(header_of_five) + "hello")
            pair.raw(std::string(1, c));
    });
    CHECK(read_packet(pair.ours.get(), max_request, soon).value() == "hello");
    writer.join();
    CHECK(read_packet(pair.ours.get(), max_request, at_once).error().code == Errc::unreachable);
    pair.raw(header_of_five);
    pair.raw("he");
    CHECK(read_packet(pair.ours.get(), max_request, at_once).error().code == Errc::unreachable);
}

TEST_CASE("writing to somebody who has gone or does not read is an error, not a signal") {
    Pair pair;
    CHECK(
        write_packet(pair.ours.get(), std::string(8UL * 1024 * 1024, 'x'), at_once).error().code ==
        Errc::unreachable);
    pair.theirs.close();
    CHECK(write_packet(pair.ours.get(), "x", at_once).error().code == Errc::unreachable);
}

unsigned mode_of(const std::filesystem::path& path) {
    struct stat status {};
    REQUIRE(::lstat(path.c_str(), &status) == 0);
    return status.st_mode & 0777U;
}

TEST_CASE("the node's socket is its user's alone and answers to it") {
    const TestFolder folder;
    const auto path = folder.path / "run" / "leeward.sock";
    const Descriptor listener(listen_unix(path).value());
    CHECK(mode_of(path) == 0600U);
    CHECK(mode_of(path.parent_path()) == 0700U);
    const Descriptor client(connect_unix(path).value());
    CHECK(peer_uid(client.get()).value() == ::geteuid());
}

TEST_CASE("a second node on the same folder is turned away, a dead one's socket is replaced") {
    const TestFolder folder;
    const auto path = folder.path / "run" / "leeward.sock";
    CHECK(connect_unix(path).error().code == Errc::unreachable);
    {
        const Descriptor first(listen_unix(path).value());
        CHECK(listen_unix(path).error().code == Errc::busy);
    }
    CHECK(connect_unix(path).error().code == Errc::unreachable);
    const Descriptor next(listen_unix(path).value());
    CHECK(connect_unix(path));
}

TEST_CASE("a file that is no socket is left alone") {
    const TestFolder folder;
    const auto path = folder.path / "leeward.sock";
    std::ofstream(path) << "mine";
    CHECK(listen_unix(path).error().code == Errc::already_exists);
    CHECK(as_text(TestFolder::read(path)) == "mine");
}

TEST_CASE("a folder whose name is longer than a socket's address may be still holds a node") {
    const TestFolder folder;
    const auto path = folder.path / std::string(120, 'd') / "run" / "leeward.sock";
    const Descriptor listener(listen_unix(path).value());
    CHECK(mode_of(path) == 0600U);
    CHECK(connect_unix(path));
}

}  // namespace
