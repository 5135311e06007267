#include "leg_search.h"

#include <functional>
#include <utility>

namespace leeward::test {

using namespace schema;  // NOLINT(google-build-using-namespace): the words of the tables

namespace {

constexpr LegStates shown_choice = LegStates::range(LegState::SELECTED, LegState::IN_TRANSIT);
constexpr LegStates in_house{LegState::ARRIVED, LegState::ENDED};

std::string words(Ask ask, Answer answer, Last knew) {
    return std::string(name(ask)) + " / " + std::string(name(answer)) + " / " +
           std::string(name(knew));
}

template <class Move, class Value>
struct Write {
    Move move;
    Value value;
};

// The table and every allowed write, looked up by the place of the entry.
class Model {
public:
    explicit Model(const LegRules& rules) : shown_(leg_table::tabulate(rules.rows)) {
        for (std::size_t i = 0; i < shown_.size(); ++i) {
            const auto ask = static_cast<Ask>(i / (answer_count * 3));
            const auto answer = static_cast<Answer>(i / 3 % answer_count);
            for (const AskRule& rule : rules.asks) {
                if (fits(rule, shown_[i], ask, answer, Sent::ANY))
                    asks_[i].push_back({rule.move, rule.value});
                if (fits(rule, shown_[i], ask, answer, Sent::NEVER))
                    unsent_asks_[i].push_back({rule.move, rule.value});
            }
            for (const AnswerRule& rule : rules.answers)
                if (fits(rule, shown_[i], answer, ask))
                    answers_[i].push_back({rule.move, rule.value});
        }
    }

