// The page around the screens: header, verdict, title and icon, the token, keys.

import {html, render, useEffect, useMemo, useState} from "./preact.js";
import {hasToken, node, probe, setToken, whenUnauthorized} from "./api.js";
import {duration, integer, time, timeZone} from "./format.js";
import {ClientsScreen} from "./clients.js";
import {ConnectScreen} from "./connect.js";
import {EventsScreen} from "./events.js";
import {FleetScreen} from "./fleet.js";
import {HostScreen} from "./host.js";
import {live, retryNow, setPaused, start, subscribe} from "./live.js";
import {summarize} from "./model.js";
import {ModelsScreen} from "./models.js";
import {open, parseRoute, replaceQuery, whenRouteChanges} from "./route.js";
import {applyTheme, chooseTheme, chosenTheme, isDark, whenThemeChanges} from "./theme.js";
import {PastBar, pastInstant, Timeline, usePast} from "./timeline.js";
import {UsersScreen} from "./users.js";
import {Icon, Instant, levelClass, levelIcon, useClock} from "./ui.js";

const SCREENS = [["fleet", "Fleet"], ["events", "Events"], ["users", "Users"], ["clients", "Clients"], ["models", "Models"], ["connect", "Connect"]];

/** Of the past only the states are known, not since when they held. */
const UNKNOWN_BEGINS = {since: () => null};

function Page() {
  const [route, setRoute] = useState(parseRoute());
  const [, setVersion] = useState(0);
  const [needsToken, setNeedsToken] = useState(node.token_required && !hasToken());
  useEffect(() => {
    whenUnauthorized(() => setNeedsToken(true));
    whenRouteChanges(() => setRoute(parseRoute()));
    whenThemeChanges(() => setVersion(version => version + 1));
    let frame = 0;
    // A burst of events is one rendering; a hidden page renders too, for its title.
    const unsubscribe = subscribe(() => { frame ||= setTimeout(() => { frame = 0; setVersion(version => version + 1); }, 16); });
    if (!needsToken) start();
    return unsubscribe;
  }, []);
  const at = route.screen === "fleet" ? pastInstant(route.query) : null;
  const past = usePast(at);
  // The words of the verdict contain ages, which advance without a tick.
  const tenSeconds = Math.floor(Date.now() / 10_000);
  const summary = useMemo(() => summarize(live.fleet, live.conditions, live.warnings), [live.fleet.version, live.events, live.warnings, tenSeconds]);
  const shown = useMemo(() => (past.fleet ? summarize(past.fleet, UNKNOWN_BEGINS, [], past.at) : summary), [past.fleet, summary]);
  if (needsToken) return html`<${TokenForm} onAccepted=${() => { setNeedsToken(false); start(); }} />`;
  showVerdict(summary.verdict);
  const host = route.screen === "host" && live.fleet.find(route.name);
  return html`<a class="skip" href="#main" onClick=${skip}>Skip to the content</a>
    <${Header} route=${route} />
    <${LinkBar} />
    ${at !== null && html`<${PastBar} at=${at} shownAt=${past.at} />`}
    <main id="main" tabindex="-1" class=${isLive() ? "" : "outdated"}>
      <${Verdict} verdict=${host ? hostVerdict(host) : shown.verdict} hosts=${shown.hosts} past=${at} isCompact=${route.screen !== "fleet" && route.screen !== "host"} />
      <${Screen} route=${route} summary=${shown} past=${past} at=${at} />
    </main>`;
}

/** The verdict of one host, in the words of that of the fleet. */
function hostVerdict(host) {
  const only = Object.create(live.fleet, {list: {value: [host]}});
  const {verdict, gpus} = summarize(only, live.conditions, live.warnings.filter(entry => entry.host === host.name));
  if (host.state === "maintenance") return {level: 0, text: `${host.name} is in maintenance`};
  if (verdict.level === 0 && gpus.total > 0) return {...verdict, text: `${host.name}: ${gpus.total === 1 ? "the GPU is" : `all ${gpus.total} GPUs are`} fine`};
  return {...verdict, text: verdict.text.includes(host.name) ? verdict.text : `${host.name}: ${verdict.text}`};
}

