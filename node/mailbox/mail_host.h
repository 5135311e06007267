// Mail of others, for nodes that nobody can connect to (protocol.md P6): a partner's node or a
// dedicated host keeps M and K frames until their recipient fetches them, their depositor recalls
// them or their time is over.
//
// It has a store of its own. What is in there: keys of lines that were made for this host alone, and
// padded ciphertext under names that change weekly. It learns neither who deposits nor who fetches.
//
// A deposit is acknowledged once it is durable. Quotas hold for an account and for each of its
// guests, so that one of them cannot use up the room of the others; what does not fit is refused
// and nothing is dropped for it.
//
// All that it keeps is a copy of what its depositors have still, so that its store may fail alone: after a
// commit that is not confirmed, or a page that does not read, nothing is served until the whole store was
// looked at again and found well. That is tried after ten seconds, then later and later, at least hourly.
// One thread.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "node/store/store.h"
#include "node/transport/transport.h"
#include "schema/mailhost.h"

namespace leeward::node {

struct HostLimits {
    std::uint64_t frames = 4096;                          // of an account
    std::uint64_t bytes = 64ULL * 1024 * 1024;            // of an account
    std::uint64_t guest_part = 2;                         // of these for one guest: a half
    std::uint64_t all_bytes = 2ULL * 1024 * 1024 * 1024;  // of all accounts together
    std::size_t places = 256;
};

class MailHost {
public:
    // Opens or makes the store. Errors as Store::open.
    static Result<std::unique_ptr<MailHost>> open(const std::filesystem::path& file,
                                                  const StoreKey& key,
                                                  HostLimits limits = {});

    // Who may connect: accounts and guests.
    [[nodiscard]] std::vector<TransportPublicKey> keys() const;
    [[nodiscard]] bool knows(const TransportPublicKey& key) const { return who_.contains(key); }
    // The number of the account that has named it; none for an account itself.
    [[nodiscard]] std::optional<std::int64_t> guest_of(const TransportPublicKey& key) const;

    struct Answer {
        std::size_t to;  // which of the requests
        Frame frame;
    };
    struct Served {
        std::vector<Answer> answers;
        std::vector<TransportPublicKey> admitted;   // may connect from now on
        std::vector<TransportPublicKey> dismissed;  // may not any more
        std::size_t refused = 0;  // what did not parse, or was not this key's to ask: no answer
    };
    // All of them in one durable transaction. Any error: nothing was stored and nothing is answered.
    Result<Served> serve(std::span<const Inbound> requests, schema::Time now);
    // Deletes what is over, at most a thousand at once. True if there is more.
    Result<bool> expire(schema::Time now);
    // Why nothing is served, if the store is in doubt.
    [[nodiscard]] std::optional<Errc> fault() const { return fault_; }

    // A new account. Its key is in the answer and nowhere else; `keep` sees it before the account is there, and
    // none is opened when that fails. Errc::busy when all are given out.
    using Keep = std::function<Outcome(const schema::Place&)>;
    Result<schema::Place> open_place(const std::string& endpoint,
                                     const TransportPublicKey& server,
                                     crypto::Random& random,
                                     schema::Time now,
                                     const Keep& keep = {});
    // The number of the account whose own key this is; none for anybody else's.
    [[nodiscard]] std::optional<std::int64_t> account_of(const TransportPublicKey& key) const;
    // Ends an account and deletes its mail; the keys that may not connect any more.
    Result<std::vector<TransportPublicKey>> close_place(std::int64_t number);
    struct PlaceLine {
        std::int64_t number = 0;
        schema::Time opened;
        std::uint64_t guests = 0;
        std::uint64_t frames = 0;
        std::uint64_t bytes = 0;
    };
    // All that are given out, or an error: never some of them.
    [[nodiscard]] Result<std::vector<PlaceLine>> places();

    void set_limits(const HostLimits& limits) { limits_ = limits; }
    // Everything that the store holds, one value after the other: for whoever wants to see that it
    // names nobody.
    [[nodiscard]] Bytes dump();
    [[nodiscard]] std::uint64_t frames() const { return total_.frames; }
    [[nodiscard]] std::uint64_t bytes() const { return total_.bytes; }

private:
    struct Use {
        std::uint64_t frames = 0;
        std::uint64_t bytes = 0;
    };
    struct Who {
        std::int64_t account = 0;
        std::int64_t guest = 0;  // 0: the account itself
    };
    // Of one call.
    struct Session {
        Transaction& tx;
        Room room;
        schema::Time now;
        Served& served;
        std::size_t at = 0;
        schema::HostNonce nonce{};
    };

    MailHost(Store store, HostLimits limits) : store_(std::move(store)), limits_(limits) {}
    Outcome load();
    Outcome know_again(schema::Time now);
    Outcome noted(Outcome done, schema::Time now);
    Result<bool> any_over(schema::Time now);
    Outcome serve_one(Session& session, const Inbound& request);
    Outcome take(Session& session, const Who& who, const schema::Deposit& deposit);
    Outcome take(Session& session, const Who& who, const schema::Poll& poll);
    Outcome take(Session& session, const Who& who, const schema::Taken& taken);
    Outcome take(Session& session, const Who& who, const schema::Recall& recall);
    Outcome take(Session& session, const Who& who, const schema::Guests& guests);
    Outcome dismiss_others(Session& session, const Who& who, const schema::Guests& guests);
    Result<bool> is_here(Transaction& tx, const Who& who, const schema::MailHandle& handle);
    [[nodiscard]] bool has_room(const Who& who, std::uint64_t bytes);
    Outcome forget(Rows rows);
    static void refuse(Session& session) { ++session.served.refused; }
    template <class What>
    static void answer(Session& session, What what);

    Store store_;
    HostLimits limits_;
    std::map<TransportPublicKey, Who> who_;
    std::map<std::int64_t, Use> of_account_;
    std::map<std::int64_t, Use> of_guest_;
    Use total_;
    std::optional<Errc> fault_{};
    schema::Time looked_at_{};  // of the last look at a store in doubt, and until the next
    schema::Duration look_again_{};
};

}  // namespace leeward::node
