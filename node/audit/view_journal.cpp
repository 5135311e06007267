#include "node/audit/view_journal.h"

#include <algorithm>
#include <array>

#include "crypto/aead.h"

// A slot: nonce 24, sealed (number 8, length 2, text, zeros).
namespace leeward::node {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t slot_size = 512;
constexpr std::size_t plain_size = slot_size - 24 - crypto::aead_tag_size;
constexpr std::size_t file_size = ViewJournal::slots * slot_size;
static_assert(ViewJournal::longest_entry == plain_size - 10);

Bytes place_of(std::size_t slot) {
    Bytes aad = to_bytes(as_bytes("leeward/1 views"));
    append_be<8>(aad, slot);
    return aad;
}

// Written, not only reserved: what is overwritten later must need nothing from the disk.
Outcome make(const fs::path& file, crypto::Random& random) {
    fs::path fresh = file;
    fresh += ".new";
    std::error_code failure;
    fs::remove(fresh, failure);
    LEEWARD_ASSIGN(File made, File::create(fresh));
    Bytes noise(file_size);
    random.fill(noise);
    LEEWARD_TRY(made.write_at(0, noise));
    LEEWARD_TRY(made.sync());
    fs::rename(fresh, file, failure);
    if (failure) return Error{Errc::io, "making the journal of readings: " + failure.message()};
    return sync_folder(file.parent_path());
}

}  // namespace

Result<ViewJournal> ViewJournal::open(const fs::path& file, Key key, crypto::Random& random) {
    ViewJournal journal(std::move(key), random);
    std::error_code ignored;
    if (!fs::exists(file, ignored))
        if (const auto made = make(file, random); !made) {
            if (made.error().code == Errc::disk_full) return journal;
            return made.error();
        }
    LEEWARD_ASSIGN(journal.file_, File::open_private(file));
    LEEWARD_ASSIGN(const SecretBytes all, journal.file_.read_all(file_size));
    if (all.size() != file_size)
        return Error{Errc::corrupt, "the journal of readings is cut short; keep the files"};
    for (std::size_t slot = 0; slot < slots; ++slot)
        journal.read_slot(slot, all.reveal().subspan(slot * slot_size, slot_size));
    std::sort(journal.entries_.begin(), journal.entries_.end(), [](const Entry& a, const Entry& b) {
        return a.number < b.number;
    });
    if (!journal.entries_.empty()) journal.next_ = journal.entries_.back().number + 1;
    journal.usable_ = true;
    return journal;
}

void ViewJournal::read_slot(std::size_t slot, BytesView bytes) {
    const Bytes place = place_of(slot);
    const auto opened = crypto::xchacha20poly1305_open(
        key_.reveal(), bytes.first<24>(), crypto::Aad{place}, bytes.subspan(24));
    if (!opened) return;
    const BytesView plain = opened->reveal();
    const auto length = static_cast<std::size_t>(read_be(plain.subspan(8, 2)));
    if (length > longest_entry) return;
    entries_.push_back({read_be(plain.first(8)), slot, to_bytes(plain.subspan(10, length))});
}

Bytes ViewJournal::sealed(const Entry& entry) const {
    Bytes plain;
    append_be<8>(plain, entry.number);
    append_be<2>(plain, entry.text.size());
    leeward::append(plain, entry.text);
    plain.resize(plain_size);
    const auto nonce = random_->array<24>();
    const Bytes place = place_of(entry.slot);
    Bytes out = to_bytes(nonce);
    leeward::append(
        out, crypto::xchacha20poly1305_seal(key_.reveal(), nonce, crypto::Aad{place}, plain));
    return out;
}

std::size_t ViewJournal::free_slot() const {
    std::array<bool, slots> taken{};
    for (const Entry& entry : entries_)
        taken[entry.slot] = true;
    return static_cast<std::size_t>(std::find(taken.begin(), taken.end(), false) - taken.begin());
}

Outcome ViewJournal::append(BytesView text) {
    if (text.size() > longest_entry) return Error{Errc::too_large, "this does not fit a slot"};
    const std::size_t slot = free_slot();
    if (!usable_ || slot == slots) return disk_is_full();
    Entry entry{next_, slot, to_bytes(text)};
    LEEWARD_TRY(file_.write_at(slot * slot_size, sealed(entry)));
    LEEWARD_TRY(file_.sync());
    ++next_;
    entries_.push_back(std::move(entry));
    return Done{};
}

Outcome ViewJournal::drop_up_to(std::uint64_t number) {
    next_ = std::max(next_, number + 1);
    const auto kept = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
        return entry.number > number;
    });
    if (kept == entries_.begin()) return Done{};
    for (auto entry = entries_.begin(); entry != kept; ++entry)
        LEEWARD_TRY(file_.write_at(entry->slot * slot_size, random_->array<slot_size>()));
    LEEWARD_TRY(file_.sync());
    entries_.erase(entries_.begin(), kept);
    return Done{};
}

}  // namespace leeward::node
