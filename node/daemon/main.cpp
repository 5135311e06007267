// leewardd, the node. It is started by `leeward node up`, which hands over the passphrase on a pipe.
#include <filesystem>
#include <functional>
#include <iostream>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include "node/app/home.h"
#include "node/app/private_files.h"
#include "node/daemon/loop.h"
#include "node/daemon/relay.h"
#include "schema/exit_code.h"

namespace {

using namespace leeward;
using schema::ExitCode;

constexpr std::size_t longest_passphrase = 1024;

// Up to a line feed or the end; nothing of it stays in a buffer of the C library.
Result<SecretBytes> read_passphrase(int fd) {
    SecretBytes buffer(longest_passphrase);
    std::size_t used = 0;
    while (used < buffer.size()) {
        const auto n = ::read(fd, buffer.reveal().data() + used, buffer.size() - used);
        if (n < 0) return Error{Errc::io, "the passphrase could not be read"};
        if (n == 0) break;
        used += static_cast<std::size_t>(n);
    }
    const auto text = buffer.reveal().first(used);
    const auto end = std::find(text.begin(), text.end(), Byte{'\n'});
    return SecretBytes(BytesView(text.data(), static_cast<std::size_t>(end - text.begin())));
}

Outcome run(const std::string& home_folder, int passphrase_fd) {
    LEEWARD_ASSIGN(const SecretBytes passphrase, read_passphrase(passphrase_fd));
    LEEWARD_ASSIGN(auto home, node::open_home(home_folder, passphrase, crypto::system_random()));
    node::LogOptions options;
    options.file = home.folder / "node.log";
    LEEWARD_ASSIGN(const auto log, node::Log::open(std::move(options)));
    return node::run_node(std::move(home), *log);
}

Outcome run_as_relay(const node::RelayOptions& relay) {
    LEEWARD_TRY(node::make_private_folder(relay.home));
    node::LogOptions options;
    options.file = relay.home / "relay.log";
    LEEWARD_ASSIGN(const auto log, node::Log::open(std::move(options)));
    return node::run_relay(relay, *log);
}

// What the library of files throws, said as whatever else fails is.
Outcome in_words(const std::function<Outcome()>& act) {
    try {
        return act();
    } catch (const std::filesystem::filesystem_error& fault) {
        return Error{Errc::io,
                     fault.path1().string() + " cannot be used: " + fault.code().message()};
    }
}

}  // namespace

int main(int argc, char** argv) {
    node::forbid_dumps();
    CLI::App app{"leewardd: a Leeward node. Start it with 'leeward node up'."};
    std::string home;
    int passphrase_fd = 0;
    app.add_option("--home", home, "the node's folder")->required();
    app.add_option("--passphrase-fd", passphrase_fd, "where the passphrase is read from");
    node::RelayOptions relay;
    bool as_relay = false;
    app.add_flag("--relay",
                 as_relay,
                 "is a mail host instead: keeps sealed mail for nodes that nobody connects to");
    app.add_option(
        "--endpoint", relay.endpoint, "with --relay: what nodes connect to, tcp://host:port");
    app.add_option("--bind", relay.bind, "with --relay: what it listens on, if that differs");
    app.add_option("--places",
                   relay.places,
                   "with --relay: how many places there are to be, as files in HOME/places");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& fault) {
        const bool asked_for_help = app.exit(fault) == 0;
        return schema::number(asked_for_help ? ExitCode::ok : ExitCode::usage);
    }
    relay.home = home;
    const Outcome done =
        in_words([&] { return as_relay ? run_as_relay(relay) : run(home, passphrase_fd); });
    if (done) return 0;
    std::cerr << "leewardd: " << done.error().detail << "\n";
    return schema::number(schema::exit_code(done.error().code));
}