function skip(event) {
  event.preventDefault();
  document.getElementById("main").focus();
}

function Screen({route, summary, past, at}) {
  const {query} = route;
  switch (route.screen) {
    case "host": return html`<${HostScreen} fleet=${live.fleet} name=${route.name} query=${query} summary=${summary} />`;
    case "events": return html`<${EventsScreen} query=${query} />`;
    case "users": return html`<${UsersScreen} fleet=${live.fleet} query=${query} />`;
    case "clients": return html`<${ClientsScreen} query=${query} />`;
    case "models": return html`<${ModelsScreen} query=${query} />`;
    case "connect": return html`<${ConnectScreen} query=${query} />`;
    default: return html`<${FleetScreen} fleet=${past.fleet ?? live.fleet} summary=${summary} query=${query} past=${at} timeline=${html`<${Timeline} query=${query} at=${at} shownAt=${past.at} failure=${past.failure} />`} />`;
  }
}

const isLive = () => live.link.state === "live" || live.link.state === "paused" || (live.link.state === "connecting" && live.fleet.hasState);

function Header({route}) {
  const theme = chosenTheme();
  const next = {system: isDark() ? "light" : "dark", light: "dark", dark: "system"}[theme];
  return html`<header><a class="brand" href="#/"><svg viewBox="0 0 16 16" width="20" height="20" aria-hidden="true"><path d="M1 1h6v6H1zM9 1h6v6H9zM1 9h6v6H1z" /><path class="accent" d="M9 9h6v6H9z" /></svg>Muster</a>
    <span class="fleet-name muted"><bdi>${node.fleet ?? ""}</bdi></span>
    <nav aria-label="Screens">${SCREENS.map(([key, name]) => html`<a key=${key} href=${key === "fleet" ? "#/" : `#/${key}`} aria-current=${route.screen === key || (key === "fleet" && route.screen === "host") ? "page" : undefined}>${name}</a>`)}</nav>
    <${Search} route=${route} />
    <button type="button" class="tool" onClick=${() => chooseTheme(next)} aria-label=${`Theme: ${theme}; change to ${next}`} title=${`Theme: ${theme}`}><${Icon} name=${theme === "system" ? "theme" : theme === "dark" ? "moon" : "sun"} /></button>
    <button type="button" class="tool" aria-pressed=${String(live.paused)} onClick=${() => setPaused(!live.paused)} aria-label=${live.paused ? "Resume" : "Pause"} title=${live.paused ? "Resume" : "Pause"}><${Icon} name=${live.paused ? "play" : "pause"} /></button>
  </header>`;
}

function Search({route}) {
  const onInput = event => {
    if (route.screen === "fleet") replaceQuery({q: event.target.value});
  };
  const onKeyDown = event => {
    if (event.key === "Escape") {
      event.target.value = "";
      if (route.screen === "fleet") replaceQuery({q: ""});
      event.target.blur();
    }
    if (event.key === "Enter" && route.screen !== "fleet") open(`#/?q=${encodeURIComponent(event.target.value)}`);
  };
  return html`<label class="search"><${Icon} name="search" /><span class="visually-hidden">Search hosts and GPUs</span>
    <input type="search" id="search" placeholder="Search hosts, models, states" autocomplete="off" spellcheck="false" value=${route.screen === "fleet" ? route.query.q ?? "" : ""} onInput=${onInput} onKeyDown=${onKeyDown} /><kbd aria-hidden="true">/</kbd></label>`;
}

function Verdict({verdict, hosts, past, isCompact}) {
  return html`<section class=${`verdict ${levelClass(verdict.level)}${isCompact ? " compact" : ""}`} aria-label="Verdict">
    <h1><${Icon} name=${levelIcon(verdict.level)} /><span role="status">${verdict.text}</span></h1>
    <p class="data-age">${hosts.simulated > 0 && html`<span class="badge simulated">${hosts.simulated === hosts.total ? "all simulated" : `${integer(hosts.simulated)} of ${integer(hosts.total)} simulated`}</span> `}
      ${past !== null ? html`<b>past</b>` : live.paused ? html`<b>paused</b>, as of <${Instant} at=${live.receivedAt} />` : html`<${DataAge} />`}</p></section>`;
}

