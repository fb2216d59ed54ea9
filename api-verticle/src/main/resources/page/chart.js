// A line chart over time, with the cursor, the zoom and the conditions that all charts of a screen share.

import {html, useEffect, useLayoutEffect, useRef} from "./preact.js";
import {joined, minute, time} from "./format.js";
import {colors} from "./theme.js";
import uPlot from "./uplot.js";

const HEIGHT = 168;
/** Steps that are round in KiB, MiB and GiB. */
const BINARY_STEPS = Array.from({length: 50}, (unused, power) => 2 ** power);
const GROUP = uPlot.sync("muster");
const zoom = {range: null, charts: new Set()};

export const seriesColor = index => colors().series[index % colors().series.length];

/** Undoes the zoom of all charts. */
export function resetZoom() {
  zoom.range = null;
  zoom.charts.forEach(chart => chart.setData(chart.data));
}

/**
 * lines: {name, values, band: {min, max}}; format turns a value into text and unit; max is the fixed end of the scale.
 * window is [from, to] in seconds, spans are shaded, highlighted is the number of a line or -1.
 */
export function Chart({title, times, lines, format, max, isBinary = false, window: shown, spans = [], highlighted = -1, version, theme, width, onHover}) {
  const box = useRef();
  const readout = useRef();
  const plot = useRef();
  const latest = useRef({});
  latest.current = {shown, spans, lines, format, onHover};
  useLayoutEffect(() => {
    if (width <= 0) return undefined;
    const chart = create(box.current, {times, lines, format, max, isBinary, width, latest, readout});
    plot.current = chart;
    zoom.charts.add(chart);
    return () => {
      zoom.charts.delete(chart);
      chart.destroy();
    };
  }, [width, theme, lines.length, max]);
  useEffect(() => {
    plot.current?.setData(columns(times, lines));
    describe(readout.current, plot.current, latest.current);
  }, [version, shown[0], shown[1], spans, times]);
  useEffect(() => {
    plot.current?.setSeries(highlighted < 0 ? null : highlighted + 1, {focus: true});
  }, [highlighted]);
  const last = lines.map(line => line.values.at(-1)).filter(value => value !== null && value !== undefined);
  const summary = last.length ? `now ${joined(format(Math.min(...last)))}${last.length > 1 ? ` to ${joined(format(Math.max(...last)))}` : ""}` : "no reading";
  return html`<figure class="chart"><figcaption><b>${title}</b><span ref=${readout} class="readout muted"></span></figcaption>
    <div ref=${box} class="plot" role="img" aria-label=${`${title}, ${summary}`}></div></figure>`;
}

const columns = (times, lines) => [times, ...lines.flatMap(line => (line.band ? [line.values, line.band.min, line.band.max] : [line.values]))];

function create(box, {times, lines, format, max, isBinary, width, latest, readout}) {
  const palette = colors();
  const hasBand = lines.some(line => line.band);
  const axis = {stroke: palette.muted, grid: {stroke: palette.line, width: 1}, ticks: {show: false}, font: "11px system-ui, sans-serif"};
  const series = lines.flatMap((line, index) => {
    const color = line.color ?? seriesColor(index);
    const own = {label: line.name, stroke: color, width: 1.5, dash: index >= palette.series.length ? [4, 3] : undefined, points: {show: false}};
    const edge = {stroke: "transparent", width: 0, points: {show: false}};
    return line.band ? [own, {...edge, label: ""}, {...edge, label: ""}] : [own];
  });
  const chart = new uPlot({
    width, height: HEIGHT, padding: [8, 8, 0, 0],
    cursor: {sync: {key: GROUP.key, setSeries: false}, focus: {prox: 24}, drag: {x: true, y: false, setScale: true}, y: false, points: {size: 6}},
    focus: {alpha: 0.18}, legend: {show: false}, select: {show: true},
    scales: {x: {time: true, range: (self, from, to) => zoom.range ?? (latest.current.shown ?? [from, to])}, y: {range: (self, low, high) => (max === undefined ? [0, Math.max(1, (high ?? 0) * 1.1)] : [0, max])}},
    axes: [{...axis, space: 64, size: 26, values: (self, ticks) => ticks.map(tick => minute(tick * 1000))},
      {...axis, size: 64, space: 28, incrs: isBinary ? BINARY_STEPS : undefined, values: (self, ticks) => ticks.map(tick => joined(format(tick)).replace(" %", "%"))}],
    series: [{}, ...series],
    bands: hasBand ? [{series: [3, 2], fill: alpha(lines[0].color ?? seriesColor(0))}] : [],
    hooks: {
      drawClear: [self => paintSpans(self, latest.current.spans)],
      setCursor: [self => describe(readout.current, self, latest.current)],
      setSelect: [self => { if (self.select.width > 4) { zoom.range = [self.posToVal(self.select.left, "x"), self.posToVal(self.select.left + self.select.width, "x")]; zoom.charts.forEach(other => other !== self && other.setData(other.data)); } }],
    },
  }, columns(times, lines), box);
  chart.over.addEventListener("dblclick", resetZoom);
  return chart;
}

const alpha = color => color + "33";

function paintSpans(self, spans) {
  const palette = colors();
  const {ctx, bbox} = self;
  const end = self.scales.x.max;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const span of spans) {
    const from = self.valToPos(span.from, "x", true);
    const to = self.valToPos(Math.min(span.to ?? end, end), "x", true);
    const isSevere = !/degraded|hot|asleep|full|skew/.test(span.kind);
    ctx.fillStyle = (isSevere ? palette.red : palette.amber) + "22";
    ctx.fillRect(from, bbox.top, Math.max(1, to - from), bbox.height);
    ctx.fillStyle = isSevere ? palette.red : palette.amber;
    ctx.fillRect(from, bbox.top + bbox.height - 3, Math.max(2, to - from), 3);
  }
  ctx.restore();
}

/** Shows the values under the cursor, or the newest ones; without a rendering of the screen. */
function describe(element, self, {lines, format}) {
  if (!element || !self) return;
  const index = self.cursor.idx;
  const isHovered = index !== null && index !== undefined;
  const at = isHovered ? index : self.data[0].length - 1;
  const values = lines.map(line => line.values[at]).filter(value => value !== null && value !== undefined);
  if (!values.length) {
    element.textContent = isHovered ? `${time(self.data[0][at] * 1000)}  no reading` : "";
    return;
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const text = values.length === 1 ? joined(format(values[0])) : lines.length === 2 ? lines.map(line => `${line.name} ${joined(format(line.values[at]))}`).join("  ") : `${joined(format(Math.min(...values)))} – ${joined(format(Math.max(...values)))}, mean ${joined(format(mean))}`;
  element.textContent = (isHovered ? time(self.data[0][at] * 1000) + "  " : "") + text;
}
