// leeward-witness PORT STORE SEED_HEX LOG_VKEY...: a witness on loopback, for interoperability alone.
// Prints its vkey, then serves POST /add-checkpoint until it is killed.
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include <netinet/in.h>
#include <sys/socket.h>

#include "crypto/base/hex.h"
#include "tests/conform/witness_http.h"

using namespace leeward;

namespace {

int listen_on(int port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int yes = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const auto* any = reinterpret_cast<const sockaddr*>(&address);
    return ::bind(fd, any, sizeof address) == 0 && ::listen(fd, 16) == 0 ? fd : -1;
}

int fail(const char* why) {
    std::fprintf(stderr, "leeward-witness: %s\n", why);
    return 2;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 5) return fail("PORT STORE SEED_HEX LOG_VKEY...");
    const auto seed = hex::decode_array<32>(argv[3]);
    if (!seed) return fail("the seed is 64 hexadecimal digits");
    std::vector<crypto::Vkey> logs;
    for (int i = 4; i < argc; ++i) {
        auto vkey = crypto::parse_vkey(argv[i]);
        if (!vkey) return fail("not a vkey");
        logs.push_back(std::move(vkey).value());
    }
    auto store = node::Store::open(argv[2], node::StoreKey(*seed));
    if (!store) return fail(store.error().detail.c_str());
    auto key = crypto::signing_key_from_seed(crypto::SigningSeed(*seed).reveal());
    const auto own = schema::witness_vkey(crypto::verify_key_of(key));
    conform::HttpWitness witness(*store, std::move(key), std::move(logs));
    const int listener = listen_on(std::atoi(argv[1]));
    if (listener < 0) return fail("the port cannot be listened on");
    std::printf("%s\n", crypto::format_vkey(own).c_str());
    std::fflush(stdout);
    while (true) {
        const int client = ::accept(listener, nullptr, nullptr);
        if (client < 0) continue;
        const timeval patience{5, 0};
        ::setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        witness.serve(
            client,
            std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now()));
    }
}
