// Nodes for the benchmarks, founded through the same commands that people use.
#pragma once

#include <memory>
#include <string>

#include <sys/types.h>

#include "node/app/home.h"
#include "node/app/node_api.h"
#include "node/exchange/engine.h"
#include "node/transport/zmq_transport.h"
#include "tests/bench/bench.h"

namespace leeward::bench {

class RealClock final : public schema::Clock {
public:
    [[nodiscard]] schema::Time now() const override { return schema::from_unix(unix_ms() / 1000); }
};

// A node of this process: a home on disk, an engine, a transport of its own.
struct Node {
    std::unique_ptr<node::OpenedHome> home;
    std::unique_ptr<node::ZmqTransport> transport;
    std::unique_ptr<node::Engine> engine;
    RealClock clock;
    std::unique_ptr<node::NodeApi> api;
};

struct Place {
    std::filesystem::path folder;
    std::string organisation;
    std::string role;
    int port = 0;
    int bind_port = 0;  // where it listens, if that is another
};

[[nodiscard]] const SecretBytes& bench_passphrase();
Outcome make_home(const Place& place);
Result<std::unique_ptr<Node>> open_node(const std::filesystem::path& folder);
// Roster, offers and safety words between two homes that nobody runs.
Outcome introduce(const Place& a, const Place& b);
[[nodiscard]] int free_port();

// A leewardd process that is stopped at the end.
class Daemon {
public:
    static Result<std::unique_ptr<Daemon>> start(const std::filesystem::path& folder);
    ~Daemon();
    Daemon(const Daemon&) = delete;
    Daemon& operator=(const Daemon&) = delete;
    [[nodiscard]] double resident_mb() const;

private:
    explicit Daemon(pid_t pid) : pid_(pid) {}
    pid_t pid_;
};

}  // namespace leeward::bench
