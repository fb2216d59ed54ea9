// The time machine: a slider over the past of the fleet, with marks where something happened.

import {html, useEffect, useMemo, useRef, useState} from "./preact.js";
import {rest} from "./api.js";
import {minute, time, utc} from "./format.js";
import {kindLevel, kindName} from "./events.js";
import {live, loadPast} from "./live.js";
import {replaceQuery} from "./route.js";
import {Icon, levelClass, Tabs, useLoaded} from "./ui.js";

const SPANS = {"1h": ["1 h", 3600], "24h": ["24 h", 86_400], "7d": ["7 d", 604_800], "30d": ["30 d", 2_592_000]};
const MINUTE = 60_000;
const CACHED_STATES = 40;
const MAX_MARKS = 400;
const SPEED_SECONDS = 60;

const cache = new Map();

async function load(at) {
  const known = cache.get(at);
  if (known) return known;
  const state = await loadPast(at);
  cache.set(at, state);
  if (cache.size > CACHED_STATES) cache.delete(cache.keys().next().value);
  return state;
}

/** Returns the instant of the address, in whole minutes; null for now. */
export function pastInstant(query) {
  const at = query.at ? Date.parse(query.at) : NaN;
  return Number.isNaN(at) || at > Date.now() ? null : Math.floor(at / MINUTE) * MINUTE;
}

/** The fleet as it was; the last one is shown until the next is loaded. */
export function usePast(at) {
  const [past, setPast] = useState({fleet: null, at: null});
  useEffect(() => {
    if (at === null) {
      setPast({fleet: null, at: null});
      return undefined;
    }
    let isCurrent = true;
    const timer = setTimeout(() => load(at).then(
      fleet => isCurrent && setPast({fleet, at}),
      failure => isCurrent && setPast(before => ({...before, failure}))), cache.has(at) ? 0 : 60);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [at]);
  return past;
}

const select = at => replaceQuery({at: at === null ? "" : new Date(at).toISOString().slice(0, 16) + "Z"});

export function Timeline({query, at, shownAt, failure}) {
  const span = SPANS[query.span] ? query.span : "24h";
  const [end, setEnd] = useState(Date.now());
  const [playing, setPlaying] = useState(false);
  const seconds = SPANS[span][1];
  useEffect(() => {
    if (at !== null) return undefined;
    const timer = setInterval(() => setEnd(Date.now()), MINUTE / 2);
    return () => clearInterval(timer);
  }, [at]);
  const last = Math.floor(end / MINUTE) * MINUTE;
  const from = last - seconds * 1000;
  const events = useLoaded(async signal => (await rest(`/api/events?${new URLSearchParams({from: new Date(from).toISOString(), limit: "1000"})}`, {signal})).events, [span, live.events[0]?.id]);
  const marks = useMemo(() => markList(events.data ?? []), [events.data]);
  usePlayback({playing, setPlaying, at, shownAt, last});
  const value = at === null ? last : Math.max(from, Math.min(last, at));
  const jump = direction => {
    const current = at ?? last;
    const candidates = marks.map(mark => Math.floor(mark.at / MINUTE) * MINUTE).filter(mark => (direction < 0 ? mark < current : mark > current));
    if (candidates.length) select(direction < 0 ? Math.max(...candidates) : Math.min(...candidates));
  };
  const play = () => {
    if (at === null) select(from);
    setPlaying(!playing);
  };
  return html`<div class="timeline" role="group" aria-label="Time machine">
    <button type="button" class="tool" onClick=${play} aria-pressed=${String(playing)} aria-label=${playing ? "Stop the playback" : "Play the past, a minute in each second"} title="60×"><${Icon} name=${playing ? "pause" : "play"} /></button>
    <div class="track-box"><div class="marks" aria-hidden="true">${marks.filter(mark => mark.at >= from).map(mark => html`<i key=${mark.key} class=${levelClass(mark.level)} style=${{left: `${(100 * (mark.at - from)) / (last - from)}%`}} title=${mark.title}></i>`)}</div>
      <input type="range" min=${from} max=${last} step=${MINUTE} value=${value} aria-label="Instant" aria-valuetext=${at === null ? "now" : minute(at)} onInput=${event => { setPlaying(false); const chosen = Number(event.target.value); select(chosen >= last ? null : chosen); }} />
      <div class="ends" aria-hidden="true"><span>${minute(from)}</span><span>now</span></div></div>
    <button type="button" class="tool" disabled=${!marks.length} onClick=${() => jump(-1)} aria-label="To the event before" title="To the event before"><${Icon} name="left" /></button>
    <button type="button" class="tool" disabled=${at === null} onClick=${() => jump(1)} aria-label="To the next event" title="To the next event"><${Icon} name="right" /></button>
    <${Tabs} label="Span of the slider" value=${span} options=${Object.entries(SPANS).map(([key, [name]]) => [key, name])} onChange=${key => replaceQuery({span: key === "24h" ? "" : key})} />
    ${failure && html`<span class="level-amber"><${Icon} name="warning" /> ${failure.message}</span>`}</div>`;
}

/** A bar over the screen while the past is shown, so that nobody takes it for now. */
export function PastBar({at, shownAt}) {
  return html`<div class="past-bar" role="status"><${Icon} name="left" /><span>The fleet as it was at <b title=${utc(at)}>${time(at)}</b>${shownAt === at ? "" : html` <span class="muted">loading…</span>`}</span><button type="button" onClick=${() => select(null)}>Back to now</button></div>`;
}

function usePlayback({playing, setPlaying, at, shownAt, last}) {
  const timer = useRef(0);
  useEffect(() => {
    clearTimeout(timer.current);
    if (!playing || at === null || shownAt !== at) return undefined;
    const next = at + SPEED_SECONDS * 1000;
    timer.current = setTimeout(() => {
      if (next >= last) {
        setPlaying(false);
        select(null);
      } else select(next);
    }, 1000);
    return () => clearTimeout(timer.current);
  }, [playing, at, shownAt]);
}

function markList(events) {
  return events.filter(event => event.kind !== "cluster_member").slice(0, MAX_MARKS).map(event => {
    const level = event.phase === "end" ? 0 : kindLevel(event.kind);
    return {key: event.id ?? event.at + event.kind + event.gpu, at: Date.parse(event.at), level, title: `${kindName(event.kind)}${event.phase === "end" ? ": over" : ""} ${event.host ?? ""} ${time(event.at)}`};
  });
}
