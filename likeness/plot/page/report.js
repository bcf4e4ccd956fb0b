// What moves on the page: the slider through the epochs, and the plot of the latent space to turn,
// zoom and hover. The page is whole without it. Everything that comes from the shop is set as text,
// never as HTML. `likenessSpace` is in space.js, `THREE` in three.min.js.
"use strict";

const element = (name, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};

// A figure with frames: a slider instead of a page of pictures.
for (const figure of document.querySelectorAll("figure[data-frames]")) {
  const frames = JSON.parse(figure.dataset.frames);
  const picture = figure.querySelector("img");
  const link = figure.querySelector("a");
  const slider = element("input", {type: "range", min: 0, max: frames.length - 1, step: 1});
  const name = element("output");
  const alternative = picture.alt;
  const show = () => {
    const frame = frames[slider.value];
    picture.src = frame.file;
    link.href = frame.file;
    picture.alt = alternative + " Shown: " + frame.name + ".";
    name.textContent = frame.name;
    slider.setAttribute("aria-valuetext", frame.name);
  };
  slider.value = frames.length - 1;
  slider.setAttribute("aria-label", "Which frame is shown");
  slider.addEventListener("input", show);
  name.textContent = frames[slider.value].name;
  slider.setAttribute("aria-valuetext", name.textContent);
  figure.querySelector(".picture").before(element("div", {className: "frames"}, slider, name));
}

class SpacePlot {
  constructor(root, space) {
    this.root = root;
    this.space = space;
    this.count = space.keys.length;
    this.stage = root.querySelector(".stage");
    this.canvas = element("canvas", {tabIndex: 0});
    this.canvas.setAttribute("role", "application");
    this.canvas.setAttribute("aria-label", "The latent space in three dimensions: " + this.count +
      " items. Arrow keys turn it, plus and minus zoom, N and P go from item to item, Enter selects.");
    const context = this.canvas.getContext("webgl2", SpacePlot.contextOptions) ||
      this.canvas.getContext("webgl", SpacePlot.contextOptions);
    if (!context) throw new Error("this browser shows no WebGL");
    this.stage.append(this.canvas);
    this.renderer = new THREE.WebGLRenderer({canvas: this.canvas, context, alpha: true});
    this.renderer.setPixelRatio(Math.min(window.devicePixelRatio || 1, 2));
    this.scene = new THREE.Scene();
    this.camera = new THREE.PerspectiveCamera(40, 1, 0.05, 60);
    this.current = null;
    this.selected = null;
    this.highlighted = null;
    this.colouring = 0;
    this.pointers = new Map();
    this.makePoints();
    this.makeBox();
    this.makeCard();
    this.makeControls();
    this.listen();
    this.reset();
    this.recolour();
    this.resize();
  }

  // Points, box and marks.
  makePoints() {
    const {components, dimensions} = this.space;
    const low = [Infinity, Infinity, Infinity], high = [-Infinity, -Infinity, -Infinity];
    this.places = new Float32Array(this.count * 3);
    for (let i = 0; i < this.count; ++i) {
      for (let d = 0; d < 3; ++d) {
        const value = d < dimensions ? components[i * dimensions + d] : 0;
        this.places[3 * i + d] = value;
        low[d] = Math.min(low[d], value);
        high[d] = Math.max(high[d], value);
      }
    }
    this.low = low;
    this.high = high;
    // One scale for all axes: distances stay true.
    const half = Math.max(...high.map((value, d) => (value - low[d]) / 2)) || 1;
    this.half = high.map((value, d) => Math.max((value - low[d]) / 2 / half, 0.02));
    for (let i = 0; i < this.places.length; ++i) {
      this.places[i] = (this.places[i] - (low[i % 3] + high[i % 3]) / 2) / half;
    }
    this.colours = new Float32Array(this.count * 3);
    const geometry = new THREE.BufferGeometry();
    geometry.setAttribute("position", new THREE.BufferAttribute(this.places, 3));
    this.colourAttribute = new THREE.BufferAttribute(this.colours, 3);
    geometry.setAttribute("color", this.colourAttribute);
    const size = Math.min(0.16, Math.max(0.09, 4 / Math.sqrt(this.count)));
    this.scene.add(new THREE.Points(geometry, new THREE.PointsMaterial({
      size, map: SpacePlot.disc(false), alphaTest: 0.4, vertexColors: THREE.VertexColors,
    })));
    this.marks = [0, 1].map(() => {
      const place = new THREE.BufferGeometry();
      place.setAttribute("position", new THREE.BufferAttribute(new Float32Array(3), 3));
      const mark = new THREE.Points(place, new THREE.PointsMaterial({
        size: size * 2.2, map: SpacePlot.disc(true), transparent: true, depthTest: false,
      }));
      mark.visible = false;
      mark.frustumCulled = false;
      this.scene.add(mark);
      return mark;
    });
  }

