#include "tests/sim/traffic.h"

#include <sodium.h>

namespace leeward::sim {
namespace {
constexpr std::size_t tape_frames = 400;
}

// Never leaves this process: BLAKE2b, a third of what SHA-256 costs here.
Traffic::Digest Traffic::digest(const node::Frame& frame) {
    Bytes all;
    for (const Bytes& part : frame.parts) {
        append_be<4>(all, part.size());
        append(all, part);
    }
    Digest out{};
    crypto_generichash(out.data(), out.size(), all.data(), all.size(), nullptr, 0);
    return out;
}

void Traffic::sent(const node::TransportPublicKey& from,
                   const node::TransportPublicKey& to,
                   const node::Frame& frame) {
    made_for_.emplace(digest(frame), to);
    tape_.push_back({from, to, frame});
    if (tape_.size() > tape_frames) tape_.pop_front();
    for (const auto& text : forbidden_)
        for (const Bytes& part : frame.parts)
            if (as_text(part).find(text) != std::string_view::npos) said_forbidden_ = true;
}

bool Traffic::is_for(const node::TransportPublicKey& reader, const node::Frame& frame) const {
    const auto found = made_for_.find(digest(frame));
    return found != made_for_.end() && found->second == reader;
}

}  // namespace leeward::sim
