// The node itself, as an Api: each command of schema/commands.h is one story in one transaction.
// `dry_run` runs the story, gives its answer and takes everything back.
#pragma once

#include <functional>
#include <memory>

#include "node/app/api.h"
#include "node/app/backup_by_night.h"
#include "node/app/home.h"
#include "node/app/people_commands.h"
#include "node/app/seat_api.h"
#include "node/app/sign_in.h"
#include "node/app/wire.h"
#include "node/exchange/engine.h"
#include "node/people/bell.h"
#include "schema/commands.h"

namespace leeward::node {

class Directory;

class NodeApi final : public Api, public SeatApi {
public:
    // Borrows both; they outlive it.
    // Tests make cheaper slots.
    NodeApi(Engine& engine,
            OpenedHome& home,
            const schema::Clock& clock,
            home_detail::MakeSlot make_slot = &crypto::make_slot);
    ~NodeApi() override;

    // What a program of this user of the machine asks: for whoever is on shift at that desk, or for
    // `request.as`, whose passphrase is then the first secret. So is hers who is on shift where the command takes
    // it (`own_passphrase`). Errc::locked when nobody is signed in, or it does not fit.
    Result<schema::Json> serve(uid_t desk, const Request& request, const Secrets& secrets = {});
    // The same at the desk of the node's own user.
    Result<schema::Json> call(std::string_view command, const schema::Json& args) override;
    Result<schema::Json> preview(std::string_view command, const schema::Json& args);
    // As this worker. Errc::not_permitted before anything of the command is read.
    Result<schema::Json> call_as(const Actor& actor,
                                 std::string_view command,
                                 const schema::Json& args);

    Result<SignedIn> sit_down(std::string_view name, const SecretBytes& passphrase) override;
    Outcome prove(const SignedIn& who, const SecretBytes& passphrase) override;
    void stand_up(const SignedIn& who) override;
    Result<Actor> now(const Actor& actor) override;
    Result<schema::Json> serve_as(const Actor& actor,
                                  const Request& request,
                                  const Secrets& secrets) override;
    schema::Json house() override;
    // What answers `leeward console`; without it there is none in this process.
    using OpenConsole = std::function<Result<schema::Json>()>;
    void use_console(OpenConsole open) { open_console_ = std::move(open); }

    // The programs to run now so that somebody comes (node/people/bell.h); mostly none.
    std::vector<std::string> programs_to_call();

    // Makes the nightly backup when it is time for it; ends a node that has left. Mostly nothing.
    Outcome look_after_home();

    // True once somebody has asked the node to stop.
    [[nodiscard]] bool stopping() const { return stopping_; }

private:
    enum class Keep { YES, NO };
    // At whose desk, whether it is meant, and the passphrases that came with it.
    struct Asking {
        uid_t desk;
        Keep keep;
        std::span<const SecretBytes> secrets;
    };
    Outcome prepare();
    Outcome log_shift(const SignedIn& who, std::string_view reason);
    static Result<const schema::CommandSpec*> checked(std::string_view command,
                                                      const schema::Json& args);
    Result<Actor> who(uid_t desk,
                      const schema::CommandSpec& command,
                      const Request& request,
                      std::span<const SecretBytes> secrets);
    Outcome prove_again(const Actor& actor, std::span<const SecretBytes> secrets);
    Result<schema::Json> run(const Actor& actor,
                             const schema::CommandSpec& command,
                             const schema::Json& args,
                             const Asking& asking);
    std::optional<Result<schema::Json>> about_people(std::string_view command,
                                                     const schema::Json& args,
                                                     const Asking& asking);
    Outcome admit(const Actor& actor, const schema::CommandSpec& command);
    Result<schema::Json> in_transaction(std::string_view command,
                                        const schema::Json& args,
                                        Keep keep);
    Result<schema::Json> attempt(std::string_view command, const schema::Json& args, Room room);
    Result<schema::Json> take_back(std::string_view command, const schema::Json& args);
    Result<schema::Json> read_aside(std::string_view command, const schema::Json& args);
    Result<schema::Json> story(std::string_view command, Transaction& tx, const schema::Json& args);
    using RootStory = Result<schema::Json> (*)(
        Desk&, Transaction&, const schema::Json&, schema::Time, const crypto::SigningKey&);
    Result<schema::Json> with_root(RootStory act, Transaction& tx, const schema::Json& args);
    Result<schema::Json> verify_log();
    Result<std::string> verify_log_files();
    Result<schema::Json> perform(std::string_view command, const schema::Json& args, Keep keep);
    Result<schema::Json> give(Transaction& tx, const schema::Json& args);
    Result<schema::Json> wait_for_second_person(std::string_view command,
                                                const schema::Json& args,
                                                Room room);
    Result<schema::Json> carry(std::string_view command, const schema::Json& args);
    void log_refusal();
    schema::Json test_notify();

    Engine& engine_;
    OpenedHome& home_;
    const schema::Clock& clock_;
    std::unique_ptr<Directory> directory_;
    home_detail::MakeSlot make_slot_;
    SignIn sign_in_;
    OpenConsole open_console_{};
    bool prepared_ = false;
    Bell bell_{};
    BackupByNight by_night_{};
    bool test_calls_ = false;
    bool stopping_ = false;
};

}  // namespace leeward::node
