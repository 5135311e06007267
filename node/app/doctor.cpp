#include "node/app/doctor.h"

#include <algorithm>

#include "node/app/backup_commands.h"
#include "node/app/ring.h"
#include "node/exchange/left_hosts.h"
#include "node/exchange/witnessing.h"
#include "schema/codes.h"

namespace leeward::node {
namespace {

using schema::Json;
using schema::Time;

constexpr std::uint64_t mebibyte = 1024 * 1024;
constexpr std::uint64_t little_room = 256 * mebibyte;

// One line of the doctor's, in both languages: in_language() keeps the one that is asked for.
Json check(std::string_view name,
           std::string_view light,
           std::string_view en,
           std::string_view es) {
    return Json::object({{"check", name}, {"light", light}, {"say", en}, {"say_es", es}});
}
Json sentence_check(std::string_view name, std::string_view light, std::string_view code) {
    return check(name,
                 light,
                 schema::sentence(code, schema::Language::EN),
                 schema::sentence(code, schema::Language::ES));
}

// What the store or the log say of themselves is in English.
Json broken(std::string_view name, const Error& error) {
    return check(name,
                 "red",
                 error.detail,
                 "deje de usar este nodo y llame a su responsable: " + error.detail);
}

Json in_language(const Json& both, std::string_view language) {
    Json out = Json::array();
    for (const Json& one : *both.as_array()) {
        const std::string spanish = one.text_at("say_es");
        Json line = Json::object();
        for (const auto& [key, value] : *one.as_object())
            if (key != "say_es") line.set(key, value);
        if (language == "es" && !spanish.empty()) line.set("say", spanish);
        out.push(std::move(line));
    }
    return out;
}

// ------------------------------------------------------------------ this machine

Json space_check(const Store& store) {
    const Space space = store.space();
    const std::string megabytes = std::to_string(space.free / mebibyte) + " MB";
    const std::string left = megabytes + " are free";
    const std::string quedan = "quedan " + megabytes + " libres";
    Json line;
    if (store.is_short())
        line = check(
            "disk",
            "red",
            "the disk is full, " + left +
                ": only withdrawals, endings, erasures and reading go on, and peers are asked "
                "to wait. Make room; everything then goes on by itself",
            "el disco está lleno, " + quedan +
                ": solo siguen las retiradas, los finales, los borrados y la lectura, y a las "
                "demás se les pide esperar. Haga sitio; después todo sigue solo");
    else if (space.free < little_room)
        line = check("disk",
                     "amber",
                     left + ", the reserve is whole: make room soon",
                     quedan + " y la reserva está entera: haga sitio pronto");
    else
        line = check("disk",
                     "green",
                     left + " and the reserve is whole",
                     quedan + " y la reserva está entera");
    line.set("free_bytes", static_cast<std::int64_t>(space.free));
    line.set("reserve_bytes", static_cast<std::int64_t>(space.reserve));
    return line;
}

Json notify_check(const Notify& notify) {
    const std::size_t ways = ways_of(notify);
    if (ways > 1)
        return check("notify",
                     "green",
                     "a raise leaves this node in more than one way",
                     "este nodo avisa por más de un camino");
    if (ways == 1)
        return check("notify",
                     "amber",
                     "a raise leaves this node in one way only: add another to [notify] in "
                     "config.toml",
                     "este nodo avisa por un solo camino: añada otro en [notify] de config.toml");
    return check("notify",
                 "amber",
                 "nobody is called when something comes at night: name a program in [notify] in "
                 "config.toml",
                 "nadie recibe un aviso si algo llega de noche: nombre un programa en [notify] de "
                 "config.toml");
}

Json store_check(Store& store) {
    const Outcome whole = store.verify();
    if (whole)
        return check("store",
                     "green",
                     "every page of the store is whole",
                     "cada página del almacén está entera");
    if (whole.error().code != Errc::disk_full) return broken("store", whole.error());
    return check("store",
                 "amber",
                 "not checked: that needs room on the disk",
                 "sin revisar: hace falta sitio en el disco");
}

void check_readings(const OpenedHome& home, Json& checks) {
    const std::size_t waiting = home.views.entries().size();
    if (waiting == 0) return;
    checks.push(check("readings",
                      "amber",
                      std::to_string(waiting) + " readings wait to enter the log",
                      "lecturas que esperan entrar en el registro: " + std::to_string(waiting)));
}

void check_slots(const Keyring& keyring, Json& checks) {
    for (const auto& slot : keyring.keyfile().slots())
        if (slot.cost.memory_kib < crypto::argon2id::floor_memory_kib)
            checks.push(check("passphrase",
                              "red",
                              "a passphrase slot is too cheap to guess",
                              "una frase es demasiado fácil de adivinar: cámbiela"));
}

// ------------------------------------------------------------------ the log

Json log_check(Desk& desk) {
    const auto log = desk.log.verify(desk.store, AuditLog::Depth::LEAVES);
    return log ? check("log", "green", "the log fits its tree", "el registro encaja con su árbol")
               : broken("log", log.error());
}

void check_log_files(const LogDirectory& files, Json& checks) {
    const auto& trouble = files.trouble();
    if (trouble.empty()) return;
    checks.push(check("log files",
                      "amber",
                      "the log's files could not be written: " + trouble,
                      "no se pudieron escribir los archivos del registro: " + trouble));
}

Json witness_check(Desk& desk, Time now) {
    const auto until =
        desk.store.peek([&](Transaction& tx) { return witnessed_until(desk, tx, now); });
    if (!until) return broken("witnesses", until.error());
    if (*until && now - **until < std::chrono::hours(24))
        return check("witnesses",
                     "green",
                     "partners have witnessed our log today",
                     "las demás han dado fe hoy de nuestro registro");
    if (*until && now - **until > std::chrono::hours(72))
        return check(
            "witnesses",
            "red",
            "for three days no partner has witnessed our log: partners may refuse names from here. "
            "See whether their machines can be reached: leeward witness status",
            "hace tres días que nadie da fe de nuestro registro: las demás pueden rechazar nombres "
            "de aquí. Vea si se llega a sus máquinas: leeward witness status");
    return check("witnesses",
                 "amber",
                 "no partner has witnessed our log today yet: leeward witness status",
                 "hoy nadie ha dado fe aún de nuestro registro: leeward witness status");
}

// ------------------------------------------------------------------ mail and partners

Json mail_check(Engine& engine, const OpenedHome& home) {
    const auto& places = engine.post().places();
    const auto hosts = static_cast<std::size_t>(std::count_if(
        places.begin(), places.end(), [](const MailPlace& place) { return !place.left; }));
    const std::size_t silent = engine.post().silent_places();
    if (home.identity.card.endpoint.empty() && hosts == 0)
        return check("mail",
                     "red",
                     "nobody connects to this node and no host keeps its mail: nothing can reach "
                     "it. Ask a partner for a place and take it with 'leeward mailhost add'",
                     "nadie se conecta a este nodo y nadie guarda su correo: nada puede llegarle. "
                     "Pida un lugar a otra organización y tómelo con 'leeward mailhost add'");
    if (hosts == 0)
        return check("mail",
                     "green",
                     "partners connect to this node themselves",
                     "las demás se conectan a este nodo");
    if (silent == hosts)
        return check("mail",
                     "red",
                     "no mail host answers: what is sent to us waits there or with its senders. "
                     "Look at this machine's network",
                     "nadie de quienes guardan el correo responde: lo que se nos envía espera allí "
                     "o con quien lo envía. Mire la red de esta máquina");
    if (silent > 0)
        return check("mail",
                     "amber",
                     "one of two mail hosts does not answer; the other one serves",
                     "de las dos que guardan el correo, una no responde; la otra sirve");
    if (hosts > 1)
        return check(
            "mail", "green", "both mail hosts answer", "las dos que guardan el correo responden");
    return check("mail",
                 "amber",
                 "our mail host answers; with a second one its failing would not stop our mail",
                 "quien guarda nuestro correo responde; con una segunda, un fallo suyo no lo "
                 "detendría");
}

// Nothing while everybody knows a host of ours that serves.
Outcome check_left_hosts(Engine& engine, Time now, Json& checks) {
    Desk& desk = engine.desk();
    LEEWARD_ASSIGN(const auto names, desk.store.peek([&](Transaction& tx) {
        return who_knows_no_host(desk, tx, engine.post(), now);
    }));
    if (names.empty()) return Done{};
    std::string all;
    for (const auto& name : names)
        all += (all.empty() ? "" : ", ") + name;
    checks.push(check("left mail hosts",
                      "amber",
                      "these know this node only at a mail host that we left and that does not "
                      "answer: " +
                          all +
                          ". Unless it comes back, exchange offers with them again: leeward peer "
                          "offer",
                      "estas solo conocen este nodo en un lugar de correo que dejamos y que no "
                      "responde: " +
                          all +
                          ". Si no vuelve, intercambie otra vez ofertas con ellas: leeward peer "
                          "offer"));
    return Done{};
}

// Of mail that is kept here for others, nothing while all is well.
void check_kept_mail(const Post& post, const OpenedHome& home, Json& checks) {
    if (!post.host_fault() && !home.mail_host_fault) return;
    const bool in_doubt = post.host_fault().has_value();
    const std::string en = in_doubt
                               ? "is in doubt: it is looked at again, at least hourly. If this "
                                 "line stays, "
                               : "does not open. To keep mail for others again, ";
    const std::string es = in_doubt ? "está en duda: se vuelve a revisar, al menos cada hora. Si "
                                      "esta línea sigue, "
                                    : "no se abre. Para volver a guardar correo de otras, ";
    checks.push(check("kept mail",
                      "red",
                      "the store of mail that is kept here for others " + en +
                          "stop this node, move the files mailhost.db* away, start it and hand out "
                          "new places with 'leeward mailhost open'. No mail is lost, who sent it "
                          "still has it, and this node's own is not touched",
                      "el almacén del correo que aquí se guarda para otras " + es +
                          "pare este nodo, aparte los archivos mailhost.db*, arránquelo y entregue "
                          "lugares nuevos con 'leeward mailhost open'. Ningún correo se pierde, "
                          "quien lo envió aún lo tiene, y el de este nodo no se toca"));
}

// Partners that have signed a time of our future.
Result<std::vector<schema::NodeId>> ahead_of_us(Store& store, schema::Time now) {
    std::vector<schema::NodeId> out;
    auto rows =
        store.query("SELECT node FROM peer WHERE peer_time>?", schema::unix_seconds(now) + 3'600);
    while (rows.next())
        out.push_back(rows.id<schema::NodeId>(0));
    LEEWARD_TRY(rows.status());
    return out;
}

Outcome check_clocks(const Desk& desk, Time now, Json& checks) {
    LEEWARD_ASSIGN(const auto ahead, ahead_of_us(desk.store, now));
    for (const auto& node : ahead)
        if (const Peer* peer = desk.peers.find(node))
            checks.push(check("clock",
                              "amber",
                              "the clock of " + peer->card.organisation +
                                  " is ahead of ours by more than an hour: one of the two is "
                                  "wrong. Deadlines hold; set it right all the same",
                              "el reloj de " + peer->card.organisation +
                                  " va más de una hora por delante del nuestro: uno de los dos "
                                  "está mal. Los plazos valen; póngalo en hora igualmente"));
    return Done{};
}

// Nothing of a partner with whom all is well.
std::optional<Json> peer_check(const Peer& peer, const Post& post, bool hidden, Time now) {
    const std::string& name = peer.card.organisation;
    if (peer.revoked()) return sentence_check(name, "red", "KEYS_REVOKED");
    if (peer.suspended) return sentence_check(name, "amber", "PARTNER_SUSPENDED");
    if (peer.frozen) return sentence_check(name, "red", "LOG_FROZEN");
    if (post.is_cut_off(peer.node()))
        return check(name,
                     "red",
                     "this node cannot connect to it, and what is sent there waits: its card names "
                     "no address, or this machine may not open more files. Phone them",
                     "este nodo no puede conectarse con ella, y lo que se le envía espera: su "
                     "tarjeta no da ninguna dirección, o esta máquina no puede abrir más archivos. "
                     "Llame");
    if (!peer.active())
        return check(name,
                     "amber",
                     "compare safety words: leeward peer verify",
                     "compare las palabras de seguridad: leeward peer verify");
    if (hidden && peer.is_hidden() && peer.psk_heard == 0)
        return check(name,
                     "amber",
                     "nothing has come from it since offers were exchanged. If that stays so once "
                     "both have accepted, exchange offers again: leeward peer offer",
                     "nada ha llegado de ella desde el intercambio de ofertas. Si sigue así cuando "
                     "ambas hayan aceptado, intercámbielas otra vez: leeward peer offer");
    if (peer.card.expires >= now) return std::nullopt;
    return check(name,
                 "amber",
                 "its card has expired: ask for a new one",
                 "su tarjeta ha caducado: pida una nueva");
}

Json card_check(const schema::NodeCard& card, Time now) {
    if (card.expires - now > std::chrono::hours(24 * 30))
        return check("card", "green", "our card is valid", "nuestra tarjeta es válida");
    return check("card",
                 "amber",
                 "our card ends within 30 days",
                 "nuestra tarjeta termina en menos de 30 días");
}

}  // namespace

Result<Json> doctor(Engine& engine, OpenedHome& home, Time now, std::string_view language) {
    Desk& desk = engine.desk();
    Json checks = Json::array();
    checks.push(space_check(home.store));
    checks.push(mail_check(engine, home));
    LEEWARD_TRY(check_left_hosts(engine, now, checks));
    check_kept_mail(engine.post(), home, checks);
    checks.push(notify_check(home.config.notify));
    checks.push(backup_check(home.store, now));
    checks.push(store_check(home.store));
    check_readings(home, checks);
    checks.push(log_check(desk));
    LEEWARD_TRY(check_clocks(desk, now, checks));
    check_log_files(home.log_files, checks);
    checks.push(witness_check(desk, now));
    const bool hidden = home.identity.card.endpoint.empty();
    for (const Peer* peer : desk.peers.all())
        if (auto said = peer_check(*peer, engine.post(), hidden, now))
            checks.push(std::move(*said));
    check_slots(home.keyring, checks);
    checks.push(card_check(home.identity.card, now));
    return Json::object({{"checks", in_language(checks, language)}});
}

}  // namespace leeward::node
