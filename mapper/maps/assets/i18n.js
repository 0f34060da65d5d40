// The words of the page in the language that is shown (strings.toml).

/** @type {{language: string, tables: Object<string, Object<string, string>>, towns: Map<string, string>, numbers: Intl.NumberFormat}} */
const words = { language: "en", tables: {}, towns: new Map(), numbers: new Intl.NumberFormat("en-US") };

/**
 * Take the word tables of the payload.
 * @param {Object<string, Object<string, string>>} tables
 * @param {string} language
 * @param {[name: string, hangul: string][]} [towns] places whose Korean name is known
 */
export function setWords(tables, language, towns) {
  if (towns) words.towns = new Map(towns.filter(([, hangul]) => hangul));
  words.tables = tables;
  words.language = tables[language] ? language : "en";
  words.numbers = new Intl.NumberFormat(words.language === "ko" ? "ko-KR" : "en-US");
  patterns = null;
}

export const language = () => words.language;

/**
 * Say something in the language of the page.
 * @param {string} key
 * @param {Object<string, string|number>} [values] put in the place of `{name}`
 */
export function t(key, values = {}) {
  const text = words.tables[words.language]?.[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

/**
 * Say a word of the model (`zone` + `jsa`), or the word itself when nobody named it.
 * @param {string} group
 * @param {string} key
 */
export function named(group, key) {
  return words.tables[words.language]?.[`${group}_${key}`] ?? key.replaceAll("_", " ");
}

/**
 * Say a word that may as well be the user's own, which then stays to the letter.
 * @param {string} group
 * @param {string} key
 */
export function wordOf(group, key) {
  return words.tables[words.language]?.[`${group}_${key}`] ?? key;
}

/** @param {{label: string, labelKo?: string}} kind */
export const kindLabel = (kind) => (words.language === "ko" && kind.labelKo) || kind.label;

/**
 * With one formatter for all: `toLocaleString` looks for its own each time.
 * @param {number} count
 */
export const formatCount = (count) => words.numbers.format(count);

/**
 * "1 incident", "2 incidents".
 * @param {number} count
 * @param {string} noun
 */
export function plural(count, noun) {
  return t(`${noun}_${count === 1 ? "one" : "many"}`, { count: formatCount(count) });
}

// Longer texts are none of the program's own, and would make its patterns slow.
const LONGEST_PHRASE = 400;
/** @type {{test: RegExp, marks: string[], korean: string}[] | null} */
let patterns = null;

/** The patterns of phrases.toml, compiled when the first is needed. */
function phrasePatterns() {
  patterns ??= Object.entries(words.tables.phrases || {}).filter(([english]) => /[{[]/.test(english)).map(([english, korean]) => {
    /** @type {string[]} */
    const marks = [];
    const source = english.replace(/\{([=,]?\w+)\}|\[(\w+)\]|[.*+?^${}()|[\]\\]/g, (all, mark, maybe) => {
      if (maybe) return `(?:${maybe})?`;
      if (!mark) return `\\${all}`;
      marks.push(mark);
      return "((?:(?!; ).)+?)";
    });
    return { test: new RegExp(`^${source}$`, "s"), marks, korean };
  });
  return patterns;
}

/**
 * @param {string} text
 * @returns {string | undefined} nothing, when no phrase fits
 */
function phrase(text) {
  const table = words.tables.phrases || {};
  const exact = table[text] ?? table[text.toLowerCase()];
  if (exact !== undefined || text.length > LONGEST_PHRASE) return exact;
  for (const { test, marks, korean } of phrasePatterns()) {
    const found = test.exec(text);
    if (!found) continue;
    const values = Object.fromEntries(marks.map((mark, i) => {
      const value = found[i + 1];
      if (mark.startsWith(",")) return [mark.slice(1), value.split(", ").map(say).join(", ")];
      return mark.startsWith("=") ? [mark.slice(1), say(value)] : [mark, value];
    }));
    return korean.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  }
  return undefined;
}

/**
 * Say in the language of the page what the program wrote in English prose (phrases.toml); what
 * it does not know it leaves as it is.
 * @param {string} text
 * @returns {string}
 */
export function say(text) {
  if (words.language !== "ko" || !text) return text;
  return phrase(text) ?? text.split("; ").map((part) => phrase(part) ?? part).join("; ");
}

/**
 * What the manifest says of a layer.
 * @param {LayerInfo} layer
 * @param {"title" | "source" | "note"} key
 */
export function sayLayer(layer, key) {
  const known = (words.language === "ko" && words.tables.layers) || {};
  return (known[`${layer.name}_en`] === layer.title && known[`${layer.name}_${key}`]) || layer[key];
}

/**
 * A name of which the page knows the Korean one: the two Koreas, the lines, the towns.
 * @param {string} name
 * @returns {string}
 */
export function sayName(name) {
  if (words.language !== "ko") return name;
  const names = words.tables.names || {};
  const [whole, part, ...more] = name.split(", ");
  return names[name] ?? words.towns.get(name) ?? (part && !more.length && names[part] ? `${names[whole] ?? whole} ${names[part]}` : name);
}
