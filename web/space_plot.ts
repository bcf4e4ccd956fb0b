// All items as points before a camera: what is seen of them where.
import type { SpaceData } from "./space_data";
import { painterOf, type Painter } from "./space_painters";

export interface Point {
  x: number;
  y: number;
}

// Factors of what counts from -1, for what counts from 0 in such steps.
function fromCorner([x, y, z, constant]: number[], step: number): number[] {
  return [x * step, y * step, z * step, constant - x - y - z];
}

export class SpacePlot {
  readonly camera = new THREE.PerspectiveCamera(40, 1, 0.05, 60);
  readonly colours: Uint32Array; // red in the lowest byte, opaque
  private readonly painter: Painter;
  private readonly places: Float32Array; // see seen()
  private hasMoved = true; // since then
  private size = { width: 1, height: 1 };
  private azimuth = 0;
  private elevation = 0;
  private distance = 1;
  private waiting = 0;

  constructor(canvas: HTMLCanvasElement, readonly data: SpaceData) {
    this.colours = new Uint32Array(data.order.length);
    this.places = new Float32Array(3 * data.order.length);
    this.painter = painterOf(canvas, this);
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
      this.colours[i] = (0xff << 24) | ((colour & 255) << 16) | (colour & 0xff00) | (colour >> 16);
    });
    this.painter.recolour();
    this.draw();
  }

  resize(width: number, height: number) {
    this.size = { width: Math.max(1, width), height: Math.max(1, height) };
    this.camera.aspect = this.size.width / this.size.height;
    this.camera.updateProjectionMatrix();
    this.hasMoved = true;
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
    this.hasMoved = true;
  }

  // Where each point is seen: x and y in pixels of the page, and how far away, which is Infinity
  // behind the camera.
  seen(): Float32Array {
    if (!this.hasMoved) return this.places;
    this.hasMoved = false;
    const camera = this.camera;
    const m = new THREE.Matrix4().multiplyMatrices(camera.projectionMatrix, camera.matrixWorldInverse).elements;
    const { width, height } = this.size;
    // What each axis adds, of positions as they were sent: from -1 to 1 in 65,535 steps.
    const step = 2 / 65535;
    const depths = [m[3], m[7], m[11], m[15]];
    const along = [0, 1, 2, 3].map((axis) => ((m[4 * axis] + depths[axis]) * width) / 2);
    const down = [0, 1, 2, 3].map((axis) => ((depths[axis] - m[4 * axis + 1]) * height) / 2);
    const [dx, dy, dz, d] = fromCorner(depths, step);
    const [ax, ay, az, a] = fromCorner(along, step);
    const [bx, by, bz, b] = fromCorner(down, step);
    const { positions } = this.data;
    const places = this.places;
    for (let i = 0; i < places.length; i += 3) {
      const x = positions[i];
      const y = positions[i + 1];
      const z = positions[i + 2];
      const depth = dx * x + dy * y + dz * z + d;
      const share = 1 / depth;
      places[i] = (ax * x + ay * y + az * z + a) * share;
      places[i + 1] = (bx * x + by * y + bz * z + b) * share;
      places[i + 2] = depth > 0 ? depth : Infinity;
    }
    return places;
  }

  // The point that is seen nearest to a place, within so many pixels; -1: none.
  at(place: Point, reach: number): number {
    let best = -1;
    let least = Infinity;
    const seen = this.seen();
    for (let i = 0; i < seen.length; i += 3) {
      const x = seen[i] - place.x;
      const y = seen[i + 1] - place.y;
      if (x * x + y * y > reach * reach) continue;
      const cost = Math.hypot(x, y) + reach * seen[i + 2]; // of two near ones, rather that in front
      if (cost >= least) continue;
      least = cost;
      best = i / 3;
    }
    return best;
  }

  // The points that are seen inside a line that closes itself.
  inside(line: Point[]): number[] {
    const found: number[] = [];
    const seen = this.seen();
    for (let i = 0; i < seen.length; i += 3) {
      if (seen[i + 2] === Infinity) continue;
      const [x, y] = [seen[i], seen[i + 1]];
      let within = false;
      line.forEach((one, k) => {
        const other = line[(k + 1) % line.length];
        if (one.y > y !== other.y > y && x < ((other.x - one.x) * (y - one.y)) / (other.y - one.y) + one.x) {
          within = !within;
        }
      });
      if (within) found.push(i / 3);
    }
    return found;
  }
}
