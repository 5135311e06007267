// Two recovery holders at the terminal, or with their keys in files: what only the two of them open.
#pragma once

#include "cli/command_line.h"
#include "cli/talk.h"
#include "node/app/restore.h"

namespace leeward::cli {

// From the two files of --holders (24 words, or an age identity), else typed at the terminal. Errc::locked
// when nobody can be asked; untrusted for a file that others may read; malformed for a word misread.
Result<node::TwoHolders> two_holders(const CommandLine& line, const Talk& talk);

// What a holder has on paper or in a file.
Result<crypto::age::Identity> read_holder(BytesView text);

}  // namespace leeward::cli
