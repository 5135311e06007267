#include "node/daemon/loop.h"

#include <ctime>
#include <list>
#include <utility>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "node/app/api.h"
#include "node/app/node_api.h"
#include "node/app/ring.h"
#include "node/app/socket.h"
#include "node/app/wire.h"
#include "node/console/console.h"
#include "node/daemon/system.h"
#include "node/transport/zmq_transport.h"

namespace leeward::node {
namespace {

constexpr int idle_ms = 250;  // a deadline is looked at within a second
constexpr int request_timeout_ms = 5'000;
constexpr std::size_t most_clients = 32;
constexpr std::chrono::seconds home_at_least_every{60};
constexpr std::chrono::seconds over_proxy{30};  // that a mail host may take to answer

// Counts on while the machine sleeps, and nobody can set it.
SeatTime seat_time() {
    timespec at{};
    ::clock_gettime(CLOCK_BOOTTIME, &at);
    return std::chrono::seconds(at.tv_sec) + std::chrono::milliseconds(at.tv_nsec / 1'000'000);
}

// A program on the socket, and the user of this machine who runs it.
struct Client {
    Descriptor socket;
    uid_t uid;
};

class Loop {
public:
    Loop(Engine& engine,
         NodeApi& api,
         Console& console,
         Transport& transport,
         Log& log,
         int listener,
         int signals)
        : engine_(engine),
          api_(api),
          console_(console),
          transport_(transport),
          log_(log),
          listener_(listener),
          signals_(signals) {}

    Outcome run() {
        bool more = true;
        while (!api_.stopping()) {
            LEEWARD_ASSIGN(const bool stop, wait(more ? 0 : idle_time()));
            if (stop) return Done{};
            console_.step(seat_time());
            auto work = engine_.step(SystemClock::now_ms());
            if (!work) {
                log_.alarm("node.step", {{"why", work.error().code}});
                if (work.error().code == Errc::corrupt) return work.error();
                more = false;
                look_after_home(Leisure::NONE);
                continue;
            }
            note(*work);
            tell_pages();
            call_people();
            more = work->more;
            look_after_home(more ? Leisure::NONE : Leisure::SOME);
        }
        (void)engine_.step(SystemClock::now_ms());
        return Done{};
    }

private:
    [[nodiscard]] int idle_time() const {
        const int wanted = console_.wait_ms();
        return wanted < 0 ? idle_ms : std::min(wanted, idle_ms);
    }

    // True when a signal asks to stop.
    Result<bool> wait(int timeout_ms) {
        std::vector<pollfd> fds{{signals_, POLLIN, 0},
                                {listener_, POLLIN, 0},
                                {transport_.readable_fd(), POLLIN, 0},
                                {console_.fd(), POLLIN, 0}};  // poll passes over a negative one
        for (const auto& client : clients_)
            fds.push_back({client.socket.get(), POLLIN, 0});
        if (::poll(fds.data(), fds.size(), timeout_ms) < 0 && errno != EINTR)
            return Error{Errc::io, "poll failed"};
        if (fds[0].revents != 0) return true;
        serve(fds);
        if (fds[1].revents != 0) accept_client();
        return false;
    }

    void accept_client() {
        Descriptor client(::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC));
        if (client.get() < 0 || clients_.size() >= most_clients) return;
        const auto uid = peer_uid(client.get());
        if (!uid || (*uid != ::geteuid() && *uid != 0)) return;
        clients_.push_back({std::move(client), *uid});
    }

    void serve(const std::vector<pollfd>& fds) {
        std::size_t at = 4;
        for (auto client = clients_.begin(); client != clients_.end(); ++at) {
            const bool ready = at < fds.size() && fds[at].revents != 0;
            client = ready && !answer(*client) ? clients_.erase(client) : std::next(client);
        }
    }

    // False when the client has gone or spoke nonsense.
    bool answer(const Client& client) {
        const int fd = client.socket.get();
        const auto packet = read_packet(fd, max_request, request_timeout_ms);
        if (!packet) return false;
        const auto request = read_request(*packet);
        Secrets secrets;
        for (std::size_t i = 0; request && i < request->secrets; ++i) {
            auto secret = read_secret_packet(fd, request_timeout_ms);
            if (!secret) return false;
            secrets.push_back(std::move(secret).value());
        }
        const auto result = request ? api_.serve(client.uid, *request, secrets)
                                    : Result<schema::Json>(request.error());
        return static_cast<bool>(write_packet(fd, answer_of(result).dump()));
    }

