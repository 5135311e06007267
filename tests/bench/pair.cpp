#include "tests/bench/pair.h"

#include <fstream>

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace leeward::bench {
namespace {

using schema::Json;

std::string endpoint(int port) {
    return "tcp://127.0.0.1:" + std::to_string(port);
}

std::filesystem::path program(const char* name) {
    return std::filesystem::read_symlink("/proc/self/exe").parent_path() / name;
}

Result<std::string> text_of(Node& node,
                            std::string_view command,
                            const Json& args,
                            std::string_view member) {
    LEEWARD_ASSIGN(const Json result, node.api->call(command, args));
    return result.text_at(member);
}

Outcome verify(Node& reader, Node& typist, const Place& reader_place, const Place& typist_place) {
    LEEWARD_ASSIGN(const std::string words,
                   text_of(reader,
                           "peer.verify",
                           Json::object({{"peer", typist_place.organisation}}),
                           "read_aloud"));
    const auto done = typist.api->call(
        "peer.verify", Json::object({{"peer", reader_place.organisation}, {"words", words}}));
    return done ? Outcome(Done{}) : Outcome(done.error());
}

}  // namespace

Folder::Folder() {
    std::string name = (std::filesystem::current_path() / "bench.XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) name = "/tmp";
    path_ = name;
}
Folder::~Folder() {
    std::error_code ignored;
    if (path_ != "/tmp") std::filesystem::remove_all(path_, ignored);
}

const SecretBytes& bench_passphrase() {
    static const SecretBytes passphrase(as_bytes("benchmark passphrase, not a secret"));
    return passphrase;
}

int free_port() {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    socklen_t length = sizeof address;
    (void)::bind(fd, generic, length);
    (void)::getsockname(fd, generic, &length);
    ::close(fd);
    return ntohs(address.sin_port);
}

Outcome make_home(const Place& place) {
    node::NewNode node;
    node.organisation = place.organisation;
    node.roles = {place.role};
    node.endpoint = endpoint(place.port);
    if (place.bind_port != 0) node.bind = endpoint(place.bind_port);
    node.contact.duty_line = "555 0100";
    return node::create_home(place.folder,
                             node,
                             bench_passphrase(),
                             schema::from_unix(unix_ms() / 1000),
                             crypto::system_random());
}

Result<std::unique_ptr<Node>> open_node(const std::filesystem::path& folder) {
    auto out = std::make_unique<Node>();
    LEEWARD_ASSIGN(auto home, node::open_home(folder, bench_passphrase(), crypto::system_random()));
    out->home = std::make_unique<node::OpenedHome>(std::move(home));
    node::ZmqOptions options{out->home->identity.link.clone()};
    options.bind_endpoint = out->home->config.bind;
    LEEWARD_ASSIGN(out->transport, node::open_zmq_transport(std::move(options)));
    LEEWARD_ASSIGN(out->engine,
                   node::Engine::open({out->home->store,
                                       out->home->keyring,
                                       out->home->identity,
                                       *out->transport,
                                       crypto::system_random(),
                                       out->home->views,
                                       out->home->log_files},
                                      unix_ms()));
    out->api = std::make_unique<node::NodeApi>(*out->engine, *out->home, out->clock);
    return out;
}

Outcome introduce(const Place& a, const Place& b) {
    LEEWARD_ASSIGN(auto one, open_node(a.folder));
    LEEWARD_ASSIGN(auto two, open_node(b.folder));
    const Json none = Json::object();
    LEEWARD_ASSIGN(const auto card_a, text_of(*one, "identity.show", none, "file"));
    LEEWARD_ASSIGN(const auto card_b, text_of(*two, "identity.show", none, "file"));
    LEEWARD_ASSIGN(
        const auto begun,
        text_of(*one, "peer.found", Json::object({{"cards", card_a + "\n" + card_b}}), "file"));
    LEEWARD_ASSIGN(const auto roster,
                   text_of(*two, "peer.found", Json::object({{"roster", begun}}), "file"));
    const Json accept = Json::object({{"roster", roster}, {"accept", true}});
    LEEWARD_ASSIGN(const auto offer_a,
                   text_of(*one, "peer.offer", Json::object({{"for", b.organisation}}), "file"));
    LEEWARD_ASSIGN(const auto offer_b,
                   text_of(*two, "peer.offer", Json::object({{"for", a.organisation}}), "file"));
    LEEWARD_TRY(one->api->call("peer.found", accept));
    LEEWARD_TRY(two->api->call("peer.found", accept));
    LEEWARD_TRY(one->api->call("peer.accept", Json::object({{"offer", offer_b}})));
    LEEWARD_TRY(two->api->call("peer.accept", Json::object({{"offer", offer_a}})));
    LEEWARD_TRY(verify(*one, *two, a, b));
    return verify(*two, *one, b, a);
}

// The passphrase goes over a pipe, as `leeward node up` does it.
Result<std::unique_ptr<Daemon>> Daemon::start(const std::filesystem::path& folder) {
    int pipe_fds[2];
    if (::pipe(pipe_fds) != 0) return Error{Errc::io, "no pipe"};
    const std::string path = program("leewardd").string();
    const std::string home = folder.string();
    const pid_t pid = ::fork();
    if (pid == 0) {
        ::dup2(pipe_fds[0], 0);
        ::close(pipe_fds[0]);
        ::close(pipe_fds[1]);
        const int silent = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
        ::dup2(silent, 2);
        ::execl(path.c_str(), "leewardd", "--home", home.c_str(), nullptr);
        ::_exit(127);
    }
    ::close(pipe_fds[0]);
    const auto secret = bench_passphrase().reveal();
    (void)!::write(pipe_fds[1], secret.data(), secret.size());
    ::close(pipe_fds[1]);
    std::unique_ptr<Daemon> daemon(new Daemon(pid));
    const auto deadline = Clock::now() + std::chrono::seconds(20);
    while (Clock::now() < deadline) {
        auto api = node::connect(folder);
        if (api && (*api)->call("node.status", Json::object())) return daemon;
        ::usleep(20'000);
    }
    return Error{Errc::unreachable, "leewardd did not start"};
}

Daemon::~Daemon() {
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
}

double Daemon::resident_mb() const {
    std::ifstream status("/proc/" + std::to_string(pid_) + "/status");
    std::string word;
    while (status >> word)
        if (word == "VmRSS:") {
            double kib = 0;
            status >> kib;
            return kib / 1024;
        }
    return 0;
}

}  // namespace leeward::bench