    [[nodiscard]] LegState shown(std::size_t entry) const { return shown_[entry]; }
    [[nodiscard]] const auto& asks(std::size_t entry) const { return asks_[entry]; }
    [[nodiscard]] const auto& unsent_asks(std::size_t entry) const { return unsent_asks_[entry]; }
    [[nodiscard]] const auto& answers(std::size_t entry) const { return answers_[entry]; }

private:
    leg_table::Shown shown_;
    std::array<std::vector<Write<AskMove, Ask>>, std::tuple_size_v<leg_table::Shown>> asks_;
    std::array<std::vector<Write<AskMove, Ask>>, std::tuple_size_v<leg_table::Shown>> unsent_asks_;
    std::array<std::vector<Write<AnswerMove, Answer>>, std::tuple_size_v<leg_table::Shown>>
        answers_;
};

void check_entry(const Model& model, Ask ask, Answer answer, Last knew, Findings& found) {
    const std::size_t entry = leg_table::index(ask, answer, knew);
    const LegState state = model.shown(entry);
    const auto bad = [&](const char* what) {
        found.add(std::string(what) + ": " + words(ask, answer, knew) + " shows " +
                  std::string(name(state)));
    };
    const bool housed = answer == Answer::ARRIVED || answer == Answer::ENDED;
    const bool no_write = model.unsent_asks(entry).empty() && model.answers(entry).empty();
    if (housed && ask != Ask::DISCARD && name(state) != name(answer)) bad("an arrival is hidden");
    if (keeps_bed(answer) && answer != Answer::ARRIVED && is_terminal(state) &&
        model.answers(entry).empty())
        bad("a bed is kept behind a closed leg");
    if (gone(answer) && answer != Answer::ENDED &&
        (state == LegState::ACCEPTED || state == LegState::HANDOFF_SCHEDULED))
        bad("a bed that is gone is shown firm");
    if (shown_choice.contains(state) && !chooses(ask)) bad("shown as chosen by nobody");
    if (ask == Ask::MISSING && state != LegState::NOT_ARRIVED && !in_house.contains(state))
        bad("an alarm is silenced");
    if (!is_terminal(state) && no_write) bad("no way out");
}

void check_rows_used(const LegRules& rules, Findings& found) {
    std::set<std::size_t> used;
    for (std::size_t i = 0; i < std::tuple_size_v<leg_table::Shown>; ++i)
        used.insert(leg_table::which(rules.rows,
                                     static_cast<Ask>(i / (answer_count * 3)),
                                     static_cast<Answer>(i / 3 % answer_count),
                                     static_cast<Last>(i % 3)));
    for (std::size_t i = 0; i < rules.rows.size(); ++i)
        if (!used.contains(i)) found.add("row never decides: " + std::string(rules.rows[i].row));
}

// Whether `rests` can be reached from an entry by the steps of one side alone.
bool comes_to_rest(std::size_t start,
                   const std::function<bool(std::size_t)>& rests,
                   const std::function<std::vector<std::size_t>(std::size_t)>& steps) {
    std::vector<std::size_t> todo{start};
    std::set<std::size_t> seen{start};
    while (!todo.empty()) {
        const std::size_t entry = todo.back();
        todo.pop_back();
        if (rests(entry)) return true;
        for (const std::size_t after : steps(entry))
            if (seen.insert(after).second) todo.push_back(after);
    }
    return false;
}

Ask ask_of(std::size_t entry) {
    return static_cast<Ask>(entry / (answer_count * 3));
}
Answer answer_of(std::size_t entry) {
    return static_cast<Answer>(entry / 3 % answer_count);
}

void check_alone(const Model& model, std::size_t entry, Findings& found) {
    const auto referrer_rests = [&](std::size_t at) {
        return is_terminal(model.shown(at)) || model.shown(at) == LegState::ARRIVED;
    };
    const auto referrer_steps = [&](std::size_t at) {
        std::vector<std::size_t> after;
        for (const auto& write : model.asks(at))
            after.push_back(leg_table::index(write.value, answer_of(at), Last::ASK));
        return after;
    };
    const auto recipient_rests = [&](std::size_t at) {
        return gone(answer_of(at)) || answer_of(at) == Answer::NONE;
    };
    const auto recipient_steps = [&](std::size_t at) {
        std::vector<std::size_t> after;
        for (const auto& write : model.answers(at))
            after.push_back(leg_table::index(ask_of(at), write.value, Last::ANSWER));
        return after;
    };
    const auto entry_words = [&] {
        return words(ask_of(entry), answer_of(entry), static_cast<Last>(entry % 3));
    };
    if (!comes_to_rest(entry, referrer_rests, referrer_steps))
        found.add("the referrer alone never rests: " + entry_words());
    if (!comes_to_rest(entry, recipient_rests, recipient_steps))
        found.add("the recipient alone keeps a bed: " + entry_words());
}

// ------------------------------------------------------------------ the product

// Both nodes and what may still arrive, in 16 bytes, for the set of millions. Kept are the newest value
// of each register and all since the other side's copy; each of those may arrive or be lost. `a` holds
// three bits of the ask's counter, three of the recipient's copy (0: nothing came), one for A14, and
// for each counter four of the value and three of what it saw; `b` the same for the answer, with five
// bits of value. What is older than the copy is zero, so that equal futures are one state.
class Pair {
public:
    static Pair start() { return Pair{1, 0}; }  // A1

    [[nodiscard]] unsigned asks() const { return a_ & 7; }
    [[nodiscard]] unsigned ask_copy() const { return (a_ >> 3) & 7; }
    [[nodiscard]] bool recalled() const { return ((a_ >> 6) & 1) != 0; }
    [[nodiscard]] unsigned answers() const { return b_ & 7; }
    [[nodiscard]] unsigned answer_copy() const { return (b_ >> 3) & 7; }
    [[nodiscard]] AskRegister ask(unsigned counter) const {
        const auto slot = static_cast<unsigned>(a_ >> (7 * counter));
        if (counter == 0) return {};
        return {static_cast<Ask>(slot & 15), counter, (slot >> 4) & 7};
    }
    [[nodiscard]] AnswerRegister answer(unsigned counter) const {
        const auto slot = static_cast<unsigned>(b_ >> (8 * counter));
        if (counter == 0) return {};
        return {static_cast<Answer>(slot & 31), counter, (slot >> 5) & 7};
    }

