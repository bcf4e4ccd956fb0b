// What the page uses of three.js, which is loaded when the space is shown (assets/three.js).
declare namespace THREE {
  class Color {
    constructor(colour: number | string);
  }
  class Matrix4 {
    elements: number[];
    multiplyMatrices(one: Matrix4, other: Matrix4): Matrix4;
  }
  class BufferAttribute {
    constructor(array: ArrayLike<number>, itemSize: number, normalized?: boolean);
    needsUpdate: boolean;
  }
  class BufferGeometry {
    setAttribute(name: string, attribute: BufferAttribute): void;
    dispose(): void;
  }
  class Material {
    dispose(): void;
  }
  class PointsMaterial extends Material {
    constructor(settings: object);
  }
  class Points {
    constructor(geometry: BufferGeometry, material: Material);
    position: { set(x: number, y: number, z: number): void };
    scale: { set(x: number, y: number, z: number): void };
    frustumCulled: boolean;
  }
  class Scene {
    add(what: Points): void;
  }
  class PerspectiveCamera {
    constructor(degrees: number, aspect: number, near: number, far: number);
    aspect: number;
    position: { set(x: number, y: number, z: number): void };
    projectionMatrix: Matrix4;
    matrixWorldInverse: Matrix4;
    lookAt(x: number, y: number, z: number): void;
    updateProjectionMatrix(): void;
    updateMatrixWorld(): void;
  }
  class WebGLRenderer {
    constructor(settings: object);
    setPixelRatio(ratio: number): void;
    setSize(width: number, height: number, style: boolean): void;
    render(scene: Scene, camera: PerspectiveCamera): void;
    dispose(): void;
  }
  const VertexColors: number;
}
