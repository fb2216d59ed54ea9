// The state of the screen, which is the fragment of the URL: #/host/gpu-07?range=24h

export function parseRoute(hash = location.hash) {
  const [path, query = ""] = hash.replace(/^#\/?/, "").split("?");
  const [screen = "", ...rest] = path.split("/");
  let name = rest.join("/");
  try {
    name = decodeURIComponent(name);
  } catch {
    // A name that is not encoded is used as it is.
  }
  return {screen: screen || "fleet", name, query: Object.fromEntries(new URLSearchParams(query))};
}

export function formatRoute({screen, name, query = {}}) {
  const entries = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const parameters = new URLSearchParams(entries).toString();
  const path = (screen === "fleet" ? "" : screen) + (name ? "/" + encodeURIComponent(name) : "");
  return "#/" + path + (parameters ? "?" + parameters : "");
}

export const hostLink = (host, query) => formatRoute({screen: "host", name: host, query});

/** Changes parameters of the current screen without a new entry in the history of the browser. */
export function replaceQuery(changes) {
  const route = parseRoute();
  const target = formatRoute({...route, query: {...route.query, ...changes}});
  if (target !== location.hash) {
    history.replaceState(null, "", target);
    dispatchEvent(new Event("routechange"));
  }
}

export function open(target) {
  location.hash = target;
}

export function whenRouteChanges(listener) {
  addEventListener("hashchange", listener);
  addEventListener("routechange", listener);
}
