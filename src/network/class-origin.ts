/** Where Keras' own classes come from, in all its guises; `builtins` is where functions do. */
const KERAS = /^(keras|tf_keras|tensorflow\.keras|tensorflow\.python\.keras|builtins)(\.|$)/;

/**
 * The name of somebody's own class with its package (`mylib>Dense`), where an object as Keras stores it says that its
 * class is not one of Keras', whatever it is called; undefined for Keras' own, and for files before Keras 2.13, which do
 * not say.
 *
 * Keras writes its own classes with the module of its public interface, those without one with their own (`keras.src...`),
 * and everybody else's with their module, or none, and the name under which they are registered.
 */
export function ownClassName(stored: unknown): string | undefined {
  const {
    class_name: className,
    module,
    registered_name: registered,
  } = (stored ?? {}) as { class_name?: unknown; module?: unknown; registered_name?: unknown };
  if (typeof className !== 'string') return undefined;
  if (typeof module === 'string' && KERAS.test(module)) return undefined;
  const isRegistered = typeof registered === 'string' && registered !== '';
  if (isRegistered && registered.includes('>')) return registered;
  if (typeof module === 'string' && module !== '') return `${module}>${className}`;
  return isRegistered ? `Custom>${registered}` : undefined;
}
