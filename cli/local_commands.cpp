#include "cli/local_commands.h"

#include <algorithm>
#include <array>

namespace leeward::cli {
namespace {

using schema::ArgSpec;
using schema::CommandSpec;
using enum schema::ArgType;

// clang-format off
constexpr ArgSpec passphrase_fd{"passphrase-fd", NUMBER, false, false, "reads the passphrase from this open file descriptor"};
constexpr ArgSpec passphrase_file{"passphrase-file", PATH, false, false, "reads the passphrase from this file, which only you may read"};

constexpr ArgSpec new_passphrase_fd{"new-passphrase-fd", NUMBER, false, false, "reads the new passphrase from this open file descriptor"};
constexpr ArgSpec new_passphrase_file{"new-passphrase-file", PATH, false, false, "reads the new passphrase from this file, which only you may read"};
constexpr ArgSpec holders{"holders", LIST, false, false, "two holders' keys: two files with 24 words or an age identity; otherwise they type their words"};
constexpr ArgSpec which_backup{"backup", PATH, false, true, "one of its files; the newest in the node's folder if nothing is said"};

const std::array<CommandSpec, 16>& local() {
    static const std::array<CommandSpec, 16> list{{
    {init_command, "Makes a node for an organisation: its keys, its store, its first operator.",
        {{"organisation", TEXT, true, false, "the organisation's name, as partners know it"},
         {"role", LIST, true, false, "investigation, shelter, counselling or audit; may be said more than once"},
         {"endpoint", TEXT, false, false, "what partners connect to: tcp://host:port"},
         {"bind", TEXT, false, false, "what this node listens on, if that differs from the endpoint"},
         {"hidden", FLAG, false, false, "nobody connects to this node and it has no address: a host keeps its mail"},
         {"duty-line", TEXT, false, false, "the number that partners phone"},
         {"hours", TEXT, false, false, "when the duty line is answered"},
         {"deputy-line", TEXT, false, false, "the number when nobody answers the first"},
         {"languages", TEXT, false, false, "the languages spoken there"},
         {"operator", TEXT, false, false, "what to call the first operator: a role such as 'desk 1', not a person's name"},
         passphrase_fd, passphrase_file},
        false, schema::everyone, "leeward node init --organisation 'Juniper House' --role shelter --endpoint tcp://juniper.example:7811 --duty-line 555-0100"},
    {up_command, "Starts the node in the background and waits until it answers.",
        {{"foreground", FLAG, false, false, "becomes the node instead: for a service manager"},
         passphrase_fd, passphrase_file},
        false, schema::everyone, "leeward node up"},
    {key_command, "Makes an auditor's own key under her passphrase, and beside it FILE.pub, which she hands to the organisations.",
        {{"file", TEXT, true, true, "the new file for the key"}, passphrase_fd, passphrase_file},
        false, schema::everyone, "leeward audit key auditor.key"},
    {bundle_command, "Everything that our log did in a period, without a person, sealed to one auditor.",
        {{"auditor", FILE, true, false, "the auditor's public key, from her 'leeward audit key'"},
         {"from", TEXT, false, false, "the first day, as 2026-11-01 (the log's first)"},
         {"until", TEXT, false, false, "the last day (today)"}},
        false, schema::everyone, "leeward audit bundle --auditor auditor.key.pub --from 2026-11-01 --out november.bundle"},
    {check_command, "Checks partners' bundles, offline: that each log is whole and that they agree. Exit code 6 if anything is found.",
        {{"bundle", LIST, true, true, "the bundles' files, and files of 'audit prove'"},
         {"cards", FILE, true, false, "the partners' cards, separated by commas, or the network's roster"},
         {"policy", FILE, false, false, "witnesses and quorum, as a tlog-policy"},
         {"key", TEXT, false, false, "the file of your key, for bundles that are sealed to you"},
         passphrase_fd, passphrase_file},
        false, schema::everyone, "leeward audit check group.bundle shelter.bundle --cards founders.roster"},
    {report_command, "What a check of bundles shows, for a board: a page of HTML, or PDF where --out ends in .pdf.",
        {{"bundle", LIST, true, true, "the bundles' files"},
         {"cards", FILE, true, false, "the partners' cards, separated by commas, or the network's roster"},
         {"policy", FILE, false, false, "witnesses and quorum, as a tlog-policy"},
         {"key", TEXT, false, false, "the file of your key, for bundles that are sealed to you"},
         passphrase_fd, passphrase_file},
        false, schema::everyone, "leeward audit report group.bundle shelter.bundle --cards founders.roster --out report.pdf"},
    {drill_command, "Training: does to copies of bundles whatever somebody who cheats could do, and shows what a check finds of it.",
        {{"bundle", LIST, true, true, "the bundles' files, one for each organisation; they are only read"},
         {"cards", FILE, true, false, "the partners' cards, separated by commas, or the network's roster"},
         {"drill", TEXT, false, false, "only this one"},
         {"key", TEXT, false, false, "the file of your key, for bundles that are sealed to you"},
         passphrase_fd, passphrase_file},
        false, schema::everyone, "leeward audit drill group.bundle shelter.bundle --cards founders.roster"},
    {explain_command, "What a finding of 'audit check' means and what to do about it.",
        {{"finding", TEXT, true, true, "its name"}},
        false, schema::everyone, "leeward audit explain RECEIPT_MISSING"},
    {upgrade_command, "Brings the store to this version, after a copy of it; a start does the same. With --check it only says what would happen.",
        {{"check", FLAG, false, false, "shows the plan and changes nothing"}, passphrase_fd, passphrase_file},
        false, schema::everyone, "leeward upgrade --check"},
    {holder_key_command, "Makes a recovery holder's key: 24 words for her to write down, and a public half for the node.",
        {{"identity", PATH, false, false, "keeps the key in this file instead, as an age identity: for a stick (ext4) in a safe"}},
        false, schema::everyone, "leeward recovery key --out night.holder"},
    {recover_command, "Two recovery holders let in a worker whose passphrase is lost: she types a new one. The node must not be running.",
        {{"name", TEXT, true, true, "her work name"}, holders, new_passphrase_fd, new_passphrase_file},
        false, schema::everyone, "leeward recovery open 'desk 1'"},
    {backup_list_command, "The backups in a folder, newest first.",
        {{"folder", PATH, false, false, "another folder than the node's own"}},
        false, schema::everyone, "leeward backup list"},
    {backup_verify_command, "Whether a backup is whole and this node's own. Needs no holder.",
        {which_backup, {"folder", PATH, false, false, "the newest in this folder"}},
        false, schema::everyone, "leeward backup verify"},
    {backup_drill_command, "Two holders open a backup, all of it is checked, and nothing is kept. Once a quarter.",
        {which_backup, {"folder", PATH, false, false, "the newest in this folder"}, holders},
        false, schema::everyone, "leeward backup drill"},
    {restore_command, "Makes a node anew from a backup, with two holders. Partners are called back; what was answered and erased since comes from them.",
        {{"backup", PATH, true, true, "one of its files"},
         {"node", TEXT, true, false, "the node's number: on the holders' paper, or from any partner"},
         holders,
         {"held", FILE, false, false, "what a partner wrote with 'leeward peer held': our card and how far our log had come"},
         {"root-key", PATH, false, false, "the root key's file, if it is kept away from the node"},
         {"endpoint", TEXT, false, false, "a new address: tcp://host:port"}},
        false, schema::everyone, "leeward backup restore /media/stick/2026-11-28T030000Z.manifest --node 3f2a…"},
    {backup_revoke_command, "The node itself was stolen: two holders revoke all its keys, from a backup. Give the file to every partner that you can reach; then restore.",
        {{"backup", PATH, true, true, "one of its files"},
         {"node", TEXT, true, false, "the node's number: on the holders' paper, or from any partner"},
         {"reason", CODE, true, false, "REVOKED_…"},
         {"since", TIME, false, false, "from when on its keys may have been in other hands: 2026-11-24 21:30 (now)"},
         holders,
         {"held", FILE, false, false, "what a partner wrote with 'leeward peer held': our newest card"},
         {"root-key", PATH, false, false, "the root key's file, if it is kept away from the node"}},
        false, schema::everyone, "leeward backup revoke /media/stick/2026-11-28T030000Z.manifest --node 3f2a… --reason REVOKED_DEVICE_STOLEN --out ours.revocation"},
    }};
    return list;
}
// clang-format on

}  // namespace

const std::vector<const CommandSpec*>& all_commands() {
    static const std::vector<const CommandSpec*> list = [] {
        std::vector<const CommandSpec*> all;
        for (const auto& command : local())
            all.push_back(&command);
        for (const auto& command : schema::commands())
            all.push_back(&command);
        return all;
    }();
    return list;
}

std::string_view noun_of(const CommandSpec& command) {
    return command.name.substr(0, command.name.find('.'));
}

std::string_view verb_of(const CommandSpec& command) {
    const auto dot = command.name.find('.');
    return dot == std::string_view::npos ? std::string_view{} : command.name.substr(dot + 1);
}

std::string spoken(const CommandSpec& command) {
    std::string name(command.name);
    std::replace(name.begin(), name.end(), '.', ' ');
    return name;
}

}  // namespace leeward::cli
