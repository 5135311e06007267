// What the console asks of its node, in the node's own thread: who somebody is, and each command as
// hers. The rules are the node's; the console only carries.
#pragma once

#include "node/app/sign_in.h"
#include "node/app/wire.h"

namespace leeward::node {

struct SignedIn {
    Actor actor;
    std::string name;
};

class SeatApi {
public:
    virtual ~SeatApi() = default;
    // By her own passphrase; in the log, as a shift that starts. Errc::not_found, locked.
    virtual Result<SignedIn> sit_down(std::string_view name, const SecretBytes& passphrase) = 0;
    // That it is still she who sits there. In the log only where it fails.
    virtual Outcome prove(const SignedIn& who, const SecretBytes& passphrase) = 0;
    // In the log, as a shift that ends.
    virtual void stand_up(const SignedIn& who) = 0;
    // The same worker with the roles that she has now. Errc::locked once she has left, or was given
    // another key.
    virtual Result<Actor> now(const Actor& actor) = 0;
    virtual Result<schema::Json> serve_as(const Actor& actor,
                                          const Request& request,
                                          const Secrets& secrets) = 0;
    // The organisation, its roles and the work names that may sign in.
    virtual schema::Json house() = 0;
};

}  // namespace leeward::node
