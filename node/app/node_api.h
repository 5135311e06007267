// The node itself, as an Api: each command of schema/commands.h is one story in one transaction.
// `dry_run` runs the story, gives its answer and takes everything back.
#pragma once

#include <functional>
#include <memory>

#include "node/app/api.h"
#include "node/app/home.h"
#include "node/exchange/engine.h"
#include "schema/commands.h"

namespace leeward::node {

class Directory;

class NodeApi final : public Api {
public:
    // Borrows both; they outlive it.
    NodeApi(Engine& engine, OpenedHome& home, const schema::Clock& clock);
    ~NodeApi() override;

    // As the node's only operator.
    Result<schema::Json> call(std::string_view command, const schema::Json& args) override;
    Result<schema::Json> preview(std::string_view command, const schema::Json& args);
    // As the one who is signed in. Errc::not_permitted before anything of the command is read.
    Result<schema::Json> call_as(const Actor& actor,
                                 std::string_view command,
                                 const schema::Json& args);

    // True once somebody has asked the node to stop.
    [[nodiscard]] bool stopping() const { return stopping_; }

private:
    enum class Keep { YES, NO };
    Result<schema::Json> run(const Actor& actor,
                             std::string_view command,
                             const schema::Json& args,
                             Keep keep);
    [[nodiscard]] Actor only_operator() const;
    Outcome admit(const Actor& actor, const schema::CommandSpec& command);
    Result<schema::Json> in_transaction(std::string_view command,
                                        const schema::Json& args,
                                        Keep keep);
    Result<schema::Json> attempt(std::string_view command,
                                 const schema::Json& args,
                                 Keep keep,
                                 Room room);
    Result<schema::Json> story(std::string_view command, Transaction& tx, const schema::Json& args);
    Result<schema::Json> found(Transaction& tx, const schema::Json& args);
    Result<schema::Json> verify_log();
    Result<schema::Json> doctor();
    Result<schema::Json> perform(std::string_view command, const schema::Json& args, Keep keep);
    void log_refusal();
    [[nodiscard]] schema::Json space_check() const;

    Engine& engine_;
    OpenedHome& home_;
    const schema::Clock& clock_;
    std::unique_ptr<Directory> directory_;
    bool stopping_ = false;
};

}  // namespace leeward::node
