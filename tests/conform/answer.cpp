#include "tests/conform/answer.h"

#include "tests/conform/request.h"

namespace leeward::conform {
namespace {

using schema::Json;

const std::vector<Op>& ops() {
    static const std::vector<Op> all = [] {
        std::vector<Op> list;
        for (const auto& family : {hpke_ops(), primitive_ops(), log_ops(), object_ops()})
            list.insert(list.end(), family.begin(), family.end());
        return list;
    }();
    return all;
}

Reply run(std::string_view line) {
    LEEWARD_ASSIGN(const Json json, schema::parse_json(line, {max_line_bytes, 8}));
    const Request request(json);
    LEEWARD_ASSIGN(const std::string name, request.text({"op"}));
    for (const Op& op : ops())
        if (op.name == name) return op.run(request);
    return Error{Errc::unsupported, "no such op"};
}

}  // namespace

std::string answer(std::string_view line) {
    const Reply reply = run(line);
    if (!reply) return Json::object({{"ok", false}, {"error", name_of(reply.error().code)}}).dump();
    Json out = Json::object({{"ok", true}});
    for (const auto& [key, value] : *reply->as_object())
        out.set(key, value);
    return out.dump();
}

std::vector<std::string> requests() {
    std::vector<std::string> lines;
    for (const Op& op : ops())
        lines.push_back("{\"op\":\"" + std::string(op.name) + "\"," + std::string(op.request));
    for (std::string& line : lines) {
        const std::size_t arrow = line.find(" → ");
        const std::string result = line.substr(arrow + std::string_view(" → ").size());
        line.resize(arrow);
        line += "} → {\"ok\":true" + (result == "nothing more" ? "" : "," + result) + "}";
    }
    return lines;
}

}  // namespace leeward::conform
