// A relay of ours between two nodes: it listens on a port of its own, passes every byte on to a
// target and records what passed, both ways. So a capture needs no privilege, and a partition is
// stop() and start().
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "crypto/base/result.h"

namespace leeward::test {

struct TapOptions {
    std::uint16_t listen_port = 0;  // of 127.0.0.1; 0: any free one
    std::uint16_t target_port = 0;  // of 127.0.0.1
    std::filesystem::path
        record{};  // every byte is appended here, as it passes; empty: only counted
    // Also what each connecting side said, one file a connection ("1", "2", …), in this folder: what
    // a replay needs. Empty: not kept.
    std::filesystem::path said{};
};

// Members may be called from any thread.
class Tap {
public:
    // Listens at once. Errc::io when the port or the file cannot be opened.
    static Result<std::unique_ptr<Tap>> open(const TapOptions& options);
    ~Tap();
    Tap(const Tap&) = delete;
    Tap& operator=(const Tap&) = delete;

    [[nodiscard]] std::uint16_t port() const;
    [[nodiscard]] std::string endpoint() const;  // "tcp://127.0.0.1:port"

    // A partition: every connection is cut and new ones are refused, until start().
    void stop();
    void start();

    [[nodiscard]] std::uint64_t bytes() const;        // relayed, both ways together
    [[nodiscard]] std::uint64_t connections() const;  // accepted since open

private:
    class Relay;
    explicit Tap(std::unique_ptr<Relay> relay);
    std::unique_ptr<Relay> relay_;
};

}  // namespace leeward::test
