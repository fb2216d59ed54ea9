// The heat grid: one cell for each GPU, one line of cells for each host, on a canvas. Colors are magnitudes; states are
// shapes: hatches, frames, corners.

import {html, useEffect, useLayoutEffect, useRef, useState} from "./preact.js";
import {celsius, joined, mebibytes, percent, watts} from "./format.js";
import {gpuWord, usage} from "./model.js";
import {isAbsent, isSimulated} from "./store.js";
import {colors, magnitude, whenThemeChanges} from "./theme.js";
import {Icon, Simulated, useWidth} from "./ui.js";

/** Cell sizes from large to small; text is the value in the cell. */
const LEVELS = [
  {cell: 44, height: 28, gap: 2, label: 116, text: true, max: 132},
  {cell: 28, height: 24, gap: 2, label: 88, text: true, max: 44},
  {cell: 14, height: 16, gap: 1, label: 92, max: 26},
  {cell: 10, height: 11, gap: 1, label: 0, max: 14},
  {cell: 6, height: 7, gap: 1, label: 0, max: 8},
];
const COLUMN_GAP = 14;

export const METRICS = {
  utilization: {name: "Utilization", text: gpu => percent(gpu.utilization), ratio: gpu => known(gpu.utilization) / 100, scale: ["0 %", "100 %"]},
  memory: {name: "Memory", text: gpu => percent((100 * known(gpu.memory)) / known(gpu.facts.memory_total_mib)), ratio: gpu => known(gpu.memory) / known(gpu.facts.memory_total_mib), scale: ["empty", "full"]},
  temperature: {name: "Temperature", text: gpu => celsius(gpu.temperature), ratio: gpu => heat(gpu), scale: ["cool", "at slowdown"]},
  power: {name: "Power", text: gpu => watts(gpu.power), ratio: gpu => known(gpu.power) / (gpu.facts.power_limit_watts ?? 700), scale: ["0 W", "limit"]},
};

const known = value => (value === null || value === undefined ? NaN : value);
/** The margin to the slowdown counts, not the degrees: 50 K below it is cool. */
const heat = gpu => 1 - ((gpu.facts.slowdown_celsius ?? 90) - known(gpu.temperature)) / 55;

export function layout(hosts, width, maxHeight, zoom) {
  const gpus = hosts.reduce((most, host) => Math.max(most, host.gpus.length), 1);
  const fits = LEVELS.findIndex(level => linesOf(hosts.length, gpus, level, width) * (level.height + level.gap) <= maxHeight);
  const automatic = fits < 0 ? LEVELS.length - 1 : fits;
  const level = LEVELS[Math.max(0, Math.min(LEVELS.length - 1, automatic - zoom))];
  let columns = columnsOf(gpus, level, width);
  const fewest = Math.ceil(hosts.length / Math.max(1, Math.floor(maxHeight / (level.height + level.gap))));
  columns = Math.max(1, Math.min(columns, Math.max(fewest, 1)));
  const lines = Math.ceil(hosts.length / columns);
  const columnWidth = Math.floor((width + COLUMN_GAP) / columns) - COLUMN_GAP;
  const cell = Math.max(4, Math.min(level.max, Math.floor((columnWidth - level.label) / gpus) - level.gap));
  const hostWidth = level.label + gpus * (cell + level.gap);
  return {level, columns, lines, cell, gpus, pitch: columns === 1 ? hostWidth : Math.min(columnWidth, hostWidth + 3 * COLUMN_GAP) + COLUMN_GAP, row: level.height + level.gap, height: lines * (level.height + level.gap)};
}

const columnsOf = (gpus, level, width) => Math.max(1, Math.floor((width + COLUMN_GAP) / (level.label + gpus * (level.cell + level.gap) + COLUMN_GAP)));
const linesOf = (hosts, gpus, level, width) => {
  const tooWide = level.label + gpus * (level.cell + level.gap) > width;
  return tooWide && level.label ? Infinity : Math.ceil(hosts / columnsOf(gpus, level, width));
};

