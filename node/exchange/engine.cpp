#include "node/exchange/engine.h"

#include <functional>
#include <span>
#include <vector>

#include "node/exchange/access.h"
#include "node/exchange/capacity.h"
#include "node/exchange/disclose.h"
#include "node/exchange/due_rows.h"
#include "node/exchange/frozen.h"
#include "node/exchange/grant_ends.h"
#include "node/exchange/handoff_set.h"
#include "node/exchange/incidents.h"
#include "node/exchange/introduce.h"
#include "node/exchange/left_hosts.h"
#include "node/exchange/left_keys.h"
#include "node/exchange/leg_timers.h"
#include "node/exchange/legs.h"
#include "node/exchange/mail_places.h"
#include "node/exchange/need_timers.h"
#include "node/exchange/notices.h"
#include "node/exchange/numbers.h"
#include "node/exchange/reconcile.h"
#include "node/exchange/referral_copy.h"
#include "node/exchange/release_ends.h"
#include "node/exchange/resync.h"
#include "node/exchange/retention.h"
#include "node/exchange/revoke.h"
#include "node/exchange/stories.h"
#include "node/exchange/two_people.h"
#include "node/exchange/undelivered.h"
#include "node/exchange/witnessing.h"
#include "node/mailbox/pair_keys.h"
#include "node/mailbox/sealed_file.h"
#include "node/outbox/hosted.h"
#include "node/people/approvals.h"
#include "node/store/faults.h"
#include "schema/delivery.h"
#include "schema/limits.h"

namespace leeward::node {
namespace {

using schema::Time;

constexpr std::size_t frames_at_once = 16;
constexpr int timers_at_once = 64;
constexpr int put_off_at_once = 16;  // rows of one kind that meet a fault
constexpr std::int64_t look_again_ms = 10'000;

Time time_of(std::int64_t now_ms) {
    return schema::from_unix(now_ms / 1000);
}

// What could not be done for want of room is done later.
template <class T>
Result<T> unless_full(Result<T> done) {
    if (!done && done.error().code == Errc::disk_full) return T{};
    return done;
}

}  // namespace

struct Engine::State {
    Parts parts;
    Records records;
    AuditLog log;
    Outbox outbox;
    Peers peers;
    Prekeys prekeys;
    Workers workers;
    Desk desk;
    Post post;
    Courier courier;
    Witnesses witnesses;
    Receiver receiver;
    std::int64_t last_tick = 0;  // seconds
    std::int64_t last_ms = 0;
    bool taken_up = false;       // since the start
    std::int64_t last_look = 0;  // milliseconds; at a store in doubt
    std::int64_t last_hour = -1;
    std::optional<bool> told_full;  // whether the inbox says that the disk is full

    State(Parts given, AuditLog opened)
        : parts(given),
          records(given.keyring, given.random),
          log(std::move(opened)),
          outbox(given.self.node(), log, records, given.random),
          peers(given.self.node(), given.keyring),
          prekeys(given.self, given.keyring, given.random),
          desk{given.store,
               given.keyring,
               records,
               log,
               outbox,
               peers,
               prekeys,
               given.self,
               given.random,
               workers,
               {},
               {},
               false,
               {}},
          post(given.transport, peers, given.random),
          courier({given.store, log, outbox, peers, prekeys, given.self, post, given.random},
                  authority_of(desk),
                  ran_out_at(desk)),
          witnesses(desk, courier),
          receiver(desk, courier, stories()) {}

    Receiver::Stories stories() {
        Receiver::Stories all = stories_of(desk);
        all.witnessed = [this](Transaction& tx,
                               Peer& peer,
                               const crypto::Checkpoint& head,
                               const schema::Inner& inner,
                               Time now) { return witnesses.take(tx, peer, head, inner, now); };
        return all;
    }

    // For all pairs together: whatever is destroyed rewrites the keyring. A disk that is full only
    // puts it off.
    Outcome retire_keys(Transaction& tx, Time now) {
        Outcome done = destroy_left_keys(desk, tx);
        if (done) done = end_offers(desk, tx, safe_time(tx, now));
        if (done) done = end_left_hosts(desk, tx, safe_time(tx, now));
        if (done) done = sweep_pair_keys(parts.keyring, tx);
        if (done) done = retire_pair_keys(parts.keyring, peers, tx, safe_time(tx, now));
        return done || done.error().code == Errc::io ? Outcome(Done{}) : done;
    }

