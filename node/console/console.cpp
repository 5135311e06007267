#include "node/console/console.h"

#include <algorithm>
#include <array>

#include "node/app/socket.h"
#include "node/console/assets.h"
#include "node/console/body.h"
#include "node/console/page_words.h"
#include "schema/commands.h"

namespace leeward::node {
namespace {

using schema::Json;
using std::chrono::milliseconds;

constexpr std::string_view json_type = "application/json; charset=utf-8";
constexpr std::string_view our_type = "application/vnd.leeward.request";
constexpr std::string_view seat_header = "x-leeward-seat";
constexpr std::string_view session_header = "x-leeward-session";
constexpr std::string_view acts = "/api/do/";
constexpr std::size_t most_headers = 64;
constexpr std::size_t most_body = max_request + (max_secret + 1) * most_secrets;
constexpr std::size_t most_before_session = 4096;
constexpr milliseconds longest_wait{25'000};
constexpr milliseconds look_every{1'000};
constexpr milliseconds farewell{10'000};  // whoever has left still fetches the neutral page

// What HTTP says beside the code that the page reads.
unsigned status_of(Errc code) {
    switch (code) {
        case Errc::locked:
            return 401;
        case Errc::not_permitted:
        case Errc::not_released:
        case Errc::untrusted:
            return 403;
        case Errc::not_found:
            return 404;
        case Errc::already_exists:
        case Errc::wrong_state:
            return 409;
        case Errc::too_large:
            return 413;
        case Errc::invalid_argument:
        case Errc::malformed:
            return 400;
        case Errc::unsupported:
            return 404;
        case Errc::busy:
        case Errc::unreachable:
            return 503;
        case Errc::disk_full:
            return 507;
        case Errc::corrupt:
        case Errc::io:
            break;
    }
    return 500;
}

HttpReply reply_of(const Result<Json>& result) {
    return {result ? 200 : status_of(result.error().code), json_type, answer_of(result).dump()};
}

// A refusal that is HTTP's own.
HttpReply refusal(unsigned status, Errc code, std::string_view sentence) {
    HttpReply reply = reply_of(Error{code, std::string(sentence)});
    reply.status = status;
    return reply;
}

HttpReply unknown_place() {
    return refusal(404, Errc::not_found, "there is nothing here");
}

bool is_act(std::string_view path) {
    return path.substr(0, 5) == "/api/";
}

}  // namespace

struct Console::Asked {
    const HttpHead& head;
    const SecretBytes& body;
    milliseconds waited;
    PageRequest request{};
    std::string seat{};   // the token; that it lives has been seen
    std::string token{};  // of the session
    Session* session = nullptr;
    SeatTime used{};  // when the session last was, before this
};

// What a page may ask beside the commands, and how far it must have come.
struct Console::Named {
    enum class Needs : Byte { NOTHING, SEAT, SESSION };
    std::string_view path;
    Needs needs;
    Route route;
};

const Console::Named* Console::find_route(std::string_view path) {
    using enum Named::Needs;
    static constexpr std::array<Named, 8> routes{{
        {"/api/sit", NOTHING, &Console::sit},
        {"/api/house", SEAT, &Console::house},
        {"/api/sign-in", SEAT, &Console::sign_in},
        {"/api/leave", SEAT, &Console::leave},
        {"/api/here", SESSION, &Console::here},
        {"/api/words", SESSION, &Console::words},
        {"/api/wait", SESSION, &Console::wait},
        {"/api/lock", SESSION, &Console::lock},
    }};
    static constexpr Named commands{acts, SESSION, &Console::act};
    for (const Named& one : routes)
        if (one.path == path) return &one;
    if (path.substr(0, acts.size()) != acts) return nullptr;
    const auto* command = schema::find_command(path.substr(acts.size()));
    return command != nullptr && on_page(*command) ? &commands : nullptr;
}

Console::Console(SeatApi& node, crypto::Random& random, SeatRules rules)
    : node_(node), sessions_(random, rules, [&node](const Session& gone) {
          node.stand_up({gone.actor, gone.name});
      }) {}

Console::~Console() = default;

Result<Json> Console::open_link(SeatTime now) {
    now_ = now;
    LEEWARD_TRY(check_assets());
    if (!server_) {
        LEEWARD_ASSIGN(server_, HttpServer::open(*this, most_body));
    }
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(sessions_.rules().launch);
    return Json::object(
        {{"url",
          "http://127.0.0.1:" + std::to_string(server_->port()) + "/#" + sessions_.launch(now)},
         {"for_seconds", static_cast<std::int64_t>(seconds.count())}});
}

void Console::step(SeatTime now) {
    now_ = now;
    if (!server_) return;
    sessions_.expire(now);
    server_->step(now);
    if (told_ != serial_ || now - looked_ >= look_every) {
        told_ = serial_;
        looked_ = now;
        server_->ask_held_again();
    }
    if (!sessions_.empty()) needed_ = now;
    if (now - needed_ > farewell) server_.reset();
}

// ------------------------------------------------------------------ the head alone

bool Console::is_our_host(std::string_view host) const {
    const std::string port = ":" + std::to_string(server_ ? server_->port() : 0);
    return host == "127.0.0.1" + port || host == "localhost" + port;
}

std::optional<HttpReply> Console::refuse(const HttpHead& head) {
    const auto host = head.only("host");
    if (!host || !is_our_host(*host))
        return refusal(421, Errc::untrusted, "this is not the address of the page");
    if (head.header_bytes > HttpServer::most_header_bytes || head.headers.size() > most_headers)
        return refusal(431, Errc::too_large, "too much before the request itself");
    if (head.count("transfer-encoding") > 0 || head.count("content-length") > 1)
        return refusal(400, Errc::malformed, "a request says its length once");
    if (head.method != "GET" && head.method != "POST") {
        HttpReply reply = refusal(405, Errc::unsupported, "this cannot be done here");
        reply.allow = is_act(head.path) ? "POST" : "GET";
        return reply;
    }
    if (head.query) return unknown_place();
    return is_act(head.path) ? refuse_act(head) : refuse_page(head);
}

// A link from anywhere may open the page: it knows nothing before the launch. Its parts are for
// itself alone.
std::optional<HttpReply> Console::refuse_page(const HttpHead& head) const {
    if (head.method != "GET") {
        HttpReply reply = refusal(405, Errc::unsupported, "this cannot be done here");
        reply.allow = "GET";
        return reply;
    }
    if (find_asset(head.path) == nullptr) return unknown_place();
    if (head.count("content-length") > 0 && head.only("content-length") != "0")
        return refusal(400, Errc::malformed, "this takes no content");
    const auto site = head.only("sec-fetch-site").value_or("none");
    const bool whole_page = head.only("sec-fetch-dest").value_or("document") == "document" &&
                            head.only("sec-fetch-mode").value_or("navigate") == "navigate";
    if (head.count("sec-fetch-site") > 1 ||
        (site != "same-origin" && site != "none" && !whole_page))
        return refusal(403, Errc::not_permitted, "only the page itself may ask for this");
    return std::nullopt;
}

std::optional<HttpReply> Console::refuse_act(const HttpHead& head) {
    if (head.method != "POST") {
        HttpReply reply = refusal(405, Errc::unsupported, "this cannot be done here");
        reply.allow = "POST";
        return reply;
    }
    const auto* route = find_route(head.path);
    if (route == nullptr) return unknown_place();
    if (head.only("origin") != "http://" + std::string(head.only("host").value_or("")) ||
        head.only("sec-fetch-site") != "same-origin")
        return refusal(403, Errc::not_permitted, "only the page itself may ask for this");
    if (head.only("content-type") != our_type)
        return refusal(415, Errc::malformed, "this is not how the page asks");
    const std::size_t most =
        route->needs == Named::Needs::SESSION ? most_body : most_before_session;
    const auto length = head.only("content-length");
    if (!length || length->empty())
        return refusal(411, Errc::malformed, "a request says its length once");
    if (length->size() > 8 || length->find_first_not_of("0123456789") != std::string_view::npos ||
        std::stoul(std::string(*length)) > most)
        return refusal(413, Errc::too_large, "more than 1 MiB in one request; nothing was changed");
    const auto locked = refusal(401, Errc::locked, "sign in again; nothing was changed");
    if (route->needs == Named::Needs::NOTHING) return std::nullopt;
    if (sessions_.seat(head.only(seat_header).value_or(""), now_) == nullptr)
        return refusal(401, Errc::locked, "open the page again: leeward console");
    if (route->needs == Named::Needs::SESSION &&
        sessions_.session(head.only(session_header).value_or(""), now_) == nullptr)
        return locked;
    return std::nullopt;
}

// ------------------------------------------------------------------ the whole of it

std::optional<HttpReply> Console::answer(const HttpHead& head,
                                         const SecretBytes& body,
                                         milliseconds waited) {
    if (const Asset* asset = find_asset(head.path)) {
        HttpReply reply{200, asset->type, {}, asset->gzip};
        reply.encoding = "gzip";
        reply.forget = head.path == "/away";
        return reply;
    }
    const auto* route = find_route(head.path);
    if (route == nullptr) return unknown_place();
    Asked asked{head, body, waited};
    asked.seat = head.only(seat_header).value_or("");
    asked.token = head.only(session_header).value_or("");
    asked.session = sessions_.session(asked.token, now_);
    if (route->needs == Named::Needs::SESSION && asked.session == nullptr)
        return refusal(401, Errc::locked, "sign in again; nothing was changed");
    auto request = read_page_request(body.reveal());
    if (!request)  // its words could be anything that was sent
        return reply_of(
            Error{request.error().code, "this is not how the page asks; nothing was changed"});
    asked.request = std::move(request).value();
    if (asked.session != nullptr) asked.used = asked.session->used;
    if (asked.session != nullptr && !asked.request.automatic && waited == milliseconds(0))
        asked.session->used = now_;
    return (this->*route->route)(asked);
}

std::optional<HttpReply> Console::sit(Asked& asked) {
    const auto token = sessions_.sit_down(asked.request.args.text_at("launch"), now_);
    if (!token)
        return refusal(401,
                       Errc::locked,
                       "this link was used or is older than a minute: leeward console gives "
                       "another");
    Json house = node_.house();
    house.set("seat", *token);
    return reply_of(std::move(house));
}

// Who works here may be others than when the page was opened.
std::optional<HttpReply> Console::house(Asked&) {
    return reply_of(node_.house());
}

std::optional<HttpReply> Console::sign_in(Asked& asked) {
    if (asked.request.secrets.size() != 1)
        return refusal(401, Errc::locked, "a passphrase is needed; nothing was changed");
    auto who = node_.sit_down(asked.request.args.text_at("name"), asked.request.secrets.front());
    if (!who) {
        sessions_.wrong(asked.seat);
        // Whether it was the name or the passphrase is nobody's to know.
        const Errc code = who.error().code;
        if (code == Errc::not_found || code == Errc::locked || code == Errc::untrusted)
            return refusal(401, Errc::locked, "the name or the passphrase is wrong");
        return reply_of(std::move(who).error());
    }
    Json roles = Json::array();
    for (const auto role : schema::members(who->actor.roles))
        roles.push(schema::name(role));
    Json out = Json::object(
        {{"name", who->name},
         {"roles", std::move(roles)},
         {"serial", static_cast<std::int64_t>(serial_)},
         {"lock_seconds",
          static_cast<std::int64_t>(
              std::chrono::duration_cast<std::chrono::seconds>(sessions_.rules().lock).count())}});
    std::string name = who->name;
    out.set("session", sessions_.open(asked.seat, std::move(name), std::move(who->actor), now_));
    return reply_of(std::move(out));
}

std::optional<HttpReply> Console::here(Asked&) {
    return reply_of(Json::object({{"serial", static_cast<std::int64_t>(serial_)}}));
}

std::optional<HttpReply> Console::words(Asked& asked) {
    const auto language = schema::language_from(asked.request.args.text_at("language"));
    if (!language) return refusal(400, Errc::invalid_argument, "the languages are en and es");
    auto actor = node_.now(asked.session->actor);
    if (!actor) return reply_of(std::move(actor).error());
    return reply_of(page_words(*language, actor->roles));
}

// Held until something is different, or half a minute has nearly passed.
std::optional<HttpReply> Console::wait(Asked& asked) {
    const auto since = asked.request.args.int_at("since");
    if (since == static_cast<std::int64_t>(serial_) && asked.waited < longest_wait)
        return std::nullopt;
    return reply_of(Json::object({{"serial", static_cast<std::int64_t>(serial_)}}));
}

std::optional<HttpReply> Console::lock(Asked& asked) {
    sessions_.lock(asked.token);
    return reply_of(Json::object());
}

std::optional<HttpReply> Console::leave(Asked& asked) {
    sessions_.leave(asked.seat);
    HttpReply reply = reply_of(Json::object());
    reply.forget = true;
    return reply;
}

std::optional<HttpReply> Console::act(Asked& asked) {
    const auto& command = *schema::find_command(asked.head.path.substr(acts.size()));
    const bool keeps = asked.request.act == Act::PERFORM && command.changes;
    auto done = perform(asked, command);
    if (done && keeps) changed();
    return reply_of(done);
}

// A wrong passphrase counts as one at the door does, and keeps no session awake.
Outcome Console::prove(Asked& asked) {
    const SignedIn who{asked.session->actor, asked.session->name};
    auto proved = node_.prove(who, asked.request.secrets.front());
    if (proved) {
        sessions_.right(asked.seat);
    } else {
        asked.session->used = asked.used;
        sessions_.wrong(asked.seat);
    }
    return proved;
}

// What takes her passphrase again takes it as the first; the others are the command's own.
Result<Json> Console::perform(Asked& asked, const schema::CommandSpec& command) {
    LEEWARD_ASSIGN(const Actor actor, node_.now(asked.session->actor));
    auto& secrets = asked.request.secrets;
    if (asks_again(command) && asked.request.act == Act::PERFORM) {
        if (secrets.empty() || secrets.front().empty())
            return Error{Errc::locked, "type your passphrase once more for this"};
        LEEWARD_TRY(prove(asked));
        secrets.erase(secrets.begin());
    }
    const Request request{std::string(command.name),
                          asked.request.args,
                          asked.request.act,
                          {},
                          0,
                          asked.request.automatic};
    return node_.serve_as(actor, request, secrets);
}

}  // namespace leeward::node
