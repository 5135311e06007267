// A disk of a few megabytes that a test can fill to the last byte: a tmpfs that only this process
// and the programs it starts can see.
#pragma once

#include <cstddef>
#include <filesystem>

namespace leeward::test {

class SmallDisk {
public:
    // Whether this user may mount one: root may, others where the kernel grants user namespaces.
    // From then on this process has mounts of its own. Ask before any thread is started.
    static bool possible();

    // Over `folder`, which must exist. Throws std::runtime_error where that cannot be done.
    SmallDisk(std::filesystem::path folder, std::size_t mebibytes);
    ~SmallDisk();
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

    void fill() const;       // until nothing more can be written
    void make_room() const;  // what fill() wrote is gone

private:
    std::filesystem::path folder_;
};

}  // namespace leeward::test
