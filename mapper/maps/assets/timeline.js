// Time: how many incidents when, a brush over it, and playback.

import { button, h, reducedMotion, svg } from "./dom.js";
import { dayNumber, isoDay } from "./filters.js";
import { formatDate } from "./format.js";
import { formatCount, t } from "./i18n.js";
import { paint } from "./symbols.js";

// Playback takes about this long, but no step is shorter or longer than these.
const PLAY_MS = 20_000;
const LEAST_STEP_MS = 150;
const MOST_STEP_MS = 700;
const MOST_BINS = 160;
const HEIGHT = 36;
const MARK_PX = 1.5; // of the lowest piece of a bar
const YEAR_DAYS = 365.25;
const MS_A_DAY = 86_400_000;
const MONDAY = 4; // 5 January 1970
const MOST_TICKS = 8;
/** Distances between ticks, in bins (days, weeks) or in months and years of the calendar. */
const TICK_STEPS = { day: [1, 2, 7, 14, 28], week: [1, 2, 4, 13, 26, 52], month: [1, 3, 6, 12, 24, 60], year: [1, 2, 5, 10, 20, 50, 100, 200] };

/**
 * Choose bins for a range of days: days, weeks, months or years, never more than fit.
 * @param {number} first whole days since 1970
 * @param {number} last
 * @returns {{unit: TimeUnit, starts: number[]}} first day of each bin
 */
