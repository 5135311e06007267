// Erasing a record leaves every proof of the log valid and every link to the record gone: for somebody
// who has all files of all nodes, every passphrase, and every file of keys that there ever was.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <catch2/catch_test_macros.hpp>

#include "crypto/hash.h"
#include "node/store/keyring.h"
#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

namespace fs = std::filesystem;
using node::Transaction;

// One message on its way, as somebody who saw all of it knows it.
struct Witnessed {
    schema::MessageId mid;
    crypto::Hash body{};
    std::uint64_t leaf = 0;
    std::string record;
    schema::MessageKind kind{};
};

std::vector<Witnessed> outgoing(TestNode& node) {
    std::vector<Witnessed> out;
    REQUIRE(node.home().store.peek([&](Transaction& tx) -> Outcome {
        auto rows = tx.query("SELECT mid FROM outbox ORDER BY seq_no");
        std::vector<schema::MessageId> mids;
        while (rows.next())
            mids.push_back(rows.id<schema::MessageId>(0));
        for (const auto& mid : mids) {
            LEEWARD_ASSIGN(const auto item, node.desk().outbox.find(tx, mid));
            LEEWARD_ASSIGN(const std::string body, node.desk().outbox.body(*item));
            out.push_back(
                {mid, crypto::sha256(as_bytes(body)), item->leaf, item->record, item->kind});
        }
        return Done{};
    }));
    return out;
}

std::vector<Witnessed> of_kind(std::vector<Witnessed> all, schema::MessageKind kind) {
    std::erase_if(all, [&](const Witnessed& one) { return one.kind != kind; });
    return all;
}

using Keys = std::vector<Bytes>;

void add_all(const node::Keyring& ring, Keys& to) {
    for (const auto& name : ring.names())
        to.push_back(to_bytes(ring.get(name)->reveal()));
}

std::map<std::string, Bytes> key_files(TestNode& node) {
    std::map<std::string, Bytes> out;
    for (const auto& file : fs::directory_iterator(node.folder() / "keyring")) {
        if (!file.path().filename().string().starts_with("keys.")) continue;
        std::ifstream in(file.path(), std::ios::binary);
        out[file.path().filename().string()] = Bytes(std::istreambuf_iterator<char>(in), {});
    }
    return out;
}

// Every file of keys that was ever on this node's disk.
class OldFiles {
public:
    explicit OldFiles(TestNode& node) : node_(node) {}
    void look() {
        for (const auto& [name, bytes] : key_files(node_))
            if (files_.empty() || files_.back() != bytes) files_.push_back(bytes);
    }
    [[nodiscard]] std::size_t size() const { return files_.size(); }

    // What they yield today, with the passphrase: each is put in the place of the newest one, as it is
    // and as if it were of the newest generation.
    Keys open_all() const {
        Keys keys;
        ScratchFolder scratch;
        const auto newest = key_files(node_).rbegin()->first;
        const auto generation = std::stoull(newest.substr(5), nullptr, 16);
        const auto slots = node::Keyring::slots(node_.folder() / "keyring");
        REQUIRE(slots);
        const auto unlocked = slots->unlock(as_bytes(passphrase_of_all));
        REQUIRE(unlocked);
        for (const auto& file : files_)
            for (const bool posed : {false, true}) {
                fs::remove_all(scratch.path() / "keyring");
                fs::copy(node_.folder() / "keyring", scratch.path() / "keyring");
                Bytes bytes = file;
                for (std::size_t i = 0; posed && i < 8; ++i)
                    bytes[8 + i] = static_cast<Byte>(generation >> (8 * (7 - i)));
                std::ofstream(scratch.path() / "keyring" / newest, std::ios::binary)
                    .write(reinterpret_cast<const char*>(bytes.data()),
                           static_cast<std::streamsize>(bytes.size()));
                crypto::SeededRandom random(5);
                const auto ring =
                    node::Keyring::open(scratch.path() / "keyring", unlocked->root, random);
                if (ring) add_all(*ring, keys);
            }
        return keys;
    }

private:
    TestNode& node_;
    std::vector<Bytes> files_;
};

