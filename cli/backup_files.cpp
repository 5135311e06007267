#include "cli/backup_files.h"

#include <chrono>
#include <fstream>
#include <iostream>

#include "cli/arguments.h"
#include "cli/holders.h"
#include "cli/home_folder.h"
#include "cli/out_file.h"
#include "cli/print.h"
#include "cli/terminal.h"
#include "cli/text.h"
#include "node/app/config.h"
#include "node/app/remote_api.h"
#include "node/app/restore.h"
#include "node/app/wire.h"
#include "schema/codes.h"

namespace leeward::cli {
namespace {

namespace fs = std::filesystem;
using schema::ExitCode;
using schema::Json;

schema::Time now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

void show(const CommandLine& line, const Json& result) {
    if (line.options.json)
        std::cout << one_line(node::answer_of(result).dump()) << "\n";
    else
        std::cout << print(result, {terminal_columns(), true});
}

Result<fs::path> folder_of(const CommandLine& line, const Json& args) {
    if (const std::string named = args.text_at("folder"); !named.empty()) return fs::path(named);
    LEEWARD_ASSIGN(const auto home, home_folder(line.options));
    const auto config = node::read_config(home);
    if (config && !config->backup_folder.empty()) return fs::path(config->backup_folder);
    return home / "backups";
}

// The one that was named, else the newest whole one of the node's own folder.
Result<node::BackupName> chosen(const CommandLine& line, const Json& args) {
    if (const std::string named = args.text_at("backup"); !named.empty())
        return node::backup_at(fs::absolute(named));
    LEEWARD_ASSIGN(const auto folder, folder_of(line, args));
    LEEWARD_ASSIGN(const auto all, node::list_backups(folder));
    for (const auto& one : all)
        if (one.opened) return one.name;
    return Error{Errc::not_found, "there is no backup in " + one_line(folder.string())};
}

Json about(const schema::OpenedManifest& opened) {
    return Json::object({{"organisation", opened.card.organisation},
                         {"node", schema::text(opened.card.node)},
                         {"made_at", schema::unix_seconds(opened.manifest.made)},
                         {"log_entries", opened.manifest.log_size},
                         {"store_bytes", opened.manifest.store.size},
                         {"key_bytes", opened.manifest.keys.size}});
}

Result<schema::NodeId> node_in(const std::string& typed) {
    auto id = schema::id_from<schema::NodeId>(typed);
    if (id) return id;
    return Error{
        Errc::invalid_argument,
        "say the whole number of the node, 64 digits: it stands on the holders' paper, and "
        "any partner reads it out of 'leeward peer show'"};
}

// Its bytes are sealed: no harm comes of a stick that knows no owners.
Result<std::string> root_key_in(const std::string& path) {
    if (path.empty()) return path;
    std::ifstream in(path, std::ios::binary);
    std::string bytes(1024, '\0');
    in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(in.gcount()));
    if (bytes.empty()) return Error{Errc::not_found, one_line(path) + " cannot be read"};
    return bytes;
}

Result<node::RestoreFrom> restore_from(const CommandLine& line, const Json& args) {
    const Talk talk(line.options);
    LEEWARD_ASSIGN(const auto name, chosen(line, args));
    LEEWARD_ASSIGN(const auto opened, node::verify_backup(name));
    schema::NodeId id = opened.card.node;
    if (!args.text_at("node").empty()) {
        LEEWARD_ASSIGN(id, node_in(args.text_at("node")));
    }
    LEEWARD_ASSIGN(auto holders, two_holders(line, talk));
    node::RestoreFrom from{name, id, std::move(holders)};
    node::use_held(from, args.text_at("held"));
    LEEWARD_ASSIGN(from.root_key, root_key_in(args.text_at("root-key")));
    from.endpoint = args.text_at("endpoint");
    return from;
}

Result<node::Stolen> stolen_as(const Json& args) {
    node::Stolen stolen{args.text_at("reason"), now()};
    if (const auto since = args.int_at("since"); since != 0)
        stolen.since = schema::from_unix(since);
    if (!schema::is_code("REVOKED_", stolen.reason))
        return Error{Errc::invalid_argument, "that is not a REVOKED_ code; nothing was made"};
    if (stolen.since <= now()) return stolen;
    return Error{Errc::invalid_argument,
                 "say since when: a time that is past, as '2026-11-24 21:30'; nothing was made"};
}

Outcome hand_out(const CommandLine& line, const std::string& text) {
    if (line.options.out.empty()) {
        std::cout << text << std::flush;
        return Done{};
    }
    LEEWARD_ASSIGN(
        OutFile file,
        OutFile::open(line.options.out, line.options.force ? Replace::FORCE : Replace::REFUSE));
    return file.commit(text);
}

// The node writes it down where it runs; where it does not, the doctor goes on asking for a drill.
bool node_was_told(const fs::path& home) {
    auto api = node::RemoteApi::open(home);
    if (!api) return false;
    return static_cast<bool>(
        api->ask({"backup.drilled", Json::object(), node::Act::PERFORM, {}, 0}, {}));
}

}  // namespace

