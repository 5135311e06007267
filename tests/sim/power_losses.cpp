#include "tests/sim/power_losses.h"

#include <cerrno>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "node/audit/view_journal.h"
#include "node/store/keyring.h"
#include "node/store/store.h"
#include "tests/support/cheap_slot.h"
#include "tests/support/memory_disk.h"

namespace leeward::sim {
namespace {

using node::Keyring;
using node::Store;
using node::Transaction;
using node::ViewJournal;
using test::MemoryDisk;

constexpr std::uint64_t acts_between = 60;   // at most, between two losses
constexpr std::uint64_t longest_wait = 150;  // changing calls until the power goes
const std::string mount = "/memory-disk/power";

template <class Key>
Key key_of(Byte fill) {
    ByteArray<32> bytes{};
    bytes.fill(fill);
    return Key(bytes);
}

// What has been acknowledged, and what was being done when the power went.
struct Known {
    std::int64_t transactions = 0;
    std::map<std::string, Bytes> keys;
    std::set<std::string> erased;
    std::vector<Bytes> views;
    std::uint64_t dropped = 0;  // of the views

    bool transaction_in_doubt = false;
    std::optional<std::pair<std::string, Bytes>> key_in_doubt;
    std::set<std::string> erasure_in_doubt;
    std::optional<Bytes> view_in_doubt;
    std::uint64_t drop_in_doubt = 0;
};

class Cabinet {
public:
    Cabinet(std::uint64_t seed, Weakness weakness)
        : seed_(seed), weakness_(weakness), dice_(seed), disk_(mount) {
        disk_.put(furnished());
        test::draw_from_seed(seed);
        behave();
    }

    // One in four is closed in order before and opened again, the others go on.
    void lose_power() {
        ++told_.losses;
        if (open_ && below(4) == 0) open_.reset();
        if (!open_) open_.emplace(open("before"));
        if (below(8) == 0) {
            fail_at_a_sync();
            start_without_power();
        } else {
            disk_.lose_power_at(1 + below(longest_wait));
            work(*open_);
        }
        disk_.lose_power();
        open_.reset();
        disk_.power_on(dice_);
        open_.emplace(open("after"));
        check(*open_);
    }

    [[nodiscard]] PowerLosses told() const {
        PowerLosses out = told_;
        out.trace = disk_.trace();
        return out;
    }

private:
    struct Open {
        Keyring keyring;
        Store store;
        ViewJournal views;
    };

    std::uint64_t below(std::uint64_t n) { return dice_.number() % n; }

    void behave() {
        test::DiskHabits habits;
        habits.sector = seed_ % 2 == 0 ? 512 : 4096;
        habits.lies_about = lie();
        disk_.behave(habits);
    }

    // What the failed act had written can be read from here on, and is not on the disk.
    void fail_at_a_sync() {
        disk_.fail({{test::DiskCall::SYNC}, 1 + below(6), EIO, false});
        is_failing_ = true;
        work(*open_);
        is_failing_ = false;
        disk_.mend();
        behave();
    }
    // The program is killed, and the power goes while it starts again.
    void start_without_power() {
        disk_.lose_power();
        open_.reset();
        disk_.outlive_program();
        disk_.lose_power_at(1 + below(40));
        try {
            (void)try_open();
        } catch (const std::exception&) {
            if (!disk_.is_off()) throw;
        }
    }

    [[noreturn]] void broken(const std::string& what) const {
        throw Broken("seed " + std::to_string(seed_) + ", loss " + std::to_string(told_.losses) +
                     ": " + what);
    }
    void must(const Outcome& done, const char* what) const {
        if (!done) broken(std::string(what) + ": " + done.error().detail);
    }

    [[nodiscard]] std::optional<std::string> lie() const {
        switch (weakness_) {
            case Weakness::LYING_DISK:
                return "";
            case Weakness::LYING_LOG:
                return "-wal";
            case Weakness::LYING_KEYS:
                return "1";  // keys.<generation>, some of them
            case Weakness::LYING_FOLDER:
                return "/keyring";
            case Weakness::LYING_VIEWS:
                return "views";
            case Weakness::NONE:
            case Weakness::NORMAL:
            case Weakness::OFF:
                break;
        }
        return std::nullopt;
    }