const place = (grid, host) => ({x: Math.floor(host / grid.lines) * grid.pitch, y: (host % grid.lines) * grid.row});

export function HeatGrid({fleet, hosts, metric, selected, onSelect, onOpen, maxHeight = 440}) {
  const [box, width] = useWidth();
  const canvas = useRef();
  const [zoom, setZoom] = useState(0);
  const [hover, setHover] = useState(null);
  const [themed, setThemed] = useState(0);
  const grid = width > 0 ? layout(hosts, width, maxHeight, zoom) : null;
  useEffect(() => whenThemeChanges(() => setThemed(count => count + 1)), []);
  useLayoutEffect(() => {
    if (grid) paint(canvas.current, {grid, fleet, hosts, metric: METRICS[metric], selected, width});
  }, [width, zoom, themed, fleet, fleet.version, hosts, metric, selected?.host, selected?.gpu, maxHeight]);

  const at = event => {
    const bounds = canvas.current.getBoundingClientRect();
    return grid && cellAt(grid, hosts, event.clientX - bounds.left, event.clientY - bounds.top);
  };
  const onKeyDown = event => {
    const next = moved(event.key, selected, hosts, grid);
    if (next) {
      event.preventDefault();
      onSelect(next);
    } else if (event.key === "Enter" && selected) onOpen(selected);
    else if (event.key === "Escape") onSelect(null);
  };
  const onWheel = event => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    setZoom(value => Math.max(-2, Math.min(4, value + (event.deltaY < 0 ? 1 : -1))));
  };
  const shown = hover ?? (selected && find(hosts, selected));
  return html`<div class="grid-box" ref=${box}>
    <div class="grid-scroll" style=${{maxHeight: `${maxHeight + 24}px`}} tabindex="-1">
      <canvas ref=${canvas} tabindex="0" role="application" aria-roledescription="heat grid" aria-label=${`${METRICS[metric].name} of each GPU. Arrow keys move, Enter opens the host; the table below has the same values.`}
        onPointerMove=${event => setHover(at(event))} onPointerLeave=${() => setHover(null)} onKeyDown=${onKeyDown} onWheel=${onWheel}
        onClick=${event => { const cell = at(event); if (cell) onOpen({host: cell.host.name, gpu: cell.gpu}); }}></canvas>
    </div>
    <p class="visually-hidden" aria-live="polite">${!hover && shown ? describe(fleet, shown) : ""}</p>
    ${grid && shown && html`<${Card} fleet=${fleet} cell=${shown} grid=${grid} hosts=${hosts} width=${width} />`}
  </div>`;
}

const find = (hosts, selected) => {
  const position = hosts.findIndex(host => host.name === selected.host);
  return position < 0 ? null : {host: hosts[position], gpu: Math.min(selected.gpu, hosts[position].gpus.length - 1), position};
};

function cellAt(grid, hosts, x, y) {
  const column = Math.floor(x / grid.pitch);
  const line = Math.floor(y / grid.row);
  const position = column * grid.lines + line;
  if (column < 0 || line < 0 || line >= grid.lines || position >= hosts.length) return null;
  const gpu = Math.floor((x - column * grid.pitch - grid.level.label) / (grid.cell + grid.level.gap));
  const host = hosts[position];
  if (gpu >= host.gpus.length) return null;
  return {host, gpu: Math.max(0, gpu), position};
}

function moved(key, selected, hosts, grid) {
  if (!key.startsWith("Arrow") && key !== "Home" && key !== "End") return null;
  if (!hosts.length || !grid) return null;
  const current = selected && find(hosts, selected);
  if (!current) return {host: hosts[0].name, gpu: 0};
  let {position, gpu} = current;
  if (key === "ArrowUp") position--;
  if (key === "ArrowDown") position++;
  if (key === "Home") position = 0;
  if (key === "End") position = hosts.length - 1;
  if (key === "ArrowLeft" && --gpu < 0) { position -= grid.lines; gpu = grid.gpus; }
  if (key === "ArrowRight" && ++gpu >= current.host.gpus.length) { position += grid.lines; gpu = 0; }
  const host = hosts[position];
  return host ? {host: host.name, gpu: Math.max(0, Math.min(gpu, host.gpus.length - 1))} : {host: current.host.name, gpu: current.gpu};
}

