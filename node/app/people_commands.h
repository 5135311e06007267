// The commands about the people of this node: who works here, in which roles, and who is on shift.
#pragma once

#include <optional>
#include <span>

#include "node/app/sign_in.h"
#include "schema/json/json.h"

namespace leeward::node {

// What these commands need besides the desk.
struct PeopleRoom {
    OpenedHome& home;
    Desk& desk;
    SignIn& sign_in;
    uid_t at;  // whose desk: the machine's user at the other end of the socket
    schema::Time now;
    home_detail::MakeSlot make_slot;
    std::span<const SecretBytes> secrets;  // in the order in which the command asks for them
};

// nullopt where `command` is none of these. A worker's slot is changed before or after the
// transaction so that a crash between leaves nobody with a key that opens nothing.
std::optional<Result<schema::Json>> people_command(PeopleRoom& room,
                                                   std::string_view command,
                                                   const schema::Json& args);

}  // namespace leeward::node
