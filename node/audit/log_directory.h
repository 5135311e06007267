// The published log as files that anybody's tools read (c2sp.org/tlog-tiles, c2sp.org/tlog-checkpoint):
//
//     log/checkpoint                    the newest published head, with the witnesses' cosignatures
//     log/tile/<level>/<n>[.p/<width>]  the hashes of the tree, 256 to a tile
//     log/tile/entries/<n>[.p/<width>]  the leaves: commitments of 80 bytes, which say nothing
//
// A copy of what the store holds, and never ahead of it: it follows committed heads alone. A file is
// written beside, made durable and renamed, `checkpoint` after all that it needs; so a crash leaves the
// tree of the older head whole. Partial tiles go once the full one is there. What is missing or
// damaged is written again. A directory that is ahead all the same shows that an old store was put
// back: it is kept aside as evidence, under the name `log.set-aside-N`.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "crypto/tile.h"
#include "node/audit/audit_log.h"
#include "node/audit/published.h"

namespace leeward::node {

class LogDirectory {
public:
    explicit LogDirectory(std::filesystem::path folder) : folder_(std::move(folder)) {}

    struct Followed {
        bool more = false;             // call again: a large log is written in several calls
        bool store_is_behind = false;  // the files know more of this log than the store
    };
    // Brings the files up to the newest published head. Errc::io, disk_full: they stay as they were,
    // and nothing else depends on them; the next call tries again.
    Result<Followed> follow(Store& store, AuditLog& log);
    // The same until it is done.
    Outcome follow_whole(Store& store, AuditLog& log);

    // The first file that is missing or not what the store says; empty if all are as they should be.
    Result<std::string> first_difference(Store& store, AuditLog& log) const;
    // The next follow() writes everything again.
    void begin_anew();

    // Why the last follow() failed; empty if it did not.
    [[nodiscard]] const std::string& trouble() const { return trouble_; }
    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

private:
    struct LogFile {
        crypto::TileAddress tile;
        bool is_entries = false;
        [[nodiscard]] std::string path() const;
    };
    static std::vector<LogFile> files_between(std::uint64_t older, std::uint64_t newer);
    static Result<Bytes> content_of(Transaction& tx, AuditLog& log, const LogFile& file);

    Result<Followed> try_follow(Store& store, AuditLog& log);
    Outcome look(Transaction& tx, AuditLog& log);
    Outcome look_at_files(Transaction& tx, AuditLog& log);
    Outcome set_aside();
    Outcome write_some(Store& store, AuditLog& log);
    Outcome finish();
    Outcome write_file(const std::string& name, BytesView bytes);
    Outcome sync_folders();
    Outcome remove_partials();

    std::filesystem::path folder_;
    std::string trouble_{};
    bool looked_ = false;
    bool behind_ = false;  // the store was, when we looked
    Published on_disk_{};  // size 0: nothing that can be relied on
    Published target_{};
    std::vector<LogFile> waiting_{};  // to be written before target_, the last one first
    std::vector<LogFile> filled_{};   // full tiles whose partial ones are to go
    std::set<std::filesystem::path> touched_{};
};

}  // namespace leeward::node