export function makeBins(first, last) {
  const span = last - first + 1;
  const unit = span <= MOST_BINS / 2 ? "day" : span / 7 <= MOST_BINS - 1 ? "week" : span / 30 <= MOST_BINS ? "month" : "year";
  const starts = [];
  const from = new Date(first * MS_A_DAY);
  const monday = first - ((((first - MONDAY) % 7) + 7) % 7);
  const yearStep = Math.max(1, Math.ceil(span / YEAR_DAYS / MOST_BINS));
  for (let i = 0; ; i += 1) {
    const y = from.getUTCFullYear();
    const m = from.getUTCMonth();
    const at = unit === "day" ? first + i : unit === "week" ? monday + 7 * i : Date.UTC(unit === "year" ? y + i * yearStep : y, unit === "month" ? m + i : 0, 1) / MS_A_DAY;
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
 * The bins that bear a date below, so many as can be read.
 * @param {TimeUnit} unit
 * @param {number[]} starts
 * @returns {{bin: number, text: string}[]}
 */
export function makeTicks(unit, starts) {
  const calendar = starts.map((start, i) => {
    const date = new Date(start * MS_A_DAY);
    if (unit === "year") return date.getUTCFullYear();
    return unit === "month" ? date.getUTCFullYear() * 12 + date.getUTCMonth() : i;
  });
  const steps = TICK_STEPS[unit];
  const fits = (/** @type {number} */ step) => calendar.filter((at) => at % step === 0).length <= MOST_TICKS;
  const step = steps.find(fits) ?? steps[steps.length - 1];
  return starts.flatMap((start, bin) => {
    if (calendar[bin] % step !== 0) return [];
    const iso = isoDay(start);
    const precision = unit === "year" || (unit === "month" && step >= 12) ? "year" : unit === "month" ? "month" : "day";
    const text = formatDate({ start: iso, end: iso, precision });
    // The year is told above; "August 2015" and "5 August 2015" would run into each other.
    return [{ bin, text: precision === "day" ? text.replace(/ \d{4}$|^\d{4}년 /, "") : text }];
  });
}

/**
 * How much of what falls into each bin: what is known to be in one bin by its kind; what may
 * have been on any day of a longer time is spread over it, and kept apart.
 * @param {Incident[]} incidents
 * @param {number[]} starts
 * @returns {{kinds: Map<Kind, number[]>, vague: number[]}}
 */
export function countBins(incidents, starts) {
  /** @type {Map<Kind, number[]>} */
  const kinds = new Map();
  const steps = new Array(starts.length + 1).fill(0);
  for (const incident of incidents) {
    if (!incident.start) continue;
    const low = binOf(starts, dayNumber(incident.start));
    const high = incident.end === incident.start ? low : binOf(starts, dayNumber(incident.end));
    if (low === high) {
      let counts = kinds.get(incident.kind);
      if (!counts) kinds.set(incident.kind, counts = new Array(starts.length).fill(0));
      counts[low] += 1;
    } else {
      const share = 1 / (high - low + 1);
      steps[low] += share;
      steps[high + 1] -= share;
    }
  }
  let now = 0;
  const vague = starts.map((_, bin) => {
    now += steps[bin];
    return now < 1e-9 ? 0 : now;
  });
  return { kinds, vague };
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
  const bars = new Map(model.kinds.map((kind) => {
    const bar = svg("path", { class: "bar" });
    paint(/** @type {SVGElement} */ (bar), kind);
    return [kind, bar];
  }));
  const vague = svg("path", { class: "bar vague" });
  const shades = [svg("rect", { class: "shade", x: 0, y: 0, height: HEIGHT }), svg("rect", { class: "shade", y: 0, height: HEIGHT })];
  const chart = svg("svg", { class: "bars", viewBox: `0 0 ${starts.length} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" }, ...bars.values(), vague, ...shades);
  /** @type {number[]} */
  let totals = [];
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
  const ticks = h("div", { class: "ticks", "aria-hidden": "true" }, makeTicks(unit, starts).map(({ bin, text }) =>
    h("span", { style: `left: ${((100 * (bin + 0.5)) / starts.length).toFixed(2)}%` }, text)));
  // One bar has nothing to brush or to play.
  const single = lastBin === 0;
  const root = h("section", { class: single ? "timeline single" : "timeline", "aria-label": t("timeline") },
    h("div", { class: "timeline-head" }, single ? null : play, range, whole, undated, h("span", { class: "per how" }, t(`per_${unit}`))),
    single ? null : track, single ? null : ticks);
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
    return { start: iso, end: iso, precision: unit === "week" ? "day" : unit };
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
      if (on !== track && !chart.contains(on)) return;
      stop();
      origin = bin(event);
      track.setPointerCapture(event.pointerId);
      select(origin, origin);
    });
    track.addEventListener("pointermove", (event) => {
      const at = bin(event);
      if (origin === null) {
        const end = at < lastBin ? starts[at + 1] - 1 : last;
        const days = unit === "week" ? `${formatDate(asWhen(starts[at]))} – ${formatDate(asWhen(end))}` : formatDate(asWhen(starts[at]));
        track.title = `${days}: ${formatCount(Math.round(10 * (totals[at] || 0)) / 10)}`;
        return;
      }
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
    }, reducedMotion() ? MOST_STEP_MS : Math.min(MOST_STEP_MS, Math.max(LEAST_STEP_MS, PLAY_MS / starts.length)));
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
    const counted = countBins(timed, starts);
    totals = counted.vague.map((count, bin) => [...counted.kinds.values()].reduce((sum, counts) => sum + counts[bin], count));
    const unitHeight = HEIGHT / Math.max(1, ...totals);
    const tops = new Array(starts.length).fill(HEIGHT);
    /** @param {number[] | undefined} counts */
    const stack = (counts) => (counts || []).map((count, bin) => {
      if (!count) return "";
      const height = Math.min(tops[bin], Math.max(MARK_PX, count * unitHeight));
      tops[bin] -= height;
      return `M${bin + 0.07} ${tops[bin].toFixed(2)}h.86v${height.toFixed(2)}h-.86Z`;
    }).join("");
    for (const [kind, bar] of bars) bar.setAttribute("d", stack(counted.kinds.get(kind)));
    vague.setAttribute("d", stack(counted.vague));
    const [low, high] = [Number(from.value), Number(to.value)];
    shades[0].setAttribute("width", String(low));
    shades[1].setAttribute("x", String(high + 1));
    shades[1].setAttribute("width", String(lastBin - high));
    const ends = [formatDate(asWhen(starts[low])), formatDate(asWhen(high < lastBin ? starts[high + 1] - 1 : last))];
    const days = unit === "day" || unit === "week";
    const end = high < lastBin ? starts[high + 1] - 1 : last;
    const span = { start: isoDay(Math.max(first, starts[low])), end: isoDay(end), precision: "range" };
    range.textContent = days ? formatDate(span) : ends[0] === ends[1] ? ends[0] : ends.join(" – ");
    from.setAttribute("aria-valuetext", ends[0]);
    to.setAttribute("aria-valuetext", ends[1]);
    whole.hidden = low === 0 && high === lastBin;
  }

  return { root, refresh, stop };
}
