// Time: how many incidents when, a brush over it, and playback.

import { button, h, svg } from "./dom.js";
import { dayNumber, isoDay } from "./filters.js";
import { formatDate } from "./format.js";
import { formatCount, t } from "./i18n.js";

const STEP_MS = 700;
const MOST_BINS = 160;
const HEIGHT = 36;
const YEAR_DAYS = 365.25;

/**
 * Choose bins for a range of days: days, months or years, never more than fit.
 * @param {number} first whole days since 1970
 * @param {number} last
 * @returns {{unit: "day"|"month"|"year", starts: number[]}} first day of each bin
 */
export function makeBins(first, last) {
  const span = last - first + 1;
  const unit = span <= MOST_BINS / 2 ? "day" : span / 30 <= MOST_BINS ? "month" : "year";
  const starts = [];
  const from = new Date(first * 86_400_000);
  const yearStep = Math.max(1, Math.ceil(span / YEAR_DAYS / MOST_BINS));
  for (let i = 0; ; i += 1) {
    const y = from.getUTCFullYear();
    const m = from.getUTCMonth();
    const at = unit === "day" ? first + i : Date.UTC(unit === "year" ? y + i * yearStep : y, unit === "month" ? m + i : 0, 1) / 86_400_000;
    if (at > last) return { unit, starts };
    starts.push(at);
  }
}

/**
 * The bin of a day, by halving.
 * @param {number[]} starts
 * @param {number} day
 */
export function binOf(starts, day) {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle] <= day) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * Build the timeline.
 * @param {Model} model
 * @param {View} view
 * @param {() => void} onFilter
 */
