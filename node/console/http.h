// One HTTP exchange as the console sees it, and the server that carries it: libmicrohttpd, loopback
// only, driven by the node's own thread, so that nothing is shared and nothing is locked.
//
// What a client may do is bounded before a byte of it is believed: 256 connections, 32 KiB of
// memory and 16 KiB of headers each, a whole head within 5 seconds and a whole request within 15
// (a second and five while the server is crowded), a body of the length that was announced. Bodies
// live in memory that is wiped.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crypto/base/result.h"
#include "crypto/base/secret.h"

namespace leeward::node {

using HttpHeader = std::pair<std::string, std::string>;

struct HttpHead {
    std::string method;
    std::string path;  // without the query
    bool query = false;
    std::vector<HttpHeader> headers;
    std::size_t header_bytes = 0;

    // How often `name` (in any case) stands there; its value where that is once.
    [[nodiscard]] std::size_t count(std::string_view name) const;
    [[nodiscard]] std::optional<std::string_view> only(std::string_view name) const;
};

struct HttpReply {
    unsigned status = 200;
    std::string_view type;  // a literal
    std::string body;
    std::string_view fixed_body{};  // instead of `body`: bytes that are part of the program
    bool forget = false;            // Clear-Site-Data
    std::string_view encoding{};    // of the fixed body
    std::string_view allow{};       // with 405
};

// The headers of every answer, whatever it is: what the browser may do with it is next to nothing.
struct HttpField {
    const char* name;
    const char* value;
};
[[nodiscard]] std::vector<HttpField> fixed_headers();

class HttpHandler {
public:
    virtual ~HttpHandler() = default;
    // What the head alone is refused for; nothing of the body is read then.
    virtual std::optional<HttpReply> refuse(const HttpHead& head) = 0;
    // nullopt: not yet, the request is held and asked again by ask_held_again(). `waited`: since it
    // was whole.
    virtual std::optional<HttpReply> answer(const HttpHead& head,
                                            const SecretBytes& body,
                                            std::chrono::milliseconds waited) = 0;
};

class HttpServer {
public:
    static constexpr std::size_t most_connections = 256;
    static constexpr std::size_t most_header_bytes = 16UL * 1024;

    // Listens on 127.0.0.1, at a port that is free. Borrows the handler.
    static Result<std::unique_ptr<HttpServer>> open(HttpHandler& handler, std::size_t most_body);
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    [[nodiscard]] std::uint16_t port() const;
    // Readable when step() has something to do.
    [[nodiscard]] int fd() const;
    // At the latest then; -1: only when fd() says so.
    [[nodiscard]] int wait_ms() const;
    // `now` is any clock that only goes forward.
    void step(std::chrono::milliseconds now);
    void ask_held_again();

private:
    struct State;
    explicit HttpServer(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace leeward::node
