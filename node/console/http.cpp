#include "node/console/http.h"

#include <algorithm>
#include <cstring>
#include <list>

#include <microhttpd.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace leeward::node {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t memory_of_each = 36UL * 1024;  // beyond 32 KiB it is mapped, and unmapped
constexpr std::size_t crowd = HttpServer::most_connections / 2;
struct Patience {
    milliseconds head;
    milliseconds whole;
};
constexpr Patience calm{milliseconds(5'000), milliseconds(15'000)};
constexpr Patience crowded{milliseconds(1'000), milliseconds(5'000)};

bool same_name(std::string_view a, std::string_view b) {
    const auto lower = [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) {
        return lower(x) == lower(y);
    });
}

// A connection, and how long its client has been at what it does now.
struct Line {
    int fd = -1;
    milliseconds since{};
    bool head_is_whole = false;
    bool held = false;
};

// One request on its way through the library.
struct Exchange {
    HttpHead head;
    SecretBytes body;
    std::size_t have = 0;
    std::optional<HttpReply> reply;
    MHD_Connection* connection = nullptr;
    Line* line = nullptr;
    milliseconds whole_at{};
};

MHD_Result add_header(void* to, MHD_ValueKind, const char* name, const char* value) {
    auto& head = *static_cast<HttpHead*>(to);
    head.headers.emplace_back(name, value == nullptr ? "" : value);
    return MHD_YES;
}
MHD_Result note_query(void* to, MHD_ValueKind, const char*, const char*) {
    static_cast<HttpHead*>(to)->query = true;
    return MHD_NO;
}

HttpHead head_of(MHD_Connection* connection, const char* path, const char* method) {
    HttpHead head;
    head.method = method;
    head.path = path;
    MHD_get_connection_values(connection, MHD_HEADER_KIND, add_header, &head);
    MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, note_query, &head);
    const auto* size = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    if (size != nullptr) head.header_bytes = size->header_size;
    return head;
}

std::size_t announced(const HttpHead& head) {
    std::size_t length = 0;
    for (const char c : head.only("content-length").value_or("")) {
        if (c < '0' || c > '9' || length > SIZE_MAX / 20) return SIZE_MAX;
        length = length * 10 + static_cast<std::size_t>(c - '0');
    }
    return length;
}

MHD_Response* response_of(const HttpReply& reply) {
    const std::string_view bytes = reply.fixed_body.empty() ? reply.body : reply.fixed_body;
    // The library does not write to what it calls persistent; it outlives the response.
    void* data = const_cast<char*>(bytes.data());
    MHD_Response* out = MHD_create_response_from_buffer(bytes.size(), data, MHD_RESPMEM_PERSISTENT);
    if (out == nullptr) return nullptr;
    const auto add = [out](const char* name, std::string_view value) {
        MHD_add_response_header(out, name, std::string(value).c_str());
    };
    for (const auto& field : fixed_headers())
        add(field.name, field.value);
    if (!reply.type.empty()) add("Content-Type", reply.type);
    if (!reply.encoding.empty()) add("Content-Encoding", reply.encoding);
    if (!reply.allow.empty()) add("Allow", reply.allow);
    if (reply.forget) add("Clear-Site-Data", "\"cache\", \"cookies\", \"storage\"");
    return out;
}

MHD_Result send(Exchange& exchange) {
    MHD_Response* response = response_of(*exchange.reply);
    if (response == nullptr) return MHD_NO;
    const MHD_Result queued =
        MHD_queue_response(exchange.connection, exchange.reply->status, response);
    MHD_destroy_response(response);
    return queued;
}

}  // namespace

std::size_t HttpHead::count(std::string_view name) const {
    return static_cast<std::size_t>(std::count_if(
        headers.begin(), headers.end(), [&](auto& one) { return same_name(one.first, name); }));
}

std::optional<std::string_view> HttpHead::only(std::string_view name) const {
    std::optional<std::string_view> found;
    for (const auto& [key, value] : headers) {
        if (!same_name(key, name)) continue;
        if (found) return std::nullopt;
        found = value;
    }
    return found;
}

