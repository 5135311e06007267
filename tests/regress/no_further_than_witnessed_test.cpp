// Found by a review: that nothing else was shared was said up to the last leaf of a bundle, whoever vouched for it,
// and of a proof without an entry under no head at all. A few new leaves of an organisation's own were enough.
#include <fstream>
#include <iostream>
#include <sstream>

#include <catch2/catch_test_macros.hpp>

#include "cli/audit_check.h"
#include "tests/node/store/folder.h"
#include "tests/schema/audit/sample_log.h"

namespace leeward::schema::samples {
namespace {

const crypto::Hash hers = some_hash("her release");

// An auditor's desk with the cards of these organisations.
class Desk {
public:
    explicit Desk(const std::vector<Byte>& organisations = {1, 2}) {
        std::string cards;
        for (const Byte node : organisations)
            cards += sign_card(card_of(node), root_key(node)) + "\n";
        cards_ = file("cards", cards);
    }
    // What `audit check` says of a proof beside these bundles, in which it finds nothing.
    [[nodiscard]] Json said_of(const DisclosureProof& proof,
                               const std::vector<Bundle>& bundles) const {
        std::vector<std::string> args{
            "audit", "check", file("hers.proof", write_proof(proof).value())};
        for (const auto& bundle : bundles)
            args.push_back(file(std::to_string(args.size()), as_text(write_bundle(bundle))));
        args.insert(args.end(), {"--cards", cards_, "--json"});
        const Json said = answer(args);
        CHECK(said.int_at("found") == 0);
        return said.array_at("proofs").front();
    }

private:
    [[nodiscard]] std::string file(const std::string& name, std::string_view content) const {
        const auto path = folder_.path / name;
        std::ofstream(path, std::ios::binary) << content;
        return path.string();
    }
    static Json answer(const std::vector<std::string>& args) {
        const auto line = cli::parse_command_line(args);
        REQUIRE(line);
        std::ostringstream out;
        auto* before = std::cout.rdbuf(out.rdbuf());
        const auto code = cli::audit_check(*line);
        std::cout.rdbuf(before);
        REQUIRE(code);
        const std::string text = out.str();
        return *parse_json(text.substr(0, text.find('\n')))->find("result");
    }

    node::TestFolder folder_;
    std::string cards_;
};

// Up to which leaf nothing else was shared; nothing: it is not said.
std::optional<std::int64_t> nothing_else_up_to(const Json& said) {
    if (!said.bool_at("nothing_else_was_shared")) return std::nullopt;
    return said.int_at("up_to_leaf");
}

// The log of the organisation 1, in which something of hers went to 2, under a head that is not cosigned yet.
struct HerLog {
    SampleLog log{1};
    SampleLog recipient{2};

    HerLog() {
        log.activate(hers, recipient, {});
        log.disclose(hers, recipient, {}, some_hash("exchange"));
        log.publish();
    }
    void witnessed() { log.cosigned_by(2, std::uint64_t{log.now} * 900); }
    void goes_on() {
        for (int i = 0; i < 3; ++i)
            log.pad();
        log.publish();
    }
    [[nodiscard]] std::int64_t last_leaf() const {
        return static_cast<std::int64_t>(log.size()) - 1;
    }
    [[nodiscard]] DisclosureProof proof() { return proof_of(log.bundle(), {0, 1, 2, 3}, {hers}); }
};

DisclosureProof without_entries(const Bundle& bundle) {
    return proof_of(bundle, {}, {hers});
}

}  // namespace

TEST_CASE(
    "a few leaves under a head that nobody has cosigned do not show that nothing was shared") {
    SampleLog fresh(1);
    fresh.pad();
    fresh.pad();
    fresh.publish();
    const Desk desk;
    const Json said = desk.said_of(without_entries(fresh.bundle()), {fresh.bundle()});
    CHECK_FALSE(nothing_else_up_to(said));
    CHECK_FALSE(said.bool_at("witnessed"));
    CHECK(said.text_at("note").find("witnesses") != std::string::npos);
}

TEST_CASE("that nothing was shared is said without an entry where the whole log is witnessed") {
    SampleLog log(1);
    const SampleLog recipient(2);
    log.activate(some_hash("another's"), recipient, {});
    log.disclose(some_hash("another's"), recipient, {}, some_hash("exchange"));
    log.publish();
    log.cosigned_by(2, std::uint64_t{log.now} * 900);
    const Desk desk;
    const Json said = desk.said_of(without_entries(log.bundle()), {log.bundle()});
    CHECK(nothing_else_up_to(said) == 3);
    CHECK(said.int_at("disclosures") == 0);
    CHECK_FALSE(said.bool_at("witnessed"));
    // Found by reading: it was said without a word that the proof's maker has chosen the releases.
    CHECK(said.text_at("note").starts_with("that holds of the releases that this proof names"));
    CHECK_FALSE(nothing_else_up_to(desk.said_of(without_entries(log.bundle()), {})));
}

// Found by reading: it was said of a proof that names no release, beside any log at all.
TEST_CASE("a proof that names no release does not show that nothing was shared") {
    HerLog her;
    her.witnessed();
    const Desk desk;
    const Json said = desk.said_of(proof_of(her.log.bundle(), {}, {}), {her.log.bundle()});
    CHECK_FALSE(nothing_else_up_to(said));
    CHECK(said.int_at("releases") == 0);
    CHECK(said.text_at("note").find("names no release") != std::string::npos);
}

TEST_CASE("what a bundle shows behind the last witnessed head is not said to be all") {
    HerLog her;
    her.witnessed();
    const auto proof = her.proof();
    const auto proven = her.last_leaf();
    const Desk desk;
    const Json at_first = desk.said_of(proof, {her.log.bundle()});
    CHECK(nothing_else_up_to(at_first) == proven);
    CHECK(at_first.bool_at("witnessed"));
    her.goes_on();
    CHECK(nothing_else_up_to(desk.said_of(proof, {her.log.bundle()})) == proven);
    her.witnessed();
    CHECK(nothing_else_up_to(desk.said_of(proof, {her.log.bundle()})) == her.last_leaf());
}

TEST_CASE("a head that was cosigned after the bundle was made counts as the proof shows it") {
    HerLog her;
    const auto made_before = her.log.bundle();
    her.witnessed();
    const Desk desk;
    CHECK(nothing_else_up_to(desk.said_of(her.proof(), {made_before})) == her.last_leaf());
}

TEST_CASE("a witnessed head from before a bundle's leaves vouches for no other leaves") {
    SampleLog true_log(1);
    true_log.pad();
    true_log.pad();
    true_log.publish();
    true_log.cosigned_by(2, std::uint64_t{true_log.now} * 900);
    SampleLog made_up(1);
    made_up.now += 1;
    for (int i = 0; i < 3; ++i)
        made_up.pad();
    made_up.publish();
    made_up.pad();
    made_up.publish();
    Bundle second = made_up.bundle_of(3, 4);
    second.heads.insert(second.heads.begin(), true_log.bundle().heads.back());
    const Desk desk;
    const Json said =
        desk.said_of(without_entries(made_up.bundle()), {made_up.bundle_of(0, 3), second});
    CHECK_FALSE(nothing_else_up_to(said));
}

TEST_CASE("where nobody is there to witness a log, what its bundles show is all") {
    HerLog her;
    const Desk desk({1});
    her.goes_on();
    const auto proof = her.proof();
    CHECK(nothing_else_up_to(desk.said_of(proof, {her.log.bundle()})) == her.last_leaf());
}

}  // namespace leeward::schema::samples
