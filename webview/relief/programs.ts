/** A WebGL program with its places for uniforms and attributes, by name: asked once, since to ask makes the card wait. */
export interface Program {
  readonly program: WebGLProgram;
  /** Null where the program makes no use of it. */
  uniform(name: string): WebGLUniformLocation | null;
  /** -1 where the program makes no use of it. */
  attribute(name: string): number;
}

/** @throws Error with the compiler's own words. */
export function programOf(gl: WebGL2RenderingContext, vertex: string, fragment: string): Program {
  const program = gl.createProgram();
  for (const [kind, source] of [
    [gl.VERTEX_SHADER, vertex],
    [gl.FRAGMENT_SHADER, fragment],
  ] as const) {
    const shader = gl.createShader(kind);
    if (!shader) throw new Error('WebGL makes no shader.');
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS))
      throw new Error(gl.getShaderInfoLog(shader) ?? 'A shader was not compiled.');
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS))
    throw new Error(gl.getProgramInfoLog(program) ?? 'A program was not linked.');
  return {
    program,
    uniform: askedOnce((name) => gl.getUniformLocation(program, name)),
    attribute: askedOnce((name) => gl.getAttribLocation(program, name)),
  };
}

function askedOnce<T>(ask: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>();
  return (name) => {
    if (!known.has(name)) known.set(name, ask(name));
    return known.get(name)!;
  };
}

/** Numbers of a vertex on the card, so many each. */
export interface Stored {
  readonly buffer: WebGLBuffer;
  readonly each: number;
}

export function store(gl: WebGL2RenderingContext, values: Float32Array, each: number): Stored {
  const buffer = gl.createBuffer();
  gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
  gl.bufferData(gl.ARRAY_BUFFER, values, gl.STATIC_DRAW);
  return { buffer, each };
}

/** Gives each attribute of a program its numbers. */
export function attach(
  gl: WebGL2RenderingContext,
  program: Program,
  attributes: Readonly<Record<string, Stored>>,
): void {
  for (const [name, { buffer, each }] of Object.entries(attributes)) {
    const place = program.attribute(name);
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.enableVertexAttribArray(place);
    gl.vertexAttribPointer(place, each, gl.FLOAT, false, 0, 0);
  }
}
