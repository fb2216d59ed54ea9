// Numbers, units and times as text: one place for rounding and units.

const integers = new Intl.NumberFormat("en-US");
const clock = new Intl.DateTimeFormat("en-GB", {hour: "2-digit", minute: "2-digit", second: "2-digit"});
const shortClock = new Intl.DateTimeFormat("en-GB", {hour: "2-digit", minute: "2-digit"});
const day = new Intl.DateTimeFormat("en-GB", {day: "numeric", month: "short"});
const collator = new Intl.Collator("en", {numeric: true});

export const DASH = "–";
export const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

export const compareNames = (a, b) => collator.compare(a, b);
export const isNumber = value => typeof value === "number" && Number.isFinite(value);
export const integer = value => (isNumber(value) ? integers.format(Math.round(value)) : DASH);
export const plural = (count, word, words = word + "s") => `${integer(count)} ${count === 1 ? word : words}`;

/** A number and its unit, which are shown in different colors. */
export const percent = value => [isNumber(value) ? String(Math.round(value)) : DASH, isNumber(value) ? "%" : ""];
export const celsius = value => [isNumber(value) ? String(Math.round(value)) : DASH, isNumber(value) ? "°C" : ""];

export function watts(value) {
  if (!isNumber(value)) return [DASH, ""];
  if (value < 1000) return [String(Math.round(value)), "W"];
  if (value < 1e6) return [(value / 1000).toFixed(value < 1e4 ? 2 : 1), "kW"];
  return [(value / 1e6).toFixed(2), "MW"];
}

export function joules(value) {
  if (!isNumber(value)) return [DASH, ""];
  const wattHours = value / 3600;
  if (wattHours < 1000) return [wattHours.toFixed(wattHours < 10 ? 1 : 0), "Wh"];
  if (wattHours < 1e6) return [(wattHours / 1000).toFixed(1), "kWh"];
  return [(wattHours / 1e6).toFixed(2), "MWh"];
}

export function bytes(value) {
  if (!isNumber(value)) return [DASH, ""];
  const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
  let scaled = value;
  let index = 0;
  while (scaled >= 1024 && index < units.length - 1) {
    scaled /= 1024;
    index++;
  }
  return [index === 0 || scaled >= 100 ? String(Math.round(scaled)) : scaled.toFixed(1), units[index]];
}

export const mebibytes = value => bytes(isNumber(value) ? value * 1048576 : undefined);
export const joined = ([value, unit]) => (unit ? `${value} ${unit}` : value);

export function duration(seconds) {
  const rounded = Math.max(0, Math.round(seconds));
  if (rounded < 60) return `${rounded} s`;
  if (rounded < 3600) return `${Math.floor(rounded / 60)} min`;
  if (rounded < 86400) {
    const minutes = Math.floor((rounded % 3600) / 60);
    return `${Math.floor(rounded / 3600)} h${minutes && rounded < 36000 ? ` ${minutes} min` : ""}`;
  }
  return plural(Math.floor(rounded / 86400), "day");
}

const isToday = date => new Date().toDateString() === date.toDateString();

/** The time of an instant in the zone of the viewer, with the day unless it is today. */
export function time(instant) {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return DASH;
  return isToday(date) ? clock.format(date) : `${day.format(date)} ${shortClock.format(date)}`;
}

export function minute(instant) {
  const date = new Date(instant);
  return isToday(date) ? shortClock.format(date) : `${day.format(date)} ${shortClock.format(date)}`;
}

export const utc = instant => new Date(instant).toISOString().replace("T", " ").replace(/\.\d+Z$/, " UTC");
export const secondsSince = instant => (Date.now() - new Date(instant).getTime()) / 1000;
