// Draws the points of the space on a canvas: by a graphics card where there is one, else by the
// processor.
import type { SpacePlot } from "./space_plot";

const pointPixels = (count: number) => (count > 200_000 ? 2 : count > 20_000 ? 3 : 5);

// Of the points as the camera sees them.
export interface Painter {
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
  private readonly restored = () => this.paint(); // three.js has made anew by then what the card has lost

  constructor(
    private readonly canvas: HTMLCanvasElement,
    context: WebGLRenderingContext,
    private readonly plot: SpacePlot,
  ) {
    this.renderer = new THREE.WebGLRenderer({ canvas, context, alpha: true });
    this.colours = new THREE.BufferAttribute(new Uint8Array(plot.colours.buffer), 4, true);
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
    canvas.addEventListener("webglcontextrestored", this.restored);
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
    this.canvas.removeEventListener("webglcontextrestored", this.restored);
    this.geometry.dispose();
    this.material.dispose();
    this.renderer.dispose();
  }
}

// Squares, of which each pixel shows the nearest: work that grows with points and with pixels, and
// not with how much the squares cover each other.
class CanvasPainter implements Painter {
  private readonly pen: CanvasRenderingContext2D;
  private ratio = 1;
  private side = 1; // pixels of a square
  private picture = new ImageData(1, 1); // with a border of one square, so that none is cut
  private nearest = new Float32Array(0); // how far away what each of its pixels shows is
  private middles = new Float32Array(0); // how far away the nearest point is whose middle each pixel holds
  private points = new Int32Array(0); // which it is

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
    this.side = Math.max(1, Math.round(pointPixels(this.plot.data.order.length) * ratio));
    this.picture = new ImageData(this.canvas.width + 2 * this.side, this.canvas.height + 2 * this.side);
    this.nearest = new Float32Array(this.picture.width * this.picture.height);
    this.middles = new Float32Array(this.canvas.width * this.canvas.height);
    this.points = new Int32Array(this.middles.length);
  }
  paint() {
    this.findNearest();
    this.drawSquares();
    this.pen.putImageData(this.picture, -this.side, -this.side);
  }
  private findNearest() {
    const { width, height } = this.canvas;
    const { ratio, middles, points } = this;
    const seen = this.plot.seen();
    middles.fill(Infinity);
    for (let i = 0, point = 0; i < seen.length; i += 3, ++point) {
      const x = seen[i] * ratio;
      const y = seen[i + 1] * ratio;
      if (!(x >= 0 && y >= 0 && x < width && y < height)) continue;
      const at = Math.floor(y) * width + Math.floor(x);
      const away = seen[i + 2];
      if (away >= middles[at]) continue;
      middles[at] = away;
      points[at] = point;
    }
  }
  private drawSquares() {
    const { width, height } = this.canvas;
    const { side, middles, points, nearest } = this;
    const { colours } = this.plot;
    const row = this.picture.width;
    const pixels = new Uint32Array(this.picture.data.buffer).fill(0);
    const first = Math.ceil(side / 2); // of the border's pixels that a square may cover
    nearest.fill(Infinity);
    for (let y = 0, middle = 0; y < height; ++y) {
      for (let x = 0; x < width; ++x, ++middle) {
        const away = middles[middle];
        if (away === Infinity) continue;
        const colour = colours[points[middle]];
        let at = (y + first) * row + x + first;
        for (let down = 0; down < side; ++down, at += row - side) {
          for (let right = 0; right < side; ++right, ++at) {
            if (away >= nearest[at]) continue;
            nearest[at] = away;
            pixels[at] = colour;
          }
        }
      }
    }
  }
  dispose() {}
}

// Where there is none, browsers compute WebGL by the processor: a million points take it twenty times
// as long as they take CanvasPainter.
function hasGraphicsCard(): boolean {
  const context = document.createElement("canvas").getContext("webgl");
  const about = context?.getExtension("WEBGL_debug_renderer_info");
  const name = about ? String(context?.getParameter(about.UNMASKED_RENDERER_WEBGL)) : "";
  context?.getExtension("WEBGL_lose_context")?.loseContext(); // there may be but a few
  return context !== null && !/SwiftShader|llvmpipe|softpipe|Basic Render/i.test(name);
}

export function painterOf(canvas: HTMLCanvasElement, plot: SpacePlot): Painter {
  const options = { antialias: false, alpha: true };
  const context = hasGraphicsCard()
    ? (canvas.getContext("webgl2", options) ?? canvas.getContext("webgl", options))
    : null;
  return context ? new WebGlPainter(canvas, context as WebGLRenderingContext, plot) : new CanvasPainter(canvas, plot);
}
