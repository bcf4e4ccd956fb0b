// The points of the space on a canvas: by WebGL where there is one, else by the canvas itself.
import type { SpaceData } from "./space_data";

export interface Point {
  x: number;
  y: number;
}

const pointPixels = (count: number) => (count > 200_000 ? 2 : count > 20_000 ? 3 : 5);

// Draws the points as the camera sees them.
interface Painter {
  recolour(): void;
  resize(width: number, height: number, ratio: number): void;
  paint(): void;
  dispose(): void;
}

class WebGlPainter implements Painter {
  private readonly renderer: THREE.WebGLRenderer;
  private readonly scene = new THREE.Scene();
  private readonly geometry = new THREE.BufferGeometry();
  private readonly colours: THREE.BufferAttribute;
  private readonly material: THREE.Material;

  constructor(canvas: HTMLCanvasElement, context: WebGLRenderingContext, private readonly plot: SpacePlot) {
    this.renderer = new THREE.WebGLRenderer({ canvas, context, alpha: true });
    this.colours = new THREE.BufferAttribute(plot.colours, 3, true);
    this.geometry.setAttribute("position", new THREE.BufferAttribute(plot.data.positions, 3, true));
    this.geometry.setAttribute("color", this.colours);
    this.material = new THREE.PointsMaterial({
      size: pointPixels(plot.data.order.length) * Math.min(devicePixelRatio, 2),
      sizeAttenuation: false,
      vertexColors: THREE.VertexColors,
    });
    const points = new THREE.Points(this.geometry, this.material);
    points.scale.set(2, 2, 2);
    points.position.set(-1, -1, -1);
    points.frustumCulled = false;
    this.scene.add(points);
  }
  recolour() {
    this.colours.needsUpdate = true;
  }
  resize(width: number, height: number, ratio: number) {
    this.renderer.setPixelRatio(ratio);
    this.renderer.setSize(width, height, false);
  }
  paint() {
    this.renderer.render(this.scene, this.plot.camera);
  }
  dispose() {
    this.geometry.dispose();
    this.material.dispose();
    this.renderer.dispose();
  }
}

class CanvasPainter implements Painter {
  private readonly pen: CanvasRenderingContext2D;
  private ratio = 1;

  constructor(private readonly canvas: HTMLCanvasElement, private readonly plot: SpacePlot) {
    const pen = canvas.getContext("2d");
    if (!pen) throw new Error("this browser draws nothing");
    this.pen = pen;
  }
  recolour() {}
  resize(width: number, height: number, ratio: number) {
    this.ratio = ratio;
    this.canvas.width = width * ratio;
    this.canvas.height = height * ratio;
  }
  paint() {
    const { width, height } = this.canvas;
    const picture = this.pen.createImageData(width, height);
    const pixels = picture.data;
    const nearest = new Float32Array(width * height).fill(Infinity);
    const side = Math.round(pointPixels(this.plot.data.order.length) * this.ratio);
    const colours = this.plot.colours;
    this.plot.project((i, x, y, depth) => {
      const left = Math.round(x * this.ratio - side / 2);
      const top = Math.round(y * this.ratio - side / 2);
      for (let row = Math.max(top, 0); row < Math.min(top + side, height); ++row) {
        for (let column = Math.max(left, 0); column < Math.min(left + side, width); ++column) {
          const at = row * width + column;
          if (depth >= nearest[at]) continue;
          nearest[at] = depth;
          for (let part = 0; part < 3; ++part) pixels[4 * at + part] = colours[3 * i + part];
          pixels[4 * at + 3] = 255;
        }
      }
    });
    this.pen.putImageData(picture, 0, 0);
  }
  dispose() {}
}

export class SpacePlot {
  readonly camera = new THREE.PerspectiveCamera(40, 1, 0.05, 60);
  readonly colours: Uint8Array; // three each
  private readonly painter: Painter;
  private size = { width: 1, height: 1 };
  private azimuth = 0;
  private elevation = 0;
  private distance = 1;
  private waiting = 0;

