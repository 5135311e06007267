#include "node/mailbox/mail_host.h"

#include <algorithm>
#include <set>

#include "node/store/faults.h"

namespace leeward::node {
namespace {

constexpr std::int64_t expired_at_once = 1000;
constexpr schema::Duration first_look{10};
constexpr schema::Duration longest_look{3'600};

Bytes pack(const schema::FrameParts& frame) {
    Bytes out;
    append_be<1>(out, frame.size());
    for (const Bytes& part : frame) {
        append_be<4>(out, part.size());
        append(out, part);
    }
    return out;
}

// What was packed here reads back; anything else is damage and yields nothing.
schema::FrameParts unpack(BytesView packed) {
    schema::FrameParts frame;
    if (packed.empty()) return frame;
    std::size_t count = packed.front();
    packed = packed.subspan(1);
    for (; count > 0 && packed.size() >= 4; --count) {
        const auto size = static_cast<std::size_t>(read_be(packed.first(4)));
        packed = packed.subspan(4);
        if (size > packed.size()) return {};
        frame.push_back(to_bytes(packed.first(size)));
        packed = packed.subspan(size);
    }
    return count == 0 && packed.empty() ? frame : schema::FrameParts{};
}

// The first of each mailbox, then the second of each: a full one does not hold up the others.
std::vector<std::int64_t> in_turns(const std::vector<std::vector<std::int64_t>>& found,
                                   std::size_t most) {
    std::vector<std::int64_t> out;
    for (std::size_t turn = 0; turn <= most && out.size() < most; ++turn)
        for (const auto& mailbox : found)
            if (turn < mailbox.size() && out.size() < most) out.push_back(mailbox[turn]);
    return out;
}

}  // namespace

Result<std::unique_ptr<MailHost>> MailHost::open(const std::filesystem::path& file,
                                                 const StoreKey& key,
                                                 HostLimits limits) {
    LEEWARD_ASSIGN(Store store, Store::open(file, key));
    std::unique_ptr<MailHost> host(new MailHost(std::move(store), limits));
    LEEWARD_TRY(host->load());
    return host;
}

Outcome MailHost::load() {
    who_.clear();
    of_account_.clear();
    of_guest_.clear();
    total_ = {};
    auto keys = store_.query(
        "SELECT key,id,0 FROM host_account UNION ALL SELECT key,account,id FROM host_guest");
    while (keys.next())
        who_[TransportPublicKey(keys.array<32>(0))] = {keys.integer(1), keys.integer(2)};
    LEEWARD_TRY(keys.status());
    auto used = store_.query(
        "SELECT account,guest,count(*),sum(length(frame)) FROM host_waiting GROUP BY guest");
    while (used.next()) {
        const Use use{static_cast<std::uint64_t>(used.integer(2)),
                      static_cast<std::uint64_t>(used.integer(3))};
        of_guest_[used.integer(1)] = use;
        for (Use* sum : {&of_account_[used.integer(0)], &total_}) {
            sum->frames += use.frames;
            sum->bytes += use.bytes;
        }
    }
    return used.status();
}

std::vector<TransportPublicKey> MailHost::keys() const {
    std::vector<TransportPublicKey> out;
    for (const auto& [key, who] : who_)
        out.push_back(key);
    return out;
}

std::optional<std::int64_t> MailHost::guest_of(const TransportPublicKey& key) const {
    const auto found = who_.find(key);
    const bool is_guest = found != who_.end() && found->second.guest != 0;
    return is_guest ? std::optional(found->second.account) : std::nullopt;
}

std::optional<std::int64_t> MailHost::account_of(const TransportPublicKey& key) const {
    const auto found = who_.find(key);
    const bool is_account = found != who_.end() && found->second.guest == 0;
    return is_account ? std::optional(found->second.account) : std::nullopt;
}

// ------------------------------------------------------------------ requests

template <class What>
void MailHost::answer(Session& session, What what) {
    session.served.answers.push_back(
        {session.at, Frame{schema::write_host_answer({session.nonce, std::move(what)})}});
}

Result<MailHost::Served> MailHost::serve(std::span<const Inbound> requests, schema::Time now) {
    LEEWARD_TRY(know_again(now));
    Served served;
    const Outcome done = store_.write_as_room_allows([&](Transaction& tx, Room room) -> Outcome {
        served = {};
        tx.on_rollback([this, now] { (void)noted(load(), now); });
        Session session{tx, room, now, served};
        for (session.at = 0; session.at < requests.size(); ++session.at)
            LEEWARD_TRY(serve_one(session, requests[session.at]));
        return Done{};
    });
    LEEWARD_TRY(noted(done, now));
    return served;
}

// The store is in doubt from a fault of its own on.
Outcome MailHost::noted(Outcome done, schema::Time now) {
    if (done || done.error().code == Errc::disk_full || !is_of_the_store(done.error().code))
        return done;
    if (now < looked_at_ || now - looked_at_ > longest_look) look_again_ = first_look;
    fault_ = done.error().code;
    looked_at_ = now;
    return done;
}

// Later and later, for it reads the whole file and this thread may have a node's own work to do: also where the
// store is found well each time and fails again.
Outcome MailHost::know_again(schema::Time now) {
    if (!fault_) return Done{};
    if (now >= looked_at_ && now < looked_at_ + look_again_)
        return Error{*fault_, "the store of others' mail is in doubt; nothing is served from it"};
    looked_at_ = now;
    look_again_ = std::min(2 * look_again_, longest_look);
    Outcome well = store_.verify();
    if (well) well = load();
    fault_ = well ? std::nullopt : std::optional(well.error().code);
    return well;
}

Outcome MailHost::serve_one(Session& session, const Inbound& request) {
    const auto known = who_.find(request.from);
    const auto read = schema::read_host_request(request.frame.parts);
    if (known == who_.end() || !read) return refuse(session), Done{};
    session.nonce = read->nonce;
    const Who who = known->second;
    return std::visit([&](const auto& what) { return take(session, who, what); }, read->what);
}

bool MailHost::has_room(const Who& who, std::uint64_t bytes) {
    const Use& account = of_account_[who.account];
    const Use& guest = of_guest_[who.guest];
    return account.frames < limits_.frames && account.bytes + bytes <= limits_.bytes &&
           guest.frames < limits_.frames / limits_.guest_part &&
           guest.bytes + bytes <= limits_.bytes / limits_.guest_part &&
           total_.bytes + bytes <= limits_.all_bytes;
}

Result<bool> MailHost::is_here(Transaction& tx, const Who& who, const schema::MailHandle& handle) {
    auto rows =
        tx.query("SELECT 1 FROM host_waiting WHERE account=? AND handle=?", who.account, handle);
    const bool here = rows.next();
    LEEWARD_TRY(rows.status());
    return here;
}

// The same frame again is the same deposit.
Outcome MailHost::take(Session& session, const Who& who, const schema::Deposit& deposit) {
    if (who.guest == 0) return refuse(session), Done{};
    const auto handle = schema::mail_handle(deposit.frame);
    const Bytes packed = pack(deposit.frame);
    LEEWARD_ASSIGN(const bool here, is_here(session.tx, who, handle));
    if (here) return answer(session, schema::Kept{handle}), Done{};
    if (session.room == Room::RESERVE || !has_room(who, packed.size()))
        return answer(session, schema::NoRoom{handle}), Done{};
    LEEWARD_TRY(session.tx.run(
        "INSERT INTO host_waiting(account,guest,mailbox,handle,expires,frame) VALUES(?,?,?,?,?,?)",
        who.account,
        who.guest,
        *schema::mailbox_of(deposit.frame),
        handle,
        schema::unix_seconds(session.now + deposit.keep),
        BytesView(packed)));
    for (Use* use : {&of_account_[who.account], &of_guest_[who.guest], &total_}) {
        ++use->frames;
        use->bytes += packed.size();
    }
    return answer(session, schema::Kept{handle}), Done{};
}

Outcome MailHost::take(Session& session, const Who& who, const schema::Poll& poll) {
    if (who.guest != 0) return refuse(session), Done{};
    std::vector<std::vector<std::int64_t>> found;
    std::size_t all = 0;
    for (const auto& name : poll.names) {
        auto rows = session.tx.query(
            "SELECT no FROM host_waiting WHERE account=? AND mailbox=? AND expires>? ORDER BY no "
            "LIMIT "
            "?",
            who.account,
            name,
            schema::unix_seconds(session.now),
            static_cast<std::int64_t>(poll.most + 1));
        std::vector<std::int64_t> mailbox;
        while (rows.next())
            mailbox.push_back(rows.integer(0));
        LEEWARD_TRY(rows.status());
        all += mailbox.size();
        if (!mailbox.empty()) found.push_back(std::move(mailbox));
    }
    for (const std::int64_t no : in_turns(found, poll.most)) {
        auto rows = session.tx.query("SELECT frame FROM host_waiting WHERE no=?", no);
        if (!rows.next()) return rows.status();
        schema::FrameParts frame = unpack(rows.blob(0));
        if (frame.empty()) return Error{Errc::corrupt, "a frame that is kept does not read back"};
        answer(session, schema::Mail{std::move(frame)});
    }
    return answer(session, schema::PollEnd{all > poll.most}), Done{};
}

// Rows of (account, guest, bytes) that are no longer there.
Outcome MailHost::forget(Rows rows) {
    while (rows.next()) {
        const auto bytes = static_cast<std::uint64_t>(rows.integer(2));
        for (Use* use : {&of_account_[rows.integer(0)], &of_guest_[rows.integer(1)], &total_}) {
            --use->frames;
            use->bytes -= bytes;
        }
    }
    return rows.status();
}

Outcome MailHost::take(Session& session, const Who& who, const schema::Taken& taken) {
    if (who.guest != 0) return refuse(session), Done{};
    for (const auto& handle : taken.handles)
        LEEWARD_TRY(
            forget(session.tx.query("DELETE FROM host_waiting WHERE account=? AND handle=? "
                                    "RETURNING account,guest,length(frame)",
                                    who.account,
                                    handle)));
    return answer(session, schema::Gone{taken.handles}), Done{};
}

Outcome MailHost::take(Session& session, const Who& who, const schema::Recall& recall) {
    if (who.guest == 0) return refuse(session), Done{};
    for (const auto& handle : recall.handles)
        LEEWARD_TRY(forget(
            session.tx.query("DELETE FROM host_waiting WHERE account=? AND handle=? AND guest=? "
                             "RETURNING account,guest,length(frame)",
                             who.account,
                             handle,
                             who.guest)));
    return answer(session, schema::Gone{recall.handles}), Done{};
}

// What a dismissed guest has deposited goes with it.
Outcome MailHost::dismiss_others(Session& session, const Who& who, const schema::Guests& guests) {
    const std::set<schema::LineKey> wanted(guests.keys.begin(), guests.keys.end());
    std::vector<std::pair<TransportPublicKey, std::int64_t>> gone;
    for (const auto& [key, other] : who_)
        if (other.account == who.account && other.guest != 0 && !wanted.contains(key.get()))
            gone.emplace_back(key, other.guest);
    for (const auto& [key, guest] : gone) {
        LEEWARD_TRY(forget(session.tx.query(
            "DELETE FROM host_waiting WHERE guest=? RETURNING account,guest,length(frame)",
            guest)));
        LEEWARD_TRY(session.tx.run("DELETE FROM host_guest WHERE id=?", guest));
        who_.erase(key);
        of_guest_.erase(guest);
        session.served.dismissed.push_back(key);
    }
    return Done{};
}

// A key that serves somebody else here already is left to them.
Outcome MailHost::take(Session& session, const Who& who, const schema::Guests& guests) {
    if (who.guest != 0) return refuse(session), Done{};
    LEEWARD_TRY(dismiss_others(session, who, guests));
    for (const auto& bytes : guests.keys) {
        const TransportPublicKey key(bytes);
        if (who_.contains(key)) continue;
        LEEWARD_TRY(
            session.tx.run("INSERT INTO host_guest(account,key) VALUES(?,?)", who.account, bytes));
        who_[key] = {who.account, session.tx.last_rowid()};
        session.served.admitted.push_back(key);
    }
    return answer(session, schema::Admitted{guests.keys.size()}), Done{};
}

Result<bool> MailHost::any_over(schema::Time now) {
    auto rows = store_.query("SELECT 1 FROM host_waiting WHERE expires<=? LIMIT 1",
                             schema::unix_seconds(now));
    const bool any = rows.next();
    LEEWARD_TRY(noted(rows.status(), now));
    return any;
}

Result<bool> MailHost::expire(schema::Time now) {
    LEEWARD_TRY(know_again(now));
    LEEWARD_ASSIGN(const bool any, any_over(now));
    if (!any) return false;
    std::int64_t gone = 0;
    const Outcome done = store_.write(Room::RESERVE, [&](Transaction& tx) -> Outcome {
        tx.on_rollback([this, now] { (void)noted(load(), now); });
        const auto before = total_.frames;
        LEEWARD_TRY(forget(
            tx.query("DELETE FROM host_waiting WHERE no IN (SELECT no FROM host_waiting WHERE "
                     "expires<=? LIMIT ?) RETURNING account,guest,length(frame)",
                     schema::unix_seconds(now),
                     expired_at_once)));
        gone = static_cast<std::int64_t>(before - total_.frames);
        return Done{};
    });
    LEEWARD_TRY(noted(done, now));
    return gone == expired_at_once;
}

// ------------------------------------------------------------------ places

Result<schema::Place> MailHost::open_place(const std::string& endpoint,
                                           const TransportPublicKey& server,
                                           crypto::Random& random,
                                           schema::Time now,
                                           const Keep& keep) {
    LEEWARD_TRY(check_endpoint(endpoint));
    LEEWARD_ASSIGN(const auto given_out, places());
    if (given_out.size() >= limits_.places)
        return Error{Errc::busy, "this host has given out all its places; close one first"};
    const TransportSecretKey secret = generate_transport_key(random);
    const TransportPublicKey key = public_key_of(secret);
    schema::Place place{endpoint, server.get(), to_array<32>(secret.reveal())};
    if (keep) LEEWARD_TRY(keep(place));
    LEEWARD_TRY(store_.write([&](Transaction& tx) -> Outcome {
        tx.on_rollback([this] { (void)load(); });
        LEEWARD_TRY(tx.run(
            "INSERT INTO host_account(key,opened) VALUES(?,?)", key, schema::unix_seconds(now)));
        who_[key] = {tx.last_rowid(), 0};
        return Done{};
    }));
    return place;
}

Result<std::vector<TransportPublicKey>> MailHost::close_place(std::int64_t number) {
    std::vector<TransportPublicKey> gone;
    for (const auto& [key, who] : who_)
        if (who.account == number) gone.push_back(key);
    if (gone.empty()) return Error{Errc::not_found, "no place of that number; nothing was changed"};
    LEEWARD_TRY(store_.write(Room::RESERVE, [&](Transaction& tx) -> Outcome {
        return tx.run("DELETE FROM host_account WHERE id=?", number);
    }));
    LEEWARD_TRY(load());
    return gone;
}

Bytes MailHost::dump() {
    Bytes all;
    for (const std::string_view sql : {"SELECT key,'' FROM host_account",
                                       "SELECT key,'' FROM host_guest",
                                       "SELECT mailbox||handle,frame FROM host_waiting"}) {
        auto rows = store_.query(sql);
        while (rows.next())
            for (const int column : {0, 1})
                append(all, rows.blob(column));
    }
    return all;
}

Result<std::vector<MailHost::PlaceLine>> MailHost::places() {
    std::vector<PlaceLine> out;
    auto rows = store_.query(
        "SELECT id,opened,(SELECT count(*) FROM host_guest g WHERE g.account=host_account.id) FROM "
        "host_account "
        "ORDER BY id");
    while (rows.next()) {
        const Use use = of_account_[rows.integer(0)];
        out.push_back({rows.integer(0),
                       schema::from_unix(rows.integer(1)),
                       static_cast<std::uint64_t>(rows.integer(2)),
                       use.frames,
                       use.bytes});
    }
    LEEWARD_TRY(rows.status());
    return out;
}

}  // namespace leeward::node
