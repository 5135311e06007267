// A leg as this node keeps it, and the two ways in which it changes: a move of our own, and a
// register that the other side has written (domain.md section 3.2).
//
// Whatever changes a leg goes through here, so that the register, the message that carries it, the
// leaf, the need's state and the next deadline are one transaction.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "node/exchange/desk.h"
#include "node/exchange/receiver.h"
#include "schema/leg_rules.h"
#include "schema/need.h"

namespace leeward::node {

struct Leg {
    schema::LegId id;
    schema::NodeId peer;
    bool ours = false;  // we asked
    std::optional<schema::NeedId> need;
    std::string alias;
    schema::ServiceClass service{};
    schema::Priority priority{};
    schema::AskRegister ask;
    schema::AnswerRegister answer;
    schema::LegState shown{};
    bool sent = false;
    schema::Time opened;
    schema::Time since;
    schema::Time answer_from;
    schema::Time hold_until;
    schema::Time window_start;
    schema::Time window_end;
    std::uint64_t in_seq = 0;
    schema::Time timer;
    schema::Time raised;
    bool freed = false;
    schema::Time erased;      // when the T1 copy was destroyed
    schema::Time erase_by;    // 0: no deadline yet
    schema::Time kept;        // when a person last said that it still stands, in this state
    schema::Time review_due;  // of a decline that was said at once; 0: none is owed
    std::optional<schema::OperatorId> declined_by;  // who said no, for as long as a review is owed
    std::int64_t declined_number = 0;               // and which no it was
    std::string declined_reason;                    // and why: our own code
    bool moved = false;    // a register has changed since it was settled last
    bool awaited = false;  // older than a restore, and the peer's word on it is not in (resync.h)
    std::string reason;
    std::string papers;
    schema::Json detail = schema::Json::object();  // card, offer, plan; null once erased
};

using schema::Json;

inline constexpr schema::Time never{};  // no time set

// The no that is to be reviewed: who said it, which it was, and why. Empty of none. While a
// review is owed it needs no card.
struct SaidNo {
    std::string by;
    std::int64_t number = 0;
    std::string reason;  // our own code, which may travel as another
};
[[nodiscard]] SaidNo said_no(const Leg& leg);

[[nodiscard]] std::string leg_record(const schema::LegId& id);
// At the commit, unless a later word of the same transaction has made the leg live again: what it then
// holds is sealed with this key.
void destroy_key_once_erased(Desk& desk, Transaction& tx, const schema::LegId& id);

Result<Leg> load_leg(Desk& desk, Transaction& tx, const schema::LegId& id);
// By the hex that a person typed: the whole id or an unambiguous beginning of 6 digits or more.
Result<Leg> find_leg(Desk& desk, Transaction& tx, std::string_view hex);
Result<std::vector<Leg>> legs_of(Desk& desk, Transaction& tx, const schema::NeedId& need);
Outcome insert_leg(Desk& desk, Transaction& tx, const Leg& leg);
Outcome save_leg(Desk& desk, Transaction& tx, Leg& leg);

// What goes with a move beside the register.
struct Said {
    schema::Json members = schema::Json::object();  // of the message's body
    std::string reason;                             // a code; "" for none
};

// Our move: the register, its message, its leaf. Errc::wrong_state with a sentence for the worker.
Outcome write(
    Desk& desk, Transaction& tx, Leg& leg, schema::AskMove move, Said said, schema::Time now);
Outcome write(
    Desk& desk, Transaction& tx, Leg& leg, schema::AnswerMove move, Said said, schema::Time now);

// A yes by telephone, or what follows a yes: the referrer counts on the bed, and whatever word of it comes
// first makes the leg there.
[[nodiscard]] constexpr bool stands_after_a_yes(schema::Ask value) {
    return schema::chooses(value) && value != schema::Ask::SELECTED;
}
// What makes a leg of a yes by telephone where the inquiry may never have come.
[[nodiscard]] schema::Json named_for_a_yes(const Leg& leg);
// Once more what stands since a yes by telephone, under its own number: the yes, the plan, the departure,
// the arrival. Alone it makes a leg there.
Outcome say_again_after_a_yes(Desk& desk, Transaction& tx, const Leg& leg, schema::Time now);
// What a message said that has run out before it arrived still stands while nothing newer was said: it goes
// without its content, as a word of the control class, which never runs out. Not the inquiry, which ends
// with its answer time.
Outcome say_bare_word(Desk& desk, Transaction& tx, const OutboxItem& ran_out, schema::Time now);

// The other side's register. The higher counter wins; everything else changes nothing.
Result<Applied> take_ask(
    Desk& desk, Transaction& tx, Peer& peer, const schema::Message& message, schema::Time now);
Result<Applied> take_answer(
    Desk& desk, Transaction& tx, Peer& peer, const schema::Message& message, schema::Time now);
// The inquiry was stored there: the receipt stands for W1.
Outcome take_stored(Desk& desk, Transaction& tx, const schema::LegId& id, schema::Time now);
// So does that of a yes by telephone, or of what follows it, where the inquiry never came. Nothing follows from
// it, and who was told to phone still is.
Outcome take_yes_stored(Desk& desk, Transaction& tx, const schema::LegId& id, schema::Time now);

// The card and all that was said in the leg are gone from the row, and the log says so. Its record's
// key is for the caller to destroy, and the row to save.
Outcome empty_card(Desk& desk, Transaction& tx, Leg& leg, schema::Time now);

// What a node does by itself once a leg has changed: settles late offers, answers a choice that met
// a no, confirms a cancel of what was never firm, releases the others, moves the need, closes or
// sends grants.
Outcome settle(Desk& desk, Transaction& tx, Leg& leg, schema::Time now);

[[nodiscard]] Json leg_json(const Desk& desk, const Leg& leg);

}  // namespace leeward::node