std::vector<HttpField> fixed_headers() {
    return {
        {"Content-Security-Policy",
         "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src "
         "'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
         "require-trusted-types-for 'script'; trusted-types 'none'"},
        {"X-Content-Type-Options", "nosniff"},
        {"X-Frame-Options", "DENY"},
        {"Referrer-Policy", "no-referrer"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
        {"Cross-Origin-Embedder-Policy", "require-corp"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        {"Permissions-Policy",
         "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), "
         "microphone=(), midi=(), payment=(), serial=(), usb=()"},
        {"Cache-Control", "no-store"},
        {"X-DNS-Prefetch-Control", "off"},
        {"Connection", "close"},  // a kept one could end just as the page writes to it
    };
}

struct HttpServer::State {
    HttpHandler& handler;
    std::size_t most_body;
    MHD_Daemon* daemon = nullptr;
    milliseconds now{};
    std::list<Line> lines{};
    std::list<Exchange*> held{};

    MHD_Result take(MHD_Connection* connection,
                    const char* path,
                    const char* method,
                    const char* data,
                    std::size_t* size,
                    void** ours) {
        if (*ours == nullptr) return begin(connection, path, method, ours);
        Exchange& exchange = *static_cast<Exchange*>(*ours);
        if (exchange.reply) {
            *size = 0;
            return send(exchange);
        }
        if (*size > 0) return receive(exchange, data, size);
        return finish(exchange);
    }

    MHD_Result begin(MHD_Connection* connection,
                     const char* path,
                     const char* method,
                     void** ours) {
        auto exchange = std::make_unique<Exchange>();
        exchange->head = head_of(connection, path, method);
        exchange->connection = connection;
        exchange->line = line_of(connection);
        if (exchange->line != nullptr) exchange->line->head_is_whole = true;
        exchange->reply = handler.refuse(exchange->head);
        const std::size_t length = announced(exchange->head);
        if (!exchange->reply && length > most_body) return MHD_NO;  // refuse() knows the limit too
        if (!exchange->reply) exchange->body = SecretBytes(length);
        *ours = exchange.release();
        auto& kept = *static_cast<Exchange*>(*ours);
        return kept.reply ? send(kept) : MHD_YES;
    }

    static MHD_Result receive(Exchange& exchange, const char* data, std::size_t* size) {
        if (*size > exchange.body.size() - exchange.have) return MHD_NO;
        std::memcpy(exchange.body.reveal().data() + exchange.have, data, *size);
        exchange.have += *size;
        *size = 0;
        return MHD_YES;
    }

    MHD_Result finish(Exchange& exchange) {
        if (exchange.have != exchange.body.size()) return MHD_NO;
        exchange.whole_at = now;
        exchange.reply = handler.answer(exchange.head, exchange.body, milliseconds(0));
        if (exchange.reply) return send(exchange);
        if (exchange.line != nullptr) exchange.line->held = true;
        held.push_back(&exchange);
        MHD_suspend_connection(exchange.connection);
        return MHD_YES;
    }

    void ask_held_again() {
        for (auto one = held.begin(); one != held.end();) {
            Exchange& exchange = **one;
            exchange.reply = handler.answer(exchange.head, exchange.body, now - exchange.whole_at);
            if (!exchange.reply) {
                ++one;
                continue;
            }
            release(exchange);
            one = held.erase(one);
        }
    }

    void release(Exchange& exchange) const {
        if (exchange.line != nullptr) {
            exchange.line->held = false;
            exchange.line->since = now;
        }
        MHD_resume_connection(exchange.connection);
    }

    void done(void** ours) {
        std::unique_ptr<Exchange> exchange(static_cast<Exchange*>(*ours));
        *ours = nullptr;
        if (!exchange) return;
        held.remove(exchange.get());
        if (exchange->line == nullptr) return;
        exchange->line->head_is_whole = false;
        exchange->line->since = now;
    }

    static Line* line_of(MHD_Connection* connection) {
        const auto* info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
        return info == nullptr ? nullptr : static_cast<Line*>(info->socket_context);
    }

    void connected(MHD_Connection* connection, void** context) {
        const auto* info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        if (info == nullptr) return;
        lines.push_back({info->connect_fd, now, false, false});
        *context = &lines.back();
    }
    void disconnected(void** context) {
        const auto* gone = static_cast<Line*>(*context);
        lines.remove_if([gone](const Line& line) { return &line == gone; });
        *context = nullptr;
    }

    // A client that dribbles keeps nobody else out. The library sees the end by itself.
    void close_the_slow() {
        const Patience& patience = lines.size() > crowd ? crowded : calm;
        for (Line& line : lines) {
            const auto most = line.head_is_whole ? patience.whole : patience.head;
            if (!line.held && line.fd >= 0 && now - line.since > most) {
                ::shutdown(line.fd, SHUT_RDWR);
                line.fd = -1;
            }
        }
    }

    static MHD_Result on_request(void* state,
                                 MHD_Connection* connection,
                                 const char* path,
                                 const char* method,
                                 const char*,
                                 const char* data,
                                 std::size_t* size,
                                 void** ours) {
        return static_cast<State*>(state)->take(connection, path, method, data, size, ours);
    }
    static void on_done(void* state, MHD_Connection*, void** ours, MHD_RequestTerminationCode) {
        static_cast<State*>(state)->done(ours);
    }
    static void on_connection(void* state,
                              MHD_Connection* connection,
                              void** context,
                              MHD_ConnectionNotificationCode what) {
        auto& server = *static_cast<State*>(state);
        if (what == MHD_CONNECTION_NOTIFY_STARTED)
            server.connected(connection, context);
        else
            server.disconnected(context);
    }
};

namespace {

sockaddr_in loopback() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::open(HttpHandler& handler, std::size_t most_body) {
    auto state = std::make_unique<State>(State{handler, most_body});
    const sockaddr_in address = loopback();
    state->daemon = MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC,
                                     0,
                                     nullptr,
                                     nullptr,
                                     &State::on_request,
                                     state.get(),
                                     MHD_OPTION_SOCK_ADDR,
                                     reinterpret_cast<const sockaddr*>(&address),
                                     MHD_OPTION_CONNECTION_LIMIT,
                                     static_cast<unsigned>(most_connections),
                                     MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                                     memory_of_each,
                                     MHD_OPTION_CONNECTION_TIMEOUT,
                                     30U,
                                     MHD_OPTION_STRICT_FOR_CLIENT,
                                     1,
                                     MHD_OPTION_SIGPIPE_HANDLED_BY_APP,
                                     1,
                                     MHD_OPTION_NOTIFY_COMPLETED,
                                     &State::on_done,
                                     state.get(),
                                     MHD_OPTION_NOTIFY_CONNECTION,
                                     &State::on_connection,
                                     state.get(),
                                     MHD_OPTION_END);
    if (state->daemon == nullptr)
        return Error{Errc::io, "the page's server did not start; nothing was opened"};
    return std::unique_ptr<HttpServer>(new HttpServer(std::move(state)));
}

HttpServer::HttpServer(std::unique_ptr<State> state) : state_(std::move(state)) {}

HttpServer::~HttpServer() {
    for (Exchange* exchange : state_->held) {
        exchange->reply = HttpReply{503, "text/plain", {}};
        state_->release(*exchange);
    }
    state_->held.clear();
    MHD_stop_daemon(state_->daemon);
}

std::uint16_t HttpServer::port() const {
    const auto* info = MHD_get_daemon_info(state_->daemon, MHD_DAEMON_INFO_BIND_PORT);
    return info == nullptr ? 0 : info->port;
}

int HttpServer::fd() const {
    const auto* info = MHD_get_daemon_info(state_->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    return info == nullptr ? -1 : info->epoll_fd;
}

int HttpServer::wait_ms() const {
    MHD_UNSIGNED_LONG_LONG ms = 0;
    if (MHD_get_timeout(state_->daemon, &ms) != MHD_YES) return -1;
    return static_cast<int>(std::min<MHD_UNSIGNED_LONG_LONG>(ms, 1000));
}

void HttpServer::step(milliseconds now) {
    state_->now = now;
    MHD_run(state_->daemon);
    state_->close_the_slow();  // after what has come meanwhile: it may be the node that was slow
}

void HttpServer::ask_held_again() {
    state_->ask_held_again();
}

}  // namespace leeward::node
