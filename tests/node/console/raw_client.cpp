#include "tests/node/console/raw_client.h"

#include <catch2/catch_test_macros.hpp>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/process.h"

namespace leeward::test {

using schema::Json;
using std::chrono::milliseconds;

namespace {

constexpr int patience_ms = 20'000;

bool ready(int fd, short what) {
    pollfd one{fd, what, 0};
    return ::poll(&one, 1, patience_ms) > 0;
}

std::size_t content_length(const std::string& head) {
    const auto at = head.find("Content-Length: ");
    return at == std::string::npos ? 0 : std::stoul(head.substr(at + 16));
}

}  // namespace

Result<node::SignedIn> StandInNode::sit_down(std::string_view name, const SecretBytes& passphrase) {
    if (name != "desk 1") return Error{Errc::not_found, "nobody of that name works here"};
    if (as_text(passphrase.reveal()) != right_passphrase)
        return Error{Errc::locked, "the passphrase is wrong"};
    node::Actor actor;
    actor.id = schema::OperatorId(ByteArray<16>{1});
    actor.roles = schema::RoleSet{schema::Role::INVESTIGATOR} | schema::administrators;
    return node::SignedIn{actor, "desk 1"};
}
Outcome StandInNode::prove(const node::SignedIn& who, const SecretBytes& passphrase) {
    const auto same = sit_down(who.name, passphrase);
    return same ? Outcome(Done{}) : Outcome(same.error());
}
Result<node::Actor> StandInNode::now(const node::Actor& actor) {
    if (has_left) return Error{Errc::locked, "sign in again; nothing was changed"};
    return actor;
}
Result<Json> StandInNode::serve_as(const node::Actor& actor,
                                   const node::Request& request,
                                   const node::Secrets& secrets) {
    served.push_back(request);
    secrets_served = secrets.size();
    if (meanwhile) meanwhile();
    if (request.command == "stats.show") return Error{Errc::wrong_state, "not from here"};
    return Json::object({{"command", request.command},
                         {"args", request.args},
                         {"by", hex::encode(actor.id.get())}});
}
Json StandInNode::house() {
    return Json::object({{"organisation", "Alder House"},
                         {"roles", Json(Json::Array{"investigation"})},
                         {"workers", Json(Json::Array{"desk 1"})}});
}

Json Got::json() const {
    auto parsed = schema::parse_json(body, {.bytes = 4UL << 20U});
    return parsed ? std::move(parsed).value() : Json();
}
std::string Got::code() const {
    const Json all = json();
    const Json* error = all.find("error");
    return error == nullptr ? "" : error->text_at("code");
}
std::string Got::header(std::string_view name) const {
    const std::string line = "\r\n" + std::string(name) + ": ";
    const auto at = head.find(line);
    if (at == std::string::npos) return {};
    const auto from = at + line.size();
    return head.substr(from, head.find("\r\n", from) - from);
}

Connection::Connection(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    REQUIRE(::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
}
Connection::~Connection() {
    ::close(fd_);
}

bool Connection::send(std::string_view bytes) const {
    while (!bytes.empty()) {
        if (!ready(fd_, POLLOUT)) return false;
        const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

Got Connection::receive() const {
    Got got;
    std::string all;
    std::array<char, 16384> some{};
    for (;;) {
        const auto end = all.find("\r\n\r\n");
        if (end != std::string::npos) {
            got.head = all.substr(0, end + 2);
            got.status = static_cast<unsigned>(std::stoul(got.head.substr(9, 3)));
            got.body = all.substr(end + 4);
            if (got.body.size() >= content_length(got.head)) return got;
        }
        if (!ready(fd_, POLLIN)) return got;
        const auto n = ::recv(fd_, some.data(), some.size(), 0);
        if (n <= 0) return got;
        all.append(some.data(), static_cast<std::size_t>(n));
    }
}

bool Connection::is_readable() const {
    pollfd one{fd_, POLLIN, 0};
    return ::poll(&one, 1, 0) == 1;
}

bool Connection::is_closed() const {
    std::array<char, 4096> some{};
    for (;;) {
        const auto n = ::recv(fd_, some.data(), some.size(), MSG_DONTWAIT);
        if (n == 0 || (n < 0 && errno != EAGAIN)) return true;
        if (n < 0) return false;
    }
}

std::string page_request(std::uint16_t port,
                         std::string_view seat,
                         std::string_view session,
                         std::string_view path,
                         std::string_view body) {
    const std::string host = "127.0.0.1:" + std::to_string(port);
    std::string text = "POST " + std::string(path) + " HTTP/1.1\r\nHost: " + host +
                       "\r\nOrigin: http://" + host + "\r\nSec-Fetch-Site: same-origin\r\n" +
                       "Content-Type: application/vnd.leeward.request\r\n";
    text.append("X-Leeward-Seat: ").append(seat).append("\r\nX-Leeward-Session: ").append(session);
    text += "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n";
    return text.append(body);
}

RunningConsole::RunningConsole(node::SeatRules rules) : console_(node_, random_, rules) {
    launch();
    thread_ = std::thread([this] { run(); });
}

RunningConsole::~RunningConsole() {
    stop_ = true;
    thread_.join();
}

void RunningConsole::run() {
    while (!stop_) {
        int fd = -1;
        int wait = 5;
        {
            const std::scoped_lock lock(mutex_);
            fd = console_.fd();
            if (console_.wait_ms() == 0) wait = 0;
        }
        pollfd one{fd, POLLIN, 0};
        ::poll(&one, 1, wait);
        const std::scoped_lock lock(mutex_);
        console_.step(milliseconds(now_ms_));
    }
}

std::string RunningConsole::launch() {
    const std::scoped_lock lock(mutex_);
    const auto link = console_.open_link(milliseconds(now_ms_));
    REQUIRE(link);
    port_ = console_.port();
    const std::string url = link->text_at("url");
    return url.substr(url.find('#') + 1);
}

void RunningConsole::advance(milliseconds by) {
    now_ms_ += by.count();
    const std::scoped_lock lock(mutex_);
    console_.step(milliseconds(now_ms_));
}
void RunningConsole::changed() {
    const std::scoped_lock lock(mutex_);
    console_.changed();
}
bool RunningConsole::is_listening() {
    const std::scoped_lock lock(mutex_);
    return console_.fd() >= 0;
}

std::string RunningConsole::host() const {
    return "127.0.0.1:" + std::to_string(port_);
}

Got RunningConsole::exchange(std::string_view bytes) const {
    const Connection connection(port_);
    connection.send(bytes);
    return connection.receive();
}
Got RunningConsole::get(std::string_view path, std::string_view more_headers) const {
    return exchange("GET " + std::string(path) + " HTTP/1.1\r\nHost: " + host() + "\r\n" +
                    std::string(more_headers) + "\r\n");
}

std::string RunningConsole::post_text(std::string_view path, std::string_view body) const {
    return page_request(port_, seat, session, path, body);
}
Got RunningConsole::post(std::string_view path, std::string_view body) const {
    return exchange(post_text(path, body));
}

void RunningConsole::sit() {
    const Got got = post("/api/sit", R"({"args":{"launch":")" + launch() + "\"}}");
    REQUIRE(got.status == 200);
    seat = got.json().find("result")->text_at("seat");
}

void RunningConsole::sign_in() {
    std::string body = R"({"args":{"name":"desk 1"},"secrets":1})";
    body += '\0';
    const Got got = post("/api/sign-in", body + std::string(right_passphrase));
    REQUIRE(got.status == 200);
    session = got.json().find("result")->text_at("session");
}

}  // namespace leeward::test