    // An empty cabinet, made once, and the same whichever history is played first.
    static const MemoryDisk::Image& furnished() {
        static const MemoryDisk::Image image = [] {
            test::draw_from_seed(1);
            MemoryDisk disk("/memory-disk/power-new");
            crypto::SeededRandom random(1);
            const std::string at = disk.mount();
            disk.make_folder(at + "/keyring");
            const auto root = key_of<crypto::RootKey>(3);
            {
                auto ring = Keyring::create(
                    at + "/keyring", root, support::cheap_slot({}, "power", root, random), random);
                auto store = Store::open(at + "/store.db", key_of<node::StoreKey>(4));
                auto views = ViewJournal::open(at + "/views", key_of<ViewJournal::Key>(5), random);
                if (!ring || !store || !views) throw Broken("a cabinet cannot be made");
                const auto made = store->write([](Transaction& tx) -> Outcome {
                    LEEWARD_TRY(
                        tx.run("CREATE TABLE part(txn INTEGER,k INTEGER,body BLOB,"
                               "PRIMARY KEY(txn,k)) WITHOUT ROWID"));
                    LEEWARD_TRY(tx.run("CREATE TABLE n(n INTEGER)"));
                    return tx.run("INSERT INTO n VALUES(0)");
                });
                if (!made) throw Broken("a cabinet cannot be made");
            }
            return disk.image();
        }();
        return image;
    }

    Result<Open> try_open() {
        LEEWARD_ASSIGN(auto ring,
                       Keyring::open(mount + "/keyring", key_of<crypto::RootKey>(3), dice_));
        LEEWARD_ASSIGN(auto store, Store::open(mount + "/store.db", key_of<node::StoreKey>(4)));
        LEEWARD_ASSIGN(auto views,
                       ViewJournal::open(mount + "/views", key_of<ViewJournal::Key>(5), dice_));
        if (weakness_ == Weakness::NORMAL) (void)store.query("PRAGMA synchronous=NORMAL").next();
        if (weakness_ == Weakness::OFF) (void)store.query("PRAGMA synchronous=OFF").next();
        return Open{std::move(ring), std::move(store), std::move(views)};
    }
    Open open(const char* when) {
        auto opened = try_open();
        if (!opened)
            broken(std::string("it does not open ") + when + " the loss: " + opened.error().detail);
        return std::move(opened).value();
    }

    // Until the power goes, or enough was done.
    void work(Open& now) {
        for (std::uint64_t i = 0; i < acts_between; ++i) {
            const Outcome done = act(now);
            if (!done && !disk_.is_off() && !is_failing_) broken("refused: " + done.error().detail);
            if (!done) return;
            ++told_.acknowledged;
        }
    }

    Outcome act(Open& now) {
        switch (below(12)) {
            case 0:
                return put_key(now.keyring);
            case 1:
                return erase_keys(now.keyring);
            case 2:
                return now.store.checkpoint();
            case 3:
                return add_view(now.views);
            case 4:
                return drop_views(now.views);
            default:
                return transaction(now.store);
        }
    }

    Outcome transaction(Store& store) {
        known_.transaction_in_doubt = true;
        const std::int64_t n = known_.transactions + 1;
        LEEWARD_TRY(store.write([&](Transaction& tx) -> Outcome {
            for (std::int64_t k = 0; k < 3; ++k)
                LEEWARD_TRY(tx.run("INSERT INTO part VALUES(?,?,zeroblob(?))",
                                   n,
                                   k,
                                   static_cast<std::int64_t>(50 + below(3000))));
            if (n > 30) LEEWARD_TRY(tx.run("DELETE FROM part WHERE txn=?", n - 30));
            return tx.run("UPDATE n SET n=?", n);
        }));
        known_.transaction_in_doubt = false;
        known_.transactions = n;
        return Done{};
    }

    Outcome put_key(Keyring& keyring) {
        const std::string name = "case/" + std::to_string(dice_.number());
        Bytes secret(32);
        dice_.fill(secret);
        known_.key_in_doubt = {name, secret};
        std::vector<node::NamedKey> batch;
        batch.push_back({name, SecretBytes(secret)});
        LEEWARD_TRY(keyring.put(std::move(batch)));
        known_.key_in_doubt.reset();
        known_.keys[name] = secret;
        return Done{};
    }

    Outcome erase_keys(Keyring& keyring) {
        std::vector<std::string> gone;
        for (const auto& [name, secret] : known_.keys)
            if (below(3) == 0) gone.push_back(name);
        known_.erasure_in_doubt = {gone.begin(), gone.end()};
        LEEWARD_TRY(keyring.erase(gone));
        known_.erasure_in_doubt.clear();
        for (const auto& name : gone) {
            known_.keys.erase(name);
            known_.erased.insert(name);
        }
        return Done{};
    }

    Outcome add_view(ViewJournal& views) {
        if (views.entries().size() + 2 > ViewJournal::slots) return Done{};
        Bytes text(1 + below(ViewJournal::longest_entry));
        dice_.fill(text);
        known_.view_in_doubt = text;
        LEEWARD_TRY(views.append(text));
        known_.view_in_doubt.reset();
        known_.views.push_back(text);
        return Done{};
    }

