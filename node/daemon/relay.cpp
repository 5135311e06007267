#include "node/daemon/relay.h"

#include <array>
#include <cerrno>

#include <poll.h>

#include "node/app/relay_home.h"
#include "node/daemon/system.h"
#include "node/mailbox/post.h"
#include "node/transport/zmq_transport.h"

namespace leeward::node {
namespace {

constexpr int idle_ms = 250;
constexpr std::size_t requests_at_once = 256;
constexpr std::int64_t expire_every_ms = 1'000;

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
    auto& random = crypto::system_random();
    LEEWARD_ASSIGN(RelayKeys keys, relay_keys(options.home, random));
    LEEWARD_ASSIGN(const auto host, MailHost::open(relay_store_path(options.home), keys.store));
    const RelayPlaces wanted{options.places, options.endpoint, public_key_of(keys.link)};
    const auto now = schema::from_unix(SystemClock::now_ms() / 1000);
    LEEWARD_TRY(make_places(*host, options.home, wanted, random, now));
    LEEWARD_ASSIGN(const auto places, host->places());
    ZmqOptions how{std::move(keys.link)};
    how.bind_endpoint = options.bind.empty() ? options.endpoint : options.bind;
    how.log = &log;
    LEEWARD_ASSIGN(const auto transport, open_zmq_transport(std::move(how)));
    log.info("relay.started", {{"places", places.size()}});
    Relay relay(*host, *transport, log, signals.get());
    const Outcome done = relay.run();
    log.info("relay.stopped");
    return done;
}

}  // namespace leeward::node
