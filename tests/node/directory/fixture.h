// A store in a folder of its own, a directory in it, and files to import.
#pragma once

#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <catch2/catch_test_macros.hpp>
#include <unistd.h>

#include "node/directory/directory.h"

namespace leeward::node {

class DirectoryFixture {
public:
    DirectoryFixture() {
        std::string name = (std::filesystem::temp_directory_path() / "leeward-dir-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        folder_ = name;
        reopen();
    }
    ~DirectoryFixture() {
        directory_.reset();
        store_.reset();
        std::filesystem::remove_all(folder_);
    }
    DirectoryFixture(const DirectoryFixture&) = delete;
    DirectoryFixture& operator=(const DirectoryFixture&) = delete;

    void reopen() {
        directory_.reset();
        store_.reset();
        auto opened = Store::open(folder_ / "store.db", key_);
        if (!opened) FAIL(opened.error().detail);
        store_ = std::make_unique<Store>(std::move(*opened));
        directory_.emplace(*store_, self());
    }

    [[nodiscard]] static schema::NodeId self() { return node(1); }
    [[nodiscard]] static schema::NodeId node(Byte first) {
        schema::NodeId id;
        id.get()[0] = first;
        return id;
    }

    [[nodiscard]] Directory& directory() { return *directory_; }
    [[nodiscard]] Store& store() { return *store_; }

    std::filesystem::path file(const std::string& name, std::string_view content) const {
        std::ofstream(folder_ / name, std::ios::binary) << content;
        return folder_ / name;
    }
    [[nodiscard]] std::filesystem::path path(const std::string& name) const {
        return folder_ / name;
    }

    void put(const schema::NodeId& node, const schema::CapacityStatement& statement) {
        REQUIRE(store().write(
            [&](Transaction& tx) { return directory().put_statement(tx, node, statement); }));
    }

private:
    std::filesystem::path folder_;
    StoreKey key_{};
    std::unique_ptr<Store> store_{};
    std::optional<Directory> directory_{};
};

}  // namespace leeward::node
