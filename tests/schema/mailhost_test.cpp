#include "schema/mailhost.h"

#include <catch2/catch_test_macros.hpp>

#include "schema/envelope.h"
#include "schema/limits.h"
#include "tests/schema/samples.h"

namespace leeward::schema {
namespace {

using samples::filled;

FrameParts envelope(std::size_t bucket = 8'192) {
    return write_frame(EnvelopeFrame{filled<16>(1), filled<8>(2), {}, Bytes(bucket + 16, 3)});
}
FrameParts control() {
    return write_frame(ControlFrame{filled<16>(4), filled<24>(5), Bytes(8'192 + 16, 6)});
}

std::vector<HostRequest> requests() {
    const HostNonce nonce = filled<8>(7);
    return {{nonce, Deposit{std::chrono::hours(4), envelope()}},
            {nonce, Deposit{std::chrono::seconds(1), control()}},
            {nonce, Poll{1, {polled_names, filled<16>(8)}}},
            {nonce, Taken{{filled<16>(1), filled<16>(2)}}},
            {nonce, Taken{}},
            {nonce, Recall{{filled<16>(3)}}},
            {nonce, Guests{{filled<32>(4)}}}};
}
std::vector<HostAnswer> answers() {
    const HostNonce nonce = filled<8>(7);
    return {{nonce, Kept{filled<16>(1)}},
            {nonce, NoRoom{filled<16>(1)}},
            {nonce, Mail{envelope()}},
            {nonce, Mail{control()}},
            {nonce, PollEnd{true}},
            {nonce, PollEnd{false}},
            {nonce, Gone{{filled<16>(1)}}},
            {nonce, Admitted{12}}};
}

Place place() {
    return {"tcp://relay.example:7700", filled<32>(1), filled<32>(2)};
}

}  // namespace

TEST_CASE("what is said to a mail host and what it answers survives the way") {
    for (const auto& request : requests()) {
        const auto parts = write_host_request(request);
        const auto read = read_host_request(parts);
        REQUIRE(read);
        CHECK(write_host_request(*read) == parts);
        CHECK_FALSE(read_host_answer(parts));
    }
    for (const auto& answer : answers()) {
        const auto parts = write_host_answer(answer);
        const auto read = read_host_answer(parts);
        REQUIRE(read);
        CHECK(write_host_answer(*read) == parts);
        CHECK_FALSE(read_host_request(parts));
    }
}

TEST_CASE("a part of another length, one too many or one too few is malformed") {
    std::vector<FrameParts> all;
    for (const auto& request : requests())
        all.push_back(write_host_request(request));
    for (const auto& answer : answers())
        all.push_back(write_host_answer(answer));
    const auto refused = [](const FrameParts& parts) {
        return !read_host_request(parts) && !read_host_answer(parts);
    };
    for (const auto& parts : all) {
        CHECK(refused({parts.begin(), parts.end() - 1}));
        auto longer = parts;
        longer.push_back(Bytes(16, 0));
        CHECK(refused(longer));
        for (std::size_t i = 0; i < parts.size(); ++i) {
            auto changed = parts;
            changed[i].push_back(0);
            CHECK(refused(changed));
        }
    }
}

TEST_CASE("a host keeps nothing that is not padded ciphertext of one of our two kinds") {
    CHECK(mailbox_of(envelope()) == filled<16>(1));
    CHECK(mailbox_of(control()) == filled<16>(4));
    auto unpadded = envelope();
    unpadded.back().pop_back();
    CHECK_FALSE(mailbox_of(unpadded));
    CHECK_FALSE(mailbox_of({to_bytes(as_bytes("hello"))}));
    CHECK_FALSE(read_host_request(
        write_host_request({{}, Deposit{std::chrono::hours(1), {to_bytes(as_bytes("hello"))}}})));
}

TEST_CASE("a deposit is kept for a second at least and a fortnight at most") {
    const auto kept_for = [](Duration keep) {
        return static_cast<bool>(
            read_host_request(write_host_request({{}, Deposit{keep, envelope()}})));
    };
    CHECK_FALSE(kept_for(Duration(0)));
    CHECK(kept_for(Duration(1)));
    CHECK(kept_for(longest_at_host));
    CHECK_FALSE(kept_for(longest_at_host + Duration(1)));
}

TEST_CASE("a poll asks for the same number of mailboxes, whoever asks") {
    const auto size = [](std::size_t names) {
        return write_host_request({{}, Poll{1, {names, filled<16>(8)}}});
    };
    CHECK(read_host_request(size(polled_names)));
    CHECK_FALSE(read_host_request(size(polled_names - 1)));
    CHECK_FALSE(read_host_request(size(polled_names + 1)));
    CHECK_FALSE(
        read_host_request(write_host_request({{}, Poll{0, {polled_names, filled<16>(8)}}})));
}

TEST_CASE("the largest envelope fits a deposit and the answer to a poll") {
    const auto size_of = [](const FrameParts& parts) {
        std::size_t size = 0;
        for (const auto& part : parts)
            size += part.size();
        return size;
    };
    const auto largest = envelope(65'536);
    CHECK(size_of(write_host_request({{}, Deposit{std::chrono::hours(1), largest}})) <=
          limits::frame_bytes);
    CHECK(size_of(write_host_answer({{}, Mail{largest}})) <= limits::frame_bytes);
}

TEST_CASE("a place survives the way, and one of a newer version asks for an update") {
    const auto read = read_place(write_place(place()));
    REQUIRE(read);
    CHECK(write_place(*read) == write_place(place()));
    const auto newer = read_place(R"({"leeward_place":2,"place":{}})");
    REQUIRE_FALSE(newer);
    CHECK(newer.error().code == Errc::unsupported);
    CHECK_FALSE(read_place(R"({"leeward_place":1})"));
}

TEST_CASE("where mail goes survives the way, with two places at most") {
    const MailRoute route{3, {place(), place()}};
    const auto read = mail_route_from(to_json(route));
    REQUIRE(read);
    CHECK(to_json(*read) == to_json(route));
    CHECK_FALSE(mail_route_from(to_json(MailRoute{3, {place(), place(), place()}})));
    CHECK_FALSE(mail_route_from(to_json(MailRoute{0, {place()}})));
}

}  // namespace leeward::schema
