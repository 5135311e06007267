// An age file read piece by piece, as a source of what it holds.
#pragma once

#include <memory>

#include "crypto/age/age.h"
#include "crypto/base/byte_source.h"

namespace leeward::crypto::age {

// What is read was authenticated, but that nothing is missing is known only at the end: whoever acts
// on the beginning must be ready to be told that the file is cut.
class OpeningSource final : public ByteSource {
public:
    // As open() of age.h.
    static Result<std::unique_ptr<OpeningSource>> open(std::unique_ptr<ByteSource> file,
                                                       std::span<const Identity> identities);
    // Errc::untrusted where the file was changed or is cut.
    Result<std::size_t> read(std::span<Byte> into) override;

private:
    OpeningSource(std::unique_ptr<ByteSource> file, Opener opener)
        : file_(std::move(file)), opener_(std::move(opener)) {}
    Outcome open_more(BytesView sealed);

    std::unique_ptr<ByteSource> file_;
    Opener opener_;
    SecretBytes opened_{};  // not yet given
    std::size_t given_ = 0;
    bool ended_ = false;
};

}  // namespace leeward::crypto::age
