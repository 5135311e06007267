#include "node/daemon/relay.h"

#include <array>
#include <cerrno>

#include <poll.h>

#include "node/app/private_files.h"
#include "node/daemon/system.h"
#include "node/mailbox/post.h"
#include "node/transport/zmq_transport.h"

namespace leeward::node {
namespace {

namespace fs = std::filesystem;

constexpr int idle_ms = 250;
constexpr std::size_t requests_at_once = 256;
constexpr std::int64_t expire_every_ms = 1'000;

struct RelayKeys {
    TransportSecretKey link;
    StoreKey store;
};

// relay.key is the two, one after the other.
Result<RelayKeys> relay_keys(const fs::path& home) {
    const fs::path file = home / "relay.key";
    constexpr std::size_t size = TransportSecretKey::size + StoreKey::size;
    if (!fs::exists(file)) {
        SecretBytes fresh(size);
        crypto::system_random().fill(fresh.reveal());
        LEEWARD_TRY(write_private_file(file, fresh.reveal()));
    }
    LEEWARD_ASSIGN(const Bytes read, read_private_file(file, size));
    const SecretBytes bytes(read);
    if (bytes.size() != size) return Error{Errc::corrupt, "relay.key has the wrong length"};
    return RelayKeys{TransportSecretKey(bytes.reveal().first<TransportSecretKey::size>()),
                     StoreKey(bytes.reveal().last<StoreKey::size>())};
}

Outcome make_places(MailHost& host, const RelayOptions& options, const TransportPublicKey& server) {
    const fs::path folder = options.home / "places";
    LEEWARD_TRY(make_private_folder(folder));
    while (host.places().size() < options.places) {
        const auto now = schema::from_unix(SystemClock::now_ms() / 1000);
        LEEWARD_ASSIGN(const auto place,
                       host.open_place(options.endpoint, server, crypto::system_random(), now));
        const auto number = std::to_string(host.places().back().number);
        const std::string text = schema::write_place(place);
        LEEWARD_TRY(write_private_file(folder / (number + ".place"), as_bytes(text)));
    }
    return Done{};
}

class Relay {
public:
    Relay(MailHost& host, Transport& transport, Log& log, int signals)
        : host_(host), transport_(transport), log_(log), signals_(signals) {}

    Outcome run() {
        for (const auto& key : host_.keys())
            admit(transport_, host_, key);
        for (bool more = true;;) {
            LEEWARD_ASSIGN(const bool stop, wait(more ? 0 : idle_ms));
            if (stop) return Done{};
            auto served = step();
            if (!served) log_.hourly(Severity::alarm, "relay.step", {{"why", served.error().code}});
            more = served && *served;
        }
    }

private:
    Result<bool> wait(int timeout_ms) {
        std::array<pollfd, 2> fds{pollfd{signals_, POLLIN, 0},
                                  pollfd{transport_.readable_fd(), POLLIN, 0}};
        if (::poll(fds.data(), fds.size(), timeout_ms) < 0 && errno != EINTR)
            return Error{Errc::io, "poll failed"};
        return fds[0].revents != 0;
    }

    // True when there is more to do at once.
    Result<bool> step() {
        const std::int64_t now_ms = SystemClock::now_ms();
        (void)transport_.take_returned();  // nothing waits here for anybody
        std::vector<Inbound> requests;
        while (requests.size() < requests_at_once) {
            auto inbound = transport_.poll();
            if (!inbound) break;
            requests.push_back(std::move(*inbound));
        }
        if (!requests.empty()) {
            LEEWARD_ASSIGN(
                const std::size_t refused,
                serve_mail(transport_, host_, requests, schema::from_unix(now_ms / 1000)));
            if (refused > 0) log_.hourly(Severity::warn, "relay.refused", {{"requests", refused}});
        }
        LEEWARD_ASSIGN(const bool expiring, expire(now_ms));
        return expiring || requests.size() >= requests_at_once;
    }

    Result<bool> expire(std::int64_t now_ms) {
        if (now_ms - expired_ms_ < expire_every_ms && now_ms >= expired_ms_) return false;
        expired_ms_ = now_ms;
        LEEWARD_ASSIGN(const bool more, host_.expire(schema::from_unix(now_ms / 1000)));
        if (more) expired_ms_ = 0;
        return more;
    }

    MailHost& host_;
    Transport& transport_;
    Log& log_;
    int signals_;
    std::int64_t expired_ms_ = 0;
};

}  // namespace

Outcome run_relay(const RelayOptions& options, Log& log) {
    LEEWARD_ASSIGN(const Descriptor signals, stop_signals());
    LEEWARD_ASSIGN(RelayKeys keys, relay_keys(options.home));
    LEEWARD_ASSIGN(const auto host, MailHost::open(options.home / "mailhost.db", keys.store));
    LEEWARD_TRY(make_places(*host, options, public_key_of(keys.link)));
    ZmqOptions how{std::move(keys.link)};
    how.bind_endpoint = options.bind.empty() ? options.endpoint : options.bind;
    how.log = &log;
    LEEWARD_ASSIGN(const auto transport, open_zmq_transport(std::move(how)));
    log.info("relay.started", {{"places", host->places().size()}});
    Relay relay(*host, *transport, log, signals.get());
    const Outcome done = relay.run();
    log.info("relay.stopped");
    return done;
}

}  // namespace leeward::node
