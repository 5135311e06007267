#include "node/app/backup_commands.h"

#include "node/app/home_files.h"
#include "node/app/private_files.h"
#include "node/backup/backup.h"
#include "node/exchange/two_people.h"

namespace leeward::node {
namespace {

namespace fs = std::filesystem;
using schema::Time;
using std::chrono::hours;

constexpr std::string_view made_key = "backup.made";
constexpr std::string_view drilled_key = "backup.drilled";
constexpr Byte holder_named = 22;  // of the node's acts, beside introduce.h's; see SPEC.md
constexpr Byte backup_was_made = 23;
constexpr Byte backup_was_opened = 24;
constexpr auto a_quarter = hours(24 * 92);

Outcome log_act(Desk& desk, Transaction& tx, Byte transition, Time now) {
    schema::AuditRecord event;
    event.kind = schema::EventKind::ACT;
    event.machine = schema::Machine::NODE;
    event.transition = transition;
    return log_event(desk, tx, event, now);
}

Outcome note_time(Transaction& tx, std::string_view key, Time now) {
    return tx.run("INSERT OR REPLACE INTO meta(key,value) VALUES(?,?)",
                  key,
                  as_bytes(std::to_string(schema::unix_seconds(now))));
}

// Never, where a clock that was ahead wrote it.
Time noted_time(Store& store, std::string_view key, Time now) {
    auto rows =
        store.query("SELECT CAST(CAST(value AS TEXT) AS INTEGER) FROM meta WHERE key=?", key);
    const Time noted = schema::from_unix(rows.next() ? rows.integer(0) : 0);
    return noted > now + hours(1) ? Time{} : noted;
}

struct Holder {
    std::int64_t place = 0;
    std::string name;
    std::string key;
    std::int64_t since = 0;
};

std::vector<Holder> read_holders(Rows rows) {
    std::vector<Holder> out;
    while (rows.next())
        out.push_back({rows.integer(0), rows.text(1), rows.text(2), rows.integer(3)});
    return out;
}
constexpr std::string_view all_holders =
    "SELECT place,name,key,since FROM recovery_holder ORDER BY place";

Result<std::optional<crypto::Holders>> three_holders(Store& store) {
    const auto held = read_holders(store.query(all_holders));
    if (held.size() != crypto::holder_count) return std::optional<crypto::Holders>();
    crypto::Holders holders;
    for (std::size_t i = 0; i < held.size(); ++i) {
        LEEWARD_ASSIGN(holders.at(i), crypto::age::parse_recipient(held.at(i).key));
    }
    return std::optional(std::move(holders));
}

std::string only_line(std::string text) {
    text.erase(text.find_last_not_of(" \r\n\t") + 1);
    text.erase(0, text.find_first_not_of(" \r\n\t"));
    return text;
}

// Hers if she is named already; else the first that is free; else the one that was said.
Result<std::int64_t> place_for(const std::vector<Holder>& held, const Json& args) {
    const std::string name = args.text_at("name");
    for (const auto& one : held)
        if (one.name == name) return one.place;
    const std::string instead = args.text_at("instead-of");
    for (const auto& one : held)
        if (!instead.empty() && one.name == instead) return one.place;
    if (!instead.empty())
        return Error{Errc::not_found, "no recovery holder has that name; nothing was changed"};
    for (std::int64_t place = 1; place <= static_cast<std::int64_t>(crypto::holder_count); ++place)
        if (std::none_of(
                held.begin(), held.end(), [&](const Holder& one) { return one.place == place; }))
            return place;
    return Error{Errc::invalid_argument,
                 "three holders are named already: say whom she replaces with --instead-of. "
                 "Nothing was changed"};
}

bool is_taken(const std::vector<Holder>& held, std::int64_t place) {
    return std::any_of(
        held.begin(), held.end(), [&](const Holder& one) { return one.place == place; });
}

bool somebody_could_agree(const Desk& desk) {
    const auto& rule = schema::rule_of(schema::TwoPersonAct::RECOVERY);
    const auto& all = desk.workers.all();
    return std::any_of(all.begin(), all.end(), [&](const Worker& worker) {
        return worker.works_here() && worker.id != desk.actor.id &&
               !schema::members(worker.roles & rule.approvers).empty();
    });
}

}  // namespace

Result<Json> recovery_holder(Desk& desk, Transaction& tx, const Json& args, Time now) {
    const std::string name = args.text_at("name");
    const std::string key = only_line(args.text_at("key"));
    if (name.empty() || name.size() > 64)
        return Error{Errc::invalid_argument, "say what to call her, in at most 64 bytes"};
    const auto parsed = crypto::age::parse_recipient(key);
    if (!parsed || !std::holds_alternative<crypto::XWingPublicKey>(*parsed))
        return Error{Errc::invalid_argument,
                     "this is no holder's key: it begins with age1pq and is what 'leeward recovery "
                     "key' writes. Nothing was changed"};
    const auto held = read_holders(tx.query(all_holders));
    for (const auto& one : held)
        if (one.key == key && one.name != name)
            return Error{Errc::invalid_argument,
                         "another holder has this very key: each needs her own. Nothing was "
                         "changed"};
    LEEWARD_ASSIGN(const std::int64_t place, place_for(held, args));
    if (is_taken(held, place) && somebody_could_agree(desk))
        LEEWARD_TRY(second_person(
            desk, tx, args, schema::TwoPersonAct::RECOVERY, desk.self.node().get(), now));
    LEEWARD_TRY(
        tx.run("INSERT OR REPLACE INTO recovery_holder(place,name,key,since) VALUES(?,?,?,?)",
               place,
               name,
               key,
               schema::unix_seconds(now)));
    LEEWARD_TRY(log_act(desk, tx, holder_named, now));
    return recovery_holders(desk, tx, args, now);
}

Result<Json> recovery_holders(Desk& desk, Transaction& tx, const Json&, Time) {
    Json list = Json::array();
    for (const auto& one : read_holders(tx.query(all_holders)))
        list.push(Json::object({{"name", one.name},
                                {"key", "…" + one.key.substr(one.key.size() - 8)},
                                {"since", one.since}}));
    const std::size_t missing = crypto::holder_count - list.as_array()->size();
    Json out =
        Json::object({{"node", schema::text(desk.self.node())}, {"holders", std::move(list)}});
    if (missing > 0) out.set("still_to_name", missing);
    return out;
}

Result<Json> backup_drilled(Desk& desk, Transaction& tx, const Json&, Time now) {
    LEEWARD_TRY(note_time(tx, drilled_key, now));
    LEEWARD_TRY(log_act(desk, tx, backup_was_opened, now));
    return Json::object({{"drilled_at", schema::unix_seconds(now)}});
}

Outcome renew_recovery_file(OpenedHome& home, Desk& desk) {
    LEEWARD_ASSIGN(const auto holders, three_holders(home.store));
    if (!holders) return Done{};
    schema::RecoveryFile file{desk.self.node(), {}};
    LEEWARD_ASSIGN(file.copies,
                   crypto::seal_for_any_two(*holders, home.root.reveal(), desk.random));
    return replace_private_file(home.folder / "recovery.key",
                                as_bytes(schema::write_recovery_file(file)));
}

namespace {

fs::path folder_of(const OpenedHome& home, const Json& args) {
    if (const std::string to = args.text_at("to"); !to.empty()) return to;
    return home.config.backup_folder.empty() ? home.folder / "backups"
                                             : fs::path(home.config.backup_folder);
}

Result<Bytes> file_to_keep(const fs::path& file, std::size_t most) {
    auto read = read_private_file(file, most);
    if (read) return read;
    return Error{read.error().code,
                 "no backup was made: " + file.filename().string() + ": " + read.error().detail};
}
// Empty where it was moved away.
Result<Bytes> root_key_to_keep(const fs::path& home) {
    auto file = file_to_keep(root_key_path(home), 1024);
    if (!file && file.error().code == Errc::not_found) return Bytes{};
    return file;
}

Result<BackupMade> make(OpenedHome& home,
                        Desk& desk,
                        const crypto::Holders& holders,
                        const fs::path& folder,
                        Time now) {
    LEEWARD_ASSIGN(const Bytes settings, file_to_keep(home.folder / "config.toml", 64 * 1024));
    LEEWARD_ASSIGN(const Bytes root_key, root_key_to_keep(home.folder));
    return make_backup({home.store,
                        {home.keyring, home.root, settings, root_key},
                        desk.self.card_jws,
                        desk.self.signing,
                        desk.log.size(),
                        desk.log.root()},
                       holders,
                       folder,
                       now,
                       desk.random);
}

}  // namespace

std::vector<fs::path> backup_folders(const OpenedHome& home) {
    std::vector<fs::path> out{folder_of(home, Json::object())};
    if (const fs::path own = home.folder / "backups"; own != out.front()) out.push_back(own);
    return out;
}

Time last_backup(Store& store, Time now) {
    return noted_time(store, made_key, now);
}

Result<bool> has_three_holders(Store& store) {
    LEEWARD_ASSIGN(const auto holders, three_holders(store));
    return holders.has_value();
}

Result<Json> backup_create(OpenedHome& home, Desk& desk, const Json& args, Time now) {
    LEEWARD_ASSIGN(const auto holders, three_holders(home.store));
    if (!holders)
        return Error{Errc::wrong_state,
                     "no backup was made: name three recovery holders first, of whom any two open "
                     "it ('leeward recovery holder')"};
    const fs::path folder = folder_of(home, args);
    if (args.text_at("to").empty() && home.config.backup_folder.empty())
        LEEWARD_TRY(make_private_folder(folder));
    const auto tidy = [&] {
        return remove_old_backups(home.identity.node(), folder, now, Spare::NEWEST);
    };
    LEEWARD_ASSIGN(const auto over, tidy());  // first: the disk may be full of them
    LEEWARD_ASSIGN(const BackupMade made, make(home, desk, *holders, folder, now));
    LEEWARD_TRY(home.store.write(Room::RESERVE, [&](Transaction& tx) -> Outcome {
        LEEWARD_TRY(note_time(tx, made_key, now));
        return log_act(desk, tx, backup_was_made, now);
    }));
    LEEWARD_TRY(renew_recovery_file(home, desk));
    LEEWARD_ASSIGN(const auto replaced, tidy());
    return Json::object({{"backup", made.name.manifest().string()},
                         {"store_bytes", made.manifest.store.size},
                         {"key_bytes", made.manifest.keys.size},
                         {"log_entries", made.manifest.log_size},
                         {"old_ones_removed", over + replaced}});
}

// The keyring last: without it nothing here starts again. A backup that cannot be removed saves no key.
Outcome destroy_home_keys(OpenedHome& home, Time now) {
    Outcome backups = Done{};
    for (const auto& folder : backup_folders(home))
        if (auto removed = remove_backups_of(home.identity.node(), folder, now); !removed)
            backups = std::move(removed);
    LEEWARD_TRY(shred(home.folder / "recovery.key"));
    LEEWARD_TRY(shred(root_key_path(home.folder)));
    LEEWARD_TRY(home.keyring.erase(home.keyring.names()));
    return backups;
}

Json backup_check(Store& store, Time now) {
    const auto line = [](std::string_view light, const std::string& en, const std::string& es) {
        return Json::object({{"check", "backup"}, {"light", light}, {"say", en}, {"say_es", es}});
    };
    const auto holders = three_holders(store);
    if (!holders || !*holders)
        return line("amber",
                    "there is no backup: name three recovery holders, of whom any two open it "
                    "('leeward recovery holder')",
                    "no hay copia: nombre a tres personas, de las que dos cualesquiera la abren "
                    "('leeward recovery holder')");
    const Time made = noted_time(store, made_key, now);
    const auto age = std::chrono::duration_cast<hours>(now - made).count();
    if (made == Time{})
        return line("red",
                    "no backup was made yet: 'leeward backup create'",
                    "aún no se hizo ninguna copia: 'leeward backup create'");
    const std::string old = "the newest backup is " + std::to_string(age) + " hours old";
    const std::string edad = "horas de la última copia: " + std::to_string(age);
    if (age > 24 * 7)
        return line("red",
                    old + ": find out why none is made at night",
                    edad + "; averigüe por qué no se hace de noche");
    if (now - made > hours(36))
        return line("amber",
                    old + ": one is made each night otherwise",
                    edad + "; de ordinario se hace una cada noche");
    if (now - noted_time(store, drilled_key, now) > a_quarter)
        return line("amber",
                    old + "; ask two holders to open one: 'leeward backup drill'",
                    edad + "; pida a dos personas que abran una: 'leeward backup drill'");
    return line("green",
                old + ", and two holders have opened one this quarter",
                edad + ", y dos personas abrieron una este trimestre");
}

}  // namespace leeward::node
