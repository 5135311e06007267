#include "cli/upgrade.h"

#include <filesystem>
#include <iostream>

#include "cli/home_folder.h"
#include "cli/passphrase.h"
#include "cli/print.h"
#include "cli/terminal.h"
#include "cli/text.h"
#include "node/app/home.h"
#include "node/app/wire.h"

namespace leeward::cli {
namespace {

using schema::Json;

Json told(const node::Store::Plan& plan, std::uint64_t free) {
    Json missing = Json::array();
    for (const auto& name : plan.missing)
        missing.push(name);
    Json out = Json::object({{"present", plan.present}, {"missing", std::move(missing)}});
    if (plan.missing.empty()) {
        out.set("say", "the store is of this version: there is nothing to do");
        return out;
    }
    out.set("copied_first_bytes", plan.bytes);
    out.set("free_bytes", free);
    out.set(
        "say",
        2 * plan.bytes < free
            ? "the store is copied, then changed in one step; if that is interrupted it has not "
              "happened. The copy is kept for 30 days"
            : "there is too little room for a copy of the store: make room first");
    return out;
}

Result<node::Store::Plan> plan_for(const std::filesystem::path& home,
                                   const SecretBytes& passphrase) {
    auto plan = node::upgrade_plan(home, passphrase);
    if (plan || plan.error().code != Errc::busy) return plan;
    return Error{Errc::wrong_state,
                 "the node, or another command, has this store open; nothing was changed. If the "
                 "node runs, stop it first: leeward node down"};
}

}  // namespace

Result<schema::ExitCode> upgrade(const CommandLine& line) {
    const Talk talk(line.options);
    LEEWARD_ASSIGN(const auto home, home_folder(line.options));
    LEEWARD_ASSIGN(const SecretBytes passphrase, get_passphrase(line, Passphrase::KNOWN, talk));
    LEEWARD_ASSIGN(const auto plan, plan_for(home, passphrase));
    Json result = told(plan, node::free_space(home));
    const bool only_looks = line.given.contains("check") || line.options.dry_run;
    if (!only_looks) {
        LEEWARD_ASSIGN(const auto opened,
                       node::open_home(home, passphrase, crypto::system_random()));
        (void)opened;
        result.set("upgraded", !plan.missing.empty());
    }
    if (line.options.json)
        std::cout << one_line(node::answer_of(result).dump()) << "\n";
    else
        std::cout << print(result, {terminal_columns(), false});
    return schema::ExitCode::ok;
}

}  // namespace leeward::cli