Result<ExitCode> backup_list(const CommandLine& line) {
    LEEWARD_ASSIGN(const Json args, build_arguments(*line.command, line.given));
    LEEWARD_ASSIGN(const auto folder, folder_of(line, args));
    LEEWARD_ASSIGN(const auto all, node::list_backups(folder));
    Json list = Json::array();
    for (const auto& one : all) {
        Json entry = one.opened ? about(*one.opened) : Json::object({{"fault", one.fault}});
        entry.set("backup", one.name.name);
        list.push(std::move(entry));
    }
    show(line, Json::object({{"folder", folder.string()}, {"backups", std::move(list)}}));
    return ExitCode::ok;
}

Result<ExitCode> backup_verify(const CommandLine& line) {
    LEEWARD_ASSIGN(const Json args, build_arguments(*line.command, line.given));
    LEEWARD_ASSIGN(const auto name, chosen(line, args));
    LEEWARD_ASSIGN(const auto opened, node::verify_backup(name));
    Json result = about(opened);
    result.set("verified", true);
    result.set("note",
               "signed by the node named here, and both files are whole. Whether two holders still "
               "open it "
               "shows only a drill");
    show(line, result);
    return ExitCode::ok;
}

Result<ExitCode> backup_drill(const CommandLine& line) {
    LEEWARD_ASSIGN(const Json args, build_arguments(*line.command, line.given));
    LEEWARD_ASSIGN(const auto home, home_folder(line.options));
    LEEWARD_ASSIGN(const auto from, restore_from(line, args));
    LEEWARD_ASSIGN(Json result,
                   node::try_backup(home / "drill", from, now(), crypto::system_random()));
    result.set("opened", true);
    result.set("written_down", node_was_told(home));
    show(line, result);
    return ExitCode::ok;
}

Result<ExitCode> backup_restore(const CommandLine& line) {
    LEEWARD_ASSIGN(const Json args, build_arguments(*line.command, line.given));
    LEEWARD_ASSIGN(const auto home, home_folder(line.options));
    LEEWARD_ASSIGN(const auto from, restore_from(line, args));
    fs::path scratch = home;
    scratch += ".trying";
    LEEWARD_ASSIGN(Json result,
                   line.options.dry_run
                       ? node::try_backup(scratch, from, now(), crypto::system_random())
                       : node::restore_home(home, from, now(), crypto::system_random()));
    result.set("restored", !line.options.dry_run);
    if (!line.options.dry_run) {
        result.set("home", home.string());
        result.set("next",
                   "start it, then phone every partner: exchange offers, compare words. What they "
                   "shared opens, and what was answered since comes back, as each has spoken");
    }
    show(line, result);
    return ExitCode::ok;
}

Result<ExitCode> backup_revoke(const CommandLine& line) {
    LEEWARD_ASSIGN(const Json args, build_arguments(*line.command, line.given));
    LEEWARD_ASSIGN(const node::Stolen stolen, stolen_as(args));
    LEEWARD_ASSIGN(const auto from, restore_from(line, args));
    LEEWARD_ASSIGN(fs::path scratch, home_folder(line.options));
    scratch += ".revoking";
    LEEWARD_ASSIGN(const std::string words, node::revoke_with_backup(scratch, from, stolen, now()));
    LEEWARD_TRY(hand_out(line, words));
    return ExitCode::ok;
}

}  // namespace leeward::cli