export function createTimeline(model, view, onFilter) {
  const dated = model.incidents.filter((incident) => incident.start);
  const undatedBox = h("input", { type: "checkbox", "data-key": "undated", checked: view.undated, on: { change: () => { view.undated = undatedBox.checked; onFilter(); } } });
  const undatedCount = h("span", {});
  const undated = h("label", { class: "undated" }, undatedBox, undatedCount);
  if (!dated.length) {
    return { root: h("section", { class: "timeline empty", "aria-label": t("timeline") }, h("p", {}, t("no_dates")), undated), refresh: showUndated, stop() {} };
  }
  let first = Infinity;
  let last = -Infinity;
  for (const incident of dated) {
    first = Math.min(first, dayNumber(incident.start));
    last = Math.max(last, dayNumber(incident.end));
  }
  const { unit, starts } = makeBins(first, last);
  const lastBin = starts.length - 1;
  const bars = starts.map(() => svg("rect", { class: "bar", width: 0.86, y: 0, height: 0 }));
  bars.forEach((bar, i) => bar.setAttribute("x", String(i + 0.07)));
  const chart = svg("svg", { class: "bars", viewBox: `0 0 ${starts.length} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" }, ...bars);
  /**
   * @param {"from"|"to"} name
   * @param {() => void} onInput
   */
  const handle = (name, onInput) => h("input", { type: "range", class: `brush ${name}`, min: 0, max: lastBin, step: 1, "aria-label": t(name === "from" ? "time_from" : "time_until"), on: { input: onInput } });
  const from = handle("from", () => { from.value = String(Math.min(Number(from.value), Number(to.value))); take(); });
  const to = handle("to", () => { to.value = String(Math.max(Number(from.value), Number(to.value))); take(); });
  const range = h("output", { class: "range" });
  const play = button(t("play"), () => (timer ? stop() : start()), { class: "play", "aria-pressed": "false" });
  const whole = button(t("all_times"), () => { stop(); select(0, lastBin); }, { class: "whole" });
  const track = h("div", { class: "track" }, chart, from, to);
  const root = h("section", { class: "timeline", "aria-label": t("timeline") },
    h("div", { class: "timeline-head" }, play, range, whole, undated, h("span", { class: "per how" }, t(`per_${unit}`))), track,
    h("div", { class: "ends", "aria-hidden": "true" }, h("span", {}, formatDate(asWhen(first))), h("span", {}, formatDate(asWhen(last)))));
  let timer = 0;
  drag();
  L.DomEvent.disableClickPropagation(root);
  L.DomEvent.disableScrollPropagation(root);

  /**
   * @param {number} day
   * @returns {When}
   */
  function asWhen(day) {
    const iso = isoDay(day);
    return { start: iso, end: iso, precision: unit };
  }

  /** The brush into the view; the whole range is no filter. */
  function take() {
    const [low, high] = [Number(from.value), Number(to.value)];
    view.from = low > 0 ? isoDay(starts[low]) : "";
    view.to = high < lastBin ? isoDay(starts[high + 1] - 1) : "";
    onFilter();
  }

  /**
   * @param {number} low
   * @param {number} high
   */
  function select(low, high) {
    from.value = String(low);
    to.value = String(high);
    take();
  }

  /** A drag over the bars draws a new brush. */
  function drag() {
    /** @type {number | null} */
    let origin = null;
    /** @param {PointerEvent} event */
    const bin = (event) => {
      const box = track.getBoundingClientRect();
      return Math.max(0, Math.min(lastBin, Math.floor(((event.clientX - box.left) / box.width) * starts.length)));
    };
    track.addEventListener("pointerdown", (event) => {
      const on = /** @type {Element} */ (event.target);
      if (on !== track && on !== chart && !on.classList.contains("bar")) return;
      stop();
      origin = bin(event);
      track.setPointerCapture(event.pointerId);
      select(origin, origin);
    });
    track.addEventListener("pointermove", (event) => {
      if (origin === null) return;
      const at = bin(event);
      if (Math.min(origin, at) !== Number(from.value) || Math.max(origin, at) !== Number(to.value)) select(Math.min(origin, at), Math.max(origin, at));
    });
    for (const type of ["pointerup", "pointercancel"]) track.addEventListener(type, () => { origin = null; });
  }

  /** Play: the brush moves on; without one, time fills up from the start. */
  function start() {
    const isWhole = Number(from.value) === 0 && Number(to.value) === lastBin;
    if (isWhole) select(0, 0);
    else if (Number(to.value) === lastBin) select(0, Number(to.value) - Number(from.value));
    const grows = isWhole;
    timer = window.setInterval(() => {
      if (Number(to.value) >= lastBin) return stop();
      return select(Number(from.value) + (grows ? 0 : 1), Number(to.value) + 1);
    }, STEP_MS);
    play.textContent = t("stop");
    play.setAttribute("aria-pressed", "true");
  }

  function stop() {
    window.clearInterval(timer);
    timer = 0;
    play.textContent = t("play");
    play.setAttribute("aria-pressed", "false");
  }

  /** @param {Incident[]} timed */
  function showUndated(timed) {
    undatedBox.checked = view.undated;
    undatedCount.textContent = t("undated", { count: formatCount(timed.filter((incident) => !incident.start).length) });
  }

  /**
   * Draw the bars anew for what passes all other filters.
   * @param {Incident[]} timed
   */
  function refresh(timed) {
    showUndated(timed);
    from.value = String(view.from ? binOf(starts, dayNumber(view.from)) : 0);
    to.value = String(view.to ? binOf(starts, dayNumber(view.to)) : lastBin);
    const counts = new Array(starts.length).fill(0);
    for (const incident of timed) if (incident.start) counts[binOf(starts, dayNumber(incident.start))] += 1;
    const most = Math.max(1, ...counts);
    const [low, high] = [Number(from.value), Number(to.value)];
    bars.forEach((bar, i) => {
      const height = counts[i] ? Math.max(2, (counts[i] / most) * HEIGHT) : 0;
      bar.setAttribute("height", String(height));
      bar.setAttribute("y", String(HEIGHT - height));
      bar.classList.toggle("out", i < low || i > high);
    });
    const ends = [formatDate(asWhen(starts[low])), formatDate(asWhen(high < lastBin ? starts[high + 1] - 1 : last))];
    range.textContent = ends[0] === ends[1] ? ends[0] : ends.join(" – ");
    from.setAttribute("aria-valuetext", ends[0]);
    to.setAttribute("aria-valuetext", ends[1]);
    whole.hidden = low === 0 && high === lastBin;
  }

  return { root, refresh, stop };
}
