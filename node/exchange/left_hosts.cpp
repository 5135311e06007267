#include "node/exchange/left_hosts.h"

#include <algorithm>
#include <set>

#include "node/exchange/mail_places.h"
#include "schema/message.h"

namespace leeward::node {
namespace {

using schema::MessageKind;
using schema::Time;
using schema::unix_seconds;

constexpr auto a_day = std::chrono::hours(24);

// ?1: what was left by then has had its time. An offer names what was ours when it was written.
constexpr std::string_view find_over =
    "SELECT server FROM mail_place WHERE left_at<=?1 OR (left_at IS NOT NULL AND NOT EXISTS("
    "SELECT 1 FROM outbox WHERE kind=?2) AND NOT EXISTS(SELECT 1 FROM pending_offer WHERE "
    "mail_guest IS NOT NULL AND written<=left_at))";

Result<std::vector<TransportPublicKey>> servers(Rows rows) {
    std::vector<TransportPublicKey> out;
    while (rows.next())
        out.emplace_back(rows.array<32>(0));
    LEEWARD_TRY(rows.status());
    return out;
}

// Durable before its row, and destroyed once no row names it: never one too few.
Outcome destroy_keys_of_none(Desk& desk, Transaction& tx) {
    std::set<std::string> named;
    auto rows = tx.query("SELECT key_name FROM mail_place");
    while (rows.next())
        named.insert(rows.text(0));
    LEEWARD_TRY(rows.status());
    auto unnamed = desk.keyring.names(place_keys);
    std::erase_if(unnamed, [&](const std::string& name) { return named.contains(name); });
    return desk.keyring.erase(unnamed);
}

// Whoever was told between these knows a host that serves: one of ours, or one that we left and that answers.
struct Serves {
    std::int64_t from = 0;
    std::optional<std::int64_t> left;
};

Result<std::vector<Serves>> hosts_that_serve(Transaction& tx, const Post& post) {
    std::vector<Serves> out;
    auto rows = tx.query("SELECT server,added,left_at FROM mail_place");
    while (rows.next()) {
        Serves host{rows.integer(1), {}};
        if (!rows.is_null(2)) host.left = rows.integer(2);
        if (!host.left || post.answers(TransportPublicKey(rows.array<32>(0)))) out.push_back(host);
    }
    LEEWARD_TRY(rows.status());
    return out;
}

bool any_at(const std::vector<Serves>& hosts, std::int64_t told) {
    return std::any_of(hosts.begin(), hosts.end(), [&](const Serves& host) {
        return host.from <= told && (!host.left || told <= *host.left);
    });
}

// Those that were told last before `told` know nothing from that second.
bool any_before(const std::vector<Serves>& hosts, std::int64_t told) {
    return any_at(hosts, told - 1);
}

// Whom we can connect to learns it by itself.
Outcome add_offered(Desk& desk,
                    Transaction& tx,
                    const std::vector<Serves>& hosts,
                    std::set<std::string>& names) {
    auto rows = tx.query("SELECT label,written FROM pending_offer WHERE mail_guest IS NOT NULL");
    while (rows.next()) {
        if (any_at(hosts, rows.integer(1))) continue;
        const std::string label = rows.text(0);
        const auto peer = desk.peers.named(label);
        if (!peer)
            names.insert(label);
        else if ((*peer)->is_hidden())
            names.insert((*peer)->card.organisation);
    }
    return rows.status();
}

// Where no host was left there is none that they know alone: they are away, or it is our first.
Outcome add_untold(Desk& desk,
                   Transaction& tx,
                   const std::vector<Serves>& hosts,
                   Time now,
                   std::set<std::string>& names) {
    auto rows = tx.query(
        "SELECT peer,min(created) FROM outbox WHERE kind=? AND EXISTS(SELECT 1 FROM mail_place "
        "WHERE left_at IS NOT NULL) GROUP BY peer",
        MessageKind::MAIL);
    while (rows.next()) {
        const Peer* peer = desk.peers.find(rows.id<schema::NodeId>(0));
        const std::int64_t told = rows.integer(1);
        if (peer == nullptr || !peer->is_hidden() || told > unix_seconds(now - a_day)) continue;
        if (!any_before(hosts, told)) names.insert(peer->card.organisation);
    }
    return rows.status();
}

}  // namespace

Outcome leave_host(Transaction& tx, const TransportPublicKey& server, Time now) {
    LEEWARD_TRY(
        tx.run("UPDATE mail_place SET left_at=? WHERE server=?", unix_seconds(now), server));
    return tx.run(
        "DELETE FROM mail_place WHERE server IN (SELECT server FROM mail_place WHERE left_at IS "
        "NOT NULL AND server<>? ORDER BY left_at DESC,server LIMIT -1 OFFSET ?)",
        server,
        most_left_hosts - 1);
}

Outcome end_left_hosts(Desk& desk, Transaction& tx, Time safe_now) {
    LEEWARD_TRY(destroy_keys_of_none(desk, tx));
    LEEWARD_ASSIGN(
        const auto over,
        servers(tx.query(find_over, unix_seconds(safe_now - left_host_stays), MessageKind::MAIL)));
    for (const auto& server : over)
        LEEWARD_TRY(tx.run("DELETE FROM mail_place WHERE server=?", server));
    if (!over.empty()) tx.on_commit([&desk] { desk.links_changed = true; });
    return Done{};
}

Outcome left_hosts_follow_clock(Transaction& tx, Time reached) {
    const std::int64_t then = unix_seconds(reached);
    LEEWARD_TRY(tx.run("UPDATE pending_offer SET written=min(written,?)", then));
    return tx.run("UPDATE mail_place SET added=min(added,?1),left_at=min(left_at,?1)", then);
}

Result<std::vector<std::string>> who_knows_no_host(Desk& desk,
                                                   Transaction& tx,
                                                   const Post& post,
                                                   Time now) {
    LEEWARD_ASSIGN(const auto hosts, hosts_that_serve(tx, post));
    std::set<std::string> names;
    LEEWARD_TRY(add_offered(desk, tx, hosts, names));
    LEEWARD_TRY(add_untold(desk, tx, hosts, now, names));
    return std::vector<std::string>(names.begin(), names.end());
}

}  // namespace leeward::node
