#include "schema/audit/drill.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>

#include "schema/audit/opened_log.h"
#include "schema/release.h"
#include "schema/tier.h"

namespace leeward::schema {
namespace {

using Logs = std::vector<PracticeLog>;
using Bundles = std::vector<Bundle>;

constexpr std::uint32_t three_days = 72 * 4;

// What must be found, in whose log and where.
struct Expected {
    FindingKind kind{};
    std::size_t log = 0;
    std::uint64_t leaf = 0;
    bool harmless = false;
};
using Trap = std::optional<Expected>;

Bundles handed_out(const Logs& logs) {
    Bundles out;
    for (const auto& log : logs)
        out.push_back(log.bundle());
    return out;
}

// The longest log, and a leaf in the middle of it.
std::optional<std::pair<std::size_t, std::size_t>> middle(const Logs& logs) {
    const auto longest = std::max_element(logs.begin(), logs.end(), [](auto& a, auto& b) {
        return a.entries.size() < b.entries.size();
    });
    if (longest == logs.end() || longest->entries.size() < 4) return std::nullopt;
    return std::pair(static_cast<std::size_t>(longest - logs.begin()), longest->entries.size() / 2);
}

// A message that both ends have logged.
struct Exchange {
    std::size_t sender = 0;
    std::size_t sent = 0;  // place
    std::size_t recipient = 0;
    std::size_t received = 0;
};

using Places = std::map<crypto::Hash, std::size_t>;

Places receipts_of(const PracticeLog& log) {
    Places out;
    for (std::size_t i = 0; i < log.entries.size(); ++i)
        if (const auto r = log.record(i); r && r->kind == EventKind::RECEIPT)
            out.emplace(log.entries[i].xref, i);
    return out;
}

std::uint32_t last_quarter(const PracticeLog& log) {
    std::uint32_t last = 0;
    for (std::size_t i = 0; i < log.entries.size(); ++i)
        if (const auto r = log.record(i)) last = std::max(last, r->quarter);
    return last;
}

using Fits = std::function<bool(const AuditRecord& sent)>;

std::optional<std::size_t> log_of(const Logs& logs, const OrganisationTag& tag) {
    for (std::size_t i = 0; i < logs.size(); ++i)
        if (organisation_tag(logs[i].card.node) == tag) return i;
    return std::nullopt;
}

// The last that fits; one that said who she is before any other.
std::optional<Exchange> find_exchange(const Logs& logs, const Fits& fits) {
    std::vector<Places> receipts;
    for (const auto& log : logs)
        receipts.push_back(receipts_of(log));
    std::optional<Exchange> found;
    for (std::size_t a = 0; a < logs.size(); ++a)
        for (std::size_t i = 0; i < logs[a].entries.size(); ++i) {
            const auto r = logs[a].record(i);
            if (!r || r->kind != EventKind::SEND || is_broadcast(*r) || !fits(*r)) continue;
            const auto b = log_of(logs, r->other);
            if (!b || *b == a) continue;
            const auto received = receipts[*b].find(logs[a].entries[i].xref);
            if (received == receipts[*b].end()) continue;
            found = Exchange{a, i, *b, received->second};
            if (is_disclosure(*r)) return found;
        }
    return found;
}
bool any(const AuditRecord&) {
    return true;
}

// ------------------------------------------------------------------ with what was handed out

using Tamper = std::function<void(std::vector<BundleEntry>&, std::size_t)>;

Trap tamper(const Logs& logs, Bundles& bundles, FindingKind kind, const Tamper& with) {
    const auto where = middle(logs);
    if (!where) return std::nullopt;
    bundles = handed_out(logs);
    with(bundles[where->first].entries, where->second);
    return Expected{kind, where->first, logs[where->first].first() + where->second};
}

auto at(std::vector<BundleEntry>& entries, std::size_t place) {
    return entries.begin() + static_cast<std::ptrdiff_t>(place);
}

Trap leaf_deleted(Logs& logs, Bundles& bundles) {
    return tamper(logs, bundles, FindingKind::TREE_MISMATCH, [](auto& entries, std::size_t i) {
        entries.erase(at(entries, i));
    });
}
Trap leaf_altered(Logs& logs, Bundles& bundles) {
    return tamper(logs, bundles, FindingKind::TREE_MISMATCH, [](auto& entries, std::size_t i) {
        entries[i].commit[0] = static_cast<Byte>(entries[i].commit[0] ^ 1U);
    });
}
Trap leaves_reordered(Logs& logs, Bundles& bundles) {
    return tamper(logs, bundles, FindingKind::TREE_MISMATCH, [](auto& entries, std::size_t i) {
        std::swap(entries[i], entries[i + 1]);
    });
}
Trap opening_swapped(Logs& logs, Bundles& bundles) {
    return tamper(logs, bundles, FindingKind::OPENING_MISMATCH, [](auto& entries, std::size_t i) {
        std::swap(entries[i].rec, entries[i + 1].rec);
        std::swap(entries[i].n, entries[i + 1].n);
    });
}
Trap bundle_with_a_gap(Logs& logs, Bundles& bundles) {
    return tamper(logs, bundles, FindingKind::TREE_MISMATCH, [](auto& entries, std::size_t i) {
        entries.erase(at(entries, i), at(entries, i + std::max<std::size_t>(2, i / 4)));
    });
}

// ------------------------------------------------------------------ by one who signs what he likes

Trap head_rolled_back(Logs& logs, Bundles& bundles) {
    const auto where = middle(logs);
    if (!where) return std::nullopt;
    PracticeLog& log = logs[where->first];
    const std::uint64_t size = log.first() + where->second;
    log.heads.push_back({size});
    bundles = handed_out(logs);
    return Expected{FindingKind::HEAD_ROLLED_BACK, where->first, size};
}

// The same log, with one entry that says another thing.
PracticeLog other_face(const PracticeLog& log, std::size_t place) {
    PracticeLog out = log;
    AuditRecord said = out.record(place).value_or(AuditRecord{});
    said.role = static_cast<Byte>(said.role ^ 1U);
    out.rewrite(place, said);
    return out;
}

Trap log_forked(Logs& logs, Bundles& bundles) {
    const auto where = middle(logs);
    if (!where || logs.size() < 2 || logs[where->first].heads.empty()) return std::nullopt;
    const PracticeLog& log = logs[where->first];
    const std::uint64_t size = log.last_head();
    std::string shown = other_face(log, where->second).head_at(size);
    logs[where->first == 0 ? 1 : 0].seen.push_back(std::move(shown));
    bundles = handed_out(logs);
    return Expected{FindingKind::LOG_FORKED, where->first, size};
}

// Two partners bring what each was shown; whoever forked its log brings nothing.
Trap fork_shown_to_two(Logs& logs, Bundles& bundles) {
    const auto where = middle(logs);
    if (!where || logs.size() < 3 || logs[where->first].heads.empty()) return std::nullopt;
    const PracticeLog& log = logs[where->first];
    const std::uint64_t size = log.last_head();
    std::vector<std::string> faces{log.head_at(size), other_face(log, where->second).head_at(size)};
    for (std::size_t i = 0; i < logs.size() && !faces.empty(); ++i) {
        if (i == where->first) continue;
        logs[i].seen.push_back(std::move(faces.back()));
        faces.pop_back();
    }
    bundles = handed_out(logs);
    bundles.erase(bundles.begin() + static_cast<std::ptrdiff_t>(where->first));
    return Expected{FindingKind::LOG_FORKED, where->first, size};
}

Trap disclosure_unlogged(Logs& logs, Bundles& bundles) {
    const auto it = find_exchange(logs, any);
    if (!it || logs[it->sender].first() != 0) return std::nullopt;
    logs[it->sender].leave_out(it->sent);
    bundles = handed_out(logs);
    return Expected{FindingKind::DISCLOSURE_UNDECLARED,
                    it->recipient,
                    logs[it->recipient].first() + it->received};
}

Trap receipt_hidden(Logs& logs, Bundles& bundles) {
    std::uint32_t end = ~0U;
    for (const auto& log : logs)
        end = std::min(end, last_quarter(log));
    const auto it = find_exchange(
        logs, [&](const AuditRecord& sent) { return sent.quarter + three_days <= end; });
    if (!it) return std::nullopt;
    logs[it->recipient].leave_out(it->received);
    bundles = handed_out(logs);
    return Expected{FindingKind::RECEIPT_MISSING, it->sender, logs[it->sender].first() + it->sent};
}

Trap abandoned_and_received(Logs& logs, Bundles& bundles) {
    const auto it = find_exchange(logs, any);
    if (!it) return std::nullopt;
    PracticeLog& sender = logs[it->sender];
    AuditRecord said;
    said.kind = EventKind::ABANDONED;
    said.machine = Machine::DELIVERY;
    said.own = organisation_tag(sender.card.node);
    said.other = organisation_tag(logs[it->recipient].card.node);
    said.quarter = last_quarter(sender);
    said.release = sender.entries[it->sent].xref;
    sender.add(said, crypto::sha256(as_bytes("called back")));
    bundles = handed_out(logs);
    return Expected{FindingKind::ABANDONED_BUT_RECEIVED, it->sender, sender.first() + it->sent};
}

Trap disclosure_as_padding(Logs& logs, Bundles& bundles) {
    const auto it = find_exchange(logs, any);
    if (!it) return std::nullopt;
    PracticeLog& sender = logs[it->sender];
    AuditRecord pad;
    pad.quarter = sender.record(it->sent)->quarter;
    sender.rewrite(it->sent, pad);
    bundles = handed_out(logs);
    return Expected{FindingKind::DISCLOSURE_DISGUISED, it->sender, sender.first() + it->sent};
}

std::optional<std::pair<std::size_t, std::size_t>> find_disclosure(const Logs& logs) {
    for (std::size_t a = 0; a < logs.size(); ++a)
        for (std::size_t i = 0; i < logs[a].entries.size(); ++i)
            if (const auto r = logs[a].record(i); r && is_disclosure(*r)) return std::pair(a, i);
    return std::nullopt;
}

// It was sent first; the release was written down after it, with the time that it should have had.
Trap release_backdated(Logs& logs, Bundles& bundles) {
    const auto where = find_disclosure(logs);
    if (!where) return std::nullopt;
    PracticeLog& log = logs[where->first];
    const auto release = log.record(where->second)->release;
    for (std::size_t i = 0; i < where->second; ++i) {
        const auto r = log.record(i);
        if (!r || r->machine != Machine::RELEASE || r->release != release ||
            !live(static_cast<ReleaseState>(r->to_state)))
            continue;
        std::rotate(at(log.entries, i), at(log.entries, i + 1), at(log.entries, where->second + 1));
        bundles = handed_out(logs);
        return Expected{
            FindingKind::AUTHORITY_AFTERWARDS, where->first, log.first() + where->second - 1};
    }
    return std::nullopt;
}

Trap sent_after_withdrawal(Logs& logs, Bundles& bundles) {
    const auto where = find_disclosure(logs);
    if (!where) return std::nullopt;
    PracticeLog& log = logs[where->first];
    AuditRecord sent = *log.record(where->second);
    sent.quarter = last_quarter(log);
    AuditRecord ended = sent;
    ended.kind = EventKind::ACT;
    ended.machine = Machine::RELEASE;
    ended.transition = static_cast<Byte>(ReleaseMove::R8);
    ended.from_state = static_cast<Byte>(ReleaseState::ACTIVE);
    ended.to_state = static_cast<Byte>(ReleaseState::WITHDRAWN);
    ended.tier = 0xff;
    log.add(ended, crypto::sha256(as_bytes("practice: withdrawn")));
    log.add(sent, crypto::sha256(as_bytes("practice: sent all the same")));
    bundles = handed_out(logs);
    return Expected{FindingKind::AFTER_WITHDRAWAL, where->first, log.size() - 1};
}

// ------------------------------------------------------------------ by nobody

// All others have cosigned each head of this log as soon as it was published.
void witness_all(PracticeLog& log, const Logs& logs) {
    for (auto& head : log.heads) {
        std::uint32_t newest = 0;
        for (std::size_t i = 0; i < log.entries.size() && log.first() + i < head.size; ++i)
            if (const auto r = log.record(i)) newest = std::max(newest, r->quarter);
        head.cosigned.clear();
        for (const auto& other : logs)
            if (other.witness != log.witness)
                head.cosigned.push_back({other.witness, std::uint64_t{newest} * 900});
    }
}

// Then they are away; something is done at once, and something after that many hours.
Trap witnesses_away(Logs& logs, Bundles& bundles, std::uint32_t hours) {
    const auto where = middle(logs);
    if (!where || logs.size() < 2) return std::nullopt;
    PracticeLog& log = logs[where->first];
    witness_all(log, logs);
    AuditRecord act;
    act.kind = EventKind::ACT;
    act.machine = Machine::NODE;
    act.own = organisation_tag(log.card.node);
    act.quarter = last_quarter(log);
    log.add(act, crypto::sha256(as_bytes("practice: witnesses are away")));
    act.quarter += hours * 4;
    log.add(act, crypto::sha256(as_bytes("practice: they are still away")));
    bundles = handed_out(logs);
    return Expected{FindingKind::UNWITNESSED, where->first, log.size() - 2, hours < 72};
}
Trap away_71_hours(Logs& logs, Bundles& bundles) {
    return witnesses_away(logs, bundles, 71);
}
Trap away_73_hours(Logs& logs, Bundles& bundles) {
    return witnesses_away(logs, bundles, 73);
}

struct Row {
    std::string_view name, en, es;
    Trap (*play)(Logs&, Bundles&);
};

// clang-format off
constexpr std::array<Row, drill_count> rows{{
    {"LEAF_DELETED", "A leaf was taken out of a bundle.", "Se quitó una hoja de un paquete.", leaf_deleted},
    {"LEAF_ALTERED", "A leaf of a bundle was changed by one bit.", "Se cambió un bit de una hoja de un paquete.", leaf_altered},
    {"LEAVES_REORDERED", "Two leaves of a bundle changed places.", "Dos hojas de un paquete cambiaron de lugar.", leaves_reordered},
    {"OPENING_SWAPPED", "What two leaves say was exchanged; the leaves themselves were left as they are.", "Se intercambió lo que dicen dos hojas; las hojas mismas quedaron como están.", opening_swapped},
    {"BUNDLE_WITH_A_GAP", "A stretch of leaves was left out of a bundle.", "Se dejó fuera de un paquete un tramo de hojas.", bundle_with_a_gap},
    {"HEAD_ROLLED_BACK", "An organisation published a shorter log than before: an old copy was put back.", "Una organización publicó un registro más corto que antes: se repuso una copia antigua.", head_rolled_back},
    {"LOG_FORKED", "An organisation showed one log to the auditor and another to a partner.", "Una organización mostró un registro a la auditora y otro a una socia.", log_forked},
    {"DISCLOSURE_UNLOGGED", "An organisation sent something and left it out of its log.", "Una organización envió algo y no lo anotó en su registro.", disclosure_unlogged},
    {"RECEIPT_HIDDEN", "A recipient left what it received out of its log.", "Una destinataria no anotó en su registro lo que recibió.", receipt_hidden},
    {"ABANDONED_AND_RECEIVED", "An organisation wrote that a message was never delivered; it was.", "Una organización anotó que un mensaje nunca se entregó; sí se entregó.", abandoned_and_received},
    {"DISCLOSURE_AS_PADDING", "An organisation wrote a message down as padding.", "Una organización anotó un mensaje como relleno.", disclosure_as_padding},
    {"RELEASE_BACKDATED", "An identity was sent first; its release was written down afterwards with an earlier time.", "Primero se envió una identidad; su autorización se anotó después con una hora anterior.", release_backdated},
    {"SENT_AFTER_WITHDRAWAL", "An identity was sent although the survivor had withdrawn.", "Se envió una identidad aunque la superviviente había retirado su autorización.", sent_after_withdrawal},
    {"FORK_SHOWN_TO_TWO_PARTNERS", "An organisation showed two partners two different logs, and gives the auditor none.", "Una organización mostró a dos socias dos registros distintos, y no entrega ninguno a la auditora.", fork_shown_to_two},
    {"WITNESSES_AWAY_71_HOURS", "All witnesses of an organisation were away for 71 hours. That is no finding.", "Todos los testigos de una organización faltaron 71 horas. Eso no es un hallazgo.", away_71_hours},
    {"WITNESSES_AWAY_73_HOURS", "All witnesses of an organisation were away for 73 hours.", "Todos los testigos de una organización faltaron 73 horas.", away_73_hours},
}};
// clang-format on

bool names(const Finding& finding, const Expected& expected, const std::string& organisation) {
    // Where leaves are missing after the last head but one, the tree never grows to a head again.
    const bool kind =
        finding.kind == expected.kind ||
        (expected.kind == FindingKind::TREE_MISMATCH && finding.kind == FindingKind::BUNDLE_CUT);
    return kind && finding.organisation == organisation && finding.leaf &&
           *finding.leaf <= expected.leaf &&
           expected.leaf <= finding.last_leaf.value_or(*finding.leaf);
}

}  // namespace

std::string_view name(Drill drill) {
    return rows.at(static_cast<std::size_t>(drill)).name;
}

std::optional<Drill> drill_from(std::string_view word) {
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (rows.at(i).name == word) return static_cast<Drill>(i);
    return std::nullopt;
}

std::string_view what_was_done(Drill drill, Language language) {
    const Row& row = rows.at(static_cast<std::size_t>(drill));
    return language == Language::ES ? row.es : row.en;
}

DrillResult play(Drill drill, std::span<const PracticeLog> logs) {
    DrillResult out{drill};
    Logs copies(logs.begin(), logs.end());
    Bundles bundles;
    const Trap done = rows.at(static_cast<std::size_t>(drill)).play(copies, bundles);
    if (!done) return out;
    out.played = true;
    out.harmless = done->harmless;
    out.organisation = copies[done->log].card.organisation;
    out.leaf = done->leaf;
    const AuditReport report = check(bundles, trust_of(copies));
    for (const auto& finding : report.findings)
        if (names(finding, *done, out.organisation)) {
            out.found = finding;
            break;
        }
    return out;
}

}  // namespace leeward::schema
