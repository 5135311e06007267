#include "node/transport/transport.h"

#include <charconv>
#include <numeric>
#include <stdexcept>

#include <zmq.h>

namespace leeward::node {

TransportSecretKey generate_transport_key(crypto::Random& random) {
    TransportSecretKey key;
    random.fill(key.reveal());
    return key;
}

// libzmq derives public keys from Z85 text only, so the secret passes through a buffer, wiped here.
TransportPublicKey public_key_of(const TransportSecretKey& secret) {
    ByteArray<41> secret_text{};
    ByteArray<41> public_text{};
    TransportPublicKey key;
    auto* const secret_z85 = reinterpret_cast<char*>(secret_text.data());
    auto* const public_z85 = reinterpret_cast<char*>(public_text.data());
    const bool derived = zmq_z85_encode(secret_z85, secret.reveal().data(), 32) != nullptr &&
                         zmq_curve_public(public_z85, secret_z85) == 0 &&
                         zmq_z85_decode(key.get().data(), public_z85) != nullptr;
    secret_memory::wipe(secret_text.data(), secret_text.size());
    if (!derived) throw std::runtime_error("this libzmq was built without CURVE");
    return key;
}

Outcome Transport::open_line(const TransportSecretKey&,
                             const TransportPublicKey&,
                             const std::string&) {
    return Error{Errc::unsupported, "this network has no lines"};
}
Outcome Transport::answer(const Inbound&, Frame) {
    return Error{Errc::unsupported, "this network has no way back"};
}
void Transport::allow_among(const TransportPublicKey& peer, std::int64_t) {
    allow(peer);
}
std::vector<TransportPublicKey> Transport::take_returned() {
    return {};
}

std::size_t Frame::size() const {
    return std::accumulate(parts.begin(), parts.end(), std::size_t{0}, [](auto sum, auto& part) {
        return sum + part.size();
    });
}

Outcome check_frame(const Frame& frame) {
    if (frame.parts.empty() || frame.parts.size() > max_frame_parts)
        return Error{Errc::invalid_argument, "a frame has 1 to 16 parts"};
    if (frame.size() > max_frame_bytes) return Error{Errc::too_large, "a frame has up to 68 KiB"};
    return Done{};
}

namespace {

bool is_port(std::string_view text) {
    unsigned port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc{} && end == text.data() + text.size() && port >= 1 && port <= 65535;
}

bool is_host(std::string_view text) {
    static constexpr std::string_view allowed =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
    if (text.size() > 2 && text.front() == '[' && text.back() == ']')
        return text.substr(1, text.size() - 2).find_first_not_of("0123456789abcdefABCDEF:.") ==
               text.npos;
    return !text.empty() && text.size() <= 253 && text.find_first_not_of(allowed) == text.npos;
}

}  // namespace

Outcome check_endpoint(const std::string& endpoint) {
    static constexpr std::string_view scheme = "tcp://";
    const std::string_view text = endpoint;
    const std::size_t colon = text.rfind(':');
    const bool good = text.starts_with(scheme) && colon != text.npos && colon >= scheme.size() &&
                      is_host(text.substr(scheme.size(), colon - scheme.size())) &&
                      is_port(text.substr(colon + 1));
    if (!good) return Error{Errc::invalid_argument, "an endpoint is tcp://host:port"};
    return Done{};
}

}  // namespace leeward::node
