#include "node/app/config.h"

#include <sstream>

#include <toml++/toml.h>

#include "node/app/home.h"
#include "node/app/private_files.h"

namespace leeward::node {
namespace {

constexpr std::size_t most_bytes = 64 * 1024;

std::filesystem::path config_path(const std::filesystem::path& home) {
    return home / "config.toml";
}

Error wrong(std::string_view name, std::string_view fault) {
    return Error{Errc::malformed, "config.toml: '" + std::string(name) + "' " + std::string(fault)};
}

Result<std::string> text_in(const toml::node& value, const std::string& name) {
    if (const auto text = value.value_exact<std::string>()) return *text;
    return wrong(name, "is no text");
}

Result<std::vector<std::string>> texts_in(const toml::node& value, const std::string& name) {
    const auto* list = value.as_array();
    if (list == nullptr) return wrong(name, "is no list");
    std::vector<std::string> out;
    for (const auto& one : *list) {
        LEEWARD_ASSIGN(std::string text, text_in(one, name));
        out.push_back(std::move(text));
    }
    return out;
}

Result<MailSettings> mail_in(const toml::node& value) {
    const auto* table = value.as_table();
    if (table == nullptr) return wrong("mail", "is no section");
    MailSettings mail;
    for (const auto& [key, one] : *table) {
        const std::string name = "mail." + std::string(key.str());
        if (key.str() == "poll_seconds") {
            const auto seconds = one.value_exact<std::int64_t>();
            if (!seconds || *seconds < 1 || *seconds > 300)
                return wrong(name, "is no number from 1 to 300");
            mail.poll_seconds = *seconds;
        } else if (key.str() == "cover") {
            const auto cover = one.value_exact<bool>();
            if (!cover) return wrong(name, "is neither true nor false");
            mail.cover = *cover;
        } else {
            return wrong(name, "is not known");
        }
    }
    return mail;
}

Result<Notify> notify_in(const toml::node& value) {
    const auto* table = value.as_table();
    if (table == nullptr) return wrong("notify", "is no section");
    Notify notify;
    for (const auto& [key, one] : *table) {
        const std::string name = "notify." + std::string(key.str());
        if (key.str() == "sound") {
            LEEWARD_ASSIGN(notify.sound, text_in(one, name));
        } else if (key.str() == "command") {
            LEEWARD_ASSIGN(notify.command, text_in(one, name));
        } else if (key.str() == "on_call") {
            LEEWARD_ASSIGN(notify.on_call, texts_in(one, name));
        } else {
            return wrong(name, "is not known");
        }
    }
    return notify;
}

Result<int> lock_minutes_in(const toml::node& value) {
    const auto* table = value.as_table();
    if (table == nullptr) return wrong("console", "is no section");
    int minutes = Config{}.lock_minutes;
    for (const auto& [key, one] : *table) {
        const std::string name = "console." + std::string(key.str());
        if (key.str() != "lock_minutes") return wrong(name, "is not known");
        const auto number = one.value_exact<std::int64_t>();
        if (!number || *number < 1 || *number > 30) return wrong(name, "is no number from 1 to 30");
        minutes = static_cast<int>(*number);
    }
    return minutes;
}

}  // namespace

Outcome write_config(const std::filesystem::path& home, const Config& config) {
    std::ostringstream out;
    out << "# What this node listens on; empty: nobody connects to it. Peers learn its address "
           "from "
           "its card.\n"
        << toml::table{{"bind", config.bind}} << "\n\n"
        << "# Connects through a SOCKS5 proxy, as Tor is one; names of hosts are left to it.\n"
        << "# proxy = \"127.0.0.1:9050\"\n\n"
        << "# How mail is fetched from hosts (leeward mailhost). With cover the pace is the same "
           "whatever\n"
        << "# there is, and empty envelopes go out in between.\n"
        << "# [mail]\n"
        << "# poll_seconds = 5\n"
        << "# cover = true\n\n"
        << "# Where backups go each night; otherwise the folder backups beside this file.\n"
        << "# backup_folder = \"/media/stick\"\n\n"
        << "# Programs that call a person when something waits: run without arguments, so that "
           "they\n"
        << "# learn that something came, not what. Try them: leeward notify test\n"
        << "# [notify]\n"
        << "# sound = \"/path/to/a/program\"        # on this machine\n"
        << "# command = \"/path/to/a/program\"      # to wherever people are\n"
        << "# on_call = [\"/path/one\", \"/path/two\"]  # one after another, until somebody "
           "looks\n\n"
        << "# The page locks itself when nobody touches it for so long: 1 to 30 minutes.\n"
        << "# [console]\n"
        << "# lock_minutes = 5\n";
    const std::string text = out.str();
    return write_private_file(config_path(home), as_bytes(text));
}

Result<Config> parse_config(std::string_view text) try {
    const toml::table table = toml::parse(text);
    Config config;
    for (const auto& [key, value] : table) {
        const std::string name(key.str());
        if (name == "bind") {
            LEEWARD_ASSIGN(config.bind, text_in(value, name));
        } else if (name == "proxy") {
            LEEWARD_ASSIGN(config.proxy, text_in(value, name));
        } else if (name == "mail") {
            LEEWARD_ASSIGN(config.mail, mail_in(value));
        } else if (name == "notify") {
            LEEWARD_ASSIGN(config.notify, notify_in(value));
        } else if (name == "console") {
            LEEWARD_ASSIGN(config.lock_minutes, lock_minutes_in(value));
        } else if (name == "backup_folder") {
            LEEWARD_ASSIGN(config.backup_folder, text_in(value, name));
        } else {
            return wrong(name, "is not known");
        }
    }
    return config;
} catch (const toml::parse_error& error) {
    return Error{Errc::malformed,
                 "config.toml, line " + std::to_string(error.source().begin.line) + ": " +
                     std::string(error.description())};
}

Result<Config> read_config(const std::filesystem::path& home) {
    LEEWARD_ASSIGN(const Bytes bytes, read_private_file(config_path(home), most_bytes));
    return parse_config(as_text(bytes));
}

}  // namespace leeward::node
