#include "cli/audit_report.h"

#include <chrono>

#include "cli/answer.h"
#include "cli/arguments.h"
#include "cli/audit_files.h"
#include "cli/audit_key.h"
#include "cli/out_file.h"
#include "cli/report_pdf.h"

namespace leeward::cli {
namespace {

using schema::Json;

Result<Bytes> written(const schema::BoardReport& report, const std::string& name) {
    if (name.ends_with(".pdf")) return report_pdf(report);
    return to_bytes(as_bytes(schema::html(report)));
}

}  // namespace

Result<schema::ExitCode> audit_report(const CommandLine& line) {
    LEEWARD_ASSIGN(const Json args, build_arguments(*line.command, line.given));
    if (line.options.out.empty())
        return Error{Errc::invalid_argument,
                     "say --out and the file for the report: .html, or .pdf"};
    LEEWARD_ASSIGN(
        auto out,
        OutFile::open(line.options.out, line.options.force ? Replace::FORCE : Replace::REFUSE));
    LEEWARD_ASSIGN(const auto trust, read_trust(args));
    LEEWARD_ASSIGN(const auto keys, auditor_keys(line));
    LEEWARD_ASSIGN(const auto checked, schema::check(bundle_files(args, keys), trust));
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const auto report = schema::board_report(checked, language_of(line), now);
    LEEWARD_ASSIGN(const Bytes bytes, written(report, line.options.out));
    LEEWARD_TRY(out.commit(as_text(bytes)));
    print_answer(line, Json::object({{"report", line.options.out}, {"found", report.found}}));
    return report.found == 0 ? schema::ExitCode::ok : schema::ExitCode::integrity;
}

}  // namespace leeward::cli
