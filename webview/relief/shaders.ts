/** The ground: lit from over the viewer's left shoulder, with a line at every whole height, faded where it is not known. */
export const GROUND_VERTEX = `#version 300 es
uniform mat4 view;
in vec3 place;
in vec3 normal;
in vec2 figure;
out vec3 facing;
out float height;
out float unsure;
void main() {
  facing = normal;
  height = figure.x;
  unsure = figure.y;
  gl_Position = view * vec4(place, 1.0);
}`;

export const GROUND_FRAGMENT = `#version 300 es
precision highp float;
uniform vec3 low;
uniform vec3 middle;
uniform vec3 high;
uniform vec3 page;
uniform vec3 line;
uniform vec3 light;
uniform vec3 eye;
uniform float lowest;
uniform float top;
in vec3 facing;
in float height;
in float unsure;
out vec4 color;
void main() {
  if (height > top) discard;
  float share = clamp((height - lowest) / (top - lowest), 0.0, 1.0);
  vec3 shade = share < 0.5 ? mix(low, middle, 2.0 * share) : mix(middle, high, 2.0 * share - 1.0);
  vec3 n = normalize(facing);
  float lit = 0.62 + 0.48 * max(0.0, dot(n, light));
  float shine = 0.16 * pow(max(0.0, dot(n, normalize(light + eye))), 24.0);
  shade = shade * lit + shine;
  float nearest = abs(fract(height - 0.5) - 0.5) / max(fwidth(height), 1e-6);
  float drawn = 1.0 - smoothstep(0.2, 1.2, nearest);
  // Where lines crowd together they would become one dark patch.
  drawn *= 1.0 - smoothstep(0.25, 0.6, fwidth(height));
  shade = mix(shade, line, 0.55 * drawn);
  float stripe = smoothstep(0.35, 0.65, abs(fract((gl_FragCoord.x + gl_FragCoord.y) / 9.0) - 0.5) * 2.0);
  shade = mix(shade, page, unsure * (0.45 + 0.35 * stripe));
  color = vec4(shade, 1.0);
}`;

/** Ribbons of an even width on the screen, and squares that become circles or diamonds. */
export const MARK_VERTEX = `#version 300 es
uniform mat4 view;
uniform vec2 pixel;
uniform float nearer;
in vec3 place;
in vec3 other;
in vec3 corner;
out vec2 across;
void main() {
  vec4 here = view * vec4(place, 1.0);
  vec4 there = view * vec4(other, 1.0);
  vec2 along = there.xy / there.w - here.xy / here.w;
  vec2 direction = length(along) > 0.0 ? normalize(along / pixel) : vec2(1.0, 0.0);
  vec2 sideways = vec2(-direction.y, direction.x);
  across = corner.xy;
  vec2 offset = (direction * corner.x + sideways * corner.y) * corner.z * pixel;
  gl_Position = here + vec4(offset * here.w, -nearer * here.w, 0.0);
}`;

export const MARK_FRAGMENT = `#version 300 es
precision highp float;
uniform vec3 ink;
uniform vec3 paper;
uniform float cut;
uniform float hollow;
in vec2 across;
out vec4 color;
void main() {
  float far = cut < 0.5 ? 0.0 : cut < 1.5 ? length(across) : abs(across.x) + abs(across.y);
  if (far > 1.0) discard;
  bool edge = cut > 0.5 && (hollow > 0.5 ? far < 0.62 : far > 0.72);
  color = vec4(edge ? paper : ink, 1.0);
}`;
