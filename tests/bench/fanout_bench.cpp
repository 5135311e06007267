// One real node and 1,000 peers: a sink with 1,000 identities and CURVE endpoints.
#include "node/exchange/capacity.h"
#include "node/mailbox/pair_keys.h"
#include "tests/bench/pair.h"
#include "tests/support/frame_sink.h"

namespace leeward::bench {
namespace {

constexpr std::size_t peers = 1'000;

using schema::Json;

struct Stranger {
    crypto::SigningKey root;
    crypto::SigningKey signing;
    schema::NodeCard card;
};

crypto::SigningKey fresh_key() {
    crypto::SigningSeed seed;
    crypto::system_random().fill(seed.reveal());
    return crypto::signing_key_from_seed(seed.reveal());
}

Stranger make_stranger(const test::FrameSink::End& end, schema::Time now) {
    Stranger s{fresh_key(), fresh_key(), {}};
    s.card.root = crypto::verify_key_of(s.root);
    s.card.node = schema::node_id_of(s.card.root);
    s.card.organisation = "Bench " + schema::text(s.card.node).substr(0, 8);
    s.card.roles = {"shelter"};
    s.card.signing = crypto::verify_key_of(s.signing);
    s.card.log = s.card.signing;
    s.card.log_origin = "bench";
    s.card.witness = crypto::verify_key_of(fresh_key());
    s.card.link = end.key.get();
    s.card.endpoint = end.endpoint;
    s.card.not_before = now - std::chrono::hours(1);
    s.card.expires = now + std::chrono::hours(24 * 300);
    return s;
}

std::string prekey_of(const Stranger& s, crypto::Epoch epoch) {
    schema::Prekey prekey;
    prekey.issuer = s.card.node;
    prekey.epoch = epoch;
    prekey.key = crypto::xwing_public_key_of(crypto::xwing_generate(crypto::system_random()));
    prekey.kid = schema::key_id_of(prekey.key);
    prekey.not_before = schema::from_unix(std::int64_t{epoch} * crypto::epoch_seconds);
    prekey.expires = schema::from_unix((std::int64_t{epoch} + 1) * crypto::epoch_seconds);
    return schema::sign_prekey(prekey, s.signing);
}

// Paired and active, as 1,000 meetings would leave them.
Outcome enrol(Node& node, const std::vector<Stranger>& all, schema::Time now) {
    const auto epoch = crypto::epoch_of(schema::unix_seconds(now));
    std::vector<node::NamedKey> keys;
    for (const auto& s : all) {
        SecretBytes psk(32);
        crypto::system_random().fill(psk.reveal());
        keys.push_back({node::psk_name(s.card.node, {}, epoch), std::move(psk)});
    }
    LEEWARD_TRY(node.home->keyring.put(std::move(keys)));
    LEEWARD_TRY(node.home->store.write([&](node::Transaction& tx) -> Outcome {
        for (const auto& s : all) {
            LEEWARD_TRY(
                tx.run("INSERT INTO peer(node,name,card,card_version,founder,verified,psk_epoch) "
                       "VALUES(?,?,?,1,1,1,?)",
                       s.card.node,
                       s.card.organisation,
                       schema::sign_card(s.card, s.root),
                       epoch));
            LEEWARD_TRY(tx.run("INSERT INTO peer_prekey(node,epoch,jws) VALUES(?,?,?)",
                               s.card.node,
                               epoch,
                               prekey_of(s, epoch)));
        }
        return Done{};
    }));
    LEEWARD_TRY(node.engine->desk().peers.load(node.home->store));
    return node.engine->connect_peers();
}

}  // namespace

Outcome bench_fanout(Report& report) {
    const Folder folder;
    const Place a{folder.path() / "a", "Bench Shelter", "shelter", free_port()};
    LEEWARD_TRY(make_home(a));
    LEEWARD_ASSIGN(const auto node, open_node(a.folder));
    const auto now = node->clock.now();
    const node::TransportPublicKey ours(node->home->identity.card.link);
    test::FrameSink sink(
        peers, ours, crypto::system_random(), [](std::size_t, const node::Frame&) {});
    std::vector<Stranger> all;
    for (const auto& end : sink.ends())
        all.push_back(make_stranger(end, now));
    LEEWARD_TRY(enrol(*node, all, now));
    const Json statement = Json::object({{"service_class", "PLACEMENT"},
                                         {"ages", Json(Json::Array{"15_17"})},
                                         {"capacity", "has"},
                                         {"features", Json::array()}});
    LEEWARD_TRY(node->api->call("capacity.set", Json::object({{"statement", statement.dump()}})));
    // The first round warms the connections and the keys of each pair; the second is measured.
    for (const bool measured : {false, true}) {
        const auto later = now + std::chrono::hours(measured ? 2 : 1);
        const std::uint64_t before = sink.received();
        const auto start = Clock::now();
        LEEWARD_TRY(node->home->store.write([&](node::Transaction& tx) -> Outcome {
            LEEWARD_TRY(tx.run("DELETE FROM outbox"));
            const auto queued = node::push_capacity(node->engine->desk(), tx, later);
            return queued ? Outcome(Done{}) : Outcome(queued.error());
        }));
        if (measured) report.results["fanout.queued_ms"] = ms_since(start);
        const auto sealing = Clock::now();
        std::size_t sent = 0;
        while (sent < peers && ms_since(sealing) < 60'000) {
            LEEWARD_ASSIGN(const auto work, node->engine->step(unix_ms()));
            sent += work.sent.envelopes;
            if (work.sent.envelopes == 0 && !work.more) break;
        }
        if (measured) report.results["fanout.sent_ms"] = ms_since(sealing);
        if (!sink.wait_for(before + peers, std::chrono::seconds(60)))
            return Error{Errc::unreachable, "the sink did not get every frame"};
        if (measured) report.results["fanout.arrived_ms"] = ms_since(sealing);
    }
    return Done{};
}

}  // namespace leeward::bench
