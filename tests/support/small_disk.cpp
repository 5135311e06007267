#include "tests/support/small_disk.h"

#include <cerrno>
#include <fstream>
#include <stdexcept>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

namespace leeward::test {
namespace {

namespace fs = std::filesystem;

bool write_text(const char* file, const std::string& text) {
    std::ofstream out(file);
    out << text;
    return static_cast<bool>(out.flush());
}

// The same user inside, who may mount there.
bool become_owner_of_a_namespace() {
    const std::string uid = std::to_string(::geteuid());
    const std::string gid = std::to_string(::getegid());
    return ::unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 &&
           write_text("/proc/self/setgroups", "deny") &&
           write_text("/proc/self/uid_map", uid + " " + uid + " 1") &&
           write_text("/proc/self/gid_map", gid + " " + gid + " 1");
}

bool enter() {
    const bool inside = ::unshare(CLONE_NEWNS) == 0 || become_owner_of_a_namespace();
    return inside && ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

std::runtime_error failed(const char* what) {
    return std::runtime_error(std::string(what) + ": " + std::generic_category().message(errno));
}

}  // namespace

bool SmallDisk::possible() {
    static const bool entered = enter();
    return entered;
}

SmallDisk::SmallDisk(fs::path folder, std::size_t mebibytes) : folder_(std::move(folder)) {
    const std::string size = "size=" + std::to_string(mebibytes) + "m,mode=0700";
    if (!possible() || ::mount("none", folder_.c_str(), "tmpfs", 0, size.c_str()) != 0)
        throw failed("mounting a small disk");
}

SmallDisk::~SmallDisk() {
    ::umount2(folder_.c_str(), MNT_DETACH);
}

void SmallDisk::fill() const {
    const int file = ::open((folder_ / "ballast").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (file < 0) throw failed("opening the ballast");
    const std::string block(4096, 'x');
    while (::write(file, block.data(), block.size()) > 0)
        continue;
    const bool full = errno == ENOSPC;
    ::close(file);
    if (!full) throw failed("filling a small disk");
}

void SmallDisk::make_room() const {
    fs::remove(folder_ / "ballast");
}

}  // namespace leeward::test
