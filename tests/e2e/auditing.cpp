// The auditor's walk: a key of her own, a bundle from each organisation, one check, one report; and
// what she is told when somebody cheats.
#include <fstream>
#include <set>

#include "crypto/base/hex.h"
#include "crypto/random.h"
#include "tests/e2e/story.h"
#include "tests/support/words.h"

namespace leeward::test {

using schema::Json;

namespace {

constexpr std::string_view auditor = "the auditor";

std::string bundle_name(Who who) {
    return called(who) + ".bundle";
}

// One bit in the middle of a file turned over.
void flip_a_bit(const std::filesystem::path& from, const std::filesystem::path& to) {
    std::filesystem::copy_file(from, to);
    std::fstream file(to, std::ios::binary | std::ios::in | std::ios::out);
    const auto middle = static_cast<std::streamoff>(std::filesystem::file_size(to) / 2);
    file.seekg(middle);
    const char byte = static_cast<char>(file.get() ^ 1);
    file.seekp(middle);
    file.put(byte);
}

Json drill_named(const Json& drills, std::string_view name) {
    return item_with(drills, "drill", std::string(name));
}

}  // namespace

std::filesystem::path Story::auditors(std::string_view name) const {
    return stage_.desk(Who::TIDE, "auditor " + std::string(name));
}

// What she says to every command that opens a sealed bundle.
std::vector<std::string> Story::auditing(std::string_view verb,
                                         const std::vector<std::filesystem::path>& files) {
    std::vector<std::string> args{"audit", std::string(verb)};
    for (const auto& file : files)
        args.push_back(file.string());
    for (const char* more : {"--cards", "", "--key", "", "--passphrase-file", ""})
        args.emplace_back(more);
    args[args.size() - 5] = stage_.desk(Who::HARBOR, "founders.roster").string();
    args[args.size() - 3] = auditors("key").string();
    args[args.size() - 1] = auditors("passphrase").string();
    return args;
}

// Every bundle ends with a head that was published on the hour.
void Story::hand_out_bundles() {
    const auto entries = [&](Who who) {
        return stage_.run(who, {"node", "status"}).int_at("log_entries");
    };
    std::vector<std::int64_t> before;
    for (const Who who : everybody)
        before.push_back(entries(who));
    move_clock(std::chrono::minutes(61), "to the next hour, when each node publishes a head");
    for (const Who who : everybody) {
        stage_.wait(called(who) + " publishes a head", [&] {
            const Json page = stage_.try_run(who, {"audit", "leaves", "--leaf", "1000000000"});
            return page.int_at("size") >= before.at(static_cast<std::size_t>(who));
        });
        stage_.wait("partners cosign a head of " + called(who), [&] {
            const Json status = stage_.try_run(who, {"witness", "status"});
            return member(status, "our_log").find("witnessed_at") != nullptr;
        });
        stage_.run(who,
                   {"audit",
                    "bundle",
                    "--auditor",
                    auditors("key").string() + ".pub",
                    "--out",
                    auditors(bundle_name(who)).string()});
    }
}

void Story::audit() {
    if (!stage_.clock().movable()) {
        teller_.aside("Without libfaketime no hour strikes here; the audit is left out.");
        return;
    }
    write_private(auditors("passphrase"), hex::encode(crypto::system_random().array<16>()) + "\n");
    stage_.run(Who::TIDE,
               {"audit",
                "key",
                auditors("key").string(),
                "--passphrase-file",
                auditors("passphrase").string()});
    teller_.does(auditor, "makes a key of her own and gives each organisation its public half");
    hand_out_bundles();
    teller_.does("all five",
                 "hand her their log since the first day, every entry with what opens it, sealed "
                 "to her");

    std::vector<std::filesystem::path> bundles;
    for (const Who who : everybody)
        bundles.push_back(auditors(bundle_name(who)));
    const Json checked = stage_.run(Who::TIDE, auditing("check", bundles));
    expect(checked.int_at("found") == 0, "nothing is found in honest logs");
    expect(checked.array_at("logs").size() == 5, "all five logs were read");
    std::int64_t leaves = 0;
    std::int64_t shared = 0;
    std::int64_t witnessed = 0;
    for (const auto& log : checked.array_at("logs")) {
        leaves += log.int_at("leaves");
        shared += log.int_at("identities_shared");
        witnessed += log.int_at("witnessed_leaves");
        expect(log.int_at("witnessed_leaves") > 0,
               "witnesses have vouched for the log of " + log.text_at("organisation"));
    }
    expect(shared == shared_, "the logs have as many disclosures as the survivor's own account");
    teller_.sees(auditor,
                 "on her own machine, without a network: " + std::to_string(leaves) +
                     " entries of five logs, whole and in agreement. " + std::to_string(shared) +
                     " times something that says who somebody is was sent, each time under a paper "
                     "that was in force. Nothing was found");
    teller_.sees(auditor,
                 "that partners, as witnesses, have cosigned " + std::to_string(witnessed) +
                     " of these entries: whoever changes one of them from now on contradicts them");
    teller_.unseen("by the auditor, a name, a place, or which entries belong to one child");
    for (const char* kind : {"report.html", "report.pdf"}) {
        auto args = auditing("report", bundles);
        args.insert(args.end(), {"--out", auditors(kind).string()});
        stage_.run(Who::TIDE, args);
    }
    teller_.does(auditor, "writes the report for the boards, as a page and as PDF");
}

// Two partners, without any auditor.
void Story::compare() {
    const std::vector<std::string> command{"audit", "reconcile", called(Who::LANTERN)};
    stage_.run(Who::HARBOR, command);
    auto looks = command;
    looks.emplace_back("--dry-run");
    stage_.wait("the two logs are compared",
                [&] { return stage_.try_run(Who::HARBOR, looks).find("agreed") != nullptr; });
    const Json shown = stage_.run(Who::HARBOR, looks);
    expect(shown.bool_at("agreed") && shown.array_at("findings").empty(),
           "what passed between two partners stands in both logs");
    teller_.sees(called(Who::HARBOR),
                 "that its log and that of " + called(Who::LANTERN) +
                     " agree on everything that passed between them this week; they compare every "
                     "week by themselves");
}

void Story::prove_to_her() {
    if (!stage_.clock().movable()) return;
    stage_.wait("partners cosign the newest head of " + called(Who::HARBOR), [&] {
        const Json log = member(stage_.try_run(Who::HARBOR, {"witness", "status"}), "our_log");
        return log.find("witnessed_at") != nullptr &&
               log.int_at("witnessed_at") == log.int_at("published_at");
    });
    const auto proof = auditors("hers.proof");
    stage_.run(Who::HARBOR, {"audit", "prove", placement_, "--out", proof.string()});
    const Json checked =
        stage_.run(Who::TIDE, auditing("check", {proof, auditors(bundle_name(Who::HARBOR))}));
    expect(checked.array_at("proofs").size() == 1, "the proof was read");
    const Json opened = checked.array_at("proofs").front();
    std::set<std::string> to;
    for (const auto& one : opened.array_at("shared"))
        to.insert(one.text_at("to"));
    expect(opened.int_at("disclosures") == shared_, "the proof shows every disclosure");
    expect(opened.bool_at("nothing_else_was_shared"), "and that there is no other");
    teller_.does(called(Who::HARBOR),
                 "gives the survivor a file that proves what was shared of her. Whoever she shows "
                 "it to can check it: something went to " +
                     listed({to.begin(), to.end()}) + ", and to nobody else");
}

void Story::tamper() {
    if (!stage_.clock().movable()) return;
    const auto changed = auditors("changed.bundle");
    flip_a_bit(auditors(bundle_name(Who::LANTERN)), changed);
    const Json error = stage_.refused(Who::TIDE, auditing("check", {changed}));
    teller_.sees(
        auditor,
        "when one bit of a sealed bundle was changed on its way: " + error.text_at("message"));
    std::vector<std::filesystem::path> bundles;
    for (const Who who : everybody)
        bundles.push_back(auditors(bundle_name(who)));
    const Json drilled = stage_.run(Who::TIDE, auditing("drill", bundles));
    expect(drilled.int_at("missed") == 0 && drilled.int_at("played") >= 10,
           "whatever is done to copies of the logs is found");
    teller_.does(
        auditor,
        "plays " + std::to_string(drilled.int_at("played")) +
            " ways to cheat on copies of the five logs. Each is found, named and located:");
    for (const char* name : {"LEAF_ALTERED", "RELEASE_BACKDATED", "DISCLOSURE_UNLOGGED"}) {
        const Json one = drill_named(member(drilled, "drills"), name);
        teller_.sees(auditor,
                     one.text_at("done") + " Found in the log of " + one.text_at("organisation") +
                         ", at entry " + std::to_string(one.int_at("leaf")) + ": " +
                         one.text_at("meaning"));
    }
}

}  // namespace leeward::test
