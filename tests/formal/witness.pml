/* A witness of logs: check, record, answer; and a log whose node can be set back to an old copy.
 *
 * Heads are numbers: life * LIFE + size. A head continues another one of the same life that is not
 * larger; that of a node which was set back and went on (life 1) continues only what both lives share.
 * Requests and answers are lost, doubled and overtaken; the witness crashes between any two steps.
 *
 * Must hold: nobody ever holds two of its cosignatures of heads of which neither continues the other.
 *
 *   -DBUG_ANSWER_FIRST   the answer leaves before the record is on the disk
 *   -DBUG_TWO_STEPS      what was cosigned last is read in one transaction and recorded in another
 *   -DBUG_NO_OLD         what the log says it showed before is not compared with the record
 *   -DBUG_ANY_ROOT       a head of the same size is cosigned whatever its root
 */
#define LIFE 8
#define NONE 255
#define MOST 3

byte disk = NONE;             /* what the witness has recorded */
byte first = NONE;            /* the greatest head that anybody holds a cosignature of */
bool forked = false;
byte life = 0, size = 0, branch = NONE;   /* of the log; `branch`: where life 1 begins */
byte heads = 0, restores = 0, crashes = 0;

chan ask = [2] of { byte, byte };         /* what was shown before, the head */
chan answer = [1] of { byte };

#define LIFE_OF(h) ((h) / LIFE)
#define SIZE_OF(h) ((h) % LIFE)
#define CONTINUES(old, new) \
    (SIZE_OF(old) <= SIZE_OF(new) && \
     (LIFE_OF(old) == LIFE_OF(new) || (LIFE_OF(old) == 0 && SIZE_OF(old) <= branch)))
#define ONE_LINE(a, b) (CONTINUES(a, b) || CONTINUES(b, a))

#ifdef BUG_NO_OLD
#define SHOWN_BEFORE(was, old) true
#define GROWS(was, old, new) \
    (SIZE_OF(was) <= SIZE_OF(new) && (old == NONE || CONTINUES(old, new)))
#else
#define SHOWN_BEFORE(was, old) (old == was)
#ifdef BUG_ANY_ROOT
#define GROWS(was, old, new) (SIZE_OF(was) == SIZE_OF(new) || CONTINUES(was, new))
#else
#define GROWS(was, old, new) CONTINUES(was, new)
#endif
#endif

/* A proof is made by whoever runs the log; it holds only if the tree has grown. */
inline judge(was, old, new, good) {
    if
    :: was == NONE -> good = (old == NONE)
    :: else -> good = (SHOWN_BEFORE(was, old) && GROWS(was, old, new))
    fi
}

/* Somebody holds a cosignature of `h`: from now on it counts. */
inline vouched(h) {
    d_step {
        if
        :: first != NONE && !ONE_LINE(first, h) -> forked = true
        :: else
        fi;
        if
        :: first == NONE || CONTINUES(first, h) -> first = h
        :: else
        fi
    }
}

active proctype Log() {
    byte held = NONE, heard = 0;
    do
    :: heads < MOST ->                              /* an hour is over */
        d_step { size++; heads++ }
    :: size > 0 && nfull(ask) ->
        ask!held, (life * LIFE + size)
    :: restores < 1 && size > 1 ->                  /* an old copy is put back, and goes on */
        d_step { restores++; branch = size - 1; size = size - 1; life = 1; held = NONE }
    :: answer?heard ->
        if
        :: heard < NONE -> vouched(heard); held = heard; heard = 0
        :: else
        fi
    :: disk != NONE && held != disk -> held = disk  /* a refusal says what is held */
    od
}

active [2] proctype Witness() {
    byte old, head, was;
    bool good;
again:
    skip;
    d_step { old = 0; head = 0; was = 0; good = false }   /* fewer states to walk */
    do
#ifdef BUG_TWO_STEPS
    :: ask?old, head ->
        was = disk;
        judge(was, old, head, good);
        if
        :: good -> disk = head
        :: else -> goto again
        fi;
#else
#ifdef BUG_ANSWER_FIRST
    :: ask?old, head ->
        was = disk;
        judge(was, old, head, good);
        if
        :: atomic { good && nfull(answer) -> answer!head }
        :: !good || full(answer) -> goto again
        fi;
        if
        :: crashes < 1 -> crashes++; goto again     /* before the record was made */
        :: skip
        fi;
        disk = head;
        goto again;
#else
    :: atomic {                                     /* one transaction */
           ask?old, head ->
           judge(disk, old, head, good);
           if
           :: good -> disk = head
           :: else -> goto again
           fi
       };
#endif
#endif
        if
        :: crashes < 1 -> crashes++; goto again     /* recorded, and the answer is lost */
        :: atomic { nfull(answer) -> answer!head }
        :: full(answer)                             /* lost */
        fi;
        goto again
    :: atomic { len(ask) == 1 -> ask?<old, head>; ask!old, head; goto again }   /* doubled */
    :: ask?old, head -> goto again                  /* lost */
    od
}

ltl never_forked { [] !forked }
