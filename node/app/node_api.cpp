#include "node/app/node_api.h"

#include <utility>

#include <unistd.h>

#include "node/app/backup_commands.h"
#include "node/app/command_stories.h"
#include "node/app/courier_commands.h"
#include "node/app/directory_commands.h"
#include "node/app/doctor.h"
#include "node/app/mail_commands.h"
#include "node/app/preview.h"
#include "node/app/qr_rows.h"
#include "node/app/records_file.h"
#include "node/app/ring.h"
#include "node/exchange/introduce.h"
#include "node/exchange/retire.h"
#include "node/exchange/revoke.h"
#include "node/exchange/succeed.h"
#include "node/exchange/two_people.h"
#include "node/exchange/vouching.h"
#include "node/people/authorship.h"
#include "schema/codes.h"
#include "schema/commands.h"

namespace leeward::node {
namespace {

using schema::Json;
using schema::Time;

bool changes_peers(std::string_view command) {
    return command == "peer.found" || command == "peer.admit" || command == "peer.accept" ||
           command == "peer.verify";
}

bool changes_holders(std::string_view command) {
    return command == "recovery.holder" || command == "approval.give";
}

// Its own records lie sealed in its folder before it is known to leave.
Result<Json> retire(OpenedHome& home, Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Json answer, node_retire(desk, tx, args, now));
    LEEWARD_TRY(keep_records_file(home.folder, answer, desk.random));
    return answer;
}

// What may be asked before anybody is signed in: it shows no record and changes none.
bool needs_nobody(std::string_view command) {
    return command == "node.status" || command == "node.doctor" || command == "node.tick" ||
           command == "node.down" || command == "shift.start" || command == "console";
}

// Reading what is held waits for none of these (protocol.md P9).
bool log_cannot_take_it(const Error& error) {
    return error.code == Errc::disk_full || error.code == Errc::io || error.code == Errc::corrupt;
}

schema::AuditRecord refused_for(const Actor& actor) {
    schema::AuditRecord event;
    event.kind = schema::EventKind::REFUSED;
    event.machine = schema::Machine::NODE;
    event.reason = schema::code_tag("NOT_PERMITTED");
    if (!actor.roles.empty()) event.role = static_cast<Byte>(actor.roles.first());
    return event;
}

}  // namespace

NodeApi::NodeApi(Engine& engine,
                 OpenedHome& home,
                 const schema::Clock& clock,
                 home_detail::MakeSlot make_slot)
    : engine_(engine),
      home_(home),
      clock_(clock),
      directory_(std::make_unique<Directory>(home.store, home.identity.node())),
      make_slot_(make_slot),
      sign_in_(home, engine.desk()) {
    engine_.keep_mail_for_others(home_.mail_host.get());
}
NodeApi::~NodeApi() = default;

Result<Json> NodeApi::call(std::string_view command, const Json& args) {
    return serve(::geteuid(), {std::string(command), args, Act::PERFORM, {}, 0});
}
Result<Json> NodeApi::preview(std::string_view command, const Json& args) {
    return serve(::geteuid(), {std::string(command), args, Act::PREVIEW, {}, 0});
}

Result<Json> NodeApi::serve(uid_t desk, const Request& request, const Secrets& secrets) {
    LEEWARD_TRY(prepare());
    LEEWARD_ASSIGN(const auto* spec, checked(request.command, request.args));
    const Keep keep = request.act == Act::PREVIEW ? Keep::NO : Keep::YES;
    const bool signs_for_one = !request.as.empty();
    const bool proves_again = spec->own_passphrase && keep == Keep::YES && !signs_for_one;
    LEEWARD_ASSIGN(const Actor actor, who(desk, *spec, request, secrets));
    if (proves_again) LEEWARD_TRY(prove_again(actor, secrets));
    const std::span rest = std::span(secrets).subspan(signs_for_one || proves_again ? 1 : 0);
    return run(actor, *spec, request.args, {desk, keep, rest});
}

Result<Json> NodeApi::call_as(const Actor& actor, std::string_view command, const Json& args) {
    LEEWARD_TRY(prepare());
    LEEWARD_ASSIGN(const auto* spec, checked(command, args));
    return run(actor, *spec, args, {::geteuid(), Keep::YES, {}});
}

