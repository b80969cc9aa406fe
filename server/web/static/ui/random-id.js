/** A random id. It works over plain HTTP, where browsers lack `crypto.randomUUID`. */
export const randomId = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
