"use strict";

// Shows asyncapi.json. Every value is set as text.

const MAX_DEPTH = 4;
const MAX_LINE = 100;
const token = new URLSearchParams(location.search).get("token");

/** Creates an element with text or children. */
function element(name, content = [], attributes = {}) {
  const created = document.createElement(name);
  Object.entries(attributes).forEach(([key, value]) => created.setAttribute(key, value));
  created.append(...[content].flat());
  return created;
}

/** Creates elements of a text in which code is between back quotes. */
function rich(text) {
  return text.split("`").map((part, index) => index % 2 ? element("code", part) : part);
}

function resolver(root) {
  const find = reference => reference.slice(2).split("/")
    .reduce((node, key) => node[key.replaceAll("~1", "/").replaceAll("~0", "~")], root);
  const resolve = node => node && node.$ref ? resolve(find(node.$ref)) : node;
  return resolve;
}

function typeLabel(schema) {
  if (schema.const !== undefined) {
    return JSON.stringify(schema.const);
  }
  if (schema.enum) {
    return schema.enum.map(value => JSON.stringify(value)).join(" | ");
  }
  if (schema.oneOf) {
    return "one of";
  }
  return [schema.type ?? "any"].flat().join(" or ");
}

/** Returns an example as text, in one line if that is short. */
function exampleText(payload) {
  const line = JSON.stringify(payload);
  return typeof payload === "string" ? payload : line.length > MAX_LINE ? JSON.stringify(payload, null, 1) : line;
}

/** Returns a row for each key of a schema: path, schema, true if it is required. A schema in itself has no rows again. */
function keys(schema, resolve, prefix = "", ancestors = []) {
  const object = resolve(schema);
  if (!object || ancestors.length > MAX_DEPTH || ancestors.includes(object)) {
    return [];
  }
  if (object.items) {
    return keys(object.items, resolve, prefix + "[]", ancestors);
  }
  const inside = [...ancestors, object];
  const alternatives = (object.oneOf ?? []).flatMap(part => keys(part, resolve, prefix, inside));
  const own = Object.entries(object.properties ?? {}).flatMap(([name, reference]) => {
    const path = prefix ? prefix + "." + name : name;
    const row = {path, schema: resolve(reference), required: (object.required ?? []).includes(name)};
    return [row, ...keys(reference, resolve, path, inside)];
  });
  return [...own, ...alternatives];
}

function keyTable(rows) {
  const head = element("thead", element("tr", ["key", "type", "meaning"].map(text => element("th", text, {scope: "col"}))));
  const body = element("tbody", rows.map(row => element("tr", [
    element("td", element("code", row.path)),
    element("td", [typeLabel(row.schema), ...(row.required ? [] : [element("span", " optional", {class: "quiet"})])]),
    element("td", rich(row.schema.description ?? ""))
  ])));
  return element("table", [head, body]);
}

function messageView(message, resolve) {
  const rows = keys(message.payload, resolve);
  const view = [element("h3", [element("code", message.name), " – " + message.title]), element("p", rich(message.summary))];
  (message.examples ?? []).forEach(example => view.push(element("pre",
    exampleText(example.payload), {tabindex: "0"})));
  if (rows.length > 0) {
    view.push(element("details", [element("summary", rows.length === 1 ? "1 key" : `${rows.length} keys`), keyTable(rows)]));
  }
  return view;
}

function parameterView(schema) {
  const rows = Object.entries(schema.properties).map(([path, property]) => ({path, schema: property, required: true}));
  return [element("h3", "Query parameters"), keyTable(rows)];
}

function channelView(id, channel, operations, resolve) {
  const view = [
    element("h2", element("code", channel.address)),
    element("p", channel.title, {class: "quiet"}),
    element("p", rich(channel.description))
  ];
  const binding = channel.bindings?.ws ?? operations.map(each => each.bindings?.http).find(each => each);
  if (binding?.query) {
    view.push(...parameterView(binding.query));
  }
  operations.forEach(operation => {
    const sends = operation.action === "send";
    view.push(element("h3", element("span", sends ? "From the node" : "From the client",
      {class: "direction " + operation.action})), element("p", operation.summary));
    operation.messages.forEach(message => view.push(...messageView(resolve(message), resolve)));
    if (operation.reply) {
      view.push(element("h3", element("span", "Reply of the node", {class: "direction send"})));
      operation.reply.messages.forEach(message => view.push(...messageView(resolve(message), resolve)));
    }
  });
  return element("section", view, {id});
}

function show(root) {
  const resolve = resolver(root);
  const operations = Object.values(root.operations);
  const channels = Object.entries(root.channels);
  document.getElementById("description").replaceChildren(...rich(root.info.description), " The document: ",
    element("a", "asyncapi.json", {href: "../asyncapi.json" + (token ? "?token=" + encodeURIComponent(token) : "")}), ".");
  document.getElementById("contents").replaceChildren(...channels.map(([id, channel]) =>
    element("li", element("a", channel.address, {href: "#" + id}))));
  document.getElementById("channels").replaceChildren(...channels.map(([id, channel]) => channelView(id, channel,
    operations.filter(operation => operation.channel.$ref === "#/channels/" + id), resolve)));
}

async function load() {
  const main = document.getElementById("channels");
  try {
    const response = await fetch("../asyncapi.json", {headers: token ? {Authorization: "Bearer " + token} : {}});
    if (!response.ok) {
      throw new Error("status " + response.status);
    }
    show(await response.json());
  } catch (error) {
    document.getElementById("state").textContent = "The document cannot be loaded: " + error.message;
  }
  main.setAttribute("aria-busy", "false");
}

load();