    Outcome once_an_hour(Transaction& tx, Time now) {
        const std::int64_t hour = schema::unix_seconds(now) / 3600;
        if (hour == last_hour) return Done{};
        tx.on_commit([this, hour] { last_hour = hour; });
        LEEWARD_TRY(retire_keys(tx, now));
        LEEWARD_TRY(forget_revoked_pairs(desk, tx, now));
        LEEWARD_TRY(tell_late_revocations(desk, tx, now));
        const auto published = log.publish(tx, now);
        if (!published && published.error().code == Errc::corrupt) return Done{};  // red in doctor
        if (!published) return published.error();
        LEEWARD_TRY(remind_of_resync(desk, tx, now));
        LEEWARD_TRY(witnesses.look_after_partners(tx, now));
        LEEWARD_TRY(reconcile_weekly(desk, tx, now));
        return ask_for_proofs(desk, tx, now);
    }

    Outcome renew_keys(Transaction& tx, Time now) {
        LEEWARD_TRY(once_an_hour(tx, now));
        LEEWARD_ASSIGN(const bool made, prekeys.renew(tx, now, safe_time(tx, now)));
        return made ? send_prekeys(desk, tx, now) : Outcome(Done{});
    }

    // Never later than the newest time that a peer has vouched for, nor than the weeks that this node
    // has lived through: a clock two years ahead must not destroy a prekey or a pairing, though a
    // peer's clock agrees with it.
    static Time safe_time(Transaction& tx, Time now) {
        return std::min({now, heard(tx), Prekeys::lived_until(tx)});
    }

    // The newest time that a peer has signed.
    static Time heard(Transaction& tx) {
        auto rows = tx.query("SELECT coalesce(max(peer_time),0) FROM peer");
        return schema::from_unix(rows.next() ? rows.integer(0) : 0);
    }

    // What is due again and again, in this order. What grows the store waits for room; what closes, ends or
    // erases does not.
    struct Duty {
        bool grows = false;
        std::function<Outcome(Transaction&)> does{};
    };

    std::vector<Duty> duties(Time now) {
        std::vector<Duty> all;
        const auto add = [&](bool grows, auto&& does) { all.push_back({grows, does}); };
        add(true, [=, this](Transaction& tx) { return enter_views(desk, tx, parts.views); });
        add(true, [=, this](Transaction& tx) { return renew_keys(tx, now); });
        add(true, [=, this](Transaction& tx) { return witnesses.ask(tx, now); });
        add(true, [=, this](Transaction& tx) { return say_what_is_free(tx, now); });
        add(true, [=, this](Transaction& tx) { return count_half_year(desk, tx, now); });
        for (const auto fire : {fire_release_timers,
                                fire_grant_timers,
                                fire_referral_copy_timers,
                                fire_approval_timers,
                                clear_handoff_sets,
                                fire_retention_timers,
                                fire_access_timers,
                                fire_incident_timers,
                                fire_undelivered_timers})
            add(false, [=, this](Transaction& tx) { return fire(desk, tx, now); });
        for (const auto fire : {fire_leg_timers, fire_need_timers})
            add(false, [=, this](Transaction& tx) {
                return some_of(fire(desk, tx, now, timers_at_once));
            });
        add(false, [=, this](Transaction& tx) { return close_idle_cases(desk, tx, now); });
        add(false, [=, this](Transaction& tx) {
            return some_of(erase_ended_legs(desk, tx, now, timers_at_once));
        });
        return all;
    }

    // The rest goes at the next step.
    Outcome some_of(const Result<bool>& more) {
        if (!more) return more.error();
        if (*more) last_tick = 0;
        return Done{};
    }

    Outcome meet(std::span<const Duty> some, Time now) {
        return parts.store.write_as_room_allows([&](Transaction& tx, Room room) -> Outcome {
            // What memory took up in advance is taken back.
            tx.on_rollback([this, rounds = desk.turns.rounds()] {
                (void)peers.load(parts.store);
                desk.turns.take_up(rounds);
            });
            LEEWARD_TRY(tell_of_full_disk(tx, now, room == Room::RESERVE));
            for (const auto& duty : some) {
                desk.turns.none();
                if (!duty.grows || room == Room::ORDINARY) LEEWARD_TRY(duty.does(tx));
            }
            return Done{};
        });
    }