    Outcome drop_views(ViewJournal& views) {
        const auto& entries = views.entries();
        if (entries.empty()) return Done{};
        const std::size_t some = below(entries.size()) + 1;
        known_.drop_in_doubt = known_.dropped + some;
        LEEWARD_TRY(views.drop_up_to(entries[some - 1].number));
        known_.dropped = std::exchange(known_.drop_in_doubt, 0);
        return Done{};
    }

    void check(Open& now) {
        check_transactions(now.store);
        check_keys(now.keyring);
        check_views(now.views);
        must(now.store.verify(), "the store after the loss");
    }

    std::int64_t number(Store& store, std::string_view sql) {
        auto rows = store.query(sql);
        if (!rows.next()) broken("the store answers nothing");
        return rows.integer(0);
    }

    void check_transactions(Store& store) {
        const std::int64_t n = number(store, "SELECT n FROM n");
        if (n < known_.transactions)
            broken("acknowledged transactions are lost: " + std::to_string(known_.transactions) +
                   " were, " + std::to_string(n) + " are there");
        if (n > known_.transactions + (known_.transaction_in_doubt ? 1 : 0))
            broken("a transaction is there that nobody began");
        if (number(store, "SELECT count(*) FROM part") != 3 * std::min<std::int64_t>(n, 30) ||
            (n > 0 && number(store, "SELECT max(txn) FROM part") != n))
            broken("a transaction is there in part");
        told_.in_doubt += n > known_.transactions ? 1 : 0;
        known_.transactions = n;
        known_.transaction_in_doubt = false;
    }

    void check_keys(const Keyring& keyring) {
        for (const auto& [name, secret] : known_.keys) {
            const auto held = keyring.get(name);
            if (!held && known_.erasure_in_doubt.contains(name)) continue;
            if (!held) broken("a key that was stored is lost");
            if (!equal(held->reveal(), secret)) broken("a key is another");
        }
        for (const auto& name : known_.erased)
            if (keyring.contains(name)) broken("a key that was erased is back");
        settle_keys_in_doubt(keyring);
    }

    void settle_keys_in_doubt(const Keyring& keyring) {
        std::size_t left = 0;
        for (const auto& name : known_.erasure_in_doubt)
            left += keyring.contains(name) ? 1U : 0U;
        if (left != 0 && left != known_.erasure_in_doubt.size())
            broken("an erasure was done in part");
        if (left == 0)
            for (const auto& name : known_.erasure_in_doubt) {
                known_.keys.erase(name);
                known_.erased.insert(name);
            }
        known_.erasure_in_doubt.clear();
        if (known_.key_in_doubt && keyring.contains(known_.key_in_doubt->first)) {
            ++told_.in_doubt;
            known_.keys.insert(*known_.key_in_doubt);
        }
        known_.key_in_doubt.reset();
    }

    // The journal: what was appended and not dropped, in its order; a drop in doubt may have reached
    // any of its slots.
    void check_views(const ViewJournal& views) {
        std::vector<Bytes> expected(
            known_.views.begin() + static_cast<std::ptrdiff_t>(known_.dropped), known_.views.end());
        const std::size_t may_be_gone =
            known_.drop_in_doubt == 0 ? 0 : known_.drop_in_doubt - known_.dropped;
        std::size_t found = 0;
        std::vector<Bytes> present;
        for (std::size_t i = 0; i < expected.size(); ++i) {
            const bool there =
                found < views.entries().size() && views.entries()[found].text == expected[i];
            if (there) ++found;
            if (there) present.push_back(expected[i]);
            if (!there && i >= may_be_gone) broken("a reading that was set aside is lost");
        }
        if (known_.view_in_doubt && found < views.entries().size() &&
            views.entries()[found].text == *known_.view_in_doubt) {
            ++found;
            present.push_back(*known_.view_in_doubt);
        }
        if (found != views.entries().size()) broken("the journal holds what nobody set aside");
        known_.views = std::move(present);
        known_.dropped = known_.drop_in_doubt = 0;
        known_.view_in_doubt.reset();
    }

    std::uint64_t seed_;
    Weakness weakness_;
    crypto::SeededRandom dice_;
    MemoryDisk disk_;
    std::optional<Open> open_;
    bool is_failing_ = false;
    Known known_{};
    PowerLosses told_{};
};

}  // namespace

PowerLosses lose_power(std::uint64_t seed, std::uint64_t losses, Weakness weakness) {
    Cabinet cabinet(seed, weakness);
    for (std::uint64_t i = 0; i < losses; ++i)
        cabinet.lose_power();
    return cabinet.told();
}

}  // namespace leeward::sim
