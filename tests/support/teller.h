// Who hears the story while it is played.
#pragma once

#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>

namespace leeward::test {

class Teller {
public:
    virtual ~Teller() = default;
    virtual void chapter(std::string_view title) = 0;
    // "Harbor Light | asks three shelters"
    virtual void does(std::string_view who, std::string_view what) = 0;
    // What stands on somebody's screen.
    virtual void sees(std::string_view who, std::string_view what) = 0;
    // What did not get anywhere.
    virtual void unseen(std::string_view what) = 0;
    // What the one who tells the story says aside.
    virtual void aside(std::string_view what) = 0;
};

class SilentTeller final : public Teller {
public:
    void chapter(std::string_view) override {}
    void does(std::string_view, std::string_view) override {}
    void sees(std::string_view, std::string_view) override {}
    void unseen(std::string_view) override {}
    void aside(std::string_view) override {}
};

// Writes it down for people, the time of the story beside each line; in colours if asked.
class PrintingTeller final : public Teller {
public:
    enum class Look : std::uint8_t { PLAIN, COLOURED };
    enum class Chapters : std::uint8_t { COUNTED, AS_TITLED };
    // `now` gives the story's clock in unix seconds.
    PrintingTeller(std::ostream& out,
                   Look look,
                   std::function<std::int64_t()> now,
                   Chapters counting = Chapters::COUNTED);

    void chapter(std::string_view title) override;
    void does(std::string_view who, std::string_view what) override;
    void sees(std::string_view who, std::string_view what) override;
    void unseen(std::string_view what) override;
    void aside(std::string_view what) override;

private:
    void line(std::string_view who, std::string_view bar, std::string_view what, int colour);
    [[nodiscard]] std::string stamp();
    [[nodiscard]] std::string painted(std::string_view text, int colour) const;

    std::ostream& out_;
    Look look_;
    std::function<std::int64_t()> now_;
    Chapters counting_;
    std::int64_t first_day_;
    int chapters_ = 0;
    std::string last_stamp_;
    std::string last_who_;
};

}  // namespace leeward::test
