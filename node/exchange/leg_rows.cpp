#include "node/exchange/ids.h"
#include "node/exchange/leg_clock.h"
#include "node/exchange/legs.h"
#include "node/exchange/need_to_know.h"

namespace leeward::node {
namespace {

using schema::Answer;
using schema::Ask;
using schema::LegState;
using schema::Time;

constexpr std::string_view columns =
    "SELECT id,peer,ours,need,alias,service,priority,ask,ask_counter,ask_saw,answer,answer_counter,"
    "answer_saw,shown,sent,opened,since,answer_from,hold_until,window_start,window_end,in_seq,"
    "timer,"
    "raised,freed,erased,erase_by,reason,papers,kept,review_due,"
    "declined_by,declined_number,declined_reason,detail FROM leg ";

std::string place(const schema::LegId& id) {
    return "leg/" + schema::text(id);
}

Time time_at(const Rows& rows, int column) {
    return schema::from_unix(rows.integer(column));
}

Leg read_leg(Rows& rows) {
    Leg leg;
    leg.id = rows.id<schema::LegId>(0);
    leg.peer = rows.id<schema::NodeId>(1);
    leg.ours = rows.integer(2) != 0;
    if (!rows.is_null(3)) leg.need = rows.id<schema::NeedId>(3);
    leg.alias = rows.text(4);
    leg.service = static_cast<schema::ServiceClass>(rows.integer(5));
    leg.priority = static_cast<schema::Priority>(rows.integer(6));
    leg.ask = {static_cast<Ask>(rows.integer(7)),
               static_cast<std::uint32_t>(rows.integer(8)),
               static_cast<std::uint32_t>(rows.integer(9))};
    leg.answer = {static_cast<Answer>(rows.integer(10)),
                  static_cast<std::uint32_t>(rows.integer(11)),
                  static_cast<std::uint32_t>(rows.integer(12))};
    leg.shown = static_cast<LegState>(rows.integer(13));
    leg.sent = rows.integer(14) != 0;
    leg.opened = time_at(rows, 15);
    leg.since = time_at(rows, 16);
    leg.answer_from = time_at(rows, 17);
    leg.hold_until = time_at(rows, 18);
    leg.window_start = time_at(rows, 19);
    leg.window_end = time_at(rows, 20);
    leg.in_seq = static_cast<std::uint64_t>(rows.integer(21));
    leg.timer = time_at(rows, 22);
    leg.raised = time_at(rows, 23);
    leg.freed = rows.integer(24) != 0;
    leg.erased = time_at(rows, 25);
    leg.erase_by = time_at(rows, 26);
    leg.reason = rows.text(27);
    leg.papers = rows.text(28);
    leg.kept = time_at(rows, 29);
    leg.review_due = time_at(rows, 30);
    if (!rows.is_null(31)) leg.declined_by = rows.id<schema::OperatorId>(31);
    leg.declined_number = rows.integer(32);
    leg.declined_reason = rows.text(33);
    return leg;
}

Result<Json> open_detail(Desk& desk, const schema::LegId& id, BytesView sealed) {
    if (sealed.empty() || !desk.records.exists(leg_record(id))) return Json();
    LEEWARD_ASSIGN(const SecretBytes text, desk.records.open(leg_record(id), place(id), sealed));
    return schema::parse_json(as_text(text.reveal()));
}

Result<std::vector<Leg>> read_all(Desk& desk, Rows rows) {
    std::vector<Leg> legs;
    while (rows.next()) {
        legs.push_back(read_leg(rows));
        Leg& leg = legs.back();
        LEEWARD_ASSIGN(leg.detail, open_detail(desk, leg.id, rows.blob(34)));
        const Peer* peer = desk.peers.find(leg.peer);
        leg.awaited = peer != nullptr && leg.opened <= peer->resync_awaited;
    }
    LEEWARD_TRY(rows.status());
    return legs;
}

const std::string& select(std::string_view rest) {
    static std::map<std::string_view, std::string> made;
    auto& text = made[rest];
    if (text.empty()) text = std::string(columns) + std::string(rest);
    return text;
}

Result<Bytes> seal_detail(Desk& desk, const Leg& leg) {
    if (leg.detail.is_null() || !desk.records.exists(leg_record(leg.id))) return Bytes{};
    return desk.records.seal(leg_record(leg.id), place(leg.id), as_bytes(leg.detail.dump()));
}

// A question that ended first leaves nothing to review.
bool owes_review(const Leg& leg) {
    const bool under_review = leg.answer.value == schema::Answer::DECLINE_UNDER_REVIEW;
    return leg.review_due != never || (under_review && !schema::is_terminal(leg.shown));
}

}  // namespace

SaidNo said_no(const Leg& leg) {
    const std::string in_card = leg.detail.text_at("own_reason");
    const std::string reason = leg.declined_reason.empty() ? in_card : leg.declined_reason;
    if (leg.declined_by) return {schema::text(*leg.declined_by), leg.declined_number, reason};
    return {leg.detail.text_at("declined_by"), leg.detail.int_at("declined_number"), reason};
}

std::string leg_record(const schema::LegId& id) {
    return "leg/" + schema::text(id);
}

void destroy_key_once_erased(Desk& desk, Transaction& tx, const schema::LegId& id) {
    tx.on_commit([&desk, id] {
        bool is_erased = false;
        {
            auto rows = desk.store.query("SELECT 1 FROM leg WHERE id=? AND erased!=0", id);
            is_erased = rows.next();
        }
        if (is_erased) (void)desk.records.destroy(leg_record(id));
    });
}

Result<Leg> load_leg(Desk& desk, Transaction& tx, const schema::LegId& id) {
    LEEWARD_ASSIGN(auto legs, read_all(desk, tx.query(select("WHERE id=?"), id)));
    if (legs.empty()) return Error{Errc::not_found, "no such leg on this node"};
    return std::move(legs.front());
}

Result<Leg> find_leg(Desk& desk, Transaction& tx, std::string_view text) {
    LEEWARD_ASSIGN(const Bytes id, find_id(tx, "leg", text));
    LEEWARD_ASSIGN(Leg leg, load_leg(desk, tx, schema::LegId(to_array<16>(id))));
    LEEWARD_TRY(may_see_leg(desk, tx, leg));
    return leg;
}

Result<std::vector<Leg>> legs_of(Desk& desk, Transaction& tx, const schema::NeedId& need) {
    return read_all(desk, tx.query(select("WHERE need=? ORDER BY opened,id"), need));
}

Outcome insert_leg(Desk& desk, Transaction& tx, const Leg& leg) {
    LEEWARD_ASSIGN(const Bytes sealed, seal_detail(desk, leg));
    return tx.run(
        "INSERT INTO leg(id,peer,ours,need,alias,service,priority,ask,ask_counter,ask_saw,answer,"
        "answer_counter,answer_saw,shown,opened,since,answer_from,timer,detail) "
        "VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        leg.id,
        leg.peer,
        leg.ours,
        leg.need,
        leg.alias,
        leg.service,
        leg.priority,
        leg.ask.value,
        leg.ask.counter,
        leg.ask.saw,
        leg.answer.value,
        leg.answer.counter,
        leg.answer.saw,
        leg.shown,
        schema::unix_seconds(leg.opened),
        schema::unix_seconds(leg.since),
        schema::unix_seconds(leg.answer_from),
        schema::unix_seconds(leg.timer),
        BytesView(sealed));
}

Outcome save_leg(Desk& desk, Transaction& tx, Leg& leg) {
    leg.timer = next_timer(leg);
    LEEWARD_ASSIGN(const Bytes sealed, seal_detail(desk, leg));
    if (!owes_review(leg)) {
        leg.declined_by.reset();
        leg.declined_reason.clear();
    }
    return tx.run(
        "UPDATE leg SET ask=?,ask_counter=?,ask_saw=?,answer=?,answer_counter=?,answer_saw=?,"
        "shown=?,since=?,answer_from=?,hold_until=?,window_start=?,window_end=?,in_seq=?,timer=?,"
        "raised=?,freed=?,erased=?,erase_by=?,reason=?,papers=?,kept=?,"
        "review_due=?,declined_by=?,declined_number=?,declined_reason=?,detail=? WHERE id=?",
        leg.ask.value,
        leg.ask.counter,
        leg.ask.saw,
        leg.answer.value,
        leg.answer.counter,
        leg.answer.saw,
        leg.shown,
        schema::unix_seconds(leg.since),
        schema::unix_seconds(leg.answer_from),
        schema::unix_seconds(leg.hold_until),
        schema::unix_seconds(leg.window_start),
        schema::unix_seconds(leg.window_end),
        static_cast<std::int64_t>(leg.in_seq),
        schema::unix_seconds(leg.timer),
        schema::unix_seconds(leg.raised),
        leg.freed,
        schema::unix_seconds(leg.erased),
        schema::unix_seconds(leg.erase_by),
        leg.reason,
        leg.papers,
        schema::unix_seconds(leg.kept),
        schema::unix_seconds(leg.review_due),
        leg.declined_by,
        leg.declined_number,
        leg.declined_reason,
        BytesView(sealed),
        leg.id);
}

}  // namespace leeward::node
