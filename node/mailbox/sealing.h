// Sealing a batch to one peer and opening one from a peer: HPKE mode_psk with X-Wing under the
// pair's key of the prekey's epoch, in the order that protocol.md section 5 fixes.
//
//     encapsulate → H(enc) → sign each message over kid and H(enc) → seal, once
#pragma once

#include <chrono>

#include "crypto/hpke.h"
#include "node/mailbox/identity.h"
#include "node/mailbox/peers.h"
#include "schema/envelope.h"

namespace leeward::node {

// One envelope being made. `kid` and `ench` go into what is signed; finish() seals it.
class Sealing {
public:
    // Errc::not_found if the pair's key is already past the prekey's epoch.
    static Result<Sealing> begin(const Identity& self,
                                 Peers& peers,
                                 const Peer& to,
                                 const schema::Prekey& prekey,
                                 crypto::Random& random);

    [[nodiscard]] const schema::KeyId& kid() const { return kid_; }
    [[nodiscard]] const crypto::Hash& ench() const { return ench_; }
    // Errc::too_large beyond the largest bucket.
    Result<schema::EnvelopeFrame> finish(const schema::Inner& inner) &&;

private:
    Sealing(crypto::hpke::Sending<crypto::hpke::XWingKem> sending,
            crypto::MailboxId mailbox,
            schema::KeyId kid);

    crypto::hpke::Sending<crypto::hpke::XWingKem> sending_;
    crypto::MailboxId mailbox_;
    schema::KeyId kid_;
    crypto::Hash ench_;
};

// Errc::untrusted for whatever fails; malformed for an inner that does not parse once opened.
Result<schema::Inner> open_envelope(const Identity& self,
                                    Peers& peers,
                                    const Peer& from,
                                    crypto::Epoch epoch,
                                    const crypto::XWingPrivateKey& prekey,
                                    const schema::EnvelopeFrame& frame);

// K frames: what may be said before anything opens (protocol.md section 5).
struct ControlText {
    bool want = false;                 // please send yours
    std::vector<std::string> prekeys;  // ours, as signed
    std::chrono::seconds wait{0};      // nothing can be stored here: keep your content that long
    std::vector<std::string> cards{};  // ours, as signed: each follows the one before
    std::uint32_t holds = 0;           // the version of the other's card that is held; 0: not said
};
Result<schema::ControlFrame> seal_control(Peers& peers,
                                          const Peer& to,
                                          crypto::Epoch epoch,
                                          const ControlText& text,
                                          crypto::Random& random);
Result<ControlText> open_control(Peers& peers,
                                 const Peer& from,
                                 crypto::Epoch epoch,
                                 const schema::ControlFrame& frame);

}  // namespace leeward::node
