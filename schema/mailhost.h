// What is said to a mail host, and what it answers (protocol.md P6; SPEC.md has the layouts).
//
// A host keeps M and K frames, as they are, for nodes that nobody can connect to. It is spoken to
// on a line whose key was made for it alone, so that no frame names an organisation. An account
// polls and deletes what lies in its mailboxes; its guests deposit, and recall what they deposited.
// Readers are strict: every part is exactly as long as said, and any fault is Errc::malformed.
#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/pairing.h"
#include "schema/json/json.h"
#include "schema/time.h"

namespace leeward::schema {

using FrameParts = std::vector<Bytes>;
using MailHandle = ByteArray<16>;  // what a deposited frame is called
using LineKey = ByteArray<32>;     // X25519, of a line to a host

// The first 16 bytes of SHA-256 over all parts: host, depositor and recipient compute it.
[[nodiscard]] MailHandle mail_handle(const FrameParts& frame);
// Nothing unless it is an M or a K frame, padded as these are.
[[nodiscard]] std::optional<crypto::MailboxId> mailbox_of(const FrameParts& frame);

inline constexpr std::size_t polled_names = 120;  // in every poll, the surplus random
inline constexpr std::size_t most_mail_at_once = 16;
inline constexpr std::size_t most_handles = 256;
inline constexpr std::size_t most_guests = 1024;
inline constexpr Duration longest_at_host = std::chrono::hours(24 * 14);

// Requests.
struct Deposit {  // by a guest
    Duration keep{};
    FrameParts frame;
};
struct Poll {  // by an account: what lies in these mailboxes
    std::size_t most = most_mail_at_once;
    std::vector<crypto::MailboxId> names;  // exactly polled_names
};
struct Taken {  // by an account: stored here, delete it
    std::vector<MailHandle> handles;
};
struct Recall {  // by a guest: what it deposited
    std::vector<MailHandle> handles;
};
struct Guests {  // by an account: these keys may deposit for it, and no other
    std::vector<LineKey> keys;
};
using HostNonce = ByteArray<8>;  // chosen by who asks, repeated in every answer
struct HostRequest {
    HostNonce nonce{};
    std::variant<Deposit, Poll, Taken, Recall, Guests> what;
};
[[nodiscard]] FrameParts write_host_request(const HostRequest& request);
Result<HostRequest> read_host_request(const FrameParts& parts);

// Answers.
struct Kept {  // durable, for as long as was asked or until it is deleted
    MailHandle handle{};
};
struct NoRoom {  // a quota is used up: nothing was stored
    MailHandle handle{};
};
struct Mail {  // one of those that a poll found
    FrameParts frame;
};
struct PollEnd {
    bool more = false;  // lies there beyond those sent
};
struct Gone {  // none of these is here, now
    std::vector<MailHandle> handles;
};
struct Admitted {
    std::size_t guests = 0;
};
struct HostAnswer {
    HostNonce nonce{};
    std::variant<Kept, NoRoom, Mail, PollEnd, Gone, Admitted> what;
};
[[nodiscard]] FrameParts write_host_answer(const HostAnswer& answer);
Result<HostAnswer> read_host_answer(const FrameParts& parts);

// What a host hands to one organisation, a file: an account and the only copy of its key.
struct Place {
    std::string endpoint;
    LineKey server{};  // the host's public key
    LineKey key{};     // secret
};
[[nodiscard]] Json to_json(const Place& place);
Result<Place> place_from(const Json& json);
[[nodiscard]] std::string write_place(const Place& place);
Result<Place> read_place(std::string_view text);

// Where a hidden node's mail goes: what it tells one partner, and only that one. `key` is the
// secret of the guest that this partner is at that host. Version 0: nowhere.
struct MailRoute {
    std::uint32_t version = 0;
    std::vector<Place> places;  // at most most_places, the preferred one first
};
inline constexpr std::size_t most_places = 2;
[[nodiscard]] Json to_json(const MailRoute& route);
Result<MailRoute> mail_route_from(const Json& json);

}  // namespace leeward::schema
