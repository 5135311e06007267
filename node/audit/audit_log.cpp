#include "node/audit/audit_log.h"

#include "crypto/hkdf.h"
#include "crypto/merkle.h"

namespace leeward::node {
namespace {

constexpr std::size_t leaf_bytes = schema::LeafData{}.size();
constexpr std::size_t bundle_bytes = crypto::tile_width * leaf_bytes;
constexpr std::size_t pad_bytes = 4;  // what a PAD keeps: its quarter of an hour
constexpr std::uint64_t block = 16;
constexpr std::string_view head_key = "audit.head";
constexpr std::string_view head_size_key = "audit.head_size";

Error damaged(std::uint64_t index) {
    return Error{Errc::corrupt,
                 "the log does not fit its tree at entry " + std::to_string(index) +
                     "; nothing more is signed. Keep the files and call whoever looks after this "
                     "node."};
}

SecretBytes pad_key(const crypto::SigningKey& key) {
    const SecretBytes prk = crypto::hkdf_extract(as_bytes("leeward/1 log"), key.reveal());
    return crypto::hkdf_expand(prk.reveal(), as_bytes("leeward/1 pad"), 32);
}

// An entry that says nothing, whole.
LeafEntry pad_entry(std::uint64_t index, std::uint32_t quarter, const SecretBytes& pads) {
    Bytes place;
    append_be<8>(place, index);
    schema::AuditRecord record;
    record.quarter = quarter;
    LeafEntry entry;
    entry.index = index;
    entry.rec = schema::encode(record);
    entry.n = crypto::hmac_sha256(pads.reveal(), {as_bytes("n"), place});
    entry.xref = crypto::hmac_sha256(pads.reveal(), {as_bytes("xref"), place});
    return entry;
}

}  // namespace

struct AuditLog::State {
    const crypto::SigningKey& key;
    std::string origin;
    crypto::Random& random;
    crypto::TileTree tree;
    Bytes tail;        // the leaves after the last full bundle, 80 bytes each
    std::string head;  // the newest signed head
    std::uint64_t head_size = 0;
    bool continues = true;        // what was signed last is of this tree
    SecretBytes pads;             // what hides the entries that say nothing
    Author author{};              // of whoever acts now
    Transaction* open = nullptr;  // the transaction whose appends are not committed yet
    // Where tiles are read and written while a call runs.
    Transaction* tx = nullptr;

    Result<Bytes> fetch_tile(unsigned level, std::uint64_t index) const {
        if (tx == nullptr) return Error{Errc::wrong_state, "a tile is asked for outside a call"};
        auto rows = tx->query("SELECT hashes FROM tile WHERE level=? AND n=?",
                              static_cast<std::int64_t>(level),
                              static_cast<std::int64_t>(index));
        if (!rows.next()) return Error{Errc::corrupt, "a tile of the log is missing"};
        return rows.bytes(0);
    }

    Outcome store_tile(unsigned level, std::uint64_t index, BytesView hashes) const {
        return tx->run("INSERT INTO tile(level,n,hashes) VALUES(?,?,?)",
                       static_cast<std::int64_t>(level),
                       static_cast<std::int64_t>(index),
                       hashes);
    }

    // Also once a tree that was cut short has grown past its newest head again.
    Result<bool> continues_head() {
        if (head_size > tree.size().get()) return false;
        const auto signed_head = crypto::open_checkpoint(head, vkey());
        if (!signed_head || signed_head->checkpoint.size.get() != head_size) return false;
        LEEWARD_ASSIGN(const crypto::Hash root, tree.root_at(signed_head->checkpoint.size));
        return root == signed_head->checkpoint.root;
    }
    [[nodiscard]] crypto::Vkey vkey() const {
        return {origin, crypto::NoteKeyType::ed25519, crypto::verify_key_of(key)};
    }