    // Does it again without the row that met a fault, which is put off. `limit`: of such rows; what is over goes
    // at the next step.
    template <class Work>
    Outcome putting_off(Time now, int limit, Work work) {
        for (int i = 1;; ++i) {
            desk.turns.none();
            const Outcome done = work();
            if (done || is_of_the_store(done.error().code) || !desk.turns.put_off(now)) return done;
            if (i < limit) continue;
            last_tick = 0;
            return done;
        }
    }

    // Together; where one cannot be met, each kind by itself, and the first fault once all have had their turn.
    Outcome fire(Time now) {
        const auto all = duties(now);
        Outcome first = meet(all, now);
        if (first || is_of_the_store(first.error().code)) return first;
        (void)desk.turns.put_off(now);
        for (std::size_t i = 0; i < all.size(); ++i) {
            const Outcome alone = putting_off(
                now, put_off_at_once, [&] { return meet(std::span(all).subspan(i, 1), now); });
            if (!alone && is_of_the_store(alone.error().code)) return alone;
        }
        return first;
    }

    Outcome say_what_is_free(Transaction& tx, Time now) {
        const auto pushed = push_capacity(desk, tx, now);
        return pushed ? Outcome(Done{}) : Outcome(pushed.error());
    }

    Outcome tell_of_full_disk(Transaction& tx, Time now, bool full) {
        if (told_full == full) return Done{};
        tx.on_commit([this, full] { told_full = full; });
        const auto& self = parts.self.node();
        if (full) return raise(tx, "DISK_FULL", self.get(), std::nullopt, now);
        return settle_notice(tx, "DISK_FULL", self.get());
    }

    // What two peers have signed, or the only one that was heard: one alone, whose clock is ahead or who says
    // so, moves nothing here.
    static Time signed_by_two(Transaction& tx) {
        auto rows = tx.query(
            "SELECT coalesce(min(peer_time),0) FROM (SELECT peer_time FROM peer WHERE peer_time>0 "
            "ORDER BY peer_time DESC LIMIT 2)");
        return schema::from_unix(rows.next() ? rows.integer(0) : 0);
    }

    // What a peer has signed, as far as this node has lived: of two that were ever heard one may be silent for
    // weeks. Until it has lived for some, what two have signed.
    static Time vouched_for(Transaction& tx) {
        const Time lived = Prekeys::lived_until(tx);
        return lived == Time{} ? signed_by_two(tx) : std::min(heard(tx), lived);
    }

    // A time that has come, though our clock may be the one that is behind: a start with an empty battery is in
    // another decade. Until what peers vouch for; and where the clock stands before weeks that this node has
    // lived through, until their end.
    static Time reached(Transaction& tx, Time now) {
        const Time known = std::max(now, vouched_for(tx));
        return now < Prekeys::lived_since(tx) ? std::max(known, Prekeys::lived_until(tx)) : known;
    }

    enum class Clock { WAS_AHEAD, MAY_BE_BEHIND };

    // Whatever calls, ends or erases some time after something happened would else wait for as much longer as
    // the clock was ahead. What happened before `reached` stays: drawn back with a clock that is behind, it would
    // be overdue, void or erased once that is right. People are called by our own clock, unless it is out of all
    // proportion: a child does not wait for the days by which a partner's is ahead. Nor do questions and beds,
    // where our clock was seen to be ahead; at a start it may be the one that is minutes or days behind, and they
    // would run out.
    Outcome follow_clock(Transaction& tx, Time now, Clock ours) {
        const Time then = reached(tx, now);
        const Time calls = then > now + schema::limits::clock_future ? then : now;
        const Time moves = ours == Clock::WAS_AHEAD ? calls : then;
        LEEWARD_TRY(legs_follow_clock(desk, tx, moves, now));
        LEEWARD_TRY(needs_follow_clock(desk, tx, moves, now));
        LEEWARD_TRY(releases_follow_clock(desk, tx, then, now));
        for (const auto follow : {incidents_follow_clock,
                                  undelivered_follow_clock,
                                  witnesses_follow_clock,
                                  notices_follow_clock})
            LEEWARD_TRY(follow(tx, calls));
        for (const auto follow : {cards_follow_clock,
                                  grants_follow_clock,
                                  accesses_follow_clock,
                                  left_hosts_follow_clock,
                                  approvals_follow_clock,
                                  retention_follows_clock,
                                  numbers_follow_clock})
            LEEWARD_TRY(follow(tx, then));
        return Done{};
    }

