#include "tests/e2e/stage.h"

#include <csignal>
#include <cstdlib>
#include <utility>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "crypto/base/hex.h"
#include "crypto/random.h"

namespace leeward::test {
namespace {

using schema::Json;

constexpr auto patience = std::chrono::seconds(60);  // a loaded machine, not a slow node

struct Cast {
    std::string_view name;
    std::string_view called;
    std::string_view role;
    std::string_view duty_line;
};
constexpr std::array<Cast, everybody.size()> cast{{
    {"Harbor Light Recovery Unit", "Harbor Light", "investigation", "555-0110"},
    {"Juniper House", "Juniper House", "shelter", "555-0120"},
    {"Lantern House", "Lantern House", "shelter", "555-0130"},
    {"Quay Cottage", "Quay Cottage", "shelter", "555-0140"},
    {"Tide Counselling", "Tide Counselling", "counselling", "555-0150"},
}};

const Cast& of(Who who) {
    return cast.at(static_cast<std::size_t>(who));
}

// A port that was free a moment ago: the node itself binds it next.
std::uint16_t free_port() {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* any = reinterpret_cast<sockaddr*>(&address);
    const bool bound = ::bind(fd, any, size) == 0 && ::getsockname(fd, any, &size) == 0;
    ::close(fd);
    if (!bound) throw StoryBroke("no free port on this machine");
    return ntohs(address.sin_port);
}

std::string local_endpoint(std::uint16_t port) {
    return "tcp://127.0.0.1:" + std::to_string(port);
}

std::string joined(const std::vector<std::string>& args) {
    std::string out;
    for (const auto& arg : args)
        out += (out.empty() ? "" : " ") + arg;
    return out;
}

// {"schema_version":1,"ok":true,"result":…} or {…,"ok":false,"error":…}.
Json answer_of(const Finished& finished, std::string_view member) {
    constexpr schema::JsonLimits generous{8 * 1024 * 1024, 32};
    for (const auto* text : {&finished.out, &finished.err}) {
        const auto json = schema::parse_json(*text, generous);
        if (json && json->find(member) != nullptr) return *json->find(member);
    }
    return {};
}

}  // namespace

std::string organisation(Who who) {
    return std::string(of(who).name);
}
std::string called(Who who) {
    return std::string(of(who).called);
}

struct Stage::Party {
    std::filesystem::path folder;
    std::string passphrase;
    std::uint16_t port = 0;
    std::unique_ptr<Tap> tap;
    bool online = true;
    Process node;
};

Stage::Stage(std::filesystem::path bin, std::filesystem::path folder)
    : bin_(std::move(bin)), folder_(std::move(folder)), clock_([this] {
          std::filesystem::create_directories(folder_ / "wire");
          return folder_ / "clock";
      }()) {
    for (const Who who : everybody) {
        auto made = std::make_unique<Party>();
        made->folder = folder_ / called(who);
        std::filesystem::create_directories(made->folder / "desk");
        std::filesystem::create_directories(said_to(who));
        made->passphrase = hex::encode(crypto::system_random().array<16>());
        canaries_.forbid(made->passphrase);
        write_private(made->folder / "passphrase", made->passphrase + "\n");
        made->port = free_port();
        auto tap = Tap::open({0, made->port, wire() / (called(who) + ".bytes"), said_to(who)});
        if (!tap) throw StoryBroke("no relay: " + tap.error().detail);
        made->tap = std::move(tap).value();
        parties_.at(static_cast<std::size_t>(who)) = std::move(made);
    }
}

Stage::~Stage() = default;

Stage::Party& Stage::party(Who who) {
    return *parties_.at(static_cast<std::size_t>(who));
}
const Stage::Party& Stage::party(Who who) const {
    return *parties_.at(static_cast<std::size_t>(who));
}

std::filesystem::path Stage::desk(Who who, std::string_view name) const {
    return folder_ / called(who) / "desk" / name;
}
std::filesystem::path Stage::home(Who who) const {
    return folder_ / called(who) / "home";
}
std::filesystem::path Stage::node_output(Who who) const {
    return folder_ / called(who) / "leewardd.out";
}
std::filesystem::path Stage::said_to(Who who) const {
    return wire() / (called(who) + ".said");
}
std::uint16_t Stage::port(Who who) const {
    return party(who).port;
}
std::uint64_t Stage::bytes_through(Who who) const {
    return party(who).tap->bytes();
}
pid_t Stage::pid(Who who) const {
    return party(who).node.pid();
}
bool Stage::online(Who who) const {
    return party(who).online;
}

std::vector<std::string> Stage::environment() const {
    std::vector<std::string> out{"PATH=/usr/bin:/bin", "LANG=C.UTF-8"};
    for (auto& one : clock_.environment())
        out.push_back(std::move(one));
    for (const char* name : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "ASAN_SYMBOLIZER_PATH", "TZ"})
        if (const char* value = std::getenv(name))  // NOLINT(concurrency-mt-unsafe): read only
            out.push_back(std::string(name) + "=" + value);
    return out;
}

