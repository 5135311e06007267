#include "node/app/node_api.h"

#include <utility>

#include <unistd.h>

#include "node/app/backup_commands.h"
#include "node/app/courier_commands.h"
#include "node/app/directory_commands.h"
#include "node/app/qr_rows.h"
#include "node/app/ring.h"
#include "node/exchange/access.h"
#include "node/exchange/accounting.h"
#include "node/exchange/answer.h"
#include "node/exchange/ask.h"
#include "node/exchange/auditing.h"
#include "node/exchange/capacity.h"
#include "node/exchange/disclose.h"
#include "node/exchange/drafting.h"
#include "node/exchange/duplicates.h"
#include "node/exchange/exposed.h"
#include "node/exchange/follow_up.h"
#include "node/exchange/frozen.h"
#include "node/exchange/grant_ends.h"
#include "node/exchange/hand_over.h"
#include "node/exchange/inbox.h"
#include "node/exchange/incidents.h"
#include "node/exchange/introduce.h"
#include "node/exchange/mail_places.h"
#include "node/exchange/need_ends.h"
#include "node/exchange/need_rests.h"
#include "node/exchange/need_to_know.h"
#include "node/exchange/needs.h"
#include "node/exchange/numbers.h"
#include "node/exchange/other_bases.h"
#include "node/exchange/outside.h"
#include "node/exchange/printing.h"
#include "node/exchange/proving.h"
#include "node/exchange/reconcile.h"
#include "node/exchange/referral_copy.h"
#include "node/exchange/release_ends.h"
#include "node/exchange/releases.h"
#include "node/exchange/resync.h"
#include "node/exchange/retention.h"
#include "node/exchange/retire.h"
#include "node/exchange/return_path.h"
#include "node/exchange/revoke.h"
#include "node/exchange/signing.h"
#include "node/exchange/succeed.h"
#include "node/exchange/two_people.h"
#include "node/exchange/vouching.h"
#include "node/exchange/waiting.h"
#include "node/exchange/withdraw.h"
#include "node/exchange/witnessing.h"
#include "node/people/authorship.h"
#include "schema/codes.h"
#include "schema/commands.h"

