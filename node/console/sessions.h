// Who sits at the console, by three tokens of 256 random bits, each known to one page alone:
//
//   launch   what `leeward console` hands to the browser: one minute, one use
//   seat     what the page gets for it: until it leaves, or twelve hours
//   session  what a seat gets for a worker's passphrase: until it locks, or with its seat
//
// Tokens are kept as SHA-256 alone. Time is a clock that counts on while the machine sleeps and that
// nobody can set. All of it lives in the node's memory: a restart ends every seat.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/hash.h"
#include "crypto/random.h"
#include "node/app/sign_in.h"

namespace leeward::node {

using SeatTime = std::chrono::milliseconds;

struct SeatRules {
    SeatTime launch = std::chrono::minutes(1);
    SeatTime lock = std::chrono::minutes(5);
    SeatTime whole = std::chrono::hours(12);
    int tries = 5;  // wrong passphrases in a row before the seat is gone
};

struct Seat {
    SeatTime since{};
    int wrong = 0;
    std::string name{};  // who signed in here last
    std::optional<crypto::Hash> session{};
};

struct Session {
    crypto::Hash seat{};
    std::string name;
    Actor actor;
    SeatTime used{};
};

class Sessions {
public:
    static constexpr std::size_t most_launches = 8;
    static constexpr std::size_t most_seats = 256;

    // `gone` is told of each session that ends, whichever way, once.
    using Gone = std::function<void(const Session&)>;
    Sessions(crypto::Random& random, SeatRules rules, Gone gone)
        : random_(random), rules_(rules), gone_(std::move(gone)) {}

    // A launch token. The oldest gives way when there are too many.
    std::string launch(SeatTime now);
    // The seat's token; nullopt for a launch token that is none, was used or is too old.
    std::optional<std::string> sit_down(std::string_view launch, SeatTime now);
    [[nodiscard]] Seat* seat(std::string_view token, SeatTime now);
    // Ends what was open at this seat, and what is hers at any other: whoever left one open ends it by
    // signing in anew.
    std::string open(std::string_view seat, std::string name, Actor actor, SeatTime now);
    [[nodiscard]] Session* session(std::string_view token, SeatTime now);
    void lock(std::string_view session);
    // A wrong passphrase. False once that was one too many: the seat is gone then.
    bool wrong(std::string_view seat);
    // A right one: the wrong ones before it no longer count.
    void right(std::string_view seat);
    void leave(std::string_view seat);

    // Forgets what has run out. Keys leave memory with it.
    void expire(SeatTime now);
    // Somebody is there, or may come.
    [[nodiscard]] bool empty() const { return launches_.empty() && seats_.empty(); }
    [[nodiscard]] std::size_t open_sessions() const { return sessions_.size(); }
    [[nodiscard]] const SeatRules& rules() const { return rules_; }

private:
    std::string new_token();
    void end(const crypto::Hash& session);
    void end_seat(const crypto::Hash& seat);
    template <class Over>
    void end_where(Over over);

    crypto::Random& random_;
    SeatRules rules_;
    Gone gone_;
    std::map<crypto::Hash, SeatTime> launches_;
    std::map<crypto::Hash, Seat> seats_;
    std::map<crypto::Hash, Session> sessions_;
};

}  // namespace leeward::node
