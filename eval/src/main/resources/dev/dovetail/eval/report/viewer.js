// One image at full size: ground truths beside predictions, and a list of both.
"use strict";
const viewer = {
  object: undefined,
  current: NONE,

  listen() {
    const dialog = $("viewer");
    dialog.addEventListener("close", () => this.leave()); // the Escape key
    dialog.addEventListener("keydown", (event) => {
      const typing = event.target.matches("input, select");
      if (event.key === "ArrowLeft" && !typing) this.step(-1);
      if (event.key === "ArrowRight" && !typing) this.step(1);
    });
    $("viewer-previous").addEventListener("click", () => this.step(-1));
    $("viewer-next").addEventListener("click", () => this.step(1));
    $("viewer-close").addEventListener("click", () => this.leave());
    $("viewer-min").addEventListener("input", () => this.draw());
    $("viewer-labels").addEventListener("change", () => this.tag());
    addEventListener("resize", () => this.current !== NONE && this.tag());
  },

  leave() {
    if (state.image !== "") go({ image: "", page: state.page });
  },

  hide() {
    if ($("viewer").open) $("viewer").close();
    this.current = NONE;
  },

  /** The displayed images in order, without duplicates. */
  order() {
    return [...new Set(chosen.map((each) => each.i))];
  },

  step(by) {
    const order = this.order();
    const next = order[order.indexOf(this.current) + by];
    if (next !== undefined) {
      this.object = undefined;
      go({ image: next, page: state.page }, true);
    }
  },

  async show(i) {
    const image = images[i];
    if (!image) return;
    await loaded(i);
    if (Number(state.image) !== i) return; // another image was requested meanwhile
    this.current = i;
    const order = this.order();
    const at = order.indexOf(i);
    $("viewer-name").textContent = image.name;
    $("viewer-note").textContent = measures(image) + (at < 0 ? "" : ` · ${at + 1} of ${order.length}`);
    $("viewer-previous").disabled = at <= 0;
    $("viewer-next").disabled = at < 0 || at === order.length - 1;
    $("viewer-min").value = this.object !== undefined && scored(ofImage[i][this.object]) ? Math.min(least(), ofImage[i][this.object].score) : least();
    if (!$("viewer").open) $("viewer").showModal();
    this.draw();
    $("viewer").scrollTop = 0;
  },

  draw() {
    const image = images[this.current];
    const list = ofImage[this.current];
    const from = Number($("viewer-min").value);
    $("viewer-score").textContent = from.toFixed(2);
    const truths = list.filter((o) => o.kind.truth);
    const found = list.filter((o) => !o.kind.truth && (!scored(o) || o.score >= from));
    $("viewer-labels").parentElement.hidden = info.layers.length > 0 || whole();
    $("viewer-minimum").hidden = !list.some((o) => !o.kind.truth && scored(o));
    // For label maps, the selected region is outlined in each picture.
    const outlined = info.layers.length && this.object !== undefined ? [list[this.object]] : [];
    const layers = info.layers.map(([id, name]) => this.panel(image, name, outlined, id));
    const sides = [
      ["truth", truths],
      ["prediction", found],
    ].filter(([name]) => info.kinds.some((k) => k.truth === (name === "truth")));
    const panels = info.layers.length || whole()
      ? [this.panel(image, "image", outlined), ...layers]
      : sides.map(([name, objects]) => this.panel(image, name, objects));
    $("viewer-panels").replaceChildren(...panels);
    this.tag();
    this.list([...truths, ...found]);
    this.legend(list);
  },

  panel(image, name, objects, layer) {
    const drawing = svg("svg", { viewBox: `0 0 ${image.width} ${image.height}`, role: "img", "aria-label": `${name}: ${objects.length} objects` });
    if (image.photo) drawing.append(picture(image));
    if (layer) drawing.append(picture(image, layer));
    drawing.objects = objects;
    const largest = [...objects].sort((a, b) => b.area - a.area);
    for (const o of largest) {
      const made = shape(o, o.j === this.object ? " main" : "");
      made.append(svg("title", {}, describe(o) + ": " + o.kind.name));
      drawing.append(made);
    }
    reveal(drawing);
    return element("figure", {}, element("figcaption", {}, info.layers.length || !objects.length ? name : `${name} (${objects.length})`), drawing);
  },

  /** Draws the class name at each object, at the same size on the screen for all images, without overlaps. */
  tag() {
    document.querySelectorAll("#viewer-panels svg").forEach((drawing) => {
      drawing.querySelectorAll(".tag").forEach((tag) => tag.remove());
      if (!$("viewer-labels").checked || info.layers.length) return;
      const image = images[this.current];
      const unit = (12 * image.width) / Math.max(1, drawing.getBoundingClientRect().width);
      const taken = [];
      for (const o of [...drawing.objects].sort((a, b) => (b.score ?? b.area) - (a.score ?? a.area))) {
        const text = className(o.label) + (scored(o) ? " " + o.score.toFixed(2) : "");
        const width = text.length * unit * 0.66;
        const x = Math.max(0, Math.min(o.x, image.width - width));
        const places = [o.y - 0.25 * unit, o.y + unit, o.y + o.h + unit, o.y + 2.1 * unit, o.y + o.h / 2];
        const free = (y) => y > 0.9 * unit && y < image.height && !taken.some((t) => Math.abs(t.y - y) < 1.05 * unit && x < t.x + t.width && t.x < x + width);
        const y = places.find(free);
        if (y === undefined && o.j !== this.object) continue; // the list below shows its name
        taken.push({ x, y: y ?? o.y + unit, width });
        drawing.append(svg("text", { x, y: y ?? o.y + unit, style: `font-size: ${unit}px`, class: "tag " + o.kind.look }, text));
      }
    });
  },

  list(objects) {
    const rows = objects.map((o) => {
      const row = element(
        "tr",
        o.j === this.object ? { class: "main" } : {},
        element("td", {}, element("button", { type: "button", class: "link" }, o.kind.name)),
        element("td", {}, describe(o)),
        element("td", { class: "n" }, o.partner === NONE ? "–" : o.overlap.toFixed(2)),
        element("td", { class: "n" }, Math.round(o.area)),
      );
      row.querySelector("button").addEventListener("click", () => {
        this.object = o.j === this.object ? undefined : o.j;
        this.draw();
        $("viewer-rows").querySelector("tr.main button")?.focus();
      });
      return row;
    });
    $("viewer-overlap").textContent = info.overlap;
    $("viewer-rows").replaceChildren(...rows);
    $("viewer-list").hidden = rows.length === 0;
    $("viewer-list").querySelectorAll("tr > :nth-child(n + 3)").forEach((cell) => (cell.hidden = whole()));
  },

  /** Shows the colors of the classes of label maps. */
  legend(list) {
    const labels = info.layers.length ? [...new Set(list.flatMap((o) => [o.label, o.as]))].filter((k) => info.classes[k]) : [];
    $("viewer-legend").replaceChildren(
      ...labels.map((k) => element("span", {}, element("i", { style: "background:" + info.colours[k] }), info.classes[k])),
    );
  },
};