Result<Json> NodeApi::serve_as(const Actor& actor, const Request& request, const Secrets& secrets) {
    LEEWARD_TRY(prepare());
    LEEWARD_ASSIGN(const auto* spec, checked(request.command, request.args));
    const Keep keep = request.act == Act::PREVIEW ? Keep::NO : Keep::YES;
    engine_.desk().automatic = request.automatic;
    auto done = run(actor, *spec, request.args, {::geteuid(), keep, secrets});
    engine_.desk().automatic = false;
    return done;
}

Result<SignedIn> NodeApi::sit_down(std::string_view name, const SecretBytes& passphrase) {
    LEEWARD_TRY(prepare());
    LEEWARD_ASSIGN(Actor actor, sign_in_.by_passphrase(name, passphrase, clock_.now()));
    SignedIn who{std::move(actor), std::string(name)};
    LEEWARD_TRY(log_shift(who, "SHIFT_STARTED"));
    return who;
}

Outcome NodeApi::prove(const SignedIn& who, const SecretBytes& passphrase) {
    LEEWARD_ASSIGN(const Actor same, sign_in_.by_passphrase(who.name, passphrase, clock_.now()));
    if (same.id == who.actor.id) return Done{};
    return Error{Errc::locked, "somebody else is signed in here; nothing was changed"};
}

void NodeApi::stand_up(const SignedIn& who) {
    (void)log_shift(who, "SHIFT_ENDED");
}

Outcome NodeApi::log_shift(const SignedIn& who, std::string_view reason) {
    Desk& desk = engine_.desk();
    const Worker* worker = desk.workers.find(who.actor.id);
    if (worker == nullptr) return Done{};
    const Acting herself(desk, who.actor, schema::everyone);
    return home_.store.write(Room::RESERVE, [&](Transaction& tx) -> Outcome {
        return log_people(desk, tx, reason, *worker, clock_.now());
    });
}

Result<Actor> NodeApi::now(const Actor& actor) {
    const Worker* worker = engine_.desk().workers.find(actor.id);
    if (worker != nullptr && worker->works_here() && actor.key &&
        worker->verify == crypto::verify_key_of(*actor.key))
        return actor_of(*worker, actor.key);
    return Error{Errc::locked, "sign in again; nothing was changed"};
}

Json NodeApi::house() {
    (void)prepare();
    Json roles = Json::array();
    for (const auto& role : home_.identity.card.roles)
        roles.push(role);
    Json names = Json::array();
    for (const Worker& worker : engine_.desk().workers.all())
        if (worker.works_here()) names.push(worker.name);
    return Json::object({{"organisation", home_.identity.card.organisation},
                         {"roles", std::move(roles)},
                         {"workers", std::move(names)}});
}

Outcome NodeApi::prepare() {
    if (prepared_) return Done{};
    LEEWARD_TRY(sign_in_.prepare(clock_.now()));
    prepared_ = true;
    return Done{};
}

Result<const schema::CommandSpec*> NodeApi::checked(std::string_view command, const Json& args) {
    const auto* spec = schema::find_command(command);
    if (spec == nullptr) return Error{Errc::unsupported, "this node does not know that command"};
    LEEWARD_TRY(schema::check_args(*spec, args));
    return spec;
}

// The node itself for what needs nobody; only that has no worker.
Result<Actor> NodeApi::who(uid_t desk,
                           const schema::CommandSpec& command,
                           const Request& request,
                           std::span<const SecretBytes> secrets) {
    if (!request.as.empty()) {
        if (secrets.empty()) return Error{Errc::locked, "her passphrase is needed"};
        return sign_in_.by_passphrase(request.as, secrets.front(), clock_.now());
    }
    auto actor = sign_in_.at(desk, clock_.now());
    if (!actor && actor.error().code == Errc::locked && needs_nobody(command.name)) return Actor{};
    return actor;
}

