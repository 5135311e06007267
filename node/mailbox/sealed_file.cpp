#include "node/mailbox/sealed_file.h"

#include <algorithm>

#include "crypto/aead.h"
#include "crypto/base/base64.h"
#include "crypto/pad.h"

namespace leeward::node {
namespace {

constexpr std::string_view first_line = "leeward-sealed-file/1\n";
constexpr std::size_t line_length = 64;
constexpr std::size_t mailbox_size = 16;
constexpr std::size_t nonce_size = 24;
constexpr std::size_t least = 4096;

Error malformed() {
    return {
        Errc::malformed,
        "this is no sealed file of Leeward, or it was cut; nothing was changed. Carry it again"};
}

Bytes authenticated(BytesView mailbox) {
    Bytes aad = to_bytes(as_bytes(first_line));
    append(aad, mailbox);
    return aad;
}

}  // namespace

std::string sealed_text(BytesView bytes) {
    const std::string all = base64::encode(bytes);
    std::string out(first_line);
    for (std::size_t at = 0; at < all.size(); at += line_length) {
        out += all.substr(at, line_length);
        out += '\n';
    }
    return out;
}

// Mail and editors may have changed the ends of lines, nothing else.
Result<Bytes> sealed_bytes(std::string_view text) {
    const auto end = text.find('\n');
    std::string_view head = text.substr(0, end);
    if (!head.empty() && head.back() == '\r') head.remove_suffix(1);
    if (end == std::string_view::npos || head != first_line.substr(0, first_line.size() - 1))
        return malformed();
    std::string all;
    for (const char c : text.substr(end + 1))
        if (c != '\n' && c != '\r') all += c;
    auto bytes = base64::decode(all);
    if (!bytes || bytes->size() < mailbox_size + nonce_size + crypto::aead_tag_size)
        return malformed();
    return bytes;
}

namespace {

void append_frame(Bytes& out, const Frame& frame) {
    out.push_back(static_cast<Byte>(frame.parts.size()));
    for (const auto& part : frame.parts) {
        append_be<4>(out, part.size());
        append(out, part);
    }
}

Result<Frame> take_frame(BytesView& rest) {
    const std::size_t parts = rest.front();
    rest = rest.subspan(1);
    if (parts == 0 || parts > max_frame_parts) return malformed();
    Frame frame;
    for (std::size_t i = 0; i < parts; ++i) {
        if (rest.size() < 4) return malformed();
        const auto size = static_cast<std::size_t>(read_be(rest.first(4)));
        rest = rest.subspan(4);
        if (size > rest.size()) return malformed();
        frame.parts.push_back(to_bytes(rest.first(size)));
        rest = rest.subspan(size);
    }
    if (frame.size() > max_frame_bytes) return malformed();
    return frame;
}

}  // namespace

SecretBytes pack_frames(std::span<const Frame> frames) {
    Bytes all(4);
    for (const auto& frame : frames)
        append_frame(all, frame);
    Bytes length;
    append_be<4>(length, all.size() - 4);
    std::copy(length.begin(), length.end(), all.begin());
    all.resize(std::max<std::size_t>(least, crypto::padme(all.size())));
    return SecretBytes(all);
}

Result<std::vector<Frame>> unpack_frames(BytesView padded) {
    if (padded.size() < 4) return malformed();
    const auto size = static_cast<std::size_t>(read_be(padded.first(4)));
    if (size > padded.size() - 4) return malformed();
    BytesView rest = padded.subspan(4, size);
    const BytesView zeros = padded.subspan(4 + size);
    if (std::any_of(zeros.begin(), zeros.end(), [](Byte b) { return b != 0; })) return malformed();
    std::vector<Frame> frames;
    while (!rest.empty()) {
        LEEWARD_ASSIGN(Frame frame, take_frame(rest));
        frames.push_back(std::move(frame));
    }
    return frames;
}

Result<std::string> seal_file(Peers& peers,
                              const Peer& to,
                              crypto::Epoch epoch,
                              std::span<const Frame> frames,
                              crypto::Random& random) {
    const ChannelKeys* keys = peers.to(to, epoch);
    if (keys == nullptr)
        return Error{Errc::not_found,
                     "there is no key with this partner for this week: is the clock "
                     "right?"};
    const auto nonce = random.array<nonce_size>();
    Bytes file = to_bytes(keys->mailbox);
    append(file, nonce);
    append(file,
           crypto::xchacha20poly1305_seal(keys->file.reveal().first<32>(),
                                          nonce,
                                          crypto::Aad{authenticated(keys->mailbox)},
                                          pack_frames(frames).reveal()));
    if (file.size() > sealed_file_bytes)
        return Error{Errc::too_large, "more than one file carries; nothing was written"};
    return sealed_text(file);
}

Result<OpenedFile> open_file(Peers& peers, std::string_view text, crypto::Epoch now) {
    LEEWARD_ASSIGN(const Bytes file, sealed_bytes(text));
    const BytesView all(file);
    const auto mailbox = peers.find_mailbox(to_array<mailbox_size>(all.first(mailbox_size)), now);
    if (!mailbox)
        return Error{Errc::not_found,
                     "this file is not for this node: it is another's, one of our own, or weeks "
                     "old. Nothing was changed; they write a new one with 'leeward courier "
                     "export'"};
    const ChannelKeys* keys = peers.from(*mailbox->peer, mailbox->epoch);
    const auto opened =
        crypto::xchacha20poly1305_open(keys->file.reveal().first<32>(),
                                       all.subspan(mailbox_size).first<nonce_size>(),
                                       crypto::Aad{authenticated(all.first(mailbox_size))},
                                       all.subspan(mailbox_size + nonce_size));
    if (!opened)
        return Error{Errc::untrusted,
                     "this file was changed or damaged on its way; nothing was changed. Ask for it "
                     "again"};
    LEEWARD_ASSIGN(auto frames, unpack_frames(opened->reveal()));
    return OpenedFile{mailbox->peer, std::move(frames)};
}

}  // namespace leeward::node