  static disc(ring) {
    const canvas = element("canvas", {width: 64, height: 64});
    const pen = canvas.getContext("2d");
    pen.lineWidth = ring ? 9 : 5;
    pen.beginPath();
    pen.arc(32, 32, ring ? 25 : 28, 0, 2 * Math.PI);
    if (!ring) {
      pen.fillStyle = "#fff";
      pen.fill();
    }
    pen.strokeStyle = ring ? "#fff" : "#888";
    pen.stroke();
    return new THREE.CanvasTexture(canvas);
  }

  makeBox() {
    const box = new THREE.BoxGeometry(...this.half.map((half) => 2.1 * half));
    this.box = new THREE.LineSegments(new THREE.EdgesGeometry(box),
      new THREE.LineBasicMaterial({color: 0x888888, transparent: true, opacity: 0.6}));
    this.scene.add(this.box);
    this.axes = this.space.axes.slice(0, 3).map((name, d) => {
      const range = this.low[d].toPrecision(2) + " to " + this.high[d].toPrecision(2);
      const label = element("div", {className: "axis"}, name,
        element("span", {textContent: ": " + range}));
      this.stage.append(label);
      return label;
    });
  }

  makeCard() {
    this.thumbnail = this.picture(0, 2);
    this.cardText = element("div");
    this.card = element("div", {className: "card", hidden: true}, this.thumbnail, this.cardText);
    this.stage.append(this.card);
    this.spoken = this.root.querySelector("[aria-live]");
  }

  // A thumbnail out of the sheet that holds all of them.
  picture(item, scale) {
    const made = element("span", {className: "thumbnail"});
    made.setAttribute("role", "img");
    this.setPicture(made, item, scale);
    return made;
  }

  setPicture(made, item, scale) {
    const {file, width, height, columns} = this.space.thumbnails;
    const rows = Math.ceil(this.count / columns);
    Object.assign(made.style, {
      width: width * scale + "px",
      height: height * scale + "px",
      backgroundImage: "url(" + JSON.stringify(file) + ")",
      backgroundSize: columns * width * scale + "px " + rows * height * scale + "px",
      backgroundPosition: -(item % columns) * width * scale + "px " +
        -Math.floor(item / columns) * height * scale + "px",
    });
    made.setAttribute("aria-label", "Picture of " + this.space.keys[item]);
  }

  makeControls() {
    const controls = this.root.querySelector(".controls");
    const select = element("select", {id: "space-colour"});
    this.space.colourings.forEach((colouring, i) => {
      select.append(element("option", {value: i, textContent: colouring.name}));
    });
    select.addEventListener("change", () => {
      this.colouring = Number(select.value);
      this.highlighted = null;
      this.recolour();
    });
    const button = (text, label, action) => {
      const made = element("button", {type: "button", textContent: text, title: label});
      made.setAttribute("aria-label", label);
      made.addEventListener("click", action);
      return made;
    };
    controls.append(
      element("label", {htmlFor: "space-colour", textContent: "Colour by"}), select,
      button("◀", "Turn left", () => this.turn(-0.25, 0)),
      button("▶", "Turn right", () => this.turn(0.25, 0)),
      button("+", "Zoom in", () => this.zoom(0.8)),
      button("−", "Zoom out", () => this.zoom(1.25)),
      button("Reset", "Reset the view", () => this.reset()));
    this.legend = this.root.querySelector(".legend");
    this.nearest = this.root.querySelector(".nearest");
    if (this.space.colourings.length === 0) select.disabled = true;
  }

