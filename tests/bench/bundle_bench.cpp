// What an auditor's check of one large bundle costs: time on one core, and memory.
#include <fstream>

#include "schema/audit/check.h"
#include "schema/witnessing.h"
#include "tests/bench/bench.h"
#include "tests/schema/samples.h"

namespace leeward::bench {
namespace {

namespace samples = schema::samples;

constexpr std::uint64_t leaves = 1'000'000;
constexpr std::uint64_t per_head = 4'000;
constexpr std::uint32_t first_quarter = 1'785'000'000 / 900;

// Forty of a hundred are messages with a partner, as on a busy node, the others acts and padding.
schema::AuditRecord record_of(std::uint64_t index) {
    static const auto self = schema::organisation_tag(samples::card(1).node);
    static const auto partner = schema::organisation_tag(samples::card(2).node);
    schema::AuditRecord record;
    record.quarter = first_quarter + static_cast<std::uint32_t>(index / 400);
    record.own = self;
    const std::uint64_t kind = index % 10;
    if (kind < 4) {
        record.kind = kind < 2 ? schema::EventKind::SEND : schema::EventKind::RECEIPT;
        record.machine = schema::Machine::LEG;
        record.other = partner;
    } else if (kind < 8) {
        record.kind = schema::EventKind::ACT;
        record.machine = schema::Machine::LEG;
    }
    return record;
}

schema::BundleEntry entry_of(std::uint64_t index, schema::AuditRecord& record) {
    const auto now = record_of(index);
    record = now;
    schema::BundleEntry entry;
    for (std::size_t i = 0; i < 8; ++i)
        entry.n[i] = entry.xref[i] = static_cast<Byte>(index >> (8 * i));
    entry.rec = schema::encode(now);
    entry.commit = schema::leaf_commitment(entry.n, entry.rec);
    return entry;
}

std::string cosigned(const crypto::Frontier& tree, std::uint32_t quarter) {
    auto note = crypto::sign_checkpoint({samples::card(1).log_origin, tree.size(), tree.root()},
                                        samples::log_key(1));
    const auto by = schema::witness_vkey(samples::card(2));
    note.signatures.push_back(crypto::cosign_note(by.name,
                                                  samples::witness_key(2),
                                                  crypto::CosignedAt{std::uint64_t{quarter} * 900},
                                                  note.text));
    return crypto::format_note(note);
}

// Its heads come first, so that the leaves are made twice.
Outcome write(const std::filesystem::path& file) {
    schema::BundleHeader header;
    header.card = samples::card_jws(1);
    crypto::Frontier tree;
    schema::AuditRecord record;
    for (std::uint64_t i = 0; i < leaves; ++i) {
        tree.append(crypto::leaf_hash(entry_of(i, record).data()));
        if ((i + 1) % per_head == 0) header.heads.push_back(cosigned(tree, record.quarter));
    }
    std::ofstream out(file, std::ios::binary);
    LEEWARD_ASSIGN(const Bytes beginning, schema::write_bundle_header(header));
    out << as_text(beginning);
    for (std::uint64_t i = 0; i < leaves; ++i)
        out << as_text(schema::write_entry(entry_of(i, record)));
    out.close();
    return out ? Outcome(Done{}) : Outcome(Error{Errc::io, "the bundle cannot be written"});
}

class FileSource final : public ByteSource {
public:
    explicit FileSource(const std::filesystem::path& file) : in_(file, std::ios::binary) {}
    Result<std::size_t> read(std::span<Byte> into) override {
        in_.read(reinterpret_cast<char*>(into.data()), static_cast<std::streamsize>(into.size()));
        return static_cast<std::size_t>(in_.gcount());
    }

private:
    std::ifstream in_;
};

// proc(5): writing 5 sets the peak back to what is resident now.
void forget_peak() {
    std::ofstream("/proc/self/clear_refs") << "5";
}
double peak_mb() {
    std::ifstream in("/proc/self/status");
    for (std::string word; in >> word;)
        if (word == "VmHWM:") {
            double kib = 0;
            in >> kib;
            return kib / 1024;
        }
    return 0;
}

}  // namespace

Outcome bench_bundle(Report& report) {
    const Folder folder;
    const auto file = folder.path() / "a.bundle";
    LEEWARD_TRY(write(file));
    const schema::Trust trust{{samples::card(1), samples::card(2)}, std::nullopt};
    const schema::BundleFile bundle{
        "a.bundle", [&]() -> Result<std::unique_ptr<ByteSource>> {
            return std::unique_ptr<ByteSource>(std::make_unique<FileSource>(file));
        }};
    std::vector<double> seconds;
    forget_peak();
    for (int run = 0; run < 3; ++run) {
        const auto start = Clock::now();
        LEEWARD_ASSIGN(const auto checked, schema::check(std::span(&bundle, 1), trust));
        seconds.push_back(ms_since(start) / 1'000);
        if (!checked.findings.empty() || checked.logs.front().witnessed != leaves)
            return Error{Errc::corrupt, "an honest bundle was not found whole and witnessed"};
    }
    report.results["bundle.check_1M_s"] = quantile(std::move(seconds), 0.5);
    report.results["bundle.check_peak_mb"] = peak_mb();
    return Done{};
}

}  // namespace leeward::bench
