// A sortable table of which only the visible rows exist.

import {html, useEffect, useLayoutEffect, useRef, useState} from "./preact.js";

/** Rows are rendered in blocks: within one the browser scrolls what exists already, without any script. */
const BLOCK = 12;
const OVERSCAN = 14;

/**
 * columns: {key, name, title, numeric, className, render(row), value(row)}; a column with a value can be sorted by.
 * The order is key, or -key for descending.
 */
export function VirtualTable({caption, columns, rows, rowKey, order, onOrder, onOpen, rowHeight = 32, maxHeight = 560, rowClass}) {
  const scroller = useRef();
  const [block, setBlock] = useState(0);
  const [height, setHeight] = useState(maxHeight);
  const [active, setActive] = useState(-1);
  const pending = useRef(0);
  useLayoutEffect(() => {
    const observer = new ResizeObserver(([entry]) => setHeight(entry.contentRect.height));
    observer.observe(scroller.current);
    return () => observer.disconnect();
  }, []);
  useEffect(() => () => cancelAnimationFrame(pending.current), []);
  const onScroll = () => {
    cancelAnimationFrame(pending.current);
    pending.current = requestAnimationFrame(() => scroller.current && setBlock(Math.floor(scroller.current.scrollTop / rowHeight / BLOCK)));
  };
  const from = Math.max(0, block * BLOCK - OVERSCAN);
  const to = Math.min(rows.length, (block + 1) * BLOCK + Math.ceil(height / rowHeight) + OVERSCAN);
  const onKeyDown = event => {
    const steps = {ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15};
    if (event.key === "Enter" && active >= 0 && rows[active]) onOpen?.(rows[active]);
    if (!(event.key in steps) || event.target !== scroller.current) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(rows.length - 1, active + steps[event.key]));
    setActive(next);
    const element = scroller.current;
    const rowTop = next * rowHeight;
    if (rowTop < element.scrollTop) element.scrollTop = rowTop;
    if (rowTop + 2 * rowHeight > element.scrollTop + element.clientHeight - rowHeight) element.scrollTop = rowTop + 3 * rowHeight - element.clientHeight;
  };
  return html`<div class="table-scroll" ref=${scroller} onScroll=${onScroll} onKeyDown=${onKeyDown} tabindex="0" role="region" aria-label=${caption} style=${{maxHeight: `${maxHeight}px`}}>
    <table aria-rowcount=${rows.length + 1}><caption class="visually-hidden">${caption}</caption>
      <thead><tr>${columns.map(column => html`<${Header} key=${column.key} column=${column} order=${order} onOrder=${onOrder} />`)}</tr></thead>
      <tbody>
        ${from > 0 && html`<tr aria-hidden="true" class="spacer"><td colspan=${columns.length} style=${{height: `${from * rowHeight}px`}}></td></tr>`}
        ${rows.slice(from, to).map((row, index) => html`<tr key=${rowKey(row)} aria-rowindex=${from + index + 2} style=${{height: `${rowHeight}px`}}
          class=${[onOpen ? "opens" : "", rowClass?.(row) ?? "", from + index === active ? "active" : ""].join(" ")}
          onClick=${event => { if (!event.target.closest("a,button,input")) onOpen?.(row); }}>
          ${columns.map(column => html`<td key=${column.key} class=${cellClass(column)}>${column.render(row)}</td>`)}</tr>`)}
        ${to < rows.length && html`<tr aria-hidden="true" class="spacer"><td colspan=${columns.length} style=${{height: `${(rows.length - to) * rowHeight}px`}}></td></tr>`}
      </tbody></table></div>`;
}

const cellClass = column => [column.numeric ? "numeric" : "", column.className ?? ""].join(" ");

function Header({column, order, onOrder}) {
  const isDescending = order === "-" + column.key;
  const isSorted = order === column.key || isDescending;
  const content = column.value
    ? html`<button type="button" onClick=${() => onOrder(isSorted ? (isDescending ? column.key : "-" + column.key) : (column.numeric ? "-" : "") + column.key)}>
        ${column.name}<span aria-hidden="true" class="arrow">${isSorted ? (isDescending ? "↓" : "↑") : ""}</span></button>`
    : column.name;
  return html`<th scope="col" class=${cellClass(column)} title=${column.title} aria-sort=${isSorted ? (isDescending ? "descending" : "ascending") : undefined}>${content}</th>`;
}

/** Sorts by a column, unless the rows are in its order already (isSorted); rows without a value are last in both directions. */
export function sortRows(rows, columns, order, compareText) {
  const descending = order.startsWith("-");
  const column = columns.find(candidate => candidate.key === order.replace("-", "") && candidate.value);
  if (!column) return rows;
  if (column.isSorted) return descending ? [...rows].reverse() : rows;
  const keyed = rows.map(row => [column.value(row), row]);
  const sign = descending ? -1 : 1;
  const isMissing = value => value === null || value === undefined || Number.isNaN(value);
  keyed.sort(([a], [b]) => {
    if (isMissing(a) || isMissing(b)) return isMissing(a) - isMissing(b);
    return sign * (typeof a === "string" ? compareText(a, b) : a - b);
  });
  return keyed.map(([, row]) => row);
}