// Whoever came to the desk that she has left says nothing in her name.
Outcome NodeApi::prove_again(const Actor& actor, std::span<const SecretBytes> secrets) {
    const Worker* worker = engine_.desk().workers.find(actor.id);
    if (worker == nullptr || secrets.empty() || secrets.front().empty())
        return Error{Errc::locked,
                     "whoever says this types her own passphrase for it; nothing was changed"};
    auto proved = prove({actor, worker->name}, secrets.front());
    if (proved || proved.error().code != Errc::locked) return proved;
    return Error{Errc::locked, "the passphrase does not fit; nothing was changed"};
}

Outcome NodeApi::admit(const Actor& actor, const schema::CommandSpec& command) {
    if (actor.is_node() || actor.has_any(command.roles)) return Done{};
    engine_.desk().refusal = refused_for(actor);
    log_refusal();
    return Error{Errc::not_permitted,
                 "this needs " + schema::in_words(command.roles) + "; nothing was changed"};
}

Result<Json> NodeApi::run(const Actor& actor,
                          const schema::CommandSpec& command,
                          const Json& args,
                          const Asking& asking) {
    const Acting acting(engine_.desk(), actor, command.roles);
    LEEWARD_TRY(admit(actor, command));
    if (auto done = about_people(command.name, args, asking)) return std::move(*done);
    return perform(command.name, args, asking.keep);
}

std::optional<Result<Json>> NodeApi::about_people(std::string_view command,
                                                  const Json& args,
                                                  const Asking& asking) {
    PeopleRoom room{
        home_, engine_.desk(), sign_in_, asking.desk, clock_.now(), make_slot_, asking.secrets};
    if (asking.keep == Keep::NO) return std::nullopt;
    return people_command(room, command, args);
}

Result<Json> NodeApi::perform(std::string_view command, const Json& args, Keep keep) {
    if (keep == Keep::NO && !schema::find_command(command)->changes)
        return Error{Errc::invalid_argument,
                     "this only shows something: say it without a preview; nothing was shown"};
    if (command == "directory.list") return directory_list(*directory_, args);
    if (command == "directory.match")
        return directory_match(*directory_, engine_.desk(), args, clock_.now());
    if (command == "audit.verify") return verify_log();
    if (command == "console") {
        if (open_console_) return open_console_();
        return Error{Errc::unreachable, "no console can be opened in this process"};
    }
    if (command == "node.doctor")
        return doctor(engine_, home_, clock_.now(), args.text_at("language"));
    if (keep == Keep::YES && command == "mailhost.open")
        return mailhost_open(engine_, home_, clock_.now());
    if (keep == Keep::YES && command == "mailhost.close")
        return mailhost_close(engine_, home_, args);
    if (keep == Keep::YES && command == "notify.test") return test_notify();
    if (keep == Keep::YES && command == "backup.create")
        return backup_create(home_, engine_.desk(), args, clock_.now());
    if (keep == Keep::YES && (command == "courier.export" || command == "courier.import"))
        return carry(command, args);
    if (keep == Keep::YES && command == "directory.import")
        return directory_import(*directory_, args);
    if (keep == Keep::YES && command == "node.tick") {
        const Acting node_itself(engine_.desk(), {}, {});
        LEEWARD_TRY(engine_.tick(schema::unix_seconds(clock_.now()) * 1000));
        return Json::object({{"at", schema::unix_seconds(clock_.now())}});
    }
    if (keep == Keep::YES && command == "node.down") {
        stopping_ = true;
        return Json::object({{"note", "stopping; what is not delivered yet is kept"}});
    }
    return in_transaction(command, args, keep);
}

