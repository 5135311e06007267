// HPKE and its KEMs: X-Wing (0x647a), and X25519 (0x0020) for the vectors of RFC 9180.
#include "crypto/hpke.h"
#include "tests/conform/request.h"
#include "tests/support/replay_random.h"

namespace leeward::conform {
namespace {

using namespace crypto;
using schema::Json;

constexpr std::uint64_t max_sequence = 100'000;
constexpr std::uint64_t xwing_id = 0x647A;
constexpr std::uint64_t x25519_id = 0x0020;

// A context that can be asked about a later message: HPKE itself only counts up.
template <class End>
class At : public End {
public:
    At(End end, std::uint64_t sequence) : End(std::move(end)) {
        for (std::uint64_t i = 0; i < sequence; ++i)
            this->advance();
    }
};

Result<std::uint64_t> kem_of(const Request& request) {
    if (!request.has({"kem", "kem_id"})) return xwing_id;
    const auto name = request.text({"kem", "kem_id"});
    if (name && (*name == "0x647a" || *name == "0x647A")) return xwing_id;
    if (name && *name == "0x0020") return x25519_id;
    if (name) return Error{Errc::unsupported, "another KEM"};
    return request.number({"kem", "kem_id"});
}

// Runs `f` with the KEM that the request names.
template <class F>
Reply with_kem(const Request& request, F f) {
    LEEWARD_ASSIGN(const std::uint64_t kem, kem_of(request));
    if (kem == xwing_id) return f(hpke::XWingKem{});
    if (kem == x25519_id) return f(hpke::X25519Kem{});
    return Error{Errc::unsupported, "another KEM"};
}

// Modes base and psk; auth modes are not ours.
Outcome check_mode(const Request& request, bool has_psk) {
    if (!request.has({"mode"})) return Done{};
    const auto name = request.text({"mode"});
    LEEWARD_ASSIGN(const std::uint64_t mode,
                   name ? Result<std::uint64_t>(*name == "base"  ? 0U
                                                : *name == "psk" ? 1U
                                                                 : 2U)
                        : request.number({"mode"}));
    if (mode > 1) return Error{Errc::unsupported, "another mode"};
    if ((mode == 1) != has_psk) return Error{Errc::invalid_argument, "psk and mode disagree"};
    return Done{};
}

struct Setup {
    Bytes info, psk, psk_id;
    hpke::Aead aead{};
    std::uint64_t sequence = 0;