/** The time and the age of the data, which advance each second without a rendering of the screen. */
function DataAge() {
  useClock(1);
  if (!live.receivedAt) return "no data yet";
  const age = (Date.now() - live.receivedAt) / 1000;
  const isOld = age > 2 * slowestInterval() + 1;
  return html`<time title=${timeZone}>${time(Date.now())}</time> <span class=${isOld ? "level-amber" : "muted"}>data ${duration(age)} old</span>`;
}

const slowestInterval = () => live.fleet.list.reduce((most, host) => Math.max(most, host.intervalMs), 3000) / 1000;

function LinkBar() {
  useClock(1);
  const {link} = live;
  if (link.state !== "lost") return null;
  return html`<div class="link-bar" role="alert"><${Icon} name="warning" /><span>Connection lost</span> <span class="muted">for ${duration((Date.now() - link.since) / 1000)}${live.receivedAt ? `; shown as of ${time(live.receivedAt)}` : ""}; ${link.reason === "status 503" ? "the node has no place for a further stream" : "reconnecting"}</span> <button type="button" onClick=${retryNow}>Retry now</button></div>`;
}

function TokenForm({onAccepted}) {
  const [failure, setFailure] = useState("");
  const onSubmit = async event => {
    event.preventDefault();
    const form = new FormData(event.target);
    const token = form.get("token").trim();
    const status = await probe(token).catch(() => 0);
    if (status === 200) {
      setToken(token, form.get("remember") !== null);
      onAccepted();
    } else if (status === 401) setFailure("The node does not accept this token.");
    else if (status === 429) setFailure("Too many wrong tokens from this address: wait a moment.");
    else setFailure("The node does not respond.");
  };
  return html`<main class="token"><form onSubmit=${onSubmit}><h1>Muster</h1><p>This node asks for its token: the content of the file that it was started with (<code>--token-file</code>).</p>
    <label>Token <input type="password" name="token" required autocomplete="current-password" autofocus /></label>
    <label class="check"><input type="checkbox" name="remember" /> Remember it in this browser</label>
    ${failure && html`<p class="level-red" role="alert"><${Icon} name="failed" /> ${failure}</p>`}
    <button type="submit" class="primary">Continue</button></form></main>`;
}

let shownKey = "";

/** The title and the icon of the tab, which are seen when the page is not. */
function showVerdict({level, short}) {
  const isLost = live.link.state === "lost";
  const title = isLost ? "Connection lost · Muster" : `${level === 0 ? "✓" : level < 0 ? "…" : level === 1 ? "▲" : "◆"} ${short} · Muster`;
  const key = title + level;
  if (key === shownKey) return;
  shownKey = key;
  document.title = title;
  const shape = isLost || level < 0 ? "<circle cx='8' cy='8' r='6' fill='none' stroke='#888' stroke-width='2.5'/>" : ["<circle cx='8' cy='8' r='7' fill='#009e73'/><path d='M4.5 8.2 7 10.7l4.6-5' fill='none' stroke='#fff' stroke-width='2'/>",
    "<path d='M8 1l7.5 14H.5z' fill='#e69f00'/><path d='M8 6v5M8 12.5v1' stroke='#000' stroke-width='2'/>", "<path d='M8 0l8 8-8 8-8-8z' fill='#d55e00'/><path d='M8 4v5M8 10.5v1.5' stroke='#fff' stroke-width='2'/>"][level];
  document.querySelector("link[rel=icon]").href = "data:image/svg+xml," + encodeURIComponent(`<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'>${shape}</svg>`);
}

addEventListener("keydown", event => {
  const isTyping = event.target.closest?.("input,textarea,select,dialog");
  if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    document.getElementById("search")?.focus();
  }
});

applyTheme();
render(html`<${Page} />`, document.getElementById("page"));
