#include "node/exchange/proving.h"

#include "crypto/tlog_proof.h"
#include "node/audit/period.h"
#include "node/audit/published.h"
#include "node/exchange/needs.h"
#include "node/exchange/releases.h"
#include "node/exchange/witness_policy.h"
#include "schema/audit/proof.h"
#include "schema/tier.h"

namespace leeward::node {
namespace {

using schema::Time;

// Over `leaves` leaves or more: the newest that enough witnesses have cosigned, else the newest.
Result<Published> head_over(Desk& desk, Transaction& tx, std::uint64_t leaves, Time now) {
    LEEWARD_ASSIGN(const auto policy, witness_policy(desk, tx, desk.self.node(), now));
    LEEWARD_ASSIGN(auto cosigned, newest_cosigned(tx, desk.log.vkey(), policy));
    if (cosigned && cosigned->size >= leaves) return std::move(*cosigned);
    LEEWARD_ASSIGN(auto newest, newest_published(tx));
    if (newest && newest->size >= leaves) return std::move(*newest);
    if (leaves == 0) return Published{};
    return Error{Errc::wrong_state,
                 "the newest act is not under a published head yet; nothing was made. One is "
                 "published on every hour: ask again then."};
}

// Every entry that names one of these authorities (in `rec`, at 78 by SPEC.md).
Result<std::vector<std::uint64_t>> entries_under(Transaction& tx,
                                                 const std::vector<crypto::Hash>& releases) {
    std::vector<std::uint64_t> out;
    for (const auto& release : releases) {
        auto rows =
            tx.query("SELECT idx FROM leaf WHERE length(rec)=142 AND substr(rec,79,32)=?", release);
        while (rows.next())
            out.push_back(static_cast<std::uint64_t>(rows.integer(0)));
        LEEWARD_TRY(rows.status());
    }
    std::sort(out.begin(), out.end());
    return out;
}

Result<schema::ProvenAct> prove_entry(Desk& desk,
                                      Transaction& tx,
                                      std::uint64_t index,
                                      const Published& head) {
    LEEWARD_ASSIGN(const LeafEntry leaf, desk.log.entry(tx, index));
    LEEWARD_ASSIGN(auto path, path_in(desk.log, tx, index, head.size));
    return schema::ProvenAct{
        {leaf.commit(), leaf.xref, leaf.n, leaf.rec},
        crypto::format_tlog_proof(
            {std::nullopt, crypto::LeafIndex{index}, std::move(path), head.note})};
}

// What was done before a restore stands in a log under which nothing is signed any more.
Result<std::int64_t> entries_before(Transaction& tx, const std::vector<crypto::Hash>& releases) {
    std::int64_t count = 0;
    for (const auto& release : releases) {
        auto rows = tx.query(
            "SELECT count(*) FROM closed_leaf WHERE length(rec)=142 AND substr(rec,79,32)=?",
            release);
        if (rows.next()) count += rows.integer(0);
        LEEWARD_TRY(rows.status());
    }
    return count;
}

Outcome log_proof(Desk& desk, Transaction& tx, bool opens_text, Time now) {
    schema::AuditRecord event;
    event.kind = schema::EventKind::PRINT;
    event.machine = schema::Machine::NEED;
    event.tier = static_cast<Byte>(opens_text ? schema::Tier::L0 : schema::Tier::T0);
    return log_event(desk, tx, event, now);
}

}  // namespace

Result<Json> audit_prove(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(const Need need, find_need(desk, tx, args.text_at("id")));
    LEEWARD_ASSIGN(const auto releases, releases_of(desk, tx, need.case_id));
    const bool opens_text = args.bool_at("open");
    schema::DisclosureProof proof;
    proof.card = desk.self.card_jws;
    for (const auto& release : releases) {
        if (release.commitment == crypto::Hash{}) continue;  // it was never in force
        proof.releases.push_back(release.commitment);
        // One that an erasure or a restore took the words of is shown without them.
        if (opens_text && release.as_signed()) proof.opened.push_back(opening_of(release));
    }
    LEEWARD_ASSIGN(const auto entries, entries_under(tx, proof.releases));
    LEEWARD_ASSIGN(const Published head,
                   head_over(desk, tx, entries.empty() ? 0 : entries.back() + 1, now));
    for (const std::uint64_t index : entries) {
        LEEWARD_ASSIGN(auto act, prove_entry(desk, tx, index, head));
        proof.acts.push_back(std::move(act));
    }
    LEEWARD_ASSIGN(std::string file, schema::write_proof(proof));
    LEEWARD_ASSIGN(const std::int64_t before, entries_before(tx, proof.releases));
    LEEWARD_TRY(log_proof(desk, tx, opens_text, now));
    Json answer =
        Json::object({{"releases", proof.releases.size()},
                      {"entries", proof.acts.size()},
                      {"log_size", head.size},
                      {"note",
                       opens_text ? "It names people. Give it to her, or to the court, by hand."
                                  : "It names nobody. Check it with 'leeward audit check', "
                                    "together with the bundles of that time."},
                      {"file", std::move(file)}});
    if (opens_text) answer.set("texts", proof.opened.size());
    if (proof.releases.empty())
        answer.set("say",
                   "this node knows of no release that was ever in force for this case: the file "
                   "names none, and shows nothing of what was shared.");
    if (before > 0)
        answer.set("before_the_restore", before)
            .set(
                "say",
                "this node was restored from a backup: so many more entries about her stand in the "
                "log that was closed then, and not in this file. The bundles of those who received "
                "it show them.");
    return answer;
}

}  // namespace leeward::node