Result<Json> NodeApi::in_transaction(std::string_view command, const Json& args, Keep keep) {
    using enum schema::WhenFull;
    const auto when_full = schema::find_command(command)->when_full;
    const Room room = when_full == TAKEN ? Room::RESERVE : Room::ORDINARY;
    engine_.desk().protects = when_full == TAKEN;
    auto done = keep == Keep::NO
                    ? preview_of(engine_.desk(), [&] { return take_back(command, args); })
                    : attempt(command, args, room);
    if (!done && when_full == TAKEN && done.error().code == Errc::disk_full)
        done = attempt(command, args, Room::RESERVE);  // the first has freed the reserve
    if (!done && when_full == READ && log_cannot_take_it(done.error()))
        done = read_aside(command, args);
    if (!done && keep == Keep::YES && engine_.desk().wanted)
        return wait_for_second_person(command, args, room);
    if (!done) log_refusal();
    if (done && args.bool_at("qr") && done->find("read_aloud") != nullptr)
        done->set("qr", qr_rows(done->text_at("read_aloud")));
    if (done && command == "mailhost.list") {
        LEEWARD_ASSIGN(auto kept, mail_kept_for_others(home_));
        done->set("kept_for_others", std::move(kept));
    }
    if (done && command == "inbox" && !engine_.desk().automatic)
        bell_.inbox_opened(schema::unix_seconds(clock_.now()));
    if (done && keep == Keep::YES && changes_peers(command)) LEEWARD_TRY(engine_.connect_peers());
    if (done && keep == Keep::YES && changes_holders(command))
        LEEWARD_TRY(renew_recovery_file(home_, engine_.desk()));
    return done;
}

Result<Json> NodeApi::attempt(std::string_view command, const Json& args, Room room) {
    Desk& desk = engine_.desk();
    desk.refusal.reset();
    desk.wanted.reset();
    std::filesystem::path sealed_file;
    auto done = home_.store.write(room, [&](Transaction& tx) {
        auto answer = story(command, tx, args);
        if (answer) sealed_file = answer->text_at("sealed_file");
        return answer;
    });
    desk.seconded.reset();
    if (done) return done;
    // What was not confirmed for another reason may stand all the same: so does its file.
    std::error_code ignored;
    if (done.error().code == Errc::disk_full) std::filesystem::remove(sealed_file, ignored);
    (void)desk.peers.load(home_.store);
    return done;
}

// A preview is the story itself, taken back.
Result<Json> NodeApi::take_back(std::string_view command, const Json& args) {
    Desk& desk = engine_.desk();
    desk.refusal.reset();
    desk.wanted.reset();
    desk.previewing = true;
    auto shown = home_.store.peek([&](Transaction& tx) { return story(command, tx, args); });
    desk.previewing = false;
    desk.seconded.reset();
    (void)desk.peers.load(home_.store);
    return shown;
}

// Nothing is shown before its reading is safe in the journal; when that is full, the reserve is left.
Result<Json> NodeApi::read_aside(std::string_view command, const Json& args) {
    Desk& desk = engine_.desk();
    desk.set_aside.emplace();
    auto shown = take_back(command, args);
    const auto views = *std::exchange(desk.set_aside, std::nullopt);
    if (!shown) return shown;
    for (const MadeView& view : views) {
        const Outcome kept = home_.views.append(encode(view));
        if (!kept && kept.error().code == Errc::disk_full)
            return attempt(command, args, Room::RESERVE);
        LEEWARD_TRY(Outcome(kept));
    }
    return shown;
}

Result<Json> NodeApi::story(std::string_view command, Transaction& tx, const Json& args) {
    engine_.desk().command = schema::find_command(command);
    if (command == "peer.found") return with_root(peer_found, tx, args);
    if (command == "identity.renew") return with_root(identity_renew, tx, args);
    if (command == "peer.vouch") return with_root(peer_vouch, tx, args);
    if (command == "peer.disown") return with_root(peer_disown, tx, args);
    if (command == "identity.revoke") return with_root(identity_revoke, tx, args);
    if (command == "approval.give") return give(tx, args);
    if (command == "node.retire") return retire(home_, engine_.desk(), tx, args, clock_.now());
    if (const Story named = story_of(command)) return named(engine_.desk(), tx, args, clock_.now());
    const Errc fault = engine_.desk().previewing ? Errc::invalid_argument : Errc::unsupported;
    return Error{fault, "what this would do cannot be shown beforehand; nothing was done"};
}

// The node's own work, whoever carries the stick.
Result<Json> NodeApi::carry(std::string_view command, const Json& args) {
    const Acting node_itself(engine_.desk(), {}, {});
    const std::int64_t now_ms = schema::unix_seconds(clock_.now()) * 1000;
    return command == "courier.export" ? courier_export(engine_, args, now_ms)
                                       : courier_import(engine_, args, now_ms);
}