// Whether one of these keys ties the entry to the message, of which everything else is known.
bool ties(const Keys& keys, const crypto::Hash& link, const Witnessed& message) {
    for (const auto& key : keys) {
        const auto salt = crypto::hmac_sha256(key, {as_bytes("leeward/1 link"), message.mid.get()});
        if (schema::link_commitment(salt, message.mid, message.body) == link) return true;
    }
    return false;
}

crypto::Hash link_of(TestNode& node, std::uint64_t leaf) {
    const auto entry =
        node.home().store.write([&](Transaction& tx) { return node.desk().log.entry(tx, leaf); });
    REQUIRE(entry);
    return schema::decode_audit_record(entry->rec)->link;
}

// The entry of the recipient's log under the same xref.
std::uint64_t receipt_of(TestNode& sender, TestNode& recipient, std::uint64_t leaf) {
    const auto xref =
        sender.home()
            .store.write([&](Transaction& tx) { return sender.desk().log.entry(tx, leaf); })
            .value()
            .xref;
    auto rows = recipient.home().store.query("SELECT idx FROM leaf WHERE xref=?", xref);
    REQUIRE(rows.next());
    return static_cast<std::uint64_t>(rows.integer(0));
}

}  // namespace

TEST_CASE("Erasing what was shared leaves both logs whole, and nothing that ties them to it") {
    World world(61, {"investigation", "shelter"});
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    OldFiles at_alder(alder);
    OldFiles at_birch(birch);
    const auto look = [&] {
        at_alder.look();
        at_birch.look();
    };
    const Asked asked = ask(world, alder, {&birch});
    look();
    make_firm(world, alder, birch, asked, 0);
    const std::string release = sign_release(alder, asked.case_id, birch);
    look();
    std::vector<Witnessed> shared;
    for (const auto& message : outgoing(alder))
        if (message.record.starts_with("grant/")) shared.push_back(message);
    REQUIRE(shared.size() == 1);
    const Witnessed& grant = shared.front();
    world.pump();
    look();

    const auto everything = [&] {
        Keys keys = at_alder.open_all();
        for (auto& key : at_birch.open_all())
            keys.push_back(std::move(key));
        add_all(alder.home().keyring, keys);
        add_all(birch.home().keyring, keys);
        return keys;
    };
    const std::uint64_t received = receipt_of(alder, birch, grant.leaf);
    const crypto::Hash sent_link = link_of(alder, grant.leaf);
    const crypto::Hash received_link = link_of(birch, received);
    const Keys before = everything();
    CHECK(ties(before, sent_link, grant));
    CHECK(ties(before, received_link, grant));
    const auto proof_of = [&](TestNode& node, std::uint64_t leaf) {
        return node.home().store.write([&](Transaction& tx) -> Result<bool> {
            LEEWARD_TRY(node.desk().log.sign_head(tx));
            LEEWARD_ASSIGN(const auto entry, node.desk().log.entry(tx, leaf));
            LEEWARD_ASSIGN(const auto shown, node.desk().log.refer(tx, leaf));
            return crypto::verify_inclusion(crypto::LeafIndex{leaf},
                                            crypto::TreeSize{node.desk().log.size()},
                                            crypto::leaf_hash(entry.data()),
                                            shown.path,
                                            node.desk().log.root());
        });
    };
    birch.must("grant.open",
               Json::object({{"id", only_grant(birch)}, {"purpose", "PURPOSE_INTAKE"}}));
    const auto said_by_birch = of_kind(outgoing(birch), schema::MessageKind::GRANT_ANSWER);
    CHECK_FALSE(said_by_birch.empty());
    world.pump();
    const std::uint64_t size_before = alder.desk().log.size();
    const crypto::Hash root_before = alder.desk().log.root();

    alder.must("release.withdraw", Json::object({{"id", release}}));
    const auto said_by_alder = of_kind(outgoing(alder), schema::MessageKind::GRANT_STATE);
    CHECK_FALSE(said_by_alder.empty());
    world.pump();
    world.pass(std::chrono::seconds(10), std::chrono::seconds(1));
    REQUIRE(alder.must("grant.list", Json::object({{"all", true}}))
                .array_at("grants")
                .front()
                .text_at("state") == "ERASURE_ATTESTED");
    look();
    CHECK(at_alder.size() > 2);
    CHECK(at_birch.size() > 2);

    const Keys after = everything();
    CHECK(after.size() > 10);
    CHECK_FALSE(ties(after, sent_link, grant));
    CHECK_FALSE(ties(after, received_link, grant));

    // Nor what was said of it since: that it was opened, and that it closes.
    const auto stays_tied = [&](TestNode& from, TestNode& to, const std::vector<Witnessed>& all) {
        return std::any_of(all.begin(), all.end(), [&](const Witnessed& one) {
            return ties(after, link_of(from, one.leaf), one) ||
                   ties(after, link_of(to, receipt_of(from, to, one.leaf)), one);
        });
    };
    CHECK_FALSE(stays_tied(alder, birch, said_by_alder));
    CHECK_FALSE(stays_tied(birch, alder, said_by_birch));

    // The entries, their openings and every proof are as they were.
    CHECK(alder.must("audit.verify").bool_at("verified"));
    CHECK(birch.must("audit.verify").bool_at("verified"));
    CHECK(link_of(alder, grant.leaf) == sent_link);
    CHECK(proof_of(alder, grant.leaf).value());
    CHECK(proof_of(birch, received).value());
    const auto held = alder.home().store.write([&](Transaction& tx) {
        return alder.desk().log.holds(
            tx, {alder.desk().log.origin(), crypto::TreeSize{size_before}, root_before});
    });
    CHECK(held.value());
}

