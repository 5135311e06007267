// An auditor's own key: an age identity (MLKEM768-X25519) in a file under her passphrase, which any
// age program opens too, and beside it FILE.pub, what she hands to the organisations.
#pragma once

#include <vector>

#include "cli/command_line.h"
#include "crypto/age/age.h"
#include "schema/exit_code.h"

namespace leeward::cli {

// `leeward audit key FILE`.
Result<schema::ExitCode> audit_key(const CommandLine& line);

// The key of --key, by her passphrase; none where no --key was given.
Result<std::vector<crypto::age::Identity>> auditor_keys(const CommandLine& line);

// Whom --auditor names: the content of a FILE.pub.
Result<crypto::age::Recipient> auditor_named(std::string_view text);

}  // namespace leeward::cli
