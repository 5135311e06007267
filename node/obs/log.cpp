#include "node/obs/log.h"

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <fcntl.h>
#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/base/hex.h"

namespace leeward::node {
namespace {

constexpr auto pattern = "%Y-%m-%dT%H:%M:%S.%eZ %v";

std::string_view name_of(Severity severity) {
    switch (severity) {
        case Severity::info:
            return "info";
        case Severity::warn:
            return "warn";
        case Severity::alarm:
            return "alarm";
    }
    return "alarm";
}

struct Print {
    std::string& line;
    void operator()(std::int64_t n) const { line += std::to_string(n); }
    void operator()(std::uint64_t n) const { line += std::to_string(n); }
    void operator()(double n) const { line += fmt::format("{:.3f}", n); }
    void operator()(Errc code) const { line += leeward::name_of(code); }
    void operator()(const ShortId& id) const { line += hex::encode(id.bytes); }
    void operator()(const Literal& code) const { line += code.text(); }
};

void append_field(std::string& line, const LogField& field) {
    line += ' ';
    line += field.key.text();
    line += '=';
    std::visit(Print{line}, field.value.get());
}

std::string line_of(Severity severity, Literal event, LogFields fields) {
    std::string line(name_of(severity));
    line += ' ';
    line += event.text();
    for (const LogField& field : fields)
        append_field(line, field);
    return line;
}

// spdlog would make the file with the umask's mode. This makes it first, for its owner alone.
void make_private(const std::string& path) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) throw spdlog::spdlog_ex("cannot create the log file", errno);
    const bool failed = ::fchmod(fd, 0600) != 0;
    ::close(fd);
    if (failed) throw spdlog::spdlog_ex("cannot set the mode of the log file", errno);
}

spdlog::sink_ptr file_sink(const LogOptions& options) {
    spdlog::file_event_handlers handlers;
    handlers.before_open = make_private;
    return std::make_shared<spdlog::sinks::rotating_file_sink_mt>(
        options.file.string(), options.file_bytes, options.files_kept, false, handlers);
}

std::vector<spdlog::sink_ptr> sinks_of(const LogOptions& options) {
    std::vector<spdlog::sink_ptr> sinks;
    if (options.to_stderr) sinks.push_back(std::make_shared<spdlog::sinks::stderr_sink_mt>());
    if (!options.file.empty()) sinks.push_back(file_sink(options));
    return sinks;
}

}  // namespace

struct Log::Impl {
    explicit Impl(const LogOptions& options) : now(options.now), logger("leeward", {}) {
        logger.sinks() = sinks_of(options);
        logger.set_formatter(
            std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc));
        logger.flush_on(spdlog::level::info);
        logger.set_error_handler([](const std::string&) {});  // a full disk costs lines only
    }

    struct Last {
        std::chrono::steady_clock::time_point written;
        std::uint64_t left_out = 0;
    };

    // How many lines were left out since the last one, or nothing when this one is left out too.
    std::optional<std::uint64_t> due(Literal event) {
        const std::lock_guard lock(mutex);
        const auto time = now();
        const auto [found, first] = last.try_emplace(event.text(), Last{time});
        Last& entry = found->second;
        if (!first && time - entry.written < std::chrono::hours(1)) {
            ++entry.left_out;
            return std::nullopt;
        }
        entry.written = time;
        return std::exchange(entry.left_out, 0);
    }

    std::function<std::chrono::steady_clock::time_point()> now;
    spdlog::logger logger;
    std::mutex mutex;                       // guards last
    std::map<std::string_view, Last> last;  // keys are literals: they live as long as the program
};

Result<std::unique_ptr<Log>> Log::open(LogOptions options) {
    try {
        return std::unique_ptr<Log>(new Log(std::make_unique<Impl>(options)));
    } catch (const spdlog::spdlog_ex&) {
        return Error{Errc::io, "the log file cannot be opened: check its folder and its owner"};
    }
}

Log::Log(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Log::~Log() = default;

void Log::write(Severity severity, Literal event, LogFields fields) {
    impl_->logger.log(spdlog::level::info, line_of(severity, event, fields));
}

void Log::hourly(Severity severity, Literal event, LogFields fields) {
    const auto left_out = impl_->due(event);
    if (!left_out) return;
    std::string line = line_of(severity, event, fields);
    if (*left_out > 0) append_field(line, {"left_out", *left_out});
    impl_->logger.log(spdlog::level::info, line);
}

}  // namespace leeward::node
