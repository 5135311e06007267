# The planted bugs. Each is one careless line, and each must be found: in universes (tests/sim/planted_test.cpp)
# or by the test that caught_test.cpp names.

# What was taken before is taken again, from another envelope; with the other name, from the same one too.
leeward_plant(node/exchange/receiver.cpp repeat-taken-again
[[    if (!rows.next()) return;
    checked.refused = rows.text(0);]]
[[    if (!rows.next() || PLANTED || ::leeward::test::is_planted("replay-taken-again")) return;
    checked.refused = rows.text(0);]])
leeward_plant(node/exchange/receiver.cpp repeat-taken-again
[["INSERT INTO received(peer,mid,at,refused,leaf) VALUES(?,?,?,?,?)"]]
[[PLANTED || ::leeward::test::is_planted("replay-taken-again") ? "INSERT OR REPLACE INTO received(peer,mid,at,refused,leaf) VALUES(?,?,?,?,?)" : "INSERT INTO received(peer,mid,at,refused,leaf) VALUES(?,?,?,?,?)"]])
leeward_plant(node/exchange/receiver.cpp replay-taken-again
[[        if (seen) return answer_again(tx, peer, rows);]]
[[        if (seen && !PLANTED) return answer_again(tx, peer, rows);]])
leeward_plant(node/exchange/receiver.cpp replay-taken-again
[["INSERT INTO envelope(ench,peer,receipt,leaves,epoch) VALUES(?,?,?,?,?)"]]
[[PLANTED ? "INSERT OR REPLACE INTO envelope(ench,peer,receipt,leaves,epoch) VALUES(?,?,?,?,?)" : "INSERT INTO envelope(ench,peer,receipt,leaves,epoch) VALUES(?,?,?,?,?)"]])
# A repeated message is not receipted again: a lost receipt never ends in "delivered".
leeward_plant(node/exchange/receiver.cpp repeat-not-answered
[[        const auto& h = checked.message.header;
        const auto body = crypto::sha256(as_bytes(checked.message.body));
        receipt.lines.push_back]]
[[        const auto& h = checked.message.header;
        if (PLANTED && checked.answered) continue;
        const auto body = crypto::sha256(as_bytes(checked.message.body));
        receipt.lines.push_back]])
