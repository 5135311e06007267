// A store in a folder of its own, and the little that its tests write and read.
#pragma once

#include <filesystem>
#include <string>

#include <catch2/catch_test_macros.hpp>

#include "node/store/store.h"
#include "tests/node/store/folder.h"

namespace leeward::node {

inline StoreKey key_of(Byte fill) {
    ByteArray<32> bytes{};
    bytes.fill(fill);
    return StoreKey(bytes);
}

struct TestStore {
    TestFolder folder{};
    std::filesystem::path file = folder.path / "node.db";
    StoreKey key = key_of(7);

    Result<Store> try_open(StoreOptions options = {}) const {
        return Store::open(file, key, std::move(options));
    }
    Store open() const {
        auto opened = try_open();
        if (!opened) FAIL(opened.error().detail);
        return std::move(opened).value();
    }
};

inline Outcome put(Store& store, std::string_view name, std::string_view value) {
    return store.write([&](Transaction& tx) {
        return tx.run("INSERT INTO meta(key, value) VALUES(?1, ?2)", name, as_bytes(value));
    });
}

inline std::int64_t number(Store& store, std::string_view sql) {
    Rows rows = store.query(sql);
    const std::int64_t value = rows.next() ? rows.integer(0) : -1;
    REQUIRE(rows.status());
    return value;
}
inline std::string text(Store& store, std::string_view sql) {
    Rows rows = store.query(sql);
    return rows.next() ? rows.text(0) : "(none)";
}
inline std::int64_t count(Store& store) {
    return number(store, "SELECT count(*) FROM meta WHERE key LIKE 'test/%'");
}

// A store of a few hundred pages.
inline void fill(Store& store, int rows) {
    REQUIRE(store.write([rows](Transaction& tx) -> Outcome {
        for (int i = 0; i < rows; ++i)
            LEEWARD_TRY(tx.run("INSERT INTO meta VALUES(?1, ?2)",
                               "test/" + std::to_string(i),
                               Bytes(900, static_cast<Byte>(i))));
        return Done{};
    }));
}

}  // namespace leeward::node
