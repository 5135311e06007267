#include "node/store/keyring.h"

#include <algorithm>
#include <array>
#include <system_error>
#include <utility>

#include "crypto/aead.h"
#include "crypto/base/hex.h"
#include "crypto/hash.h"
#include "crypto/hkdf.h"

// keys.<generation, 16 hex digits>, integers big-endian:
//        0  magic "LWRING01", generation          8 + 8
//      512  mark 0, 1024 mark 1: batches, end of the records, HMAC      8 + 8 + 32
//     4096  records: length of what is sealed 4, nonce 24, sealed batch
// A batch is name and secret, each behind two bytes of length, repeated. A record binds its file's
// generation and its place. The marks alternate and say how far the file is known to be durable:
// damage before that is damage, after it an append that a crash cut off.
namespace leeward::node {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view magic = "LWRING01";
constexpr std::uint64_t records_at = 4096;
constexpr std::size_t mark_size = 8 + 8 + 32;
constexpr std::size_t record_overhead = 4 + 24 + crypto::aead_tag_size;
constexpr std::size_t max_file = std::size_t{1} << 30;
constexpr std::size_t max_batch = std::size_t{16} << 20;
constexpr std::size_t rewrite_batch = 64 * 1024;

Error damaged() {
    return {Errc::corrupt, "the keyring is damaged; stop, keep the files, restore a backup"};
}
Error unconfirmed(const Error& cause) {
    return {Errc::io, "not confirmed, restart and retry: " + cause.detail};
}

fs::path slots_path(const fs::path& folder) {
    return folder / "slots";
}

std::string file_name(std::uint64_t generation) {
    Bytes number;
    append_be<8>(number, generation);
    return "keys." + hex::encode(number);
}
bool is_keys_file(const fs::path& path) {
    return path.filename().string().starts_with("keys.");
}

Result<std::vector<fs::path>> keys_files(const fs::path& folder) {
    std::error_code failure;
    std::vector<fs::path> found;
    for (fs::directory_iterator entry(folder, failure), end; !failure && entry != end;
         entry.increment(failure))
        if (is_keys_file(entry->path())) found.push_back(entry->path());
    if (failure) return Error{Errc::io, "listing the keyring: " + failure.message()};
    return found;
}

Bytes with_place(std::string_view label, std::uint64_t generation, std::uint64_t place) {
    Bytes aad = to_bytes(as_bytes(label));
    append_be<8>(aad, generation);
    append_be<8>(aad, place);
    return aad;
}

SecretBytes record_key(const crypto::RingKey& ring) {
    return crypto::hkdf_expand(ring.reveal(), as_bytes("leeward/1 keyring record"), 32);
}

Bytes mark(const crypto::RingKey& ring,
           std::uint64_t generation,
           std::uint64_t batches,
           std::uint64_t end) {
    Bytes out;
    append_be<8>(out, batches);
    append_be<8>(out, end);
    const SecretBytes key =
        crypto::hkdf_expand(ring.reveal(), as_bytes("leeward/1 keyring mark"), 32);
    append(out, crypto::hmac_sha256(key.reveal(), {with_place("mark", generation, 0), out}));
    return out;
}

std::uint64_t mark_at(std::uint64_t batches) {
    return 512 + 512 * (batches % 2);
}

struct Confirmed {
    std::uint64_t batches;
    std::uint64_t end;
};

// The later of the two marks that are authentic.
Result<Confirmed> read_marks(BytesView file,
                             const crypto::RingKey& ring,
                             std::uint64_t generation) {
    std::optional<Confirmed> latest;
    for (const std::uint64_t which : {0U, 1U}) {
        const BytesView found = file.subspan(mark_at(which), mark_size);
        const std::uint64_t batches = read_be(found.first(8));
        const std::uint64_t end = read_be(found.subspan(8, 8));
        if (!equal(found, mark(ring, generation, batches, end)) || batches % 2 != which) continue;
        if (!latest || batches > latest->batches) latest = Confirmed{batches, end};
    }
    if (!latest) return damaged();
    return *latest;
}

struct KeyView {
    std::string_view name;
    BytesView secret;
    [[nodiscard]] std::size_t packed() const { return 4 + name.size() + secret.size(); }
};

SecretBytes pack(const std::vector<KeyView>& keys, std::size_t size) {
    SecretBytes out(size);
    auto to = out.reveal().begin();
    const auto put = [&to](BytesView field) {
        *to++ = static_cast<Byte>(field.size() >> 8);
        *to++ = static_cast<Byte>(field.size() & 0xff);
        to = std::copy(field.begin(), field.end(), to);
    };
    for (const KeyView& key : keys) {
        put(as_bytes(key.name));
        put(key.secret);
    }
    return out;
}

std::optional<BytesView> take_field(BytesView& from) {
    if (from.size() < 2) return std::nullopt;
    const auto size = static_cast<std::size_t>(read_be(from.first(2)));
    if (from.size() - 2 < size) return std::nullopt;
    const BytesView field = from.subspan(2, size);
    from = from.subspan(2 + size);
    return field;
}

// What is sealed at the front of `rest`, or nothing where the record is not whole and authentic.
std::optional<SecretBytes> open_record(BytesView rest, const SecretBytes& key, BytesView aad) {
    if (rest.size() < record_overhead) return std::nullopt;
    const auto length = static_cast<std::size_t>(read_be(rest.first(4)));
    if (length < crypto::aead_tag_size || rest.size() - 28 < length) return std::nullopt;
    auto opened = crypto::xchacha20poly1305_open(key.reveal().first<32>(),
                                                 rest.subspan(4).first<24>(),
                                                 crypto::Aad{aad},
                                                 rest.subspan(28, length));
    if (!opened) return std::nullopt;
    return std::move(opened).value();
}

// A change that failed may be on the disk or not: opening it anew tells, and nothing is changed before.
Outcome look_again(Keyring& ring,
                   File& slots,
                   const fs::path& folder,
                   const crypto::RootKey& root,
                   crypto::Random& random) {
    slots = File();  // its lock is for one at a time
    LEEWARD_ASSIGN(Keyring fresh, Keyring::open(folder, root, random));
    ring = std::move(fresh);
    return Done{};
}

}  // namespace