    void call_people() {
        for (const auto& program : api_.programs_to_call())
            if (!run_alone(program)) log_.hourly(Severity::alarm, "notify.failed");
    }

    // Not all of it enters the log: a receipt for what we asked does not, nor does what falls due here.
    void tell_pages() {
        const auto writes = engine_.desk().store.writes();
        if (std::exchange(writes_, writes) != writes) console_.changed();
    }

    // When nothing else is to be done; and once a minute however much that is, or whatever a step met.
    enum class Leisure { NONE, SOME };
    void look_after_home(Leisure leisure) {
        const SeatTime now = seat_time();
        if (leisure == Leisure::NONE && now < looked_after_ + home_at_least_every) return;
        looked_after_ = now;
        if (!api_.look_after_home()) alarm_about_backups();
    }

    // One that was not made, or of a node that has left and now stops, not removed.
    void alarm_about_backups() {
        if (api_.stopping())
            log_.alarm("retire.unfinished");
        else
            log_.hourly(Severity::alarm, "backup.failed");
    }

    void note(const Engine::Work& work) {
        if (work.received.refused > 0)
            log_.hourly(Severity::warn, "frames.refused", {{"frames", work.received.refused}});
        for (const auto& fault : {work.fault, work.received.fault})
            if (fault) log_.hourly(Severity::alarm, "node.fault", {{"why", *fault}});
        if (work.mail_host)
            log_.hourly(Severity::alarm, "mailhost.fault", {{"why", *work.mail_host}});
        if (work.short_of_space) log_.hourly(Severity::alarm, "disk.full");
    }

    Engine& engine_;
    NodeApi& api_;
    Console& console_;
    Transport& transport_;
    Log& log_;
    int listener_;
    int signals_;
    std::list<Client> clients_;
    std::uint64_t writes_ = 0;
    SeatTime looked_after_{};
};

void follow_settings(Engine& engine, const Config& config) {
    PostOptions options;
    options.poll_every = std::chrono::seconds(config.mail.poll_seconds);
    options.steady = config.mail.cover;
    if (!config.proxy.empty()) options.patience = over_proxy;
    engine.post().set_options(options);
    engine.cover(config.mail.cover);
}

}  // namespace

namespace {

SeatRules seat_rules(const Config& config) {
    SeatRules rules;
    rules.lock = std::chrono::minutes(config.lock_minutes);
    return rules;
}

}  // namespace

Outcome run_node(OpenedHome home, Log& log) {
    LEEWARD_ASSIGN(const Descriptor signals, stop_signals());
    LEEWARD_ASSIGN(const int listener_fd, listen_unix(socket_path(home.folder)));
    const Descriptor listener(listener_fd);
    ZmqOptions options{home.identity.link.clone()};
    options.bind_endpoint = home.config.bind;
    options.proxy = home.config.proxy;
    options.log = &log;
    LEEWARD_ASSIGN(auto transport, open_zmq_transport(std::move(options)));
    LEEWARD_ASSIGN(auto engine,
                   Engine::open({home.store,
                                 home.keyring,
                                 home.identity,
                                 *transport,
                                 crypto::system_random(),
                                 home.views,
                                 home.log_files},
                                SystemClock::now_ms()));
    follow_settings(*engine, home.config);
    if (home.mail_host_fault) log.alarm("mailhost.closed", {{"why", *home.mail_host_fault}});
    const SystemClock clock;
    NodeApi api(*engine, home, clock);
    Console console(api, crypto::system_random(), seat_rules(home.config));
    api.use_console([&console] { return console.open_link(seat_time()); });
    log.info("node.started", {{"peers", engine->desk().peers.all().size()}});
    Loop loop(*engine, api, console, *transport, log, listener.get(), signals.get());
    const Outcome done = loop.run();
    log.info("node.stopped");
    return done;
}

}  // namespace leeward::node
