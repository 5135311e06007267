#include "node/app/mail_commands.h"

namespace leeward::node {

using schema::Json;
using schema::Time;

namespace {

// From memory: what has just been made must not fail for want of its number.
std::int64_t number_of(const MailHost& host, const schema::Place& place) {
    return host.account_of(public_key_of(TransportSecretKey(place.key))).value_or(0);
}

}  // namespace

Result<Json> mailhost_open(Engine& engine, OpenedHome& home, Time now) {
    const auto& card = home.identity.card;
    if (card.endpoint.empty())
        return Error{Errc::wrong_state,
                     "nobody connects to this node, so it cannot keep mail for others; nothing was "
                     "changed"};
    if (home.mail_host_fault)
        return Error{Errc::wrong_state,
                     "the store of the mail that is kept here for others does not open: 'leeward "
                     "node doctor' says what to do; nothing was changed"};
    if (home.mail_host == nullptr) {
        LEEWARD_ASSIGN(home.mail_host, open_mail_host(home.folder, home.root));
    }
    LEEWARD_ASSIGN(const auto place,
                   home.mail_host->open_place(
                       card.endpoint, TransportPublicKey(card.link), engine.desk().random, now));
    engine.keep_mail_for_others(home.mail_host.get());
    return Json::object(
        {{"place", number_of(*home.mail_host, place)},
         {"note",
          "Hand this file over in person and delete it on both sides afterwards. What is kept in "
          "the place is sealed, and this node does not learn whose it is."},
         {"file", schema::write_place(place)}});
}

Result<Json> mailhost_close(Engine& engine, OpenedHome& home, const Json& args) {
    if (home.mail_host == nullptr)
        return Error{Errc::not_found, "no mail of others is kept here; nothing was changed"};
    LEEWARD_ASSIGN(const auto gone, home.mail_host->close_place(args.int_at("number")));
    for (const auto& key : gone)
        engine.dismiss(key);
    return Json::object({{"closed", args.int_at("number")}});
}

Result<Json> mail_kept_for_others(const OpenedHome& home) {
    Json kept = Json::array();
    if (home.mail_host == nullptr) return kept;
    LEEWARD_ASSIGN(const auto places, home.mail_host->places());
    for (const auto& place : places)
        kept.push(Json::object({{"place", place.number},
                                {"opened", schema::unix_seconds(place.opened)},
                                {"partners", place.guests},
                                {"envelopes", place.frames},
                                {"bytes", place.bytes}}));
    return kept;
}

}  // namespace leeward::node
