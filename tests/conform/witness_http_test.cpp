// The HTTP form of a witness, status by status as c2sp.org/tlog-witness says.
#include "tests/conform/witness_http.h"

#include <catch2/catch_test_macros.hpp>
#include <sys/socket.h>
#include <unistd.h>

#include "crypto/checkpoint.h"
#include "tests/support/test_node.h"

using namespace leeward;
using conform::HttpAnswer;
using schema::AddCheckpoint;

namespace {

const schema::Time noon = schema::from_unix(1'785'000'000);

crypto::SigningKey key_of(Byte number) {
    return crypto::signing_key_from_seed(crypto::SigningSeed(ByteArray<32>{number}).reveal());
}

// Trees of one and of two leaves need no path but the second leaf.
struct Bench {
    test::ScratchFolder folder;
    crypto::SigningKey log = key_of(1);
    crypto::Vkey vkey{"example.org/log", crypto::NoteKeyType::ed25519, crypto::verify_key_of(log)};
    node::Store store{
        node::Store::open(folder.path() / "store.db", node::StoreKey(ByteArray<32>{7})).value()};
    conform::HttpWitness witness{store, key_of(2), {vkey}};
    crypto::Hash first = crypto::leaf_hash(as_bytes("a"));
    crypto::Hash second = crypto::leaf_hash(as_bytes("b"));

    std::string note(std::uint64_t size, const crypto::Hash& root) const {
        return crypto::format_note(
            crypto::sign_checkpoint({vkey.name, crypto::TreeSize{size}, root}, log));
    }
    AddCheckpoint of_one() const { return {0, {}, note(1, first)}; }
    AddCheckpoint of_two(std::uint64_t old = 1) const {
        return {old, {second}, note(2, crypto::node_hash(first, second))};
    }
    HttpAnswer post(const AddCheckpoint& request) {
        return witness.add_checkpoint(conform::format_add_checkpoint(request), noon);
    }
};

}  // namespace

TEST_CASE("each refusal of a witness has the status that the specification gives it") {
    Bench bench;
    CHECK(bench.post({0, {}, "example.org/other\n1\n" + crypto::format_hash(bench.first) + "\n"})
              .status == 404);
    const crypto::Checkpoint head{bench.vkey.name, crypto::TreeSize{1}, bench.first};
    CHECK(
        bench.post({0, {}, crypto::format_note(crypto::sign_checkpoint(head, key_of(9)))}).status ==
        403);
    CHECK(bench.post({2, {}, bench.note(1, bench.first)}).status == 400);
    CHECK(bench.witness.add_checkpoint("old -1\n\nexample.org/log\n", noon).status == 400);

    const HttpAnswer cosigned = bench.post(bench.of_one());
    CHECK(cosigned.status == 200);
    auto note = crypto::parse_note(bench.of_one().note).value();
    note.signatures = crypto::parse_signature_lines(cosigned.body).value();
    const auto by = schema::witness_vkey(crypto::verify_key_of(key_of(2)));
    const auto verified = crypto::verify_note(note, {&by, 1});
    REQUIRE(verified);
    CHECK(verified->front().cosigned_at == crypto::CosignedAt{1'785'000'000});

    const HttpAnswer stale = bench.post(bench.of_two(0));
    CHECK(stale.status == 409);
    CHECK(stale.type == "text/x.tlog.size");
    CHECK(stale.body == "1\n");
    const HttpAnswer other = bench.post({1, {}, bench.note(1, bench.second)});
    CHECK(other.status == 409);
    CHECK(other.type != "text/x.tlog.size");
    AddCheckpoint bad = bench.of_two();
    bad.path = {bench.first};
    CHECK(bench.post(bad).status == 422);
    CHECK(bench.post(bench.of_two()).status == 200);
}

TEST_CASE("a request reads back as it was written, and with 64 proof lines is refused") {
    Bench bench;
    const std::string text = conform::format_add_checkpoint(bench.of_two());
    const auto read = conform::parse_add_checkpoint(text);
    REQUIRE(read);
    CHECK(*read == bench.of_two());
    AddCheckpoint many = bench.of_two();
    many.path = crypto::Path(63, bench.first);
    CHECK(conform::parse_add_checkpoint(conform::format_add_checkpoint(many)));
    many.path.push_back(bench.first);
    CHECK_FALSE(conform::parse_add_checkpoint(conform::format_add_checkpoint(many)));
    for (std::size_t cut = 0; cut < text.find("\n\n") + 1; ++cut)
        CHECK_FALSE(conform::parse_add_checkpoint(std::string_view(text).substr(0, cut)));
}

TEST_CASE("over a socket the answer comes with its status line, type and length") {
    Bench bench;
    const auto exchange = [&](const std::string& request) {
        int ends[2];
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
        REQUIRE(::write(ends[0], request.data(), request.size()) ==
                static_cast<ssize_t>(request.size()));
        ::shutdown(ends[0], SHUT_WR);
        bench.witness.serve(ends[1], noon);
        std::string text;
        char buffer[4096];
        for (ssize_t got; (got = ::read(ends[0], buffer, sizeof buffer)) > 0;)
            text.append(buffer, static_cast<std::size_t>(got));
        ::close(ends[0]);
        return text;
    };
    const auto post = [](const std::string& path, const std::string& body) {
        return "POST " + path +
               " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) +
               "\r\n\r\n" + body;
    };
    const std::string body = conform::format_add_checkpoint(bench.of_one());
    const std::string answer = exchange(post("/add-checkpoint", body));
    CHECK(answer.starts_with("HTTP/1.1 200 "));
    CHECK(answer.find("\xe2\x80\x94 leeward/witness/") != std::string::npos);
    CHECK(exchange(post("/other", body)).starts_with("HTTP/1.1 404 "));
    CHECK(exchange("GET /add-checkpoint HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 405 "));
    CHECK(exchange("POST /add-checkpoint HTTP/1.1\r\nContent-Length: 9999999\r\n\r\n")
              .starts_with("HTTP/1.1 413 "));
    CHECK(exchange("nonsense").starts_with("HTTP/1.1 400 "));
    CHECK(exchange(post("/add-checkpoint", body).substr(0, 60)).starts_with("HTTP/1.1 400 "));
}