TEST_CASE(
    "Erasing a whole inquiry at both ends leaves nothing that ties a word of it to either log") {
    World world(62, {"investigation", "shelter"});
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    OldFiles at_alder(alder);
    OldFiles at_birch(birch);
    const auto look = [&] {
        at_alder.look();
        at_birch.look();
    };
    // Whatever is said is caught on its way, as somebody who saw all of it would have it.
    std::vector<std::pair<bool, Witnessed>> said;  // by alder, what
    const auto caught = [&] {
        for (auto& one : outgoing(alder))
            said.emplace_back(true, std::move(one));
        for (auto& one : outgoing(birch))
            said.emplace_back(false, std::move(one));
        world.pump();
        look();
    };
    alder.must("retention.set", Json::object({{"days", 1}}));
    world.network().partition({{alder.link(), 1}, {birch.link(), 2}});
    const Asked asked = ask(world, alder, {&birch});
    world.network().partition({});
    caught();
    const Json leg = Json::object({{"id", asked.legs[0]}});
    birch.must("leg.show", leg);
    caught();
    offer(world, birch, asked.legs[0]);
    alder.must(
        "need.withdraw",
        Json::object(
            {{"id", asked.need}, {"reason", "WITHDRAW_PREFERS_NOT_TO_SAY"}, {"read-back", true}}));
    caught();
    // The case is closed as its last need would close it.
    REQUIRE(alder.home().store.write([&](Transaction& tx) {
        return tx.run("UPDATE survivor_case SET state=1,since=?", world.clock().seconds());
    }));
    REQUIRE(said.size() >= 3);
    std::erase_if(said, [](const auto& one) {
        using enum schema::MessageKind;
        return one.second.kind != ASK && one.second.kind != ANSWER && one.second.kind != WITHDRAW;
    });
    for (int day = 0; day < 120; ++day) {
        world.pass(std::chrono::hours(24), std::chrono::hours(6));
        look();
    }
    const std::string name = "leg/" + asked.legs[0];
    for (TestNode* node : {&alder, &birch}) {
        CHECK_FALSE(node->home().keyring.contains(name));
        CHECK(node->must("audit.verify").bool_at("verified"));
    }
    Keys keys = at_alder.open_all();
    for (auto& key : at_birch.open_all())
        keys.push_back(std::move(key));
    add_all(alder.home().keyring, keys);
    add_all(birch.home().keyring, keys);
    for (const auto& [by_alder, one] : said) {
        TestNode& from = by_alder ? alder : birch;
        TestNode& to = by_alder ? birch : alder;
        INFO(schema::name(one.kind) << " by " << from.name());
        CHECK_FALSE(ties(keys, link_of(from, one.leaf), one));
        CHECK_FALSE(ties(keys, link_of(to, receipt_of(from, to, one.leaf)), one));
    }
}

}  // namespace leeward::test
