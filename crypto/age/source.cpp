#include "crypto/age/source.h"

#include <algorithm>

#include "crypto/age/header.h"

namespace leeward::crypto::age {
namespace {

constexpr std::size_t piece = 4096;

bool ends_header(BytesView bytes) {
    const auto text = as_text(bytes);
    const auto last_line = text.find("\n---");
    return last_line != text.npos && text.find('\n', last_line + 1) != text.npos;
}

Outcome read_more(ByteSource& file, Bytes& ahead, std::size_t size) {
    const std::size_t had = ahead.size();
    ahead.resize(had + size);
    LEEWARD_ASSIGN(const std::size_t got, read_fully(file, std::span(ahead).subspan(had)));
    ahead.resize(had + got);
    return Done{};
}

// The header whole with the nonce after it, and perhaps some of the payload.
Result<Bytes> read_start(ByteSource& file) {
    Bytes ahead;
    for (bool whole = false; ahead.size() <= max_header_size;) {
        const std::size_t had = ahead.size();
        LEEWARD_TRY(read_more(file, ahead, piece));
        if (whole || ahead.size() == had) break;
        whole = ends_header(ahead);
    }
    return ahead;
}

}  // namespace

Result<std::unique_ptr<OpeningSource>> OpeningSource::open(std::unique_ptr<ByteSource> file,
                                                           std::span<const Identity> identities) {
    LEEWARD_ASSIGN(const Bytes start, read_start(*file));
    LEEWARD_ASSIGN(auto opener, Opener::begin(start, identities));
    const std::size_t payload_at = opener.payload_at();
    std::unique_ptr<OpeningSource> out(new OpeningSource(std::move(file), std::move(opener)));
    LEEWARD_TRY(out->open_more(BytesView(start).subspan(payload_at)));
    return out;
}

Outcome OpeningSource::open_more(BytesView sealed) {
    const Sink keep = [this](BytesView opened) -> Outcome {
        SecretBytes more(opened_.size() - given_ + opened.size());
        const auto rest = std::as_const(opened_).reveal().subspan(given_);
        std::copy(opened.begin(),
                  opened.end(),
                  std::copy(rest.begin(), rest.end(), more.reveal().begin()));
        opened_ = std::move(more);
        given_ = 0;
        return Done{};
    };
    if (!sealed.empty()) return opener_.payload().add(sealed, keep);
    ended_ = true;
    return opener_.payload().finish(keep);
}

Result<std::size_t> OpeningSource::read(std::span<Byte> into) {
    while (given_ == opened_.size()) {
        if (ended_) return std::size_t{0};
        Bytes sealed(chunk_size);
        LEEWARD_ASSIGN(const std::size_t got, read_fully(*file_, sealed));
        LEEWARD_TRY(open_more(BytesView(sealed).first(got)));
    }
    const BytesView rest = std::as_const(opened_).reveal().subspan(given_);
    const std::size_t size = std::min(into.size(), rest.size());
    std::copy_n(rest.begin(), size, into.begin());
    given_ += size;
    return size;
}

}  // namespace leeward::crypto::age
