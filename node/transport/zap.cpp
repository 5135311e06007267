#include "node/transport/zap.h"

#include <array>
#include <string>
#include <vector>

#include <zmq.hpp>

#include "crypto/base/hex.h"

namespace leeward::node {
namespace {

// The parts of a request, in the order of the specification.
enum Part : std::size_t { version, request_id, domain, address, routing_id, mechanism, credential };

std::vector<std::string> take_request(zmq::socket_t& socket) {
    std::vector<std::string> parts;
    zmq::message_t part;
    if (!socket.recv(part, zmq::recv_flags::dontwait)) return parts;
    parts.push_back(part.to_string());
    while (part.more() && socket.recv(part))
        parts.push_back(part.to_string());
    return parts;
}

std::optional<TransportPublicKey> key_of(const std::vector<std::string>& request) {
    const bool ours = request.size() == credential + 1 && request[version] == "1.0" &&
                      request[domain] == zap_domain_name && request[mechanism] == "CURVE" &&
                      request[credential].size() == 32;
    if (!ours) return std::nullopt;
    return TransportPublicKey(to_array<32>(as_bytes(request[credential])));
}

const char* code_of(bool admitted, Refusal refusal) {
    if (admitted) return "200";
    return refusal == Refusal::silent ? "300" : "400";
}

void answer(zmq::socket_t& socket,
            const std::string& id,
            const std::string& user,
            Refusal refusal) {
    const bool admitted = !user.empty();
    const std::array<std::string, 6> parts{
        "1.0", id, code_of(admitted, refusal), admitted ? "OK" : "no", user, ""};
    for (std::size_t i = 0; i < parts.size(); ++i)
        socket.send(zmq::buffer(parts[i]),
                    i + 1 < parts.size() ? zmq::send_flags::sndmore : zmq::send_flags::none);
}

}  // namespace

ZapHandler::ZapHandler(zmq::context_t& context, Admits admits)
    : socket_(std::make_unique<zmq::socket_t>(context, zmq::socket_type::rep)),
      admits_(std::move(admits)) {
    socket_->set(zmq::sockopt::linger, 0);
    socket_->bind("inproc://zeromq.zap.01");
}

ZapHandler::~ZapHandler() = default;

std::uint64_t ZapHandler::answer_all() {
    std::uint64_t refused = 0;
    for (auto request = take_request(*socket_); !request.empty();
         request = take_request(*socket_)) {
        const auto key = key_of(request);
        const bool admitted = key && admits_(*key);
        if (!admitted) ++refused;
        answer(*socket_,
               request.size() > request_id ? request[request_id] : std::string(),
               admitted ? hex::encode(key->get()) : std::string(),
               refusal_);
    }
    return refused;
}

}  // namespace leeward::node
