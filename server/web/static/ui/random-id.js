/** A name that nobody else has chosen, also where the page came over plain HTTP: `crypto.randomUUID` is not there. */
export const randomId = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
