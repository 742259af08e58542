// jsdom lacks what a browser has for requests and bytes; Node has the same interfaces.
const { TestEnvironment } = require('jest-environment-jsdom');

module.exports = class BrowserLike extends TestEnvironment {
  constructor(...args) {
    super(...args);
    Object.assign(this.global, {
      AbortController,
      AbortSignal,
      Blob,
      File,
      Headers,
      Request,
      Response,
      TextDecoder,
      TextEncoder,
      fetch,
      structuredClone
    });
  }
};
