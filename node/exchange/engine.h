// A node at work: what arrives is taken, what is due is sent, what has run out is ended.
//
// One thread owns it and calls step() whenever something may have happened; it never blocks on the
// network and asks no clock. The simulator drives many of them in one thread.
//
// A full disk does not stop it. What is acknowledged stays; the control class, receipts, deadlines
// that close and erasures go on from the store's reserve; the rest waits, and goes on by itself when
// there is room again.
#pragma once

#include <memory>
#include <optional>

#include "node/audit/log_directory.h"
#include "node/exchange/desk.h"
#include "node/exchange/receiver.h"
#include "node/outbox/courier.h"
#include "node/transport/transport.h"

namespace leeward::node {

class Engine {
public:
    struct Parts {
        Store& store;
        Keyring& keyring;
        Identity& self;
        Transport& transport;
        crypto::Random& random;
        ViewJournal& views;
        LogDirectory& files;
    };
    // Brings peers, counters, log and prekeys up. Errc::corrupt if the log does not fit its tree.
    static Result<std::unique_ptr<Engine>> open(Parts parts, std::int64_t now_ms);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    struct Work {
        Receiver::Report received;
        CourierReport sent;
        bool more = false;            // call again at once
        bool short_of_space = false;  // the disk is full
        // Why something that was due could not be done, though the store is well. All else was.
        std::optional<Errc> fault{};
        // Why no mail of others is served, though it should be (Post::host_fault).
        std::optional<Errc> mail_host{};
    };
    // Takes what has arrived, sends what is due and, once a second, fires deadlines.
    Result<Work> step(std::int64_t now_ms);
    // Fires deadlines now, whenever it last did so. What one meets stops no other: it waits an hour, and the
    // first fault is returned once all have had their turn.
    Outcome tick(std::int64_t now_ms);
    // Admits and connects every paired peer, and our own mail hosts. After any change to them.
    Outcome connect_peers();
    // Keeps mail for others from now on; null: no longer. It outlives the engine.
    void keep_mail_for_others(MailHost* host);
    void dismiss(const TransportPublicKey& key);  // of a place that was closed
    // Empty envelopes to hidden peers, at one pace (protocol.md section 10).
    void cover(bool on);
    [[nodiscard]] Post& post();

    // Everything that waits for `peer`, as a sealed file to be carried there (sealed_file.h).
    struct File {
        std::string text;
        std::size_t messages = 0;
        bool more = false;  // some of it did not fit: write another
    };
    Result<File> write_file(const schema::NodeId& peer, std::int64_t now_ms, Courier::Fill fill);
    // Takes a file as if its frames had come over the network, and writes the one to carry back:
    // receipts, and what waits for its sender. A file that was taken before changes nothing.
    struct Taken {
        schema::NodeId from;
        Receiver::Report report;
        File answer;
        bool revoked_by_it =
            false;  // their keys: what stood before that is in effect, and no answer goes
    };
    Result<Taken> take_file(std::string_view text, std::int64_t now_ms);

    [[nodiscard]] Desk& desk();

private:
    struct State;
    explicit Engine(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace leeward::node