void Keyring::reached(Step step) const {
    if (on_step_) on_step_(step);
}

Outcome Keyring::settle() {
    return broken_ ? look_again(*this, slots_file_, folder_, root_, *random_) : Outcome(Done{});
}

Result<crypto::Keyfile> Keyring::slots(const fs::path& folder) {
    LEEWARD_ASSIGN(const File file, File::open_private(slots_path(folder)));
    LEEWARD_ASSIGN(const SecretBytes both, file.read_all(2 * crypto::keyfile_size));
    std::optional<crypto::Keyfile> latest;
    Error problem{Errc::corrupt, "the slots file is cut short; restore it from a backup"};
    for (std::size_t at = 0; at + crypto::keyfile_size <= both.size(); at += crypto::keyfile_size) {
        auto read = crypto::read_keyfile(both.reveal().subspan(at, crypto::keyfile_size));
        if (!read)
            problem = read.error();
        else if (!latest || read->revision() > latest->revision())
            latest = std::move(read).value();
    }
    if (!latest) return problem;
    return std::move(*latest);
}

Result<Keyring> Keyring::create(const fs::path& folder,
                                const crypto::RootKey& root,
                                crypto::Slot first,
                                crypto::Random& random) {
    const fs::path fresh = folder / "slots.new";
    if (fs::exists(slots_path(folder)))
        return Error{Errc::already_exists, "the folder has a keyring"};
    LEEWARD_ASSIGN(const auto left_over, keys_files(folder));
    if (!left_over.empty() && !fs::exists(fresh))
        return Error{Errc::corrupt, "the folder has keys without their slots; restore the slots"};
    LEEWARD_TRY(shred(fresh));
    for (const fs::path& path : left_over)
        LEEWARD_TRY(shred(path));

    Keyring made(folder, root, random);
    LEEWARD_ASSIGN(made.slots_file_, File::create(fresh));
    LEEWARD_TRY(made.keyfile_.add(std::move(first)));
    LEEWARD_ASSIGN(made.ring_, made.start_file(made.keyfile_.generation()));
    LEEWARD_TRY(made.mark_end(made.ring_));
    LEEWARD_TRY(made.ring_.file.sync());
    LEEWARD_TRY(made.write_blocks(made.keyfile_, made.ring_.key));
    std::error_code failure;
    fs::rename(fresh, slots_path(folder), failure);
    if (failure) return Error{Errc::io, "creating the keyring: " + failure.message()};
    LEEWARD_TRY(sync_folder(folder));
    return open(folder, root, random);
}