    [[nodiscard]] Pair with_ask(Ask value, bool recall) const {
        const std::uint64_t slot = static_cast<unsigned>(value) | (answer_copy() << 4);
        return {(a_ + 1) | (slot << (7 * (asks() + 1))) | (std::uint64_t{recall} << 6), b_};
    }
    [[nodiscard]] Pair with_answer(Answer value) const {
        const std::uint64_t slot = static_cast<unsigned>(value) | (ask_copy() << 5);
        return {a_, (b_ + 1) | (slot << (8 * (answers() + 1)))};
    }
    [[nodiscard]] Pair ask_arrived(unsigned counter) const {
        const std::uint64_t kept = (a_ >> (7 * counter)) << (7 * counter);
        return {kept | (a_ & 0x47) | (std::uint64_t{counter} << 3), b_};
    }
    [[nodiscard]] Pair answer_arrived(unsigned counter) const {
        const std::uint64_t kept = (b_ >> (8 * counter)) << (8 * counter);
        return {a_, kept | (b_ & 7) | (std::uint64_t{counter} << 3)};
    }

    [[nodiscard]] bool empty() const { return a_ == 0; }  // never so for a_ state
    [[nodiscard]] std::size_t hash() const {
        std::uint64_t mixed = (a_ * 0x9e3779b97f4a7c15ULL) ^ ((b_ + 1) * 0xc2b2ae3d27d4eb4fULL);
        mixed ^= mixed >> 29;
        mixed *= 0xbf58476d1ce4e5b9ULL;
        return mixed ^ (mixed >> 32);
    }
    friend bool operator==(const Pair&, const Pair&) = default;

    Pair() = default;

private:
    Pair(std::uint64_t asks, std::uint64_t answers) : a_(asks), b_(answers) {}
    std::uint64_t a_ = 0;
    std::uint64_t b_ = 0;
};

// A set of pairs, open addressing.
class PairSet {
public:
    PairSet() : slots_(1U << 16) {}
    bool insert(const Pair& pair) {
        if (size_ * 4 >= slots_.size() * 3) grow();
        Pair& slot = place(pair);
        if (!slot.empty()) return false;
        slot = pair;
        ++size_;
        return true;
    }
    [[nodiscard]] std::size_t size() const { return size_; }

private:
    Pair& place(const Pair& pair) {
        std::size_t i = pair.hash() & (slots_.size() - 1);
        while (!slots_[i].empty() && slots_[i] != pair)
            i = (i + 1) & (slots_.size() - 1);
        return slots_[i];
    }
    void grow() {
        std::vector<Pair> old(slots_.size() * 2);
        old.swap(slots_);
        for (const Pair& pair : old)
            if (!pair.empty()) place(pair) = pair;
    }
    std::vector<Pair> slots_;
    std::size_t size_ = 0;
};

class Product {
public:
    Product(const LegRules& rules, unsigned max_asks, unsigned max_answers)
        : model_(rules), max_asks_(max_asks), max_answers_(max_answers) {}

    Findings run() {
        reach(Pair::start());
        while (!next_.empty()) {
            const std::vector<Pair> level = std::exchange(next_, {});
            for (const Pair& pair : level)
                expand(pair);
        }
        found_.states = seen_.size();
        for (std::size_t i = 1; i < used_asks_.size(); ++i)
            if (used_asks_[i]) found_.used.insert(std::string(name(static_cast<AskMove>(i))));
        for (std::size_t i = 1; i < used_answers_.size(); ++i)
            if (used_answers_[i]) found_.used.insert(std::string(name(static_cast<AnswerMove>(i))));
        return std::move(found_);
    }

private:
    static std::size_t entry(const AskRegister& ask, const AnswerRegister& answer) {
        return leg_table::index(ask.value, answer.value, last(ask, answer));
    }
    static std::size_t at_referrer(const Pair& p) {
        return entry(p.ask(p.asks()), p.answer(p.answer_copy()));
    }
    static std::size_t at_recipient(const Pair& p) {
        return entry(p.ask(p.ask_copy()), p.answer(p.answers()));
    }

    void reach(const Pair& pair) {
        if (seen_.insert(pair)) next_.push_back(pair);
    }