    // After a commit that may or may not have happened nothing is written until it is known. The store is
    // looked at again, so that a disk that failed once stops nobody until a person comes.
    Outcome know_again(std::int64_t now_ms) {
        if (!parts.store.poisoned()) return Done{};
        if (now_ms >= last_look && now_ms < last_look + look_again_ms)
            return Error{Errc::io, "an earlier write is not confirmed yet"};
        last_look = now_ms;
        return parts.store.verify();
    }

    // What a start does, on a full disk as soon as there is room: it tries everything at once but what a
    // host keeps, whatever the clock said before.
    Outcome take_up(std::int64_t now_ms) {
        if (taken_up) return Done{};
        LEEWARD_TRY(putting_off(time_of(now_ms), all_of_them, [&] {
            return parts.store.write([&](Transaction& tx) -> Outcome {
                LEEWARD_TRY(parts.views.drop_up_to(last_entered(tx)));
                if (log.size() == 0) LEEWARD_TRY(log_start(tx, time_of(now_ms)));
                LEEWARD_TRY(tx.run("UPDATE outbox SET due=0 WHERE state<>?",
                                   schema::DeliveryState::AT_HOST));
                LEEWARD_TRY(hosted_follows_clock(tx, now_ms));
                LEEWARD_TRY(follow_clock(tx, time_of(now_ms), Clock::MAY_BE_BEHIND));
                return renew_keys(tx, time_of(now_ms));
            });
        }));
        taken_up = true;
        return Done{};
    }
    Outcome log_start(Transaction& tx, Time now) {
        schema::AuditRecord first;
        first.kind = schema::EventKind::STARTED;
        first.machine = schema::Machine::NODE;
        return log_event(desk, tx, first, now);
    }

    // A clock that was set back would leave attempts far in the future. A disk that fails puts this off.
    Outcome mind_the_clock(std::int64_t now_ms) {
        const bool back = now_ms + 5'000 < last_ms;
        if (back)
            LEEWARD_TRY(putting_off(time_of(now_ms), all_of_them, [&] {
                return parts.store.write([&](Transaction& tx) -> Outcome {
                    LEEWARD_TRY(tx.run("UPDATE outbox SET due=? WHERE due>?", now_ms, now_ms));
                    return follow_clock(tx, time_of(now_ms), Clock::WAS_AHEAD);
                });
            }));
        last_ms = now_ms;
        return Done{};
    }

    // The files are a copy: what keeps them from being written keeps nothing else.
    Outcome write_log_files(Time now) {
        const auto followed = parts.files.follow(parts.store, log);
        if (!followed || !followed->store_is_behind) return Done{};
        return parts.store.write([&](Transaction& tx) {
            return raise(tx, "LOG_OWN_BEHIND", parts.self.node().get(), std::nullopt, now);
        });
    }

