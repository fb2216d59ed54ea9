package io.muster.api.listener;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Optional;

/**
 * What the head of a request must satisfy beyond what the decoder asks for. The decoder refuses
 * lengths that contradict each other or the transfer encoding, encodings other than chunked, lines
 * that do not end as they should, and control characters.
 */
final class HeadRules {
  private HeadRules() {}

  /** What is wrong with the head; empty when nothing is. */
  static Optional<String> fault(HttpRequest request) {
    var version = request.protocolVersion();
    var isNew = version.equals(HttpVersion.HTTP_1_1);
    if (!isNew && !version.equals(HttpVersion.HTTP_1_0)) {
      return Optional.of(version + " is neither HTTP/1.1 nor HTTP/1.0");
    }
    var hosts = request.headers().getAll(HttpHeaderNames.HOST).size();
    if (hosts > 1 || (isNew && hosts == 0)) {
      return Optional.of(hosts + " Host headers, expected one");
    }
    return Optional.empty();
  }
}
