// An incident as the page holds it, with what a test wants to be different.
let made = 0;

export function incident(fields = {}) {
  made += 1;
  return {
    index: made, id: `i${made}`, kind: { key: "shooting", label: "Shooting", labelKo: "총격", shape: "circle", color: "#000", colorDark: "#fff", count: 1 },
    start: "2015-01-01", end: "2015-01-01", precision: "day", assertion: "asserted", historical: false, summary: "", place: null, zone: null,
    actors: [], casualties: null, evidence: [], claims: [], known: [], ...fields,
  };
}

/** Whole numbers as the Python side writes them: an encoded polyline. */
export function letters(numbers) {
  return numbers.map((number) => {
    let rest = number < 0 ? -2 * number - 1 : 2 * number;
    let text = "";
    for (; rest >= 32; rest = Math.floor(rest / 32)) text += String.fromCharCode((rest % 32) + 32 + 63);
    return text + String.fromCharCode(rest + 63);
  }).join("");
}