Result<Keyring> Keyring::open(const fs::path& folder,
                              const crypto::RootKey& root,
                              crypto::Random& random) {
    Keyring ring(folder, root, random);
    LEEWARD_ASSIGN(ring.slots_file_, File::open_private(slots_path(folder)));
    LEEWARD_TRY(ring.slots_file_.lock());
    LEEWARD_ASSIGN(ring.keyfile_, slots(folder));
    LEEWARD_ASSIGN(crypto::RingKey key, ring.keyfile_.ring(root));
    LEEWARD_TRY(ring.load_keys(std::move(key)));
    LEEWARD_TRY(ring.finish_interrupted());
    return ring;
}

Outcome Keyring::load_keys(crypto::RingKey key) {
    ring_.key = std::move(key);
    ring_.generation = keyfile_.generation();
    auto opened = File::open_private(folder_ / file_name(ring_.generation));
    if (!opened) return opened.error().code == Errc::not_found ? damaged() : opened.error();
    ring_.file = std::move(opened).value();
    LEEWARD_ASSIGN(const SecretBytes content, ring_.file.read_all(max_file));
    const BytesView all = content.reveal();
    if (all.size() < records_at || as_text(all.first(8)) != magic ||
        read_be(all.subspan(8, 8)) != ring_.generation)
        return damaged();
    LEEWARD_ASSIGN(const Confirmed confirmed, read_marks(all, ring_.key, ring_.generation));
    ring_.batches = confirmed.batches;
    ring_.end = records_at;
    const SecretBytes sealing = record_key(ring_.key);
    while (ring_.end < all.size()) {
        const Bytes aad = with_place("record", ring_.generation, ring_.end);
        const BytesView rest = all.subspan(ring_.end);
        const auto batch = open_record(rest, sealing, aad);
        if (!batch) break;
        LEEWARD_TRY(take_batch(batch->reveal()));
        ring_.end += batch->size() + record_overhead;
    }
    if (ring_.end < confirmed.end) return damaged();
    if (ring_.end == confirmed.end && ring_.end == all.size()) return Done{};
    LEEWARD_TRY(ring_.file.truncate(ring_.end));
    // What no mark confirms may be in the system's memory alone: after a sync that failed it is taken for
    // clean, and no later one would make it durable.
    LEEWARD_TRY(
        ring_.file.write_at(confirmed.end, all.subspan(confirmed.end, ring_.end - confirmed.end)));
    return ring_.file.sync();
}

Outcome Keyring::take_batch(BytesView packed) {
    while (!packed.empty()) {
        const auto name = take_field(packed);
        const auto secret = take_field(packed);
        if (!name || !secret) return damaged();
        keys_.insert_or_assign(to_text(*name), SecretBytes(*secret));
    }
    return Done{};
}

// The copy that is whole goes over the other one, never the other way: both may not be torn at once. It was read,
// but after a sync that failed it may be in the system's memory alone: until it is durable the other one is all
// that outlives the power.
Outcome Keyring::mend_block() {
    LEEWARD_ASSIGN(const SecretBytes both, slots_file_.read_all(2 * crypto::keyfile_size));
    const BytesView first = both.reveal().first(crypto::keyfile_size);
    const BytesView second = both.reveal().subspan(crypto::keyfile_size);
    if (equal(first, second)) return Done{};
    const auto read = crypto::read_keyfile(first);
    const bool first_is_good = read && read->revision() == keyfile_.revision();
    const BytesView good = first_is_good ? first : second;
    LEEWARD_TRY(slots_file_.write_at(first_is_good ? 0 : crypto::keyfile_size, good));
    LEEWARD_TRY(slots_file_.sync());
    LEEWARD_TRY(slots_file_.write_at(first_is_good ? crypto::keyfile_size : 0, good));
    return slots_file_.sync();
}

