#include "node/app/command_stories.h"

#include <algorithm>

#include "node/app/backup_commands.h"
#include "node/exchange/access.h"
#include "node/exchange/accounting.h"
#include "node/exchange/answer.h"
#include "node/exchange/ask.h"
#include "node/exchange/auditing.h"
#include "node/exchange/capacity.h"
#include "node/exchange/disclose.h"
#include "node/exchange/drafting.h"
#include "node/exchange/duplicates.h"
#include "node/exchange/exposed.h"
#include "node/exchange/follow_up.h"
#include "node/exchange/frozen.h"
#include "node/exchange/grant_ends.h"
#include "node/exchange/hand_over.h"
#include "node/exchange/inbox.h"
#include "node/exchange/incidents.h"
#include "node/exchange/introduce.h"
#include "node/exchange/mail_places.h"
#include "node/exchange/need_ends.h"
#include "node/exchange/need_rests.h"
#include "node/exchange/need_to_know.h"
#include "node/exchange/needs.h"
#include "node/exchange/numbers.h"
#include "node/exchange/other_bases.h"
#include "node/exchange/outside.h"
#include "node/exchange/printing.h"
#include "node/exchange/proving.h"
#include "node/exchange/reconcile.h"
#include "node/exchange/referral_copy.h"
#include "node/exchange/release_ends.h"
#include "node/exchange/releases.h"
#include "node/exchange/resync.h"
#include "node/exchange/retention.h"
#include "node/exchange/return_path.h"
#include "node/exchange/revoke.h"
#include "node/exchange/signing.h"
#include "node/exchange/succeed.h"
#include "node/exchange/two_people.h"
#include "node/exchange/vouching.h"
#include "node/exchange/waiting.h"
#include "node/exchange/withdraw.h"
#include "node/exchange/witnessing.h"

namespace leeward::node {
namespace {

struct Named {
    std::string_view command;
    Story story;
};

// A test holds this against schema/commands.h.
constexpr Named stories[] = {
    {"node.status", node_status},
    {"identity.show", identity_show},
    {"peer.offer", peer_offer},
    {"peer.admit", peer_admit},
    {"peer.accept", peer_accept},
    {"peer.verify", peer_verify},
    {"peer.list", peer_list},
    {"peer.show", peer_show},
    {"peer.settle", peer_settle},
    {"peer.revoke", peer_revoke},
    {"peer.suspend", peer_suspend},
    {"peer.resume", peer_resume},
    {"peer.contact", peer_contact},
    {"mailhost.add", mailhost_add},
    {"mailhost.remove", mailhost_remove},
    {"mailhost.list", mailhost_list},
    {"peer.held", peer_held},
    {"peer.reopen", peer_reopen},
    {"capacity.set", capacity_set},
    {"capacity.show", capacity_show},
    {"case.new", case_new},
    {"case.list", case_list},
    {"case.show", case_show},
    {"case.reopen", case_reopen},
    {"case.check", case_check},
    {"case.assign", case_assign},
    {"case.accounting", case_accounting},
    {"case.print", case_print},
    {"need.new", need_new},
    {"need.list", need_list},
    {"need.show", need_show},
    {"need.ask", need_ask},
    {"need.choose", need_choose},
    {"need.edit", need_edit},
    {"need.ready", need_ready},
    {"need.pause", need_pause},
    {"need.resume", need_resume},
    {"need.unplaced", need_unplaced},
    {"need.reopen", need_reopen},
    {"need.follow-up", need_follow_up},
    {"need.close", need_close},
    {"need.withdraw", need_withdraw},
    {"need.cancel", need_cancel},
    {"need.error", need_error},
    {"need.duplicate", need_duplicate},
    {"leg.list", leg_list},
    {"leg.show", leg_show},
    {"leg.assign", leg_assign},
    {"leg.question", leg_question},
    {"leg.offer", leg_offer},
    {"leg.waitlist", leg_waitlist},
    {"leg.decline", leg_decline},
    {"leg.review", leg_review},
    {"leg.confirm", leg_confirm},
    {"leg.plan", leg_plan},
    {"leg.departed", leg_departed},
    {"leg.arrived", leg_arrived},
    {"leg.missing", leg_missing},
    {"leg.phone-accepted", leg_phone_accepted},
    {"leg.phone-arrived", leg_phone_arrived},
    {"leg.phone-cancelled", leg_phone_cancelled},
    {"leg.keep", leg_keep},
    {"leg.ask-again", leg_ask_again},
    {"leg.cancel", leg_cancel},
    {"leg.discard", leg_discard},
    {"leg.ended", leg_ended},
    {"leg.follow-up", leg_follow_up},
    {"leg.lost", leg_lost},
    {"leg.duplicate", leg_duplicate},
    {"approval.list", approval_list},
    {"approval.refuse", approval_refuse},
    {"approval.outside", approval_outside},
    {"release.new", release_new},
    {"release.edit", release_edit},
    {"release.present", release_present},
    {"release.sign", release_sign},
    {"release.authorise", release_authorise},
    {"release.show", release_show},
    {"release.list", release_list},
    {"release.print", release_print},
    {"release.narrow", release_narrow},
    {"release.withdraw", release_withdraw},
    {"release.invalidate", release_invalidate},
    {"release.notice", release_notice},
    {"jurisdiction.set", jurisdiction_set},
    {"jurisdiction.show", jurisdiction_show},
    {"grant.send", grant_send},
    {"grant.open", grant_open},
    {"grant.print", grant_print},
    {"grant.list", grant_list},
    {"grant.erase", grant_erase},
    {"grant.unreachable", grant_unreachable},
    {"retention.show", retention_show},
    {"retention.set", retention_set},
    {"retention.hold", retention_hold},
    {"retention.postpone", retention_postpone},
    {"access.ask", access_ask},
    {"access.grant", access_grant},
    {"access.deny", access_deny},
    {"access.review", access_review},
    {"access.list", access_list},
    {"incident.open", incident_open},
    {"incident.list", incident_list},
    {"incident.notice", incident_notice},
    {"incident.contain", incident_contain},
    {"incident.close", incident_close},
    {"recovery.holder", recovery_holder},
    {"recovery.holders", recovery_holders},
    {"backup.drilled", backup_drilled},
    {"inbox", inbox},
    {"stats.show", stats_show},
    {"audit.show", audit_show},
    {"audit.leaves", audit_leaves},
    {"audit.reconcile", audit_reconcile},
    {"audit.prove", audit_prove},
    {"witness.list", witness_list},
    {"witness.status", witness_status},
    {"witness.policy", witness_policy},
};

}  // namespace

Story story_of(std::string_view command) {
    const auto* found = std::find_if(std::begin(stories), std::end(stories), [&](const Named& one) {
        return one.command == command;
    });
    return found == std::end(stories) ? nullptr : found->story;
}

}  // namespace leeward::node
