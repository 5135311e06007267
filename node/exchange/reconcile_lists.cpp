#include "node/exchange/reconcile_lists.h"

#include <algorithm>

#include "crypto/base/hex.h"
#include "crypto/hash.h"
#include "crypto/pairing.h"
#include "schema/json/json.h"
#include "schema/limits.h"

namespace leeward::node {
namespace {

using schema::FindingKind;
using schema::Json;

constexpr std::size_t items_in_list = 384;  // 68 bytes each: under 28 KiB
constexpr std::int64_t most = 253'402'300'799;

Result<crypto::Hash> hash_from(std::string_view text) {
    LEEWARD_ASSIGN(const Bytes bytes, hex::decode(text));
    if (bytes.size() != 32) return Error{Errc::malformed, "not an xref"};
    return to_array<32>(bytes);
}

// {xref, and what of it: 0 to 2 sent in that state, 3 received}
using Item = std::pair<crypto::Hash, char>;

std::vector<Item> items_of(const OwnHalf& half) {
    std::vector<Item> out;
    for (const auto& [xref, mine] : half.sent)
        out.emplace_back(xref, static_cast<char>('0' + static_cast<int>(mine.state)));
    for (const auto& [xref, mine] : half.received)
        out.emplace_back(xref, '3');
    std::sort(out.begin(), out.end());
    return out;
}

void put(TheirList& list, const Item& item) {
    if (item.second == '3')
        list.received.insert(item.first);
    else
        list.sent.emplace(item.first, static_cast<ExchangeState>(item.second - '0'));
}

class Comparison {
public:
    Comparison(const OwnHalf& mine, const TheirList& theirs, std::int64_t asked)
        : mine_(mine), theirs_(theirs), asked_(asked) {}

    std::vector<Difference> run() && {
        for (const auto& [xref, mine] : mine_.sent)
            if (theirs_.covers(xref)) sent_by_us(xref, mine);
        for (const auto& [xref, mine] : mine_.received)
            if (theirs_.covers(xref)) received_by_us(xref, mine);
        for (const auto& xref : theirs_.received)
            if (!mine_.sent.contains(xref)) add(xref, FindingKind::DISCLOSURE_UNDECLARED, true);
        for (const auto& [xref, state] : theirs_.sent)
            if (state == ExchangeState::RECEIPTED && !mine_.received.contains(xref))
                add(xref, FindingKind::RECEIPT_MISSING, true);
        return std::move(out_);
    }

private:
    // What is under way may still arrive; what was receipted is there, or is being hidden.
    void sent_by_us(const crypto::Hash& xref, const Mine& mine) {
        const bool there = theirs_.received.contains(xref);
        if (mine.state == ExchangeState::RECEIPTED && mine.settled < asked_ && !there)
            add(xref, FindingKind::RECEIPT_MISSING, false, mine.leaf);
        if (mine.state == ExchangeState::ABANDONED && there)
            add(xref, FindingKind::ABANDONED_BUT_RECEIVED, true, mine.leaf);
    }
    void received_by_us(const crypto::Hash& xref, const Mine& mine) {
        const auto there = theirs_.sent.find(xref);
        if (there == theirs_.sent.end())
            add(xref, FindingKind::DISCLOSURE_UNDECLARED, false, mine.leaf);
        else if (there->second == ExchangeState::ABANDONED)
            add(xref, FindingKind::ABANDONED_BUT_RECEIVED, false, mine.leaf);
    }
    void add(const crypto::Hash& xref,
             FindingKind kind,
             bool ours,
             std::optional<std::uint64_t> leaf = std::nullopt) {
        out_.push_back({xref, kind, ours, leaf});
    }