// After a crash one copy of the block may be old or torn, and a keys file superseded or unborn.
Outcome Keyring::finish_interrupted() {
    LEEWARD_TRY(mend_block());
    LEEWARD_ASSIGN(const auto files, keys_files(folder_));
    for (const fs::path& path : files)
        if (path.filename() != file_name(ring_.generation)) LEEWARD_TRY(shred(path));
    return Done{};
}

std::optional<SecretBytes> Keyring::get(std::string_view name) const {
    const auto found = keys_.find(name);
    if (found == keys_.end()) return std::nullopt;
    return found->second.clone();
}

bool Keyring::contains(std::string_view name) const {
    return keys_.find(name) != keys_.end();
}

std::vector<std::string> Keyring::names(std::string_view prefix) const {
    std::vector<std::string> out;
    for (auto at = keys_.lower_bound(prefix);
         at != keys_.end() && std::string_view(at->first).starts_with(prefix);
         ++at)
        out.push_back(at->first);
    return out;
}

Outcome Keyring::append_record(RingFile& to, BytesView plain) const {
    const auto nonce = random_->array<24>();
    const Bytes aad = with_place("record", to.generation, to.end);
    const Bytes sealed = crypto::xchacha20poly1305_seal(
        record_key(to.key).reveal().first<32>(), nonce, crypto::Aad{aad}, plain);
    Bytes record;
    record.reserve(record_overhead + plain.size());
    append_be<4>(record, sealed.size());
    append(record, nonce);
    append(record, sealed);
    LEEWARD_TRY(to.file.write_at(to.end, record));
    to.end += record.size();
    return Done{};
}

// Not synced: it says what is durable already, and the next sync takes it along.
Outcome Keyring::mark_end(RingFile& of) const {
    return of.file.write_at(mark_at(of.batches), mark(of.key, of.generation, of.batches, of.end));
}

Result<Keyring::Keys> Keyring::not_yet_held(std::vector<NamedKey> batch) const {
    Keys fresh;
    for (NamedKey& key : batch) {
        if (key.name.empty() || key.name.size() > max_name || key.secret.empty() ||
            key.secret.size() > max_secret)
            return Error{Errc::invalid_argument, "a key's name or length is not allowed"};
        const auto held = keys_.find(key.name);
        const auto twin = fresh.find(key.name);
        if ((held != keys_.end() && !(held->second == key.secret)) ||
            (twin != fresh.end() && !(twin->second == key.secret)))
            return Error{Errc::already_exists, "the keyring has another key of this name"};
        if (held == keys_.end()) fresh.emplace(std::move(key.name), std::move(key.secret));
    }
    return fresh;
}

Outcome Keyring::put(std::vector<NamedKey> batch) {
    LEEWARD_TRY(settle());
    LEEWARD_ASSIGN(Keys fresh, not_yet_held(std::move(batch)));
    if (fresh.empty()) return Done{};
    std::vector<KeyView> views;
    std::size_t size = 0;
    for (const auto& [name, secret] : fresh) {
        views.push_back({name, secret.reveal()});
        size += views.back().packed();
    }
    if (size > max_batch) return Error{Errc::too_large, "too many keys at once"};
    LEEWARD_TRY(append_record(ring_, pack(views, size).reveal()));
    ++ring_.batches;
    broken_ = true;
    if (auto synced = ring_.file.sync(); !synced) return unconfirmed(synced.error());
    if (auto marked = mark_end(ring_); !marked) return unconfirmed(marked.error());
    broken_ = false;
    keys_.merge(fresh);
    return Done{};
}

Result<Keyring::RingFile> Keyring::start_file(std::uint64_t generation) const {
    LEEWARD_ASSIGN(File file, File::create(folder_ / file_name(generation)));
    RingFile fresh{std::move(file), crypto::RingKey(random_->array<32>()), generation, records_at};
    Bytes header = to_bytes(as_bytes(magic));
    append_be<8>(header, generation);
    header.resize(records_at);
    LEEWARD_TRY(fresh.file.write_at(0, header));
    return fresh;
}

