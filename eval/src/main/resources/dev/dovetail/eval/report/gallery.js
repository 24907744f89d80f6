// Shows images and objects with filters. The fragment of the address holds the state of the page, so that
// other pages can link to it. The data is loaded as scripts, because a page from a disk may not fetch files.
"use strict";
const PAGE = 48;
const NONE = -1;
const $ = (id) => document.getElementById(id);
const SVG = "http://www.w3.org/2000/svg";
let info, images;
let objects = []; // of all images whose data is loaded
const ofImage = []; // the same objects by image
const loading = new Map();
let state = {};

const gallery = {
  info: (data) => (info = data),
  images: (rows) =>
    (images = rows.map(([name, width, height, photo, values, classes], i) => ({
      i, name, width, height, photo, values, classes,
    }))),
  objects: (chunk, rows) =>
    rows.forEach((row, at) => {
      const i = chunk * info.chunk + at;
      ofImage[i] = row.map(([kind, label, score, x, y, w, h, area, partner, overlap, is, as, path, points], j) => ({
        i, j, kind: info.kinds[kind], label, score, x, y, w, h, area, partner, overlap, is, as, path, points,
      }));
      ofImage[i].forEach((object) => objects.push(object));
    }),
};

function script(name) {
  return new Promise((resolve, reject) => {
    const element = document.createElement("script");
    element.src = "gallery/" + name + ".js";
    element.onload = resolve;
    element.onerror = () => reject(new Error(element.src + " cannot be read"));
    document.head.append(element);
  });
}

function load(chunk) {
  if (!loading.has(chunk)) loading.set(chunk, script("objects-" + chunk));
  return loading.get(chunk);
}

const loaded = async (image) => (await load(Math.floor(image / info.chunk)), ofImage[image]);

/** Loads all objects, one file at a time, so that the page stays responsive. */
let all;
async function loadAll() {
  const chunks = Math.ceil(images.length / info.chunk);
  let shown = performance.now();
  for (let c = 0; c < chunks; c++) {
    await load(c);
    if (performance.now() - shown > 400) {
      show();
      await new Promise((resolve) => setTimeout(resolve));
      shown = performance.now();
    }
  }
  all = "done";
  show();
}

// ---- state

const FIELDS = ["view", "kind", "class", "is", "as", "size", "min", "max", "name", "sort", "page", "image"];

function readState() {
  const params = new URLSearchParams(location.hash.slice(1));
  state = Object.fromEntries(FIELDS.map((f) => [f, params.get(f) ?? ""]));
  if (whole() || !state.view) state.view = whole() ? "objects" : "images";
}

/** Sets fields of the state and returns to the first page of results. */
function go(changes, replace) {
  const next = { ...state, page: "", ...changes };
  const text = new URLSearchParams(Object.entries(next).filter(([, v]) => v !== "" && v !== undefined));
  if (replace) {
    history.replaceState(null, "", "#" + text);
    update();
  } else location.hash = text.toString();
}

/** Returns whether an object is a whole image, as in classification. */
const whole = () => info.overlap === "";
const className = (k) => info.classes[k] ?? (whole() ? "no class of the data set" : "nothing");
const percent = (v) => (v === null ? "–" : (100 * v).toFixed(1));
const scored = (o) => o.score !== null;
const least = () => (state.min === "" ? info.score ?? -Infinity : state.min === "all" ? -Infinity : Number(state.min));
const most = () => (state.max === "" ? Infinity : Number(state.max));
const sizeOf = (area) => (area < info.sizes[0] ? "small" : area < info.sizes[1] ? "medium" : "large");

function passes(o) {
  const k = state.class;
  return (
    (k === "" || o.label === Number(k)) &&
    (state.is === "" || o.is === Number(state.is)) &&
    (state.as === "" || o.as === Number(state.as)) &&
    (state.size === "" || sizeOf(o.area) === state.size) &&
    (!scored(o) || (o.score >= least() && o.score <= most())) &&
    (state.name === "" || images[o.i].name.includes(state.name))
  );
}