function describe(fleet, {host, gpu: index}) {
  if (index < 0) return `${host.name}, no GPU`;
  const gpu = fleet.gpu(host, index);
  return `${host.name} GPU ${index}, ${gpuWord(gpu.state)}, utilization ${joined(percent(gpu.utilization))}, memory ${joined(mebibytes(gpu.memory))}, ${joined(celsius(gpu.temperature))}, ${joined(watts(gpu.power))}`;
}

function Card({fleet, cell, grid, hosts, width}) {
  const {host, gpu: index, position} = cell;
  if (index < 0 || !hosts[position]) return null;
  const gpu = fleet.gpu(host, index);
  const {x, y} = place(grid, position);
  const left = Math.max(0, Math.min(width - 264, x + grid.level.label + index * (grid.cell + grid.level.gap)));
  const use = usage(host, gpu, index);
  const absent = isAbsent(host);
  return html`<div class="card" style=${{left: `${left}px`, top: `${y + grid.row + 6}px`}}>
    <p class="card-title"><b>${host.name}</b> GPU ${index} ${isSimulated(host) && html`<${Simulated} origin=${host.origin} />`}</p>
    <p class="muted">${gpu.facts.name}</p>
    ${absent ? html`<p class="level-red">silent: no frame arrives</p>` : html`
    <dl><dt>Utilization</dt><dd>${joined(percent(gpu.utilization))}</dd>
      <dt>Memory used</dt><dd>${joined(mebibytes(gpu.memory))} of ${joined(mebibytes(gpu.facts.memory_total_mib))}</dd>
      <dt>Temperature</dt><dd>${joined(celsius(gpu.temperature))}${gpu.facts.slowdown_celsius && gpu.temperature !== null ? ` (margin ${gpu.facts.slowdown_celsius - gpu.temperature} °C)` : ""}</dd>
      <dt>Power</dt><dd>${joined(watts(gpu.power))}${gpu.facts.power_limit_watts ? ` of ${joined(watts(gpu.facts.power_limit_watts))}` : ""}</dd></dl>`}
    <p>${gpu.state === "ok" ? (use === "held" ? "held: memory in use, no work for 15 min" : use) : html`<${Icon} name="warning" /> ${gpuWord(gpu.state)}`}</p></div>`;
}

function paint(canvas, {grid, fleet, hosts, metric, selected, width}) {
  const ratio = devicePixelRatio || 1;
  const height = Math.max(grid.height, grid.row) + 2;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const palette = colors();
  const pen = {context, palette, grid, fleet, metric, font: getComputedStyle(canvas).fontFamily};
  hosts.forEach((host, position) => paintHost(pen, host, place(grid, position)));
  const marked = selected && find(hosts, selected);
  if (marked && marked.gpu >= 0) paintSelection(pen, place(grid, marked.position), marked.gpu);
}

function paintHost(pen, host, {x, y}) {
  const {context, palette, grid} = pen;
  const {level, cell} = grid;
  if (level.label) {
    context.font = `${level.text ? 13 : 12}px ${pen.font}`;
    context.textBaseline = "middle";
    context.textAlign = "left";
    context.fillStyle = isAbsent(host) ? palette.muted : palette.text;
    context.fillText(clip(context, host.name, level.label - 16), x + 8, y + level.height / 2 + 0.5);
  }
  if (isSimulated(host) && level.label) {
    context.fillStyle = palette.hatch;
    for (let stripe = 0; stripe < level.height - 3; stripe += 4) context.fillRect(x, y + 1 + stripe, 2, 2);
  }
  if (host.state === "maintenance") {
    context.fillStyle = palette.blue;
    context.fillRect(x, y, 3, level.height);
  }
  for (let index = 0; index < host.gpus.length; index++) {
    paintCell(pen, host, pen.fleet.gpu(host, index), index, {x: x + level.label + index * (cell + level.gap), y, w: cell, h: level.height});
  }
  if (!host.gpus.length && level.label) {
    context.fillStyle = palette.muted;
    context.fillText("no GPU", x + level.label, y + level.height / 2 + 0.5);
  }
}

