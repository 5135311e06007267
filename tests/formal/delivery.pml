/* One disclosure on its way: entered in the sender's log, sent until it is receipted, stored once,
 * entered in the recipient's log, acknowledged; or taken back. Both ends crash between any two steps;
 * frames are lost, doubled and come late; junk may come first under the same encapsulated key.
 *
 * Must hold: nothing is stored that the sender's log does not hold (`unlogged`), nothing takes effect
 * twice, what is acknowledged is stored (`false_receipt`), and what was taken back before it ever left
 * is not stored (`recalled`). And, if the network lets something through again and again, it ends in a
 * receipt or is taken back (`ends`).
 *
 *   -DBUG_LOG_LATER     it leaves before its entry is on the disk, and nobody asks for a proof
 *   -DBUG_MEMORY        what was seen is remembered apart from what was stored
 *   -DBUG_RECEIPT_FIRST the receipt leaves before the store has it
 *   -DBUG_DROP_SEEN     what was seen before is dropped in silence
 *   -DBUG_JUNK          a seal that does not open is remembered as seen
 */
bool a_leaf = false, a_sent = false, a_done = false, a_back = false;   /* the sender's disk */
bool b_seen = false, b_leaf = false;                                   /* the recipient's */
byte b_stored = 0;
bool unlogged = false, false_receipt = false, recalled = false;
byte crashes = 0, junk = 0, lost = 0;

mtype = { TRUE_ONE, JUNK };
chan out = [2] of { mtype, bit };      /* which, and whether it proves its entry */
chan back = [1] of { bit };

inline store() {
    b_stored++;
    b_leaf = true;
    unlogged = unlogged || !a_leaf;
    recalled = recalled || (a_back && !a_sent)
}

active proctype Sender() {
    do
#ifdef BUG_LOG_LATER
    :: d_step { !a_leaf && nfull(out) -> a_sent = true; out!TRUE_ONE, 0 }
    :: !a_leaf -> a_leaf = true
#else
    :: !a_leaf -> a_leaf = true        /* one transaction: what is to be sent and its entry */
#endif
    :: d_step { a_leaf && !a_done && !a_back && nfull(out) && empty(back) -> a_sent = true; out!TRUE_ONE, 1 }
    :: a_leaf && !a_sent && !a_done && !a_back -> a_back = true
    :: d_step { nempty(back) -> back?_; a_done = true; false_receipt = false_receipt || b_stored == 0 }
    od
}

active proctype Network() {
    do
    :: d_step { lost < 2 && nempty(out) -> lost++; out?_, _ }
    :: d_step { junk < 1 && nfull(out) -> junk++; out!JUNK, 0 }
    od
}

inline receipt() {
    if
    :: nfull(back) -> back!1
    :: else
    fi
}

active proctype Recipient() {
    mtype what;
    bit proof;
again:
    do
    :: out?what, proof ->
        if
        :: what == JUNK && !b_seen ->
#ifdef BUG_JUNK
            b_seen = true
#else
            skip
#endif
        :: b_seen ->
#ifndef BUG_DROP_SEEN
            if
            :: b_stored > 0 -> receipt()     /* the one that is kept with it */
            :: else
            fi
#else
            skip
#endif
        :: else ->
#ifndef BUG_LOG_LATER
            if
            :: !proof -> goto again
            :: else
            fi;
#endif
#ifdef BUG_RECEIPT_FIRST
            receipt();
            if
            :: crashes < 1 -> crashes++; goto again
            :: true
            fi;
#endif
#ifdef BUG_MEMORY
            store();
            if
            :: crashes < 1 -> crashes++; goto again
            :: true
            fi;
            b_seen = true;
#else
            d_step { store(); b_seen = true }
#endif
            if
            :: crashes < 1 -> crashes++; goto again
            :: receipt()
            fi
        fi
    od
}

ltl logged { [] !unlogged }
ltl once { [] (b_stored < 2) }
ltl acknowledged { [] !false_receipt }
ltl taken_back { [] !recalled }
ltl ends { ([]<> (len(out) == 0)) -> <> (a_done || a_back) }