    const OwnHalf& mine_;
    const TheirList& theirs_;
    std::int64_t asked_;
    std::vector<Difference> out_{};
};

}  // namespace

Result<OwnHalf> own_half(Transaction& tx, const schema::NodeId& peer, std::int64_t epoch) {
    OwnHalf half;
    auto rows = tx.query(
        "SELECT l.xref,e.leaf,e.sent,e.state,e.settled FROM exchange e JOIN leaf l ON "
        "l.idx=e.leaf WHERE e.peer=?1 AND e.epoch=?2 UNION ALL "
        "SELECT l.xref,e.leaf,e.sent,e.state,e.settled FROM closed_exchange e JOIN closed_leaf l "
        "ON "
        "l.log=e.log AND l.idx=e.leaf WHERE e.peer=?1 AND e.epoch=?2",
        peer,
        epoch);
    while (rows.next()) {
        auto& side = rows.integer(2) != 0 ? half.sent : half.received;
        side[rows.array<32>(0)] = {static_cast<std::uint64_t>(rows.integer(1)),
                                   static_cast<ExchangeState>(rows.integer(3)),
                                   rows.integer(4)};
    }
    LEEWARD_TRY(rows.status());
    return half;
}

WeekDigests digests_of(const OwnHalf& half) {
    Bytes sent;
    for (const auto& [xref, mine] : half.sent)
        if (mine.state != ExchangeState::ABANDONED) append(sent, xref);
    Bytes received;
    for (const auto& [xref, mine] : half.received)
        append(received, xref);
    return {crypto::sha256(sent), crypto::sha256(received)};
}

std::vector<TheirList> lists_of(const OwnHalf& half) {
    std::vector<TheirList> out(1);
    for (const auto& item : items_of(half)) {
        TheirList* list = &out.back();
        if (list->sent.size() + list->received.size() == items_in_list) {
            list->to = item.first;
            out.push_back({item.first});
            list = &out.back();
        }
        put(*list, item);
    }
    return out;
}

std::vector<Difference> differences(const OwnHalf& mine,
                                    const TheirList& theirs,
                                    std::int64_t asked) {
    return Comparison(mine, theirs, asked).run();
}

// ------------------------------------------------------------------ how it is said

namespace {

Json json_of(const TheirList& list) {
    Json items = Json::array();
    for (const auto& [xref, state] : list.sent)
        items.push(hex::encode(xref) + static_cast<char>('0' + static_cast<int>(state)));
    for (const auto& xref : list.received)
        items.push(hex::encode(xref) + '3');
    return Json::object({{"from", hex::encode(list.from)},
                         {"to", list.to ? hex::encode(*list.to) : ""},
                         {"items", std::move(items)}});
}

Outcome put_text(TheirList& list, const Json& item) {
    const std::string* text = item.as_string();
    if (text == nullptr || text->size() != 65 || text->back() < '0' || text->back() > '3')
        return Error{Errc::malformed, "not an item of a list"};
    LEEWARD_ASSIGN(const auto xref, hash_from(std::string_view(*text).substr(0, 64)));
    if (!list.covers(xref)) return Error{Errc::malformed, "an item outside its list"};
    put(list, Item{xref, text->back()});
    return Done{};
}

Result<TheirList> list_from(const Json& json) {
    TheirList list;
    schema::ObjectReader in(json, "list");
    list.from = in.hex_array<32>("from");
    const std::string to = in.text("to", 64);
    const Json& items = in.any("items");
    if (!items.as_array() || items.as_array()->size() > items_in_list)
        in.fail("items", "is not a list that fits");
    LEEWARD_TRY(in.finish());
    if (!to.empty()) {
        LEEWARD_ASSIGN(list.to, hash_from(to));
    }
    for (const auto& item : *items.as_array())
        LEEWARD_TRY(put_text(list, item));
    return list;
}

}  // namespace

std::string write_reconcile(const ReconcileBody& body) {
    Json json = Json::object(
        {{"stage", body.list ? "LIST" : "DIGEST"}, {"week", body.week}, {"answer", body.answer}});
    if (body.digests) {
        json.set("sent", hex::encode(body.digests->sent));
        json.set("received", hex::encode(body.digests->received));
    }
    if (body.list) {
        json.set("answered", body.answered);
        json.set("list", json_of(*body.list));
    }
    return json.dump();
}

Result<ReconcileBody> read_reconcile(std::string_view text) {
    LEEWARD_ASSIGN(const Json json, schema::parse_json(text, {schema::limits::body_bytes, 6}));
    schema::ObjectReader in(json, "reconcile");
    ReconcileBody body;
    const std::string stage = in.text("stage", 8);
    body.week = in.number("week", 0, most / crypto::epoch_seconds);
    body.answer = in.flag("answer");
    if (stage == "DIGEST") {
        body.digests = WeekDigests{in.hex_array<32>("sent"), in.hex_array<32>("received")};
        LEEWARD_TRY(in.finish());
        return body;
    }
    if (stage != "LIST") in.fail("stage", "is not known to this version");
    body.answered = in.number("answered", 0, most);
    const Json& list = in.any("list");
    LEEWARD_TRY(in.finish());
    LEEWARD_ASSIGN(body.list, list_from(list));
    return body;
}

}  // namespace leeward::node