function clip(context, name, width) {
  if (context.measureText(name).width <= width) return name;
  let characters = [...name];
  while (characters.length > 1 && context.measureText(characters.join("") + "…").width > width) characters = characters.slice(0, -1);
  return characters.join("") + "…";
}

function paintCell(pen, host, gpu, index, box) {
  const {context, palette, metric} = pen;
  const {x, y, w, h} = box;
  if (gpu.state === "silent") return frame(context, box, palette.line, () => dash(pen, box));
  if (gpu.state === "asleep") return frame(context, box, palette.hatch);
  if (gpu.state === "lost" || gpu.state === "reset_required") return hatch(context, box, palette.red, false);
  if (gpu.state === "hung" || gpu.state === "unreadable" || gpu.state === "no_permission") return hatch(context, box, palette.hatch, true);
  const ratio = metric.ratio(gpu);
  if (Number.isNaN(ratio)) return frame(context, box, palette.line, () => dash(pen, box));
  const color = magnitude(ratio);
  context.globalAlpha = host.state === "stale" ? 0.45 : 1;
  context.fillStyle = color.fill;
  context.fillRect(x, y, w, h);
  if (pen.grid.level.text && w >= 26) {
    context.fillStyle = color.text;
    context.font = `${w >= 40 ? 12 : 11}px ${pen.font}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(w >= 52 ? joined(metric.text(gpu)) : metric.text(gpu)[0], x + w / 2, y + h / 2 + 0.5);
  }
  context.globalAlpha = 1;
  if (gpu.state === "degraded") corner(context, box, palette);
  else if (w >= 8 && usage(host, gpu, index) === "held") dots(context, box, palette);
  return undefined;
}

function frame(context, {x, y, w, h}, color, then) {
  context.strokeStyle = color;
  context.lineWidth = 1;
  context.strokeRect(x + 0.5, y + 0.5, w - 1, h - 1);
  then?.();
}

function dash({context, palette, grid}, {x, y, w, h}) {
  if (!grid.level.text) return;
  context.fillStyle = palette.muted;
  context.fillRect(Math.round(x + w / 2 - 4), Math.round(y + h / 2), 8, 1);
}

function hatch(context, {x, y, w, h}, color, isCrossed) {
  context.save();
  context.beginPath();
  context.rect(x, y, w, h);
  context.clip();
  context.strokeStyle = color;
  context.lineWidth = w < 9 ? 1.5 : 2;
  const step = w < 9 ? 4 : 6;
  context.beginPath();
  for (let offset = -h; offset < w + h; offset += step) {
    context.moveTo(x + offset, y + h);
    context.lineTo(x + offset + h, y);
    if (isCrossed) {
      context.moveTo(x + offset, y);
      context.lineTo(x + offset + h, y + h);
    }
  }
  context.stroke();
  context.restore();
  frame(context, {x, y, w, h}, color);
}

function corner(context, {x, y, w, h}, palette) {
  const size = Math.min(10, w, h);
  context.fillStyle = palette.amber;
  context.beginPath();
  context.moveTo(x + w, y);
  context.lineTo(x + w, y + size);
  context.lineTo(x + w - size, y);
  context.fill();
  frame(context, {x, y, w, h}, palette.amber);
}

function dots(context, {x, y, w, h}, palette) {
  context.setLineDash([2, 2]);
  frame(context, {x: x + 1, y: y + 1, w: w - 2, h: h - 2}, palette.text);
  context.setLineDash([]);
}

function paintSelection({context, palette, grid}, {x, y}, gpu) {
  const {level, cell} = grid;
  context.strokeStyle = palette.blue;
  context.lineWidth = 2;
  context.strokeRect(x + level.label + gpu * (cell + level.gap) - 1, y - 1 + (y === 0 ? 1 : 0), cell + 2, level.height + 2);
}