const ORDERS = {
  "highest score": (a, b) => (b.score ?? -1) - (a.score ?? -1),
  "lowest score": (a, b) => (a.score ?? 2) - (b.score ?? 2),
  largest: (a, b) => b.area - a.area,
  smallest: (a, b) => a.area - b.area,
  "lowest overlap": (a, b) => a.overlap - b.overlap,
  "highest overlap": (a, b) => b.overlap - a.overlap,
};

// ---- the results

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  made.append(...children);
  return made;
}

function svg(name, attributes, ...children) {
  const made = document.createElementNS(SVG, name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  made.append(...children);
  return made;
}

const file = (image, layer) =>
  "gallery/" + String(image.i).padStart(6, "0") + (layer ? "-" + layer + ".png" : ".jpg");

function picture(image, layer) {
  const attributes = { width: image.width, height: image.height, preserveAspectRatio: "none" };
  const made = svg("image", { ...attributes, class: layer ? "layer" : "photo" });
  made.dataset.href = file(image, layer);
  return made;
}

/** Pictures are loaded when they come near the visible part of the page. */
const lazily = new IntersectionObserver(
  (entries) =>
    entries.filter((entry) => entry.isIntersecting).forEach((entry) => {
      lazily.unobserve(entry.target);
      reveal(entry.target);
    }),
  { rootMargin: "300px" },
);
const reveal = (drawing) =>
  drawing.querySelectorAll("image").forEach((i) => i.setAttribute("href", i.dataset.href));

function shape(o, extra = "") {
  const look = o.kind.look + " " + (o.kind.truth ? "truth" : "found") + extra;
  const outline = o.path
    ? svg("path", { d: o.path, class: "shape " + look, "fill-rule": "evenodd" })
    : svg("rect", { x: o.x, y: o.y, width: Math.max(0, o.w), height: Math.max(0, o.h), class: "shape " + look });
  return o.points ? svg("g", {}, outline, ...keypoints(o.points, look)) : outline;
}

/** Returns the visible keypoints and the lines between them. */
function keypoints(values, look) {
  const point = (k) => values[3 * k] + " " + values[3 * k + 1];
  const known = (k) => values[3 * k + 2] > 0;
  const lines = info.skeleton.filter((line) => line.every(known)).map((line) => "M" + line.map(point).join("L"));
  const points = [...Array(values.length / 3).keys()].filter(known).map((k) => `M${point(k)}h0`);
  return [
    svg("path", { d: lines.join(""), class: "shape limb " + look }),
    svg("path", { d: points.join(""), class: "shape point " + look }),
  ];
}

/** Returns the part of an image around an object and its partner. */
function crop(o) {
  const image = images[o.i];
  if (whole()) return full(image);
  const partner = ofImage[o.i][o.partner];
  const both = partner ? [o, partner] : [o];
  const left = Math.min(...both.map((b) => b.x));
  const top = Math.min(...both.map((b) => b.y));
  const right = Math.max(...both.map((b) => b.x + b.w));
  const bottom = Math.max(...both.map((b) => b.y + b.h));
  const longest = Math.max(image.width, image.height);
  const side = Math.min(longest, Math.max(24, 1.5 * Math.max(right - left, bottom - top)));
  const within = (middle, size) => (side >= size ? (size - side) / 2 : Math.min(Math.max(0, middle - side / 2), size - side));
  const box = [within((left + right) / 2, image.width), within((top + bottom) / 2, image.height), side, side];
  const made = svg("svg", { viewBox: box.join(" "), "aria-hidden": "true" });
  if (image.photo) made.append(picture(image));
  info.layers.slice(-1).forEach(([id]) => made.append(picture(image, id)));
  both.reverse().forEach((b) => made.append(shape(b, b === o ? " main" : "")));
  return made;
}

function full(image) {
  const drawing = svg("svg", { viewBox: `0 0 ${image.width} ${image.height}`, "aria-hidden": "true" });
  if (image.photo) drawing.append(picture(image));
  info.layers.slice(-1).forEach(([id]) => drawing.append(picture(image, id)));
  return drawing;
}

function describe(o) {
  const partner = ofImage[o.i][o.partner];
  const pair = partner && partner.label !== o.label;
  const label = o.kind.truth || !pair ? className(o.label) : className(partner.label) + " → " + className(o.label);
  const taken = o.kind.truth && (info.classes[o.as] || whole()) && o.as !== o.label && o.as !== NONE ? " → " + className(o.as) : "";
  return label + taken + (scored(o) ? " " + o.score.toFixed(2) : "");
}

function tile(drawing, title, note, opens) {
  const made = element("button", { class: "card " + (whole() ? "images" : state.view), type: "button" }, drawing, element("b", {}, title), element("span", {}, note));
  made.addEventListener("click", opens);
  lazily.observe(made);
  return made;
}

const objectTile = (o) =>
  tile(crop(o), describe(o), o.kind.name + (o.partner === NONE ? "" : ", " + info.overlap + " " + o.overlap.toFixed(2)), () =>
    open(o.i, o.j));

const imageTile = (image) => tile(full(image), image.name, measures(image), () => open(image.i));

const measures = (image) =>
  info.measures
    .map((m, n) => [m, image.values[n]])
    .filter(([, v]) => v !== null)
    .map(([m, v]) => m.name + " " + (m.percent ? percent(v) + " %" : v))
    .join(", ");

function chosenImages() {
  const at = Math.max(0, info.measures.findIndex((m) => m.name === state.sort));
  const measure = info.measures[at];
  const chosen = images.filter(
    (image) =>
      (state.name === "" || image.name.includes(state.name)) &&
      (state.class === "" || image.classes.includes(Number(state.class))),
  );
  if (!measure || state.sort === "file") return chosen;
  const value = (image) => image.values[at] ?? (measure.high ? -Infinity : Infinity);
  const sign = measure.high ? -1 : 1;
  return chosen.sort((a, b) => sign * (value(a) - value(b)) || a.i - b.i);
}

let counts = new Map();
function chosenObjects() {
  counts = new Map();
  const chosen = [];
  for (const o of objects) {
    if (passes(o)) {
      counts.set(o.kind, (counts.get(o.kind) ?? 0) + 1);
      if (state.kind === "" ? o.kind.error : state.kind === "any" || o.kind.id === state.kind) chosen.push(o);
    }
  }
  const order = ORDERS[state.sort] ?? ORDERS[chosen.some(scored) ? "highest score" : "largest"];
  return chosen.sort((a, b) => order(a, b) || b.area - a.area || a.i - b.i);
}

/** The filtered images or objects, on all pages. */
let chosen = [];
function show() {
  const byObject = state.view === "objects";
  chosen = byObject ? chosenObjects() : chosenImages();
  const pages = Math.max(1, Math.ceil(chosen.length / PAGE));
  const page = Math.min(pages, Math.max(1, Number(state.page) || 1));
  const part = chosen.slice((page - 1) * PAGE, page * PAGE);
  $("grid").replaceChildren(...part.map(byObject ? objectTile : imageTile));
  const reading = byObject && all !== "done" ? ` (${Object.keys(ofImage).length} of ${images.length} images read)` : "";
  $("status").textContent = chosen.length + (byObject && !whole() ? " objects" : " images") + reading;
  $("page").textContent = `page ${page} of ${pages}`;
  $("previous").disabled = page === 1;
  $("next").disabled = page === pages;
  $("pager").hidden = pages === 1;
  $("previous").onclick = () => turn(page - 1);
  $("next").onclick = () => turn(page + 1);
  showKinds(byObject);
}

function turn(page) {
  go({ page });
  scrollTo({ top: 0 });
}

function showKinds(byObject) {
  $("kinds").hidden = !byObject;
  if (!byObject) return;
  const errors = info.kinds.some((k) => k.error);
  const entries = [
    ...(errors ? [["", "all errors", "every object that is wrong"]] : []),
    ["any", "all", "every object"],
    ...info.kinds.map((k) => [k.id, k.name, k.meaning, k]),
  ];
  $("kinds").replaceChildren(
    ...entries.map(([id, name, meaning, kind]) => {
      const count = kind ? " " + (counts.get(kind) ?? 0) : "";
      const on = state.kind === id || (!errors && id === "any" && state.kind === "");
      const chip = element("button", { type: "button", class: "chip " + (kind?.look ?? ""), title: meaning, "aria-pressed": on }, name + count);
      chip.addEventListener("click", () => {
        go({ kind: id });
        $("kinds").querySelector("[aria-pressed=true]")?.focus();
      });
      return chip;
    }),
  );
}

// ---- the controls

function options(select, entries, value) {
  select.replaceChildren(...entries.map(([id, name]) => element("option", { value: id }, name)));
  select.value = value;
}

function showControls() {
  const byObject = state.view === "objects";
  document.querySelectorAll("[data-objects]").forEach((e) => (e.hidden = !byObject || whole()));
  if (whole()) {
    document.querySelector("nav [data-view=images]").hidden = true;
    document.querySelector("nav [data-view=objects]").textContent = "Images";
  }
  document.querySelectorAll("nav [data-view]").forEach((a) =>
    a.dataset.view === state.view ? a.setAttribute("aria-current", "page") : a.removeAttribute("aria-current"),
  );
  options($("class"), [["", "any"], ...info.classes.map((name, k) => [k, name])], state.class);
  options($("size"), ["", "small", "medium", "large"].map((s) => [s, s || "any"]), state.size);
  const orders = byObject ? Object.keys(ORDERS).filter((o) => !whole() || o.includes("score")) : info.measures.map((m) => m.name);
  options($("sort"), [["", "default"], ...orders.map((o) => [o, o]), ...(byObject ? [] : [["file", "file order"]])], state.sort);
  document.querySelectorAll("[data-scores]").forEach((e) => (e.hidden = !byObject || info.score === null));
  $("min").value = state.min === "" ? info.score : state.min === "all" ? "" : state.min;
  $("max").value = state.max;
  $("name").value = state.name;
  $("confusion").hidden = !byObject || (state.is === "" && state.as === "");
  const side = (value) => (value === "" ? "anything" : className(Number(value)));
  $("confusion").textContent = `✕ ${side(state.is)} taken as ${side(state.as)}`;
}

function update() {
  readState();
  showControls();
  if (state.view === "objects" && !all) {
    all = "loading";
    loadAll().catch(problem);
  }
  show();
  if (state.image === "") viewer.hide();
  else viewer.show(Number(state.image)).catch(problem);
}

const problem = (e) => ($("status").textContent = e.message + ". The directory named gallery must be beside this page.");

const open = (image, object) => {
  viewer.object = object;
  go({ image, page: state.page });
};

function listen() {
  for (const id of ["class", "size", "sort"]) $(id).addEventListener("change", () => go({ [id]: $(id).value }));
  for (const id of ["min", "max"]) $(id).addEventListener("change", () => go({ [id]: $(id).value === "" && id === "min" ? "all" : $(id).value }));
  $("name").addEventListener("input", () => go({ name: $("name").value }, true));
  $("confusion").addEventListener("click", () => go({ is: "", as: "", kind: "" }));
  $("filters").addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", update);
  viewer.listen();
}

(async () => {
  try {
    await Promise.all([script("info"), script("images")]);
    listen();
    update();
  } catch (e) {
    problem(e);
  }
})();