  // Colours and legend.
  recolour() {
    const colouring = this.space.colourings[this.colouring];
    const other = new THREE.Color(0x9aa0a8);
    const palette = colouring ? colouring.colours.map((colour) => new THREE.Color(colour)) : [];
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    const faint = new THREE.Color(dark ? 0x2b2f37 : 0xe0e3e8);
    for (let i = 0; i < this.count; ++i) {
      const value = colouring ? colouring.of_item[i] : -1;
      const hidden = this.highlighted !== null && value !== this.highlighted;
      const colour = hidden ? faint : value < 0 ? other : palette[value];
      colour.toArray(this.colours, 3 * i);
    }
    this.colourAttribute.needsUpdate = true;
    this.legend.replaceChildren();
    (colouring ? colouring.values : []).forEach((name, value) => {
      const swatch = element("span", {className: "swatch"});
      swatch.style.background = colouring.colours[value];
      const made = element("button", {type: "button"}, swatch, name);
      made.setAttribute("aria-pressed", String(value === this.highlighted));
      made.addEventListener("click", () => {
        this.highlighted = value === this.highlighted ? null : value;
        this.recolour();
        this.legend.children[value].firstChild.focus();
      });
      this.legend.append(element("li", {}, made));
    });
    this.draw();
  }

  // What the reader does.
  listen() {
    const canvas = this.canvas;
    canvas.addEventListener("pointerdown", (event) => {
      canvas.focus({preventScroll: true});
      canvas.setPointerCapture(event.pointerId);
      this.pointers.set(event.pointerId, {x: event.clientX, y: event.clientY});
      this.moved = 0;
    });
    canvas.addEventListener("pointermove", (event) => this.pointerMoves(event));
    canvas.addEventListener("pointerup", (event) => {
      this.pointers.delete(event.pointerId);
      if (this.moved > 6) return;
      const item = this.itemAt(event);
      this.select(item);
      this.show(item);
    });
    canvas.addEventListener("pointercancel", (event) => this.pointers.delete(event.pointerId));
    canvas.addEventListener("pointerleave", () => this.show(this.selected));
    canvas.addEventListener("wheel", (event) => {
      if (document.activeElement !== canvas && !event.ctrlKey) return;  // the page scrolls
      event.preventDefault();
      this.zoom(Math.exp(Math.sign(event.deltaY) * 0.12));
    }, {passive: false});
    canvas.addEventListener("keydown", (event) => this.key(event));
    canvas.addEventListener("webglcontextlost", (event) => event.preventDefault());
    canvas.addEventListener("webglcontextrestored", () => this.draw());
    new ResizeObserver(() => this.resize()).observe(this.stage);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.recolour());
  }

  pointerMoves(event) {
    const before = this.pointers.get(event.pointerId);
    if (!before) {
      if (event.pointerType !== "touch") this.show(this.itemAt(event));
      return;
    }
    const now = {x: event.clientX, y: event.clientY};
    const others = [...this.pointers].filter(([id]) => id !== event.pointerId);
    if (others.length > 0) {
      const other = others[0][1];
      const length = (from) => Math.hypot(from.x - other.x, from.y - other.y) || 1;
      this.zoom(length(before) / length(now));
    } else {
      this.turn((before.x - now.x) * 0.008, (now.y - before.y) * 0.008);
    }
    this.moved += Math.hypot(now.x - before.x, now.y - before.y);
    this.pointers.set(event.pointerId, now);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const actions = {
      ArrowLeft: () => this.turn(-0.12, 0),
      ArrowRight: () => this.turn(0.12, 0),
      ArrowUp: () => this.turn(0, 0.12),
      ArrowDown: () => this.turn(0, -0.12),
      "+": () => this.zoom(0.85),
      "=": () => this.zoom(0.85),
      "-": () => this.zoom(1.18),
      0: () => this.reset(),
      n: () => this.step(1),
      p: () => this.step(-1),
      Enter: () => this.select(this.current),
      Escape: () => { this.select(null); this.show(null); },
    };
    const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }

  turn(azimuth, elevation) {
    this.azimuth += azimuth;
    this.elevation = Math.min(1.5, Math.max(-1.5, this.elevation + elevation));
    this.draw();
  }

  zoom(factor) {
    this.distance = Math.min(12, Math.max(0.4, this.distance * factor));
    this.draw();
  }

  reset() {
    this.azimuth = 0.7;
    this.elevation = 0.42;
    this.distance = 4.9;
    this.draw();
  }

  // Items: which is under the pointer, which is next, how far two are apart.
  itemAt(event) {
    const area = this.canvas.getBoundingClientRect();
    const x = event.clientX - area.left, y = event.clientY - area.top;
    const reach = event.pointerType === "touch" ? 22 : 12;
    let best = null, least = Infinity;
    for (let i = 0; i < this.count; ++i) {
      const at = this.onScreen(this.places[3 * i], this.places[3 * i + 1], this.places[3 * i + 2]);
      const away = Math.hypot(at.x - x, at.y - y);
      if (away > reach || at.depth > 1) continue;
      const cost = away + at.depth * 40;  // of two near ones, rather that in front
      if (cost < least) [best, least] = [i, cost];
    }
    return best;
  }

  onScreen(x, y, z) {
    const at = new THREE.Vector3(x, y, z).project(this.camera);
    return {x: (at.x + 1) / 2 * this.width, y: (1 - at.y) / 2 * this.height, depth: at.z};
  }

  apart(a, b) {
    const {components, dimensions} = this.space;
    let sum = 0;
    for (let d = 0; d < dimensions; ++d) {
      sum += (components[a * dimensions + d] - components[b * dimensions + d]) ** 2;
    }
    return Math.sqrt(sum);
  }

  distanceText(a, b) {
    return (this.space.exact ? "" : "≈ ") + this.apart(a, b).toFixed(2);
  }

  // All items by their distance from one.
  orderFrom(item) {
    const distance = Array.from({length: this.count}, (_, i) => this.apart(item, i));
    return [...distance.keys()].sort((a, b) => distance[a] - distance[b] || a - b)
      .filter((i) => i !== item);
  }

  step(by) {
    const order = this.order || [...Array(this.count).keys()];
    if (order.length === 0) return;
    const at = order.indexOf(this.current);
    const next = at < 0 ? (by > 0 ? 0 : order.length - 1) : (at + by + order.length) % order.length;
    this.show(order[next]);
    this.speak();
  }

  select(item) {
    this.selected = item;
    this.order = item === null ? null : this.orderFrom(item);
    this.nearest.replaceChildren();
    if (item !== null && this.order.length > 0) {
      const list = element("ol");
      for (const other of this.order.slice(0, 12)) {
        const button = element("button", {type: "button"}, this.picture(other, 1.5), element("br"),
          this.distanceText(item, other), element("br"), this.space.keys[other].slice(0, 24));
        button.addEventListener("click", () => { this.select(other); this.show(other); });
        list.append(element("li", {}, button));
      }
      this.nearest.append("Nearest to " + this.space.keys[item] + " of those shown, with distance:", list);
    }
    this.draw();
  }

  show(item) {
    this.current = item;
    this.card.hidden = item === null;
    if (item !== null) {
      this.setPicture(this.thumbnail, item, 2);
      const lines = this.linesOf(item);
      this.cardText.replaceChildren(element("b", {textContent: lines[0]}),
        ...lines.slice(1).map((line) => element("div", {textContent: line})));
    }
    this.draw();
  }

  linesOf(item) {
    const lines = [this.space.keys[item]];
    const clusters = this.space.colourings.find((colouring) => colouring.name === "cluster");
    if (clusters) lines.push("cluster " + clusters.names[clusters.of_item[item]]);
    if (this.space.tags[item]) lines.push(this.space.tags[item]);
    if (this.selected !== null && this.selected !== item) {
      lines.push("distance " + this.distanceText(this.selected, item) + " from " +
        this.space.keys[this.selected]);
    } else if (this.selected === item) {
      lines.push("selected");
    }
    return lines;
  }

  speak() {
    if (this.current !== null) this.spoken.textContent = this.linesOf(this.current).join(", ");
  }

  // Drawing: at most once a frame, and only when something changed.
  resize() {
    this.width = this.stage.clientWidth;
    this.height = this.stage.clientHeight;
    if (this.width === 0 || this.height === 0) return;
    this.renderer.setSize(this.width, this.height, false);
    this.camera.aspect = this.width / this.height;
    this.camera.updateProjectionMatrix();
    this.draw();
  }

  draw() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.drawNow();
    });
  }

  drawNow() {
    // A narrow window needs more distance for the same box.
    const away = this.distance * Math.max(1, 1.15 / this.camera.aspect);
    this.camera.position.set(away * Math.cos(this.elevation) * Math.sin(this.azimuth),
      away * Math.sin(this.elevation), away * Math.cos(this.elevation) * Math.cos(this.azimuth));
    this.camera.lookAt(0, 0, 0);
    this.camera.updateMatrixWorld();
    this.mark(this.marks[0], this.current);
    this.mark(this.marks[1], this.selected);
    this.renderer.render(this.scene, this.camera);
    this.placeAxes();
    this.placeCard();
    this.root.dataset.drawn = String(Number(this.root.dataset.drawn || 0) + 1);
  }

  mark(mark, item) {
    mark.visible = item !== null;
    if (item === null) return;
    const place = mark.geometry.getAttribute("position");
    place.array.set(this.places.subarray(3 * item, 3 * item + 3));
    place.needsUpdate = true;
    mark.material.color.set(getComputedStyle(this.root).color);
  }

  // Each axis is named on that of its four edges which is nearest to the reader's lower edge.
  placeAxes() {
    this.axes.forEach((label, d) => {
      let best = null;
      for (const [u, v] of [[-1, -1], [-1, 1], [1, -1], [1, 1]]) {
        const corner = this.half.map((half) => 1.05 * half);
        const [e, f] = [0, 1, 2].filter((other) => other !== d);
        const place = [0, 0, 0];
        place[e] = u * corner[e];
        place[f] = v * corner[f];
        const at = this.onScreen(...place);
        const score = d === 1 ? -at.x : at.y;
        if (best === null || score > best.score) best = {...at, score};
      }
      const width = label.offsetWidth, height = label.offsetHeight;
      // Beside the box, so that no two of them meet.
      const left = d === 1 || best.x < this.width / 2;
      const x = Math.min(this.width - width, Math.max(0, left ? best.x - width : best.x));
      const y = Math.min(this.height - height, Math.max(0, best.y));
      label.style.transform = "translate(" + x + "px," + y + "px)";
    });
  }

  placeCard() {
    if (this.current === null) return;
    const at = this.onScreen(...this.places.subarray(3 * this.current, 3 * this.current + 3));
    const width = this.card.offsetWidth, height = this.card.offsetHeight;
    const x = at.x + 16 + width > this.width ? at.x - 16 - width : at.x + 16;
    const y = at.y + 16 + height > this.height ? at.y - 16 - height : at.y + 16;
    const inside = (value, most) => Math.max(0, Math.min(value, most));
    this.card.style.transform = "translate(" + inside(x, this.width - width) + "px," +
      inside(y, this.height - height) + "px)";
  }
}
// Kept after drawing, so that it can be printed.
SpacePlot.contextOptions = {alpha: true, antialias: true, preserveDrawingBuffer: true};

const spaceRoot = document.getElementById("space");
if (spaceRoot) {
  const tell = (why) => {
    spaceRoot.querySelector(".stage").hidden = true;
    spaceRoot.querySelector(".help").hidden = true;
    const message = spaceRoot.querySelector(".message");
    message.hidden = false;
    message.textContent = "The plot to turn cannot be shown: " + why +
      ". The picture of the latent space on this page shows the same, from one side.";
  };
  try {
    if (typeof likenessSpace === "undefined") throw new Error("space.js is not beside this page");
    if (typeof THREE === "undefined") throw new Error("three.min.js is not beside this page");
    new SpacePlot(spaceRoot, likenessSpace);
    spaceRoot.dataset.ready = "true";
  } catch (error) {
    tell(error.message);
  }
}
