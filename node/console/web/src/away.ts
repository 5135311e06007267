// What is left on the screen after leaving: this month, and nothing else.
const today = new Date();
const words = navigator.language || "en";
const element = (id: string) => document.getElementById(id) as HTMLElement;
document.documentElement.lang = words;

element("month").textContent = today.toLocaleDateString(words, { month: "long", year: "numeric" });
const first = new Date(today.getFullYear(), today.getMonth(), 1);
const start = new Date(first);
start.setDate(1 - ((first.getDay() + 6) % 7));
for (let day = 0; day < 7; day++) {
    const head = document.createElement("th");
    head.scope = "col";
    const at = new Date(start);
    at.setDate(start.getDate() + day);
    head.textContent = at.toLocaleDateString(words, { weekday: "short" });
    element("days").append(head);
}
const at = new Date(start);
do {
    const week = document.createElement("tr");
    for (let day = 0; day < 7; day++, at.setDate(at.getDate() + 1)) {
        const cell = document.createElement("td");
        if (at.getMonth() === today.getMonth()) cell.textContent = String(at.getDate());
        if (at.getMonth() === today.getMonth() && at.getDate() === today.getDate()) cell.className = "today";
        week.append(cell);
    }
    element("weeks").append(week);
} while (at.getMonth() === today.getMonth());

export {};
