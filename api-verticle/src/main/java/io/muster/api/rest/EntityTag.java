package io.muster.api.rest;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/**
 * The entity tag of the data of a response (RFC 9110, 8.8.3). It is weak: responses with the same
 * data differ in their time.
 *
 * @param value tag with its quotes
 */
record EntityTag(String value) {
  private static final int HASH_BYTES = 12;

  static EntityTag of(Buffer data) {
    try {
      var hash = MessageDigest.getInstance("SHA-256").digest(data.getBytes());
      return new EntityTag(
          '"' + Base64.getUrlEncoder().encodeToString(Arrays.copyOf(hash, HASH_BYTES)) + '"');
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  /** Returns true if the client has data with this tag, whether it names it as weak or not. */
  boolean isNamedBy(HttpServerRequest request) {
    return request.headers().getAll(HttpHeaders.IF_NONE_MATCH).stream()
        .flatMap(header -> Arrays.stream(header.split(",", -1)))
        .map(String::strip)
        .anyMatch(tag -> tag.equals("*") || tag.equals(value) || tag.equals(toString()));
  }

  /** Returns the tag as a header has it. */
  @Override
  public String toString() {
    return "W/" + value;
  }
}