// The organisation's own signature, its root key unsealed for this one act.
Result<Json> NodeApi::with_root(RootStory act, Transaction& tx, const Json& args) {
    LEEWARD_ASSIGN(const auto root, open_root_key(home_.folder, home_.root));
    return act(engine_.desk(), tx, args, clock_.now(), root);
}

// What was asked for is done as the act of the one who asked, and signed by the one who agrees.
Result<Json> NodeApi::give(Transaction& tx, const Json& args) {
    Desk& desk = engine_.desk();
    const Perform perform = [&](const Worker& as, std::string_view command, const Json& asked) {
        const Author author{static_cast<Byte>(desk.actor.acting), desk.actor.key};
        const Acting in_her_place(
            desk, actor_of(as, desk.actor.key), schema::find_command(command)->roles);
        desk.log.act_as(author);
        return story(command, tx, asked);
    };
    return approval_give(desk, tx, args, clock_.now(), perform);
}

Result<Json> NodeApi::wait_for_second_person(std::string_view command,
                                             const Json& args,
                                             Room room) {
    return home_.store.write(room, [&](Transaction& tx) {
        return keep_request(engine_.desk(), tx, command, args, clock_.now());
    });
}

// An attempt that was refused is in the log although nothing else of it is kept.
void NodeApi::log_refusal() {
    auto refusal = engine_.desk().refusal;
    if (!refusal) return;
    refusal->other = {};  // asked here and refused here: no message of whomever it was about
    (void)home_.store.write(Room::RESERVE, [&](Transaction& tx) -> Outcome {
        return log_event(engine_.desk(), tx, *refusal, clock_.now());
    });
}

Result<Json> NodeApi::verify_log() {
    LEEWARD_ASSIGN(const LogReport report,
                   engine_.desk().log.verify(home_.store, AuditLog::Depth::OPENINGS));
    LEEWARD_TRY(check_authorship(home_.store));
    LEEWARD_ASSIGN(const std::string damaged, verify_log_files());
    Json answer = Json::object({{"verified", true},
                                {"entries", static_cast<std::int64_t>(report.leaves)},
                                {"root", hex::encode(report.root)},
                                {"newest_head", static_cast<std::int64_t>(report.head_size)},
                                {"files", damaged.empty() ? "whole" : "written again"}});
    if (!damaged.empty()) answer.set("damaged_file", damaged);
    return answer;
}

// The store is what counts: a file that differs is named, and all are written again from the store.
Result<std::string> NodeApi::verify_log_files() {
    AuditLog& log = engine_.desk().log;
    LEEWARD_TRY(home_.log_files.follow_whole(home_.store, log));
    LEEWARD_ASSIGN(std::string damaged, home_.log_files.first_difference(home_.store, log));
    if (damaged.empty()) return damaged;
    home_.log_files.begin_anew();
    LEEWARD_TRY(home_.log_files.follow_whole(home_.store, log));
    return damaged;
}

std::vector<std::string> NodeApi::programs_to_call() {
    const Notify& notify = home_.config.notify;
    if (std::exchange(test_calls_, false)) {
        auto all = programs_of_ring(notify, 0);
        for (std::size_t i = 1; i < notify.on_call.size(); ++i)
            all.push_back(notify.on_call[i]);
        return all;
    }
    if (ways_of(notify) == 0) return {};
    const std::int64_t now = schema::unix_seconds(clock_.now());
    bell_.follow(now);
    const auto unseen = unseen_since(home_.store, bell_.opened_at(), now);
    if (!unseen) return {};
    const auto ring = bell_.rings(*unseen, now);
    return ring ? programs_of_ring(notify, *ring) : std::vector<std::string>{};
}

Outcome NodeApi::look_after_home() {
    if (may_destroy_keys(home_.store, clock_.now())) {
        stopping_ = true;
        return destroy_home_keys(home_, clock_.now());
    }
    return by_night_.look(home_, engine_.desk(), clock_.now());
}

Json NodeApi::test_notify() {
    test_calls_ = true;
    return Json::object({{"ways", ways_of(home_.config.notify)},
                         {"note",
                          "each program of [notify] in config.toml is run now; whoever it should "
                          "call says whether it did"}});
}

}  // namespace leeward::node