Outcome Keyring::write_keys_but(RingFile& to, const std::set<std::string_view>& gone) const {
    std::vector<KeyView> views;
    std::size_t size = 0;
    const auto flush = [&]() -> Outcome {
        if (views.empty()) return Done{};
        LEEWARD_TRY(append_record(to, pack(views, size).reveal()));
        views.clear();
        size = 0;
        return Done{};
    };
    for (const auto& [name, secret] : keys_) {
        if (gone.count(name) != 0) continue;
        views.push_back({name, secret.reveal()});
        size += views.back().packed();
        if (size >= rewrite_batch) LEEWARD_TRY(flush());
    }
    LEEWARD_TRY(flush());
    return mark_end(to);
}

Outcome Keyring::write_blocks(const crypto::Keyfile& keyfile, const crypto::RingKey& ring) {
    LEEWARD_ASSIGN(const Bytes block, keyfile.sealed(root_, ring, *random_));
    LEEWARD_TRY(slots_file_.write_at(0, block));
    reached(Step::first_block_written);
    LEEWARD_TRY(slots_file_.sync());
    reached(Step::first_block_durable);
    LEEWARD_TRY(slots_file_.write_at(crypto::keyfile_size, block));
    reached(Step::second_block_written);
    LEEWARD_TRY(slots_file_.sync());
    reached(Step::second_block_durable);
    return Done{};
}

Result<Keyring::RingFile> Keyring::rewritten(const std::set<std::string_view>& gone) const {
    LEEWARD_ASSIGN(RingFile fresh, start_file(ring_.generation + 1));
    LEEWARD_TRY(write_keys_but(fresh, gone));
    reached(Step::new_file_written);
    LEEWARD_TRY(fresh.file.sync());
    LEEWARD_TRY(sync_folder(folder_));
    reached(Step::new_file_durable);
    return fresh;
}

Outcome Keyring::erase(std::span<const std::string> names) {
    LEEWARD_TRY(settle());
    std::set<std::string_view> gone;
    for (const std::string& name : names)
        if (contains(name)) gone.insert(name);
    if (gone.empty()) return Done{};

    broken_ = true;
    auto fresh = rewritten(gone);
    if (!fresh) {
        if (shred(folder_ / file_name(ring_.generation + 1))) broken_ = false;
        return std::move(fresh).error();
    }
    crypto::Keyfile changed = keyfile_;
    changed.set_generation(ring_.generation + 1);
    changed.set_revision(keyfile_.revision() + 1);
    // From here until it is confirmed either ring may be the one that stands: what is to go seals nothing more.
    for (const std::string_view name : gone)
        keys_.erase(keys_.find(name));
    if (auto done = write_blocks(changed, fresh->key); !done) return unconfirmed(done.error());
    if (auto done = shred(folder_ / file_name(ring_.generation)); !done)
        return unconfirmed(done.error());
    reached(Step::old_file_removed);
    keyfile_ = std::move(changed);
    ring_ = std::move(fresh).value();
    broken_ = false;
    return Done{};
}

Outcome Keyring::change_slots(crypto::Keyfile changed) {
    changed.set_revision(keyfile_.revision() + 1);
    broken_ = true;
    if (auto done = write_blocks(changed, ring_.key); !done) return unconfirmed(done.error());
    keyfile_ = std::move(changed);
    broken_ = false;
    return Done{};
}

Outcome Keyring::add_slot(crypto::Slot slot) {
    LEEWARD_TRY(settle());
    crypto::Keyfile changed = keyfile_;
    LEEWARD_TRY(changed.add(std::move(slot)));
    return change_slots(std::move(changed));
}

Outcome Keyring::remove_slot(const crypto::SlotOwner& owner) {
    LEEWARD_TRY(settle());
    crypto::Keyfile changed = keyfile_;
    LEEWARD_TRY(changed.remove(owner));
    return change_slots(std::move(changed));
}

Outcome Keyring::replace_slot(crypto::Slot slot) {
    LEEWARD_TRY(settle());
    crypto::Keyfile changed = keyfile_;
    LEEWARD_TRY(changed.replace(std::move(slot)));
    return change_slots(std::move(changed));
}

}  // namespace leeward::node
