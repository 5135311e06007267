// What a program of ours says to the shell when it ends: one number for each thing that the caller
// can do about it. Scripts depend on these; none changes its meaning.
#pragma once

#include "crypto/base/result.h"

namespace leeward::schema {

enum class ExitCode : int {
    ok = 0,
    failure = 1,
    usage = 2,
    queued = 3,         // saved here, not yet delivered
    locked = 4,         // keys are not loaded, or the passphrase was wrong
    refused = 5,        // a peer, or the lack of an authority or a role, stands in the way
    integrity = 6,      // our own data fails its check
    unreachable = 7,    // no node answers
    needs_upgrade = 8,  // a version or operation that this build does not speak
    interrupted = 130,
};

[[nodiscard]] constexpr ExitCode exit_code(Errc code) {
    switch (code) {
        case Errc::invalid_argument:
            return ExitCode::usage;
        case Errc::locked:
            return ExitCode::locked;
        case Errc::not_released:
        case Errc::untrusted:
        case Errc::not_permitted:
            return ExitCode::refused;
        case Errc::corrupt:
            return ExitCode::integrity;
        case Errc::unreachable:
            return ExitCode::unreachable;
        case Errc::unsupported:
            return ExitCode::needs_upgrade;
        case Errc::not_found:
        case Errc::already_exists:
        case Errc::wrong_state:
        case Errc::malformed:
        case Errc::too_large:
        case Errc::busy:
        case Errc::io:
        case Errc::disk_full:
            break;
    }
    return ExitCode::failure;
}

[[nodiscard]] constexpr int number(ExitCode code) {
    return static_cast<int>(code);
}

}  // namespace leeward::schema
