#include "tests/fire/fire_node.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <system_error>

#include <arpa/inet.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/support/cheap_home.h"
#include "tests/support/founding.h"

namespace leeward::fire {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

constexpr std::string_view passphrase = "correct horse battery staple";

fs::path leewardd() {
    return test::programs() / "leewardd";
}

std::uint16_t free_port() {
    const node::Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* plain = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    if (::bind(socket.get(), plain, size) != 0 || ::getsockname(socket.get(), plain, &size) != 0)
        throw std::runtime_error("no free port on this machine");
    return ntohs(address.sin_port);
}

// Who answers at a node's socket.
pid_t who_answers(const fs::path& home) {
    const node::Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = node::socket_path(home);
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    if (::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
        return -1;
    ucred peer{};
    socklen_t size = sizeof peer;
    const bool known = ::getsockopt(socket.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0;
    return known ? peer.pid : -1;
}

}  // namespace

FireNode::FireNode(fs::path folder, std::string organisation, std::string role)
    : folder_(std::move(folder)), organisation_(std::move(organisation)) {
    fs::create_directories(folder_);
    const node::NewNode made{organisation_,
                             {std::move(role)},
                             "tcp://127.0.0.1:" + std::to_string(free_port()),
                             "",
                             {"555-0100", "all hours", "555-0101", "en"},
                             "desk 1"};
    const auto now = std::chrono::time_point_cast<seconds>(std::chrono::system_clock::now());
    const auto done = support::create_cheap_home(home(),
                                                 made,
                                                 SecretBytes(as_bytes(passphrase)),
                                                 schema::from_unix(now.time_since_epoch().count()),
                                                 crypto::system_random());
    ::prctl(PR_SET_DUMPABLE, 1);  // a leak checker must be able to look
    if (!done) throw std::runtime_error("a home cannot be made: " + done.error().detail);
}

bool FireNode::start(const Around& around) {
    api_.reset();
    std::signal(SIGPIPE, SIG_IGN);  // what ends before it has read its input is a case, not the end
    test::Command command;
    command.argv = around.wrapper;
    for (const auto& word : {leewardd().string(), std::string("--home"), home().string()})
        command.argv.push_back(word);
    command.environment = around.environment;
    command.environment.emplace_back("PATH=/usr/bin:/bin");
    command.input = std::string(passphrase) + "\n";
    process_ = test::Process(command, folder_ / "output");
    const bool settled = test::eventually(
        seconds(30), [&] { return !process_.running() || static_cast<bool>(call("node.status")); });
    daemon_ = who_answers(home());
    return settled && process_.running() && daemon_ > 0;
}

// The connection is left to whoever is speaking over it just now: she finds it broken.
void FireNode::kill() {
    if (daemon_ > 0) ::kill(daemon_, SIGKILL);
    daemon_ = -1;
    (void)test::eventually(seconds(10), [this] { return !process_.running(); });
    process_.end();
}

void FireNode::stop() {
    api_.reset();
    if (daemon_ > 0) ::kill(daemon_, SIGTERM);
    daemon_ = -1;
    (void)test::eventually(seconds(10), [this] { return !process_.running(); });
    process_.end();
}

Result<Json> FireNode::call(std::string_view command, const Json& args) {
    if (!api_) {
        auto opened = node::RemoteApi::open(home());
        if (!opened) return opened.error();
        api_.emplace(std::move(opened).value());
    }
    auto answer = api_->call(command, args);
    if (!answer && answer.error().code == Errc::unreachable) api_.reset();
    return answer;
}

Json FireNode::must(std::string_view command, const Json& args) {
    auto done = call(command, args);
    if (!done)
        throw std::runtime_error(organisation_ + ": " + std::string(command) + ": " +
                                 done.error().detail);
    return std::move(done).value();
}

std::string FireNode::output() const {
    return test::read_text(folder_ / "output");
}

Json new_case() {
    return Json::object(
        {{"record", test::founding::sample_record().dump()}, {"duplicate-check", "none"}});
}

Json new_need(const std::string& of_case) {
    return Json::object({{"case", of_case}, {"need", test::founding::sample_need().dump()}});
}

Json question(const std::string& need, const FireNode& house) {
    return Json::object({{"id", need}, {"to", Json(Json::Array{house.name()})}});
}

std::vector<std::string> ids_of(FireNode& node,
                                std::string_view command,
                                std::string_view list,
                                std::string_view state) {
    std::vector<std::string> ids;
    for (std::int64_t page = 1;; ++page) {
        const Json shown = node.must(command, Json::object({{"all", true}, {"page", page}}));
        if (shown.array_at(list).empty()) return ids;
        for (const auto& one : shown.array_at(list))
            if (state.empty() || one.text_at("state") == state) ids.push_back(one.text_at("id"));
    }
}

bool contains_all(std::vector<std::string> all, const std::vector<std::string>& some) {
    std::sort(all.begin(), all.end());
    return std::all_of(some.begin(), some.end(), [&](const std::string& one) {
        return std::binary_search(all.begin(), all.end(), one);
    });
}

bool is_whole(FireNode& node) {
    const Json doctor = node.must("node.doctor");
    const auto& checks = doctor.array_at("checks");
    const bool every_page = std::any_of(checks.begin(), checks.end(), [](const Json& check) {
        return check.text_at("check") == "store" && check.text_at("light") == "green";
    });
    return every_page && node.must("audit.verify").bool_at("verified");
}

std::uint64_t number_from_environment(const char* name, std::uint64_t otherwise) {
    const char* given = std::getenv(name);
    return given == nullptr ? otherwise : std::strtoull(given, nullptr, 10);
}

Scratch::Scratch() {
    std::error_code error;
    const fs::path root =
        fs::is_directory("/dev/shm", error) ? fs::path("/dev/shm") : fs::temp_directory_path();
    std::string pattern = (root / "leeward-fire-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no scratch folder");
    path_ = pattern;
}

Scratch::~Scratch() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

}  // namespace leeward::fire