  constructor(canvas: HTMLCanvasElement, readonly data: SpaceData) {
    this.colours = new Uint8Array(3 * data.order.length);
    const options = { antialias: false, alpha: true };
    const context = canvas.getContext("webgl2", options) ?? canvas.getContext("webgl", options);
    this.painter = context
      ? new WebGlPainter(canvas, context as WebGLRenderingContext, this)
      : new CanvasPainter(canvas, this);
    this.reset();
  }

  dispose() {
    cancelAnimationFrame(this.waiting);
    this.painter.dispose();
  }

  // `colourOf` gives 0xrrggbb.
  recolour(colourOf: (group: number) => number) {
    this.data.groups.forEach((group, i) => {
      const colour = colourOf(group);
      this.colours[3 * i] = colour >> 16;
      this.colours[3 * i + 1] = (colour >> 8) & 255;
      this.colours[3 * i + 2] = colour & 255;
    });
    this.painter.recolour();
    this.draw();
  }

  resize(width: number, height: number) {
    this.size = { width: Math.max(1, width), height: Math.max(1, height) };
    this.camera.aspect = this.size.width / this.size.height;
    this.camera.updateProjectionMatrix();
    this.painter.resize(this.size.width, this.size.height, Math.min(devicePixelRatio, 2));
    this.draw();
  }

  turn(azimuth: number, elevation: number) {
    this.azimuth += azimuth;
    this.elevation = Math.min(1.5, Math.max(-1.5, this.elevation + elevation));
    this.draw();
  }

  zoom(factor: number) {
    this.distance = Math.min(12, Math.max(0.3, this.distance * factor));
    this.draw();
  }

  reset() {
    this.azimuth = 0.7;
    this.elevation = 0.42;
    this.distance = 3.6;
    this.draw();
  }

  // Once for all that happens before the screen is drawn again.
  private draw() {
    cancelAnimationFrame(this.waiting);
    this.waiting = requestAnimationFrame(() => {
      this.aim();
      this.painter.paint();
    });
  }

  private aim() {
    const distance = this.distance / Math.min(1, this.camera.aspect); // all of it also where it is narrow
    const flat = Math.cos(this.elevation) * distance;
    this.camera.position.set(
      Math.sin(this.azimuth) * flat,
      Math.sin(this.elevation) * distance,
      Math.cos(this.azimuth) * flat,
    );
    this.camera.lookAt(0, 0, 0);
    this.camera.updateMatrixWorld();
  }

  // Tells where each point in front of the camera is seen, in pixels of the page.
  project(tell: (i: number, x: number, y: number, depth: number) => void) {
    const camera = this.camera;
    const seen = new THREE.Matrix4().multiplyMatrices(camera.projectionMatrix, camera.matrixWorldInverse);
    const m = seen.elements; // column by column
    const { positions, order } = this.data;
    const { width, height } = this.size;
    for (let i = 0; i < order.length; ++i) {
      const x = (2 * positions[3 * i]) / 65535 - 1;
      const y = (2 * positions[3 * i + 1]) / 65535 - 1;
      const z = (2 * positions[3 * i + 2]) / 65535 - 1;
      const depth = m[3] * x + m[7] * y + m[11] * z + m[15];
      if (depth <= 0) continue;
      const right = (m[0] * x + m[4] * y + m[8] * z + m[12]) / depth;
      const up = (m[1] * x + m[5] * y + m[9] * z + m[13]) / depth;
      tell(i, (width * (1 + right)) / 2, (height * (1 - up)) / 2, depth);
    }
  }

  // The point that is seen nearest to a place, within so many pixels; -1: none.
  at(place: Point, reach: number): number {
    let best = -1;
    let least = Infinity;
    this.project((i, x, y, depth) => {
      const away = Math.hypot(x - place.x, y - place.y);
      const cost = away + reach * depth; // of two near ones, rather that in front
      if (away > reach || cost >= least) return;
      least = cost;
      best = i;
    });
    return best;
  }

  // The points that are seen inside a line that closes itself.
  inside(line: Point[]): number[] {
    const found: number[] = [];
    this.project((i, x, y) => {
      let within = false;
      line.forEach((one, k) => {
        const other = line[(k + 1) % line.length];
        if (one.y > y !== other.y > y && x < ((other.x - one.x) * (y - one.y)) / (other.y - one.y) + one.x) {
          within = !within;
        }
      });
      if (within) found.push(i);
    });
    return found;
  }
}
