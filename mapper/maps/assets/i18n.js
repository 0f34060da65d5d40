// The words of the page in the language that is shown (strings.toml).

/** @type {{language: string, tables: Object<string, Object<string, string>>}} */
const words = { language: "en", tables: {} };

/**
 * Take the word tables of the payload.
 * @param {Object<string, Object<string, string>>} tables
 * @param {string} language
 */
export function setWords(tables, language) {
  words.tables = tables;
  words.language = tables[language] ? language : "en";
}

export const language = () => words.language;
export const locale = () => (words.language === "ko" ? "ko-KR" : "en-US");

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

/** @param {{label: string, labelKo?: string}} kind */
export const kindLabel = (kind) => (words.language === "ko" && kind.labelKo) || kind.label;

/** @param {number} count */
export const formatCount = (count) => count.toLocaleString(locale());

/**
 * "1 incident", "2 incidents".
 * @param {number} count
 * @param {string} noun
 */
export function plural(count, noun) {
  return t(`${noun}_${count === 1 ? "one" : "many"}`, { count: formatCount(count) });
}
