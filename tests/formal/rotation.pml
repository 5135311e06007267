/* The weekly keys of a pair and a message sealed under them, beside clocks that are wrong, a partner
 * that sleeps, frames that are lost or come late, and a thief who takes every key at the end.
 *
 * A sender seals to the newest prekey that it holds. The recipient destroys private parts, and moves the
 * pair's key on, by the earlier of its own clock and the newest time that somebody has vouched for; the
 * pair's key only as far as that partner has itself sealed something. What cannot be opened is answered
 * by fresh prekeys, under the pair's key of the present week, which both can derive from an older one.
 *
 * Must hold: what is acknowledged was opened; no private part is destroyed in its own week while one
 * of the two clocks is right (`early`); a pair is never past the present week, where nothing that its
 * partner sends could ever reach it (`stranded`); after a sweep, what is older than the grace cannot be
 * opened by anybody (`late`).
 *
 *   -DBUG_ACK_FIRST   the receipt leaves before the message was opened
 *   -DBUG_OWN_CLOCK   destruction follows one's own clock alone
 *   -DBUG_ONE_SIDED   the pair's key moves on although its partner has not shown the newer one
 *   -DBUG_KEEP        the private part outlives its grace
 */
#define WEEKS 4
#define GRACE 2
#define WRONG 3

byte now = 0;                     /* the true week */
bool clock_wrong = false;         /* the recipient's stands WRONG weeks ahead */
bool other_wrong = false;         /* so does a third node's, which has vouched for its time */
byte vouched = 0;                 /* the newest week that anybody has vouched for */
byte oldest = 0, pair_oldest = 0; /* what the recipient still holds */
byte shown = 0;                   /* the newest week in which the sender has sealed */
byte known = 0;                   /* the newest prekey that the sender holds */
byte swept = 0;                   /* the week of the last sweep */
byte tries = 0;
bool asleep = false, opened = false, acked = false;
bool acked_unopened = false, early = false, stranded = false, late = false;

chan frames = [1] of { byte };
chan receipts = [1] of { bit };
chan prekeys = [1] of { byte };

#define CLOCK (clock_wrong -> now + WRONG : now)
#define LESS(a, b) ((a) < (b) -> (a) : (b))
#define MORE(a, b) ((a) > (b) -> (a) : (b))
#ifdef BUG_OWN_CLOCK
#define SAFE CLOCK
#else
#define SAFE LESS(CLOCK, vouched)
#endif

active proctype World() {
    do
    :: now < WEEKS -> now++
    :: clock_wrong = !clock_wrong
    :: !other_wrong -> d_step { other_wrong = true; vouched = now + WRONG }
    :: asleep = !asleep
    od
}

active proctype Sender() {
    byte week;
    do
    :: !asleep && !acked && tries < 3 && nfull(frames) ->
        d_step { tries++; shown = MORE(known, shown); vouched = MORE(now, vouched); frames!known }
    :: !asleep && nempty(receipts) ->
        d_step {
            receipts?_;
            acked = true;
            acked_unopened = acked_unopened || !opened
        }
    :: !asleep && nempty(prekeys) ->       /* one that is not of its time is not taken */
        d_step {
            prekeys?week;
            if
            :: week <= now + 1 -> known = MORE(week, known)
            :: else
            fi
        }
    od
}

inline answer() {
    if
    :: nfull(receipts) -> receipts!1
    :: else
    fi
}

active proctype Recipient() {
    byte week;
    do
    :: frames?week ->
        d_step {
#ifdef BUG_ACK_FIRST
            answer();
#endif
            if
            :: week >= oldest && week >= pair_oldest -> opened = true; answer()
            :: else ->
                if
                :: nfull(prekeys) -> prekeys!CLOCK
                :: else
                fi
            fi
        }
    :: frames?week                          /* lost on the way */
    :: d_step {                             /* the hourly sweep */
           SAFE >= GRACE ->
           swept = SAFE;
#ifndef BUG_KEEP
           oldest = MORE(oldest, SAFE - GRACE);
#endif
#ifdef BUG_ONE_SIDED
           pair_oldest = MORE(pair_oldest, SAFE - GRACE);
#else
           pair_oldest = MORE(pair_oldest, LESS(SAFE - GRACE, shown));
#endif
           early = early || (SAFE > now + GRACE && !(clock_wrong && other_wrong));
           stranded = stranded || pair_oldest > MORE(now, known);
           late = late || oldest + GRACE < swept
       }
    od
}

ltl acknowledged { [] !acked_unopened }
ltl in_time { [] !early }
ltl reachable { [] !stranded }
ltl forgotten { [] !late }
