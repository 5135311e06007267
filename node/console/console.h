// The page of a node: who may speak to it, what each request is, and how every refusal reads.
//
// A port is open only while a launch link lives or somebody sits at the page, and for ten seconds
// after, so that whoever leaves ends at the neutral page. A request is believed when it names exactly
// one host, of the list; comes from our own page by the browser's word (Origin, Sec-Fetch-Site); is of
// our own media type; and carries the token of a seat and, but for signing in, of a session. What it
// then asks goes to the node as the socket's requests do, as the worker of that session. Errors are
// JSON with a code and hold nothing of a record.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "node/app/seat_api.h"
#include "node/console/http.h"
#include "node/console/sessions.h"
#include "schema/commands.h"

namespace leeward::node {

class Console final : public HttpHandler {
public:
    // Borrows both; they outlive it.
    Console(SeatApi& node, crypto::Random& random, SeatRules rules = {});
    ~Console() override;

    // {"url":"http://127.0.0.1:40123/#…","for_seconds":60}. Opens the port if it is closed.
    Result<schema::Json> open_link(SeatTime now);
    // Something that a page may show is different now: pages that wait are told.
    void changed() { ++serial_; }

    // -1 while the port is closed.
    [[nodiscard]] int fd() const { return server_ ? server_->fd() : -1; }
    [[nodiscard]] std::uint16_t port() const { return server_ ? server_->port() : 0; }
    [[nodiscard]] int wait_ms() const { return server_ ? server_->wait_ms() : -1; }
    void step(SeatTime now);

    std::optional<HttpReply> refuse(const HttpHead& head) override;
    std::optional<HttpReply> answer(const HttpHead& head,
                                    const SecretBytes& body,
                                    std::chrono::milliseconds waited) override;

private:
    struct Asked;
    using Route = std::optional<HttpReply> (Console::*)(Asked&);
    struct Named;
    static const Named* find_route(std::string_view path);

    std::optional<HttpReply> refuse_page(const HttpHead& head) const;
    std::optional<HttpReply> refuse_act(const HttpHead& head);
    std::optional<HttpReply> sit(Asked& asked);
    std::optional<HttpReply> house(Asked& asked);
    std::optional<HttpReply> sign_in(Asked& asked);
    std::optional<HttpReply> here(Asked& asked);
    std::optional<HttpReply> words(Asked& asked);
    std::optional<HttpReply> wait(Asked& asked);
    std::optional<HttpReply> lock(Asked& asked);
    std::optional<HttpReply> leave(Asked& asked);
    std::optional<HttpReply> act(Asked& asked);
    Result<schema::Json> perform(Asked& asked, const schema::CommandSpec& command);
    Outcome prove(Asked& asked);
    [[nodiscard]] bool is_our_host(std::string_view host) const;

    SeatApi& node_;
    Sessions sessions_;
    std::unique_ptr<HttpServer> server_;
    SeatTime now_{};
    SeatTime looked_{};
    SeatTime needed_{};  // when somebody was last here, or was to come
    std::uint64_t serial_ = 1;
    std::uint64_t told_ = 1;
};

}  // namespace leeward::node
