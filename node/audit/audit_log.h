// This node's own tamper-evident log: an RFC 6962 tree over fixed-size commitments.
//
// Published heads are signed every hour, idle or not, over a tree that is filled up to a multiple of 16
// and, at random, up to three times 16 more with entries that say nothing (PAD): neither when a head
// was signed nor its size tells what was done. What a PAD hides behind follows from a key of the
// log's, so that an idle year costs some 30 MB.
// append() takes the caller's transaction, so an act and its leaf are committed together or not at
// all. Working heads are signed when something is due and travel only inside envelopes (protocol.md
// section 7). A head is never signed for a tree smaller than one signed before.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "crypto/checkpoint.h"
#include "crypto/ed25519.h"
#include "crypto/random.h"
#include "crypto/tile.h"
#include "node/store/store.h"
#include "schema/audit_event.h"
#include "schema/envelope.h"

namespace leeward::node {

struct LeafEntry {
    std::uint64_t index = 0;
    schema::AuditRecordBytes rec{};
    ByteArray<32> n{};
    crypto::Hash xref{};

    [[nodiscard]] crypto::Hash commit() const { return schema::leaf_commitment(n, rec); }
    [[nodiscard]] schema::LeafData data() const { return schema::leaf_data(commit(), xref); }
};

// Who acts: the role that entries carry, and her key, which signs each of them. The node itself has
// role 0 and signs none.
struct Author {
    Byte role = 0;
    std::shared_ptr<const crypto::SigningKey> key{};  // the act that ends a shift is signed too
};

// An entry as it will stand, wherever in the tree: its nonce is drawn and its author has signed it.
struct MadeEntry {
    struct Signed {
        crypto::VerifyKey by{};
        crypto::Signature signature{};
    };
    schema::AuditRecordBytes rec{};
    ByteArray<32> n{};
    crypto::Hash xref{};
    std::optional<Signed> act{};

    [[nodiscard]] schema::LeafData data() const {
        return schema::leaf_data(schema::leaf_commitment(n, rec), xref);
    }
};

struct LogReport {
    std::uint64_t leaves = 0;
    crypto::Hash root{};
    std::uint64_t head_size = 0;  // of the newest head that was signed
};

class AuditLog {
public:
    // `key` must outlive the log. `origin` names it in every head.
    static Result<AuditLog> open(Store& store,
                                 const crypto::SigningKey& key,
                                 std::string origin,
                                 crypto::Random& random);
    AuditLog(AuditLog&&) noexcept;
    AuditLog& operator=(AuditLog&&) noexcept;
    ~AuditLog();

    // Whose every further entry is.
    void act_as(Author author);

    // An entry of whoever acts now, to be appended later. Without `xref` it gets a random one.
    [[nodiscard]] MadeEntry make(const schema::AuditRecord& record,
                                 const std::optional<crypto::Hash>& xref = std::nullopt) const;
    Result<std::uint64_t> append(Transaction& tx, const MadeEntry& entry);
    // Both at once. The index of the new leaf.
    Result<std::uint64_t> append(Transaction& tx,
                                 const schema::AuditRecord& record,
                                 const std::optional<crypto::Hash>& xref = std::nullopt);

    [[nodiscard]] std::uint64_t size() const;
    [[nodiscard]] crypto::Hash root() const;
    [[nodiscard]] const std::string& origin() const;
    [[nodiscard]] crypto::Vkey vkey() const;

    // A working head over all leaves, as a signed note; the same note again while nothing was
    // appended. Errc::corrupt if the tree is smaller than one signed before.
    Result<std::string> sign_head(Transaction& tx);

    // The head that is published for the hour of `now`: made at the first call in it, the same after.
    // One that a clock ahead has given this hour is not of it, once the log has published larger ones.
    Result<std::string> publish(Transaction& tx, schema::Time now);

    // The opening and path of a leaf, in the tree of the newest head. `salt` opens its link.
    Result<schema::LeafProof> prove(Transaction& tx,
                                    std::uint64_t index,
                                    const ByteArray<32>& salt);
    Result<schema::LeafReference> refer(Transaction& tx, std::uint64_t index);
    // How the tree of the newest head grew out of that of its first `from` leaves. Errc::
    // invalid_argument unless 0 < from ≤ its size.
    Result<crypto::Path> growth(Transaction& tx, std::uint64_t from);
    // The same to the tree of the first `to`, which may be smaller than the newest head's.
    Result<crypto::Path> growth(Transaction& tx, std::uint64_t from, std::uint64_t to);
    // Whether the log once had this head.
    Result<bool> holds(Transaction& tx, const crypto::Checkpoint& head);
    Result<LeafEntry> entry(Transaction& tx, std::uint64_t index);

    // A tile of the tree, and the leaves below a tile of level 0, as c2sp.org/tlog-tiles has them in a
    // file. Errc::invalid_argument where the tree does not reach.
    Result<Bytes> tile(Transaction& tx, const crypto::TileAddress& address);
    Result<Bytes> entry_bundle(Transaction& tx, const crypto::EntriesAddress& address);

    // Hashes everything from the leaves up and compares it with the tree, its tiles and the newest
    // head; with `openings`, also that every record opens to its leaf. Errc::corrupt names the
    // first leaf that does not fit.
    enum class Depth { LEAVES, OPENINGS };
    Result<LogReport> verify(Store& store, Depth depth) const;

private:
    struct State;
    Outcome append_pad(Transaction& tx, std::uint32_t quarter);
    explicit AuditLog(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace leeward::node
