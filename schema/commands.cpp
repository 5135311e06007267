#include "schema/commands.h"

#include <algorithm>

namespace leeward::schema {
namespace {

constexpr bool required = true;
constexpr bool optional = false;
constexpr bool in_place = true;
constexpr bool named = false;
constexpr bool changes = true;
constexpr bool reads = false;
constexpr bool own_passphrase = true;

using enum ArgType;
using enum WhenFull;

constexpr ArgSpec passphrase_fd{"passphrase-fd",
                                SECRET,
                                optional,
                                named,
                                "reads your own passphrase from this open file descriptor"};
constexpr ArgSpec passphrase_file{
    "passphrase-file",
    SECRET,
    optional,
    named,
    "reads your own passphrase from this file, which only you may read"};
constexpr ArgSpec with_passphrase_fd{
    "with-passphrase-fd",
    SECRET,
    optional,
    named,
    "reads the second person's passphrase from this open file descriptor"};
constexpr ArgSpec with_passphrase_file{
    "with-passphrase-file",
    SECRET,
    optional,
    named,
    "reads the second person's passphrase from this file, which only you may read"};
constexpr ArgSpec new_passphrase_fd{"new-passphrase-fd",
                                    SECRET,
                                    optional,
                                    named,
                                    "reads the new passphrase from this open file descriptor"};
constexpr ArgSpec new_passphrase_file{
    "new-passphrase-file",
    SECRET,
    optional,
    named,
    "reads the new passphrase from this file, which only you may read"};

constexpr ArgSpec by_phone{"by-phone",
                           TEXT,
                           optional,
                           named,
                           "the second person who agreed by telephone: her work name, or who she "
                           "is; she countersigns within a day"};
constexpr ArgSpec number_called{"number", TEXT, optional, named, "the call-back number used"};

constexpr ArgSpec view_arg{
    "view", FLAG, optional, named, "for a screen that prints it itself, not as a file"};

constexpr RoleSet auditors_and_supervisors = supervisors | administrators | RoleSet{Role::AUDITOR};

ArgSpec worker_arg(std::string_view what) {
    return {"name", TEXT, required, in_place, what};
}
ArgSpec id_arg(std::string_view what) {
    return {"id", ID, required, in_place, what};
}

// clang-format off
const std::vector<CommandSpec>& table() {
    static const std::vector<CommandSpec> list{
    {"node.status", "What this node is doing: peers, what waits to be delivered, what is due.", {}, reads, everyone, "leeward node status"},
    {"node.doctor", "Checks this node and says in one sentence each what to mend.",
        {{"language", TEXT, optional, named, "en or es"}}, reads, everyone, "leeward node doctor"},
    {"node.tick", "Looks at once at what is due; the node does so by itself every second.", {}, changes, everyone, "leeward node tick"},
    {"node.retire", "This organisation leaves the network: ends what lives, erases what is others' and attests it, tells everybody, then destroys its keys.",
        {{"to", TEXT, optional, named, "an age key to which our own records are sealed, to be kept: age1…; the node leaves the sealed file in its folder too and says where"}},
        changes, administrators, "leeward node retire --to age1pq… --out records.age", TAKEN},
    {"node.down", "Stops the node. What is not delivered yet is kept and goes out after the next start.", {}, changes, workers_and_administrators, "leeward node down"},

    {"identity.show", "This organisation's name, number and card; the card may be given to anybody.", {}, reads, everyone, "leeward identity show --out harbor.card"},

    {"shift.start", "Signs a worker in at this desk, with her own passphrase, until she ends her shift or 14 hours have passed.",
        {worker_arg("her work name"), passphrase_fd, passphrase_file},
        reads, everyone, "leeward shift start 'desk 1'"},
    {"shift.end", "Ends the shift at this desk: her key is gone from memory.",
        {{"hand-to", TEXT, optional, named, "who takes over what is hers"}}, reads, everyone, "leeward shift end"},

    {"people.list", "Who works at this node, in which roles and teams, and who is on shift.",
        {{"all", FLAG, optional, named, "those who left too"}}, reads, everyone, "leeward people list"},
    {"people.add", "Makes a place for a new worker. An administrator types her own passphrase, then the new worker hers, which nobody else learns.",
        {worker_arg("what to call her: a work name or a role such as 'desk 2', not a person's name"),
         {"roles", LIST, required, named, "INVESTIGATOR, INVESTIGATION_SUPERVISOR, SHELTER_INTAKE, SHELTER_SUPERVISOR, COUNSELLOR, AUDITOR, ADMINISTRATOR"},
         {"team", TEXT, optional, named, "the team whose work she shares"},
         passphrase_fd, passphrase_file, new_passphrase_fd, new_passphrase_file},
        changes, administrators, "leeward people add 'desk 2' --roles INVESTIGATOR --team north", REFUSED, own_passphrase},
    {"people.roles", "Sets what a worker may be. Nobody changes her own roles.",
        {worker_arg("her work name"), {"roles", LIST, required, named, "all her roles from now on"}, passphrase_fd, passphrase_file},
        changes, administrators, "leeward people roles 'desk 2' --roles INVESTIGATOR,INVESTIGATION_SUPERVISOR", REFUSED, own_passphrase},
    {"people.team", "Puts a worker into a team, or, without one, into none.",
        {worker_arg("her work name"), {"team", TEXT, optional, named, "the team whose work she shares"}},
        changes, administrators, "leeward people team 'desk 2' --team north"},
    {"people.leave", "A worker leaves: her passphrase opens nothing any more; what she did stays hers.",
        {worker_arg("her work name"), {"hand-to", TEXT, optional, named, "who takes over what is hers; needed if there is any"}, passphrase_fd, passphrase_file},
        changes, administrators, "leeward people leave 'desk 2' --hand-to 'desk 1'", REFUSED, own_passphrase},
    {"people.deputy", "Names who stands in for a worker and sees what is hers; without --to nobody. Her own, or by a supervisor or an administrator.",
        {worker_arg("her work name"), {"to", TEXT, optional, named, "who stands in for her"}}, changes, everyone, "leeward people deputy 'desk 1' --to 'desk 2'"},
    {"people.reset", "A colleague forgot her passphrase: an administrator and a second person, each with her own, give her another one, which she types herself.",
        {worker_arg("who forgot it"), {"with", TEXT, required, named, "the second person: her work name; she types her own passphrase"},
         passphrase_fd, passphrase_file, with_passphrase_fd, with_passphrase_file, new_passphrase_fd, new_passphrase_file},
        changes, administrators, "leeward people reset 'desk 2' --with 'night supervisor'", REFUSED, own_passphrase},
    {"people.passphrase", "Changes your own passphrase.",
        {passphrase_fd, passphrase_file, new_passphrase_fd, new_passphrase_file}, changes, everyone, "leeward people passphrase"},

    {"identity.renew", "Makes this organisation's next card, for another year. It reaches all partners by itself.",
        {{"endpoint", TEXT, optional, named, "a new address: tcp://host:port"},
         {"new-key", FLAG, optional, named, "change the key that signs messages; the old one is destroyed"}},
        changes, administrators, "leeward identity renew --new-key"},
    {"identity.revoke", "Our machine or its keys may be in other hands: revokes all keys of our card, at every partner. This node is heard by nobody from then on.",
        {{"reason", CODE, required, named, "REVOKED_…"},
         {"since", TIME, optional, named, "from when on they may have been there: 2026-11-24 21:30 (now)"}},
        changes, supervisors | administrators, "leeward identity revoke --reason REVOKED_KEY_COPIED --out ours.revocation", TAKEN},

    {"notify.test", "Runs the programs that call people when something waits, so that you see that they do.", {}, changes, everyone, "leeward notify test"},

    {"approval.list", "What waits for a second person, and what was done on a yes by telephone and is not countersigned.",
        {{"all", FLAG, optional, named, "settled ones too"}, {"page", NUMBER, optional, named, "which page, from 1"}}, reads, workers_and_administrators, "leeward approval list"},
    {"approval.give", "Agrees as the second person, with her own passphrase: what was asked for is done, or what was said by telephone is countersigned. A file that is made comes out here: --out.",
        {id_arg("the request"), passphrase_fd, passphrase_file},
        changes, supervisors | administrators, "leeward approval give 5c20aa", TAKEN, own_passphrase},
    {"approval.refuse", "Says no as the second person. What is in effect already becomes an incident.",
        {id_arg("the request"), passphrase_fd, passphrase_file},
        changes, supervisors | administrators, "leeward approval refuse 5c20aa", TAKEN, own_passphrase},

    {"approval.outside", "Names the partner whose supervisor is the second person of an organisation with fewer than three workers; she sees codes only.",
        {{"peer", TEXT, optional, in_place, "the organisation; nothing to see who it is"},
         {"none", FLAG, optional, named, "nobody any more"}, passphrase_fd, passphrase_file},
        changes, administrators, "leeward approval outside 'Juniper House'", REFUSED, own_passphrase},

    {"peer.found", "Founds a network: makes a roster from cards, signs one, or takes one that all have signed.",
        {{"cards", FILE, optional, named, "the founders' cards, one file a card, separated by commas"},
         {"roster", FILE, optional, named, "a roster that another founder has begun"},
         {"accept", FLAG, optional, named, "take the roster: every founder has signed"}},
        changes, administrators, "leeward peer found --cards a.card,b.card --out founders.roster"},
    {"peer.vouch", "Our word for an organisation that wants to join. Two of our people; it is signed with our root key.",
        {{"card", FILE, required, in_place, "the card of the organisation"}},
        changes, administrators, "leeward peer vouch alder.card --out alder.vouch"},
    {"peer.admit", "Takes in an organisation for which two members vouch; for 30 days nothing that names anybody goes there.",
        {{"card", FILE, optional, named, "the card of the one that joins"},
         {"roster", FILE, optional, named, "if we are the one that joins: the founders' roster"},
         {"vouches", FILE, required, named, "the members' vouches, one file each, separated by commas"}},
        changes, administrators, "leeward peer admit --card alder.card --vouches harbor.vouch,juniper.vouch"},
    {"peer.offer", "Writes an offer for one organisation: hand it over on a stick, then delete it.",
        {{"for", TEXT, required, named, "the organisation that this offer is for"}},
        changes, administrators, "leeward peer offer --for 'Juniper House' --out juniper.offer"},
    {"peer.accept", "Takes the offer that another organisation has handed over.",
        {{"offer", FILE, required, in_place, "the offer file"},
         {"for", TEXT, optional, named, "whom our own offer was for, if written otherwise than on their card"}},
        changes, administrators, "leeward peer accept harbor.offer"},
    {"peer.verify", "Compares safety words. Read yours aloud, type what you hear; the node compares.",
        {{"peer", TEXT, required, in_place, "the organisation"},
         {"words", TEXT, optional, named, "the twelve words that you heard; without it yours are shown to read aloud"},
         {"language", TEXT, optional, named, "en or es, for the words to read aloud"},
         {"qr", FLAG, optional, named, "the words to read aloud as a QR code too"}},
        changes, workers_and_administrators, "leeward peer verify 'Juniper House' --words 'abandon …'"},
    {"peer.list", "The organisations that this node knows, and how far each is to be trusted.", {}, reads, everyone, "leeward peer list"},
    {"peer.show", "One organisation: how far it is to be trusted, whom to phone, and any dispute about its log.",
        {{"peer", TEXT, required, in_place, "the organisation"}},
        reads, everyone, "leeward peer show 'Juniper House'", TAKEN},
    {"peer.settle", "Ends a dispute about a partner's log for which no proof can come. Phone them first; a second person agrees first.",
        {{"peer", TEXT, required, in_place, "the organisation"}},
        changes, supervisors | administrators, "leeward peer settle 'Juniper House'"},
    {"peer.revoke", "Takes the word that an organisation's keys are in other hands: nothing goes there any more, what was shared is called back, all partners hear of it.",
        {{"words", FILE, required, in_place, "the file that they made, or two members"}},
        changes, supervisors | administrators, "leeward peer revoke lantern.revocation", TAKEN},
    {"peer.disown", "Our word that an organisation has lost its root key, so that it cannot revoke by itself. Two of our people; two members' words count, for good.",
        {{"peer", TEXT, required, in_place, "the organisation"},
         {"reason", CODE, required, named, "REVOKED_…"},
         {"since", TIME, optional, named, "from when on its keys may have been in other hands: 2026-11-24 21:30 (now)"},
         {"words", FILE, optional, named, "another member's word, to which ours is added"}},
        changes, administrators, "leeward peer disown 'Lantern House' --reason REVOKED_ROOT_LOST --out lantern.revocation"},
    {"peer.suspend", "Stops all but what closes, warns or erases between us and a partner, by our own decision. A second person agrees, by telephone if need be.",
        {{"peer", TEXT, required, in_place, "the organisation"}, by_phone, number_called},
        changes, supervisors | administrators, "leeward peer suspend 'Lantern House' --by-phone 'night supervisor' --number 555-0102", TAKEN},
    {"peer.resume", "Ends that. A second person agrees.",
        {{"peer", TEXT, required, in_place, "the organisation"}, by_phone, number_called},
        changes, supervisors | administrators, "leeward peer resume 'Lantern House'"},
    {"mailhost.add", "Lets a host keep our mail until we fetch it: for a node that nobody connects to. At most two hosts.",
        {{"place", FILE, required, in_place, "the place file that the host's people handed over; delete it afterwards"}},
        changes, administrators, "leeward mailhost add harbor.place"},
    {"mailhost.remove", "Our mail goes to a host no more; partners are told by themselves. It is fetched there until all know, thirty days at most.",
        {{"host", TEXT, required, in_place, "its address, or its key as 'leeward mailhost list' shows it"}},
        changes, administrators, "leeward mailhost remove tcp://harbor.example:7811"},
    {"mailhost.list", "Where our mail goes, which partners nobody connects to, and what we keep for others.", {}, reads, everyone, "leeward mailhost list"},
    {"mailhost.open", "Keeps mail for another organisation: makes a place, a file to hand over. This node does not learn whose it is.",
        {}, changes, administrators, "leeward mailhost open --out first.place"},
    {"mailhost.close", "Closes a place that we keep for others; what lies there is deleted, unread.",
        {{"number", NUMBER, required, in_place, "its number, as 'leeward mailhost list' shows it"}},
        changes, administrators, "leeward mailhost close 1", TAKEN},
    {"peer.contact", "Shows whom to phone at a peer, or sets our own duty contact.",
        {{"peer", TEXT, optional, in_place, "the organisation; nothing for our own"},
         {"set", FILE, optional, named, "our own contact as JSON: duty_line, hours, deputy_line, languages"}},
        changes, everyone, "leeward peer contact 'Juniper House'"},

    {"peer.held", "For a partner that restores its node: its newest card and how far its log had come, in a file. Nothing in it is secret.",
        {{"peer", TEXT, required, in_place, "the organisation"}},
        reads, everyone, "leeward peer held 'Harbor Light' --out harbor.held"},
    {"peer.reopen", "After a restore: opens what a partner shared although it has been silent for seven days or has left. Two people; the log keeps it.",
        {{"peer", TEXT, required, in_place, "the organisation"}},
        changes, supervisors | administrators, "leeward peer reopen 'Juniper House'"},

    {"courier.export", "Writes what waits for a partner into a sealed file, to be carried there where no network goes.",
        {{"peer", TEXT, required, in_place, "the organisation"},
         {"qr", FLAG, optional, named, "as numbered QR codes to print and scan, for a few messages"},
         {"more", FLAG, optional, named, "goes on where the last file was full"}},
        changes, workers_and_administrators, "leeward courier export 'Juniper House' --out juniper.sealed", TAKEN},
    {"courier.import", "Takes a sealed file, or its scanned pages, as if it had come over the network, and writes the one to carry back.",
        {{"carried", FILE, required, in_place, "the file, or the lines that a scanner typed"},
         {"qr", FLAG, optional, named, "the one to carry back as numbered QR codes"}},
        changes, workers_and_administrators, "leeward courier import harbor.sealed --out back.sealed", TAKEN},

    {"directory.import", "Reads an HSDS 3.1 service directory (.ndjson or .ndjson.gz) or the Toronto capacity feed.",
        {{"file", PATH, required, in_place, "the file"},
         {"kind", TEXT, optional, named, "hsds (default), toronto-programs or toronto-capacity"},
         {"dataset", TEXT, optional, named, "a short name for where it comes from"}},
        changes, workers_and_administrators, "leeward directory import services.ndjson.gz"},
    {"directory.list", "The services in the directory, a page at a time.",
        {{"page", NUMBER, optional, named, "which page, from 1"}, {"search", TEXT, optional, named, "part of a name"}},
        reads, everyone, "leeward directory list --page 2"},
    {"directory.match", "Ranks services for a need, here and locally: nobody learns of the need.",
        {{"need", ID, optional, named, "the need"},
         {"service", TEXT, optional, named, "without a need: PLACEMENT, COUNSELLING, …"},
         {"age-band", TEXT, optional, named, "under_12, 12_14 or 15_17"},
         {"language", TEXT, optional, named, "a language that must be spoken, as in the directory"},
         {"access", LIST, optional, named, "step_free, sensory, medical_on_site"},
         {"region", TEXT, optional, named, "a region to be near"},
         {"limit", NUMBER, optional, named, "how many (10)"}},
        reads, workers, "leeward directory match --service PLACEMENT --age-band 15_17 --access step_free"},

    {"capacity.set", "What we can take now. Goes to all peers at the next fixed tick.",
        {{"statement", FILE, required, in_place, "the statement as JSON"}},
        changes, recipients, "leeward capacity set tonight.json"},
    {"capacity.show", "Our own statements and those of peers, with their age; stale ones are shown as stale.", {}, reads, everyone, "leeward capacity show"},

    {"case.new", "Opens a case: one survivor. Its record stays on this node.",
        {{"record", FILE, required, in_place, "the record as JSON: fields of the catalogue"},
         {"duplicate-check", TEXT, required, named, "what the duplicate check found: none, or the other case"},
         {"sibling-of", ID, optional, named, "the case of a brother or sister: each keeps her own releases"}},
        changes, referrers, "leeward case new record.json --duplicate-check none"},
    {"case.list", "The open cases, by codename.", {{"all", FLAG, optional, named, "closed ones too"}, {"page", NUMBER, optional, named, "which page, from 1"}}, reads, referrers, "leeward case list"},
    {"case.show", "One case: needs, releases, grants. The record is shown only with a purpose.",
        {id_arg("the case"), {"purpose", CODE, optional, named, "why the record is read: PURPOSE_…"}},
        reads, referrers, "leeward case show 3f2a91", READ},
    {"case.reopen", "Opens a closed case again, for a new need. A supervisor does it.",
        {id_arg("the case"), {"code", CODE, required, named, "REOPEN_…"}}, changes, referrers, "leeward case reopen 3f2a91 --code REOPEN_SURVIVOR_CAME_BACK"},
    {"case.check", "Other cases of this organisation that may be of the same survivor. Looks here and nowhere else.", {id_arg("the case")}, reads, referrers, "leeward case check 3f2a91"},
    {"case.assign", "Gives a case to another worker: from now on it is hers and her team's.",
        {id_arg("the case"), {"to", TEXT, required, named, "her work name"}}, changes, referrers, "leeward case assign 3f2a91 --to 'desk 2'"},
    {"case.accounting", "For the survivor: who has seen what, when, why and under which authority.", {id_arg("the case")}, reads, referrers, "leeward case accounting 3f2a91", READ},
    {"case.print", "The accounting on paper, for the survivor alone. The printing is in the log.",
        {id_arg("the case"), {"language", TEXT, optional, named, "en or es"}, view_arg}, reads, referrers, "leeward case print 3f2a91 --language es --out hers.html"},

    {"need.new", "Writes down one need of a case: one place or one service.",
        {{"case", ID, required, named, "the case"}, {"need", FILE, required, in_place, "the need as JSON: service, priority, T1 fields, wishes_asked"},
         {"draft", FLAG, optional, named, "keep it as a draft: nobody can be asked yet"},
         {"to", LIST, optional, named, "in an emergency: ask these organisations in the same act"},
         {"leave-out", LIST, optional, named, "with --to: T1 fields not to send"},
         {"override", CODE, optional, named, "with --to: RISK_OVERRIDE_… when the meter is over its budget"}},
        changes, referrers, "leeward need new need.json --case 3f2a91"},
    {"need.edit", "Changes a draft.",
        {id_arg("the need"), {"need", FILE, required, in_place, "the need as JSON, whole"}}, changes, referrers, "leeward need edit 77ab01 need.json"},
    {"need.ready", "A draft is complete and her wishes were asked: from now on shelters can be asked.",
        {id_arg("the need"),
         {"to", LIST, optional, named, "ask these organisations in the same act"},
         {"leave-out", LIST, optional, named, "with --to: T1 fields not to send"},
         {"override", CODE, optional, named, "with --to: RISK_OVERRIDE_… when the meter is over its budget"}},
        changes, referrers, "leeward need ready 77ab01"},
    {"need.list", "The needs, those that wait for somebody first.", {{"all", FLAG, optional, named, "closed ones too"}, {"page", NUMBER, optional, named, "which page, from 1"}}, reads, referrers, "leeward need list"},
    {"need.show", "One need: its state, its legs, offers side by side. What it tells of her, and the risk meter, only with a purpose.",
        {id_arg("the need"), {"purpose", CODE, optional, named, "PURPOSE_…: why that is read"}},
        reads, referrers, "leeward need show 77ab01 --purpose PURPOSE_PLACEMENT", READ},
    {"need.ask", "Asks shelters for a bed without saying for whom. Shows exactly what will be sent first.",
        {id_arg("the need"),
         {"to", LIST, required, named, "the organisations to ask"},
         {"leave-out", LIST, optional, named, "T1 fields not to send"},
         {"override", CODE, optional, named, "RISK_OVERRIDE_… when the meter is over its budget"}},
        changes, referrers, "leeward need ask 77ab01 --to 'Juniper House,Quay Cottage'"},
    {"need.choose", "Records the survivor's choice among the offers.",
        {id_arg("the need"),
         {"leg", ID, required, named, "the offer that was chosen"},
         {"basis", CODE, required, named, "CHOICE_BASIS_…: how the survivor was heard"},
         {"read-back", FLAG, required, named, "the options were read back to the survivor"}},
        changes, referrers, "leeward need choose 77ab01 --leg 9c10aa --basis CHOICE_BASIS_IN_PERSON --read-back"},
    {"need.pause", "She wants time: nobody new is asked, offers and beds stay as long as they are held.",
        {id_arg("the need"), {"reason", CODE, required, named, "PAUSE_…"}}, changes, referrers, "leeward need pause 77ab01 --reason PAUSE_SURVIVOR_ASKED"},
    {"need.resume", "Goes on after a pause, where the answers then stand.",
        {id_arg("the need")}, changes, referrers, "leeward need resume 77ab01"},
    {"need.unplaced", "Nobody could take her: writes down why, and whether she has a safe place for now.",
        {id_arg("the need"), {"code", CODE, required, named, "UNMET_…"}, {"interim-stay", TEXT, required, named, "yes or no"}},
        changes, referrers, "leeward need unplaced 77ab01 --code UNMET_NO_CAPACITY_ANYWHERE --interim-stay yes"},
    {"need.reopen", "Takes up a need that had ended or that nobody could meet.",
        {id_arg("the need"), {"code", CODE, required, named, "REOPEN_…"},
         {"read-back", FLAG, optional, named, "after a withdrawal: it is her own word, read back to her"}},
        changes, referrers, "leeward need reopen 77ab01 --code REOPEN_NEW_CAPACITY"},
    {"need.follow-up", "What was heard at a follow-up. Only while the return path that she signed lives.",
        {id_arg("the need"), {"outcome", CODE, required, named, "OUTCOME_…"}}, changes, referrers, "leeward need follow-up 77ab01 --outcome OUTCOME_STABLE_IN_PLACEMENT"},
    {"need.cancel", "The need has gone away; refused once she is under way.",
        {id_arg("the need"), {"code", CODE, required, named, "CANCEL_…"}}, changes, referrers, "leeward need cancel 77ab01 --code CANCEL_PLACED_OUTSIDE_SYSTEM", TAKEN},
    {"need.error", "This need should never have been written: who was asked discards it. A supervisor does it.",
        {id_arg("the need"), {"code", CODE, required, named, "EIE_…"}}, changes, referrers, "leeward need error 77ab01 --code EIE_WRONG_PERSON", TAKEN},
    {"need.close", "Closes a need with its outcome.",
        {id_arg("the need"), {"outcome", CODE, required, named, "OUTCOME_…"}}, changes, referrers, "leeward need close 77ab01 --outcome OUTCOME_STABLE_IN_PLACEMENT", TAKEN},
    {"need.withdraw", "The survivor no longer wants this need. No reason and no second person needed.",
        {id_arg("the need"),
         {"reason", CODE, required, named, "WITHDRAW_…; PREFERS_NOT_TO_SAY is always right"},
         {"read-back", FLAG, required, named, "it was read back to the survivor"},
         {"bed-asked", FLAG, optional, named, "she is under way or in the house and was asked about the bed"}},
        changes, referrers, "leeward need withdraw 77ab01 --reason WITHDRAW_PREFERS_NOT_TO_SAY --read-back", TAKEN},
    {"need.duplicate", "Another worker or organisation goes on for the same survivor: ends this need.",
        {id_arg("the need"),
         {"same-as", ID, optional, named, "the other need, if it is of this organisation"},
         {"spoken", FLAG, optional, named, "the other referrer was spoken to, each under its own authority"}},
        changes, referrers, "leeward need duplicate 77ab01 --spoken", TAKEN},

    {"leg.list", "The questions that were asked, by us or of us, and how each stands.",
        {{"need", ID, optional, named, "only this need's"}, {"leg", ID, optional, named, "only this one"}, {"all", FLAG, optional, named, "ended ones too"}, {"page", NUMBER, optional, named, "which page, from 1"}}, reads, workers, "leeward leg list"},
    {"leg.show", "One question. On the shelter's side this opens the card, and the other side is told that a person did. On ours the card and the plan are shown only with a purpose.",
        {id_arg("the leg"), {"purpose", CODE, optional, named, "PURPOSE_…: why it is read; at the shelter PURPOSE_INTAKE if nothing is said"}},
        changes, workers, "leeward leg show 9c10aa", READ},
    {"leg.assign", "Gives an inquiry that we were asked to another worker: from now on it is hers and her team's.",
        {id_arg("the leg"), {"to", TEXT, required, named, "her work name"}}, changes, recipients, "leeward leg assign 9c10aa --to 'desk 2'"},
    {"leg.question", "Asks a coded question, or answers one.",
        {id_arg("the leg"), {"code", CODE, required, named, "Q_… to ask, A_… to answer, or for the shelter to say that it was answered by phone"}}, changes, workers, "leeward leg question 9c10aa --code Q_NIGHT_STAFF"},
    {"leg.offer", "Offers a bed and holds it.",
        {id_arg("the leg"),
         {"hold-minutes", NUMBER, optional, named, "how long; otherwise by the priority: 4 h, 24 h, 72 h"},
         {"conditions", LIST, optional, named, "CONDITION_… codes"}},
        changes, recipients, "leeward leg offer 9c10aa --conditions CONDITION_INTAKE_BEFORE_18"},
    {"leg.keep", "It still stands: re-confirms a place on the waiting list, or keeps a firm bed while there is no plan.",
        {id_arg("the leg")}, changes, workers, "leeward leg keep 9c10aa"},
    {"leg.ask-again", "Asks once more where the time ran out, while they still hold the card.",
        {id_arg("the leg")}, changes, referrers, "leeward leg ask-again 9c10aa"},
    {"leg.waitlist", "Offers a place on the waiting list.",
        {id_arg("the leg"), {"band", TEXT, required, named, "first_3, first_10 or later"}}, changes, recipients, "leeward leg waitlist 9c10aa --band first_3"},
    {"leg.decline", "Says no with a code. The code describes the programme, never the child.",
        {id_arg("the leg"), {"code", CODE, required, named, "DECLINE_…; VACANCY_GONE when it was chosen and is gone"}}, changes, recipients, "leeward leg decline 9c10aa --code DECLINE_NO_CAPACITY"},
    {"leg.review", "A supervisor upholds or returns a decline that is under review.",
        {id_arg("the leg"), {"code", CODE, required, named, "REVIEW_UPHELD or REVIEW_RETURNED"}, by_phone, number_called, passphrase_fd, passphrase_file},
        changes, recipients, "leeward leg review 9c10aa --code REVIEW_RETURNED", REFUSED, own_passphrase},
    {"leg.confirm", "Makes the bed firm for a survivor who chose it.", {id_arg("the leg")}, changes, recipients, "leeward leg confirm 9c10aa"},
    {"leg.plan", "The referrer proposes who meets whom and when; the shelter, with no window, acknowledges it.",
        {id_arg("the leg"),
         {"window-start", TIME, optional, named, "from when she may come: 21:30, tomorrow 09:00, 2026-11-24 21:30"},
         {"window-end", TIME, optional, named, "until when; two hours later both sides are called if she is not there"},
         {"roles", LIST, optional, named, "who comes: INVESTIGATOR, ADVOCATE, RELATIVE"},
         {"code-word", TEXT, optional, named, "spoken at the door"},
         {"person", TEXT, optional, named, "our named person: a work name or role"}},
        changes, workers, "leeward leg plan 9c10aa --window-start 'tomorrow 09:00' --window-end 'tomorrow 11:00' --roles INVESTIGATOR --code-word lamplight --person 'desk 1'"},
    {"leg.departed", "She is on her way; later with a new end of the window when it takes longer.",
        {id_arg("the leg"), {"window-end", TIME, optional, named, "she is delayed: until when, as 23:30"}}, changes, referrers, "leeward leg departed 9c10aa"},
    {"leg.arrived", "Handed over: she is in the house.", {id_arg("the leg"), {"late", FLAG, optional, named, "later than planned"}}, changes, recipients, "leeward leg arrived 9c10aa", TAKEN},
    {"leg.missing", "She is not where she should be. Phone first.", {id_arg("the leg"), {"code", CODE, required, named, "NOT_ARRIVED_…"}}, changes, workers, "leeward leg missing 9c10aa --code NOT_ARRIVED_UNABLE_TO_CONTACT", TAKEN},
    {"leg.phone-accepted", "A shelter said yes by telephone.",
        {id_arg("the leg"), {"person", TEXT, required, named, "who said yes"}, {"number", TEXT, required, named, "the call-back number used"}},
        changes, referrers, "leeward leg phone-accepted 9c10aa --person 'night worker' --number 555-0100"},
    {"leg.phone-arrived", "A shelter said by telephone that she has arrived.",
        {id_arg("the leg"), {"person", TEXT, required, named, "who said it"}, {"number", TEXT, required, named, "the call-back number used"}},
        changes, referrers, "leeward leg phone-arrived 9c10aa --person 'night worker' --number 555-0100", TAKEN},
    {"leg.phone-cancelled", "A shelter said by telephone that it has let the bed go: ends a cancellation that waits.",
        {id_arg("the leg"), {"person", TEXT, required, named, "who said it"}, {"number", TEXT, required, named, "the call-back number used"}},
        changes, referrers, "leeward leg phone-cancelled 9c10aa --person 'night worker' --number 555-0100", TAKEN},
    {"leg.cancel", "The referrer asks to end it; the shelter, asked so, confirms. Refused once she is under way.",
        {id_arg("the leg"), {"code", CODE, optional, named, "CANCEL_… when we ask; NOT_ARRIVED_… when she was missed and wants another place"},
         {"survivor", CODE, optional, named, "CLIENT_…: why she does not want it; stays here"}}, changes, workers, "leeward leg cancel 9c10aa --code CANCEL_NO_LONGER_NEEDED", TAKEN},
    {"leg.discard", "Sent to the wrong one: the recipient erases and attests.", {id_arg("the leg"), {"code", CODE, required, named, "MISDIRECT_… or EIE_…"}}, changes, workers, "leeward leg discard 9c10aa --code MISDIRECT_WRONG_RECIPIENT", TAKEN},
    {"leg.ended", "She has moved on. An outcome only at the level that the return path allows.",
        {id_arg("the leg"), {"outcome", CODE, optional, named, "OUTCOME_…"}}, changes, recipients, "leeward leg ended 9c10aa", TAKEN},
    {"leg.follow-up", "Tells the referrer how she is, as far as her return path allows.",
        {id_arg("the leg"),
         {"contact", TEXT, required, named, "yes or no: still in contact"},
         {"outcome", CODE, optional, named, "OUTCOME_…, only where the return path is DETAIL"}},
        changes, recipients, "leeward leg follow-up 9c10aa --contact yes"},
    {"leg.lost", "The bed is lost after a firm yes. Phone first.", {id_arg("the leg"), {"code", CODE, required, named, "VACANCY_GONE or EMERGENCY_CLOSURE"}, by_phone, number_called}, changes, recipients, "leeward leg lost 9c10aa --code VACANCY_GONE", TAKEN},
    {"leg.duplicate", "She may be known twice. A shelter asks both referrers, naming neither; if both agree, each is told whom to phone.",
        {id_arg("the leg"),
         {"with", ID, optional, named, "at the shelter: the other leg"},
         {"agree", FLAG, optional, named, "at a referrer: we agree to talk"}},
        changes, workers, "leeward leg duplicate 9c10aa --with 4be1f0"},

    {"release.new", "Drafts a release: one recipient, one purpose, listed fields, an end date. At a partner, with a leg, its return path.",
        {{"case", ID, optional, named, "the case"},
         {"to", TEXT, optional, named, "the one organisation"},
         {"fields", LIST, optional, named, "field names, or T2 / T3 for all of that tier that the case holds"},
         {"purpose", CODE, optional, named, "PURPOSE_…"},
         {"days", NUMBER, optional, named, "1 to 90; 30 if nothing is said"},
         {"language", TEXT, optional, named, "the language it is read aloud in"},
         {"basis", CODE, optional, named, "BASIS_…: what it rests on where that is no release"},
         {"jurisdiction", TEXT, optional, named, "TONIGHT: where it is to be lawful"},
         {"reach", LIST, optional, named, "TONIGHT: REACH_… codes, one for each attempt to reach a guardian or the agency"},
         {"cite", TEXT, optional, named, "mandate, order: what demands it; sealed here and read to her"},
         {"safety", TEXT, optional, named, "mandate, order: what keeps her safe"},
         {"notice", CODE, optional, named, "mandate, order: TOLD_SURVIVOR, or TOLD_LATER_…"},
         {"notice-days", NUMBER, optional, named, "in how many days she will be told"},
         {"leg", ID, optional, named, "return path: the leg through which she came to us"},
         {"return", TEXT, optional, named, "return path: COARSE or DETAIL"}},
        changes, workers, "leeward release new --case 3f2a91 --to 'Juniper House' --fields T2 --purpose PURPOSE_PLACEMENT"},
    {"release.edit", "Changes a draft. A text that was already read or signed never changes: this makes a new draft.",
        {id_arg("the release"),
         {"fields", LIST, optional, named, "the fields instead of those listed"},
         {"purpose", CODE, optional, named, "PURPOSE_…"},
         {"days", NUMBER, optional, named, "1 to 90"},
         {"language", TEXT, optional, named, "the language it is read aloud in"}},
        changes, workers, "leeward release edit 51be02 --fields preferred_name,allergies"},
    {"release.present", "Freezes the text and shows it, to be read aloud before anybody signs.", {id_arg("the release")}, changes, workers, "leeward release present 51be02"},
    {"release.sign", "Records a signature or a refusal, after the text was read aloud.",
        {id_arg("the release"),
         {"signer", TEXT, required, named, "MINOR, GUARDIAN, AGENCY_REPRESENTATIVE or COURT"},
         {"name", TEXT, required, named, "the signer's name: stays here, is checked against the local unsafe list"},
         {"refuse", FLAG, optional, named, "the signer says no"},
         {"take-back", FLAG, optional, named, "the signer takes back an earlier yes"},
         {"authority", CODE, optional, named, "AUTHORITY_…: by what right an adult signs; required for all but MINOR"},
         {"capacity", LIST, optional, named, "CAPACITY_… codes: what the minor was able to do"},
         {"language", TEXT, optional, named, "the language it was read aloud in to this signer"},
         {"interpreter", TEXT, optional, named, "who interpreted; required where that is neither en nor es"},
         {"minor-alone", FLAG, optional, named, "the minor may lawfully receive this service alone"},
         {"read-back", FLAG, required, named, "the text was read aloud and read back"},
         {"copy", TEXT, optional, named, "given, offered or not_safe"}},
        changes, workers, "leeward release sign 51be02 --signer GUARDIAN --name 'A. Example' --authority AUTHORITY_PARENT --read-back"},
    {"release.authorise", "TONIGHT without her signature, a mandate, an order: a second person takes part.",
        {id_arg("the release"),
         {"harm", CODE, optional, named, "TONIGHT: HARM_…"},
         by_phone, number_called},
        changes, workers, "leeward release authorise 51be02 --by-phone Grace --number 555-0102 --harm HARM_MEDICAL_TONIGHT"},
    {"release.show", "One release, its text and its signatures.", {id_arg("the release"), {"language", TEXT, optional, named, "en or es"}}, reads, workers, "leeward release show 51be02"},
    {"release.list", "Releases, live ones first.", {{"case", ID, optional, named, "only this case's, all of them"}, {"page", NUMBER, optional, named, "which page, from 1"}}, reads, workers, "leeward release list"},
    {"release.print", "A release on paper, with its text and room to sign. The printing is in the log.",
        {id_arg("the release"), {"language", TEXT, optional, named, "en or es"}, view_arg}, reads, workers, "leeward release print 51be02 --language es --out release.html"},
    {"release.withdraw", "Ends sharing at once. Anyone may record it; no reason needed. It takes no bed away.",
        {{"id", ID, optional, in_place, "the release; or say a scope"},
         {"case", ID, optional, named, "the case, with a scope"},
         {"leg", ID, optional, named, "at a partner: the leg through which she is known here"},
         {"scope", TEXT, optional, named, "PLACEMENT, COUNSELLING or ALL"},
         {"request", FLAG, optional, named, "the place or service itself is no longer wanted"},
         {"reason", CODE, optional, named, "WITHDRAW_…"},
         {"told", TIME, optional, named, "when she said it, as 21:30 or '2026-11-24 21:30' (now): kept with the release; sharing ends now"}},
        changes, workers, "leeward release withdraw 51be02", TAKEN},
    {"release.narrow", "The survivor no longer wants some fields shared. At once; the rest goes on.",
        {id_arg("the release"), {"fields", LIST, required, named, "the fields that are no longer shared"}},
        changes, workers, "leeward release narrow 51be02 --fields diet,practice", TAKEN},
    {"release.invalidate", "It should never have been valid: what was shared under it becomes an incident.",
        {id_arg("the release"), {"code", CODE, required, named, "RELEASE_INVALID_SIGNER or RELEASE_NOT_UNDERSTOOD"}},
        changes, supervisors, "leeward release invalidate 51be02 --code RELEASE_INVALID_SIGNER", TAKEN},
    {"release.notice", "She was told of what was shared without her signature, or why not yet.",
        {id_arg("the release"), {"code", CODE, required, named, "TOLD_…"}}, changes, workers, "leeward release notice 51be02 --code TOLD_SURVIVOR"},

    {"jurisdiction.set", "What counsel has filled in for a jurisdiction. TONIGHT is off until then.",
        {{"code", TEXT, required, in_place, "the jurisdiction, as you name it"},
         {"tonight", FLAG, optional, named, "TONIGHT may be used there"},
         {"counsel", TEXT, required, named, "who of counsel"},
         {"reference", TEXT, required, named, "where it is written"}},
        changes, administrators, "leeward jurisdiction set example --tonight --counsel 'C. Example' --reference 'memo 7'"},
    {"jurisdiction.show", "What counsel has filled in, by jurisdiction.", {}, reads, everyone, "leeward jurisdiction show"},

    {"grant.send", "Sends the fields of a live release to its recipient; otherwise done by itself once the bed is firm.",
        {{"release", ID, required, in_place, "the release"},
         {"to", TEXT, optional, named, "whom you mean; refused if the release names another"}}, changes, workers, "leeward grant send 51be02"},
    {"grant.open", "Reads what was shared with us. Says why; both logs keep it.",
        {id_arg("the grant"), {"purpose", CODE, required, named, "PURPOSE_…"}}, changes, workers, "leeward grant open 08cd77 --purpose PURPOSE_INTAKE", READ},
    {"grant.print", "What was shared with us, on paper for one reader. Says why; the reading and the printing are in the log.",
        {id_arg("the grant"), {"purpose", CODE, required, named, "PURPOSE_…"},
         {"leave-out", LIST, optional, named, "fields that do not stand on this sheet"},
         {"language", TEXT, optional, named, "en or es"}, view_arg}, changes, workers, "leeward grant print 08cd77 --purpose PURPOSE_INTAKE --out referral.html"},
    {"grant.list", "What we have shared and what was shared with us.",
        {{"leg", ID, optional, named, "only this leg's"}, {"grant", ID, optional, named, "only this one"}, {"all", FLAG, optional, named, "ended ones too"}, {"page", NUMBER, optional, named, "which page, from 1"}}, reads, workers, "leeward grant list"},
    {"grant.erase", "Erases what was shared with us and attests it, or names the lawful basis for keeping our own record.",
        {id_arg("the grant"), {"retain", TEXT, optional, named, "the lawful basis for our own service record"}, {"fields", LIST, optional, named, "the fields that our own record keeps"}}, changes, workers, "leeward grant erase 08cd77", TAKEN},
    {"grant.unreachable", "An organisation that holds something of ours has left for good. It stays counted.",
        {id_arg("the grant")}, changes, supervisors, "leeward grant unreachable 08cd77"},

    {"retention.show", "How long what is held here is kept, and what is kept longer.", {}, reads, everyone, "leeward retention show"},
    {"retention.set", "How many days our own records are kept after a case is closed.",
        {{"days", NUMBER, required, named, "1 to 36500"}}, changes, administrators, "leeward retention set --days 1095"},
    {"retention.hold", "A legal hold on our own copy of a case, or its end. Recipients erase on time all the same.",
        {{"case", ID, required, named, "the case"},
         {"code", CODE, optional, named, "HOLD_…"},
         {"lift", FLAG, optional, named, "the hold is over"}},
        changes, referrers, "leeward retention hold --case 3f2a91 --code HOLD_COURT"},
    {"retention.postpone", "More time before our own record is erased. A second person agrees first.",
        {{"case", ID, required, named, "the case"},
         {"days", NUMBER, required, named, "1 to 365, from when it is agreed"},
         {"code", CODE, required, named, "POSTPONE_…"}},
        changes, referrers, "leeward retention postpone --case 3f2a91 --days 90 --code POSTPONE_COMPLAINT"},

    {"access.ask", "An emergency: asks whoever holds the record for listed fields. Telephone as well.",
        {{"leg", ID, required, named, "the leg through which she is known here"},
         {"fields", LIST, required, named, "the fields by name"},
         {"harm", CODE, required, named, "HARM_…: what is feared"}},
        changes, recipients, "leeward access ask --leg 9c10aa --fields allergies --harm HARM_MEDICAL_TONIGHT"},
    {"access.grant", "Grants an emergency access for at most 4 hours, with a second person.",
        {id_arg("the access"),
         {"hours", NUMBER, optional, named, "1 to 4"},
         by_phone, number_called},
        changes, referrers, "leeward access grant 77c0de --by-phone Grace --number 555-0102"},
    {"access.deny", "Refuses an emergency access.", {id_arg("the access")}, changes, referrers, "leeward access deny 77c0de", TAKEN},
    {"access.review", "Somebody who had no part in it reviews an emergency access.",
        {id_arg("the access"), {"justified", FLAG, optional, named, "it was right"}, {"unjustified", FLAG, optional, named, "it was not: an incident"}, passphrase_fd, passphrase_file},
        changes, referrers, "leeward access review 77c0de --justified", REFUSED, own_passphrase},
    {"access.list", "Emergency accesses that are not settled, and how many reviews are overdue.", {{"all", FLAG, optional, named, "settled ones too"}}, reads, everyone, "leeward access list"},

    {"incident.open", "Reports that something went wrong. Disclosures of the leg stop; its care goes on.",
        {{"kind", CODE, required, named, "INCIDENT_…"},
         {"leg", ID, optional, named, "the leg that it concerns"},
         {"peer", TEXT, optional, named, "the organisation that it concerns"}},
        changes, workers_and_administrators, "leeward incident open --kind INCIDENT_DEVICE_LOST", TAKEN},
    {"incident.list", "The incidents that are not closed.", {{"all", FLAG, optional, named, "closed ones too"}}, reads, everyone, "leeward incident list"},
    {"incident.notice", "Records that a notice that is owed was given.",
        {id_arg("the incident"), {"code", CODE, required, named, "TOLD_…"}}, changes, workers_and_administrators, "leeward incident notice 3c1f00 --code TOLD_SURVIVOR"},
    {"incident.contain", "It can do no more harm: erased, the key revoked, or the organisation gone.",
        {id_arg("the incident"), {"code", CODE, required, named, "CONTAINED_…"}}, changes, workers_and_administrators, "leeward incident contain 3c1f00 --code CONTAINED_KEY_REVOKED", TAKEN},
    {"incident.close", "A supervisor has reviewed it.",
        {id_arg("the incident"), {"code", CODE, required, named, "REVIEWED_…"}}, changes, supervisors, "leeward incident close 3c1f00 --code REVIEWED_NO_HARM"},

    {"console", "Opens the page on this machine: a link that works once, within a minute, and asks for your passphrase.", {}, reads, everyone, "leeward console"},
    {"recovery.holder", "Names a recovery holder: three are needed, and any two of them open a backup. Replacing one needs a second person.",
        {{"name", TEXT, required, in_place, "what to call her: a work name or a role"},
         {"key", FILE, required, named, "the key that 'leeward recovery key' wrote for her: age1pq…"},
         {"instead-of", TEXT, optional, named, "whom she replaces, once three are named"}, passphrase_fd, passphrase_file},
        changes, administrators, "leeward recovery holder 'night supervisor' --key night.holder", REFUSED, own_passphrase},
    {"recovery.holders", "The recovery holders, and this node's number, which a restore asks for.", {}, reads, everyone, "leeward recovery holders"},
    {"backup.create", "Makes a backup while the node runs; it does so by itself each night. What is older than 30 days is removed.",
        {{"to", PATH, optional, named, "another folder than the node's own"}},
        changes, workers_and_administrators, "leeward backup create --to /media/stick"},
    {"backup.drilled", "Writes down that two holders have opened a backup; 'leeward backup drill' does so by itself.", {}, changes, everyone, "leeward backup drilled"},

    {"inbox", "What needs a person now, by deadline.", {}, reads, workers_and_administrators, "leeward inbox"},

    {"stats.show", "Numbers without people for a half-year: survivors, needs met and unmet, answers, outcomes.",
        {{"period", TEXT, optional, in_place, "the half-year, as 2026-H1; the newest one if nothing is said"},
         {"csv", FLAG, optional, named, "as a file for a spreadsheet"}},
        reads, everyone, "leeward stats show 2026-H1 --csv --out numbers.csv"},

    {"audit.show", "The newest entries of our own log, in words.", {{"limit", NUMBER, optional, named, "how many (20)"}}, reads, everyone, "leeward audit show --limit 50"},
    {"audit.leaves", "The leaves of a period with what opens them, page by page: 'audit bundle' seals them for an auditor.",
        {{"from", TEXT, optional, named, "the first day, as 2026-11-01 (the log's first)"},
         {"until", TEXT, optional, named, "the last day (today)"},
         {"leaf", NUMBER, optional, named, "goes on from this leaf"}},
        reads, auditors_and_supervisors, "leeward audit leaves --from 2026-11-01 --json"},
    {"audit.reconcile", "Compares what our log and a partner's have of each other in a week, and shows what is missing on which side.",
        {{"peer", TEXT, required, in_place, "the partner"},
         {"week", TEXT, optional, named, "a day of the week, as 2026-11-01 (this week)"},
         {"language", TEXT, optional, named, "en or es"}},
        changes, auditors_and_supervisors, "leeward audit reconcile 'Juniper House' --week 2026-11-01"},
    {"audit.prove", "For a survivor or a court: a file that proves what was shared of her and with whom, or that nothing was.",
        {id_arg("a need of hers"), {"open", FLAG, optional, named, "also the text of her releases, which names people"}},
        reads, referrers, "leeward audit prove 7a90c1 --out hers.proof"},
    {"audit.verify", "Verifies our whole log from its leaves up, and the files of it that others read.", {}, reads, everyone, "leeward audit verify"},
    {"witness.list", "The partners that witness our log, and the keys by which their signatures are known.", {}, reads, everyone, "leeward witness list"},
    {"witness.status", "How far each log is witnessed: ours, those of partners, and those that we witness.", {}, reads, everyone, "leeward witness status"},
    {"witness.policy", "Shows how many of which witnesses this node wants under a head, or sets it (c2sp.org/tlog-policy).",
        {{"set", FILE, optional, named, "the policy; an empty file goes back to the usual one"}},
        changes, administrators, "leeward witness policy --out witnesses.policy"},
    };
    return list;
}
// clang-format on

bool is_text(const Json& value, std::size_t max) {
    return value.as_string() != nullptr && value.as_string()->size() <= max;
}

bool fits(ArgType type, const Json& value) {
    constexpr std::size_t short_text = 4096;
    constexpr std::size_t file_text = 1024 * 1024;
    switch (type) {
        case NUMBER:
        case TIME:
            return value.as_int() != nullptr;
        case FLAG:
            return value.as_bool() != nullptr;
        case ID:
        case CODE:
            return is_text(value, 64);
        case TEXT:
        case PATH:
            return is_text(value, short_text);
        case FILE:
            return is_text(value, file_text);
        case SECRET:
            return false;
        case LIST:
            break;
    }
    const auto* items = value.as_array();
    return items != nullptr && items->size() <= 256 &&
           std::all_of(items->begin(), items->end(), [](const Json& item) {
               return is_text(item, short_text);
           });
}

Error bad(std::string_view command, std::string_view arg, std::string_view fault) {
    return Error{Errc::invalid_argument,
                 std::string(command) + ": --" + std::string(arg) + " " + std::string(fault) +
                     "; nothing was changed. See 'leeward help' for the command."};
}

}  // namespace

std::span<const CommandSpec> commands() {
    return table();
}

const CommandSpec* find_command(std::string_view name) {
    for (const auto& command : table())
        if (command.name == name) return &command;
    return nullptr;
}

bool reads_own_passphrase(const CommandSpec& command, const ArgSpec& arg) {
    return command.own_passphrase && arg.type == SECRET && arg.name.starts_with("passphrase-");
}

Outcome check_args(const CommandSpec& command, const Json& args) {
    static const Json::Object none;
    const auto* given = args.is_null() ? &none : args.as_object();
    if (given == nullptr) return Error{Errc::invalid_argument, "args must be an object"};
    for (const auto& [key, value] : *given) {
        const auto spec = std::find_if(
            command.args.begin(), command.args.end(), [&name = key](const ArgSpec& arg) {
                return arg.name == name;
            });
        if (spec == command.args.end()) return bad(command.name, key, "is not known");
        if (!fits(spec->type, value))
            return bad(command.name, key, "has a value of the wrong kind");
    }
    for (const auto& arg : command.args)
        if (arg.required && args.find(arg.name) == nullptr)
            return bad(command.name, arg.name, "is missing");
    return Done{};
}

}  // namespace leeward::schema
