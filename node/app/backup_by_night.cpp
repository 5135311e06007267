#include "node/app/backup_by_night.h"

#include <ctime>

#include "node/app/backup_commands.h"
#include "node/backup/backup.h"

namespace leeward::node {
namespace {

using schema::Time;
using std::chrono::hours;

constexpr auto a_night = hours(20);
constexpr auto too_long = hours(26);

// Also where the clock was set back since.
bool is_an_hour_ago(Time then, Time now) {
    return then > now || now - then >= hours(1);
}

bool is_night(Time now) {
    const std::time_t at = schema::unix_seconds(now);
    std::tm local{};
    ::localtime_r(&at, &local);
    return local.tm_hour >= 3 && local.tm_hour < 5;
}

Result<bool> is_due(Store& store, Time now) {
    const auto age = now - last_backup(store, now);
    if (age < a_night || (age < too_long && !is_night(now))) return false;
    return has_three_holders(store);
}

}  // namespace

Outcome BackupByNight::look(OpenedHome& home, Desk& desk, Time now) {
    const Outcome tidied = is_an_hour_ago(tidied_, now) ? tidy(home, now) : Outcome(Done{});
    LEEWARD_TRY(make(home, desk, now));
    return tidied;
}

// In a folder that is no longer in use nothing is spared.
Outcome BackupByNight::tidy(const OpenedHome& home, Time now) {
    tidied_ = now;
    Outcome all = Done{};
    Spare spare = Spare::NEWEST;
    for (const auto& folder : backup_folders(home)) {
        const auto removed = remove_old_backups(home.identity.node(), folder, now, spare);
        if (!removed) all = removed.error();
        spare = Spare::NONE;
    }
    return all;
}

Outcome BackupByNight::make(OpenedHome& home, Desk& desk, Time now) {
    if (!is_an_hour_ago(failed_, now)) return Done{};
    LEEWARD_ASSIGN(const bool due, is_due(home.store, now));
    if (!due) return Done{};
    const auto made = backup_create(home, desk, Json::object(), now);
    failed_ = made ? Time{} : now;
    return made ? Outcome(Done{}) : Outcome(made.error());
}

}  // namespace leeward::node