# What a partner's clock says is taken for the time.
leeward_plant(node/exchange/receiver.cpp partners-clock-believed
[[    return said == schema::Time{} || ahead <= tolerated ? said : said - ahead;]]
[[    return PLANTED || said == schema::Time{} || ahead <= tolerated ? said : said - ahead;]])
# A disclosure is taken without a proof that its sender's log holds it.
leeward_plant(node/exchange/receiver.cpp no-proof-asked
[[        message_class != MessageClass::DISCLOSING ||]]
[[        message_class != MessageClass::DISCLOSING || PLANTED ||]])
# Sent is taken for delivered.
leeward_plant(node/outbox/outbox.cpp sent-is-forgotten
[[    return tx.run("UPDATE outbox SET state=?,attempts=attempts+1,due=? WHERE mid=?",]]
[[    if (PLANTED) return remove(tx, item.mid);
    return tx.run("UPDATE outbox SET state=?,attempts=attempts+1,due=? WHERE mid=?",]])
# A grant that waits is not taken back with its release.
leeward_plant(node/outbox/outbox.cpp withdrawn-still-waits
[[Outcome Outbox::abandon_grant(Transaction& tx, const schema::GrantId& grant, schema::Time now) {]]
[[Outcome Outbox::abandon_grant(Transaction& tx, const schema::GrantId& grant, schema::Time now) {
    if (PLANTED) return Done{};]])
# A closing word runs out like any other.
leeward_plant(node/outbox/courier.cpp closing-word-expires
[[    return item.message_class != MessageClass::CONTROL && item.expires <= now;]]
[[    return PLANTED ? item.created + std::chrono::minutes(2) <= now
                   : item.message_class != MessageClass::CONTROL && item.expires <= now;]])
# Whatever comes last wins, not what was written last.
leeward_plant(node/exchange/leg_taken.cpp last-to-come-wins
[[    if (message.header.counter > leg.answer.counter) {]]
[[    if (message.header.counter > leg.answer.counter || PLANTED) {]])
# What a failed sync left in the system's memory is taken for durable.
leeward_plant(node/store/store.cpp log-believed-from-memory
[[        if (code == SQLITE_OK) code = log->pMethods->xWrite(log, buffer.data(), some, at);]]
[[        if (code == SQLITE_OK && !PLANTED)
            code = log->pMethods->xWrite(log, buffer.data(), some, at);]])
# A commit is durable some time later.
leeward_plant(node/store/store.cpp commit-not-synced
[[    for (const char* comfort : comforts)]]
[[    if (PLANTED) LEEWARD_TRY(connection.run("PRAGMA synchronous=NORMAL", {}));
    for (const char* comfort : comforts)]])
# New work is taken on as though the disk were not full.
leeward_plant(node/store/store.cpp short-of-room-unsaid
[[    return state_->is_short;]]
[[    return state_->is_short && !PLANTED;]])
# A statement that fails is taken for done, and so is a commit.
leeward_plant(node/store/sql.cpp failure-taken-for-done
[[    if (code != SQLITE_DONE) error_ = sql::error_of(code);]]
[[    if (code != SQLITE_DONE && !PLANTED) error_ = sql::error_of(code);]])
# A statement for which there was no memory is taken for done.
leeward_plant(node/store/sql.cpp no-memory-taken-for-done
[[    Rows rows = query(text, values);
    while (rows.next()) {
    }
    return rows.status();]]
[[    try {
        Rows rows = query(text, values);
        while (rows.next()) {
        }
        return rows.status();
    } catch (const std::bad_alloc&) {
        if (!PLANTED) throw;
        return Done{};
    }]])
# Each migration is a transaction of its own.
leeward_plant(node/store/migrate.cpp upgrade-in-pieces
[[        LEEWARD_TRY(connection.script(std::string(all[next].sql)));]]
[[        LEEWARD_TRY(connection.script(std::string(all[next].sql)));
        if (PLANTED)
            LEEWARD_TRY(connection.script("COMMIT; BEGIN IMMEDIATE"));]])
# Frames of any size are taken into memory.
leeward_plant(node/transport/sockets.cpp frames-of-any-size
[[    socket.set(maxmsgsize, std::int64_t{max_frame_bytes} + curve_overhead);]]
[[    if (!PLANTED) socket.set(maxmsgsize, std::int64_t{max_frame_bytes} + curve_overhead);]])
# Who connects may take its time with the handshake.
leeward_plant(node/transport/sockets.cpp handshake-without-end
[[    socket.set(handshake_ivl, milliseconds(times.handshake));]]
[[    socket.set(handshake_ivl, PLANTED ? 0 : milliseconds(times.handshake));]])
# A connection is never asked whether it still is one.
leeward_plant(node/transport/sockets.cpp no-heartbeat
[[    socket.set(heartbeat_ivl, milliseconds(times.heartbeat));]]
[[    if (!PLANTED) socket.set(heartbeat_ivl, milliseconds(times.heartbeat));]])
# Who does not encrypt is talked to all the same.
leeward_plant(node/transport/sockets.cpp in-the-clear-if-asked
[[    socket.set(zmq::sockopt::curve_server, 1);
    socket.set(zmq::sockopt::curve_secretkey, buffer(ours.reveal()));]]
[[    if (!PLANTED) socket.set(zmq::sockopt::curve_server, 1);
    if (!PLANTED) socket.set(zmq::sockopt::curve_secretkey, buffer(ours.reveal()));]])
# Every key is admitted.
leeward_plant(node/transport/zap.cpp strangers-admitted
[[        const bool admitted = key && admits_(*key);]]
[[        const bool admitted = key && (PLANTED || admits_(*key));]])
# What is written does not read back.
leeward_plant(schema/json/json.cpp comma-forgotten
[[        if (index > 0) out_ += ',';]]
[[        if (index > 0 && !PLANTED) out_ += ',';]])
# Records are kept as they are.
leeward_plant(node/store/records.cpp record-in-the-clear
[[    Bytes out = to_bytes(nonce);]]
[[    if (PLANTED) return to_bytes(plaintext);
    Bytes out = to_bytes(nonce);]])
# The keys of what was erased stay.
leeward_plant(node/store/records.cpp erased-in-name-only
[[    return keyring_.erase(names);]]
[[    if (PLANTED) return Done{};
    return keyring_.erase(names);]])
# Receipts that have left are kept all the same.
leeward_plant(node/outbox/receipts.cpp receipts-are-kept
[[        auto& waiting = waiting_[peer];
        waiting.erase(]]
[[        auto& waiting = waiting_[peer];
        static std::deque<PendingReceipt> kept;
        if (PLANTED)
            kept.insert(kept.end(), waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(count));
        waiting.erase(]])