Command Stage::command(Who who, std::vector<std::string> args) const {
    std::vector<std::string> argv{
        (bin_ / "leeward").string(), "--home", home(who).string(), "--json"};
    for (auto& arg : args)
        argv.push_back(std::move(arg));
    return {std::move(argv), environment(), ""};
}

Finished Stage::call(Who who, std::vector<std::string> args, Words words) {
    Finished finished = test::run(command(who, std::move(args)), patience);
    if (words == Words::NONE) unauthorised_output_ += finished.out + "\n" + finished.err + "\n";
    return finished;
}

std::string Stage::open_console(Who who) const {
    Command asked{{(bin_ / "leeward").string(), "--home", home(who).string(), "console"},
                  {"LANG=C.UTF-8"}};
    for (const char* name : {"PATH",
                             "HOME",
                             "DISPLAY",
                             "WAYLAND_DISPLAY",
                             "XAUTHORITY",
                             "XDG_RUNTIME_DIR",
                             "XDG_CURRENT_DESKTOP",
                             "DBUS_SESSION_BUS_ADDRESS"})
        if (const char* value = std::getenv(name))  // NOLINT(concurrency-mt-unsafe): read only
            asked.environment.push_back(std::string(name) + "=" + value);
    const Finished finished = test::run(asked, patience);
    if (finished.status != 0) throw StoryBroke(called(who) + "'s page: " + finished.err);
    return finished.err + finished.out;
}

Json Stage::run(Who who, std::vector<std::string> args, Words words) {
    const std::string said = called(who) + ": leeward " + joined(args);
    const Finished finished = call(who, std::move(args), words);
    if (finished.status != 0)
        throw StoryBroke(said + "\n  ended with " + std::to_string(finished.status) + ": " +
                         finished.err + finished.out);
    return answer_of(finished, "result");
}

Json Stage::refused(Who who, std::vector<std::string> args) {
    const std::string said = called(who) + ": leeward " + joined(args);
    const Finished finished = call(who, std::move(args), Words::NONE);
    if (finished.status == 0) throw StoryBroke(said + "\n  should have been refused");
    Json error = answer_of(finished, "error");
    if (error.is_null())
        throw StoryBroke(said + "\n  failed without saying why: " + finished.err + finished.out);
    return error;
}

Json Stage::try_run(Who who, std::vector<std::string> args) {
    return answer_of(call(who, std::move(args), Words::NONE), "result");
}

void Stage::wait(std::string_view what, const std::function<bool()>& condition) {
    constexpr auto deadline = std::chrono::seconds(30);
    if (!eventually(deadline, condition))
        throw StoryBroke("waited in vain for this: " + std::string(what));
}

void Stage::alone(Who who, const std::function<void()>& act) {
    const auto tell_others = [&](int signal) {
        for (const Who other : everybody)
            if (other != who && pid(other) > 0) ::kill(pid(other), signal);
    };
    struct GoOn {
        std::function<void()> go_on;
        ~GoOn() { go_on(); }
    } const at_the_end{[&] { tell_others(SIGCONT); }};
    tell_others(SIGSTOP);
    act();
}

void Stage::make_home(Who who) {
    const Party& one = party(who);
    run(who,
        {"node",
         "init",
         "--organisation",
         organisation(who),
         "--role",
         std::string(of(who).role),
         "--endpoint",
         one.tap->endpoint(),
         "--bind",
         local_endpoint(one.port),
         "--duty-line",
         std::string(of(who).duty_line),
         "--operator",
         "desk 1",
         "--passphrase-file",
         (one.folder / "passphrase").string()});
}

void Stage::start(Who who) {
    Party& one = party(who);
    const Command node = command(
        who,
        {"node", "up", "--foreground", "--passphrase-file", (one.folder / "passphrase").string()});
    one.node = Process(node, node_output(who));
    const bool up = eventually(patience, [&] {
        return !one.node.running() || !try_run(who, {"node", "status"}).is_null();
    });
    if (!up || !one.node.running())
        throw StoryBroke(called(who) + "'s node did not start: " + read_text(node_output(who)));
}

void Stage::stop(Who who) {
    party(who).node.end();
}
void Stage::switch_off(Who who) {
    party(who).tap->stop();
    party(who).online = false;
    stop(who);
}
void Stage::switch_on(Who who) {
    party(who).tap->start();
    party(who).online = true;
    start(who);
}

std::string Stage::take_unauthorised_output() {
    return std::exchange(unauthorised_output_, {});
}

}  // namespace leeward::test
