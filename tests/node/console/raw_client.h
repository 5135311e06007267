// A console that runs in a thread of its own on a clock that the test moves, over a node that is a
// stand-in; and a client that sends whatever bytes it is given.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "node/console/console.h"

namespace leeward::test {

// One worker, "desk 1", an investigator. Each command is answered with itself.
class StandInNode final : public node::SeatApi {
public:
    Result<node::SignedIn> sit_down(std::string_view name, const SecretBytes& passphrase) override;
    Outcome prove(const node::SignedIn& who, const SecretBytes& passphrase) override;
    void stand_up(const node::SignedIn&) override { ++stood_up; }
    Result<node::Actor> now(const node::Actor& actor) override;
    Result<schema::Json> serve_as(const node::Actor& actor,
                                  const node::Request& request,
                                  const node::Secrets& secrets) override;
    schema::Json house() override;

    int stood_up = 0;
    bool has_left = false;
    std::function<void()> meanwhile{};  // while it answers a command
    std::vector<node::Request> served{};
    std::size_t secrets_served = 0;
};

inline constexpr std::string_view right_passphrase = "correct horse battery staple";

// What came back for one request.
struct Got {
    unsigned status = 0;  // 0: closed without an answer
    std::string head;
    std::string body;
    [[nodiscard]] schema::Json json() const;
    [[nodiscard]] std::string code() const;  // of an error
    [[nodiscard]] std::string header(std::string_view name) const;
};

class Connection {
public:
    explicit Connection(std::uint16_t port);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    // False when the other side has closed.
    bool send(std::string_view bytes) const;
    // One answer, by its Content-Length; as much as came when the connection ends.
    [[nodiscard]] Got receive() const;
    // Something has come, or the other side has closed.
    [[nodiscard]] bool is_readable() const;
    // True once the other side has closed.
    [[nodiscard]] bool is_closed() const;

private:
    int fd_;
};

// As the page at `port` sends it, with its two tokens.
[[nodiscard]] std::string page_request(std::uint16_t port,
                                       std::string_view seat,
                                       std::string_view session,
                                       std::string_view path,
                                       std::string_view body);

class RunningConsole {
public:
    explicit RunningConsole(node::SeatRules rules = {});
    ~RunningConsole();
    RunningConsole(const RunningConsole&) = delete;
    RunningConsole& operator=(const RunningConsole&) = delete;

    // A launch token, of the link that `leeward console` would open.
    std::string launch();
    void advance(std::chrono::milliseconds by);
    // From within a command: that it took so long.
    void take(std::chrono::milliseconds time) { now_ms_ += time.count(); }
    void changed();
    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] bool is_listening();
    StandInNode& node() { return node_; }

    // Sends it on a connection of its own.
    [[nodiscard]] Got exchange(std::string_view bytes) const;
    [[nodiscard]] Got get(std::string_view path, std::string_view more_headers = {}) const;
    // As the page does it, with the tokens that are held here.
    [[nodiscard]] Got post(std::string_view path, std::string_view body = "{}") const;
    [[nodiscard]] std::string post_text(std::string_view path, std::string_view body) const;
    [[nodiscard]] std::string host() const;
    // From a launch to a session; each fails the test unless it works.
    void sit();
    void sign_in();

    std::string seat{};
    std::string session{};

private:
    void run();
    StandInNode node_;
    crypto::SeededRandom random_{7};
    node::Console console_;
    std::uint16_t port_ = 0;
    std::atomic<std::int64_t> now_ms_{1'000'000};
    std::atomic<bool> stop_{false};
    std::mutex mutex_;
    std::thread thread_;
};

}  // namespace leeward::test
