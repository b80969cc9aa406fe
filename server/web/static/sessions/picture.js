/** Addresses of the pictures of questions. The server has a smaller size of uploaded ones for phones. */

/** @param {string} address */
export const isUploaded = (address) => /^\/pictures\/[0-9a-f-]{36}$/.test(address);

/** The address of the picture for a phone. @param {string} address */
export const forPhone = (address) => (isUploaded(address) ? `${address}/small` : address);
