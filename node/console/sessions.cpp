#include "node/console/sessions.h"

#include <algorithm>

#include "crypto/base/base64.h"

namespace leeward::node {
namespace {

crypto::Hash kept_as(std::string_view token) {
    return crypto::sha256({as_bytes("leeward/1 console token"), as_bytes(token)});
}

template <class Map>
void drop_oldest(Map& map, std::size_t most, SeatTime (*since)(const typename Map::value_type&)) {
    while (map.size() >= most)
        map.erase(std::min_element(map.begin(), map.end(), [&](const auto& a, const auto& b) {
            return since(a) < since(b);
        }));
}

}  // namespace

std::string Sessions::new_token() {
    return base64url::encode(random_.array<32>());
}

std::string Sessions::launch(SeatTime now) {
    drop_oldest(launches_, most_launches, [](const auto& one) { return one.second; });
    std::string token = new_token();
    launches_[kept_as(token)] = now;
    return token;
}

std::optional<std::string> Sessions::sit_down(std::string_view launch, SeatTime now) {
    const auto found = launches_.find(kept_as(launch));
    if (found == launches_.end()) return std::nullopt;
    const bool in_time = now - found->second <= rules_.launch;
    launches_.erase(found);
    if (!in_time || seats_.size() >= most_seats) return std::nullopt;
    std::string token = new_token();
    seats_[kept_as(token)].since = now;
    return token;
}

Seat* Sessions::seat(std::string_view token, SeatTime now) {
    const auto found = seats_.find(kept_as(token));
    if (found == seats_.end() || now - found->second.since > rules_.whole) return nullptr;
    return &found->second;
}

std::string Sessions::open(std::string_view seat, std::string name, Actor actor, SeatTime now) {
    const auto at = seats_.find(kept_as(seat));
    if (at == seats_.end()) return {};
    if (at->second.session) end(*at->second.session);
    end_where([&](const Session& session) { return session.actor.id == actor.id; });
    std::string token = new_token();
    at->second.session = kept_as(token);
    at->second.name = name;
    at->second.wrong = 0;
    sessions_[*at->second.session] = {at->first, std::move(name), std::move(actor), now};
    return token;
}

Session* Sessions::session(std::string_view token, SeatTime now) {
    const auto found = sessions_.find(kept_as(token));
    if (found == sessions_.end() || now - found->second.used > rules_.lock) return nullptr;
    const auto seat = seats_.find(found->second.seat);
    const bool seated = seat != seats_.end() && now - seat->second.since <= rules_.whole;
    return seated ? &found->second : nullptr;
}

void Sessions::lock(std::string_view session) {
    end(kept_as(session));
}

bool Sessions::wrong(std::string_view seat) {
    const auto at = seats_.find(kept_as(seat));
    if (at == seats_.end()) return false;
    if (++at->second.wrong < rules_.tries) return true;
    end_seat(at->first);
    return false;
}

void Sessions::right(std::string_view seat) {
    const auto at = seats_.find(kept_as(seat));
    if (at != seats_.end()) at->second.wrong = 0;
}

void Sessions::leave(std::string_view seat) {
    end_seat(kept_as(seat));
}

void Sessions::end(const crypto::Hash& session) {
    if (const auto ended = sessions_.extract(session)) gone_(ended.mapped());
}

template <class Over>
void Sessions::end_where(Over over) {
    std::erase_if(sessions_, [&](const auto& one) {
        const bool ends = over(one.second);
        if (ends) gone_(one.second);
        return ends;
    });
}

void Sessions::end_seat(const crypto::Hash& seat) {
    const auto at = seats_.find(seat);
    if (at == seats_.end()) return;
    if (at->second.session) end(*at->second.session);
    seats_.erase(at);
}

void Sessions::expire(SeatTime now) {
    std::erase_if(launches_, [&](const auto& one) { return now - one.second > rules_.launch; });
    const auto whole_is_over = [&](const crypto::Hash& seat) {
        const auto at = seats_.find(seat);
        return at == seats_.end() || now - at->second.since > rules_.whole;
    };
    end_where([&](const Session& session) {
        return now - session.used > rules_.lock || whole_is_over(session.seat);
    });
    std::erase_if(seats_, [&](const auto& one) { return now - one.second.since > rules_.whole; });
}

}  // namespace leeward::node
