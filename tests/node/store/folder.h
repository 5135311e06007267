// A folder of a test's own, removed with everything in it.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <new>
#include <string>
#include <string_view>

#include "crypto/base/bytes.h"

namespace leeward::node {

// For tests that open hundreds of stores: the folder of a disk in memory, where there is one.
inline std::filesystem::path in_memory() {
    std::error_code error;
    const bool found = std::filesystem::is_directory("/dev/shm", error);
    return found ? std::filesystem::path("/dev/shm") : std::filesystem::temp_directory_path();
}

struct TestFolder {
    explicit TestFolder(
        const std::filesystem::path& within = std::filesystem::temp_directory_path()) {
        std::string name = (within / "leeward-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::bad_alloc();
        path = name;
    }
    TestFolder(const TestFolder&) = delete;
    TestFolder& operator=(const TestFolder&) = delete;
    ~TestFolder() { std::filesystem::remove_all(path); }

    [[nodiscard]] static Bytes read(const std::filesystem::path& file) {
        std::ifstream in(file, std::ios::binary | std::ios::ate);
        std::string content(in ? static_cast<std::size_t>(in.tellg()) : 0, '\0');
        in.seekg(0);
        in.read(content.data(), static_cast<std::streamsize>(content.size()));
        return to_bytes(as_bytes(content));
    }
    [[nodiscard]] Bytes read(const char* name) const { return read(path / name); }
    // In place: the file keeps its owner and mode.
    void write(const char* name, BytesView content) const {
        std::ofstream out(path / name, std::ios::binary | std::ios::trunc);
        out << as_text(content);
    }
    // Whether any file below holds this text.
    [[nodiscard]] bool holds(std::string_view text) const {
        for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
            if (!entry.is_regular_file()) continue;
            if (as_text(read(entry.path())).find(text) != std::string_view::npos) return true;
        }
        return false;
    }

    std::filesystem::path path{};
};

}  // namespace leeward::node
