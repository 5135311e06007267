// The node's service directory: imported listings, what feeds and peers say of capacity, and the
// search among them.
//
// An import is whole or not at all: the first bad line refuses the file, naming line and member, and
// the store stands as before. Importing a dataset again replaces it. Matching reads from memory; the
// index is built on first use and after each import. Statements come in through the receiver's own
// transaction. One thread, like its Store, which it must not outlive.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/result.h"
#include "node/store/store.h"
#include "schema/match.h"

namespace leeward::node {

struct ImportReport {
    std::size_t lines = 0;     // records read
    std::size_t services = 0;  // services written
    std::size_t updates = 0;   // capacity figures that were newer than what we had
};

struct DirectoryPage {
    std::vector<schema::DirectoryEntry> entries;  // by name
    std::size_t total = 0;                        // that fit the search
};

struct HeldStatement {
    schema::NodeId node;
    std::string name;  // the peer's; empty for our own and for unknown nodes
    schema::CapacityStatement statement;
};

class Directory {
public:
    // Our own statements are kept under `self` and are no candidates in match().
    Directory(Store& store, schema::NodeId self) : store_(store), self_(self) {}

    // `dataset` is a short name, at most 64 bytes of a-z 0-9 . _ -; Errc::invalid_argument else.
    // Errors: read_lines(), read_hsds_service(), too_large beyond 200,000 services.
    Result<ImportReport> import_hsds(const std::filesystem::path& file, std::string_view dataset);
    Result<ImportReport> import_toronto_programs(const std::filesystem::path& file,
                                                 std::string_view dataset);
    // Figures of programmes that import_toronto_programs() has read; Errc::malformed for another.
    Result<ImportReport> import_toronto_updates(const std::filesystem::path& file);

    // `page` counts from 1, `limit` is at most 500; `search` is part of a name or organisation.
    Result<DirectoryPage> list(std::size_t page, std::size_t limit, std::string_view search = {});

    // The result points into this directory: use it before the next call that changes it.
    Result<schema::MatchResult> match(const schema::MatchQuery& query, schema::Time now);

    // Keeps the statement if it is not older than the one held for its node and service class.
    Outcome put_statement(Transaction& tx,
                          const schema::NodeId& node,
                          const schema::CapacityStatement& statement);
    Outcome forget_statements(Transaction& tx, const schema::NodeId& node);
    Result<std::vector<HeldStatement>> statements();      // everybody's, ours first
    Result<std::vector<HeldStatement>> own_statements();  // what the next tick sends

private:
    Outcome load_index();
    Outcome load_peers();

    Store& store_;
    schema::NodeId self_;
    std::optional<schema::MatchIndex> index_{};
    std::optional<std::vector<schema::PeerCapacity>> peers_{};
};

}  // namespace leeward::node