    // The right edge in memory follows the database: put back if the transaction is rolled back.
    void follow(Transaction& transaction) {
        if (open == &transaction) return;
        open = &transaction;
        auto before = std::make_shared<crypto::TileTree::Snapshot>(tree.snapshot());
        transaction.on_rollback([this, before, kept_tail = tail, kept = head, size = head_size] {
            tree.restore(std::move(*before));
            tail = kept_tail;
            head = kept;
            head_size = size;
            open = nullptr;
        });
        transaction.on_commit([this] { open = nullptr; });
    }

    Outcome keep_bundle(std::uint64_t index, const schema::LeafData& data) {
        append_leaf(data);
        if (tail.size() < bundle_bytes) return Done{};
        LEEWARD_TRY(tx->run("INSERT INTO leaf_bundle(n,leaves) VALUES(?,?)",
                            static_cast<std::int64_t>(index / crypto::tile_width),
                            BytesView(tail)));
        tail.clear();
        return Done{};
    }
    // Signed beside the tree, so that the tree names nobody.
    Outcome keep_act(std::uint64_t index, const MadeEntry::Signed& act) const {
        return tx->run("INSERT INTO signed_act(leaf,verify,signature) VALUES(?,?,?)",
                       static_cast<std::int64_t>(index),
                       act.by,
                       act.signature);
    }
    void append_leaf(const schema::LeafData& data) { leeward::append(tail, data); }
};

namespace {

// Points the tile callbacks at the transaction of the running call.
class Within {
public:
    Within(Transaction*& slot, Transaction& tx) : slot_(slot) { slot_ = &tx; }
    ~Within() { slot_ = nullptr; }
    Within(const Within&) = delete;
    Within& operator=(const Within&) = delete;

private:
    Transaction*& slot_;
};

Result<LeafEntry> read_entry(Rows& rows, const SecretBytes& pads) {
    LeafEntry entry;
    entry.index = static_cast<std::uint64_t>(rows.integer(0));
    if (rows.blob(1).size() == pad_bytes)
        return pad_entry(entry.index, static_cast<std::uint32_t>(read_be(rows.blob(1))), pads);
    if (rows.blob(1).size() != entry.rec.size() || rows.blob(2).size() != 32 ||
        rows.blob(3).size() != 32)
        return damaged(entry.index);
    entry.rec = rows.array<schema::audit_record_bytes>(1);
    entry.n = rows.array<32>(2);
    entry.xref = rows.array<32>(3);
    return entry;
}

std::string meta_text(Transaction& tx, std::string_view key) {
    auto rows = tx.query("SELECT value FROM meta WHERE key=?", key);
    return rows.next() ? to_text(rows.blob(0)) : std::string();
}

}  // namespace

AuditLog::AuditLog(std::unique_ptr<State> state) : state_(std::move(state)) {}
AuditLog::AuditLog(AuditLog&&) noexcept = default;
AuditLog& AuditLog::operator=(AuditLog&&) noexcept = default;
AuditLog::~AuditLog() = default;

Result<AuditLog> AuditLog::open(Store& store,
                                const crypto::SigningKey& key,
                                std::string origin,
                                crypto::Random& random) {
    auto state = std::make_unique<State>(State{key,
                                               std::move(origin),
                                               random,
                                               crypto::TileTree({}, {}),
                                               {},
                                               {},
                                               0,
                                               true,
                                               pad_key(key),
                                               {},
                                               nullptr,
                                               nullptr});
    State& s = *state;
    const auto loaded = store.write([&](Transaction& tx) -> Outcome {
        Within within(s.tx, tx);
        std::int64_t size = 0;
        {
            auto rows = tx.query("SELECT coalesce(max(idx)+1,0) FROM leaf");
            if (rows.next()) size = rows.integer(0);
        }
        std::vector<crypto::Hash> edge;
        {
            auto rows = tx.query("SELECT idx,rec,n,xref FROM leaf WHERE idx>=? ORDER BY idx",
                                 size - size % crypto::tile_width);
            while (rows.next()) {
                LEEWARD_ASSIGN(const LeafEntry entry, read_entry(rows, s.pads));
                edge.push_back(crypto::leaf_hash(entry.data()));
                s.append_leaf(entry.data());
            }
        }
        LEEWARD_ASSIGN(s.tree,
                       crypto::TileTree::open(
                           crypto::TreeSize{static_cast<std::uint64_t>(size)},
                           edge,
                           [&s](unsigned level, std::uint64_t n) { return s.fetch_tile(level, n); },
                           [&s](unsigned level, std::uint64_t n, BytesView tile) {
                               return s.store_tile(level, n, tile);
                           }));
        s.head = meta_text(tx, head_key);
        const std::string signed_size = meta_text(tx, head_size_key);
        if (!signed_size.empty()) {
            LEEWARD_ASSIGN(s.head_size, crypto::parse_decimal(signed_size));
            LEEWARD_ASSIGN(s.continues, s.continues_head());
        }
        return Done{};
    });
    if (!loaded) return loaded.error();
    return AuditLog(std::move(state));
}

void AuditLog::act_as(Author author) {
    state_->author = std::move(author);
}

MadeEntry AuditLog::make(const schema::AuditRecord& record,
                         const std::optional<crypto::Hash>& xref) const {
    const State& s = *state_;
    schema::AuditRecord said = record;
    if (said.role == 0) said.role = s.author.role;
    MadeEntry entry;
    entry.rec = schema::encode(said);
    s.random.fill(entry.n);
    if (xref)
        entry.xref = *xref;
    else
        s.random.fill(entry.xref);
    if (const auto& key = s.author.key)
        entry.act = {crypto::verify_key_of(*key),
                     crypto::sign(*key, schema::act_statement(entry.data()))};
    return entry;
}

Result<std::uint64_t> AuditLog::append(Transaction& tx,
                                       const schema::AuditRecord& record,
                                       const std::optional<crypto::Hash>& xref) {
    return append(tx, make(record, xref));
}

Result<std::uint64_t> AuditLog::append(Transaction& tx, const MadeEntry& entry) {
    State& s = *state_;
    Within within(s.tx, tx);
    s.follow(tx);
    const std::uint64_t index = s.tree.size().get();
    const auto data = entry.data();
    LEEWARD_TRY(tx.run("INSERT INTO leaf(idx,rec,n,xref) VALUES(?,?,?,?)",
                       static_cast<std::int64_t>(index),
                       BytesView(entry.rec),
                       BytesView(entry.n),
                       BytesView(entry.xref)));
    if (entry.act) LEEWARD_TRY(s.keep_act(index, *entry.act));
    LEEWARD_TRY(s.keep_bundle(index, data));
    LEEWARD_TRY(s.tree.append(crypto::leaf_hash(data)));
    return index;
}

std::uint64_t AuditLog::size() const {
    return state_->tree.size().get();
}
crypto::Hash AuditLog::root() const {
    return state_->tree.root();
}
const std::string& AuditLog::origin() const {
    return state_->origin;
}

crypto::Vkey AuditLog::vkey() const {
    return state_->vkey();
}

Result<std::string> AuditLog::sign_head(Transaction& tx) {
    State& s = *state_;
    if (!s.continues) return damaged(size());
    if (s.head_size == size() && !s.head.empty()) return s.head;
    s.follow(tx);
    s.head = crypto::format_note(
        crypto::sign_checkpoint({s.origin, s.tree.size(), s.tree.root()}, s.key));
    s.head_size = size();
    LEEWARD_TRY(
        tx.run("INSERT OR REPLACE INTO meta(key,value) VALUES(?,?)", head_key, as_bytes(s.head)));
    LEEWARD_TRY(tx.run("INSERT OR REPLACE INTO meta(key,value) VALUES(?,?)",
                       head_size_key,
                       as_bytes(std::to_string(s.head_size))));
    return s.head;
}

Outcome AuditLog::append_pad(Transaction& tx, std::uint32_t quarter) {
    State& s = *state_;
    Within within(s.tx, tx);
    s.follow(tx);
    const LeafEntry entry = pad_entry(size(), quarter, s.pads);
    Bytes kept;
    append_be<pad_bytes>(kept, quarter);
    LEEWARD_TRY(tx.run("INSERT INTO leaf(idx,rec,n,xref) VALUES(?,?,x'',x'')",
                       static_cast<std::int64_t>(entry.index),
                       BytesView(kept)));
    LEEWARD_TRY(s.keep_bundle(entry.index, entry.data()));
    return s.tree.append(crypto::leaf_hash(entry.data()));
}

Result<std::string> AuditLog::publish(Transaction& tx, schema::Time now) {
    const std::int64_t hour = schema::unix_seconds(now) / 3600;
    {
        auto rows = tx.query(
            "SELECT note FROM published_head WHERE hour=? AND size=(SELECT max(size) FROM "
            "published_head)",
            hour);
        if (rows.next()) return rows.text(0);
    }
    const std::uint64_t filled = (size() + block - 1) / block * block;
    const std::uint64_t padded = filled + block * (state_->random.number() % 4);
    while (size() < padded)
        LEEWARD_TRY(append_pad(tx, static_cast<std::uint32_t>(hour * 4)));
    LEEWARD_ASSIGN(std::string note, sign_head(tx));
    LEEWARD_TRY(tx.run("INSERT OR REPLACE INTO published_head(hour,size,note) VALUES(?,?,?)",
                       hour,
                       static_cast<std::int64_t>(size()),
                       note));
    return note;
}

Result<schema::LeafProof> AuditLog::prove(Transaction& tx,
                                          std::uint64_t index,
                                          const ByteArray<32>& salt) {
    LEEWARD_ASSIGN(const LeafEntry leaf, entry(tx, index));
    Within within(state_->tx, tx);
    LEEWARD_ASSIGN(
        auto path,
        state_->tree.inclusion_path(crypto::LeafIndex{index}, crypto::TreeSize{state_->head_size}));
    return schema::LeafProof{leaf.rec, leaf.n, salt, index, std::move(path)};
}

Result<schema::LeafReference> AuditLog::refer(Transaction& tx, std::uint64_t index) {
    LEEWARD_ASSIGN(const LeafEntry leaf, entry(tx, index));
    Within within(state_->tx, tx);
    LEEWARD_ASSIGN(
        auto path,
        state_->tree.inclusion_path(crypto::LeafIndex{index}, crypto::TreeSize{state_->head_size}));
    return schema::LeafReference{leaf.commit(), index, std::move(path)};
}

Result<crypto::Path> AuditLog::growth(Transaction& tx, std::uint64_t from) {
    Within within(state_->tx, tx);
    return state_->tree.consistency_path(crypto::TreeSize{from},
                                         crypto::TreeSize{state_->head_size});
}

Result<crypto::Path> AuditLog::growth(Transaction& tx, std::uint64_t from, std::uint64_t to) {
    Within within(state_->tx, tx);
    return state_->tree.consistency_path(crypto::TreeSize{from}, crypto::TreeSize{to});
}

Result<Bytes> AuditLog::tile(Transaction& tx, const crypto::TileAddress& address) {
    Within within(state_->tx, tx);
    if (address.width == crypto::tile_width)
        return state_->fetch_tile(address.level, address.index);
    Bytes out;
    for (std::uint64_t i = 0; i < address.width; ++i) {
        LEEWARD_ASSIGN(const crypto::Hash hash,
                       state_->tree.subtree(crypto::tile_height * address.level,
                                            address.index * crypto::tile_width + i));
        leeward::append(out, hash);
    }
    return out;
}

Result<Bytes> AuditLog::entry_bundle(Transaction& tx, const crypto::EntriesAddress& address) {
    const std::uint64_t first = address.index * crypto::tile_width;
    auto rows = tx.query("SELECT idx,rec,n,xref FROM leaf WHERE idx>=? ORDER BY idx LIMIT ?",
                         static_cast<std::int64_t>(first),
                         static_cast<std::int64_t>(address.width));
    Bytes out;
    while (rows.next()) {
        LEEWARD_ASSIGN(const LeafEntry entry, read_entry(rows, state_->pads));
        append_lp16(out, entry.data());
    }
    LEEWARD_TRY(rows.status());
    if (out.size() != address.width * (2 + leaf_bytes))
        return Error{Errc::invalid_argument, "the log is smaller than that"};
    return out;
}

Result<bool> AuditLog::holds(Transaction& tx, const crypto::Checkpoint& head) {
    if (head.size > state_->tree.size()) return false;
    Within within(state_->tx, tx);
    LEEWARD_ASSIGN(const crypto::Hash root, state_->tree.root_at(head.size));
    return root == head.root;
}

Result<LeafEntry> AuditLog::entry(Transaction& tx, std::uint64_t index) {
    auto rows =
        tx.query("SELECT idx,rec,n,xref FROM leaf WHERE idx=?", static_cast<std::int64_t>(index));
    if (!rows.next()) return Error{Errc::not_found, "no such entry in the log"};
    return read_entry(rows, state_->pads);
}

namespace {

// The leaves of the full bundles, then of the rows after them.
Outcome hash_leaves(Store& store, const SecretBytes& pads, crypto::Frontier& tree) {
    auto bundles = store.query("SELECT n,leaves FROM leaf_bundle ORDER BY n");
    while (bundles.next()) {
        const BytesView leaves = bundles.blob(1);
        if (leaves.size() != bundle_bytes ||
            static_cast<std::uint64_t>(bundles.integer(0)) * crypto::tile_width !=
                tree.size().get())
            return damaged(tree.size().get());
        for (std::size_t at = 0; at < bundle_bytes; at += leaf_bytes)
            tree.append(crypto::leaf_hash(leaves.subspan(at, leaf_bytes)));
    }
    LEEWARD_TRY(bundles.status());
    auto rest = store.query("SELECT idx,rec,n,xref FROM leaf WHERE idx>=? ORDER BY idx",
                            static_cast<std::int64_t>(tree.size().get()));
    while (rest.next()) {
        LEEWARD_ASSIGN(const LeafEntry entry, read_entry(rest, pads));
        if (entry.index != tree.size().get()) return damaged(tree.size().get());
        tree.append(crypto::leaf_hash(entry.data()));
    }
    return rest.status();
}

// Every opening is of the leaf that was hashed.
Outcome check_openings(Store& store, const SecretBytes& pads) {
    auto rows = store.query(
        "SELECT idx,rec,n,xref,"
        "(SELECT substr(leaves,1+(idx%256)*80,80) FROM leaf_bundle b WHERE b.n=idx/256) "
        "FROM leaf ORDER BY idx");
    std::uint64_t expected = 0;
    while (rows.next()) {
        LEEWARD_ASSIGN(const LeafEntry entry, read_entry(rows, pads));
        if (entry.index != expected++) return damaged(expected - 1);
        if (!schema::decode_audit_record(entry.rec)) return damaged(entry.index);
        if (!rows.is_null(4) && !equal(rows.blob(4), entry.data())) return damaged(entry.index);
    }
    return rows.status();
}

}  // namespace

Result<LogReport> AuditLog::verify(Store& store, Depth depth) const {
    crypto::Frontier tree;
    LEEWARD_TRY(hash_leaves(store, state_->pads, tree));
    if (tree.size() != state_->tree.size() || tree.root() != state_->tree.root())
        return damaged(std::min(tree.size().get(), state_->tree.size().get()));
    if (depth == Depth::OPENINGS) LEEWARD_TRY(check_openings(store, state_->pads));
    if (!state_->head.empty()) {
        const auto head = crypto::open_checkpoint(state_->head, vkey());
        if (!head || head->checkpoint.size.get() != state_->head_size || !state_->continues)
            return damaged(state_->head_size);
    }
    return LogReport{tree.size().get(), tree.root(), state_->head_size};
}

}  // namespace leeward::node
