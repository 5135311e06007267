// The keyring: case keys, prekeys, PSKs and the node's own keys, by name, where erasing one means
// something (protocol.md section 8).
//
// A folder with `slots` (two copies of the slots block, crypto/keyfile.h) and `keys.<generation>`
// (records sealed under K_ring, appended). Nothing in the folder tells how keys are named. erase()
// writes the keys that stay under a new random K_ring, makes both copies of the block hold that
// one, then overwrites and unlinks the old file: its K_ring exists nowhere any more. Blocks that a
// flash disk keeps aside are beyond us; docs say so.
//
// Names are paths of ours, such as "case/<hex>", "prekey/<epoch>", "psk/<hex>/<epoch>". Secrets
// live in memory that is wiped when freed. One process at a time; one thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/result.h"
#include "crypto/base/secret.h"
#include "crypto/keyfile.h"
#include "crypto/random.h"
#include "node/store/files.h"

namespace leeward::node {

struct NamedKey {
    std::string name;    // 1 to 255 bytes
    SecretBytes secret;  // 1 to 4,096 bytes
};

class Keyring {
public:
    static constexpr std::size_t max_name = 255;
    static constexpr std::size_t max_secret = 4096;

    // A new keyring with one operator's slot. Errc::already_exists when the folder has one.
    static Result<Keyring> create(const std::filesystem::path& folder,
                                  const crypto::RootKey& root,
                                  crypto::Slot first,
                                  crypto::Random& random);

    // Who has a slot, and the way from a passphrase to DEK_root, before anything is open.
    // Errc::not_found without a keyring; untrusted when others may read the file; corrupt when
    // neither copy of the block is whole.
    static Result<crypto::Keyfile> slots(const std::filesystem::path& folder);

    // Finishes what a crash interrupted: the second copy of the block, the removal of an old file.
    // A record that was being appended is dropped: put() had not said that it was stored.
    // Errc::untrusted for another node's root key, or files that others may read; busy for a second
    // process; corrupt for any other damage.
    static Result<Keyring> open(const std::filesystem::path& folder,
                                const crypto::RootKey& root,
                                crypto::Random& random);

    Keyring(Keyring&&) = default;
    Keyring& operator=(Keyring&&) = default;
    Keyring(const Keyring&) = delete;
    Keyring& operator=(const Keyring&) = delete;
    ~Keyring() = default;

    [[nodiscard]] std::optional<SecretBytes> get(std::string_view name) const;
    [[nodiscard]] bool contains(std::string_view name) const;
    [[nodiscard]] std::vector<std::string> names(std::string_view prefix = {}) const;  // sorted
    [[nodiscard]] std::size_t size() const { return keys_.size(); }

    // All or none of them, on the disk when it returns: one write, one fsync. Before the database
    // commit that refers to them. A name that has this very secret is left as it is, so that
    // retrying is safe; with another secret: Errc::already_exists. Errc::io: not confirmed.
    Outcome put(std::vector<NamedKey> batch);

    // Rewrites the keyring without them: some 10 ms and 100 bytes of disk for each 1,000 keys, so
    // gather names. Unknown names are fine. Errc::io before the block was touched: nothing is
    // erased; after it: not confirmed, they are not given out any more, and settle() tells.
    Outcome erase(std::span<const std::string> names);

    // After a change that was not confirmed: opens it anew, so that contains() says what the disk holds.
    // Else nothing. Errors as open().
    Outcome settle();

    // Operators. Errors as crypto::Keyfile; durable, in both copies, when they return.
    Outcome add_slot(crypto::Slot slot);
    Outcome remove_slot(const crypto::SlotOwner& owner);
    Outcome replace_slot(crypto::Slot slot);
    [[nodiscard]] const crypto::Keyfile& keyfile() const { return keyfile_; }

    // Where a rewrite may be interrupted. The action is called after each of them (tests throw).
    enum class Step : std::uint8_t {
        new_file_written,
        new_file_durable,
        first_block_written,
        first_block_durable,
        second_block_written,
        second_block_durable,
        old_file_removed,
    };
    void on_step(std::function<void(Step)> action) { on_step_ = std::move(action); }

private:
    using Keys = std::map<std::string, SecretBytes, std::less<>>;

    // One keys.<generation> and where its next record goes.
    struct RingFile {
        File file;
        crypto::RingKey key;
        std::uint64_t generation = 0;
        std::uint64_t end = 0;
        std::uint64_t batches = 0;
    };

    Keyring(std::filesystem::path folder, const crypto::RootKey& root, crypto::Random& random)
        : folder_(std::move(folder)), root_(root.clone()), random_(&random) {}

    Outcome load_keys(crypto::RingKey key);
    Outcome take_batch(BytesView packed);
    Outcome mend_block();
    Outcome finish_interrupted();
    Result<Keys> not_yet_held(std::vector<NamedKey> batch) const;
    Result<RingFile> start_file(std::uint64_t generation) const;
    Outcome append_record(RingFile& to, BytesView plain) const;
    Outcome mark_end(RingFile& of) const;
    Result<RingFile> rewritten(const std::set<std::string_view>& gone) const;
    Outcome write_keys_but(RingFile& to, const std::set<std::string_view>& gone) const;
    Outcome write_blocks(const crypto::Keyfile& keyfile, const crypto::RingKey& ring);
    Outcome change_slots(crypto::Keyfile changed);
    void reached(Step step) const;

    std::filesystem::path folder_;
    crypto::RootKey root_;
    crypto::Random* random_;
    File slots_file_{};
    crypto::Keyfile keyfile_{};
    RingFile ring_{};
    Keys keys_{};
    std::function<void(Step)> on_step_{};
    bool broken_ = false;  // a write may or may not have happened: only opening again tells
};

}  // namespace leeward::node