    void expand(const Pair& p) {
        write_asks(p);
        write_answers(p);
        deliver_asks(p);
        deliver_answers(p);
        check_quiet(p);
    }

    void write_asks(const Pair& p) {
        if (p.asks() >= max_asks_) return;
        const bool unsent = p.ask_copy() == 0 && p.asks() == 1;
        const std::size_t here = at_referrer(p);
        for (const auto& write : unsent ? model_.unsent_asks(here) : model_.asks(here)) {
            used_asks_[static_cast<std::size_t>(write.move)] = true;
            reach(p.with_ask(write.value, write.move == AskMove::A14));
        }
    }

    void write_answers(const Pair& p) {
        if (p.answers() >= max_answers_ || p.ask_copy() == 0) return;
        for (const auto& write : model_.answers(at_recipient(p))) {
            used_answers_[static_cast<std::size_t>(write.move)] = true;
            reach(p.with_answer(write.value));
        }
    }

    // Any newer value may arrive at any time; older ones are ignored from then on.
    void deliver_asks(const Pair& p) {
        if (p.recalled()) return;
        for (unsigned i = p.ask_copy() + 1; i <= p.asks(); ++i)
            reach(p.ask_arrived(i));
    }

    void deliver_answers(const Pair& p) {
        const LegState before = model_.shown(at_referrer(p));
        for (unsigned i = p.answer_copy() + 1; i <= p.answers(); ++i) {
            const Pair after = p.answer_arrived(i);
            const LegState now = model_.shown(at_referrer(after));
            if (!is_chosen(before) && before != LegState::ARRIVED && is_chosen(now))
                found_.add("chosen by an arriving answer: " + std::string(name(before)) + " to " +
                           std::string(name(now)));
            reach(after);
        }
    }

    void check_quiet(const Pair& p) {
        const bool agreed = p.ask_copy() == p.asks() && p.answer_copy() == p.answers();
        if (!agreed && !(p.recalled() && p.answers() == p.answer_copy())) return;
        ++found_.quiet;
        const std::size_t here = at_referrer(p);
        const LegState mine = model_.shown(here);
        if (agreed) check_agreed(p, mine, model_.shown(at_recipient(p)));
        if (!is_terminal(mine) && model_.unsent_asks(here).empty() &&
            (p.ask_copy() == 0 || model_.answers(at_recipient(p)).empty()))
            found_.add("nobody can go on from " + std::string(name(mine)));
    }

    void check_agreed(const Pair& p, LegState mine, LegState theirs) {
        if (mine != theirs)
            found_.add("the sides differ: " + std::string(name(mine)) + ", " +
                       std::string(name(theirs)));
        const Answer answer = p.answer(p.answers()).value;
        if ((answer == Answer::ARRIVED || answer == Answer::ENDED) && !in_house.contains(mine) &&
            mine != LegState::MISDIRECTED)
            found_.add("an arrival is lost: " + std::string(name(mine)));
    }

    Model model_;
    unsigned max_asks_;
    unsigned max_answers_;
    PairSet seen_;
    std::vector<Pair> next_;
    std::array<bool, ask_move_count + 1> used_asks_{};
    std::array<bool, answer_move_count + 1> used_answers_{};
    Findings found_;
};

}  // namespace

LegRules built_rules() {
    return {leg_table::rules,
            {ask_rules().begin(), ask_rules().end()},
            {answer_rules().begin(), answer_rules().end()}};
}

Findings walk_table(const LegRules& rules) {
    Findings found;
    const Model model(rules);
    check_rows_used(rules, found);
    for (std::size_t i = 0; i < std::tuple_size_v<leg_table::Shown>; ++i) {
        check_entry(model, ask_of(i), answer_of(i), static_cast<Last>(i % 3), found);
        check_alone(model, i, found);
    }
    found.states = std::tuple_size_v<leg_table::Shown>;
    return found;
}

Findings search(const LegRules& rules, unsigned max_asks, unsigned max_answers) {
    return Product(rules, max_asks, max_answers).run();
}

}  // namespace leeward::test
