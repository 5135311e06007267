#include "node/exchange/views.h"

#include "crypto/checkpoint.h"
#include "node/exchange/answer.h"
#include "node/exchange/desk.h"
#include "node/exchange/referral_copy.h"
#include "schema/codes.h"

namespace leeward::node {
namespace {

constexpr std::string_view entered_key = "views.entered";
constexpr std::size_t signature_bytes = 1 + 32 + 64;  // whether, by whom, what
constexpr std::size_t entry_bytes = schema::audit_record_bytes + 32 + 32 + signature_bytes;
constexpr std::size_t fixed_bytes = entry_bytes + 1 + 16 + 8;

Outcome first_look(Desk& desk, Transaction& tx, const MadeView& view) {
    switch (view.then) {
        case View::Then::NOTHING:
            break;
        case View::Then::LEG_SEEN:
            return leg_was_seen(desk, tx, schema::LegId(view.subject), view.at);
        case View::Then::GRANT_OPENED:
            return grant_was_opened(desk, tx, schema::GrantId(view.subject), view.purpose, view.at);
    }
    return Done{};
}

Outcome enter(Desk& desk, Transaction& tx, const MadeView& view) {
    const auto leaf = desk.log.append(tx, view.entry);
    if (!leaf) return leaf.error();
    return first_look(desk, tx, view);
}

void encode_entry(Bytes& out, const MadeEntry& entry) {
    append(out, entry.rec);
    append(out, entry.n);
    append(out, entry.xref);
    const auto act = entry.act.value_or(MadeEntry::Signed{});
    out.push_back(entry.act ? 1 : 0);
    append(out, act.by.get());
    append(out, act.signature.get());
}

MadeEntry decode_entry(BytesView bytes) {
    const auto take = [&bytes]<std::size_t N>(ByteArray<N>) {
        const auto out = to_array<N>(bytes.first(N));
        bytes = bytes.subspan(N);
        return out;
    };
    MadeEntry entry;
    entry.rec = take(entry.rec);
    entry.n = take(entry.n);
    entry.xref = take(entry.xref);
    const bool is_signed = take(ByteArray<1>{})[0] == 1;
    const crypto::VerifyKey by(take(ByteArray<32>{}));
    const crypto::Signature signature(take(ByteArray<64>{}));
    if (is_signed) entry.act = {by, signature};
    return entry;
}

}  // namespace

Bytes encode(const MadeView& view) {
    Bytes out;
    encode_entry(out, view.entry);
    out.push_back(static_cast<Byte>(view.then));
    append(out, view.subject);
    append_be<8>(out, static_cast<std::uint64_t>(schema::unix_seconds(view.at)));
    append(out, as_bytes(view.purpose));
    return out;
}

Result<MadeView> decode_view(BytesView bytes) {
    if (bytes.size() < fixed_bytes || bytes[entry_bytes] > 2)
        return Error{Errc::malformed, "not a reading"};
    MadeView view;
    view.entry = decode_entry(bytes);
    if (!schema::decode_audit_record(view.entry.rec))
        return Error{Errc::malformed, "not a reading"};
    bytes = bytes.subspan(entry_bytes);
    view.then = static_cast<View::Then>(bytes[0]);
    view.subject = to_array<16>(bytes.subspan(1, 16));
    view.at = schema::from_unix(static_cast<std::int64_t>(read_be(bytes.subspan(17, 8))));
    view.purpose = to_text(bytes.subspan(25));
    return view;
}

Outcome is_purpose(std::string_view code) {
    if (schema::is_code("PURPOSE_", code)) return Done{};
    return Error{Errc::invalid_argument,
                 "say with --purpose PURPOSE_… why it is read; nothing was shown"};
}

Outcome saw(Desk& desk, Transaction& tx, View view) {
    view.event.kind = schema::EventKind::VIEW;
    view.event.own = schema::organisation_tag(desk.self.node());
    view.event.quarter = static_cast<std::uint32_t>(schema::unix_seconds(view.at) / 900);
    MadeView made{
        desk.log.make(view.event), view.then, view.subject, std::move(view.purpose), view.at};
    if (!desk.set_aside) return enter(desk, tx, made);
    desk.set_aside->push_back(std::move(made));
    return Done{};
}

std::uint64_t last_entered(Transaction& tx) {
    auto rows = tx.query("SELECT value FROM meta WHERE key=?", entered_key);
    if (!rows.next()) return 0;
    const auto number = crypto::parse_decimal(to_text(rows.blob(0)));
    return number ? *number : 0;
}

Outcome enter_views(Desk& desk, Transaction& tx, ViewJournal& journal) {
    if (journal.entries().empty()) return Done{};
    LEEWARD_TRY(journal.drop_up_to(last_entered(tx)));
    if (journal.entries().empty()) return Done{};
    for (const auto& entry : journal.entries()) {
        const auto view = decode_view(entry.text);
        if (view) LEEWARD_TRY(enter(desk, tx, *view));  // one of another version stops nothing else
    }
    const std::uint64_t last = journal.entries().back().number;
    tx.on_commit([&journal, last] { (void)journal.drop_up_to(last); });
    return tx.run("INSERT OR REPLACE INTO meta(key,value) VALUES(?,?)",
                  entered_key,
                  as_bytes(std::to_string(last)));
}

}  // namespace leeward::node
