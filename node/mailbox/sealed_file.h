// A file that carries frames from one node to another where there is no network: the very frames that
// the network would carry, by stick or on paper.
//
// As text: "leeward-sealed-file/1", then base64 in lines of 64. The bytes are mailbox(16) ‖ nonce(24) ‖
// XChaCha20-Poly1305 under HKDF-Expand(PSK[e], "leeward/1 file" ‖ dir), the first line and the mailbox
// authenticated, of length(4) ‖ frames ‖ zeros up to Padmé of the whole, 4,096 bytes or more: whoever
// finds the stick sees neither who writes to whom nor how much. A frame is its number of parts (1 byte),
// then each part as length (4 bytes) and bytes. The frames inside are sealed and signed as always.
#pragma once

#include <span>

#include "node/mailbox/peers.h"
#include "node/transport/transport.h"

namespace leeward::node {

// As text. At most so much fits into one file; what a command carries is a mebibyte.
inline constexpr std::size_t sealed_file_bytes = 700 * 1024;

// Errc::not_found if the pair's key is already past `epoch`; too_large.
Result<std::string> seal_file(Peers& peers,
                              const Peer& to,
                              crypto::Epoch epoch,
                              std::span<const Frame> frames,
                              crypto::Random& random);

struct OpenedFile {
    Peer* from = nullptr;
    std::vector<Frame> frames;
};
// Errc::malformed for what is no such file, not_found for one whose mailbox nobody here listens to at
// `now` (another node's, our own, or weeks old), untrusted for one that was changed.
Result<OpenedFile> open_file(Peers& peers, std::string_view text, crypto::Epoch now);

// The text's bytes, and the text of bytes; nothing is opened. Errc::malformed.
[[nodiscard]] std::string sealed_text(BytesView bytes);
Result<Bytes> sealed_bytes(std::string_view text);
// What is inside, for the two above; a parser of what a peer sends.
[[nodiscard]] SecretBytes pack_frames(std::span<const Frame> frames);
Result<std::vector<Frame>> unpack_frames(BytesView padded);

}  // namespace leeward::node