namespace leeward::node {
namespace {

using schema::Json;
using schema::Time;

using Story = Result<Json> (*)(Desk&, Transaction&, const Json&, Time);
struct Named {
    std::string_view command;
    Story story;
};

// Which story answers which command. A test holds this against schema/commands.h.
constexpr Named stories[] = {
    {"node.status", node_status},
    {"node.retire", node_retire},
    {"identity.show", identity_show},
    {"peer.offer", peer_offer},
    {"peer.admit", peer_admit},
    {"peer.accept", peer_accept},
    {"peer.verify", peer_verify},
    {"peer.list", peer_list},
    {"peer.show", peer_show},
    {"peer.settle", peer_settle},
    {"peer.revoke", peer_revoke},
    {"peer.suspend", peer_suspend},
    {"peer.resume", peer_resume},
    {"peer.contact", peer_contact},
    {"mailhost.add", mailhost_add},
    {"mailhost.remove", mailhost_remove},
    {"mailhost.list", mailhost_list},
    {"peer.held", peer_held},
    {"peer.reopen", peer_reopen},
    {"capacity.set", capacity_set},
    {"capacity.show", capacity_show},
    {"case.new", case_new},
    {"case.list", case_list},
    {"case.show", case_show},
    {"case.reopen", case_reopen},
    {"case.check", case_check},
    {"case.assign", case_assign},
    {"case.accounting", case_accounting},
    {"case.print", case_print},
    {"need.new", need_new},
    {"need.list", need_list},
    {"need.show", need_show},
    {"need.ask", need_ask},
    {"need.choose", need_choose},
    {"need.edit", need_edit},
    {"need.ready", need_ready},
    {"need.pause", need_pause},
    {"need.resume", need_resume},
    {"need.unplaced", need_unplaced},
    {"need.reopen", need_reopen},
    {"need.follow-up", need_follow_up},
    {"need.close", need_close},
    {"need.withdraw", need_withdraw},
    {"need.cancel", need_cancel},
    {"need.error", need_error},
    {"need.duplicate", need_duplicate},
    {"leg.list", leg_list},
    {"leg.show", leg_show},
    {"leg.assign", leg_assign},
    {"leg.question", leg_question},
    {"leg.offer", leg_offer},
    {"leg.waitlist", leg_waitlist},
    {"leg.decline", leg_decline},
    {"leg.review", leg_review},
    {"leg.confirm", leg_confirm},
    {"leg.plan", leg_plan},
    {"leg.departed", leg_departed},
    {"leg.arrived", leg_arrived},
    {"leg.missing", leg_missing},
    {"leg.phone-accepted", leg_phone_accepted},
    {"leg.phone-arrived", leg_phone_arrived},
    {"leg.phone-cancelled", leg_phone_cancelled},
    {"leg.keep", leg_keep},
    {"leg.ask-again", leg_ask_again},
    {"leg.cancel", leg_cancel},
    {"leg.discard", leg_discard},
    {"leg.ended", leg_ended},
    {"leg.follow-up", leg_follow_up},
    {"leg.lost", leg_lost},
    {"leg.duplicate", leg_duplicate},
    {"approval.list", approval_list},
    {"approval.refuse", approval_refuse},
    {"approval.outside", approval_outside},
    {"release.new", release_new},
    {"release.edit", release_edit},
    {"release.present", release_present},
    {"release.sign", release_sign},
    {"release.authorise", release_authorise},
    {"release.show", release_show},
    {"release.list", release_list},
    {"release.print", release_print},
    {"release.narrow", release_narrow},
    {"release.withdraw", release_withdraw},
    {"release.invalidate", release_invalidate},
    {"release.notice", release_notice},
    {"jurisdiction.set", jurisdiction_set},
    {"jurisdiction.show", jurisdiction_show},
    {"grant.send", grant_send},
    {"grant.open", grant_open},
    {"grant.print", grant_print},
    {"grant.list", grant_list},
    {"grant.erase", grant_erase},
    {"grant.unreachable", grant_unreachable},
    {"retention.show", retention_show},
    {"retention.set", retention_set},
    {"retention.hold", retention_hold},
    {"retention.postpone", retention_postpone},
    {"access.ask", access_ask},
    {"access.grant", access_grant},
    {"access.deny", access_deny},
    {"access.review", access_review},
    {"access.list", access_list},
    {"incident.open", incident_open},
    {"incident.list", incident_list},
    {"incident.notice", incident_notice},
    {"incident.contain", incident_contain},
    {"incident.close", incident_close},
    {"recovery.holder", recovery_holder},
    {"recovery.holders", recovery_holders},
    {"backup.drilled", backup_drilled},
    {"inbox", inbox},
    {"stats.show", stats_show},
    {"audit.show", audit_show},
    {"audit.leaves", audit_leaves},
    {"audit.reconcile", audit_reconcile},
    {"audit.prove", audit_prove},
    {"witness.list", witness_list},
    {"witness.status", witness_status},
    {"witness.policy", witness_policy},
};

constexpr std::uint64_t mebibyte = 1024 * 1024;
constexpr std::uint64_t little_room = 256 * mebibyte;

bool changes_peers(std::string_view command) {
    return command == "peer.found" || command == "peer.admit" || command == "peer.accept" ||
           command == "peer.verify";
}

bool changes_holders(std::string_view command) {
    return command == "recovery.holder" || command == "approval.give";
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

// One line of the doctor's, in both languages: in_language() keeps the one that is asked for.
Json check(std::string_view name,
           std::string_view light,
           std::string_view en,
           std::string_view es) {
    return Json::object({{"check", name}, {"light", light}, {"say", en}, {"say_es", es}});
}
Json sentence_check(std::string_view name, std::string_view light, std::string_view code) {
    return check(name,
                 light,
                 schema::sentence(code, schema::Language::EN),
                 schema::sentence(code, schema::Language::ES));
}

Json in_language(const Json& both, std::string_view language) {
    Json out = Json::array();
    for (const Json& one : both.array_at("checks")) {
        const std::string spanish = one.text_at("say_es");
        Json line = Json::object();
        for (const auto& [key, value] : *one.as_object())
            if (key != "say_es") line.set(key, value);
        if (language == "es" && !spanish.empty()) line.set("say", spanish);
        out.push(std::move(line));
    }
    return Json::object({{"checks", std::move(out)}});
}

// What the store or the log say of themselves is in English.
Json broken(std::string_view name, const Error& error) {
    return check(name,
                 "red",
                 error.detail,
                 "deje de usar este nodo y llame a su responsable: " + error.detail);
}

// Partners that have signed a time of our future.
Result<std::vector<schema::NodeId>> ahead_of_us(Store& store, schema::Time now) {
    std::vector<schema::NodeId> out;
    auto rows =
        store.query("SELECT node FROM peer WHERE peer_time>?", schema::unix_seconds(now) + 3'600);
    while (rows.next())
        out.push_back(rows.id<schema::NodeId>(0));
    LEEWARD_TRY(rows.status());
    return out;
}

Json notify_check(const Notify& notify) {
    const std::size_t ways = ways_of(notify);
    if (ways > 1)
        return check("notify",
                     "green",
                     "a raise leaves this node in more than one way",
                     "este nodo avisa por más de un camino");
    if (ways == 1)
        return check("notify",
                     "amber",
                     "a raise leaves this node in one way only: add another to [notify] in "
                     "config.toml",
                     "este nodo avisa por un solo camino: añada otro en [notify] de config.toml");
    return check("notify",
                 "amber",
                 "nobody is called when something comes at night: name a program in [notify] in "
                 "config.toml",
                 "nadie recibe un aviso si algo llega de noche: nombre un programa en [notify] de "
                 "config.toml");
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
    const bool signs_for_one = !request.as.empty();
    LEEWARD_ASSIGN(const Actor actor, who(desk, *spec, request, secrets));
    const std::span rest = std::span(secrets).subspan(signs_for_one ? 1 : 0);
    const Keep keep = request.act == Act::PREVIEW ? Keep::NO : Keep::YES;
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
    return run(actor, *spec, request.args, {::geteuid(), keep, secrets});
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
    if (command == "directory.list") return directory_list(*directory_, args);
    if (command == "directory.match")
        return directory_match(*directory_, engine_.desk(), args, clock_.now());
    if (command == "audit.verify") return verify_log();
    if (command == "console") {
        if (open_console_) return open_console_();
        return Error{Errc::unreachable, "no console can be opened in this process"};
    }
    if (command == "node.doctor") {
        LEEWARD_ASSIGN(const Json both, doctor());
        return in_language(both, args.text_at("language"));
    }
    if (command == "mailhost.list") return list_mail_hosts(args);
    if (keep == Keep::YES && command == "mailhost.open") return open_mail_place();
    if (keep == Keep::YES && command == "mailhost.close") return close_mail_place(args);
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
    auto done = keep == Keep::NO ? take_back(command, args) : attempt(command, args, room);
    if (!done && when_full == TAKEN && done.error().code == Errc::disk_full)
        done = attempt(command, args, Room::RESERVE);  // the first has freed the reserve
    if (!done && when_full == READ && log_cannot_take_it(done.error()))
        done = read_aside(command, args);
    if (!done && engine_.desk().wanted) return wait_for_second_person(command, args, room);
    if (!done) log_refusal();
    if (done && args.bool_at("qr") && done->find("read_aloud") != nullptr)
        done->set("qr", qr_rows(done->text_at("read_aloud")));
    if (done && command == "inbox") bell_.inbox_opened(schema::unix_seconds(clock_.now()));
    if (done && keep == Keep::YES && changes_peers(command)) LEEWARD_TRY(engine_.connect_peers());
    if (done && keep == Keep::YES && changes_holders(command))
        LEEWARD_TRY(renew_recovery_file(home_, engine_.desk()));
    return done;
}

Result<Json> NodeApi::attempt(std::string_view command, const Json& args, Room room) {
    Desk& desk = engine_.desk();
    desk.refusal.reset();
    desk.wanted.reset();
    auto done = home_.store.write(room, [&](Transaction& tx) { return story(command, tx, args); });
    desk.seconded.reset();
    if (!done) (void)desk.peers.load(home_.store);
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
    if (command == "peer.found") return with_root(peer_found, tx, args);
    if (command == "identity.renew") return with_root(identity_renew, tx, args);
    if (command == "peer.vouch") return with_root(peer_vouch, tx, args);
    if (command == "peer.disown") return with_root(peer_disown, tx, args);
    if (command == "identity.revoke") return with_root(identity_revoke, tx, args);
    if (command == "approval.give") return give(tx, args);
    for (const auto& named : stories)
        if (named.command == command) return named.story(engine_.desk(), tx, args, clock_.now());
    return Error{Errc::unsupported, "this command cannot be previewed"};
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
    const auto unseen = unseen_since(home_.store, bell_.opened_at());
    if (!unseen) return {};
    const auto ring = bell_.rings(*unseen, schema::unix_seconds(clock_.now()));
    return ring ? programs_of_ring(notify, *ring) : std::vector<std::string>{};
}

Outcome NodeApi::look_after_home() {
    if (may_destroy_keys(home_.store, clock_.now())) {
        stopping_ = true;
        return destroy_home_keys(home_);
    }
    return backup_by_night(home_, engine_.desk(), clock_.now());
}

Json NodeApi::test_notify() {
    test_calls_ = true;
    return Json::object({{"ways", ways_of(home_.config.notify)},
                         {"note",
                          "each program of [notify] in config.toml is run now; whoever it should "
                          "call says whether it did"}});
}

Json NodeApi::space_check() const {
    const Space space = home_.store.space();
    const std::string megabytes = std::to_string(space.free / mebibyte) + " MB";
    const std::string left = megabytes + " are free";
    const std::string quedan = "quedan " + megabytes + " libres";
    Json line;
    if (home_.store.is_short())
        line = check(
            "disk",
            "red",
            "the disk is full, " + left +
                ": only withdrawals, endings, erasures and reading go on, and peers are asked "
                "to wait. Make room; everything then goes on by itself",
            "el disco está lleno, " + quedan +
                ": solo siguen las retiradas, los finales, los borrados y la lectura, y a las "
                "demás se les pide esperar. Haga sitio; después todo sigue solo");
    else if (space.free < little_room)
        line = check("disk",
                     "amber",
                     left + ", the reserve is whole: make room soon",
                     quedan + " y la reserva está entera: haga sitio pronto");
    else
        line = check("disk",
                     "green",
                     left + " and the reserve is whole",
                     quedan + " y la reserva está entera");
    line.set("free_bytes", static_cast<std::int64_t>(space.free));
    line.set("reserve_bytes", static_cast<std::int64_t>(space.reserve));
    return line;
}

// ------------------------------------------------------------------ mail of others

Result<Json> NodeApi::open_mail_place() {
    const auto& card = home_.identity.card;
    if (card.endpoint.empty())
        return Error{Errc::wrong_state,
                     "nobody connects to this node, so it cannot keep mail for others; nothing was "
                     "changed"};
    if (home_.mail_host == nullptr) {
        LEEWARD_ASSIGN(home_.mail_host, open_mail_host(home_.folder, home_.root));
    }
    LEEWARD_ASSIGN(
        const auto place,
        home_.mail_host->open_place(
            card.endpoint, TransportPublicKey(card.link), engine_.desk().random, clock_.now()));
    engine_.keep_mail_for_others(home_.mail_host.get());
    return Json::object(
        {{"place", home_.mail_host->places().back().number},
         {"note",
          "Hand this file over in person and delete it on both sides afterwards. What is kept in "
          "the place is sealed, and this node does not learn whose it is."},
         {"file", schema::write_place(place)}});
}

Result<Json> NodeApi::close_mail_place(const Json& args) {
    if (home_.mail_host == nullptr)
        return Error{Errc::not_found, "no mail of others is kept here; nothing was changed"};
    LEEWARD_ASSIGN(const auto gone, home_.mail_host->close_place(args.int_at("number")));
    for (const auto& key : gone)
        engine_.dismiss(key);
    return Json::object({{"closed", args.int_at("number")}});
}

Result<Json> NodeApi::list_mail_hosts(const Json& args) {
    LEEWARD_ASSIGN(Json list, in_transaction("mailhost.list", args, Keep::YES));
    Json kept = Json::array();
    if (home_.mail_host != nullptr)
        for (const auto& place : home_.mail_host->places())
            kept.push(Json::object({{"place", place.number},
                                    {"opened", schema::unix_seconds(place.opened)},
                                    {"partners", place.guests},
                                    {"envelopes", place.frames},
                                    {"bytes", place.bytes}}));
    list.set("kept_for_others", std::move(kept));
    return list;
}

Json NodeApi::mail_check() const {
    const std::size_t hosts = engine_.post().places().size();
    const std::size_t silent = engine_.post().silent_places();
    if (home_.identity.card.endpoint.empty() && hosts == 0)
        return check("mail",
                     "red",
                     "nobody connects to this node and no host keeps its mail: nothing can reach "
                     "it. Ask a partner for a place and take it with 'leeward mailhost add'",
                     "nadie se conecta a este nodo y nadie guarda su correo: nada puede llegarle. "
                     "Pida un lugar a otra organización y tómelo con 'leeward mailhost add'");
    if (hosts == 0)
        return check("mail",
                     "green",
                     "partners connect to this node themselves",
                     "las demás se conectan a este nodo");
    if (silent == hosts)
        return check("mail",
                     "red",
                     "no mail host answers: what is sent to us waits there or with its senders. "
                     "Look at this machine's network",
                     "nadie de quienes guardan el correo responde: lo que se nos envía espera allí "
                     "o con quien lo envía. Mire la red de esta máquina");
    if (silent > 0)
        return check("mail",
                     "amber",
                     "one of two mail hosts does not answer; the other one serves",
                     "de las dos que guardan el correo, una no responde; la otra sirve");
    if (hosts > 1)
        return check(
            "mail", "green", "both mail hosts answer", "las dos que guardan el correo responden");
    return check("mail",
                 "amber",
                 "our mail host answers; with a second one its failing would not stop our mail",
                 "quien guarda nuestro correo responde; con una segunda, un fallo suyo no lo "
                 "detendría");
}

Json NodeApi::witness_check() {
    const Time now = clock_.now();
    const auto until =
        home_.store.peek([&](Transaction& tx) { return witnessed_until(engine_.desk(), tx, now); });
    if (!until) return broken("witnesses", until.error());
    if (*until && now - **until < std::chrono::hours(24))
        return check("witnesses",
                     "green",
                     "partners have witnessed our log today",
                     "las demás han dado fe hoy de nuestro registro");
    if (*until && now - **until > std::chrono::hours(72))
        return check(
            "witnesses",
            "red",
            "for three days no partner has witnessed our log: partners may refuse names from here. "
            "See whether their machines can be reached: leeward witness status",
            "hace tres días que nadie da fe de nuestro registro: las demás pueden rechazar nombres "
            "de aquí. Vea si se llega a sus máquinas: leeward witness status");
    return check("witnesses",
                 "amber",
                 "no partner has witnessed our log today yet: leeward witness status",
                 "hoy nadie ha dado fe aún de nuestro registro: leeward witness status");
}

Result<Json> NodeApi::doctor() {
    Json checks = Json::array();
    checks.push(space_check());
    checks.push(mail_check());
    checks.push(notify_check(home_.config.notify));
    checks.push(backup_check(home_.store, clock_.now()));
    const Outcome store = home_.store.verify();
    if (!store && store.error().code == Errc::disk_full)
        checks.push(check("store",
                          "amber",
                          "not checked: that needs room on the disk",
                          "sin revisar: hace falta sitio en el disco"));
    else
        checks.push(store ? check("store",
                                  "green",
                                  "every page of the store is whole",
                                  "cada página del almacén está entera")
                          : broken("store", store.error()));
    if (const std::size_t waiting = home_.views.entries().size(); waiting > 0)
        checks.push(
            check("readings",
                  "amber",
                  std::to_string(waiting) + " readings wait to enter the log",
                  "lecturas que esperan entrar en el registro: " + std::to_string(waiting)));
    const auto log = engine_.desk().log.verify(home_.store, AuditLog::Depth::LEAVES);
    checks.push(
        log ? check("log", "green", "the log fits its tree", "el registro encaja con su árbol")
            : broken("log", log.error()));
    LEEWARD_ASSIGN(const auto ahead, ahead_of_us(home_.store, clock_.now()));
    for (const auto& node : ahead)
        if (const Peer* peer = engine_.desk().peers.find(node))
            checks.push(check("clock",
                              "amber",
                              "the clock of " + peer->card.organisation +
                                  " is ahead of ours by more than an hour: one of the two is "
                                  "wrong. Deadlines hold; set it right all the same",
                              "el reloj de " + peer->card.organisation +
                                  " va más de una hora por delante del nuestro: uno de los dos "
                                  "está mal. Los plazos valen; póngalo en hora igualmente"));
    if (const auto& trouble = home_.log_files.trouble(); !trouble.empty())
        checks.push(check("log files",
                          "amber",
                          "the log's files could not be written: " + trouble,
                          "no se pudieron escribir los archivos del registro: " + trouble));
    checks.push(witness_check());
    for (const Peer* peer : engine_.desk().peers.all()) {
        const std::string& name = peer->card.organisation;
        if (peer->revoked())
            checks.push(sentence_check(name, "red", "KEYS_REVOKED"));
        else if (peer->suspended)
            checks.push(sentence_check(name, "amber", "PARTNER_SUSPENDED"));
        else if (peer->frozen)
            checks.push(sentence_check(name, "red", "LOG_FROZEN"));
        else if (!peer->active())
            checks.push(check(name,
                              "amber",
                              "compare safety words: leeward peer verify",
                              "compare las palabras de seguridad: leeward peer verify"));
        else if (peer->card.expires < clock_.now())
            checks.push(check(name,
                              "amber",
                              "its card has expired: ask for a new one",
                              "su tarjeta ha caducado: pida una nueva"));
    }
    for (const auto& slot : home_.keyring.keyfile().slots())
        if (slot.cost.memory_kib < crypto::argon2id::floor_memory_kib)
            checks.push(check("passphrase",
                              "red",
                              "a passphrase slot is too cheap to guess",
                              "una frase es demasiado fácil de adivinar: cámbiela"));
    const auto certain = home_.identity.card.expires - clock_.now();
    checks.push(certain > std::chrono::hours(24 * 30)
                    ? check("card", "green", "our card is valid", "nuestra tarjeta es válida")
                    : check("card",
                            "amber",
                            "our card ends within 30 days",
                            "nuestra tarjeta termina en menos de 30 días"));
    return Json::object({{"checks", std::move(checks)}});
}

}  // namespace leeward::node
