package io.muster.api.page;

import io.muster.api.http.SharedBody;

/**
 * One file of the page.
 *
 * @param name with the hash of its content, such as {@code main.0123456789abcdef.js}
 */
record PageAsset(String name, String contentType, SharedBody body) {
  /** The path under which it is served, for the same content always the same. */
  String path() {
    return PageEndpoint.ASSETS_PATH + name;
  }

  String entityTag() {
    return '"' + name + '"';
  }
}