    Result<Receiver::Report> receive(std::int64_t now_ms) {
        std::vector<Inbound> frames;
        while (frames.size() < frames_at_once) {
            auto inbound = post.poll();
            if (!inbound) break;
            frames.push_back(std::move(*inbound));
        }
        if (frames.empty()) return Receiver::Report{};
        LEEWARD_ASSIGN(const auto report, receiver.receive(frames, now_ms));
        post.done_with(frames);
        return report;
    }
};

Engine::Engine(std::unique_ptr<State> state) : state_(std::move(state)) {}
Engine::~Engine() = default;
Desk& Engine::desk() {
    return state_->desk;
}

Result<std::unique_ptr<Engine>> Engine::open(Parts parts, std::int64_t now_ms) {
    LEEWARD_ASSIGN(
        AuditLog log,
        AuditLog::open(parts.store, parts.self.log, parts.self.card.log_origin, parts.random));
    auto state = std::make_unique<State>(parts, std::move(log));
    LEEWARD_TRY(state->peers.load(parts.store));
    LEEWARD_TRY(state->workers.load(parts.store));
    LEEWARD_TRY(state->outbox.load(parts.store));
    state->last_ms = now_ms;
    LEEWARD_TRY(unless_full(state->take_up(now_ms)));
    std::unique_ptr<Engine> engine(new Engine(std::move(state)));
    LEEWARD_TRY(engine->connect_peers());
    return engine;
}

Outcome Engine::connect_peers() {
    LEEWARD_ASSIGN(auto own, own_mail(state_->parts.store, state_->parts.keyring));
    LEEWARD_TRY(state_->post.use_places(std::move(own.places), std::move(own.drawn)));
    state_->post.follow_peers();
    return Done{};
}

void Engine::keep_mail_for_others(MailHost* host) {
    state_->post.keep_for_others(host);
}
void Engine::dismiss(const TransportPublicKey& key) {
    state_->post.dismiss(key);
}
void Engine::cover(bool on) {
    state_->courier.cover(on);
}
Post& Engine::post() {
    return state_->post;
}

Outcome Engine::tick(std::int64_t now_ms) {
    const Time now = time_of(now_ms);
    state_->last_tick = schema::unix_seconds(now);
    const Outcome fired = state_->fire(now);
    // Again in this second: what waits must not run out before its deadline is met.
    if (!fired && is_of_the_store(fired.error().code)) state_->last_tick = 0;
    return fired;
}

Result<Engine::Work> Engine::step(std::int64_t now_ms) {
    Work work;
    LEEWARD_TRY(state_->know_again(now_ms));
    LEEWARD_TRY(unless_full(state_->take_up(now_ms)));
    LEEWARD_TRY(unless_full(state_->mind_the_clock(now_ms)));
    state_->post.step(now_ms);
    LEEWARD_ASSIGN(work.received, unless_full(state_->receive(now_ms)));
    if (std::exchange(state_->desk.links_changed, false)) LEEWARD_TRY(connect_peers());
    if (now_ms / 1000 != state_->last_tick) {
        const Outcome ticked = unless_full(tick(now_ms));
        if (!ticked && is_of_the_store(ticked.error().code)) return ticked.error();
        if (!ticked) work.fault = ticked.error().code;
        LEEWARD_TRY(unless_full(state_->write_log_files(time_of(now_ms))));
    }
    LEEWARD_ASSIGN(work.sent, unless_full(state_->courier.pump(now_ms)));
    if (!work.fault) work.fault = work.sent.fault;
    work.mail_host = state_->post.host_fault();
    work.short_of_space = state_->parts.store.is_short();
    work.more = work.sent.more || state_->post.more() ||
                work.received.opened + work.received.refused >= frames_at_once;
    return work;
}

Result<Engine::File> Engine::write_file(const schema::NodeId& node,
                                        std::int64_t now_ms,
                                        Courier::Fill fill) {
    // Sealed once more, in base64 and under their padding, so many bytes stay below the limit.
    constexpr std::size_t most = sealed_file_bytes * 7 / 8;
    Peer* peer = state_->peers.find(node);
    if (peer == nullptr || !peer->paired())
        return Error{Errc::wrong_state, "there is no key with this organisation: exchange offers"};
    if (fill == Courier::Fill::ALL)
        LEEWARD_TRY(unless_full(state_->parts.store.write([&](Transaction& tx) {
            return state_->witnesses.ask_in_file(tx, node, time_of(now_ms));
        })));
    LEEWARD_ASSIGN(const auto filled, state_->courier.fill_file(*peer, now_ms, most, fill));
    LEEWARD_ASSIGN(std::string text,
                   seal_file(state_->peers,
                             *peer,
                             crypto::epoch_of(now_ms / 1000),
                             filled.frames,
                             state_->parts.random));
    return File{std::move(text), filled.messages, filled.more};
}

Result<Engine::Taken> Engine::take_file(std::string_view text, std::int64_t now_ms) {
    LEEWARD_ASSIGN(OpenedFile file,
                   open_file(state_->peers, text, crypto::epoch_of(now_ms / 1000)));
    Taken taken{file.from->node(), {}, {}};
    const bool was_revoked = file.from->revoked();
    std::vector<Inbound> inbound;
    for (auto& frame : file.frames)
        inbound.push_back({file.from->link(), std::move(frame)});
    const Courier::InsteadOfNetwork offline(state_->courier);
    LEEWARD_ASSIGN(taken.report, state_->receiver.receive(inbound, now_ms));
    if (was_revoked)
        return Error{
            Errc::untrusted,
            "this was sealed with keys that were revoked: nothing of it was taken, and the "
            "log says that it came. Phone them: somebody may be using the stolen machine"};
    taken.revoked_by_it = file.from->revoked();
    if (taken.revoked_by_it) return taken;
    LEEWARD_ASSIGN(taken.answer, write_file(taken.from, now_ms, Courier::Fill::ALL));
    return taken;
}

}  // namespace leeward::node
