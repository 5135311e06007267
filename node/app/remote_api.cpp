#include "node/app/remote_api.h"

namespace leeward::node {
namespace {

using schema::Json;

constexpr int answer_ms = 300'000;  // a directory may be imported meanwhile

}  // namespace

std::filesystem::path socket_path(const std::filesystem::path& home) {
    return home / "run" / "leeward.sock";
}

Result<RemoteApi> RemoteApi::open(const std::filesystem::path& home) {
    LEEWARD_ASSIGN(const int fd, connect_unix(socket_path(home)));
    return RemoteApi(Descriptor(fd));
}

Result<Json> RemoteApi::call(std::string_view command, const Json& args) {
    return ask({std::string(command), args, Act::PERFORM, {}, 0});
}

Result<Json> RemoteApi::ask(Request request, const Secrets& secrets) {
    request.secrets = secrets.size();
    const std::string text = write_request(request);
    if (text.size() > max_request)
        return Error{Errc::too_large, "more than 1 MiB in one request; nothing was sent"};
    LEEWARD_TRY(write_packet(fd_.get(), text));
    for (const SecretBytes& secret : secrets)
        LEEWARD_TRY(write_packet(fd_.get(), as_text(secret.reveal())));
    LEEWARD_ASSIGN(const std::string answer, read_packet(fd_.get(), max_answer, answer_ms));
    return read_answer(answer);
}

Result<std::unique_ptr<Api>> connect(const std::filesystem::path& home) {
    LEEWARD_ASSIGN(RemoteApi remote, RemoteApi::open(home));
    return std::unique_ptr<Api>(std::make_unique<RemoteApi>(std::move(remote)));
}

}  // namespace leeward::node
