// A shelter behind NAT, without an open port and without a route to the investigator: a partner that
// both can reach keeps their mail, and a placement runs through it.
//
//   birch 10.81.0.2 ── 10.81.0.1 nat 10.82.0.1 ── 10.82.0.2 cedar 10.83.0.1 ── 10.83.0.2 alder
//
// Cedar forwards nothing: it is reached at 10.90.0.1, an address of its own, from both sides.
#include <catch2/catch_test_macros.hpp>

#include "tests/net/machines.h"

namespace leeward::test {
namespace {

using schema::Json;

struct Town {
    Lab lab{};
    Machine birch_house{lab.scratch(), "birch-house"};
    Machine nat{lab.scratch(), "nat"};
    Machine cedar_house{lab.scratch(), "cedar-house"};
    Machine alder_house{lab.scratch(), "alder-house"};

    Town() {
        wire(birch_house, "10.81.0.2/24", nat, "10.81.0.1/24");
        wire(nat, "10.82.0.1/24", cedar_house, "10.82.0.2/24");
        wire(cedar_house, "10.83.0.1/24", alder_house, "10.83.0.2/24");
        cedar_house.sh("ip addr add 10.90.0.1/32 dev lo");
        birch_house.sh("ip route add default via 10.81.0.1");
        nat.sh("echo 1 > /proc/sys/net/ipv4/ip_forward && ip route add 10.90.0.1 via 10.82.0.2");
        nat.sh(
            "nft 'table ip n { chain p { type nat hook postrouting priority 100; ip saddr "
            "10.81.0.0/24 masquerade; }; chain f { type filter hook forward priority 0; }; }'");
        alder_house.sh("ip route add 10.90.0.1 via 10.83.0.1");
    }

    // The mapping of every connection that is open now is gone: what comes later has a new one.
    void lose_mappings() const {
        const std::string ports =
            birch_house.sh("ss -tnH | awk '{print $4}' | sed 's/.*://' | sort -u | tr '\\n' ' '");
        std::size_t at = 0;
        while (at < ports.size()) {
            const std::size_t end = std::min(ports.find(' ', at), ports.size());
            const std::string port = ports.substr(at, end - at);
            if (!port.empty())
                nat.sh("nft add rule ip n f tcp sport " + port +
                       " drop && nft add rule ip n f tcp "
                       "dport " +
                       port + " drop");
            at = end + 1;
        }
    }
    // The old address first: one that is added beside it in the same network would go with it.
    void move_house() const {
        birch_house.sh(
            "dev=$(ip -o -4 addr show to 10.81.0.2 | awk '{print $2}') && "
            "ip addr del 10.81.0.2/24 dev $dev && ip addr add 10.81.0.9/24 dev $dev && "
            "ip route replace default via 10.81.0.1");
    }
};

// A release of all of T2 that she and a guardian have signed.
void sign_release(const Lab& lab,
                  const Organisation& from,
                  const std::string& case_id,
                  const Organisation& to) {
    const auto release = lab.run(from,
                                 {"release",
                                  "new",
                                  "--case",
                                  case_id,
                                  "--to",
                                  to.name,
                                  "--fields",
                                  "T2",
                                  "--purpose",
                                  "PURPOSE_PLACEMENT"})
                             .text_at("id");
    const auto signed_by = [&](const std::vector<std::string>& who) {
        std::vector<std::string> args{"release", "sign", release, "--read-back"};
        args.insert(args.end(), who.begin(), who.end());
        lab.run(from, args);
    };
    signed_by({"--signer",
               "MINOR",
               "--name",
               "The survivor",
               "--capacity",
               "CAPACITY_KNOWS_WHAT,CAPACITY_KNOWS_WHY,CAPACITY_CAN_WEIGH,CAPACITY_SAID_IT_BACK"});
    signed_by(
        {"--signer", "GUARDIAN", "--name", "An aunt", "--authority", "AUTHORITY_LEGAL_GUARDIAN"});
}

// The first grant in the list, once it is there and, at its giver, has come so far.
std::string grant_at(const Lab& lab, const Organisation& one, std::string_view state = "") {
    std::string grant;
    (void)eventually(std::chrono::seconds(90), [&] {
        const Json list = lab.try_run(one, {"grant", "list"});
        if (list.array_at("grants").empty()) return false;
        const Json& first = list.array_at("grants").front();
        if (!state.empty() && first.text_at("state") != state) return false;
        grant = first.text_at("id");
        return true;
    });
    return grant;
}

}  // namespace

TEST_CASE("A placement runs to a shelter behind NAT that no route leads to", "[net]") {
    if (const auto why = no_machines_because(); !why.empty()) {
        WARN("skipped: " << why);
        return;
    }
    Town town;
    Lab& lab = town.lab;
    Organisation cedar =
        lab.make("Cedar Counselling", "counselling", "tcp://10.90.0.1:7700", town.cedar_house);
    Organisation birch = lab.make("Birch House", "shelter", "", town.birch_house);
    Organisation alder = lab.make("Alder Recovery", "investigation", "", town.alder_house);
    lab.give_place(cedar, birch);
    lab.give_place(cedar, alder);
    lab.found({&alder, &birch, &cedar});

    // No port is open at the shelter, and nothing that Alder could say gets there.
    CHECK(town.birch_house.sh("ss -ltnH").empty());
    CHECK(town.alder_house.try_sh("ip route get 10.81.0.2").status != 0);

    const Lab::Asked asked = lab.ask(alder, birch);
    REQUIRE(lab.comes_to(alder, asked.leg, "DELIVERED"));
    lab.run(birch, {"leg", "show", asked.leg});
    lab.run(birch, {"leg", "offer", asked.leg});
    REQUIRE(lab.comes_to(alder, asked.leg, "OFFERED"));

    // It goes on, both ways, when the mapping of the shelter's connection is lost …
    town.lose_mappings();
    lab.run(alder,
            {"need",
             "choose",
             asked.need,
             "--leg",
             asked.leg,
             "--basis",
             "CHOICE_BASIS_IN_PERSON",
             "--read-back"});
    REQUIRE(lab.comes_to(birch, asked.leg, "SELECTED"));
    lab.run(birch, {"leg", "confirm", asked.leg});
    REQUIRE(lab.comes_to(alder, asked.leg, "ACCEPTED"));

    // … and when its machine moves to another address.
    town.move_house();
    sign_release(lab, alder, asked.case_id, birch);
    const std::string grant = grant_at(lab, birch);
    REQUIRE_FALSE(grant.empty());
    const Json opened = lab.run(birch, {"grant", "open", grant, "--purpose", "PURPOSE_INTAKE"});
    REQUIRE(opened.find("record") != nullptr);
    CHECK(opened.find("record")->text_at("given_name") == "Renata");
    CHECK(grant_at(lab, alder, "OPENED") == grant);
    CHECK(eventually(std::chrono::seconds(90), [&] {
        return lab.run(alder, {"node", "status"}).int_at("waiting_to_be_delivered") == 0;
    }));
}

}  // namespace leeward::test