    [[nodiscard]] hpke::Psk keys() const { return {psk, psk_id}; }
};

Result<Setup> setup_from(const Request& request) {
    Setup setup;
    LEEWARD_ASSIGN(setup.info, request.hex_or_empty({"info"}));
    LEEWARD_ASSIGN(setup.psk, request.hex_or_empty({"psk"}));
    LEEWARD_ASSIGN(setup.psk_id, request.hex_or_empty({"psk_id"}));
    LEEWARD_TRY(check_mode(request, !setup.psk.empty()));
    LEEWARD_ASSIGN(const std::uint64_t aead, request.number_or({"aead", "aead_id"}, 3));
    if (aead != 3 && aead != 0xFFFF) return Error{Errc::unsupported, "another AEAD"};
    setup.aead = static_cast<hpke::Aead>(aead);
    LEEWARD_ASSIGN(setup.sequence, request.number_or({"seq"}, 0));
    if (setup.sequence > max_sequence) return Error{Errc::too_large, "too late a message"};
    return setup;
}

template <class Value>
Result<Value> fixed(const Request& request, Names names) {
    LEEWARD_ASSIGN(const Bytes bytes, request.hex(names));
    Value value;
    if (bytes.size() != value.get().size()) return Error{Errc::malformed, "wrong length"};
    std::copy(bytes.begin(), bytes.end(), value.get().begin());
    return value;
}

template <class Kem>
Result<typename Kem::PrivateKey> private_key(const Request& request) {
    LEEWARD_ASSIGN(const auto bytes, request.hex_array<32>({"skRm", "sk", "seed"}));
    return typename Kem::PrivateKey(bytes);
}

X25519PublicKey public_key_of(const X25519PrivateKey& key) {
    return x25519_public_key_of(key);
}
XWingPublicKey public_key_of(const XWingPrivateKey& key) {
    return xwing_public_key_of(key);
}
XWingPrivateKey derive(hpke::XWingKem, BytesView ikm) {
    return xwing_derive_key(ikm);
}
X25519PrivateKey derive(hpke::X25519Kem, BytesView ikm) {
    return hpke::X25519Kem::derive_key(ikm);
}

// The randomness of an encapsulation: an ephemeral key for X25519, EncapsulateDerand's for X-Wing.
template <class Kem>
Result<Bytes> encapsulation_bytes(const Request& request) {
    constexpr bool dh = Kem::id == x25519_id;
    constexpr std::size_t size = dh ? 32 : 64;
    if (!request.has({dh ? "skEm" : "ikmE"})) {
        Bytes drawn(size);
        system_random().fill(drawn);
        return drawn;
    }
    LEEWARD_ASSIGN(Bytes bytes, request.hex({dh ? "skEm" : "ikmE"}));
    if (bytes.size() != size) return Error{Errc::malformed, "wrong length"};
    return bytes;
}

template <class Kem>
Result<hpke::Recipient> recipient_from(const Request& request, const Setup& setup) {
    LEEWARD_ASSIGN(const auto key, private_key<Kem>(request));
    LEEWARD_ASSIGN(const auto enc, fixed<typename Kem::Enc>(request, {"enc"}));
    return hpke::setup_recipient<Kem>(enc, key, hpke::Info{setup.info}, setup.keys(), setup.aead);
}

Reply hpke_open(const Request& request) {
    return with_kem(request, [&](auto kem) -> Reply {
        LEEWARD_ASSIGN(const Setup setup, setup_from(request));
        LEEWARD_ASSIGN(auto recipient, recipient_from<decltype(kem)>(request, setup));
        LEEWARD_ASSIGN(const Bytes aad, request.hex_or_empty({"aad"}));
        LEEWARD_ASSIGN(const Bytes ct, request.hex({"ct"}));
        At<hpke::Recipient> at(std::move(recipient), setup.sequence);
        LEEWARD_ASSIGN(const auto pt, at.open(Aad{aad}, ct));
        return Json::object({{"pt", hex::encode(pt.reveal())}});
    });
}

Reply hpke_seal_then_open(const Request& request) {
    return with_kem(request, [&](auto kem) -> Reply {
        using Kem = decltype(kem);
        LEEWARD_ASSIGN(const Setup setup, setup_from(request));
        LEEWARD_ASSIGN(const auto key, private_key<Kem>(request));
        LEEWARD_ASSIGN(const Bytes drawn, encapsulation_bytes<Kem>(request));
        LEEWARD_ASSIGN(const Bytes aad, request.hex_or_empty({"aad"}));
        LEEWARD_ASSIGN(const Bytes pt, request.hex({"pt"}));
        support::ReplayRandom random(drawn);
        const hpke::Info info{setup.info};
        LEEWARD_ASSIGN(
            auto sending,
            hpke::setup_sender<Kem>(public_key_of(key), info, setup.keys(), random, setup.aead));
        At<hpke::Sender> sender(std::move(sending.sender), setup.sequence);
        LEEWARD_ASSIGN(const Bytes ct, sender.seal(Aad{aad}, pt));
        LEEWARD_ASSIGN(
            auto recipient,
            hpke::setup_recipient<Kem>(sending.enc, key, info, setup.keys(), setup.aead));
        At<hpke::Recipient> at(std::move(recipient), setup.sequence);
        LEEWARD_ASSIGN(const auto opened, at.open(Aad{aad}, ct));
        return Json::object({{"enc", hex::encode(sending.enc.get())},
                             {"ct", hex::encode(ct)},
                             {"pt", hex::encode(opened.reveal())}});
    });
}

Reply hpke_export(const Request& request) {
    return with_kem(request, [&](auto kem) -> Reply {
        LEEWARD_ASSIGN(const Setup setup, setup_from(request));
        LEEWARD_ASSIGN(const auto recipient, recipient_from<decltype(kem)>(request, setup));
        LEEWARD_ASSIGN(const Bytes context, request.hex_or_empty({"exporter_context"}));
        LEEWARD_ASSIGN(const std::uint64_t length, request.number({"L", "length"}));
        LEEWARD_ASSIGN(const auto secret, recipient.export_secret(context, length));
        return Json::object({{"exported_value", hex::encode(secret.reveal())}});
    });
}

// From key material, or the public key of a private key that is given.
Reply kem_derive(const Request& request) {
    return with_kem(request, [&](auto kem) -> Reply {
        const auto reply = [](const auto& key) {
            return Json::object({{"skRm", hex::encode(key.reveal())},
                                 {"pkRm", hex::encode(public_key_of(key).get())}});
        };
        if (request.has({"ikmR", "ikm"})) {
            LEEWARD_ASSIGN(const Bytes ikm, request.hex({"ikmR", "ikm"}));
            if (ikm.size() < 32) return Error{Errc::invalid_argument, "too little key material"};
            return reply(derive(kem, ikm));
        }
        LEEWARD_ASSIGN(const auto key, private_key<decltype(kem)>(request));
        return reply(key);
    });
}

Reply kem_decap(const Request& request) {
    return with_kem(request, [&](auto kem) -> Reply {
        using Kem = decltype(kem);
        LEEWARD_ASSIGN(const auto key, private_key<Kem>(request));
        LEEWARD_ASSIGN(const auto enc, fixed<typename Kem::Enc>(request, {"enc", "ct"}));
        LEEWARD_ASSIGN(const auto secret, Kem::decapsulate(enc, key));
        return Json::object({{"shared_secret", hex::encode(secret.reveal())}});
    });
}

}  // namespace

std::vector<Op> hpke_ops() {
    return {
        {"hpke.open",
         R"("mode":"base|psk","kem":"0x647a|0x0020","skRm":hex,"enc":hex,"info":hex,"psk":hex,"psk_id":hex,"seq":n,"aad":hex,"ct":hex → "pt":hex)",
         hpke_open},
        {"hpke.seal_then_open",
         R"("mode":"base|psk","kem":"0x647a|0x0020","skRm":hex,"skEm|ikmE":hex,"info":hex,"psk":hex,"psk_id":hex,"seq":n,"aad":hex,"pt":hex → "enc":hex,"ct":hex,"pt":hex)",
         hpke_seal_then_open},
        {"hpke.export",
         R"("mode":"base|psk","kem":"0x647a|0x0020","aead_id":3|65535,"skRm":hex,"enc":hex,"info":hex,"psk":hex,"psk_id":hex,"exporter_context":hex,"L":n → "exported_value":hex)",
         hpke_export},
        {"kem.derive",
         R"("kem":"0x647a|0x0020","ikmR":hex or "skRm":hex → "skRm":hex,"pkRm":hex)",
         kem_derive},
        {"kem.decap",
         R"("kem":"0x647a|0x0020","skRm|sk":hex,"enc|ct":hex → "shared_secret":hex)",
         kem_decap},
    };
}

}  // namespace leeward::conform
