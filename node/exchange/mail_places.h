// Where a hidden node's mail lies until it fetches it: its places at hosts, and telling each partner
// alone how to reach them. The places that it keeps for others are NodeApi's: they belong to no story.
#pragma once

#include "node/exchange/desk.h"
#include "node/exchange/receiver.h"
#include "node/mailbox/post.h"
#include "schema/json/json.h"

namespace leeward::node {

using schema::Json;

// How the keyring's names for the keys of our places begin.
inline constexpr std::string_view place_keys = "mailhost/";

struct OwnMail {
    std::vector<MailPlace> places;     // and those that were left and are fetched from still
    std::vector<ByteArray<16>> drawn;  // for each partner, and for each offer that is out
};
// Errc::corrupt when the key of a place is missing that was not left.
Result<OwnMail> own_mail(Store& store, const Keyring& keyring);

Result<Json> mailhost_add(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
// It is fetched from until everybody knows (left_hosts.h).
Result<Json> mailhost_remove(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
// Our own places, and those that we left.
Result<Json> mailhost_list(Desk& desk, Transaction& tx, const Json& args, schema::Time now);

// For an offer: what the one that it is for will be told, and what that came from, to be kept with
// the offer. Nothing when we have no place at a host.
struct OfferedMail {
    schema::MailRoute route;
    std::optional<ByteArray<16>> drawn;
};
Result<OfferedMail> offer_mail(Desk& desk, Transaction& tx);
// An offer of ours was accepted, which may say nothing of our hosts, or name others than we have now: the
// partner is told by a message, if we ever had any.
Outcome tell_where_mail_goes(Desk& desk, Transaction& tx, const Peer& peer, schema::Time now);

// Errc::untrusted for a partner's route that names an address that is none.
Outcome check_route(const schema::MailRoute& route);

// A partner says where its mail goes from now on.
Result<Applied> take_mail_route(Desk& desk,
                                Transaction& tx,
                                Peer& peer,
                                const schema::Message& message);

}  // namespace leeward::node
