#include "cli/node_init.h"

#include <chrono>

#include "cli/answer.h"
#include "cli/arguments.h"
#include "cli/home_folder.h"
#include "cli/passphrase.h"
#include "cli/talk.h"
#include "node/app/home.h"

namespace leeward::cli {
namespace {

using schema::Json;

node::NewNode new_node(const Json& args) {
    node::NewNode made;
    made.organisation = args.text_at("organisation");
    for (const auto& role : args.array_at("role"))
        if (const auto* text = role.as_string()) made.roles.push_back(*text);
    made.endpoint = args.text_at("endpoint");
    made.bind = args.text_at("bind");
    made.hidden = args.bool_at("hidden");
    made.contact = {args.text_at("duty-line"),
                    args.text_at("hours"),
                    args.text_at("deputy-line"),
                    args.text_at("languages")};
    made.operator_label = args.text_at("operator").empty() ? "desk 1" : args.text_at("operator");
    return made;
}

schema::Time now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

}  // namespace

Result<schema::ExitCode> node_init(const CommandLine& line) {
    const Talk talk(line.options);
    LEEWARD_ASSIGN(const auto home, home_folder(line.options));
    LEEWARD_ASSIGN(const Json args, build_arguments(*line.command, line.given));
    talk.say(Phrase::PASSPHRASE_LOST);
    LEEWARD_ASSIGN(const SecretBytes passphrase, get_passphrase(line, Passphrase::NEW, talk));
    LEEWARD_TRY(
        node::create_home(home, new_node(args), passphrase, now(), crypto::system_random()));
    const Json result =
        Json::object({{"home", home.string()}, {"organisation", args.text_at("organisation")}});
    print_answer(line, result);
    talk.say(Phrase::NODE_MADE);
    return schema::ExitCode::ok;
}

}  // namespace leeward::cli
